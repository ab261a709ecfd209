/* SPDX-License-Identifier: Apache-2.0 */
/* p errs as often as it says. */
#include "behave/calib.h"
#include "behave/num.h"

#include <stdlib.h>

#include "test/t.h"

static struct chance chance = { 5 };

/* Exponential, so that the truth is known. */
static float
draw(void)
{
	return -num_log2(((float)chance_bits(&chance) + 1) * 0x1p-32f) *
	    0.693147f - 3;
}

static float
p_of(const struct window *w, const struct window *wide, float score)
{
	struct window_part part;

	window_take(&part, w, wide, score);
	return window_part_p(&part, score);
}

/* What comes weighs ever more, and no number grows over. */
static void
fades(struct window *w)
{
	for (unsigned i = 0; i < 500000; i++)
		window_add(w, 4);
	printf("# holds %g\n", (double)window_n(w));
	T_OK(window_n(w) > WINDOW * 0.99f && window_n(w) < WINDOW * 1.01f,
	    "it holds as many as it may");
	T_OK(p_of(w, w, 4) > 0.99f && p_of(w, w, 4.1f) < 1e-4f,
	    "and what was before is forgotten");
	for (unsigned i = 0; i < WINDOW / 10; i++)
		window_add(w, 5);
	T_OK(p_of(w, w, 5) > 0.09f && p_of(w, w, 5) < 0.1f,
	    "a tenth that is new is nearly a tenth");
}

/* Scores that end somewhere, as those of trees do: a tail drawn from one in a
 * hundred would never get to 0.001 here. */
static void
ends(void)
{
	static struct window w;
	unsigned told = 0, n = 200000;

	for (unsigned i = 0; i < 3 * WINDOW; i++)
		window_add(&w, (float)chance_bits(&chance) * 0x1p-26f);
	for (unsigned i = 0; i < n; i++) {
		float score = (float)chance_bits(&chance) * 0x1p-26f;

		told += p_of(&w, &w, score) <= 0.001f;
	}
	printf("# 0.001 of scores that end: %u\n", told);
	T_OK(told > n / 2000 && told < n / 500, "0.001 of scores that end");
}

int
main(void)
{
	static struct window w, few;
	unsigned at[3] = { 0 }, n = 200000;
	float p;

	for (unsigned i = 0; i < WINDOW + 5000; i++)
		window_add(&w, draw());
	T_OK(window_n(&w) > WINDOW * 0.7f && window_n(&w) < WINDOW,
	    "a full window");
	for (unsigned i = 0; i < n; i++) {
		p = p_of(&w, &w, draw());
		at[0] += p <= 0.01f;
		at[1] += p <= 0.001f;
		at[2] += p <= 0.0001f;
	}
	printf("# 0.01: %u\n", at[0]);
	T_OK(at[0] > n / 125 && at[0] < n / 80, "0.01");
	printf("# 0.001: %u\n", at[1]);
	T_OK(at[1] > n / 1500 && at[1] < n / 660, "0.001");
	printf("# 0.0001 by the tail: %u\n", at[2]);
	T_OK(at[2] > 5 && at[2] < 60, "0.0001 by the tail");
	p = p_of(&w, &w, 17);
	printf("# far out: %g\n", (double)p);
	T_OK(p < 1e-7f && p > 1e-11f, "far out");
	T_OK(p_of(&w, &w, 1e9f) <= p && p_of(&w, &w, -1e9f) > 0.99f,
	    "scores out of range");
	for (unsigned i = 0; i < WINDOW_LEAST - 1; i++)
		window_add(&few, draw());
	T_OK(p_of(&few, &w, 9) == 1, "who knows little says nothing");
	/* the first have faded a little */
	for (unsigned i = 0; i < 3; i++)
		window_add(&few, draw());
	T_OK(p_of(&few, &w, 9) < 0.02f, "and then something");
	fades(&few);
	ends();
	return t_done();
}
