/* SPDX-License-Identifier: Apache-2.0 */
/* Forests find what two terms say together, and look where they may. */
#include "behave/season.h"

#include <stdlib.h>

#include "test/t.h"

static struct chance chance = { 11 };

static struct example
row(unsigned a, uint8_t at_a, unsigned b, uint8_t at_b)
{
	struct example e = { .size = 200 };

	for (unsigned t = 0; t < N_FEATURE; t++)
		e.at[t] = (uint8_t)chance_below(&chance,
		    (KNOTS - 1) * MARK_STEPS);
	e.at[a] = at_a;
	e.at[b] = at_b;
	return e;
}

enum { A = ROW_MAILER, B = ROW_TIME_ZONE, LOW = 20, HIGH = 200 };

/* Genuine: both low or, less often, both high; impostors: one of each.  No
 * sum of curves of one term can tell them apart. */
static void
examples(struct trainer *t)
{
	t->n_example = 4000;
	for (uint32_t i = 0; i < t->n_example; i++) {
		uint8_t x = i % 2 ? LOW : HIGH, y = i % 2 ? HIGH : LOW;

		t->own[i] = row(A, i % 5 < 3 ? LOW : HIGH, B, i % 5 < 3 ?
		    LOW : HIGH);
		for (unsigned h = 0; h < N_HYPOTHESIS; h++)
			t->other[h][i] = row(A, x, B, y);
		/* what only machines can tell */
		t->own[i].at[ROW_AUTH] = LOW;
		t->other[H_INFRA][i].at[ROW_AUTH] = HIGH;
	}
}

/* What its leaves say. */
static float
leaves(const struct forest *f, const struct look *l)
{
	int32_t sum = 0;

	for (unsigned i = 0; i < f->n && i < TREES; i++) {
		const struct tree *t = &f->tree[i];
		unsigned node = 1;

		for (unsigned d = 0; d < TREE_DEPTH; d++)
			node = tree_next(t, node, l);
		sum += t->value[node];
	}
	return (float)sum / VALUE_STEPS + f->bias;
}

static float
sum_of(const struct forest *f, const struct example *e)
{
	struct marks m;
	struct look l;
	float share[N_LOOK], sum, all = 0;

	example_marks(&m, e);
	look_of(&l, &m);
	sum = leaves(f, &l);
	forest_shares(f, &l, share);
	for (unsigned p = 0; p < N_LOOK; p++)
		all += share[p];
	if (all + f->bias != sum || forest_sum(f, &l) != all)
		T_OK(false, "shares add up");
	return sum;
}

static void
tells(const struct forest *f, const char *what)
{
	unsigned right = 0;

	for (unsigned i = 0; i < 400; i++) {
		uint8_t x = i % 2 ? LOW : HIGH, y = i % 2 ? HIGH : LOW;
		struct example own = row(A, x, B, x), not = row(A, x, B, y);

		own.at[ROW_AUTH] = not.at[ROW_AUTH] = LOW;
		right += sum_of(f, &own) < 0;
		right += sum_of(f, &not) > 0;
	}
	printf("# %s: %u of 800\n", what, right);
	T_OK(right >= 780, what);
}

static bool
asks(const struct forest *f, bool (*of)(unsigned))
{
	for (unsigned i = 0; i < f->n; i++)
		for (unsigned k = 1; k < TREE_LEAVES; k++)
			if (f->tree[i].ask[k] < N_FEATURE &&
			    of(f->tree[i].ask[k]))
				return true;
	return false;
}

static bool
of_provider(unsigned term)
{
	return term_owner(term) == OWNER_PROVIDER;
}

static void
grown(struct trainer *t, struct grower *g)
{
	unsigned n = 1;

	grow_begin(g, t, FOREST_HANDS, 1);
	while (grow_tree(g))
		n++;
	T_OK(n == TREES && g->forest.n == TREES, "a tree a call");
	tells(&g->forest, "hands: two terms together");
	T_OK(!asks(&g->forest, of_provider),
	    "hands never ask what a pass could answer");
	grow_begin(g, t, FOREST_MACHINES, 1);
	while (grow_tree(g))
		;
	T_OK(asks(&g->forest, of_provider), "machines do");
}

static void
nothing_to_learn(struct trainer *t, struct grower *g)
{
	struct trainer *empty = calloc(1, sizeof(*empty));

	grow_begin(g, empty, FOREST_HANDS, 1);
	T_OK(!grow_tree(g) && g->forest.n == 0, "no examples, no tree");
	free(empty);
	for (uint32_t i = 0; i < t->n_example; i++)
		for (unsigned h = 0; h < N_HYPOTHESIS; h++)
			t->other[h][i] = t->own[i];
	grow_begin(g, t, FOREST_HANDS, 1);
	while (grow_tree(g))
		;
	T_OK(g->forest.n == TREES && sum_of(&g->forest, &t->own[0]) < 0.5f &&
	    sum_of(&g->forest, &t->own[0]) > -0.5f,
	    "impostors like the genuine: no opinion");
}

static void
seasons(struct trainer *t, struct grower *again)
{
	struct season *s = calloc(1, sizeof(*s));
	struct forest *f = calloc(N_FOREST, sizeof(*f));
	unsigned n = 0;

	while (!season_turn(s, t, 5) && n < 10000)
		n++;
	season_harvest(f, s);
	T_OK(n + 1 == SEASON_FIRST + 2 * TREES && f[FOREST_HANDS].n == TREES &&
	    f[FOREST_MACHINES].n == TREES, "both are there at once");
	n = 0;
	for (; s->number < 2 && n < 10000; n++)
		season_turn(s, t, 5);
	T_OK(n + 2 * TREES == 2 * SEASON_FIRST, "the next after twice as "
	    "many");
	grow_begin(again, t, FOREST_HANDS, num_mix(5 + 1 * N_FOREST +
	    FOREST_HANDS));
	while (grow_tree(again))
		;
	T_OK(memcmp(&again->forest, &f[FOREST_HANDS], sizeof(*f)) == 0,
	    "the same seed, the same forest");
	free(s);
	free(f);
}

static void
together(void)
{
	static const float s[5] = { -30, -2, 0, 2, 30 };
	float of_a;

	for (unsigned i = 0; i < 5; i++)
		for (unsigned k = 0; k < 5; k++)
			if (either(0.3f, s[i], s[k], &of_a) <
			    s[k] - 0.36f || of_a < 0 || of_a > 1)
				T_OK(false, "machines lower no hands");
	T_OK(either(0.3f, -30, 1, NULL) > 0.64f &&
	    either(0.3f, -30, 1, NULL) < 0.65f, "1 + log 0.7");
}

int
main(void)
{
	struct trainer *t = calloc(1, sizeof(*t));
	struct grower *g = calloc(1, sizeof(*g));

	if (t == NULL || g == NULL)
		return 1;
	examples(t);
	grown(t, g);
	seasons(t, g);
	nothing_to_learn(t, g);
	together();
	free(t);
	free(g);
	return t_done();
}
