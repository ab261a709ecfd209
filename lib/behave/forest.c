/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/forest.h"

#include "base/bytes.h"
#include "behave/num.h"

/* Knots are dense where most messages are, so equal bins of them are fine
 * there as well. */
void
look_of(struct look *out, const struct marks *m)
{
	const float bins = (float)LOOK_BINS / KNOTS;

	*out = (struct look){ .bin = { 0 } };
	for (unsigned t = 0; t < N_FEATURE; t++)
		out->bin[t] = (uint8_t)(((float)m->at[t] + m->part[t]) *
		    bins);
	out->bin[LOOK_SIZE] = (uint8_t)num_least(m->size * LOOK_BINS,
	    LOOK_BINS - 1);
}

bool
look_counts(unsigned kind, unsigned place)
{
	return place == LOOK_SIZE || kind == FOREST_MACHINES ||
	    term_owner(place) != OWNER_PROVIDER;
}

void
forest_shares(const struct forest *f, const struct look *l,
    float share[N_LOOK])
{
	int32_t sum[LOOK_ROOM] = { 0 };

	for (unsigned i = 0; i < f->n && i < TREES; i++) {
		const struct tree *t = &f->tree[i];
		unsigned node = 1;

		for (unsigned d = 0; d < TREE_DEPTH; d++) {
			unsigned to = tree_next(t, node, l);

			sum[t->ask[node] % LOOK_ROOM] += t->value[to] -
			    t->value[node];
			node = to;
		}
	}
	for (unsigned p = 0; p < N_LOOK; p++)
		share[p] = (float)sum[p] / VALUE_STEPS;
}

/* As tree_next(), of bins that have room for any ask. */
static inline unsigned
below(const struct tree *t, unsigned node, const uint8_t bin[UINT8_MAX + 1])
{
	return 2 * node + (bin[t->ask[node]] > t->most[node]);
}

/* A thousand trees a message: a third of a score. */
float
forest_sum(const struct forest *f, const struct look *l)
{
	uint8_t bin[UINT8_MAX + 1] = { 0 };
	int32_t sum = 0;

	bytes_move(bin, l->bin, LOOK_ROOM);
	for (unsigned i = 0; i < f->n && i < TREES; i++) {
		const struct tree *t = &f->tree[i];
		unsigned node = below(t, below(t, 1, bin), bin);

		_Static_assert(TREE_DEPTH == 5, "a step each");
		node = below(t, below(t, below(t, node, bin), bin), bin);
		sum += t->value[node];
	}
	return (float)sum / VALUE_STEPS;
}

float
either(float part, float a, float b, float *of_a)
{
	const float to_bits = 1.44269504f;
	float most = num_most(a, b);
	float x = part * num_exp2((a - most) * to_bits);
	float y = (1 - part) * num_exp2((b - most) * to_bits);

	if (of_a != NULL)
		*of_a = x / (x + y);
	return most + num_log2(x + y) / to_bits;
}
