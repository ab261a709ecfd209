/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/people.h"

#include "test/t.h"

static const struct span list[] = {
	SPAN_INIT("Erika Mustermann <erika@home.example>, <e.m@uni.example>"),
	SPAN_INIT("J\xc3\xbcrgen M\xc3\xb6ller"),
	SPAN_INIT("Hans M\xc3\xb6ller"),
	SPAN_INIT("Anna"),				/* anybody's        */
	SPAN_INIT("\xe5\xbc\xa0\xe4\xbc\x9f"),		/* Zhang Wei        */
	SPAN_INIT("=?utf-8?q?Zo=C3=AB_Quint?="),
	SPAN_INIT(""),
};

static const struct {
	const char *name, *who;
	enum likeness how;
} cases[] = {
	{ "Erika Mustermann", "Erika Mustermann", LIKE_NAME },
	{ "MUSTERMANN, Erika", "Erika Mustermann", LIKE_NAME },
	{ "Dr. Erika Mustermann", "Erika Mustermann", LIKE_NAME },
	{ "erikamustermann", "Erika Mustermann", LIKE_NAME },
	{ "E r i k a  M u s t e r m a n n", "Erika Mustermann", LIKE_NAME },
	{ "Er\xd1\x96k\xd0\xb0 Mustermann", "Erika Mustermann", LIKE_NAME },
	{ "E. Mustermann", "Erika Mustermann", LIKE_INITIALS },
	{ "Erika Mustermann (CEO)", "Erika Mustermann", LIKE_AMONG },
	{ "CEO Mustermann Erika urgent", "Erika Mustermann", LIKE_AMONG },
	{ "Erika Musterfrau", NULL, LIKE_NOBODY },
	{ "Mustermann", NULL, LIKE_NOBODY },
	{ "Erika", NULL, LIKE_NOBODY },
	{ "F. Mustermann", NULL, LIKE_NOBODY },
	{ "Juergen Moeller", "J\xc3\xbcrgen M\xc3\xb6ller", LIKE_NAME },
	{ "H. Moller", "Hans M\xc3\xb6ller", LIKE_INITIALS },
	{ "Anna", NULL, LIKE_NOBODY },
	{ "\xe5\xbc\xa0\xe4\xbc\x9f", "\xe5\xbc\xa0\xe4\xbc\x9f", LIKE_NAME },
	{ "Quint, Zoe", "Zo\xc3\xab Quint", LIKE_NAME },
	{ "", NULL, LIKE_NOBODY },
};

static void
test_like(const struct people *people, struct arena *a)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct person *who;
		struct name_fold f;

		T_OK(name_fold(&f, assay_cstr(cases[i].name), a), "fold");
		T_INT(people_like(&who, people, &f), cases[i].how,
		    cases[i].name);
		T_SPAN(who == NULL ? SPAN_NONE : who->shown,
		    assay_cstr(cases[i].who), "who");
	}
}

/* Thousands with one family name: found, and not by reading them all. */
static void
test_many(void)
{
	static char room[3000][40];
	static struct span name[3000];
	struct people people;
	const struct person *who;
	struct name_fold f;
	struct arena a;

	arena_init(&a, 8 << 20);
	for (size_t i = 0; i < 3000; i++) {
		int n = snprintf(room[i], sizeof(room[i]), "x%c%c%c Meierhofer",
		    'a' + (int)(i % 20), 'a' + (int)(i / 20 % 20),
		    'a' + (int)(i / 400));
		name[i] = (struct span){ (uint8_t *)room[i], (size_t)n };
	}
	T_OK(people_make(&people, name, 3000, &a), "made");
	T_INT(people.n, LIMIT_PEOPLE, "so many and no more");
	T_OK(name_fold(&f, SPAN("Meierhofer xbcd"), &a), "fold");
	T_INT(people_like(&who, &people, &f), LIKE_NOBODY,
	    "namesakes beyond the bound are only found as written");
	T_OK(name_fold(&f, name[1999], &a), "fold");
	T_INT(people_like(&who, &people, &f), LIKE_NAME, "as written");
	arena_free(&a);
}

int
main(void)
{
	struct people people;
	struct arena a;

	arena_init(&a, 1 << 20);
	T_OK(people_make(&people, list, sizeof(list) / sizeof(list[0]), &a),
	    "made");
	T_INT(people.n, 5, "those that say enough");
	T_INT(people.refused, 2, "and the others");
	test_like(&people, &a);
	T_OK(person_owns(&people.person[0], SPAN("Erika@Home.example")),
	    "an address of hers");
	T_OK(person_owns(&people.person[0], SPAN("e.m@uni.example")),
	    "the second");
	T_OK(!person_owns(&people.person[0], SPAN("erika@uni.example")),
	    "not hers");
	T_OK(people_make(&people, NULL, 0, &a) && people.n == 0, "nobody");
	arena_free(&a);
	test_many();
	return t_done();
}
