/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DMARC check over one zone: who is aligned, what the policy is, and
 * that nothing but one clear author with an aligned identifier passes.
 */
#include "check/dmarc_judge.h"

#include "test/run_fixture.h"
#include "test/t.h"

static const struct fixture_rr zone[] = {
	RR("_dmarc.shop.test", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	RR("_dmarc.strict.test", ASSAY_T_TXT,
	    "v=DMARC1; p=quarantine; adkim=s; aspf=s"),
	RR("_dmarc.none.test", ASSAY_T_TXT, "v=DMARC1; p=none"),
	RR("_dmarc.testing.test", ASSAY_T_TXT, "v=DMARC1; p=reject; t=y"),
	RR("_dmarc.mild.test", ASSAY_T_TXT, "v=DMARC1; p=none; t=y"),
	RR("_dmarc.np.test", ASSAY_T_TXT,
	    "v=DMARC1; p=none; sp=quarantine; np=reject"),
	RR("here.np.test", ASSAY_T_A, "192.0.2.1"),
	RR("x.above.np.test", ASSAY_T_A, "192.0.2.1"),
	RR_KIND("liar.np.test", ASSAY_T_TXT, ASSAY_A_NXDOMAIN),
	RR_KIND("liar.np.test", ASSAY_T_MX, ASSAY_A_NODATA),
	RR_KIND("mute.np.test", 0, ASSAY_A_TEMPFAIL),
	RR_KIND("half.np.test", ASSAY_T_TXT, ASSAY_A_TEMPFAIL),
	RR("half.np.test", ASSAY_T_MX, "10 mx.np.test"),
	RR("_dmarc.flat.test", ASSAY_T_TXT,
	    "v=DMARC1; p=none; sp=reject; np=reject"),
	RR("_dmarc.broken.test", ASSAY_T_TXT, "v=DMARC1; p=what"),
	RR("_dmarc.saved.test", ASSAY_T_TXT,
	    "v=DMARC1; p=reject; sp=what; rua=mailto:d@saved.test"),
	RR_KIND("_dmarc.dead.test", ASSAY_T_TXT, ASSAY_A_TEMPFAIL),
	RR("_dmarc.part.shop.test", ASSAY_T_TXT,
	    "v=DMARC1; p=none; psd=n"),
	RR_KIND("_dmarc.mute.shop.test", ASSAY_T_TXT, ASSAY_A_TEMPFAIL),
	RR("_dmarc.silent.test", ASSAY_T_TXT, "v=DMARC1; p=reject"),
	RR("silent.test", ASSAY_T_TXT, "v=spf1  -all "),
	RR("silent.test", ASSAY_T_MX, "0 ."),
};

enum { N_ZONE = sizeof(zone) / sizeof(zone[0]) };

struct sig { const char *d; enum assay_result result; bool tail; };

struct dmarc_case {
	const char *label;
	const char *author[3];
	bool unusable, capped;
	const char *spf;
	enum assay_result spf_result;
	struct sig sig[3];
	enum assay_result want;
	enum dmarc_policy policy;	/* compared with FAIL */
	enum assay_reason reason;
};

#define P ASSAY_PASS
static const struct dmarc_case cases[] = {
	/* RFC 9989 4.4: who is aligned */
	{ "SPF, same name", { "shop.test" }, 0, 0, "shop.test", P, { { 0 } },
	  P, 0, ASSAY_R_DMARC_PASS },
	{ "SPF, host below", { "shop.test" }, 0, 0, "mx.shop.test", P,
	  { { 0 } }, P, 0, ASSAY_R_DMARC_PASS },
	{ "SPF, author below", { "a.shop.test" }, 0, 0, "b.shop.test", P,
	  { { 0 } }, P, 0, ASSAY_R_DMARC_PASS },
	{ "SPF softfail", { "shop.test" }, 0, 0, "shop.test",
	  ASSAY_SOFTFAIL, { { 0 } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "SPF neutral", { "shop.test" }, 0, 0, "shop.test",
	  ASSAY_NEUTRAL, { { 0 } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "SPF permerror", { "shop.test" }, 0, 0, "shop.test",
	  ASSAY_PERMERROR, { { 0 } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "SPF of another", { "shop.test" }, 0, 0, "esp.test", P, { { 0 } },
	  ASSAY_FAIL, POLICY_REJECT, ASSAY_R_DMARC_FAIL },
	{ "a name that only looks like it", { "shop.test" }, 0, 0,
	  "notshop.test", P, { { 0 } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "DKIM", { "shop.test" }, 0, 0, NULL, 0, { { "shop.test", P, 0 } },
	  P, 0, ASSAY_R_DMARC_PASS },
	{ "DKIM failed", { "shop.test" }, 0, 0, NULL, 0,
	  { { "shop.test", ASSAY_FAIL, 0 } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "one of several", { "shop.test" }, 0, 0, "esp.test", P,
	  { { "esp.test", P, 0 }, { "shop.test", ASSAY_FAIL, 0 },
	    { "a.shop.test", P, 0 } }, P, 0, ASSAY_R_DMARC_PASS },
	{ "an unsigned tail does not count", { "shop.test" }, 0, 0, NULL, 0,
	  { { "shop.test", P, true } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "an organization of its own", { "shop.test" }, 0, 0,
	  "part.shop.test", P, { { 0 } }, ASSAY_FAIL, POLICY_REJECT,
	  ASSAY_R_DMARC_FAIL },
	{ "strict SPF, host below", { "strict.test" }, 0, 0,
	  "mx.strict.test", P, { { 0 } }, ASSAY_FAIL, POLICY_QUARANTINE,
	  ASSAY_R_DMARC_FAIL },
	{ "strict, same name", { "strict.test" }, 0, 0, NULL, 0,
	  { { "strict.test", P, 0 } }, P, 0, ASSAY_R_DMARC_PASS },
	{ "strict DKIM, host below", { "strict.test" }, 0, 0, NULL, 0,
	  { { "a.strict.test", P, 0 } }, ASSAY_FAIL, POLICY_QUARANTINE,
	  ASSAY_R_DMARC_FAIL },

	/* the policy */
	{ "p=none", { "none.test" }, 0, 0, NULL, 0, { { 0 } }, ASSAY_FAIL,
	  POLICY_NONE, ASSAY_R_DMARC_FAIL },
	{ "t=y", { "testing.test" }, 0, 0, NULL, 0, { { 0 } }, ASSAY_FAIL,
	  POLICY_QUARANTINE, ASSAY_R_DMARC_FAIL },
	{ "t=y with none", { "mild.test" }, 0, 0, NULL, 0, { { 0 } },
	  ASSAY_FAIL, POLICY_NONE, ASSAY_R_DMARC_FAIL },
	{ "np: author exists", { "here.np.test" }, 0, 0, NULL, 0, { { 0 } },
	  ASSAY_FAIL, POLICY_QUARANTINE, ASSAY_R_DMARC_FAIL },
	{ "np: only names below it", { "above.np.test" }, 0, 0, NULL, 0,
	  { { 0 } }, ASSAY_FAIL, POLICY_QUARANTINE, ASSAY_R_DMARC_FAIL },
	{ "np: no such name", { "ghost.np.test" }, 0, 0, NULL, 0, { { 0 } },
	  ASSAY_FAIL, POLICY_REJECT, ASSAY_R_DMARC_FAIL },
	{ "np: a server that denies one type", { "liar.np.test" }, 0, 0,
	  NULL, 0, { { 0 } }, ASSAY_FAIL, POLICY_QUARANTINE,
	  ASSAY_R_DMARC_FAIL },
	{ "np: no answer", { "mute.np.test" }, 0, 0, NULL, 0, { { 0 } },
	  ASSAY_TEMPERROR, POLICY_REJECT, ASSAY_R_DMARC_TEMPERROR },
	{ "np: one answer says it exists", { "half.np.test" }, 0, 0, NULL,
	  0, { { 0 } }, ASSAY_FAIL, POLICY_QUARANTINE, ASSAY_R_DMARC_FAIL },
	{ "np: the domain itself", { "np.test" }, 0, 0, NULL, 0, { { 0 } },
	  ASSAY_FAIL, POLICY_NONE, ASSAY_R_DMARC_FAIL },
	{ "no record", { "nobody.test" }, 0, 0, "nobody.test", P, { { 0 } },
	  ASSAY_NONE, 0, ASSAY_R_DMARC_NO_RECORD },
	{ "an unusable record", { "broken.test" }, 0, 0, "broken.test", P,
	  { { 0 } }, ASSAY_NONE, 0, ASSAY_R_DMARC_RECORD_UNUSABLE },
	{ "a flawed record with rua", { "saved.test" }, 0, 0, NULL, 0,
	  { { 0 } }, ASSAY_FAIL, POLICY_NONE, ASSAY_R_DMARC_FAIL },

	/* RFC 9989 5.3.6 */
	{ "the record cannot be had", { "dead.test" }, 0, 0, "dead.test", P,
	  { { 0 } }, ASSAY_TEMPERROR, 0, ASSAY_R_DMARC_TEMPERROR },
	{ "SPF might have passed", { "shop.test" }, 0, 0, "mx.shop.test",
	  ASSAY_TEMPERROR, { { 0 } }, ASSAY_TEMPERROR, POLICY_REJECT,
	  ASSAY_R_DMARC_TEMPERROR },
	{ "SPF of another might have passed", { "shop.test" }, 0, 0,
	  "esp.test", ASSAY_TEMPERROR, { { 0 } }, ASSAY_FAIL,
	  POLICY_REJECT, ASSAY_R_DMARC_FAIL },
	{ "a key that did not come", { "shop.test" }, 0, 0, NULL, 0,
	  { { "shop.test", ASSAY_TEMPERROR, 0 } }, ASSAY_TEMPERROR,
	  POLICY_REJECT, ASSAY_R_DMARC_TEMPERROR },
	{ "a pass stands all the same", { "shop.test" }, 0, 0, "shop.test",
	  ASSAY_TEMPERROR, { { "shop.test", P, 0 } }, P, 0,
	  ASSAY_R_DMARC_PASS },
	{ "two signatures of one domain, one key missing", { "shop.test" },
	  0, 0, NULL, 0, { { "shop.test", ASSAY_TEMPERROR, 0 },
	    { "shop.test", P, 0 } }, P, 0, ASSAY_R_DMARC_PASS },
	{ "an identifier's walk fails", { "shop.test" }, 0, 0,
	  "mute.shop.test", P, { { 0 } }, ASSAY_TEMPERROR, POLICY_REJECT,
	  ASSAY_R_DMARC_TEMPERROR },

	/* RFC 9989 5.3.1, 11.5: the author */
	{ "no author", { NULL }, 0, 0, "shop.test", P, { { 0 } },
	  ASSAY_PERMERROR, 0, ASSAY_R_DMARC_NO_AUTHOR },
	{ "ambiguous author, aligned", { "shop.test" }, true, 0,
	  "shop.test", P, { { 0 } }, ASSAY_PERMERROR, 0,
	  ASSAY_R_DMARC_AUTHOR_AMBIGUOUS },
	{ "ambiguous author, failing", { "shop.test" }, true, 0, NULL, 0,
	  { { 0 } }, ASSAY_FAIL, POLICY_REJECT, ASSAY_R_DMARC_FAIL },
	{ "ambiguous author, no record", { "nobody.test" }, true, 0, NULL,
	  0, { { 0 } }, ASSAY_PERMERROR, 0,
	  ASSAY_R_DMARC_AUTHOR_AMBIGUOUS },
	{ "two authors, one aligned", { "esp.test", "shop.test" }, 0, 0,
	  "shop.test", P, { { 0 } }, ASSAY_PERMERROR, 0,
	  ASSAY_R_DMARC_SEVERAL_AUTHORS },
	{ "two authors, no record", { "esp.test", "nobody.test" }, 0, 0,
	  NULL, 0, { { 0 } }, ASSAY_PERMERROR, 0,
	  ASSAY_R_DMARC_SEVERAL_AUTHORS },
	{ "two authors, the aligned one does not hide the other",
	  { "none.test", "shop.test" }, 0, 0, "none.test", P, { { 0 } },
	  ASSAY_FAIL, POLICY_REJECT, ASSAY_R_DMARC_FAIL },
	{ "the strictest of those that fail",
	  { "none.test", "strict.test", "testing.test" }, 0, 0, NULL, 0,
	  { { 0 } }, ASSAY_FAIL, POLICY_QUARANTINE, ASSAY_R_DMARC_FAIL },
	{ "an error beside it softens nothing",
	  { "dead.test", "shop.test" }, 0, 0, NULL, 0, { { 0 } },
	  ASSAY_FAIL, POLICY_REJECT, ASSAY_R_DMARC_FAIL },
	{ "more authors than are judged", { "shop.test" }, 0, true,
	  "shop.test", P, { { 0 } }, ASSAY_PERMERROR, 0,
	  ASSAY_R_DMARC_SEVERAL_AUTHORS },
};
#undef P

static struct sig_facts sig_facts[3];
static struct sig_outcome sig_out[3];

static void
set_up(struct fixture *f, const struct dmarc_case *c)
{
	struct from_facts *from = &f->facts.from;

	from->unusable = c->unusable;
	from->capped = c->capped;
	from->fields = 1;
	for (size_t i = 0; i < 3 && c->author[i] != NULL; i++)
		from->author[from->n_author++].domain.name =
		    assay_cstr(c->author[i]);
	f->out.spf.result = c->spf_result;
	f->out.spf.domain.name = assay_cstr(c->spf);
	for (size_t i = 0; i < 3 && c->sig[i].d != NULL; i++) {
		sig_facts[i].d.name = assay_cstr(c->sig[i].d);
		sig_out[i] = (struct sig_outcome){ .sig = &sig_facts[i],
			.result = c->sig[i].result,
			.alignable = c->sig[i].result == ASSAY_PASS &&
			    !c->sig[i].tail };
		f->out.dkim.n_sig++;
	}
	f->out.dkim.sig = sig_out;
	f->run.done = 1u << ASSAY_CHECK_SPF | 1u << ASSAY_CHECK_DKIM;
}

/* ATTACKS 12.1: what a pass implies, whatever the case says. */
static void
check_pass(const struct fixture *f, const char *label)
{
	const struct dmarc_outcome *d = &f->out.dmarc;

	if (d->result != ASSAY_PASS)
		return;
	T_OK(d->n_author == 1 && f->facts.from.n_author == 1 &&
	    !f->facts.from.unusable && !f->facts.from.capped &&
	    (d->author[0].aligned_spf || d->author[0].aligned_dkim), label);
}

static void
one(const struct dmarc_case *c, enum fixture_mode mode, uint32_t seed,
    char *text, size_t size)
{
	struct fixture f;
	struct span s;

	fixture_init(&f, zone, N_ZONE);
	f.mode = mode;
	f.seed = seed;
	set_up(&f, c);
	T_OK(fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc) > 0,
	    c->label);
	T_INT(f.out.dmarc.result, c->want, c->label);
	T_INT(f.out.dmarc.reason, c->reason, c->label);
	if (c->want == ASSAY_FAIL || c->policy != POLICY_ABSENT)
		T_INT(f.out.dmarc.policy, c->policy, c->label);
	check_pass(&f, c->label);
	s = fixture_print(&f);
	snprintf(text, size, "%.*s", (int)s.len, (const char *)s.ptr);
	fixture_free(&f);
}

/* The same evidence, resting on the same answers, in every order. */
static void
test_cases(void)
{
	static char want[20000], got[20000];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		one(&cases[i], FIXTURE_WARM, 0, want, sizeof(want));
		one(&cases[i], FIXTURE_ALL, 0, got, sizeof(got));
		T_SPAN(assay_cstr(got), assay_cstr(want), cases[i].label);
		for (uint32_t seed = 1; seed < 6; seed++) {
			one(&cases[i], FIXTURE_ONE, seed, got, sizeof(got));
			T_SPAN(assay_cstr(got), assay_cstr(want),
			    cases[i].label);
		}
	}
}

/* The walk is asked for before SPF and DKIM are done. */
static void
test_early(void)
{
	struct fixture f;

	fixture_init(&f, zone, N_ZONE);
	set_up(&f, &cases[0]);
	f.run.done = 0;
	T_INT(check_dmarc(&f.run), STEP_WAIT, "waits");
	T_INT(f.memo.n, 2, "asks all the same");
	fixture_answers(&f);
	fixture_answers(&f);
	T_INT(check_dmarc(&f.run), STEP_WAIT, "waits for SPF and DKIM");
	T_INT(f.run.n_evidence, 0, "and writes nothing");
	f.run.done = 1u << ASSAY_CHECK_SPF | 1u << ASSAY_CHECK_DKIM;
	T_INT(check_dmarc(&f.run), STEP_DONE, "done");
	T_INT(f.memo.n, 2, "nothing more was asked");
	fixture_free(&f);
}

/* Many valid signatures below the author: so many walks and no more. */
static void
test_cap(void)
{
	static struct sig_facts facts[20];
	static struct sig_outcome out[20];
	static char name[20][40];
	struct fixture f;
	size_t capped = 0;

	fixture_init(&f, zone, N_ZONE);
	set_up(&f, &cases[0]);
	f.out.spf.result = ASSAY_NONE;
	for (int i = 0; i < 20; i++) {
		snprintf(name[i], sizeof(name[i]), "s%d.part.shop.test", i);
		facts[i].d.name = assay_cstr(name[i]);
		out[i] = (struct sig_outcome){ .sig = &facts[i],
			.result = ASSAY_PASS, .alignable = true };
	}
	f.out.dkim.sig = out;
	f.out.dkim.n_sig = 20;
	fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
	T_INT(f.out.dmarc.result, ASSAY_FAIL, "none is aligned");
	for (size_t i = 0; i < f.run.n_evidence; i++)
		capped += f.run.evidence[i].reason ==
		    ASSAY_R_DMARC_IDENTIFIERS_CAPPED;
	T_INT(capped, 20 - LIMIT_IDENTIFIERS, "the rest is named");
	T_OK(f.memo.n <= LIMIT_WALK * (LIMIT_IDENTIFIERS + 1),
	    "questions are bounded");
	fixture_free(&f);
}

static bool
has_reason(const struct fixture *f, enum assay_reason reason)
{
	for (size_t i = 0; i < f->run.n_evidence; i++)
		if (f->run.evidence[i].reason == reason)
			return true;
	return false;
}

static const struct {
	const char *label, *author, *own, *client;
	enum assay_result spf;
	bool want_own, want_silent;
} suspicions[] = {
	{ "sends nothing", "silent.test", NULL, "192.0.2.1", 0, false,
	  true },
	{ "sends something", "shop.test", NULL, "192.0.2.1", 0, false,
	  false },
	{ "own from outside", "shop.test", "shop.test", "192.0.2.1", 0,
	  true, false },
	{ "below own", "a.shop.test", "Shop.test", "2001:db8::1", 0, true,
	  false },
	{ "own, proven", "shop.test", "shop.test", "192.0.2.1", ASSAY_PASS,
	  false, false },
	{ "own from inside", "shop.test", "shop.test", "10.1.2.3", 0, false,
	  false },
	{ "own from loopback", "shop.test", "shop.test", "::1", 0, false,
	  false },
	{ "own from nowhere", "shop.test", "shop.test", NULL, 0, false,
	  false },
	{ "not own", "shop.test", "op.test", "192.0.2.1", 0, false, false },
};

static void
test_suspicion(void)
{
	for (size_t i = 0; i < sizeof(suspicions) / sizeof(*suspicions);
	    i++) {
		struct fixture f;
		struct span own = assay_cstr(suspicions[i].own);
		fixture_init(&f, zone, N_ZONE);
		set_up(&f, &cases[0]);
		f.facts.from.author[0].domain.name =
		    assay_cstr(suspicions[i].author);
		f.out.spf.result = suspicions[i].spf;
		f.options.own_domain = &own;
		f.options.n_own_domain = suspicions[i].own != NULL;
		if (suspicions[i].client != NULL)
			T_INT(assay_addr_parse(&f.session.client,
			    assay_cstr(suspicions[i].client)), ASSAY_OK,
			    "address");
		fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
		T_INT(has_reason(&f, ASSAY_R_DMARC_OWN_DOMAIN_OUTSIDE),
		    suspicions[i].want_own, suspicions[i].label);
		T_INT(has_reason(&f, ASSAY_R_DMARC_SENDS_NOTHING),
		    suspicions[i].want_silent, suspicions[i].label);
		fixture_free(&f);
	}
}

/* One message's evidence in full. */
static void
test_text(void)
{
	static const struct dmarc_case c = { "text", { "a.np.test" }, 0, 0,
		"b.np.test", ASSAY_PASS, { { "esp.test", ASSAY_PASS, 0 } },
		0, 0, 0 };
	struct fixture f;

	fixture_init(&f, zone, N_ZONE);
	set_up(&f, &c);
	fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc);
	T_SPAN(fixture_print(&f), SPAN(
	    "dmarc=neutral dmarc-record [np.test] _dmarc.np.test asks "
	    "sp=quarantine for a.np.test <- _dmarc.a.np.test/16, "
	    "_dmarc.np.test/16, _dmarc.test/16\n"
	    "dmarc=pass dmarc-spf-aligned [b.np.test] b.np.test and "
	    "a.np.test both belong to np.test <- _dmarc.a.np.test/16, "
	    "_dmarc.np.test/16, _dmarc.test/16, _dmarc.b.np.test/16, "
	    "a.np.test/0, b.np.test/0\n"
	    "dmarc=fail dmarc-dkim-not-aligned [esp.test] esp.test is not "
	    "within np.test <- _dmarc.a.np.test/16, _dmarc.np.test/16, "
	    "_dmarc.test/16, _dmarc.b.np.test/16, a.np.test/0, "
	    "b.np.test/0\n"
	    "dmarc=pass dmarc-pass [a.np.test] by SPF <- "
	    "_dmarc.a.np.test/16, _dmarc.np.test/16, _dmarc.test/16, "
	    "_dmarc.b.np.test/16, a.np.test/0, b.np.test/0\n"), "text");
	fixture_free(&f);
}

int
main(void)
{
	test_cases();
	test_early();
	test_cap();
	test_suspicion();
	test_text();
	return t_done();
}
