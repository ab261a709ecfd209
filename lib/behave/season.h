/* SPDX-License-Identifier: Apache-2.0 */
/*
 * season.h - when forests grow anew.
 *
 * Habits change, so every some thousand messages a season begins: both
 * forests grow from the examples of that moment, a tree a message, and take
 * the place of the old ones together.  Nobody who scores looks at a season, so
 * that growing keeps nobody waiting.
 */
#ifndef BEHAVE_SEASON_H
#define BEHAVE_SEASON_H

#include "behave/grow.h"

enum {
	SEASON_FIRST = 1500,		/* messages; then twice as many ...  */
	SEASON_MOST = 8192		/* ... up to this                    */
};

struct season {
	uint32_t learned, wanted;	/* since the last; for the next      */
	uint32_t number;
	bool growing;
	struct forest machines;		/* grown, waits for the other        */
	struct grower grower;
};

/* A message was learned.  True: both forests are grown. */
bool season_turn(struct season *s, const struct trainer *t, uint64_t seed);
void season_harvest(struct forest forest[N_FOREST], const struct season *s);

#endif
