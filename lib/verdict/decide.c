/* SPDX-License-Identifier: Apache-2.0 */
/* decide.c - evidence and policy make a verdict. */
#include "eval.h"
#include "verdict/authres_out.h"
#include "verdict/reply.h"

/* Parsed once for all messages of this evaluation object. */
static const struct assay_policy *
builtin_policy(struct assay_eval *ev)
{
	struct assay_policy *p;

	if (ev->builtin_policy != NULL)
		return ev->builtin_policy;
	p = arena_alloc(ev->home, sizeof(*p));
	if (p == NULL || !policy_parse(p, assay_cstr(assay_policy_builtin()),
	    NULL, NULL, ev->home))
		return NULL;
	ev->builtin_policy = p;
	return p;
}

static struct span
author_of(const struct dmarc_outcome *d)
{
	return d->n_author == 0 ? SPAN_NONE :
	    d->author[d->decisive].domain.name;
}

static struct span
statement_text(struct assay_eval *ev, const struct statement *s)
{
	struct buf b;

	if (s == NULL)
		return SPAN_NONE;
	b = arena_buf(&ev->arena, statement_room(s));
	statement_print(&b, s);
	return arena_done(&ev->arena, &b);
}

enum assay_status
assay_decide(const struct assay_verdict **out, struct assay_eval *ev,
    const struct assay_policy *policy)
{
	struct assay_verdict *v;
	struct ruling k;
	bool builtin = policy == NULL;

	*out = NULL;
	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	if (builtin)
		policy = builtin_policy(ev);
	v = arena_alloc(&ev->arena, sizeof(*v));
	if (policy == NULL || v == NULL)
		return ASSAY_LIMIT;
	policy_rule(&k, &ev->run, policy, 0, 0);
	*v = (struct assay_verdict){
		.disposition = k.disposition,
		.from_domain = author_of(&ev->out.dmarc),
		.dmarc = ev->out.dmarc.result,
		.because = k.because, .n_because = k.n_because,
		.smtp_reply = reply_text(&ev->run, &k),
		.departure = reply_departure(&ev->out, &k),
		.statement = statement_text(ev, k.first),
		.statement_line = k.first == NULL || builtin ? 0 :
		    k.first->line,
		.second_signal = k.signalled,
		.authentication_results = authres_out(ev) };
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	*out = v;
	return ASSAY_OK;
}
