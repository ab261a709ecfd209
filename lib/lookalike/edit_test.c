/* SPDX-License-Identifier: Apache-2.0 */
/* Distances and the slips they are made of. */
#include "lookalike/edit.h"

#include "test/t.h"

static struct slips *slips;

static const struct test {
	const char *is, *was;
	int distance;
	enum edit_op first;
	unsigned n;
} tests[] = {
	{ "paypal", "paypal", 0, EDIT_NONE, 0 },
	{ "paypa1", "paypal", 3, EDIT_VISUAL, 1 },
	{ "rnicrosoft", "microsoft", 3, EDIT_VISUAL, 1 },
	{ "microsoft", "rnicrosoft", 3, EDIT_VISUAL, 1 },
	{ "vvalmart", "walmart", 3, EDIT_VISUAL, 1 },
	{ "aclobe", "adobe", 3, EDIT_VISUAL, 1 },
	{ "qaypal", "paypal", 4, EDIT_BIT, 1 },
	{ "oaypal", "paypal", 5, EDIT_KEY, 1 },
	{ "peypal", "paypal", 4, EDIT_BIT, 1 },
	{ "paypol", "paypal", 3, EDIT_VISUAL, 1 },
	{ "puypal", "paypal", 6, EDIT_VOWEL, 1 },
	{ "paypzal", "paypal", 10, EDIT_INSERT, 1 },
	{ "xpaypal", "paypal", 10, EDIT_INSERT_END, 1 },
	{ "paypalx", "paypal", 10, EDIT_INSERT_END, 1 },
	{ "payppal", "paypal", 4, EDIT_DOUBLE, 1 },
	{ "pypal", "paypal", 10, EDIT_OMIT, 1 },
	{ "gogle", "google", 4, EDIT_OMIT_DOUBLE, 1 },
	{ "papyal", "paypal", 5, EDIT_SWAP, 1 },
	{ "pay-pal", "paypal", 2, EDIT_HYPHEN, 1 },
	{ "wellsfargo", "wells-fargo", 2, EDIT_NO_HYPHEN, 1 },
	{ "stearncomrnunity", "steamcommunity", 6, EDIT_VISUAL, 2 },
	{ "papya1", "paypal", 8, EDIT_SWAP, 2 },
	{ "abcdefghijklmnopqrst", "tsrqponmlkjihgfedcba", -1, EDIT_NONE, 0 },
	{ "a", "abcdefghijklmnopqrstuvwxyz", -1, EDIT_NONE, 0 },
	{ "", "a", 10, EDIT_OMIT, 1 },
	{ "", "", 0, EDIT_NONE, 0 },
};

static unsigned
price(const char *a, const char *b)
{
	return slips_price(slips, (const uint8_t *)a, (unsigned)strlen(a),
	    (const uint8_t *)b, (unsigned)strlen(b));
}

static void
row(const struct test *t)
{
	struct edits e;
	char label[100];
	bool ok = edits_between(&e, slips, (const uint8_t *)t->is,
	    (unsigned)strlen(t->is), (const uint8_t *)t->was,
	    (unsigned)strlen(t->was));

	snprintf(label, sizeof(label), "%s for %s", t->is, t->was);
	if (t->distance < 0) {
		T_OK(!ok && price(t->is, t->was) == EDIT_FAR, label);
		return;
	}
	T_OK(ok && e.distance == t->distance && e.n == t->n &&
	    (t->n == 0 || e.edit[0].op == t->first) &&
	    (price(t->is, t->was) == 0) == (t->n == 0), label);
	if (ok && (e.distance != t->distance || e.n != t->n ||
	    (t->n > 0 && e.edit[0].op != t->first)))
		printf("# distance %u, %u slips, first %d\n", e.distance, e.n,
		    e.edit[0].op);
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	slips = slips_new(&a);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		row(&tests[i]);
	T_OK(price("paypa1", "paypal") < price("paypak", "paypal") &&
	    price("paypak", "paypal") < price("paypaq", "paypal"),
	    "shapes are likelier than neighbours, these than others");
	T_OK(price("papyla", "paypal") > 2 * price("papyal", "paypal"),
	    "a second slip costs more than the first");
	arena_free(&a);
	return t_done();
}
