/* SPDX-License-Identifier: Apache-2.0 */
/* source_view.h - sources and what would become of their mail, shown. */
#ifndef ASSAY_SOURCE_VIEW_H
#define ASSAY_SOURCE_VIEW_H

#include "source_load.h"
#include "table.h"

/* The sources of a domain: grouped as a page, each by itself as JSON Lines
 * or CSV. */
void source_view_list(const struct source_load *l, enum table_form form,
    const struct out *out, struct text *to);
/* One source, whole. */
void source_view_show(const struct source_load *l, const struct source *f,
    bool json, const struct out *out, struct text *to);

/* What a policy would do. */
struct source_try {
	const struct source_load *l;
	const struct whatif *w;
	const struct whatif_sum *sum;
	struct span asked;		/* the policy as it was given       */
	struct span remark;		/* what is to be said of it         */
};
void source_view_try(const struct source_try *t, enum table_form form,
    uint32_t limit, const struct out *out, struct text *to);

/* Twelve bars of ASCII, " .-=+*#@". */
void source_bars(const uint64_t part[SOURCE_PARTS], char out[SOURCE_PARTS +
    1]);
/* A printer of lib/sources into text. */
#define SOURCE_TEXT(t, print, ...) do {					\
	uint8_t room_[600];						\
	struct buf b_ = { room_, 0, sizeof(room_), false };		\
	print(&b_, __VA_ARGS__);					\
	text_put((t), b_.ptr, b_.len);					\
} while (0)

#endif
