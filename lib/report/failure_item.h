/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure_item.h - a failure report on its way from who judged the message
 * to who sends it: beside tallies (tally.h), with a version of its own.
 *
 * Who reads it has seen no octet of the message and believes nothing: the
 * letter is one that arf_letter() may give, the addresses are addresses.
 */
#ifndef REPORT_FAILURE_ITEM_H
#define REPORT_FAILURE_ITEM_H

#include "base/arena.h"

struct failure_item {
	int64_t at;		/* Unix seconds                              */
	struct span domain;	/* where the record stands                   */
	struct span ruf;	/* addresses, "," between them               */
	struct span letter;	/* arf_out.h                                 */
};

void failure_item_put(struct buf *out, const struct failure_item *f);

/* Is it one by its first octet?  If not it may be a tally. */
bool failure_item_is(struct span in);
/* Spans borrow from in.  False: it is none. */
bool failure_item_get(struct failure_item *out, struct span in,
    struct arena *a);

#endif
