/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_opinions.h - what people said of messages, as store hears it: the lines
 * that assay label and assay release append to labels.jsonl.
 */
#ifndef ASSAYD_STORE_OPINIONS_H
#define ASSAYD_STORE_OPINIONS_H

#include "habits_keep.h"

enum { OPINIONS_ROOM = 64 << 10 };	/* octets of one look                */

struct opinions {
	int state;			/* the directory; borrowed           */
	uint64_t at;			/* of the file: read so far          */
	size_t len, done;		/* of the text                       */
	char text[OPINIONS_ROOM];
};

/* Before the wall. */
bool opinions_begin(struct opinions *w, int state);
/* Of what is there now, nothing is looked at. */
void opinions_skip_all(struct opinions *w);
/* Takes in what was appended.  A file that was replaced begins anew.  False:
 * nothing. */
bool opinions_look(struct opinions *w);
/* The next word on a record, of what was taken in.  What is none (a line of
 * another kind, or torn) is passed over. */
bool opinions_next(struct opinions *w, struct habits_word *out);

#endif
