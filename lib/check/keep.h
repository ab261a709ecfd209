/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep.h - parsed things worth keeping between messages, found by content.
 *
 * The key is what was parsed (the text of a record, the bytes of a public
 * key), so an entry can never be stale.  Bounded: when full, the older half
 * goes.  An object handed out stays valid until keep_tidy(), which only the
 * glue calls, between messages.
 */
#ifndef CHECK_KEEP_H
#define CHECK_KEEP_H

#include "base/arena.h"

enum keep_kind { KEEP_SPF = 1, KEEP_KEY, KEEP_DMARC };

struct assay_keep;

/* NULL when it is not there.  keep may be NULL: nothing is ever there. */
const void *keep_find(struct assay_keep *keep, enum keep_kind kind,
    struct span content);

/* The arena in which to build an object of this kind that outlives the
 * message; NULL: no keep, or full: build it in the evaluation's arena. */
struct arena *keep_arena(struct assay_keep *keep);

/* Remembers object (built in keep_arena) for content; drop is called with
 * it when it goes, and may be NULL. */
void keep_put(struct assay_keep *keep, enum keep_kind kind,
    struct span content, const void *object, void (*drop)(const void *));

/* Between messages: makes room. */
void keep_tidy(struct assay_keep *keep);

#endif
