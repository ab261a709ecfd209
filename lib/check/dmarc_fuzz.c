/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check over scenes made of the input, for what must hold of any
 * message (ATTACKS.md 12): a pass has one clear author and an aligned
 * identifier that passed; one author more never makes a failure pass; one
 * signature less never makes a failure pass; questions are bounded; the
 * order of answers changes nothing, not even the wording.
 */
#include "check/dmarc_judge.h"

#include "test/run_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static const char *const names[] = { "shop.test", "a.shop.test",
	"b.shop.test", "x.b.shop.test", "test", "other.test", "a.other.test",
	"shop.example" };

static const char *const texts[] = { "v=DMARC1; p=reject",
	"v=DMARC1; p=none", "v=DMARC1; p=quarantine; sp=none; np=reject",
	"v=DMARC1; p=reject; psd=n", "v=DMARC1; p=none; psd=y; t=y",
	"v=DMARC1; p=reject; adkim=s; aspf=s", "v=DMARC1; p=x",
	"v=DMARC1; p=x; rua=mailto:d@shop.test", "v=spf1 -all" };

enum { N_NAMES = 8, N_TEXTS = 9, MAX_RR = 20, MAX_SIGS = 4 };

static const enum assay_result results[] = { ASSAY_NONE, ASSAY_PASS,
	ASSAY_PASS, ASSAY_FAIL, ASSAY_TEMPERROR, ASSAY_PERMERROR };

struct scene {
	struct fixture_rr rr[MAX_RR];
	char owner[MAX_RR][40];
	size_t n_rr, n_author, n_sig;
	uint8_t author[LIMIT_AUTHORS], spf, sig[MAX_SIGS];
	uint8_t spf_result, sig_result[MAX_SIGS];
	bool unusable, capped;
	struct assay_options options;
};

struct cur_bytes { const uint8_t *at; size_t n; };

static uint8_t
take(struct cur_bytes *c)
{
	if (c->n == 0)
		return 0;
	c->n--;
	return *c->at++;
}

static void
make_zone(struct scene *s, struct cur_bytes *c)
{
	while (c->n > 1 && s->n_rr < MAX_RR) {
		uint8_t where = take(c), what = take(c);
		struct fixture_rr *rr = &s->rr[s->n_rr];
		bool plain = (where & 0x40) != 0;
		bool mx = plain && (where & 0x80) != 0;
		snprintf(s->owner[s->n_rr], sizeof(s->owner[0]), "%s%s",
		    plain ? "" : "_dmarc.", names[where % N_NAMES]);
		*rr = (struct fixture_rr){ .name = s->owner[s->n_rr],
			.type = mx ? ASSAY_T_MX : ASSAY_T_TXT,
			.text = mx ? "0 ." : texts[what % N_TEXTS] };
		if (what > 240)
			rr->kind = ASSAY_A_TEMPFAIL;
		s->n_rr++;
	}
}

static void
make_scene(struct scene *s, const uint8_t *data, size_t size)
{
	struct cur_bytes c = { data, size };
	uint8_t flags = take(&c);

	*s = (struct scene){ .n_author = 1 + (flags & 3) % LIMIT_AUTHORS,
		.n_sig = flags >> 2 & 3, .unusable = (flags >> 4 & 3) == 3,
		.capped = (flags >> 6 & 1) != 0 && (flags & 3) == 2 };
	s->options.no_tld_guard = flags >> 7;
	for (size_t i = 0; i < s->n_author; i++) {
		s->author[i] = take(&c) % N_NAMES;
		for (size_t k = 0; k < i; k++)
			if (s->author[k] == s->author[i])
				s->n_author = i;	/* distinct ones */
	}
	s->spf = take(&c) % N_NAMES;
	s->spf_result = take(&c) % 6;
	for (size_t i = 0; i < s->n_sig; i++) {
		s->sig[i] = take(&c) % N_NAMES;
		s->sig_result[i] = take(&c) % 6;
	}
	make_zone(s, &c);
}

struct played {
	struct dmarc_outcome out;
	char text[16000];
};

static void
play(struct played *out, const struct scene *s, enum fixture_mode mode)
{
	struct sig_facts facts[MAX_SIGS] = { { .l = 0 } };
	struct sig_outcome sig[MAX_SIGS] = { { .result = 0 } };
	struct fixture f;
	struct span text;

	fixture_init(&f, s->rr, s->n_rr);
	f.mode = mode;
	f.seed = s->spf;
	f.options = s->options;
	f.facts.from = (struct from_facts){ .fields = 1,
		.n_author = s->n_author, .unusable = s->unusable,
		.capped = s->capped };
	for (size_t i = 0; i < s->n_author; i++)
		f.facts.from.author[i].domain.name =
		    assay_cstr(names[s->author[i]]);
	f.out.spf = (struct spf_outcome){ .result = results[s->spf_result],
		.domain.name = assay_cstr(names[s->spf]) };
	for (size_t i = 0; i < s->n_sig; i++) {
		facts[i].d.name = assay_cstr(names[s->sig[i]]);
		sig[i] = (struct sig_outcome){ .sig = &facts[i],
			.result = results[s->sig_result[i]],
			.alignable = s->sig_result[i] == 1 };
	}
	f.out.dkim.sig = sig;
	f.out.dkim.n_sig = s->n_sig;
	f.run.done = 1u << ASSAY_CHECK_SPF | 1u << ASSAY_CHECK_DKIM;
	must(fixture_check(&f, ASSAY_CHECK_DMARC, check_dmarc) > 0);
	must(f.memo.n <= LIMIT_WALK * (LIMIT_AUTHORS + LIMIT_IDENTIFIERS) +
	    5 * LIMIT_AUTHORS);
	out->out = f.out.dmarc;
	text = fixture_print(&f);
	snprintf(out->text, sizeof(out->text), "%.*s", (int)text.len,
	    (const char *)text.ptr);
	fixture_free(&f);
}

/* Any identifier that passed and shares all but its first label. */
static bool
has_pass(const struct scene *s)
{
	if (results[s->spf_result] == ASSAY_PASS)
		return true;
	for (size_t i = 0; i < s->n_sig; i++)
		if (s->sig_result[i] == 1)
			return true;
	return false;
}

static void
check_pass(const struct scene *s, const struct played *p)
{
	const struct dmarc_author *a = &p->out.author[0];

	if (p->out.result != ASSAY_PASS)
		return;
	must(p->out.n_author == 1 && !s->unusable && !s->capped);
	must(a->result == ASSAY_PASS && (a->aligned_spf || a->aligned_dkim));
	must(has_pass(s));
	must(!a->aligned_spf || results[s->spf_result] == ASSAY_PASS);
}

static void
less_signatures(const struct scene *s, const struct played *before)
{
	for (size_t gone = 0; gone < s->n_sig; gone++) {
		static struct played p;
		struct scene t = *s;
		for (size_t i = gone; i + 1 < s->n_sig; i++) {
			t.sig[i] = s->sig[i + 1];
			t.sig_result[i] = s->sig_result[i + 1];
		}
		t.n_sig--;
		for (size_t i = 0; i < t.n_rr; i++)
			t.rr[i].name = t.owner[i];
		play(&p, &t, FIXTURE_WARM);
		must(p.out.result != ASSAY_PASS ||
		    before->out.result == ASSAY_PASS);
	}
}

static void
more_authors(const struct scene *s, const struct played *before)
{
	static struct played p;
	struct scene t = *s;

	if (s->n_author == LIMIT_AUTHORS)
		return;
	t.author[t.n_author++] = (uint8_t)((s->author[0] + 1) % N_NAMES);
	for (size_t i = 0; i < t.n_rr; i++)
		t.rr[i].name = t.owner[i];
	play(&p, &t, FIXTURE_WARM);
	must(p.out.result != ASSAY_PASS);
	/* nor does it soften what was asked before */
	if (before->out.result == ASSAY_FAIL)
		must(p.out.result == ASSAY_FAIL &&
		    p.out.policy >= before->out.policy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct played warm, cold;
	struct scene s;

	if (size < 4 || size > 200)
		return 0;
	make_scene(&s, data, size);
	play(&warm, &s, FIXTURE_WARM);
	check_pass(&s, &warm);
	play(&cold, &s, FIXTURE_ONE);
	must(strcmp(warm.text, cold.text) == 0);
	play(&cold, &s, FIXTURE_SOME);
	must(strcmp(warm.text, cold.text) == 0);
	less_signatures(&s, &warm);
	more_authors(&s, &warm);
	return 0;
}
