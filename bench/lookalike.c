/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike.c - lookalike [FILE]: what a look-up costs against 100,000 and
 * 1,000,000 known names, of FILE (a name a line) and, when there are too few,
 * made up.
 *
 * One core, in turn: names that are like none, drawn of the same letters and
 * lengths; honest names (FILE's own that are not known) when there are any
 * left; and known names with one slip.  Of these it says which share led back,
 * which to another known name that is as near or nearer, or is one itself, and
 * which was lost.
 */
#include "lookalike/lookalike.h"
#include "lookalike/skeleton.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"

enum { QUERIES = 200000, ROUNDS = 5, NAME = 72 };

static uint64_t seed = 88172645463325252u;

static uint32_t
draw(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 32) * n >> 32);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static char (*names)[NAME], (*query)[NAME];
static uint8_t length[QUERIES];
static uint32_t *from;		/* the known name that a query was made of */

/* Syllables, of the lengths that names have. */
static void
invent(char *out)
{
	static const char vowel[] = "aeiou", other[] = "bcdfghjklmnprstvwxyz";
	unsigned n = 6 + draw(10);

	for (unsigned i = 0; i < n; i++)
		out[i] = i % 2 == 1 ? vowel[draw(5)] : other[draw(20)];
	strcpy(out + n, ".com");
}

static size_t
read_names(const char *path, size_t max)
{
	FILE *f = path == NULL ? NULL : fopen(path, "r");
	char line[512];
	size_t n = 0;

	while (f != NULL && n < max && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n\t")] = '\0';
		if (strlen(line) < NAME - 2 && strchr(line, '.') != NULL &&
		    line[0] != '#')
			strcpy(names[n++], line);
	}
	if (f != NULL)
		fclose(f);
	/* the list may be sorted */
	for (size_t i = n; i > 1; i--) {
		size_t k = draw((uint32_t)i);
		char t[NAME];

		memcpy(t, names[i - 1], NAME);
		memcpy(names[i - 1], names[k], NAME);
		memcpy(names[k], t, NAME);
	}
	return n;
}

static void
random_name(char *out)
{
	unsigned n = 6 + draw(10);

	for (unsigned i = 0; i < n; i++)
		out[i] = (char)('a' + draw(26));
	strcpy(out + n, ".com");
}

/* One slip in the label of known name id, of five letters or more. */
static bool
slip(char *out, uint32_t id)
{
	size_t n = strcspn(names[id], "."), p;

	if (n < 5 || n > 60 || strncmp(names[id], "xn--", 4) == 0)
		return false;
	strcpy(out, names[id]);
	p = draw((uint32_t)n);
	if (out[p] == '-' || (p + 1 < n && out[p + 1] == '-'))
		return false;
	switch (draw(4)) {
	case 0:
		out[p] = (char)('a' + draw(26));
		break;
	case 1:
		memmove(out + p, out + p + 1, strlen(out + p));
		break;
	case 2:
		memmove(out + p + 1, out + p, strlen(out + p) + 1);
		out[p] = (char)('a' + draw(26));
		break;
	default:
		if (p + 1 < n) {
			out[p] = names[id][p + 1];
			out[p + 1] = names[id][p];
		}
		break;
	}
	return strcmp(out, names[id]) != 0;
}

static bool
label_of(struct reading *out, const char *name)
{
	struct assay_span s = assay_cstr(name);

	s.len -= lookalike_suffix(s) + 1;
	return reading_of(out, s);
}

/* What led elsewhere: was it lost, or is the other as near? */
static bool
is_as_near(const struct slips *slips, const char *is, const char *was,
    const struct lookalike_hit *hit)
{
	char other[NAME];
	struct reading a, b, c;

	snprintf(other, sizeof(other), "%.*s", (int)hit->name.len,
	    (const char *)hit->name.ptr);
	return label_of(&a, is) && label_of(&b, was) && label_of(&c, other) &&
	    slips_price(slips, a.c, a.n, c.c, c.n) <=
	    slips_price(slips, a.c, a.n, b.c, b.n);
}

/* Once more, without a clock. */
static void
where_to(const struct lookalikes *ix, const struct slips *slips)
{
	size_t other = 0, lost = 0;

	for (size_t i = 0; i < QUERIES; i++) {
		struct assay_span q = assay_cstr(query[i]);
		struct lookalike_hit hit;

		(void)lookalike_find(ix, q, 0, &hit);
		if (lookalike_known(ix, q))
			other++;
		else if (hit.kind == LOOKALIKE_NONE)
			lost++;
		else if (span_eq(hit.name, assay_cstr(names[from[i]])))
			continue;
		else if (is_as_near(slips, query[i], names[from[i]], &hit))
			other++;
		else
			lost++;
	}
	printf(", to another as near %.2f %%, lost %.3f %%",
	    100. * (double)other / QUERIES, 100. * (double)lost / QUERIES);
}

static void
time_one(const struct lookalikes *ix, const char *what,
    const struct slips *slips)
{
	double best = 1e9, sum = 0;
	size_t found = 0, right = 0, near = 0;

	for (size_t i = 0; i < QUERIES; i++)
		length[i] = (uint8_t)strlen(query[i]);
	for (int r = 0; r < ROUNDS; r++) {
		double t = now();

		found = right = near = 0;
		for (size_t i = 0; i < QUERIES; i++) {
			struct lookalike_hit hit;
			struct assay_span q = { (uint8_t *)query[i],
				length[i] };

			found += lookalike_find(ix, q, 0, &hit);
			near += hit.kind != LOOKALIKE_NONE;
			right += slips != NULL && hit.kind != LOOKALIKE_NONE &&
			    span_eq(hit.name, assay_cstr(names[from[i]]));
		}
		t = (now() - t) / QUERIES;
		sum += t;
		best = t < best ? t : best;
	}
	printf("  %-28s %6.0f ns (best %.0f), near a name %.2f %%, told "
	    "%.2f %%", what, sum / ROUNDS * 1e9, best * 1e9,
	    100. * (double)near / QUERIES, 100. * (double)found / QUERIES);
	if (slips != NULL) {
		printf(", led back %.2f %%", 100. * (double)right / QUERIES);
		where_to(ix, slips);
	}
	printf("\n");
}

static void
run(size_t n, size_t real)
{
	struct lookalike_counts c;
	struct lookalikes *ix;
	struct arena a;
	double t = now();
	size_t honest = 0;

	arena_init(&a, LIMIT_LOOKALIKE_MEMORY);
	ix = lookalike_new(&a, n);
	for (size_t i = 0; ix != NULL && i < n; i++)
		(void)lookalike_add(ix, assay_cstr(names[i]), 0);
	if (ix == NULL)
		exit(2);
	lookalike_count(ix, &c);
	printf("%zu known names (%zu real): %.1f entries a name, load %.2f, "
	    "%zu dropped, %.0f MB, built in %.2f s\n", c.names,
	    real < n ? real : n, (double)c.entries / (double)c.names,
	    (double)c.entries / (double)c.slots, c.dropped,
	    (double)c.octets / 1e6, now() - t);
	for (size_t i = 0; i < QUERIES; i++)
		random_name(query[i]);
	time_one(ix, "random letters", NULL);
	for (size_t i = n; i < real && honest < QUERIES; i++)
		strcpy(query[honest++], names[i]);
	for (size_t i = honest; honest > 1000 && i < QUERIES; i++)
		strcpy(query[i], query[i % honest]);
	if (honest > 1000)
		time_one(ix, "honest names", NULL);
	for (size_t i = 0; i < QUERIES; )
		if (slip(query[i], from[i] = draw((uint32_t)n)))
			i++;
	time_one(ix, "one slip of a known name", slips_new(&a));
	arena_free(&a);
}

int
main(int argc, char **argv)
{
	size_t max = LIMIT_LOOKALIKE_NAMES + 100000, real;

	names = calloc(max, NAME);
	query = calloc(QUERIES, NAME);
	from = calloc(QUERIES, sizeof(*from));
	if (names == NULL || query == NULL || from == NULL)
		return 2;
	real = read_names(argc > 1 ? argv[1] : NULL, max);
	for (size_t i = real; i < max; i++)
		invent(names[i]);
	if (real > 60000)
		run(real / 2, real);
	run(100000, real);
	run(LIMIT_LOOKALIKE_NAMES, real);
	return 0;
}
