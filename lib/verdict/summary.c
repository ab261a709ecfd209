/* SPDX-License-Identifier: Apache-2.0 */
/*
 * summary.c - one message in a block of aligned lines, or in one line.
 */
#include "eval.h"
#include "verdict/page.h"
#include "verdict/phrase.h"

enum { MARGIN = 2, KEY = 12, VALUE = 22 };

static void
key(struct page *p, const char *what)
{
	p->indent = MARGIN;
	page_str(p, STYLE_DIM, what);
	page_tab(p, KEY);
}

static void
result(struct page *p, enum assay_result r)
{
	page_str(p, style_of_result(r), assay_result_name(r));
	page_tab(p, VALUE);
}

static void
authors(struct page *p, const struct from_facts *from)
{
	key(p, "from");
	for (size_t i = 0; i < from->n_author; i++) {
		page_str(p, STYLE_PLAIN, i > 0 ? ", " : "");
		page_put(p, STYLE_BOLD, from->author[i].domain.name);
	}
	if (from->n_author == 0)
		page_str(p, STYLE_WARN, "no author domain");
	page_end(p, MARGIN);
}

/* Why there is no domain to ask about. */
static void
no_domain(struct page *p, const struct assay_eval *ev)
{
	const struct assay_reason_text *r =
	    assay_reason_text(ev->out.spf.reason);

	if (ev->session.mail_from.len > 0 &&
	    ev->out.spf.result == ASSAY_PERMERROR) {
		page_str(p, STYLE_DIM, "not an address: ");
		page_put(p, STYLE_PLAIN, ev->session.mail_from);
	} else if (r != NULL) {
		page_str(p, STYLE_DIM, r->name);
	}
}

static void
spf(struct page *p, struct assay_eval *ev)
{
	const struct spf_outcome *o = &ev->out.spf;
	struct span client = phrase_client(&ev->arena, &ev->session.client);

	key(p, "spf");
	result(p, o->result);
	page_put(p, STYLE_PLAIN, o->domain.name);
	if (span_absent(client)) {
		page_str(p, STYLE_DIM, domain_absent(o->domain) ?
		    "client address not known" :
		    ", client address not known");
	} else if (!domain_absent(o->domain)) {
		page_str(p, STYLE_DIM, " from ");
		page_put(p, STYLE_PLAIN, client);
	} else {
		no_domain(p, ev);
	}
	page_end(p, MARGIN);
}

static void
signature(struct page *p, const struct sig_outcome *s)
{
	result(p, s->result);
	page_put(p, STYLE_PLAIN, s->sig->d.name);
	if (!domain_absent(s->sig->selector)) {
		page_str(p, STYLE_DIM, " s=");
		page_put(p, STYLE_PLAIN, s->sig->selector.name);
	}
	page_str(p, STYLE_DIM, " ");
	page_put(p, STYLE_DIM, s->sig->alg_text);
	if (s->result != ASSAY_PASS &&
	    assay_reason_text(s->reason) != NULL) {
		page_str(p, STYLE_DIM, " ");
		page_str(p, STYLE_WARN, assay_reason_text(s->reason)->name);
	}
	page_end(p, MARGIN);
}

static void
dkim(struct page *p, const struct dkim_outcome *o)
{
	for (size_t i = 0; i < o->n_sig; i++) {
		key(p, i == 0 ? "dkim" : "");
		signature(p, &o->sig[i]);
	}
	if (o->n_sig > 0)
		return;
	key(p, "dkim");
	result(p, o->overall);
	page_str(p, STYLE_DIM, "not signed");
	page_end(p, MARGIN);
}

static void
arc(struct page *p, const struct arc_outcome *o)
{
	key(p, "arc");
	result(p, o->result);
	if (o->instances > 0) {
		page_u64(p, STYLE_PLAIN, o->instances);
		page_str(p, STYLE_PLAIN, o->instances == 1 ? " seal" :
		    " seals");
	}
	if (o->result == ASSAY_PASS)
		page_str(p, STYLE_DIM, o->sealers_trusted ?
		    " of listed forwarders" : ", of nobody on our list");
	page_end(p, MARGIN);
}

/* Only an answer tells that there is none. */
static void
no_record(struct page *p, const struct assay_eval *ev,
    const struct dmarc_author *a)
{
	struct span name = phrase_unanswered(ev, a);

	if (a->result == ASSAY_NONE) {
		page_str(p, STYLE_DIM, " publishes no policy");
	} else if (a->result == ASSAY_TEMPERROR && !span_absent(name)) {
		page_str(p, STYLE_CARE, ", no answer for ");
		page_put(p, STYLE_CARE, name);
	}
}

static void
dmarc(struct page *p, struct assay_eval *ev)
{
	const struct dmarc_author *a = phrase_author(ev);

	key(p, "dmarc");
	result(p, ev->out.dmarc.result);
	if (a == NULL) {
		page_end(p, MARGIN);
		return;
	}
	page_put(p, STYLE_PLAIN, a->domain.name);
	if (a->aligned_dkim || a->aligned_spf)
		page_str(p, STYLE_DIM, a->aligned_dkim && a->aligned_spf ?
		    " by dkim and spf" : a->aligned_dkim ? " by dkim" :
		    " by spf");
	if (a->result == ASSAY_FAIL && phrase_policy(a->policy) != NULL) {
		page_str(p, STYLE_PLAIN, " asks for ");
		page_str(p, STYLE_WARN, phrase_policy(a->policy));
	}
	if (domain_absent(a->record_domain))
		no_record(p, ev, a);
	else if (!domain_eq(a->record_domain, a->domain)) {
		page_str(p, STYLE_DIM, ", by the record of ");
		page_put(p, STYLE_PLAIN, a->record_domain.name);
	}
	page_end(p, MARGIN);
}

/* What name and Reply-To make believe, or the content does, when it weighs. */
static void
suspicion(struct page *p, const struct assay_eval *ev, enum assay_check check,
    const char *label)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);

	if (assay_check_result(ev, check) != ASSAY_POLICY)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct assay_reason_text *r =
		    assay_reason_text(e[i].reason);

		if (e[i].check != check || r == NULL)
			continue;
		key(p, label);
		label = "";
		page_str(p, STYLE_WARN, r->name);
		page_str(p, STYLE_PLAIN, ": ");
		page_put(p, STYLE_PLAIN, e[i].detail);
		page_end(p, MARGIN);
	}
}

/* Which statement of the policy made it worse than accepted. */
static void
decided(struct page *p, struct assay_eval *ev, const struct assay_verdict *v)
{
	if (v->disposition == ASSAY_ACCEPT || span_absent(v->statement))
		return;
	key(p, "policy");
	page_put(p, STYLE_DIM, phrase_statement(ev, v));
	page_end(p, MARGIN);
	if (phrase_spared(ev, v) == NULL)
		return;
	key(p, "");
	page_str(p, STYLE_DIM, phrase_spared(ev, v));
	page_end(p, MARGIN);
}

static void
why(struct page *p, struct assay_eval *ev, const struct assay_verdict *v)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);
	const char *label = "because";

	if (v->n_because == 0 || (v->disposition == ASSAY_ACCEPT &&
	    v->because[0] < n &&
	    e[v->because[0]].reason != ASSAY_R_EXCEPTION)) {
		key(p, label);
		page_put(p, STYLE_PLAIN, phrase_why(ev, v));
		page_end(p, MARGIN);
		label = "";
	}
	for (size_t i = 0; i < v->n_because; i++) {
		const struct assay_reason_text *r = v->because[i] < n ?
		    assay_reason_text(e[v->because[i]].reason) : NULL;

		if (r == NULL)
			continue;
		key(p, label);
		label = "";
		page_str(p, STYLE_PLAIN, r->sentence);
		page_end(p, MARGIN);
		if (e[v->because[i]].reason != ASSAY_R_EXCEPTION)
			continue;
		key(p, label);
		page_put(p, STYLE_PLAIN, e[v->because[i]].detail);
		page_end(p, MARGIN);
	}
	decided(p, ev, v);
}

static void
one_line(struct page *p, const struct assay_eval *ev,
    const struct assay_verdict *v, struct span name)
{
	const struct {
		const char *name;
		enum assay_result result;
		unsigned next;
	} column[] = {
		{ "spf ", ev->out.spf.result, 26 },
		{ "dkim ", ev->out.dkim.overall, 41 },
		{ "arc ", ev->out.arc.result, 50 },
		{ "dmarc ", ev->out.dmarc.result, 66 },
	};

	page_str(p, style_of_disposition(v->disposition),
	    assay_disposition_name(v->disposition));
	page_tab(p, KEY);
	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++) {
		page_str(p, STYLE_DIM, column[i].name);
		page_str(p, style_of_result(column[i].result),
		    assay_result_name(column[i].result));
		page_tab(p, column[i].next);
	}
	page_put(p, STYLE_BOLD, span_absent(v->from_domain) ? SPAN("-") :
	    v->from_domain);
	page_str(p, STYLE_PLAIN, " ");
	page_put(p, STYLE_PLAIN, name);
	page_end(p, 0);
}

static void
block(struct page *p, struct assay_eval *ev, const struct assay_verdict *v,
    struct span name)
{
	page_str(p, style_of_disposition(v->disposition),
	    assay_disposition_name(v->disposition));
	page_tab(p, KEY);
	page_put(p, STYLE_BOLD, name);
	page_end(p, MARGIN);
	authors(p, &ev->facts.from);
	spf(p, ev);
	dkim(p, &ev->out.dkim);
	arc(p, &ev->out.arc);
	dmarc(p, ev);
	suspicion(p, ev, ASSAY_CHECK_IMPERSONATION, "shows");
	suspicion(p, ev, ASSAY_CHECK_CONTENT, "carries");
	suspicion(p, ev, ASSAY_CHECK_AGE, "is young");
	if (ev->facts.lf_input) {
		key(p, "note");
		page_str(p, STYLE_DIM, "LF line ends were read as CRLF");
		page_end(p, MARGIN);
	}
	if (!span_absent(ev->session.origin)) {
		key(p, "session");
		page_put(p, STYLE_DIM, ev->session.origin);
		page_end(p, MARGIN);
	}
	why(p, ev, v);
}

enum assay_status
assay_summary_write(struct assay_eval *ev, const struct assay_verdict *v,
    struct assay_span name, bool brief, unsigned width, bool colour,
    assay_write_fn *write, void *ctx)
{
	struct page p;

	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	page_init(&p, brief ? LIMIT_PAGE_WIDE : width, colour, write, ctx);
	if (brief)
		one_line(&p, ev, v, name);
	else
		block(&p, ev, v, name);
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return p.failed ? ASSAY_IO : ASSAY_OK;
}
