/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/calib.h"
#include "behave/num.h"

enum {
	TAIL = 1000,			/* one in so many, but ...           */
	TAIL_LEAST = 30			/* scores that make a tail; what lies
					 * below it is counted               */
};

static unsigned
bin_of(float score)
{
	return (unsigned)num_within(score * SCORE_STEPS + SCORE_BINS / 2, 0,
	    SCORE_BINS - 1);
}

float
window_n(const struct window *w)
{
	return w->unit > 0 ? w->sum / w->unit : 0;
}

/* All weights by 2^-20, which is exact; what has faded away is gone. */
static void
shrink(struct window *w)
{
	w->unit *= 0x1p-20f;
	w->sum = 0;
	for (unsigned g = 0; g < SCORE_BINS / BIN_GROUP; g++) {
		w->group[g] = 0;
		for (unsigned i = 0; i < BIN_GROUP; i++) {
			float *b = &w->bin[g * BIN_GROUP + i];

			*b = *b < 0x1p10f ? 0 : *b * 0x1p-20f;
			w->group[g] += *b;
		}
		w->sum += w->group[g];
	}
}

void
window_add(struct window *w, float score)
{
	unsigned b = bin_of(score);

	w->unit = w->unit > 0 ? w->unit * (1 + 1.0f / WINDOW) : 1;
	w->bin[b] += w->unit;
	w->group[b / BIN_GROUP] += w->unit;
	w->sum += w->unit;
	if (w->unit > 0x1p20f)
		shrink(w);
}

void
window_take_back(struct window *w, float score)
{
	unsigned b = bin_of(score);
	float less = num_least(w->bin[b], w->unit);

	w->bin[b] -= less;
	w->group[b / BIN_GROUP] = num_most(w->group[b / BIN_GROUP] - less,
	    0);
	w->sum = num_most(w->sum - less, 0);
}

/* How many lie in bins from b on. */
static float
from_bin(const struct window *w, unsigned b)
{
	unsigned g = b / BIN_GROUP + 1;
	float sum = 0;

	for (unsigned i = b; i < g * BIN_GROUP; i++)
		sum += w->bin[i];
	for (; g < SCORE_BINS / BIN_GROUP; g++)
		sum += w->group[g];
	return sum / w->unit;
}

/* The bin with at least k from it on, and what the k lie above it. */
static unsigned
top(const struct window *w, float k, float *excess)
{
	float seen = 0, sum = 0;
	unsigned b = SCORE_BINS;

	k *= w->unit;
	while (b > 0 && seen < k) {
		if (b % BIN_GROUP == 0 &&
		    !(w->group[b / BIN_GROUP - 1] > 0)) {
			b -= BIN_GROUP;
			continue;
		}
		b--;
		seen += w->bin[b];
		sum += w->bin[b] * (float)(SCORE_BINS - b);
	}
	*excess = ((float)(SCORE_BINS - b) - sum / seen) / SCORE_STEPS;
	return b;
}

static float
tail(const struct window *w)
{
	return num_most(window_n(w) / TAIL, TAIL_LEAST);
}

void
window_take(struct window_part *out, const struct window *w,
    const struct window *wide, float score)
{
	float ignored;

	*out = (struct window_part){ .n = window_n(w) };
	if (out->n < WINDOW_LEAST)
		return;
	out->above = from_bin(w, bin_of(score));
	out->edge = SCORE_BINS;
	if (out->above > tail(w))	/* most: the tail is not looked at */
		return;
	top(wide, tail(wide), &out->excess);
	out->edge = (uint16_t)top(w, tail(w), &ignored);
	out->top = from_bin(w, out->edge);
}

float
window_part_p(const struct window_part *w, float score)
{
	float over, n = w->n;

	if (!(n >= WINDOW_LEAST))
		return 1;
	over = score - ((float)w->edge - SCORE_BINS / 2) / SCORE_STEPS;
	if (over <= 0)
		return (w->above + 1) / (n + 1);
	return w->top / n *
	    num_exp2(-1.442695f * over / (w->excess + 1e-3f));
}
