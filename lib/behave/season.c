/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/season.h"

static void
begin(struct season *s, const struct trainer *t, unsigned kind, uint64_t seed)
{
	grow_begin(&s->grower, t, kind,
	    num_mix(seed + s->number * N_FOREST + kind));
	s->growing = true;
}

static bool
due(struct season *s, const struct trainer *t)
{
	if (s->wanted == 0)
		s->wanted = SEASON_FIRST;
	if (s->learned < s->wanted || t->n_example < SEASON_FIRST / 2)
		return false;
	s->learned = 0;
	s->wanted = s->wanted * 2 < SEASON_MOST ? s->wanted * 2 :
	    SEASON_MOST;
	s->number++;
	return true;
}

bool
season_turn(struct season *s, const struct trainer *t, uint64_t seed)
{
	s->learned++;
	if (!s->growing) {
		if (due(s, t))
			begin(s, t, FOREST_MACHINES, seed);
		return false;
	}
	if (grow_tree(&s->grower))
		return false;
	if (s->grower.kind == FOREST_MACHINES) {
		s->machines = s->grower.forest;
		begin(s, t, FOREST_HANDS, seed);
		return false;
	}
	s->growing = false;
	return true;
}

void
season_harvest(struct forest forest[N_FOREST], const struct season *s)
{
	forest[FOREST_MACHINES] = s->machines;
	forest[FOREST_HANDS] = s->grower.forest;
}
