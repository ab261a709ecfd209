/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/forest.h"

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

float
forest_sum(const struct forest *f, const struct look *l)
{
	int32_t sum = 0;

	for (unsigned i = 0; i < f->n && i < TREES; i++)
		sum += f->tree[i].value[tree_leaf(&f->tree[i], l)];
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
