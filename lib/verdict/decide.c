/* SPDX-License-Identifier: Apache-2.0 */
/* decide.c - evidence and policy make a verdict. */
#include "eval.h"
#include "eval_house.h"
#include "verdict/authres_out.h"
#include "verdict/ladder.h"
#include "verdict/reply.h"

enum { WHO_OWN_OUTSIDE = 70 };	/* own users at a service that does not sign
				 * look the same, so it is no proof         */

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

/* Not who it says it is.  An own domain that is not proven is all that the
 * checks say of this; it rests on authentication, so it is no suspicion of
 * what a message wants. */
static unsigned
suspicion_who(const struct assay_eval *ev)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;

	for (size_t i = 0; i < d->n_author; i++)
		if (d->author[i].own_from_outside)
			return WHO_OWN_OUTSIDE;
	return 0;
}

static unsigned
larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Unlike its sender; a pass takes nothing away from that. */
static unsigned
with_behaviour(const struct assay_eval *ev, unsigned who)
{
	const struct account_outcome *o = &ev->out.account;

	if (!ev->out.behaviour.observed)
		who = larger(who, ev->out.behaviour.level);
	return o->observed ? who : larger(who, o->who);
}

static unsigned
suspicion_what(const struct assay_eval *ev)
{
	const struct account_outcome *o = &ev->out.account;
	unsigned what = impersonate_sum(ev->out.impersonation.level,
	    ev->out.content.level);

	what = impersonate_sum(what, ev->out.age.level);
	return o->observed ? what : impersonate_sum(what, o->what);
}

/* What would be done if nothing were only observed, into k, which has what
 * is done. */
static void
would_be(struct assay_eval *ev, const struct assay_policy *policy,
    struct ruling *k)
{
	struct behaviour_outcome *o = &ev->out.behaviour;
	struct account_outcome *a = &ev->out.account;
	struct behaviour_outcome sender = *o;
	struct account_outcome account = *a;
	bool observing = ev->facts.observing;

	if (!(o->observed && o->alert) && !(a->observed && a->alert) &&
	    !observing)
		return;
	ev->facts.observing = false;
	o->observed = o->observed && !o->alert;
	a->observed = a->observed && !a->alert;
	policy_rule(k, &ev->run, policy, with_behaviour(ev,
	    suspicion_who(ev)), suspicion_what(ev));
	*o = sender;
	*a = account;
	ev->facts.observing = observing;
}

/* The rules for own mail are there also where nobody says any. */
static const struct assay_policy *
own_policy(struct assay_eval *ev, const struct assay_policy *policy)
{
	struct assay_policy *p;

	if (ev->builtin_own == NULL) {
		p = arena_alloc(ev->home, sizeof(*p));
		if (p == NULL || !policy_parse(p,
		    assay_cstr(assay_policy_builtin_own()), NULL, NULL,
		    ev->home))
			return NULL;
		ev->builtin_own = p;
	}
	return policy_for_own(policy, ev->builtin_own, &ev->arena);
}

/* As a field of the header says it. */
static struct span
behaviour_text(struct assay_eval *ev)
{
	const struct behaviour_outcome *o = &ev->out.behaviour;
	struct buf b;

	if (!o->known && !o->alert && o->p.len == 0)
		return SPAN_NONE;
	b = arena_buf(&ev->arena, o->why.len + 100);
	buf_str(&b, "p=");
	buf_put(&b, o->p.len == 0 ? SPAN("-") : o->p);
	buf_str(&b, "; h=");
	buf_put(&b, o->hypothesis);
	buf_str(&b, "; known=");
	buf_u64(&b, o->messages);
	buf_str(&b, "/");
	buf_u64(&b, o->days);
	buf_str(&b, "d; why=");
	buf_put(&b, o->why);
	if (o->alert)
		buf_str(&b, o->observed ? "; alert=observed" : "; alert=yes");
	return arena_done(&ev->arena, &b);
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
assay_eval_spent(struct assay_eval *ev, struct assay_span mandate)
{
	struct facts *f = &ev->facts;
	struct span *name;

	if (ev->phase != EVAL_DONE || f->n_spent == LIMIT_SPENT)
		return ASSAY_MISUSE;
	name = arena_array(&ev->arena, f->n_spent + 1, sizeof(*name));
	if (name == NULL)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	for (size_t i = 0; i < f->n_spent; i++)
		name[i] = f->spent[i];
	name[f->n_spent++] = arena_dup(&ev->arena, mandate);
	f->spent = name;
	eval_strip_back(ev);
	ev->run.n_evidence = ev->n_checked;
	return ASSAY_OK;
}

bool
eval_policy_suspects(const struct assay_policy *policy)
{
	for (size_t i = 0; policy != NULL && i < policy->n; i++)
		if (ladder_suspects(&policy->statement[i]))
			return true;
	return false;
}

bool
eval_policy_strips(const struct assay_policy *policy)
{
	for (size_t i = 0; policy != NULL && i < policy->n; i++)
		if (policy->statement[i].then == ASSAY_STRIP)
			return true;
	return false;
}

void
eval_observe(struct assay_eval *ev, bool on)
{
	ev->facts.observing = on;
}

enum assay_status
assay_decide(const struct assay_verdict **out, struct assay_eval *ev,
    const struct assay_policy *policy)
{
	struct assay_verdict *v;
	struct ruling k, would;
	unsigned who, what;
	bool builtin = policy == NULL;

	*out = NULL;
	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	if (builtin)
		policy = builtin_policy(ev);
	if (policy != NULL && ev->session.own)
		policy = own_policy(ev, policy);
	v = arena_alloc(&ev->arena, sizeof(*v));
	if (policy == NULL || v == NULL)
		return ASSAY_LIMIT;
	who = with_behaviour(ev, suspicion_who(ev));
	what = suspicion_what(ev);
	policy_rule(&k, &ev->run, policy, who, what);
	would = k;
	would_be(ev, policy, &would);
	*v = (struct assay_verdict){
		.disposition = k.disposition,
		.from_domain = author_of(&ev->out.dmarc),
		.dmarc = ev->out.dmarc.result,
		.suspicion_who = (uint8_t)who, .suspicion_what = (uint8_t)what,
		.because = k.because, .n_because = k.n_because,
		.smtp_reply = reply_text(&ev->run, &k),
		.departure = reply_departure(&ev->out, &k),
		.statement = statement_text(ev, k.first),
		.statement_line = k.first == NULL || builtin ? 0 :
		    k.first->line,
		.mandate = k.mandate == NULL ? SPAN_NONE :
		    arena_dup(&ev->arena, k.mandate->mandate->name),
		.mandate_budget = k.mandate == NULL ? 0 :
		    k.mandate->mandate->budget,
		.second_signal = k.signalled,
		.would = would.disposition,
		.would_statement = statement_text(ev, would.first),
		.would_line = would.first == NULL || builtin ? 0 :
		    would.first->line,
		.behaviour = behaviour_text(ev),
		.authentication_results = authres_out(ev) };
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	*out = v;
	return ASSAY_OK;
}
