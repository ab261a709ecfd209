/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what came of a story with its `expect` lines. */
#include "test/case.h"

#include <stdio.h>

#include "base/ascii.h"

struct look {
	const struct story *s;
	const struct told *t;
	const struct assay_eval *ev;
	struct span rest;	/* of the expectation, behind its word */
};

static struct span
next_word(struct span *rest)
{
	size_t n = 0;
	struct span w;

	*rest = span_trim_wsp(*rest);
	while (n < rest->len && !is_wsp(span_at(*rest, n)))
		n++;
	w = span_head(*rest, n);
	*rest = span_skip(*rest, n);
	return w;
}

static bool
contains(struct span text, struct span part)
{
	return part.len == 0 || span_search(text, part) < text.len;
}

/* "<= 200k", "= 3", ">= 1". */
static bool
number(struct look *l, uint64_t have)
{
	struct span op = next_word(&l->rest), v = next_word(&l->rest);
	uint64_t n = 0, times = 1;

	if (span_ends(v, SPAN("k")))
		times = 1024;
	if (span_ends(v, SPAN("M")))
		times = 1 << 20;
	if (!span_u64(times == 1 ? v : span_head(v, v.len - 1), 1u << 31, &n))
		return false;
	n *= times;
	return (span_eq(op, SPAN("=")) && have == n) ||
	    (span_eq(op, SPAN("<=")) && have <= n) ||
	    (span_eq(op, SPAN(">=")) && have >= n);
}

/* ---- evidence ---- */

static struct span
reason_name(enum assay_reason r)
{
	const struct assay_reason_text *t = assay_reason_text(r);

	return t == NULL ? SPAN("none") : assay_cstr(t->name);
}

static bool
fits(const struct assay_evidence *e, struct span pairs, struct arena *a)
{
	struct span name, v;

	while (case_pair(&pairs, &name, &v, a)) {
		if (span_eq(name, SPAN("reason")) &&
		    !span_eq(v, reason_name(e->reason)))
			return false;
		if (span_eq(name, SPAN("subject")) && !span_eq(v, e->subject))
			return false;
		if (span_eq(name, SPAN("about")) && !contains(e->subject, v))
			return false;
		if (span_eq(name, SPAN("detail")) && !contains(e->detail, v))
			return false;
	}
	return true;
}

static enum assay_check
check_of(struct span name)
{
	for (int c = ASSAY_CHECK_MESSAGE; c <= ASSAY_CHECK_AGE; c++)
		if (span_eq(name, assay_cstr(
		    assay_check_name((enum assay_check)c))))
			return (enum assay_check)c;
	return 0;
}

static enum assay_result
outcome_of(const struct assay_eval *ev, enum assay_check c)
{
	switch (c) {
	case ASSAY_CHECK_IPREV:	return ev->out.iprev.result;
	case ASSAY_CHECK_HELO:	return ev->out.helo.result;
	case ASSAY_CHECK_SPF:	return ev->out.spf.result;
	case ASSAY_CHECK_DKIM:	return ev->out.dkim.overall;
	case ASSAY_CHECK_ARC:	return ev->out.arc.result;
	case ASSAY_CHECK_DMARC:	return ev->out.dmarc.result;
	case ASSAY_CHECK_IMPERSONATION:
		return ev->out.impersonation.result;
	case ASSAY_CHECK_BEHAVIOUR:
		return ev->out.behaviour.result;
	case ASSAY_CHECK_CONTENT:
		return ev->out.content.result;
	case ASSAY_CHECK_AGE:
		return ev->out.age.result;
	case ASSAY_CHECK_MESSAGE: break;
	}
	return ASSAY_NONE;
}

/* "spf fail": the outcome; with pairs behind it: a line of evidence. */
static bool
expect_check(struct look *l, enum assay_check c)
{
	struct span result = next_word(&l->rest);
	struct span pairs = span_trim_wsp(l->rest);
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(l->ev, &e);

	if (pairs.len == 0 && c != ASSAY_CHECK_MESSAGE)
		return span_eq(result, assay_cstr(assay_result_name(
		    outcome_of(l->ev, c))));
	for (size_t i = 0; i < n; i++)
		if (e[i].check == c && span_eq(result,
		    assay_cstr(assay_result_name(e[i].result))) &&
		    fits(&e[i], pairs, l->s->arena))
			return true;
	return false;
}

static bool
expect_reason(struct look *l)
{
	struct span name = next_word(&l->rest);
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(l->ev, &e);

	for (size_t i = 0; i < n; i++)
		if (span_eq(name, reason_name(e[i].reason)) &&
		    fits(&e[i], l->rest, l->s->arena))
			return true;
	return false;
}

/* ---- facts ---- */

/* "finding NAME [S1]", "finding none". */
static bool
expect_finding(struct look *l)
{
	static const char *const word[] = { "", "S3", "S2", "S1" };
	struct span name = next_word(&l->rest), s = next_word(&l->rest);
	const struct facts *f = &l->ev->facts;

	if (span_eq(name, SPAN("none")))
		return f->n_finding == 0;
	for (size_t i = 0; i < f->n_finding; i++)
		if ((span_eq(name, reason_name(f->finding[i].reason)) ||
		    span_eq(name, SPAN("any"))) && (s.len == 0 ||
		    span_eq(s, assay_cstr(word[f->finding[i].severity]))))
			return true;
	return false;
}

static uint64_t
claims_ours(const struct facts *f)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->n_claim; i++)
		n += f->claim[i].ours;
	return n;
}

/* "from ex.example", "from a.example b.example", "from none". */
static bool
expect_from(struct look *l)
{
	const struct from_facts *f = &l->ev->facts.from;
	struct span w;
	size_t n = 0;

	while ((w = next_word(&l->rest)).len > 0) {
		if (span_eq(w, SPAN("none")))
			return f->n_author == 0;
		if (n == f->n_author ||
		    !span_eq(w, f->author[n].domain.name))
			return false;
		n++;
	}
	return n == f->n_author;
}

/* "asked <= 6", or "asked TEXT": part of the name of a question. */
static bool
expect_asked(struct look *l)
{
	struct span rest = l->rest, w = next_word(&rest);
	const struct memo *m = &l->ev->memo;

	if (span_eq(w, SPAN("<=")) || span_eq(w, SPAN("=")) ||
	    span_eq(w, SPAN(">=")))
		return number(l, m->n);
	for (size_t i = 0; i < m->n; i++)
		if (contains(m->row[i]->q.key, w))
			return true;
	return false;
}

/* ---- verdict ---- */

static bool
expect_aligned(struct look *l)
{
	struct span w = next_word(&l->rest);
	const struct dmarc_outcome *d = &l->ev->out.dmarc;
	bool spf = false, dkim = false;

	for (size_t i = 0; i < d->n_author; i++) {
		spf = spf || d->author[i].aligned_spf;
		dkim = dkim || d->author[i].aligned_dkim;
	}
	if (span_eq(w, SPAN("none")))
		return !spf && !dkim;
	return span_eq(w, SPAN("spf")) ? spf : dkim;
}

static bool
expect_policy(struct look *l)
{
	static const char *const word[] = { "absent", "none", "quarantine",
	    "reject" };

	return span_eq(next_word(&l->rest),
	    assay_cstr(word[l->ev->out.dmarc.policy]));
}

static bool
expect_because(struct look *l)
{
	struct span name = next_word(&l->rest);
	const struct assay_verdict *v = l->t->verdict;
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(l->ev, &e);

	for (size_t i = 0; i < v->n_because; i++)
		if (v->because[i] < n &&
		    span_eq(name, reason_name(e[v->because[i]].reason)))
			return true;
	return false;
}

static struct span
rest_as_text(struct look *l)
{
	struct buf b = arena_buf(l->s->arena, l->rest.len + 1);
	struct span t = span_trim_wsp(l->rest);

	if (span_at(t, 0) == '"')
		t = span_slice(t, 1, t.len - 1);
	case_unescape(&b, t);
	return arena_done(l->s->arena, &b);
}

static bool
expect_verdict_word(struct look *l, struct span w)
{
	const struct assay_verdict *v = l->t->verdict;

	if (v == NULL)
		return false;
	if (span_eq(w, SPAN("verdict")))
		return span_eq(next_word(&l->rest), assay_cstr(
		    assay_disposition_name(v->disposition)));
	if (span_eq(w, SPAN("because")))
		return expect_because(l);
	if (span_eq(w, SPAN("authres")))
		return contains(v->authentication_results, rest_as_text(l));
	if (span_eq(w, SPAN("reply")))
		return contains(v->smtp_reply, rest_as_text(l));
	if (span_eq(w, SPAN("who")))
		return number(l, v->suspicion_who);
	if (span_eq(w, SPAN("what")))
		return number(l, v->suspicion_what);
	printf("# no such word: %.*s\n", (int)w.len, (const char *)w.ptr);
	return false;
}

static bool
holds(struct look *l)
{
	struct span w = next_word(&l->rest);

	if (span_eq(w, SPAN("not")))
		return !holds(l);
	if (check_of(w) != 0)
		return expect_check(l, check_of(w));
	if (span_eq(w, SPAN("reason")))
		return expect_reason(l);
	if (span_eq(w, SPAN("finding")))
		return expect_finding(l);
	if (span_eq(w, SPAN("claims")))
		return number(l, claims_ours(&l->ev->facts));
	if (span_eq(w, SPAN("from")))
		return expect_from(l);
	if (span_eq(w, SPAN("asked")))
		return expect_asked(l);
	if (span_eq(w, SPAN("memory")))
		return number(l, l->ev->arena.used);
	if (span_eq(w, SPAN("passes")))
		return number(l, l->ev->passes);
	if (span_eq(w, SPAN("aligned")))
		return expect_aligned(l);
	if (span_eq(w, SPAN("policy")))
		return expect_policy(l);
	return expect_verdict_word(l, w);
}

/* "status limit" alone speaks of an evaluation that did not end well. */
static bool
is_status(struct span text)
{
	return span_starts(text, SPAN("status"));
}

static bool
status_is(enum assay_status st, struct span word)
{
	return span_eq(word, st == ASSAY_OK ? SPAN("ok") :
	    st == ASSAY_LIMIT ? SPAN("limit") : SPAN("other"));
}

bool
case_expect(const struct story *s, const struct told *t)
{
	bool good = true, said = false;

	for (size_t i = 0; i < s->n_expect; i++) {
		struct look l = { s, t, t->ev, s->expect[i].text };
		bool ok;
		if (is_status(s->expect[i].text)) {
			said = true;
			(void)next_word(&l.rest);
			ok = status_is(t->status, next_word(&l.rest));
		} else {
			ok = t->status == ASSAY_OK && holds(&l);
		}
		if (ok)
			continue;
		good = false;
		printf("# %s:%u: not so: %.*s\n", s->file, s->expect[i].line,
		    (int)s->expect[i].text.len,
		    (const char *)s->expect[i].text.ptr);
	}
	if (t->status != ASSAY_OK && !said) {
		printf("# %s\n", assay_status_str(t->status));
		good = false;
	}
	return good;
}
