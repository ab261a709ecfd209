/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree walk: the examples of RFC 9989 (B.4, 4.10), its rules one by
 * one, and what an attacker or a broken server would make of it.
 */
#include "check/orgdomain_cases.h"
#include "check/orgdomain.h"

#include "test/run_fixture.h"
#include "test/t.h"

enum { MAX_RR = 16 };

struct zone {
	struct fixture_rr rr[MAX_RR];
	size_t n;
	char text[4096];
	size_t used;
};

static const char *
keep_text(struct zone *z, const char *prefix, const char *s, size_t n)
{
	char *at = z->text + z->used;

	z->used += (size_t)snprintf(at, sizeof(z->text) - z->used, "%s%.*s",
	    prefix, (int)n, s) + 1;
	return at;
}

static void
zone_load(struct zone *z, const struct walk_case *c)
{
	const char *s = c->zone == NULL ? "" : c->zone;

	*z = (struct zone){ .n = 0 };
	while (*s != '\0') {
		size_t name = strcspn(s, " "), line = strcspn(s, "\n");
		z->rr[z->n++] = (struct fixture_rr)RR(
		    keep_text(z, "_dmarc.", s, name), ASSAY_T_TXT,
		    keep_text(z, "", s + name + 1, line - name - 1));
		s += line + 1;
	}
	if (!c->not_existing)
		z->rr[z->n++] = (struct fixture_rr)RR(c->author, ASSAY_T_A,
		    "192.0.2.1");
}

static void
set_author(struct fixture *f, const char *name)
{
	struct from_facts *from = &f->facts.from;

	from->fields = from->n_author = 1;
	T_OK(domain_parse(&from->author[0].domain, assay_cstr(name), false,
	    &f->arena), name);
	f->run.done = 1u << ASSAY_CHECK_SPF | 1u << ASSAY_CHECK_DKIM;
	f->options.no_tld_guard = true;
}

static void
check_queries(const struct dmarc_author *a, const char *want,
    const char *label)
{
	char got[4096] = "";
	size_t n = 0;

	T_OK(a->n_query <= LIMIT_WALK, "at most eight questions");
	for (size_t i = 0; i < a->n_query; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s\n",
		    (int)a->query[i].len, (const char *)a->query[i].ptr);
	T_SPAN(assay_cstr(got), assay_cstr(want), label);
}

static void
one_walk(const struct walk_case *c, enum fixture_mode mode, uint32_t seed)
{
	struct zone z;
	struct fixture f;
	const struct dmarc_author *a;

	zone_load(&z, c);
	fixture_init(&f, z.rr, z.n);
	f.mode = mode;
	f.seed = seed;
	set_author(&f, c->author);
	T_OK(fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc) > 0,
	    c->label);
	a = &f.out.dmarc.author[0];
	T_SPAN(a->org_domain.name, assay_cstr(c->org), c->label);
	T_SPAN(a->record_domain.name, assay_cstr(c->record), c->label);
	T_INT(a->result, c->policy == NULL ||
	    strcmp(c->policy, "no processing") == 0 ? ASSAY_NONE :
	    ASSAY_FAIL, c->label);
	if (a->result == ASSAY_FAIL)
		T_SPAN(assay_cstr(dmarc_policy_name(a->policy)),
		    assay_cstr(c->policy), c->label);
	if (c->queries != NULL)
		check_queries(a, c->queries, c->label);
	fixture_free(&f);
}

static void
one_alignment(const struct walk_case *c, const char *name, size_t len,
    bool want, enum fixture_mode mode)
{
	struct zone z;
	struct fixture f;

	zone_load(&z, c);
	fixture_init(&f, z.rr, z.n);
	f.mode = mode;
	set_author(&f, c->author);
	f.out.spf.result = ASSAY_PASS;
	f.out.spf.domain.name = (struct span){ (const uint8_t *)name, len };
	T_OK(fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc) > 0,
	    c->label);
	T_INT(f.out.dmarc.result, want ? ASSAY_PASS : ASSAY_FAIL, c->label);
	T_INT(f.out.dmarc.author[0].aligned_spf, want, c->label);
	fixture_free(&f);
}

static void
test_walks(void)
{
	for (size_t i = 0; i < sizeof(walk_cases) / sizeof(*walk_cases);
	    i++) {
		const struct walk_case *c = &walk_cases[i];
		const char *s = c->aligned == NULL ? "" : c->aligned;
		one_walk(c, FIXTURE_WARM, 0);
		one_walk(c, FIXTURE_ALL, 0);
		for (uint32_t seed = 1; seed < 5; seed++)
			one_walk(c, FIXTURE_ONE, seed);
		while (*s != '\0') {
			size_t line = strcspn(s, "\n");
			one_alignment(c, s + 1, line - 1, *s == '+',
			    FIXTURE_WARM);
			one_alignment(c, s + 1, line - 1, *s == '+',
			    FIXTURE_ONE);
			s += line + 1;
		}
	}
}

/* The whole walk is one round trip. */
static void
test_one_round(void)
{
	struct fixture f;

	fixture_init(&f, NULL, 0);
	f.mode = FIXTURE_ALL;
	set_author(&f, "a.b.c.d.e.f.g.h.i.example.com");
	T_INT(fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc), 2,
	    "two passes for eight questions");
	T_INT(f.memo.n, 8, "eight questions");
	fixture_free(&f);
}

/* ---- RFC 9989 5.3.6: answers that do not come --------------------------- */

static const struct {
	const char *label;
	struct fixture_rr rr[4];
	const char *spf;
	enum assay_result want;
} failing[] = {
	{ "the author's own record cannot be read",
	  { RR_KIND("_dmarc.a.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL),
	    RR("_dmarc.example.com", ASSAY_T_TXT, "v=DMARC1; p=reject") },
	  "a.example.com", ASSAY_TEMPERROR },
	{ "a bogus answer is no answer",
	  { RR_KIND("_dmarc.a.example.com", ASSAY_T_TXT, ASSAY_A_BOGUS),
	    RR("_dmarc.example.com", ASSAY_T_TXT, "v=DMARC1; p=reject") },
	  NULL, ASSAY_TEMPERROR },
	{ "the same name passes without the rest of the walk",
	  { RR("_dmarc.a.example.com", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	    RR_KIND("_dmarc.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL) },
	  "a.example.com", ASSAY_PASS },
	{ "a name that needs the walk does not",
	  { RR("_dmarc.a.example.com", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	    RR_KIND("_dmarc.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL) },
	  "b.example.com", ASSAY_TEMPERROR },
	{ "strict alignment needs no walk",
	  { RR("_dmarc.a.example.com", ASSAY_T_TXT,
	    "v=DMARC1; p=reject; aspf=s"),
	    RR_KIND("_dmarc.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL) },
	  "b.example.com", ASSAY_FAIL },
	{ "a name under another top is never aligned",
	  { RR("_dmarc.a.example.com", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	    RR_KIND("_dmarc.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL) },
	  "b.example.net", ASSAY_FAIL },
	{ "psd=n below the missing answer stops before it",
	  { RR("_dmarc.a.example.com", ASSAY_T_TXT,
	    "v=DMARC1; p=reject; psd=n"),
	    RR_KIND("_dmarc.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL) },
	  "b.example.com", ASSAY_FAIL },
	{ "no record yet, and the next name does not answer",
	  { RR_KIND("_dmarc.example.com", ASSAY_T_TXT, ASSAY_A_TEMPFAIL) },
	  NULL, ASSAY_TEMPERROR },
	{ "the identifier's walk does not answer",
	  { RR("_dmarc.example.com", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	    RR_KIND("_dmarc.b.example.com", ASSAY_T_TXT,
	    ASSAY_A_TEMPFAIL) }, "b.example.com", ASSAY_TEMPERROR },
};

static void
test_failing(void)
{
	for (size_t i = 0; i < sizeof(failing) / sizeof(failing[0]); i++)
		for (enum fixture_mode m = FIXTURE_WARM; m <= FIXTURE_ONE;
		    m++) {
			struct fixture f;
			size_t n = 0;
			while (n < 4 && failing[i].rr[n].name != NULL)
				n++;
			fixture_init(&f, failing[i].rr, n);
			f.mode = m;
			set_author(&f, "a.example.com");
			if (failing[i].spf != NULL) {
				f.out.spf.result = ASSAY_PASS;
				f.out.spf.domain.name =
				    assay_cstr(failing[i].spf);
			}
			fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
			T_INT(f.out.dmarc.result, failing[i].want,
			    failing[i].label);
			fixture_free(&f);
		}
}

/* ---- RFC 7489 3.2, 6.6.3 ------------------------------------------------ */

#define SUFFIX(n, s) { .name = (n), .text = (s), .qkind = ASSAY_Q_SUFFIX, \
	.type = 0xffff }

static const struct fixture_rr listed_zone[] = {
	RR("_dmarc.shop.co.test", ASSAY_T_TXT,
	    "v=DMARC1; p=reject; sp=quarantine; np=none; t=y"),
	RR("_dmarc.two.shop.co.test", ASSAY_T_TXT, "v=DMARC1; p=none"),
	RR("_dmarc.two.shop.co.test", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	RR("_dmarc.co.test", ASSAY_T_TXT, "v=DMARC1; p=none"),
	RR("_dmarc.part.co.test", ASSAY_T_TXT, "v=DMARC1; p=reject; pct=0"),
};

static const struct {
	const char *label, *author, *org, *record, *queries;
	enum assay_result want;
	enum dmarc_policy policy;
} listed[] = {
	{ "the author is the organization: p, and no t",
	  "shop.co.test", "shop.co.test", "shop.co.test",
	  "_dmarc.shop.co.test\n", ASSAY_FAIL, POLICY_REJECT },
	{ "below it: sp, and nothing between is asked",
	  "a.b.shop.co.test", "shop.co.test", "shop.co.test",
	  "_dmarc.a.b.shop.co.test\n_dmarc.shop.co.test\n", ASSAY_FAIL,
	  POLICY_QUARANTINE },
	{ "two records end the search",
	  "two.shop.co.test", "shop.co.test", NULL,
	  "_dmarc.two.shop.co.test\n", ASSAY_NONE, POLICY_ABSENT },
	{ "pct=0 is one step milder",
	  "part.co.test", "part.co.test", "part.co.test",
	  "_dmarc.part.co.test\n", ASSAY_FAIL, POLICY_QUARANTINE },
	{ "no record", "x.other.test", "other.test", NULL,
	  "_dmarc.x.other.test\n_dmarc.other.test\n", ASSAY_NONE,
	  POLICY_ABSENT },
};

/* co.test and test are the public suffixes here. */
static enum assay_status
ask_suffix(void *self, const struct assay_question *q,
    struct assay_answer *a)
{
	static const struct span co = { (const uint8_t *)"co.test", 7 };
	static const struct span ac = { (const uint8_t *)"ac.test", 7 };
	static const struct span top = { (const uint8_t *)"test", 4 };

	(void)self;
	*a = (struct assay_answer){ .kind = ASSAY_A_DATA, .n_item = 1 };
	if (q->kind != ASSAY_Q_SUFFIX)
		return ASSAY_PENDING;
	a->item = span_ends(q->key, co) ? &co :
	    span_ends(q->key, ac) ? &ac : &top;
	return ASSAY_OK;
}

static void
test_listed(void)
{
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		struct fixture f;
		const struct dmarc_author *a;
		fixture_init(&f, listed_zone,
		    sizeof(listed_zone) / sizeof(listed_zone[0]));
		f.memo.warm[0] = (struct assay_oracle){ .ask = ask_suffix };
		f.memo.warm[1] = (struct assay_oracle){ .ask = fixture_ask,
			.self = &f };
		f.memo.n_warm = 2;
		f.options.profile = ASSAY_RFC7489;
		set_author(&f, listed[i].author);
		fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
		a = &f.out.dmarc.author[0];
		T_INT(a->result, listed[i].want, listed[i].label);
		T_INT(a->policy, listed[i].policy, listed[i].label);
		T_SPAN(a->org_domain.name, assay_cstr(listed[i].org),
		    listed[i].label);
		T_SPAN(a->record_domain.name, assay_cstr(listed[i].record),
		    listed[i].label);
		check_queries(a, listed[i].queries, listed[i].label);
		fixture_free(&f);
	}
}

/* ---- RFC 9989 11.8: the guard ------------------------------------------- */

static const struct fixture_rr guard_zone[] = {
	RR("_dmarc.test", ASSAY_T_TXT, "v=DMARC1; p=none"),
	RR("_dmarc.co.test", ASSAY_T_TXT, "v=DMARC1; p=quarantine"),
};

static const struct {
	const char *label, *author, *spf;
	bool letter, guarded;	/* aligned by the letter; with the guard */
} guards[] = {
	{ "two customers of a top-level registry", "victim.test",
	  "attacker.test", true, false },
	{ "two hosts of one customer", "a.victim.test", "b.victim.test",
	  true, true },
	{ "customer and its host", "victim.test", "b.victim.test", true,
	  true },
	{ "two customers of a lower registry", "victim.co.test",
	  "attacker.co.test", true, false },
	{ "two hosts of a customer there", "a.victim.co.test",
	  "b.victim.co.test", true, true },
	{ "registry and customer", "co.test", "victim.co.test", true,
	  false },
	{ "two customers of a registry below the record's",
	  "victim.ac.test", "attacker.ac.test", true, false },
	{ "two hosts of one customer there", "a.victim.ac.test",
	  "b.victim.ac.test", true, true },
};

static void
test_guard(void)
{
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		for (int on = 0; on < 2; on++) {
			struct fixture f;
			const struct dmarc_author *a;
			fixture_init(&f, guard_zone, 2);
			f.memo.warm[0] = (struct assay_oracle){
				.ask = ask_suffix };
			f.memo.warm[1] = (struct assay_oracle){
				.ask = fixture_ask, .self = &f };
			f.memo.n_warm = 2;
			set_author(&f, guards[i].author);
			f.options.no_tld_guard = on == 0;
			f.out.spf.result = ASSAY_PASS;
			f.out.spf.domain.name = assay_cstr(guards[i].spf);
			fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
			a = &f.out.dmarc.author[0];
			T_INT(a->aligned_spf, on ? guards[i].guarded :
			    guards[i].letter, guards[i].label);
			T_SPAN(a->org_domain.name, SPAN("test"),
			    "the organizational domain stays literal");
			T_INT(a->guarded, on && !guards[i].guarded,
			    "the evidence says so");
			fixture_free(&f);
		}
}

/* Nobody has the list: a single label is guarded all the same. */
static void
test_guard_without_list(void)
{
	struct fixture f;

	fixture_init(&f, guard_zone, 2);
	set_author(&f, "victim.test");
	f.options.no_tld_guard = false;
	f.out.spf.result = ASSAY_PASS;
	f.out.spf.domain.name = SPAN("attacker.test");
	fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
	T_INT(f.out.dmarc.result, ASSAY_FAIL, "single label, no list");
	fixture_free(&f);
}

int
main(void)
{
	test_walks();
	test_one_round();
	test_failing();
	test_listed();
	test_guard();
	test_guard_without_list();
	return t_done();
}
