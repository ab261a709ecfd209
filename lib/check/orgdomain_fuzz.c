/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks through zones made of the input, against a slow model that follows
 * RFC 9989 4.10 word by word over arrays of labels.  At most eight
 * questions; the order of answers changes nothing; alignment is symmetric.
 *
 * Input: octet 0, 1: labels of two names; 2..9: how much of their end they
 * share, and order; then, two octets a record: depth and kind.
 */
#include "check/orgdomain.h"

#include "test/run_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_LABELS = 14, MAX_RR = 24 };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static const struct { const char *text; enum assay_akind kind; int psd; }
kinds[] = {
	{ "v=DMARC1; p=reject", 0, 'u' },
	{ "v=DMARC1; p=none; psd=n", 0, 'n' },
	{ "v=DMARC1; p=quarantine; psd=y; sp=none", 0, 'y' },
	{ "v=spf1 -all", 0, 0 },
	{ "v=DMARC1;", 0, 'u' },
	{ NULL, ASSAY_A_TEMPFAIL, 0 },
	{ NULL, ASSAY_A_NODATA, 0 },
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct world {
	struct fixture_rr rr[MAX_RR];
	uint8_t kind[MAX_RR];
	char name[MAX_RR][80];
	size_t n;
	char start[2][80];
};

/* "f.e.d.c.b.a" of so many labels; the second name leaves the first one
 * after share labels. */
static void
make_name(char *out, size_t labels, size_t share, bool second)
{
	size_t n = 0;

	for (size_t i = labels; i > 0; i--) {
		out[n++] = (char)((second && i > share ? 'n' :
		    'a') + (char)(i - 1) % 13);
		out[n++] = i > 1 ? '.' : '\0';
	}
}

static const char *
tail_of(const char *name, size_t labels)
{
	size_t have = 1;

	for (const char *s = name; *s != '\0'; s++)
		have += *s == '.';
	for (; have > labels; have--)
		name = strstr(name, ".") + 1;
	return name;
}

static void
build(struct world *w, const uint8_t *data, size_t size)
{
	size_t a = 1 + data[0] % MAX_LABELS, b = 1 + data[1] % MAX_LABELS;

	*w = (struct world){ .n = 0 };
	make_name(w->start[0], a, a, false);
	make_name(w->start[1], b, data[2] % (b + 1), true);
	for (size_t i = 3; i + 1 < size && w->n < MAX_RR; i += 2) {
		bool second = (data[i] & 0x80) != 0;
		size_t depth = 1 + (data[i] & 0x7f) % (second ? b : a);
		struct fixture_rr *rr = &w->rr[w->n];
		w->kind[w->n] = data[i + 1] % N_KINDS;
		snprintf(w->name[w->n], sizeof(w->name[0]), "_dmarc.%s",
		    tail_of(w->start[second], depth));
		*rr = (struct fixture_rr){ .name = w->name[w->n],
			.type = ASSAY_T_TXT,
			.text = kinds[w->kind[w->n]].text,
			.kind = kinds[w->kind[w->n]].kind };
		w->n++;
	}
}

/* ---- the model ---------------------------------------------------------- */

/* 'u', 'n', 'y': the one record's psd; 0: none left; '!': no answer. */
static int
model_at(const struct world *w, const char *name)
{
	int found = 0, n = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->name[i] + 7, name) != 0)
			continue;
		if (kinds[w->kind[i]].kind == ASSAY_A_TEMPFAIL)
			return '!';
		if (kinds[w->kind[i]].kind == ASSAY_A_NODATA)
			return 0;
		if (kinds[w->kind[i]].psd != 0) {
			found = kinds[w->kind[i]].psd;
			n++;
		}
	}
	return n == 1 ? found : 0;
}

/* Labels of the organizational domain of start, 0: not known; *queries. */
static size_t
model_org(const struct world *w, const char *start, size_t *queries)
{
	size_t x = 1, target, fewest = 0;
	bool doubt = false;

	for (const char *s = start; *s != '\0'; s++)
		x += *s == '.';
	target = x;
	*queries = 0;
	while (target > 0) {
		int psd = model_at(w, tail_of(start, target));
		(*queries)++;
		doubt |= psd == '!';
		if (psd == 'n')
			return doubt ? 0 : target;
		if (psd == 'y')
			return doubt ? 0 : target == x ?
			    x : target + 1;
		if (psd == 'u')
			fewest = target;
		target = target >= 8 ? 7 : target - 1;
	}
	return doubt ? 0 : fewest == 0 ? x : fewest;
}

/* ---- the walk ----------------------------------------------------------- */

static void
run_walk(struct walk *out, struct fixture *f, const char *start)
{
	struct domain d = { assay_cstr(start) };

	while (walk_author(out, &f->run, d) == STEP_WAIT)
		must(fixture_answers(f));
}

static void
check_walk(const struct world *w, const struct walk *k, const char *start)
{
	size_t queries, org = model_org(w, start, &queries);
	bool failed;

	must(k->n <= LIMIT_WALK && k->n == queries);
	must(k->failed == (org == 0));
	if (org > 0)
		must(span_eq(k->org.name, assay_cstr(tail_of(start, org))));
	else
		must(domain_absent(k->org));
	for (size_t i = 1; i < k->n; i++)
		must(k->at[i].name.name.len < k->at[i - 1].name.name.len);
	(void)walk_policy(k, ASSAY_RFC9989, &failed);
	must(!failed || k->failed);
}

static void
one(const struct world *w, enum fixture_mode mode, uint32_t seed)
{
	struct fixture f;
	struct walk a, b;
	bool ab, ba, guard_ab, guard_ba;

	fixture_init(&f, w->rr, w->n);
	f.mode = mode;
	f.seed = seed;
	if (mode == FIXTURE_WARM)
		f.memo.warm[f.memo.n_warm++] = (struct assay_oracle){
			.ask = fixture_ask, .self = &f };
	run_walk(&a, &f, w->start[0]);
	check_walk(w, &a, w->start[0]);
	must(f.memo.n <= LIMIT_WALK);
	run_walk(&b, &f, w->start[1]);
	check_walk(w, &b, w->start[1]);
	must(f.memo.n <= 2 * LIMIT_WALK);
	while (walk_same_org(&ab, &guard_ab, &f.run, &a, &b) == STEP_WAIT)
		must(fixture_answers(&f));
	while (walk_same_org(&ba, &guard_ba, &f.run, &b, &a) == STEP_WAIT)
		must(fixture_answers(&f));
	must(ab == ba && guard_ab == guard_ba && !(ab && guard_ab));
	/* what the guard takes away was there by the letter */
	must(!guard_ab || domain_eq(a.org, b.org));
	fixture_free(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w;

	if (size < 3)
		return 0;
	build(&w, data, size);
	one(&w, FIXTURE_WARM, 0);
	one(&w, FIXTURE_ALL, 0);
	one(&w, FIXTURE_ONE, data[2]);
	return 0;
}
