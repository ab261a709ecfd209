/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/grow.h"

#define STEP 0.1f			/* of what a leaf would say          */
#define HOLD 5.0f			/* l2: weight of "nothing" in a leaf */
#define LEAF_MOST 4.0f			/* nats, before the step             */
#define GAIN_LEAST 0.001f
#define CHILD_LEAST 2.0f		/* bend below a split, either side   */

enum {
	ROWS_OF_100 = 60, PLACES_OF_100 = 60	/* that a tree sees          */
};

/* How much of each kind of impostor: as the alarms are shared. */
static const float part[N_FOREST][N_HYPOTHESIS] = {
	{ 1, 0, 0, 0 }, { 0.2f, 0.4f, 0.33f, 0.07f }
};

static void
add_rows(struct grower *g, const struct example *e, uint32_t n, float each)
{
	struct marks m;

	for (uint32_t i = 0; i < n && g->rows < GROW_ROWS; i++) {
		example_marks(&m, &e[i]);
		look_of(&g->look[g->rows], &m);
		g->weight[g->rows] = each;
		g->sum[g->rows] = 0;
		g->rows++;
	}
}

void
grow_begin(struct grower *g, const struct trainer *t, unsigned kind,
    uint64_t seed)
{
	uint32_t n = t->n_example, most = (GROW_ROWS - n) / N_HYPOTHESIS;

	g->chance.state = seed;
	g->kind = kind % N_FOREST;
	g->rows = 0;
	g->forest.n = 0;
	g->forest.bias = 0;
	add_rows(g, t->own, n, 1);
	g->own = g->rows;
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		float share = part[g->kind][h];
		uint32_t take = kind == FOREST_MACHINES || n < most ? n :
		    most;

		if (share > 0)
			add_rows(g, t->other[h], take,
			    share * (float)n / (float)take);
	}
}

static void
slopes(struct grower *g)
{
	for (uint32_t i = 0; i < g->rows; i++) {
		float p = num_logistic(g->sum[i]);

		g->slope[i] = g->weight[i] * (p - (i < g->own ? 0 : 1));
		g->bend[i] = g->weight[i] * p * (1 - p);
		g->node[i] = 0;
		g->used[i] = chance_below(&g->chance, 100) < ROWS_OF_100;
	}
}

/* The bins of all nodes of one depth in one walk over the rows. */
static void
count(struct grower *g, unsigned first, unsigned n, const uint8_t *place,
    unsigned n_place)
{
	for (unsigned k = 0; k < n; k++)
		for (unsigned p = 0; p < n_place; p++)
			for (unsigned b = 0; b < LOOK_BINS; b++)
				g->bin[k][place[p]][b] =
				    (struct grow_bin){ 0, 0 };
	for (uint32_t i = 0; i < g->rows; i++) {
		unsigned k = (unsigned)g->node[i] - first;

		if (!g->used[i] || k >= n)
			continue;
		for (unsigned p = 0; p < n_place; p++) {
			struct grow_bin *b = &g->bin[k][place[p]]
			    [g->look[i].bin[place[p]]];

			b->slope += g->slope[i];
			b->bend += g->bend[i];
		}
	}
}

struct cut {
	float gain;
	unsigned place, most;
};

static float
worth(float slope, float bend)
{
	return slope * slope / (bend + HOLD);
}

static void
best_of(struct cut *best, const struct grow_bin bin[LOOK_BINS],
    unsigned place)
{
	float slope = 0, bend = 0, s = 0, h = 0;

	for (unsigned b = 0; b < LOOK_BINS; b++) {
		slope += bin[b].slope;
		bend += bin[b].bend;
	}
	for (unsigned b = 0; b + 1 < LOOK_BINS; b++) {
		float gain;

		s += bin[b].slope;
		h += bin[b].bend;
		gain = worth(s, h) + worth(slope - s, bend - h) -
		    worth(slope, bend);
		if (gain > best->gain && h >= CHILD_LEAST &&
		    bend - h >= CHILD_LEAST)
			*best = (struct cut){ gain, place, b };
	}
}

static void
split(struct grower *g, struct tree *t, unsigned first, unsigned n,
    const uint8_t *place, unsigned n_place)
{
	count(g, first, n, place, n_place);
	for (unsigned k = 0; k < n; k++) {
		struct cut best = { GAIN_LEAST, NO_ASK, 0 };

		for (unsigned p = 0; p < n_place; p++)
			best_of(&best, g->bin[k][place[p]], place[p]);
		t->ask[first + k] = (uint8_t)best.place;
		t->most[first + k] = (uint8_t)best.most;
	}
	for (uint32_t i = 0; i < g->rows; i++) {
		unsigned at = g->node[i];

		if (at - first < n && t->ask[at] != NO_ASK)
			g->node[i] = (uint8_t)(2 * at +
			    (g->look[i].bin[t->ask[at]] > t->most[at] ?
			    2 : 1));
	}
}

/* What each node says: of its own rows, and of those below it. */
static void
values(struct grower *g, struct tree *t)
{
	float slope[TREE_NODES + 1], bend[TREE_NODES + 1];

	for (unsigned k = 0; k < TREE_NODES; k++)
		slope[k] = bend[k] = 0;
	for (uint32_t i = 0; i < g->rows; i++)
		if (g->used[i]) {
			slope[g->node[i]] += g->slope[i];
			bend[g->node[i]] += g->bend[i];
		}
	for (unsigned k = TREE_NODES; k-- > 0;) {
		if (k < TREE_ASKS && t->ask[k] != NO_ASK) {
			slope[k] = slope[2 * k + 1] + slope[2 * k + 2];
			bend[k] = bend[2 * k + 1] + bend[2 * k + 2];
		}
		t->value[k] = STEP * num_within(-slope[k] / (bend[k] + HOLD),
		    -LEAF_MOST, LEAF_MOST);
	}
	/* so that the shares of a path add up to its leaf */
	g->forest.bias += t->value[0];
	for (unsigned k = TREE_NODES; k-- > 0;)
		t->value[k] -= t->value[0];
}

bool
grow_tree(struct grower *g)
{
	struct tree *t = &g->forest.tree[g->forest.n];
	uint8_t place[N_LOOK];
	unsigned n_place = 0;
	float root;

	if (g->forest.n >= TREES || g->own == 0 || g->own == g->rows)
		return false;
	for (unsigned p = 0; p < N_LOOK; p++)
		if (look_counts(g->kind, p) &&
		    chance_below(&g->chance, 100) < PLACES_OF_100) {
			place[n_place] = (uint8_t)p;
			n_place++;
		}
	slopes(g);
	for (unsigned k = 0; k < TREE_ASKS; k++)
		t->ask[k] = NO_ASK;
	for (unsigned d = 0; d < TREE_DEPTH; d++)
		split(g, t, (1u << d) - 1, 1u << d, place, n_place);
	root = g->forest.bias;
	values(g, t);
	root = g->forest.bias - root;
	for (uint32_t i = 0; i < g->rows; i++)
		g->sum[i] += root + t->value[g->node[i]];
	g->forest.n++;
	return g->forest.n < TREES;
}
