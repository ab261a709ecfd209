/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label.h - what a person said of a message, and what becomes of it.
 *
 * "Good" says that an alarm was false: the message is believed at once, counts
 * in calibration as often as an answered one may stand for others, and its
 * episode is over.  "Bad" says that it was somebody else: it is not learned,
 * or no longer, counts as usual in nothing, and the episode stays open for a
 * month.  The last word counts; each takes back what the one before did.
 *
 * Only what looked odd is kept for it (pending.h).  What looked usual was
 * learned at once.
 */
#ifndef BEHAVE_LABEL_H
#define BEHAVE_LABEL_H

#include "behave/behave.h"

enum label_end {
	LABEL_NOT_KEPT,			/* it looked usual, or is forgotten  */
	LABEL_SAME,			/* nothing had to change             */
	LABEL_BELIEVED,			/* learned now, and counted          */
	LABEL_DROPPED,			/* will not be learned               */
	LABEL_TAKEN_BACK		/* was learned, is not any more      */
};

/* Of the message of a record, at a time. */
enum label_end behave_label(struct behave *b, uint64_t spool,
    uint64_t number, bool bad, int64_t now);

struct span label_end_words(enum label_end e);

#endif
