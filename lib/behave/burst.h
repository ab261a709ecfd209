/* SPDX-License-Identifier: Apache-2.0 */
/*
 * burst.h - so that who floods us does not become what is usual.
 *
 * What is usual is counted in messages (scores of the genuine, examples for
 * curves and trees) and in senders (values that somebody uses).  Nobody of one
 * day may be most of the first, and nobody new may be most of the second.
 */
#ifndef BEHAVE_BURST_H
#define BEHAVE_BURST_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BURST = 256,		/* cells of senders, by hash                 */
	BURST_BASE = 256,	/* messages of a cell on a day ...           */
	BURST_SHARE = 16,	/* ... and a sixteenth of what all counted   */
	NEWS_BASE = 64,		/* new senders of a day ...                  */
	NEWS_SHARE = 8		/* ... and an eighth of those before         */
};

struct burst {
	uint32_t day, all;	/* counted today                             */
	uint32_t n[BURST];
};

/* One more message of who today; false: there were enough. */
bool burst_add(struct burst *b, uint64_t who, uint16_t day);

/* Senders who count for what everybody does. */
struct news {
	uint32_t day, today;	/* who came to count, that day               */
	uint32_t before;	/* ... and until then                        */
};

/* One more on that day; false: there were enough. */
bool news_add(struct news *s, uint16_t day);

#endif
