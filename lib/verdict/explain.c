/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c - the story of a verdict in plain English.
 *
 * First what was decided and why in a sentence, then who is concerned, then
 * check by check: what was proven and what was not, what that rests on,
 * where it stands in the message, and what to do about it.  It reads
 * evidence and outcomes; it concludes nothing of its own.
 */
#include "eval.h"
#include "verdict/page.h"
#include "verdict/phrase.h"
#include "verdict/walk_view.h"

enum { MARGIN = 2, LABEL = 14, RESULT = 9, BITS = 6 };

struct tale {
	struct page page;
	struct assay_eval *ev;
	const struct assay_verdict *v;
	const struct assay_evidence *e;
	size_t n;
	const struct assay_evidence *before;	/* told last in this check */
};

static void
label(struct tale *t, const char *what)
{
	t->page.indent = MARGIN;
	page_str(&t->page, STYLE_DIM, what);
	page_tab(&t->page, LABEL);
}

static void
title(struct tale *t, const char *what)
{
	page_end(&t->page, 0);
	page_str(&t->page, STYLE_BOLD, what);
	page_end(&t->page, MARGIN);
}

/* ---- who ----------------------------------------------------------------- */

static void
authors(struct tale *t)
{
	const struct from_facts *from = &t->ev->facts.from;

	label(t, "author");
	for (size_t i = 0; i < from->n_author; i++) {
		if (i > 0)
			page_str(&t->page, STYLE_PLAIN, ", ");
		page_put(&t->page, STYLE_BOLD, from->author[i].domain.name);
	}
	if (from->n_author == 0)
		page_str(&t->page, STYLE_WARN, "no author domain");
	page_str(&t->page, STYLE_PLAIN, from->n_author == 0 ?
	    " could be read from the From field" :
	    from->n_author == 1 ? " (claimed in the From field)" :
	    " (all claimed in the From field)");
	page_end(&t->page, MARGIN);
}

static void
said(struct tale *t, const char *what, struct span text, const char *none)
{
	label(t, what);
	if (text.len > 0)
		page_put(&t->page, STYLE_PLAIN, text);
	else
		page_str(&t->page, STYLE_DIM, none);
	page_end(&t->page, MARGIN);
}

static void
who(struct tale *t)
{
	const struct assay_session *s = &t->ev->session;

	title(t, "Who");
	authors(t);
	said(t, "client", phrase_client(&t->ev->arena, &s->client),
	    "not known");
	said(t, "HELO", s->helo, "not known");
	said(t, "envelope", s->mail_from, span_absent(s->mail_from) ?
	    "sender not known" : "the null sender <>, as bounces have");
	if (!span_absent(s->origin))
		said(t, "taken from", s->origin, "");
	if (t->ev->facts.lf_input)
		said(t, "line ends", SPAN("LF in the input, read as CRLF; if "
		    "they were changed in transport, body hashes of odd "
		    "messages may differ"), "");
}

/* ---- what it rests on ---------------------------------------------------- */

static void
data(struct tale *t, const struct assay_question *q,
    const struct assay_answer *a)
{
	struct arena *arena = &t->ev->arena;

	if (q->kind == ASSAY_Q_PROFILE) {
		page_str(&t->page, STYLE_PLAIN, " numbers, no words of mail");
		return;
	}
	for (size_t i = 0; i < a->n_item; i++) {
		bool txt = q->kind == ASSAY_Q_DNS && q->type == ASSAY_T_TXT;
		struct span text = printable(arena,
		    phrase_item(arena, q, a->item[i]), LIMIT_PAGE_ITEM);

		page_str(&t->page, STYLE_PLAIN, i == 0 ? " " : ", ");
		if (i == LIMIT_PAGE_ANSWERS) {
			page_str(&t->page, STYLE_PLAIN, "and ");
			page_u64(&t->page, STYLE_PLAIN, a->n_item - i);
			page_str(&t->page, STYLE_PLAIN, " more");
			return;
		}
		page_str(&t->page, STYLE_PLAIN, txt ? "\"" : "");
		page_put(&t->page, STYLE_PLAIN, text);
		page_str(&t->page, STYLE_PLAIN, txt ? "\"" : "");
	}
}

static void
answer(struct tale *t, const struct assay_question *q,
    const struct assay_answer *a)
{
	struct page *p = &t->page;

	switch (a->kind) {
	case ASSAY_A_DATA:
		data(t, q, a);
		break;
	case ASSAY_A_NODATA:
		page_str(p, STYLE_DIM, " has no such record");
		break;
	case ASSAY_A_NXDOMAIN:
		page_str(p, STYLE_DIM, " does not exist");
		break;
	case ASSAY_A_TEMPFAIL:
		page_str(p, STYLE_CARE, " could not be asked (no answer or a "
		    "failing server)");
		break;
	case ASSAY_A_BOGUS:
		page_str(p, STYLE_BAD, " is not what its owner signed "
		    "(DNSSEC: bogus)");
		break;
	case ASSAY_A_UNKNOWN:
		page_str(p, STYLE_CARE, " is known to no source given");
		break;
	}
	if (a->secure)
		page_str(p, STYLE_DIM, " (DNSSEC)");
}

static void
question(struct tale *t, size_t id, const char *what)
{
	struct assay_question q;
	struct assay_answer a;
	const char *type;

	if (!assay_eval_asked(t->ev, id, &q, &a))
		return;
	label(t, what);
	type = q.kind == ASSAY_Q_DNS ? phrase_type(q.type) :
	    q.kind == ASSAY_Q_SUFFIX ? "public suffix of" :
	    phrase_kind(q.kind);
	page_str(&t->page, STYLE_PLAIN, type != NULL ? type : "RR");
	page_str(&t->page, STYLE_PLAIN, " ");
	page_put(&t->page, STYLE_PLAIN, q.key);
	page_str(&t->page, STYLE_PLAIN, a.kind == ASSAY_A_DATA ? ":" : "");
	answer(t, &q, &a);
	page_end(&t->page, MARGIN);
}

static bool
same_answers(const struct assay_evidence *a, const struct assay_evidence *b)
{
	if (a == NULL || a->n_asked != b->n_asked || b->n_asked == 0)
		return false;
	for (size_t i = 0; i < a->n_asked; i++)
		if (a->asked[i] != b->asked[i])
			return false;
	return true;
}

static void
rests_on(struct tale *t, const struct assay_evidence *e)
{
	if (same_answers(t->before, e)) {
		said(t, "rests on", SPAN(""), "the same answers as above");
		return;
	}
	for (size_t i = 0; i < e->n_asked; i++) {
		if (i == LIMIT_PAGE_ANSWERS) {
			label(t, "");
			page_str(&t->page, STYLE_DIM, "and ");
			page_u64(&t->page, STYLE_DIM, e->n_asked - i);
			page_str(&t->page, STYLE_DIM, " more questions");
			page_end(&t->page, MARGIN);
			return;
		}
		question(t, e->asked[i], i == 0 ? "rests on" : "");
	}
}

/* ---- check by check ------------------------------------------------------ */

static void
place_of(struct tale *t, const struct assay_evidence *e)
{
	if (e->at_len == 0)
		return;
	label(t, "place");
	page_str(&t->page, STYLE_PLAIN, "octets ");
	page_u64(&t->page, STYLE_PLAIN, e->at);
	page_str(&t->page, STYLE_PLAIN, " to ");
	page_u64(&t->page, STYLE_PLAIN, e->at + e->at_len - 1);
	page_str(&t->page, STYLE_PLAIN, " of the message");
	page_end(&t->page, MARGIN);
}

static void
because_of(struct tale *t, const struct assay_reason_text *r)
{
	if (r->advice[0] != '\0') {
		label(t, "advice");
		page_str(&t->page, STYLE_PLAIN, r->advice);
		page_end(&t->page, MARGIN);
	}
	label(t, "reason");
	page_str(&t->page, STYLE_DIM, r->name);
	page_str(&t->page, STYLE_DIM, r->section[0] != '\0' ? ", " : "");
	page_str(&t->page, STYLE_DIM, r->section);
	page_end(&t->page, MARGIN);
}

/* What speaks for somebody else, in bits, and what against. */
static void
unlike(struct tale *t, const struct behaviour_outcome *o)
{
	for (size_t i = 0; i < o->n_because; i++) {
		const struct behaviour_why *w = &o->because[i];

		label(t, i == 0 ? "bits" : "");
		page_put(&t->page, w->against ? STYLE_GOOD : STYLE_CARE,
		    w->bits);
		page_tab(&t->page, LABEL + BITS);
		page_put(&t->page, STYLE_PLAIN, w->text);
		page_end(&t->page, MARGIN);
	}
}

static void
line_of_evidence(struct tale *t, const struct assay_evidence *e)
{
	const struct assay_reason_text *r = assay_reason_text(e->reason);
	struct page *p = &t->page;

	if (t->before != NULL)
		page_end(p, MARGIN);
	p->indent = MARGIN;
	page_str(p, style_of_result(e->result), assay_result_name(e->result));
	page_tab(p, LABEL);
	page_put(p, STYLE_BOLD, e->subject);
	if (!span_absent(e->subject))
		page_end(p, LABEL);
	if (r != NULL) {
		page_str(p, STYLE_PLAIN, r->sentence);
		page_end(p, MARGIN);
	}
	if (e->detail.len > 0)
		said(t, "detail", e->detail, "");
	if (e->reason == ASSAY_R_BEHAVIOUR_UNUSUAL)
		unlike(t, &t->ev->out.behaviour);
	place_of(t, e);
	rests_on(t, e);
	if (r != NULL)
		because_of(t, r);
	t->before = e;
}

static const char *
heading(enum assay_check check)
{
	switch (check) {
	case ASSAY_CHECK_MESSAGE:
		return "The message itself: is it built so that all read the "
		    "same?";
	case ASSAY_CHECK_IPREV:
		return "Reverse DNS: do name and address of the client agree?";
	case ASSAY_CHECK_HELO:
		return "HELO: may this address use that host name?";
	case ASSAY_CHECK_SPF:
		return "SPF: may this address send for the envelope sender?";
	case ASSAY_CHECK_DKIM:
		return "DKIM: which domains signed, and is what they signed "
		    "intact?";
	case ASSAY_CHECK_ARC:
		return "ARC: what do forwarders say that they saw?";
	case ASSAY_CHECK_DMARC:
		return "DMARC: is the author proven, and what does the domain "
		    "ask for if not?";
	case ASSAY_CHECK_IMPERSONATION:
		return "Impersonation: whom do the name and Reply-To make "
		    "believe?";
	case ASSAY_CHECK_BEHAVIOUR:
		return "Behaviour: is the message like its sender?";
	case ASSAY_CHECK_CONTENT:
		return "Content: what do links, files and hidden words do?";
	case ASSAY_CHECK_AGE:
		return "Age: which domains are young, or new here?";
	}
	return "Other";
}

/* Nothing had to be said of it: how like its sender it is. */
static void
like(struct tale *t, const struct behaviour_outcome *o)
{
	title(t, heading(ASSAY_CHECK_BEHAVIOUR));
	t->page.indent = MARGIN;
	page_str(&t->page, STYLE_GOOD, "usual");
	page_tab(&t->page, LABEL);
	page_str(&t->page, STYLE_PLAIN, "p = ");
	page_put(&t->page, STYLE_PLAIN, o->p);
	page_str(&t->page, STYLE_PLAIN, " that mail of this sender looks at "
	    "least as odd; known ");
	page_u64(&t->page, STYLE_PLAIN, o->days);
	page_str(&t->page, STYLE_PLAIN, " days / ");
	page_u64(&t->page, STYLE_PLAIN, o->messages);
	page_str(&t->page, STYLE_PLAIN, " messages");
	page_end(&t->page, MARGIN);
	unlike(t, o);
}

static void
check_of(struct tale *t, enum assay_check check)
{
	bool any = false;

	t->before = NULL;
	for (size_t i = 0; i < t->n; i++) {
		if (t->e[i].check != check)
			continue;
		if (!any)
			title(t, heading(check));
		any = true;
		line_of_evidence(t, &t->e[i]);
	}
	if (!any && check == ASSAY_CHECK_BEHAVIOUR &&
	    t->ev->out.behaviour.known)
		like(t, &t->ev->out.behaviour);
}

/* ---- the verdict --------------------------------------------------------- */

static void
head(struct tale *t)
{
	struct page *p = &t->page;

	page_str(p, STYLE_BOLD, "Verdict: ");
	page_str(p, style_of_disposition(t->v->disposition),
	    assay_disposition_name(t->v->disposition));
	page_end(p, 0);
	if (t->v->would != t->v->disposition) {
		page_str(p, STYLE_BOLD, "Would have been: ");
		page_str(p, style_of_disposition(t->v->would),
		    assay_disposition_name(t->v->would));
		page_str(p, STYLE_PLAIN, "; in the first days acts on "
		    "suspicion are told and not done");
		page_end(p, 0);
	}
	page_put(p, STYLE_PLAIN, phrase_why(t->ev, t->v));
	page_end(p, 0);
}

static void
because(struct tale *t)
{
	bool less = t->v->would != t->v->disposition;

	title(t, "Why this verdict");
	for (size_t i = 0; i < t->v->n_because; i++) {
		const struct assay_reason_text *r;
		size_t at = t->v->because[i];

		if (at >= t->n)
			continue;
		r = assay_reason_text(t->e[at].reason);
		label(t, assay_check_name(t->e[at].check));
		page_str(&t->page, STYLE_PLAIN, r != NULL ? r->sentence : "");
		page_end(&t->page, MARGIN);
		if (t->e[at].reason == ASSAY_R_EXCEPTION)
			said(t, "", t->e[at].detail, "");
	}
	said(t, "policy", phrase_statement(t->ev, t->v), less ?
	    "no statement that acts already spoke, so the message goes on "
	    "as it is" :
	    "no statement of the policy spoke, so the message goes on as it "
	    "is");
	if (less)
		said(t, "not yet", phrase_would(t->ev, t->v), "");
	if (phrase_spared(t->ev, t->v) != NULL)
		said(t, "", assay_cstr(phrase_spared(t->ev, t->v)), "");
	if (t->v->smtp_reply.len > 0)
		said(t, "SMTP reply", t->v->smtp_reply, "");
}

static void
foot(struct tale *t)
{
	title(t, "How to read this");
	page_str(&t->page, STYLE_DIM, "A pass proves who is responsible for "
	    "the message and nothing else: a thief can prove his own name. "
	    "A missing pass is no proof of forgery: forwarding breaks SPF, "
	    "and mailing lists break signatures.");
	page_end(&t->page, 0);
}

enum assay_status
assay_explain_write(struct assay_eval *ev, const struct assay_verdict *v,
    unsigned width, bool colour, assay_write_fn *write, void *ctx)
{
	static const enum assay_check order[] = { ASSAY_CHECK_MESSAGE,
		ASSAY_CHECK_IPREV, ASSAY_CHECK_HELO, ASSAY_CHECK_SPF,
		ASSAY_CHECK_DKIM, ASSAY_CHECK_ARC, ASSAY_CHECK_DMARC,
		ASSAY_CHECK_IMPERSONATION, ASSAY_CHECK_CONTENT,
		ASSAY_CHECK_AGE, ASSAY_CHECK_BEHAVIOUR };
	struct tale t = { .ev = ev, .v = v };

	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	t.n = assay_eval_evidence(ev, &t.e);
	page_init(&t.page, width, colour, write, ctx);
	head(&t);
	who(&t);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		check_of(&t, order[i]);
	because(&t);
	foot(&t);
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return t.page.failed ? ASSAY_IO : ASSAY_OK;
}

/* ---- one check by itself ------------------------------------------------- */

enum assay_result
assay_check_result(const struct assay_eval *ev, enum assay_check check)
{
	switch (check) {
	case ASSAY_CHECK_IPREV:
		return ev->out.iprev.result;
	case ASSAY_CHECK_HELO:
		return ev->out.helo.result;
	case ASSAY_CHECK_SPF:
		return ev->out.spf.result;
	case ASSAY_CHECK_DKIM:
		return ev->out.dkim.overall;
	case ASSAY_CHECK_ARC:
		return ev->out.arc.result;
	case ASSAY_CHECK_DMARC:
		return ev->out.dmarc.result;
	case ASSAY_CHECK_IMPERSONATION:
		return ev->out.impersonation.result;
	case ASSAY_CHECK_BEHAVIOUR:	/* of the account, too */
		return ev->out.behaviour.result == ASSAY_NONE ||
		    ev->out.account.result == ASSAY_POLICY ?
		    ev->out.account.result : ev->out.behaviour.result;
	case ASSAY_CHECK_CONTENT:
		return ev->out.content.result;
	case ASSAY_CHECK_AGE:
		return ev->out.age.result;
	case ASSAY_CHECK_MESSAGE:
		break;
	}
	return ev->facts.n_finding > 0 ? ASSAY_FAIL : ASSAY_NONE;
}

static void
told(struct tale *t, enum assay_check check)
{
	bool any = false;

	page_str(&t->page, STYLE_BOLD, heading(check));
	page_end(&t->page, MARGIN);
	for (size_t i = 0; i < t->n; i++) {
		if (t->e[i].check != check)
			continue;
		line_of_evidence(t, &t->e[i]);
		any = true;
	}
	if (any)
		return;
	page_str(&t->page, STYLE_DIM, assay_result_name(
	    assay_check_result(t->ev, check)));
	page_end(&t->page, MARGIN);
}

enum assay_status
assay_check_write(struct assay_eval *ev, enum assay_check check,
    unsigned width, bool colour, assay_write_fn *write, void *ctx)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;
	struct tale t = { .ev = ev };

	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	t.n = assay_eval_evidence(ev, &t.e);
	page_init(&t.page, width, colour, write, ctx);
	if (check != ASSAY_CHECK_DMARC || d->n_author == 0)
		told(&t, check);
	for (size_t i = 0; check == ASSAY_CHECK_DMARC && i < d->n_author; i++)
		walk_tell(&t.page, ev, &d->author[i]);
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return t.page.failed ? ASSAY_IO : ASSAY_OK;
}
