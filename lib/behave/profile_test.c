/* SPDX-License-Identifier: Apache-2.0 */
/* Counts that fade, budgets, and joining in any order. */
#include "behave/num.h"
#include "behave/profile.h"

#include <stdlib.h>

#include "test/t.h"

enum { ROOM_SLOTS = 3000, NOW = 9000 };

static struct chance chance = { 3 };

static struct profile *
empty(bool of_domain)
{
	struct profile *p = calloc(1, sizeof(*p) + ROOM_SLOTS *
	    sizeof(struct slot));

	p->cap_slot = ROOM_SLOTS;
	p->of_domain = of_domain;
	return p;
}

static struct profile *
copy(const struct profile *p)
{
	struct profile *q = empty(false);

	memcpy(q, p, sizeof(*p) + ROOM_SLOTS * sizeof(struct slot));
	return q;
}

/* But for the sums that were asked for last. */
static bool
equal(const struct profile *a, const struct profile *b)
{
	return memcmp(a, b, offsetof(struct profile, sum_day)) == 0 &&
	    a->n_slot == b->n_slot && memcmp(a->slot, b->slot,
	    a->n_slot * sizeof(struct slot)) == 0;
}

static void
fades(void)
{
	weight w = weight_add(0, 1000, 1), v = w;

	T_OK(weight_read(w, 1000) > 0.99f && weight_read(w, 1000) < 1.01f,
	    "one is one");
	T_OK(weight_read(w, 1000 + HALF_DAYS) < 0.51f, "and fades to half");
	for (int i = 0; i < 99; i++)
		v = weight_add(v, 1000, 1);
	printf("# a hundred: %.2f\n", (double)weight_read(v, 1000));
	T_OK(weight_read(v, 1000) > 98 && weight_read(v, 1000) < 102,
	    "a hundred");
	T_OK(weight_add(0, 2000, 1) > w, "the younger weighs more");
	T_OK(weight_read(weight_add(0, DAY_LAST, 1), DAY_LAST) > 0.99f,
	    "the last day");
	T_OK(day_of(INT64_MIN) == 0 && day_of(INT64_MAX) == DAY_LAST &&
	    day_of(946684800) == 0 && day_of(946684800 + 86400) == 1,
	    "days of absurd dates");
	T_OK(weight_read(weight_halve(v), 1000) < 51, "halved");
}

static void
logarithms(void)
{
	float worst = 0;

	for (int i = 1; i < 20000; i++) {
		float x = (float)i * 0.37f;
		float back = num_exp2(num_log2(x)) / x - 1;

		worst = num_most(worst, back < 0 ? -back : back);
	}
	printf("# log2 and exp2 undo each other: %g\n", (double)worst);
	T_OK(worst < 1e-5f, "log2 and exp2 undo each other");
	T_OK(num_log2(8) == 3 && num_log2(0.25f) == -2, "powers of two");
	T_OK(num_logistic(0) == 0.5f && num_logistic(90) > 0.999f &&
	    num_logistic(-90) < 0.001f, "logistic");
}

static void
budgets(void)
{
	struct profile *p = empty(false), *d = empty(true);
	const struct slot *s;

	for (uint32_t i = 0; i < 100; i++) {
		profile_add(p, ROW_MAILER, i, NOW);
		profile_add(p, ROW_MAILER, 7, NOW);
		profile_add(d, ROW_MAILER, i, NOW);
	}
	printf("# a row has %u slots\n", p->n_slot);
	T_OK(p->n_slot == profile_budget(false, ROW_MAILER), "a row has slots");
	s = profile_find(p, ROW_MAILER, 7);
	T_OK(s != NULL && profile_count(p, s->count, NOW) > 99,
	    "what counts most stays");
	T_OK(d->n_slot == profile_budget(true, ROW_MAILER),
	    "a domain has more");
	T_OK(profile_find(p, ROW_TIME_ZONE, 7) == NULL, "rows are apart");
	for (int i = 0; i < 3 * HALVE_AT; i++)
		profile_message(p, NOW, 3);
	T_OK(weight_read(p->messages, NOW) <= HALVE_AT + 1, "halves");
	free(p);
	free(d);
}

/* What a node saw: some values of some rows, on some days. */
static struct profile *
seen(void)
{
	struct profile *p = empty(false);

	for (int i = 0; i < 400; i++) {
		uint16_t day = (uint16_t)(NOW + chance_below(&chance, 40));

		profile_add(p, chance_below(&chance, 5),
		    chance_below(&chance, 30), day);
		if (i % 10 == 0)
			profile_message(p, day, chance_below(&chance, 24));
	}
	return p;
}

static void
joining(void)
{
	bool commutes = true, associates = true, idempotent = true;

	for (int round = 0; round < 200; round++) {
		struct profile *a = seen(), *b = seen(), *c = seen();
		struct profile *ab = copy(a), *ba = copy(b), *bc = copy(b);
		struct profile *twice, *x = copy(a);

		profile_merge(ab, b);
		profile_merge(ba, a);
		profile_merge(bc, c);
		commutes = commutes && equal(ab, ba);
		twice = copy(ab);
		profile_merge(twice, b);
		profile_merge(twice, a);
		idempotent = idempotent && equal(twice, ab);
		profile_merge(ab, c);
		profile_merge(x, bc);
		associates = associates && equal(ab, x);
		free(a), free(b), free(c), free(ab), free(ba), free(bc);
		free(twice), free(x);
	}
	T_OK(commutes, "a with b is b with a");
	T_OK(associates, "in any order");
	T_OK(idempotent, "any number of times");
}

int
main(void)
{
	fades();
	logarithms();
	budgets();
	joining();
	return t_done();
}
