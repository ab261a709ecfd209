/* SPDX-License-Identifier: Apache-2.0 */
/* csv.h - cells of a table for spreadsheets (RFC 4180 2). */
#ifndef ASSAY_CSV_H
#define ASSAY_CSV_H

#include "text.h"

/* In quotes.  What a spreadsheet would compute begins with an apostrophe, and
 * what a terminal would obey, or turns the order of what is read, is U+FFFD:
 * the text is a stranger's. */
void csv_cell(struct text *t, struct assay_span cell);

#endif
