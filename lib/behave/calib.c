/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/calib.h"
#include "behave/num.h"

enum {
	TAIL = 100,			/* one in so many ...                */
	TAIL_LEAST = 30			/* scores that make a tail           */
};

static unsigned
bin_of(float score)
{
	return (unsigned)num_within(score * SCORE_STEPS + SCORE_BINS / 2, 0,
	    SCORE_BINS - 1);
}

void
window_add(struct window *w, float score)
{
	unsigned b = bin_of(score);

	if (w->n == WINDOW) {
		unsigned old = w->ring[w->next];

		w->bin[old]--;
		w->group[old / BIN_GROUP]--;
	} else {
		w->n++;
	}
	w->ring[w->next] = (uint16_t)b;
	w->next = (w->next + 1) % WINDOW;
	w->bin[b]++;
	w->group[b / BIN_GROUP]++;
}

/* How many lie in bins from b on. */
static uint32_t
from_bin(const struct window *w, unsigned b)
{
	unsigned g = b / BIN_GROUP + 1;
	uint32_t sum = 0;

	for (unsigned i = b; i < g * BIN_GROUP; i++)
		sum += w->bin[i];
	for (; g < SCORE_BINS / BIN_GROUP; g++)
		sum += w->group[g];
	return sum;
}

/* The bin with at least k from it on, and what the k lie above it. */
static unsigned
top(const struct window *w, uint32_t k, float *excess)
{
	uint32_t seen = 0;
	uint64_t sum = 0;
	unsigned b = SCORE_BINS;

	while (b > 0 && seen < k) {
		if (b % BIN_GROUP == 0 && w->group[b / BIN_GROUP - 1] == 0) {
			b -= BIN_GROUP;
			continue;
		}
		b--;
		seen += w->bin[b];
		sum += (uint64_t)w->bin[b] * b;
	}
	*excess = ((float)sum / (float)seen - (float)b) / SCORE_STEPS;
	return b;
}

static uint32_t
tail(const struct window *w)
{
	return w->n / TAIL > TAIL_LEAST ? w->n / TAIL : TAIL_LEAST;
}

void
window_take(struct window_part *out, const struct window *w,
    const struct window *wide, float score)
{
	float ignored;

	*out = (struct window_part){ .n = w->n };
	if (w->n < WINDOW_LEAST)
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
	float over, n = (float)w->n;

	if (w->n < WINDOW_LEAST)
		return 1;
	over = score - ((float)w->edge - SCORE_BINS / 2) / SCORE_STEPS;
	if (over <= 0)
		return ((float)w->above + 1) / (n + 1);
	return (float)w->top / n *
	    num_exp2(-1.442695f * over / (w->excess + 1e-3f));
}
