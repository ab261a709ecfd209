/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_view.h - alerts shown: page, JSON, CSV, signed body, digest. */
#ifndef ASSAY_ALERTS_VIEW_H
#define ASSAY_ALERTS_VIEW_H

#include "alerts_load.h"
#include "table.h"
#include "wire/json.h"

/* The alerts of a domain; those that are no news only when all. */
void alerts_view_page(const struct alerts_load *l, bool all,
    const struct out *out, struct text *to);
void alerts_view_rows(const struct alerts_load *l, bool all,
    struct table *table);
void alerts_view_table(struct table *t, enum table_form form,
    const struct out *out);
/* One alert as a member of an array. */
void alerts_view_json(const struct alerts_load *l, const struct alert *a,
    struct jw *w);

/* A digest of one domain; *todo: how much there is to do. */
void digest_page(const struct alerts_load *l, const struct out *out,
    struct text *to, unsigned *todo);
void digest_json(const struct alerts_load *l, struct text *to);

/* Zone lines, each indented. */
void alerts_view_record(struct span record, unsigned indent,
    struct text *to);
/* A wrapped paragraph; s is printable. */
void alerts_view_words(struct span s, unsigned indent,
    const struct out *out, struct text *to);

#endif
