/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/tune.h"

/* In doublings. */
#define MOST 1.0f

/* log2 of 1e-2, 1e-3, 1e-4; and the step of each.  At 1e-3 two messages
 * that come too soon are a factor of two; 1e-2 sees ten times as many, and
 * 1e-4 so few that chance would drive it. */
static const struct { float rate, bits, step; } level[TUNE_LEVELS] = {
	{ 1e-2f, -6.6438562f, 0.05f },
	{ 1e-3f, -9.9657843f, 0.5f },
	{ 1e-4f, -13.2877124f, 0.15f }
};

static void
move(struct tune *t, float untuned, float by)
{
	float bits;

	if (!(untuned > 0))
		return;
	bits = num_log2(untuned);
	for (unsigned i = 0; i < TUNE_LEVELS; i++) {
		bool told = bits <= level[i].bits + t->bits[i];

		t->bits[i] = num_within(t->bits[i] + by * level[i].step *
		    (level[i].rate - (told ? 1 : 0)), -MOST, MOST);
	}
}

void
tune_hear(struct tune *t, float untuned)
{
	move(t, untuned, 1);
}

/* Nearly: what it was told by then is not kept. */
void
tune_take_back(struct tune *t, float untuned)
{
	move(t, untuned, -1);
}

/* Straight lines in logarithms, through where the three stand. */
float
tune_p(const struct tune *t, float untuned)
{
	float bits, x = 0, y = 0;

	if (!(untuned < 1))
		return 1;
	bits = num_log2(num_most(untuned, 1e-35f));
	for (unsigned i = 0; i < TUNE_LEVELS; i++) {
		float to_x = level[i].bits + t->bits[i], to_y = level[i].bits;

		if (bits >= to_x)
			return num_exp2(y + (to_y - y) * (bits - x) /
			    (to_x - x));
		x = to_x;
		y = to_y;
	}
	return num_exp2(y + bits - x);
}

bool
tune_holds(const struct tune *t)
{
	for (unsigned i = 0; i < TUNE_LEVELS; i++)
		if (!(t->bits[i] >= -MOST && t->bits[i] <= MOST))
			return false;
	return true;
}
