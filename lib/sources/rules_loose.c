/* SPDX-License-Identifier: Apache-2.0 */
/* rules_loose.c - mail that proves no name of ours. */
#include "sources/trial.h"

enum {
	WAVE = 8,		/* others in the same days: more than the odd
				 * ones of which every domain has some      */
	BURST_DAYS = 5,		/* a campaign through one account: it is
				 * closed, or done, within days             */
	BURST_MESSAGES = 10,
	NAMES = 4,		/* unknown names of one network: a rented
				 * /24 has a name for each address          */
	STEADY_PARTS = 4	/* of 12: a newsletter each month has fewer,
				 * and looks like a burst until then        */
};

/* A key that verifies hardly anywhere, most of whose broken signatures come
 * from here: it was rotated or set up wrongly. */
static bool
signs_badly(const struct trial *t)
{
	const struct key_home *h = t->broken_sig == NULL ? NULL :
	    survey_home(t->v, t->broken_sig);

	return h != NULL && survey_bad_key(t->v, t->broken_sig) &&
	    most(t, t->f->dkim_broken, 50) &&
	    t->broken_sig->fail * 2 >= h->failed;
}

/* 5. Next to a server of ours, or with our name on it, and steadily there:
 * one of ours that nobody set up; so is who signs steadily with a key of
 * ours that verifies nowhere.  HELO alone is not enough, as spoofers say
 * the name that they forge; but they do not stay for weeks. */
bool
rule_tied(struct trial *t)
{
	const struct source *f = t->f;
	enum source_step step = SOURCE_STEP_LIST_AND_SIGN;
	bool bad_key = t->steady && signs_badly(t);
	bool named = t->our_helo || t->our_ptr || bad_key;

	if (f->partner != NULL || t->household || (!t->near && !named))
		return false;
	if (!t->steady && !(t->near && named && !survey_short(f)) &&
	    !(f->place.listed == SOURCE_L_NO && t->our_ptr))
		return false;
	if (t->near)
		say(t->o, SOURCE_R_NEXT_DOOR, f->days, 0, SPAN_NONE);
	(void)say_faults(t, &step);
	if (t->our_helo)
		say(t->o, SOURCE_R_OWN_HELO, 0, 0, f->helo->name.name);
	return settle(t->o, SOURCE_MISCONFIGURED, t->near ? 78 : 68, step);
}

/* ---- passed on, and changed --------------------------------------------- */

/* Labels by which lists and forwarders name their return paths. */
static const struct source_path *
list_path(const struct source *f)
{
	static const struct span words[] = { SPAN_INIT("lists."),
	    SPAN_INIT("list."), SPAN_INIT("listserv."), SPAN_INIT("groups."),
	    SPAN_INIT("mailman."), SPAN_INIT("srs."), SPAN_INIT("forward."),
	    SPAN_INIT("alumni."), SPAN_INIT("sympa.") };

	for (size_t i = 0; i < f->n_path; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (f->path[i].pass > 0 && span_starts(
			    f->path[i].d->name.name, words[k]))
				return &f->path[i];
	return NULL;
}

static bool
forwarder(struct trial *t, enum source_reason code, uint64_t n,
    struct span text, unsigned confidence)
{
	const struct source *f = t->f;

	say(t->o, code, n, 0, text);
	if (f->said_forwarded > 0 && code != SOURCE_R_SAID_FORWARDED)
		say(t->o, SOURCE_R_SAID_FORWARDED, f->said_forwarded, 0,
		    SPAN_NONE);
	if (f->partner != NULL && code != SOURCE_R_PASSED_THROUGH)
		say(t->o, SOURCE_R_OTHER_NAME, f->spf_theirs >
		    f->dkim_theirs ? f->spf_theirs : f->dkim_theirs,
		    f->messages, f->partner->name.name);
	return settle(t->o, SOURCE_FORWARDER, confidence, SOURCE_STEP_LOSES);
}

/* 6. A service of ours whose signature breaks is still that service: the key
 * is at home there. */
static bool
is_broken_service(struct trial *t)
{
	const struct source *f = t->f;

	if (t->broken_sig == NULL || f->partner == NULL ||
	    !most(t, f->dkim_broken, 50) ||
	    !survey_signs_here(t->v, f, t->broken_sig))
		return false;
	say(t->o, SOURCE_R_KNOWN_SERVICE, 0, 0, t->service != NULL ?
	    t->service->name : f->partner->group);
	say(t->o, SOURCE_R_SIGNATURE_FAILS, f->dkim_broken, f->dkim_broken +
	    f->dkim_ours, SPAN_NONE);
	return settle(t->o, SOURCE_SERVICE, 75, SOURCE_STEP_SET_UP);
}

/* A service's own signature, intact, from a place that is not the service's:
 * its mail was forwarded. */
static bool
is_their_mail_forwarded(const struct trial *t)
{
	const struct source_sig *sig = survey_their_sig(t->f);

	return sig != NULL && t->f->spf_partner == 0 &&
	    !survey_signs_here(t->v, t->f, sig);
}

/* Signed as us with a key that is good elsewhere, and changed on the way:
 * lists and forwarders write into text and subject.  They have a name of
 * their own to show; whoever has not, and came with many others, has copied
 * a header. */
bool
rule_passed_on(struct trial *t)
{
	const struct source *f = t->f;
	const struct partner_sum *p = survey_partner(t->v, f);
	const struct key_home *h = t->broken_sig == NULL ? NULL :
	    survey_home(t->v, t->broken_sig);
	const struct source_path *list = list_path(f);
	bool copied = f->partner == NULL && (t->household || t->nameless ||
	    survey_wave(t->v, f) >= WAVE);

	if (is_broken_service(t))
		return true;
	if (is_their_mail_forwarded(t))
		return forwarder(t, SOURCE_R_PASSED_THROUGH, f->dkim_theirs,
		    f->partner->name.name, 78);
	if (h != NULL && h->total > 0 && !survey_bad_key(t->v,
	    t->broken_sig) && most(t, f->dkim_broken, 30) && !copied &&
	    (f->partner != NULL || f->said_forwarded > 0 || t->steady ||
	    f->messages < BURST_MESSAGES))
		return forwarder(t, SOURCE_R_BROKEN_ON_THE_WAY,
		    f->dkim_broken, span_absent(t->broken_sig->s) ?
		    SPAN("?") : t->broken_sig->s, f->partner != NULL ? 85 :
		    65);
	if (p != NULL && p->passes_through && t->service == NULL)
		return forwarder(t, SOURCE_R_SAME_FORWARDER, 0,
		    f->partner->group, 80);
	if (most(t, f->said_forwarded, 20))
		return forwarder(t, SOURCE_R_SAID_FORWARDED,
		    f->said_forwarded, SPAN_NONE, 75);
	if (t->service != NULL && t->service->kind == SERVICE_FORWARDS)
		return forwarder(t, SOURCE_R_KNOWN_FORWARDER, 0,
		    t->service->name, 75);
	if (list != NULL && !survey_short(f))
		return forwarder(t, SOURCE_R_LIST_NAME, 0,
		    list->d->name.name, 65);
	return false;
}

/* ---- another name ------------------------------------------------------- */

static bool
is_burst(const struct source *f)
{
	return f->last - f->first < BURST_DAYS &&
	    f->messages >= BURST_MESSAGES && f->reporters >= 2;
}

/* 7. It proves a name, but none of ours.  Somebody of ours who uses a service
 * comes again and again; a campaign is over in days, whoever's servers it
 * takes; and many unknown names on one network are one sender with many
 * names (snowshoe). */
bool
rule_other_name(struct trial *t)
{
	const struct source *f = t->f;
	const struct partner_sum *p = survey_partner(t->v, f);
	bool steady = t->steady || (p != NULL && survey_parts(p->part) >=
	    STEADY_PARTS);
	struct span name;

	if (f->partner == NULL)
		return false;
	name = t->service != NULL ? t->service->name : f->partner->group;
	say(t->o, t->service != NULL ? SOURCE_R_KNOWN_SERVICE :
	    SOURCE_R_OTHER_NAME, f->spf_theirs > f->dkim_theirs ?
	    f->spf_theirs : f->dkim_theirs, f->messages, name);
	if (t->service == NULL && survey_names(t->v, f) >= NAMES) {
		say(t->o, SOURCE_R_MANY_NAMES, survey_names(t->v, f), 0,
		    SPAN_NONE);
		return settle(t->o, SOURCE_HOSTILE, 88, SOURCE_STEP_POLICY);
	}
	if (is_burst(f)) {
		say(t->o, SOURCE_R_BURST, f->messages, (uint64_t)(f->last -
		    f->first) + 1, SPAN_NONE);
		return settle(t->o, SOURCE_HOSTILE, t->service != NULL ? 65 :
		    78, SOURCE_STEP_POLICY);
	}
	say(t->o, SOURCE_R_NOT_AS_US, f->messages, 0, SPAN_NONE);
	if (steady && (t->service != NULL || f->dkim_theirs > 0 ||
	    f->reporters > 2)) {
		say(t->o, SOURCE_R_STEADY, f->messages, f->days, SPAN_NONE);
		return settle(t->o, SOURCE_SHADOW, t->service != NULL ? 82 :
		    62, SOURCE_STEP_ALLOW_OR_END);
	}
	say(t->o, SOURCE_R_FEW_MESSAGES, f->messages, 0, SPAN_NONE);
	return settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_LOOK);
}

/* ---- nothing at all ----------------------------------------------------- */

/* 8. It proves nothing and is nobody's.  Mail servers of standing have a
 * name, are not on lines of households, and do not come in waves. */
bool
rule_stranger(struct trial *t)
{
	const struct source *f = t->f;
	uint64_t wave = survey_wave(t->v, f);
	unsigned sure = 0;

	say(t->o, SOURCE_R_PROVES_NOTHING, f->messages, 0, SPAN_NONE);
	if (t->steady) {
		say(t->o, SOURCE_R_STEADY, f->messages, f->days, SPAN_NONE);
		say(t->o, SOURCE_R_NO_TIE, 0, 0, SPAN_NONE);
		return settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_LOOK);
	}
	if (t->household) {
		say(t->o, SOURCE_R_HOUSEHOLD, 0, 0, f->place.ptr.name);
		sure = 85;
	}
	if (t->nameless) {
		say(t->o, SOURCE_R_NO_NAME, 0, 0, SPAN_NONE);
		sure = 85;
	}
	if (wave >= WAVE) {
		say(t->o, SOURCE_R_WAVE, wave, 0, SPAN_NONE);
		sure = sure > 0 ? 95 : 88;
	}
	if (is_burst(f) || (survey_short(f) &&
	    f->messages >= BURST_MESSAGES)) {
		say(t->o, SOURCE_R_BURST, f->messages, (uint64_t)(f->last -
		    f->first) + 1, SPAN_NONE);
		sure = sure > 75 ? sure : 75;
	}
	if (sure > 0)
		return settle(t->o, SOURCE_HOSTILE, sure,
		    SOURCE_STEP_POLICY);
	say(t->o, SOURCE_R_NO_TIE, 0, 0, SPAN_NONE);
	return settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_LOOK);
}
