/* SPDX-License-Identifier: Apache-2.0 */
/* start.c - the curves a state begins with; tools/start-weights.sh made
 * them. */
#include "behave/behave.h"

enum { HUNDREDTHS = 100 };

/* As sure of each knot as if some dozens of messages had bent it: local mail
 * bends them on.  More kept lists that are unlike those from being learned. */
#define LEARNED 5.0f

static const int16_t start[] = {
#include "behave/start_weights.def"
};

/* Where the i-th number belongs: a knot, or a bias.  NULL: nowhere. */
static float *
place(struct shapes *s, size_t i)
{
	if (i < N_HYPOTHESIS)
		return &s->bias[i];
	i -= N_HYPOTHESIS;
	for (unsigned h = 0; h < N_HYPOTHESIS; h++)
		for (unsigned t = 0; t < N_TERM; t++) {
			struct curve *c = &s->curve[h][t];

			if (!term_counts(h, t))
				continue;
			if (i < KNOTS)
				return &c->small[i];
			if (i < 2 * KNOTS)
				return &c->large[i - KNOTS];
			i -= 2 * KNOTS;
		}
	return NULL;
}

void
behave_start(struct behave *b)
{
	struct shapes *s = &b->judge->shapes;
	size_t n = sizeof(start) / sizeof(start[0]);

	/* of other rows than these: better none than wrong ones */
	if (place(s, n - 1) == NULL || place(s, n) != NULL)
		return;
	/* steps stay many for one ring of examples from here */
	b->trainer->messages = YOUNG - EXAMPLES;
	for (size_t i = 0; i < n; i++)
		*place(s, i) = (float)start[i] / HUNDREDTHS;
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		s->moved_bias[h] = LEARNED;
		for (unsigned t = 0; t < N_TERM; t++)
			for (unsigned k = 0; k < KNOTS; k++) {
				s->moved[h][t].small[k] = LEARNED;
				s->moved[h][t].large[k] = LEARNED;
			}
	}
}

bool
behave_curve(const struct behave *b, size_t i, int *out)
{
	const float *f = place(&b->judge->shapes, i);

	if (f != NULL)
		*out = (int)num_within(*f * HUNDREDTHS + (*f < 0 ? -0.5f :
		    0.5f), INT16_MIN, INT16_MAX);
	return f != NULL;
}
