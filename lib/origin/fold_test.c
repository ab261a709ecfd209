/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/fold.h"

#include "test/t.h"

/* Groups that look the same, or are one name written in several ways. */
static const char *const same[][6] = {
	{ "J\xc3\xbcrgen M\xc3\xb6ller", "JUERGEN MOELLER", "Jurgen Moller",
	  "J\x75\xcc\x88rgen Mo\xcc\x88ller", "J\xc3\xbcrgen Moeller" },
	{ "Paul Corner", "Pau1 C0rner", "P\xd0\xb0ul Comer",
	  "\xef\xbc\xb0\xef\xbd\x81ul Corner",
	  "\xf0\x9d\x90\x8f\xf0\x9d\x90\x9aul Corner" },
	{ "Dr. Ilse Walter", "Ilse Walter, PhD", "ILSE  VValter",
	  "llse Walter", "I\xe2\x80\x8blse Walter" },
	{ "Sean O'Brien", "Sean O\xe2\x80\x99" "Brien", "SEAN OBRIEN" },
	{ "Hans-Peter Gro\xc3\x9f", "Hans Peter Gross",
	  "Hans\xe2\x80\x90Peter Gros" },
	{ "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd",
	  "\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd" },
};

static void
test_same(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		for (size_t k = 1; k < 6 && same[i][k] != NULL; k++) {
			struct name_fold x, y;
			bool initials;

			T_OK(name_fold(&x, assay_cstr(same[i][0]), &a) &&
			    name_fold(&y, assay_cstr(same[i][k]), &a),
			    same[i][k]);
			T_OK(name_same(&x, &y, &initials) && !initials,
			    "one name");
			T_SPAN(y.joined, x.joined, same[i][0]);
			T_INT(name_find(&x, &y), 0, "found");
		}
	arena_free(&a);
}

enum how { NO, YES, BY_INITIALS };

static const struct {
	const char *a, *b;
	enum how how;
} pairs[] = {
	{ "Erika Mustermann", "Mustermann, Erika", YES },
	{ "Erika Mustermann", "E. Mustermann", BY_INITIALS },
	{ "Erika Mustermann", "Mustermann E", BY_INITIALS },
	{ "Erika Mustermann", "E. M.", NO },
	{ "Erika Maria Mustermann", "E. M. Mustermann", BY_INITIALS },
	{ "Erika Mustermann", "Erika Muster", NO },
	{ "Erika Mustermann", "Erika", NO },
	{ "Erika Mustermann", "F. Mustermann", NO },
	{ "Anna Anna", "Anna Berta", NO },
	{ "", "", NO },
	{ "A B", "A B", NO },
};

static void
test_pairs(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct name_fold x, y;
		bool initials = false, got;

		T_OK(name_fold(&x, assay_cstr(pairs[i].a), &a) &&
		    name_fold(&y, assay_cstr(pairs[i].b), &a), "fold");
		got = name_same(&x, &y, &initials);
		T_INT(!got ? NO : initials ? BY_INITIALS : YES,
		    pairs[i].how, pairs[i].b);
		T_OK(name_same(&y, &x, &initials) == got, "both ways");
	}
	arena_free(&a);
}

static void
test_flags(void)
{
	struct arena a;
	struct name_fold x, y;

	arena_init(&a, 1 << 20);
	T_OK(name_fold(&x, SPAN("P\xd0\xb0ypal"), &a) && x.mixed &&
	    !x.styled, "a Cyrillic a among Latin letters");
	T_OK(name_fold(&x, SPAN("Paul \xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"), &a)
	    && !x.mixed && x.n == 2, "a word each is honest");
	T_OK(name_fold(&x, SPAN("\xf0\x9d\x90\x8f"), &a) && x.styled,
	    "mathematical letters");
	T_OK(name_fold(&x, SPAN("Zo\xc3\xab"), &a) && !x.mixed && !x.styled,
	    "a diaeresis is neither");
	T_OK(name_fold(&x, SPAN("Support of Example Bank AG"), &a) &&
	    name_fold(&y, SPAN("ExampleBank"), &a) &&
	    name_find(&x, &y) == 2, "two words that read as one");
	T_OK(name_fold(&y, SPAN("Bank Example"), &a) &&
	    name_find(&x, &y) == x.n, "another order is another name");
	T_OK(name_fold(&y, SPAN(""), &a) && name_find(&x, &y) == x.n,
	    "nothing is in nothing");
	T_OK(name_fold(&x, SPAN("ab cd ef gh ij kl mn op qr st uv wx yz"),
	    &a) && x.n == LIMIT_NAME_WORDS, "many words");
	T_OK(name_fold(&x, SPAN("ab\xff" "cd"), &a) && x.n == 2,
	    "what is not UTF-8 parts words");
	arena_free(&a);
}

int
main(void)
{
	test_same();
	test_pairs();
	test_flags();
	return t_done();
}
