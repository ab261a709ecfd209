/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - what proves a name of ours, or comes from a place of ours. */
#include "sources/trial.h"

static struct span
selector(const struct source_sig *sig)
{
	return span_absent(sig->s) ? SPAN("?") : sig->s;
}

static struct span
service_name(const struct trial *t)
{
	return t->service != NULL ? t->service->name :
	    t->f->partner != NULL ? t->f->partner->group :
	    t->f->place.include.name;
}

/* 1. Nobody can have meant well who writes as a name that is not there, or
 * as one that says it sends nothing (v=spf1 -all; RFC 9989 np). */
bool
rule_no_such_sender(struct trial *t)
{
	const struct source *f = t->f;

	if (t->own || t->near || f->passed > 0 || f->n_from == 0)
		return false;
	if (most(t, f->to_nowhere, 90)) {
		say(t->o, SOURCE_R_NO_SUCH_NAME, f->to_nowhere, 0,
		    f->from[0].name->name.name);
		return settle(t->o, SOURCE_HOSTILE, 95, SOURCE_STEP_NP);
	}
	if (most(t, f->to_parked, 90)) {
		say(t->o, SOURCE_R_PARKED, f->to_parked, 0,
		    f->from[0].name->name.name);
		return settle(t->o, SOURCE_HOSTILE, 95, SOURCE_STEP_PARK);
	}
	return false;
}

/* ---- places of ours ----------------------------------------------------- */

static void
say_place(struct trial *t)
{
	const struct source_place *p = &t->f->place;

	if (p->listed == SOURCE_L_DIRECT)
		say(t->o, SOURCE_R_LISTED, 0, 0, SPAN_NONE);
	if (p->mx)
		say(t->o, SOURCE_R_MAIL_HOST, 0, 0, SPAN_NONE);
	if (p->confirmed && t->our_ptr)
		say(t->o, SOURCE_R_OWN_NAME, 0, 0, p->ptr.name);
}

/* A return path below the domain that is the host's own name and has no SPF
 * record: what mail programs make of "root@hostname". */
static const struct source_path *
host_path(const struct source *f)
{
	for (size_t i = 0; i < f->n_path; i++)
		if (f->path[i].d->ours && f->path[i].pass == 0 &&
		    (f->path[i].d == f->helo || domain_eq(f->path[i].d->name,
		    f->place.ptr)))
			return &f->path[i];
	return NULL;
}

bool
is_listed(enum source_listed by)
{
	return by == SOURCE_L_DIRECT || by == SOURCE_L_INCLUDE;
}

bool
is_changed(const struct trial *t)
{
	return is_listed(t->f->place.at_path) && t->f->spf_ours == 0 &&
	    most(t, t->f->spf_failed, 50);
}

static bool
is_unlisted(const struct trial *t)
{
	return !is_listed(t->f->place.at_path) && t->f->spf_ours == 0 &&
	    most(t, t->f->spf_failed, 50);
}

/* Whose record SPF asks. */
static struct span
asked_name(const struct trial *t)
{
	const struct source_path *path = source_asked(t->f);

	return path != NULL ? path->d->name.name :
	    t->v->s->ground.own[0].name.name;
}

static void
say_spf(struct trial *t, const struct source_path *host)
{
	if (is_changed(t))
		say(t->o, SOURCE_R_RECORD_CHANGED, t->f->spf_failed,
		    t->f->messages, asked_name(t));
	else if (host != NULL)
		say(t->o, SOURCE_R_HOST_PATH, 0, 0, host->d->name.name);
	else if (is_unlisted(t))
		say(t->o, SOURCE_R_NOT_LISTED, t->f->spf_failed,
		    t->f->messages, asked_name(t));
}

/* It does well, by one of two proofs maybe; that is no fault. */
static enum source_step
say_well(struct trial *t)
{
	const struct source *f = t->f;
	bool one = f->passed > 0 && (is_unlisted(t) || is_changed(t));

	say(t->o, one ? SOURCE_R_BY_DKIM : SOURCE_R_PASSES, f->passed,
	    f->messages, SPAN_NONE);
	if (!one)
		return f->dkim_ours + f->dkim_broken == 0 ?
		    SOURCE_STEP_SIGN : SOURCE_STEP_NONE;
	say_spf(t, NULL);
	return is_changed(t) ? SOURCE_STEP_NONE : SOURCE_STEP_LIST_TOO;
}

/* A fault does harm: signatures that break, or mail that fails.  SPF alone
 * that fails does none where DKIM passes (RFC 9989 4.4: one is enough). */
bool
say_faults(struct trial *t, enum source_step *step)
{
	const struct source *f = t->f;
	uint64_t fails = f->messages - f->passed;
	uint64_t sigs = f->dkim_ours + f->dkim_broken;
	const struct source_path *path = host_path(f);
	bool broken = sigs >= 3 && f->dkim_broken * 2 >= sigs;
	bool lost = most(t, fails, 10) && (fails >= 2 || f->messages == 1);

	if (!broken && !lost)
		return false;
	*step = broken ? SOURCE_STEP_PUBLISH : is_changed(t) ?
	    SOURCE_STEP_WAIT : path != NULL ?
	    SOURCE_STEP_RETURN_PATH : sigs == 0 ? SOURCE_STEP_LIST_AND_SIGN :
	    SOURCE_STEP_LIST;
	if (fails > 0)
		say(t->o, SOURCE_R_FAILS, fails, f->messages, SPAN_NONE);
	if (broken)
		say(t->o, SOURCE_R_SIGNATURE_FAILS, f->dkim_broken, sigs,
		    SPAN_NONE);
	say_spf(t, path);
	if (sigs * 2 < f->messages)
		say(t->o, SOURCE_R_UNSIGNED, f->messages - sigs, f->messages,
		    SPAN_NONE);
	return true;
}

/* 2. The domain itself names the place: SPF directly, MX, or a name of it
 * that points back.  It is ours; whether it does well is seen from results. */
bool
rule_own(struct trial *t)
{
	enum source_step step = SOURCE_STEP_NONE;

	if (!t->own)
		return false;
	say_place(t);
	if (say_faults(t, &step))
		return settle(t->o, SOURCE_MISCONFIGURED, 92, step);
	return settle(t->o, SOURCE_OURS, 95, say_well(t));
}

/* ---- a key of ours ------------------------------------------------------ */

/* The key signs here, so somebody gave it to whoever this is. */
static bool
key_given(struct trial *t)
{
	const struct source *f = t->f;
	enum source_step step = SOURCE_STEP_NONE;

	say(t->o, SOURCE_R_OWN_KEY, t->sig->pass, 0, selector(t->sig));
	if (t->service != NULL || f->partner != NULL ||
	    f->place.listed == SOURCE_L_INCLUDE) {
		say(t->o, f->place.listed == SOURCE_L_INCLUDE ?
		    SOURCE_R_INCLUDED : SOURCE_R_KNOWN_SERVICE, 0, 0,
		    service_name(t));
		if (most(t, f->messages - f->passed, 10))
			step = SOURCE_STEP_SET_UP;
		return settle(t->o, SOURCE_SERVICE, 88, step);
	}
	/* ours, or a service with a return path of ours: the record that would
	 * tell is not known */
	if (most(t, f->spf_ours, 50)) {
		say(t->o, SOURCE_R_NO_SPF, 0, 0, SPAN_NONE);
		return settle(t->o, SOURCE_OURS, 55, step);
	}
	if (!say_faults(t, &step) && (is_unlisted(t) || is_changed(t)))
		return settle(t->o, SOURCE_OURS, 65, say_well(t));
	if (step == SOURCE_STEP_NONE)
		return settle(t->o, SOURCE_SERVICE, 60, step);
	return settle(t->o, SOURCE_MISCONFIGURED, 75, step);
}

/* A server of ours that SPF does not know, with the key of the others: it
 * lives next door, or says our name, or sends a good part of all mail to
 * many receivers.  A forwarder has its few mailboxes. */
static bool
is_another_server(const struct trial *t)
{
	const struct source *f = t->f;
	const struct key_home *h = survey_home(t->v, t->sig);

	if (f->partner != NULL || !most(t, f->spf_failed, 50))
		return false;
	if (t->near || ((t->our_helo || t->our_ptr) && t->steady))
		return true;
	return t->steady && f->reporters >= 5 && h != NULL &&
	    t->sig->pass * 4 >= h->total;
}

/* One network of a hoster has many tenants: that the key is at home in it
 * says little of an address which SPF does not know and which sends a small
 * part of what that key signs. */
static bool
is_neighbour(const struct trial *t)
{
	const struct key_home *h = survey_home(t->v, t->sig);

	return t->f->partner == NULL && t->f->spf_ours == 0 && h != NULL &&
	    t->sig->pass * 2 < h->total;
}

/* 3. Our signature is intact.  Where a key signs most, it was given; where
 * else its signatures are seen, mail has passed through: forwarders keep
 * signatures and break SPF (RFC 7960 3.2). */
bool
rule_key(struct trial *t)
{
	const struct source *f = t->f;
	enum source_step step = SOURCE_STEP_KEEP_SIGNING;

	if (t->sig == NULL || !most(t, f->dkim_ours, 34))
		return false;
	t->here_matters = true;
	if (t->signs_here && !is_neighbour(t))
		return key_given(t);
	if (f->place.listed == SOURCE_L_INCLUDE || (span_absent(t->sig->s) &&
	    t->service != NULL && t->service->kind == SERVICE_SENDS)) {
		say(t->o, SOURCE_R_KNOWN_SERVICE, 0, 0, service_name(t));
		return settle(t->o, SOURCE_SERVICE, 75, SOURCE_STEP_NONE);
	}
	if (is_another_server(t)) {
		if (t->near)
			say(t->o, SOURCE_R_NEXT_DOOR, f->days, 0, SPAN_NONE);
		if (!say_faults(t, &step))
			return settle(t->o, SOURCE_OURS, 65, say_well(t));
		if (t->our_helo)
			say(t->o, SOURCE_R_OWN_HELO, 0, 0,
			    f->helo->name.name);
		return settle(t->o, SOURCE_MISCONFIGURED, 72, step);
	}
	say(t->o, SOURCE_R_PASSED_THROUGH, t->sig->pass, 0,
	    selector(t->sig));
	if (f->said_forwarded > 0)
		say(t->o, SOURCE_R_SAID_FORWARDED, f->said_forwarded, 0,
		    SPAN_NONE);
	if (t->steady && f->reporters <= 2)
		say(t->o, SOURCE_R_FEW_RECEIVERS, f->messages, f->days,
		    SPAN_NONE);
	return settle(t->o, SOURCE_FORWARDER, 88, step);
}

/* ---- SPF alone ---------------------------------------------------------- */

/* 4. SPF passes for a name of ours, and no signature does.  An include is
 * shared by all customers of the service, so it alone proves no customer
 * (Wang et al., "BreakSPF", NDSS 2024): when other mail from there has our
 * signature and this has not, nothing is known of it. */
bool
rule_allowed(struct trial *t)
{
	const struct source *f = t->f;
	struct domain include = f->place.include;

	if (!most(t, f->spf_ours, 50))
		return false;
	if (f->place.listed == SOURCE_L_INCLUDE &&
	    !most(t, f->dkim_broken, 50) && survey_include_signed(t->v,
	    include) > f->messages) {
		say(t->o, SOURCE_R_SHARED_UNSIGNED, 0, 0, include.name);
		return settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_LOOK);
	}
	if (f->place.listed == SOURCE_L_INCLUDE) {
		say(t->o, SOURCE_R_INCLUDED, 0, 0, service_name(t));
		say(t->o, SOURCE_R_PASSES, f->passed, f->messages,
		    SPAN_NONE);
		return settle(t->o, SOURCE_SERVICE, 78, SOURCE_STEP_SET_UP);
	}
	say(t->o, SOURCE_R_PASSES, f->passed, f->messages, SPAN_NONE);
	if (t->service != NULL || f->partner != NULL) {
		say(t->o, SOURCE_R_KNOWN_SERVICE, 0, 0, service_name(t));
		return settle(t->o, SOURCE_SERVICE, 65, SOURCE_STEP_SET_UP);
	}
	if (f->place.listed == SOURCE_L_NO) {
		say(t->o, SOURCE_R_NO_TIE, 0, 0, SPAN_NONE);
		return settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_LOOK);
	}
	say(t->o, SOURCE_R_NO_SPF, 0, 0, SPAN_NONE);
	return settle(t->o, SOURCE_OURS, 50, SOURCE_STEP_SIGN);
}

/* 4b. Today's record allows it, older reports tell of failures: whoever wrote
 * the record knew it.  Of an include's many customers that says less. */
bool
rule_changed(struct trial *t)
{
	const struct source *f = t->f;

	if (!is_changed(t) || f->partner != NULL)
		return false;
	say(t->o, SOURCE_R_RECORD_CHANGED, f->spf_failed, f->messages,
	    asked_name(t));
	if (!t->steady)
		return settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_WAIT);
	if (f->place.listed == SOURCE_L_INCLUDE)
		say(t->o, SOURCE_R_INCLUDED, 0, 0, service_name(t));
	say(t->o, SOURCE_R_STEADY, f->messages, f->days, SPAN_NONE);
	return settle(t->o, SOURCE_SERVICE, 60, SOURCE_STEP_WAIT);
}
