/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_rule.c - a policy tried on a message.
 *
 * Policy reads outcomes and findings; it parses nothing and asks nothing.
 * A condition that holds points at the lines of evidence that it read, and
 * because[] is made of these.
 */
#include "verdict/policy.h"

#include "verdict/ladder.h"
#include "verdict/policy_note.h"
#include "wire/addr.h"

struct court {
	struct run *r;
	const struct assay_policy *policy;
	unsigned who, what;
	bool signalled;			/* a second signal is there         */
	bool *spoke;			/* a line of evidence each          */
};

/* ---- second signals ----------------------------------------------------- */

static bool
has_severity(const struct run *r, enum severity least)
{
	for (size_t i = 0; i < r->facts->n_finding; i++)
		if (r->facts->finding[i].severity >= least)
			return true;
	return false;
}

static bool
reverse_and_spf_fail(const struct run *r)
{
	return r->out->iprev.result == ASSAY_FAIL &&
	    r->out->spf.result == ASSAY_FAIL;
}

static bool
author_suspicion(const struct run *r)
{
	for (size_t i = 0; i < r->out->dmarc.n_author; i++)
		if (r->out->dmarc.author[i].own_from_outside ||
		    r->out->dmarc.author[i].sends_nothing)
			return true;
	return false;
}

/* ---- whether a condition holds ------------------------------------------ */

static bool
any_author_within(const struct run *r, struct domain d)
{
	const struct from_facts *from = &r->facts->from;

	for (size_t i = 0; i < from->n_author; i++)
		if (domain_within(from->author[i].domain, d))
			return true;
	return false;
}

/* MAIL FROM's domain as SPF took it. */
static bool
sender_within(const struct run *r, struct domain d)
{
	return !domain_absent(r->out->spf.domain) &&
	    domain_within(r->out->spf.domain, d);
}

static bool
client_within(const struct run *r, const struct condition *c)
{
	struct assay_addr client = addr_unmap(&r->session->client);

	return addr_within(&client, &c->net, c->bits);
}

/* The identifier in < > (RFC 2919 3), or all of it where there are none. */
static struct span
list_identifier(struct span value)
{
	struct span rest = span_skip(value, span_rfind(value, '<') + 1);

	return span_trim_wsp(span_has(value, '<') ? span_cut(&rest, '>') :
	    value);
}

static bool
list_is(const struct run *r, struct span id)
{
	return !span_absent(r->facts->list_id) &&
	    span_ieq(list_identifier(r->facts->list_id), id);
}

static bool
dmarc_holds(const struct dmarc_outcome *o, const struct condition *c)
{
	return o->result == c->result && (c->policy == POLICY_ABSENT ||
	    c->policy == o->policy);
}

static bool
is_guise(const struct assay_evidence *e, enum guise_kind kind)
{
	return (e->check == ASSAY_CHECK_IMPERSONATION ||
	    (e->check == ASSAY_CHECK_CONTENT && kind != GUISE_ANY)) &&
	    e->reason != ASSAY_R_NAME_BY_LIST && (kind == GUISE_ANY ||
	    guise_kind_of(e->reason) == kind);
}

/* A kind that is named counts from its first sign on; all together when
 * they weigh. */
static bool
impersonates(const struct run *r, enum guise_kind kind)
{
	if (kind == GUISE_ANY)
		return r->out->impersonation.result == ASSAY_POLICY;
	for (size_t i = 0; i < r->n_evidence; i++)
		if (is_guise(&r->evidence[i], kind))
			return true;
	return false;
}

/* A pass is no ground, whatever its reason is called. */
static bool
is_said(const struct run *r, enum assay_reason reason)
{
	/* in its first days behaviour is told and nothing follows */
	if (r->out->behaviour.observed && ladder_behaves(reason))
		return false;
	if (reason >= ASSAY_R_OWN_NEW_NETWORK &&
	    reason <= ASSAY_R_OWN_UNAVAILABLE && r->out->account.observed)
		return false;
	for (size_t i = 0; i < r->n_evidence; i++)
		if (r->evidence[i].reason == reason &&
		    r->evidence[i].result != ASSAY_PASS)
			return true;
	return false;
}

/* Who logged in, as names of accounts are written: "@D" is all of D. */
static bool
account_is(struct span user, struct span name)
{
	if (span_at(name, 0) == '@')
		user = span_skip(user, span_rfind(user, '@'));
	return user.len > 0 && span_ieq(user, name);
}

static bool
own_holds(const struct run *r, const struct condition *c)
{
	const struct account_outcome *o = &r->out->account;

	switch (c->own) {
	case OWN_ANY: return true;
	case OWN_ACCOUNT:
		return account_is(r->session->auth_user, c->account);
	case OWN_OVER: return o->over && !o->observed;
	}
	return false;
}

static bool
holds(const struct court *k, const struct condition *c)
{
	const struct run *r = k->r;
	const struct outcome *o = r->out;

	switch (c->kind) {
	case COND_DMARC: return dmarc_holds(&o->dmarc, c);
	case COND_SPF: return o->spf.result == c->result;
	case COND_HELO: return o->helo.result == c->result;
	case COND_IPREV: return o->iprev.result == c->result;
	case COND_DKIM: return o->dkim.overall == c->result;
	case COND_ARC: return o->arc.result == c->result;
	case COND_ARC_TRUSTED:
		return o->arc.result == ASSAY_PASS && o->arc.sealers_trusted;
	case COND_STRUCTURE: return has_severity(r, c->severity);
	case COND_SECOND_SIGNAL: return k->signalled;
	case COND_LIST_ID: return !span_absent(r->facts->list_id);
	case COND_LIST: return list_is(r, c->list);
	case COND_AUTHOR: return any_author_within(r, c->domain);
	case COND_SENDER: return sender_within(r, c->domain);
	case COND_CLIENT: return client_within(r, c);
	case COND_WHO: return k->who >= c->level;
	case COND_WHAT: return k->what >= c->level;
	case COND_IMPERSONATION: return impersonates(r, c->guise);
	case COND_EVIDENCE: return is_said(r, c->reason);
	case COND_OWN: return own_holds(r, c);
	}
	return false;
}

static bool
matches(const struct court *k, const struct statement *s)
{
	if (statement_is_own(s) != k->r->session->own)
		return false;
	if (k->r->facts->observing && s->except == NULL && ladder_suspects(s))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (!holds(k, &s->cond[i]))
			return false;
	return true;
}

/* ---- which evidence spoke ----------------------------------------------- */

static void
point_check(struct court *k, enum assay_check check, enum assay_result res)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (k->r->evidence[i].check == check &&
		    k->r->evidence[i].result == res)
			k->spoke[i] = true;
}

static void
point_reason(struct court *k, enum assay_reason reason)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (k->r->evidence[i].reason == reason)
			k->spoke[i] = true;
}

static void
point_who(struct court *k)
{
	point_reason(k, ASSAY_R_DMARC_OWN_DOMAIN_OUTSIDE);
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (ladder_behaves(k->r->evidence[i].reason))
			k->spoke[i] = true;
}

/* The conclusion about the author that decided. */
static void
point_dmarc(struct court *k)
{
	const struct dmarc_outcome *o = &k->r->out->dmarc;
	struct span who = o->n_author == 0 ? SPAN_NONE :
	    o->author[o->decisive].domain.name;

	for (size_t i = 0; i < k->r->n_evidence; i++) {
		const struct assay_evidence *e = &k->r->evidence[i];
		if (e->check == ASSAY_CHECK_DMARC &&
		    e->result == o->result && span_eq(e->subject, who) &&
		    (e->reason == o->reason || (o->n_author > 0 &&
		    e->reason == o->author[o->decisive].reason)))
			k->spoke[i] = true;
	}
}

static void
point_findings(struct court *k, enum severity least)
{
	const struct facts *f = k->r->facts;

	for (size_t i = 0; i < f->n_finding; i++) {
		const struct finding *x = &f->finding[i];
		if (x->severity < least)
			continue;
		for (size_t n = 0; n < k->r->n_evidence; n++)
			if (k->r->evidence[n].check == ASSAY_CHECK_MESSAGE &&
			    k->r->evidence[n].reason == x->reason &&
			    k->r->evidence[n].at == x->place.at)
				k->spoke[n] = true;
	}
}

static void
point_guises(struct court *k, enum guise_kind kind)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (is_guise(&k->r->evidence[i], kind))
			k->spoke[i] = true;
}

static void
point_own(struct court *k, enum assay_reason first, enum assay_reason last)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (k->r->evidence[i].reason >= first &&
		    k->r->evidence[i].reason <= last)
			k->spoke[i] = true;
}

static void
point_what(struct court *k)
{
	point_guises(k, GUISE_ANY);
	point_own(k, ASSAY_R_OWN_FAN_OUT, ASSAY_R_OWN_BOUNCES);
	for (size_t i = 0; i < k->r->n_evidence; i++)
		k->spoke[i] |= is_what(k->r, k->r->evidence[i].check);
}

static void point(struct court *k, const struct condition *c);

static void
point_signals(struct court *k)
{
	point_findings(k, SEVERITY_S1);
	if (reverse_and_spf_fail(k->r)) {
		point_check(k, ASSAY_CHECK_IPREV, ASSAY_FAIL);
		point_check(k, ASSAY_CHECK_SPF, ASSAY_FAIL);
	}
	point_reason(k, ASSAY_R_DMARC_SENDS_NOTHING);
	point_reason(k, ASSAY_R_DMARC_OWN_DOMAIN_OUTSIDE);
	for (size_t i = 0; i < k->policy->n; i++) {
		const struct statement *s = &k->policy->statement[i];
		/* no signal rests on a signal: one level deep */
		for (size_t n = 0; s->signal && matches(k, s) && n < s->n;
		    n++)
			point(k, &s->cond[n]);
	}
}

static void
point(struct court *k, const struct condition *c)
{
	switch (c->kind) {
	case COND_DMARC: point_dmarc(k); break;
	case COND_SPF: point_check(k, ASSAY_CHECK_SPF, c->result); break;
	case COND_HELO: point_check(k, ASSAY_CHECK_HELO, c->result); break;
	case COND_IPREV: point_check(k, ASSAY_CHECK_IPREV, c->result); break;
	case COND_DKIM: point_check(k, ASSAY_CHECK_DKIM, c->result); break;
	case COND_ARC: point_check(k, ASSAY_CHECK_ARC, c->result); break;
	case COND_ARC_TRUSTED:
		point_check(k, ASSAY_CHECK_ARC, ASSAY_PASS);
		break;
	case COND_STRUCTURE: point_findings(k, c->severity); break;
	case COND_SECOND_SIGNAL: point_signals(k); break;
	case COND_AUTHOR: point_reason(k, ASSAY_R_LISTED_AUTHOR); break;
	case COND_SENDER: point_reason(k, ASSAY_R_LISTED_SENDER); break;
	case COND_CLIENT: point_reason(k, ASSAY_R_LISTED_CLIENT); break;
	case COND_LIST_ID: case COND_LIST:
		point_reason(k, ASSAY_R_LIST_ID);
		break;
	case COND_WHO:
		point_who(k);
		point_own(k, ASSAY_R_OWN_NEW_NETWORK, ASSAY_R_OWN_UNLIKE);
		break;
	case COND_WHAT: point_what(k); break;
	case COND_IMPERSONATION: point_guises(k, c->guise); break;
	case COND_EVIDENCE: point_reason(k, c->reason); break;
	case COND_OWN:
		if (c->own == OWN_OVER)
			point_reason(k, ASSAY_R_OWN_OVER_RATE);
		break;
	}
}

/* ---- the ruling --------------------------------------------------------- */

static uint32_t
kinds_of(const struct statement *s)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < s->n; i++)
		bits |= UINT32_C(1) << (unsigned)s->cond[i].kind;
	return bits;
}

static void
find_signals(struct court *k)
{
	k->signalled = has_severity(k->r, SEVERITY_S1) ||
	    reverse_and_spf_fail(k->r) || author_suspicion(k->r);
	for (size_t i = 0; i < k->policy->n; i++)
		if (k->policy->statement[i].signal &&
		    matches(k, &k->policy->statement[i]))
			k->signalled = true;
}

/* A signature that holds and covers the body; each does (RFC 6376 3.5 bh=). */
static bool
is_signed(const struct run *r)
{
	const struct dkim_outcome *d = &r->out->dkim;

	for (size_t i = 0; i < d->n_sig; i++)
		if (d->sig[i].result == ASSAY_PASS)
			return true;
	return false;
}

static bool
needs_mandate(const struct court *k, const struct statement *s)
{
	return ladder_softens(s) || (s->mandate == NULL && s->except == NULL &&
	    !s->signal && s->then == ASSAY_STRIP && is_signed(k->r));
}

/* What allows to do what cannot be taken back; NULL: nothing. */
static const struct statement *
mandate_for(const struct court *k, enum assay_disposition then)
{
	for (size_t i = 0; i < k->policy->n; i++) {
		const struct statement *s = &k->policy->statement[i];
		if (s->then == then && ladder_may_use(k->r, s) &&
		    (then != ASSAY_STRIP || s->mandate->signed_too ||
		    !is_signed(k->r)) && matches(k, s))
			return s;
	}
	return NULL;
}

static enum assay_disposition
then_of(const struct court *k, const struct statement *s)
{
	if (s->then == ASSAY_STRIP && !span_absent(k->r->facts->unstripped))
		return ASSAY_HOLD;
	return needs_mandate(k, s) && mandate_for(k, s->then) == NULL ?
	    ASSAY_HOLD : s->then;
}

/* On what the disposition rests: what is proven goes before suspicion. */
static void
find_mandate(struct court *k, struct ruling *out)
{
	if (out->first == NULL)
		return;
	out->unstripped = out->first->then == ASSAY_STRIP &&
	    out->disposition == ASSAY_HOLD &&
	    !span_absent(k->r->facts->unstripped);
	if (out->unstripped)
		note_unstripped(k->r);
	if (out->disposition == ASSAY_STRIP)
		note_stripped(k->r);
	if (out->unstripped || !needs_mandate(k, out->first))
		return;
	out->mandate = mandate_for(k, out->first->then);
	out->softened = out->mandate == NULL;
	if (out->softened) {
		note_softened(k->r, out->first);
		return;
	}
	for (size_t n = 0; n < out->mandate->n; n++)
		note_own(k->r, &out->mandate->cond[n]);
	note_mandate(k->r, out->mandate->mandate);
}

static void
find_disposition(struct court *k, struct ruling *out)
{
	for (size_t i = 0; i < k->policy->n; i++) {
		const struct statement *s = &k->policy->statement[i];
		enum assay_disposition then = then_of(k, s);
		if (s->except != NULL || s->mandate != NULL ||
		    !matches(k, s))
			continue;
		for (size_t n = 0; n < s->n; n++)
			note_own(k->r, &s->cond[n]);
		if (s->signal)
			continue;
		out->spoke |= kinds_of(s);
		if (assay_disposition_strength(then) >
		    assay_disposition_strength(out->disposition)) {
			out->disposition = then;
			out->decided = 0;
			out->first = NULL;
		}
		if (then != out->disposition)
			continue;
		out->decided |= kinds_of(s);
		if (out->first == NULL || (needs_mandate(k, out->first) &&
		    !needs_mandate(k, s)))
			out->first = s;
	}
	find_mandate(k, out);
}

/* The exception that excuses most; of equals, the first. */
static void
find_exception(struct court *k, struct ruling *out)
{
	out->would = out->disposition;
	for (size_t i = 0; i < k->policy->n; i++) {
		const struct statement *s = &k->policy->statement[i];
		if (s->except == NULL || assay_disposition_strength(s->then) >=
		    assay_disposition_strength(out->disposition) ||
		    until_expired(s->except->until, k->r->session->now) ||
		    !matches(k, s))
			continue;
		out->excused = s;
		out->disposition = s->then;
	}
	if (out->excused == NULL)
		return;
	for (size_t n = 0; n < out->excused->n; n++)
		note_own(k->r, &out->excused->cond[n]);
	note_exception(k->r, out);
	out->mandate = NULL;
	out->spoke |= kinds_of(out->excused);
	out->first = out->excused;
}

/* What the policy says of itself goes first. */
static void
collect_own(struct court *k, struct ruling *out, enum assay_reason reason,
    uint16_t *because)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (k->r->evidence[i].reason == reason)
			because[out->n_because++] = (uint16_t)i;
}

/* Evidence of statements with (or without) the deciding disposition. */
static void
collect(struct court *k, struct ruling *out, uint16_t *because, bool deciding)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		k->spoke[i] = false;
	for (size_t i = 0; i < k->policy->n; i++) {
		const struct statement *s = &k->policy->statement[i];
		if ((s->except != NULL && s != out->excused) ||
		    (s->mandate != NULL && s != out->mandate))
			continue;
		if (s->signal || (s->except == NULL &&
		    then_of(k, s) == out->would) != deciding || !matches(k, s))
			continue;
		for (size_t n = 0; n < s->n; n++)
			point(k, &s->cond[n]);
	}
	for (size_t i = 0; i < k->r->n_evidence; i++) {
		size_t n = 0;
		while (n < out->n_because && because[n] != i)
			n++;
		if (k->spoke[i] && n == out->n_because)
			because[out->n_because++] = (uint16_t)i;
	}
}

/* Other policies may have had others. */
static void
collect_mandate(struct court *k, struct ruling *out, uint16_t *because)
{
	for (size_t i = 0; i < k->r->n_evidence; i++)
		if (k->r->evidence[i].reason == ASSAY_R_MANDATE &&
		    span_eq(k->r->evidence[i].subject,
		    out->mandate->mandate->name))
			because[out->n_because++] = (uint16_t)i;
}

void
policy_rule(struct ruling *out, struct run *r,
    const struct assay_policy *policy, unsigned who, unsigned what)
{
	struct court k = { .r = r, .policy = policy, .who = who,
		.what = what };
	uint16_t *because;

	*out = (struct ruling){ .disposition = ASSAY_ACCEPT };
	find_signals(&k);
	out->signalled = k.signalled;
	find_disposition(&k, out);
	find_exception(&k, out);
	k.spoke = arena_array(r->arena, r->n_evidence, sizeof(*k.spoke));
	because = arena_array(r->arena, r->n_evidence, sizeof(*because));
	if (k.spoke == NULL || because == NULL)
		return;
	out->because = because;
	if (out->excused != NULL)
		collect_own(&k, out, ASSAY_R_EXCEPTION, because);
	if (out->softened)
		collect_own(&k, out, ASSAY_R_NO_MANDATE, because);
	if (out->unstripped)
		collect_own(&k, out, ASSAY_R_NOT_STRIPPED, because);
	if (out->disposition == ASSAY_STRIP)
		collect_own(&k, out, ASSAY_R_STRIPPED, because);
	if (out->mandate != NULL)
		collect_mandate(&k, out, because);
	collect(&k, out, because, true);
	collect(&k, out, because, false);
}
