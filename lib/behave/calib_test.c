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

int
main(void)
{
	static struct window w, few;
	unsigned at[3] = { 0 }, n = 200000;
	float p;

	for (unsigned i = 0; i < WINDOW + 5000; i++)
		window_add(&w, draw());
	T_OK(w.n == WINDOW, "a full window");
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
	window_add(&few, draw());
	T_OK(p_of(&few, &w, 9) < 0.02f, "and then something");
	return t_done();
}
