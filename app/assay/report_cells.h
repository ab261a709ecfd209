/* SPDX-License-Identifier: Apache-2.0 */
/* report_cells.h - the lists of the store, cell by cell. */
#ifndef ASSAY_REPORT_CELLS_H
#define ASSAY_REPORT_CELLS_H

#include "report_view.h"

/* NULL: the list has none of that name. */
const struct store_cell *report_cell(const struct store_cell *cell, size_t n,
    const char *name);

/* Absent: there is none, or it is no text. */
struct span report_text(const struct store_cell *cell, size_t n,
    const char *name);

/* report_tls.c: TLS reports for people. */
bool report_tls_page(const struct report_view *v, struct store_cursor *c,
    struct text *to);

/* Of one policy: its rows come one after the other.  last, at first "", is
 * what was seen. */
enum { REPORT_TLS_SAME = 256 };
bool report_tls_same(char last[REPORT_TLS_SAME],
    const struct store_cell *cell, size_t n);

#endif
