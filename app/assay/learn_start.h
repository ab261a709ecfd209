/* SPDX-License-Identifier: Apache-2.0 */
/* learn_start.h - where assayd finds what an archive taught, when it starts. */
#ifndef ASSAY_LEARN_START_H
#define ASSAY_LEARN_START_H

#include "args.h"

struct learn_start {
	char behaviour[4200], dir[4300];	/* .../behaviour, .../start  */
	size_t octets;				/* behaviour-size            */
	int lock;				/* of .../behaviour, or -1   */
};

/* Finds it by --conf and makes the directory; assayd, if it starts meanwhile,
 * waits with what senders do until the end.  False: it was said, also that
 * assayd is there or has learned by itself. */
bool learn_start_find(struct learn_start *s, const struct args *args);
/* Whoever owns the state-directory owns all of it. */
bool learn_start_give(const struct learn_start *s);
void learn_start_end(struct learn_start *s);

#endif
