/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/grow.h"

#include "base/bytes.h"

#define STEP 0.05f			/* of what a leaf would say          */
#define HOLD 5.0f			/* l2: weight of "nothing" in a leaf */
#define LEAF_MOST 4.0f			/* nats, before the step             */
#define GAIN_LEAST 0.001f
#define CHILD_LEAST 2.0f		/* bend below a split, either side   */

enum {
	ROWS_OF_100 = 60, PLACES_OF_100 = 30	/* that a tree sees          */
};

/* How much of each kind of impostor: as the alarms are shared. */
static const float part[N_FOREST][N_HYPOTHESIS] = {
	{ 1, 0, 0, 0 }, { 0.2f, 0.4f, 0.33f, 0.07f }
};

/* The bin of each octet of an example: as look_of() puts it, for there are
 * millions of them. */
struct bins {
	uint8_t feature[UINT8_MAX + 1], size[UINT8_MAX + 1];
};

static void
bins_of(struct bins *out)
{
	struct marks m;
	struct look l;

	for (unsigned v = 0; v <= UINT8_MAX; v++) {
		struct example e = { .at = { (uint8_t)v },
			.size = (uint8_t)v };

		example_marks(&m, &e);
		look_of(&l, &m);
		out->feature[v] = l.bin[0];
		out->size[v] = l.bin[LOOK_SIZE];
	}
}

static void
add_rows(struct grower *g, const struct bins *bins, const struct example *e,
    uint32_t n, float each)
{
	for (uint32_t i = 0; i < n && g->rows < GROW_ROWS; i++) {
		struct look *l = &g->look[g->rows];

		for (unsigned f = 0; f < N_FEATURE; f++)
			l->bin[f] = bins->feature[e[i].at[f]];
		l->bin[LOOK_SIZE] = bins->size[e[i].size];
		bytes_clear(&l->bin[N_LOOK], LOOK_ROOM - N_LOOK);
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
	struct bins bins;

	bins_of(&bins);
	g->chance.state = seed;
	g->kind = kind % N_FOREST;
	g->rows = 0;
	g->forest.n = 0;
	g->forest.bias = 0;
	add_rows(g, &bins, t->own, n, 1);
	g->own = g->rows;
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		float share = part[g->kind][h];
		uint32_t take = kind == FOREST_MACHINES || n < most ? n :
		    most;

		if (share > 0)
			add_rows(g, &bins, t->other[h], take,
			    share * (float)n / (float)take);
	}
}

/* Of all rows together no more than EXAMPLES * 2 in weight: the bend, a
 * quarter of it at most, fits 32 bits, and so does the slope of either kind. */
#define SLOPE_STEPS 65536.0f
#define BEND_STEPS 262144.0f

static grow_slope
slope_of(float heavy, float sum, bool impostor)
{
	float p = num_logistic(sum);
	float s = heavy * (impostor ? p - 1 : p) * SLOPE_STEPS;
	int32_t whole = (int32_t)(s + (s < 0 ? -0.5f : 0.5f));

	return (grow_slope)(uint32_t)whole << 32 |
	    (uint32_t)(heavy * p * (1 - p) * BEND_STEPS + 0.5f);
}

static float
slope(grow_slope s)
{
	return (float)(int32_t)(uint32_t)(s >> 32) / SLOPE_STEPS;
}

static float
bend(grow_slope s)
{
	return (float)(uint32_t)s / BEND_STEPS;
}

/* One tree, while it grows. */
struct sapling {
	struct tree *tree;
	uint8_t place[N_LOOK];		/* that it may ask                   */
	unsigned n_place;
	uint32_t first[2 * TREE_LEAVES], n[2 * TREE_LEAVES];
	grow_slope all[2 * TREE_LEAVES];
	bool is_leaf[2 * TREE_LEAVES];
};

static void
sow(struct sapling *s, struct grower *g)
{
	*s = (struct sapling){ .tree = &g->forest.tree[g->forest.n] };
	for (unsigned p = 0; p < N_LOOK; p++)
		if (look_counts(g->kind, p) &&
		    chance_below(&g->chance, 100) < PLACES_OF_100) {
			s->place[s->n_place] = (uint8_t)p;
			s->n_place++;
		}
	for (uint32_t i = 0; i < g->rows; i++) {
		if (chance_below(&g->chance, 100) >= ROWS_OF_100)
			continue;
		g->slope[i] = slope_of(g->weight[i], g->sum[i], i >= g->own);
		s->all[1] += g->slope[i];
		g->order[s->n[1]] = (uint16_t)i;
		s->n[1]++;
	}
}

enum { AHEAD = 12 };			/* rows that are fetched meanwhile   */

/* Half of the time of a season goes by here, so four places a turn. */
static void
count_row(grow_slope bin[][LOOK_BINS], const struct look *l,
    const struct sapling *s, grow_slope slope)
{
	const uint8_t *place = s->place, *end = place + s->n_place;

	for (; end - place >= 4; place += 4, bin += 4) {
		bin[0][l->bin[place[0]]] += slope;
		bin[1][l->bin[place[1]]] += slope;
		bin[2][l->bin[place[2]]] += slope;
		bin[3][l->bin[place[3]]] += slope;
	}
	for (; place < end; place++, bin++)
		bin[0][l->bin[place[0]]] += slope;
}

static void
count(struct grower *g, const struct sapling *s, unsigned node)
{
	const uint16_t *row = &g->order[s->first[node]];
	uint32_t n = s->n[node];

	bytes_clear((uint8_t *)g->bin[node], s->n_place * sizeof(g->bin[0][0]));
	for (uint32_t i = 0; i < n; i++) {
		const struct look *next = &g->look[row[i + AHEAD < n ?
		    i + AHEAD : n - 1]];

		__builtin_prefetch(next);
		__builtin_prefetch(&next->bin[LOOK_ROOM / 2]);
		count_row(g->bin[node], &g->look[row[i]], s,
		    g->slope[row[i]]);
	}
}

/* The fewer rows are counted; the others are what the node above has
 * beyond them. */
static void
count_both(struct grower *g, const struct sapling *s, unsigned node)
{
	unsigned few = 2 * node + (s->n[2 * node] > s->n[2 * node + 1]);

	count(g, s, few);
	for (unsigned p = 0; p < s->n_place; p++) {
		const grow_slope *from = g->bin[node][p];
		const grow_slope *less = g->bin[few][p];
		grow_slope *to = g->bin[few ^ 1][p];

		for (unsigned b = 0; b < LOOK_BINS; b++)
			to[b] = from[b] - less[b];
	}
}

struct cut {
	float gain;
	unsigned place, most;
	grow_slope left;
};

static float
worth(grow_slope s)
{
	return slope(s) * slope(s) / (bend(s) + HOLD);
}

static void
best_of(struct cut *best, const grow_slope bin[LOOK_BINS], grow_slope all,
    unsigned place)
{
	float before = worth(all);
	grow_slope left = 0;

	for (unsigned b = 0; b + 1 < LOOK_BINS; b++) {
		float gain;

		left += bin[b];
		if (bend(left) < CHILD_LEAST)
			continue;
		if (bend(all - left) < CHILD_LEAST)
			return;
		gain = worth(left) + worth(all - left) - before;
		if (gain > best->gain)
			*best = (struct cut){ gain, place, b, left };
	}
}

/* Rows that go left first, in the order that they had. */
static void
part_rows(struct grower *g, struct sapling *s, unsigned node,
    const struct cut *cut)
{
	uint32_t first = s->first[node], left = 0, right = 0;

	for (uint32_t i = 0; i < s->n[node]; i++) {
		uint16_t row = g->order[first + i];
		bool beyond = g->look[row].bin[cut->place] > cut->most;
		g->spare[right] = row;
		g->order[first + left] = row;
		right += beyond;
		left += !beyond;
	}
	for (uint32_t i = 0; i < right; i++)
		g->order[first + left + i] = g->spare[i];
	s->first[2 * node] = first;
	s->n[2 * node] = left;
	s->first[2 * node + 1] = first + left;
	s->n[2 * node + 1] = right;
	s->all[2 * node] = cut->left;
	s->all[2 * node + 1] = s->all[node] - cut->left;
}

static void
split(struct grower *g, struct sapling *s, unsigned node)
{
	struct cut best = { GAIN_LEAST, NO_ASK, UINT8_MAX, 0 };

	for (unsigned p = 0; !s->is_leaf[node] && p < s->n_place; p++)
		best_of(&best, g->bin[node][p], s->all[node], s->place[p]);
	s->tree->ask[node] = (uint8_t)best.place;
	s->tree->most[node] = (uint8_t)best.most;
	if (best.place == NO_ASK) {
		s->is_leaf[2 * node] = s->is_leaf[2 * node + 1] = true;
		s->all[2 * node] = s->all[2 * node + 1] = s->all[node];
		return;
	}
	part_rows(g, s, node, &best);
	if (2 * node < TREE_LEAVES)
		count_both(g, s, node);
}

static float
says(grow_slope s)
{
	return STEP * num_within(-slope(s) / (bend(s) + HOLD), -LEAF_MOST,
	    LEAF_MOST);
}

/* Beyond what the root says, which all rows have in common. */
static void
values(struct grower *g, struct sapling *s)
{
	float root = says(s->all[1]);

	for (unsigned k = 1; k < 2 * TREE_LEAVES; k++) {
		float v = (says(s->all[k]) - root) * VALUE_STEPS;

		s->tree->value[k] = (int16_t)(v + (v < 0 ? -0.5f : 0.5f));
	}
	g->forest.bias += root;
	for (uint32_t i = 0; i < g->rows; i++)
		g->sum[i] += root + (float)s->tree->value[tree_leaf(s->tree,
		    &g->look[i])] / VALUE_STEPS;
}

bool
grow_tree(struct grower *g)
{
	struct sapling s;

	if (g->forest.n >= TREES || g->own == 0 || g->own == g->rows)
		return false;
	sow(&s, g);
	count(g, &s, 1);
	for (unsigned node = 1; node < TREE_LEAVES; node++)
		split(g, &s, node);
	values(g, &s);
	g->forest.n++;
	return g->forest.n < TREES;
}
