/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acts.h - what in a message acts: links that lie, files that are not what
 * they say, words for a machine.
 *
 * Rests on the content (content/content.h) and on what is protected, on no
 * result of authentication.  One of a kind is kept for each subject, the
 * heaviest of the message that is found first; each is a fact with a level
 * and words, so that a record replays to the same.
 */
#ifndef ORIGIN_ACTS_H
#define ORIGIN_ACTS_H

#include "content/content.h"
#include "origin/impersonate.h"

/* Fills f->act; nothing of it lies in what c lies in. */
void acts_read(struct facts *f, const struct ours *ours,
    const struct content *c, struct arena *a);

#endif
