/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - decisions of persons, and the order of the rules. */
#include "sources/judge.h"

#include "sources/trial.h"
#include "wire/addr.h"

/* ---- what a person decided ---------------------------------------------- */

static bool
names(const struct source *f, struct domain d)
{
	for (size_t i = 0; i < f->n_sig; i++)
		if (f->sig[i].pass > 0 && domain_eq(f->sig[i].d->name, d))
			return true;
	for (size_t i = 0; i < f->n_path; i++)
		if (f->path[i].pass > 0 && domain_eq(f->path[i].d->name, d))
			return true;
	return false;
}

static bool
decided(const struct source *f, const struct source_decision *d)
{
	switch (d->scope) {
	case SOURCE_S_ADDRESS:
		return f->addresses == 1 && addr_eq(&f->busiest, &d->net);
	case SOURCE_S_NETWORK:
		return d->bits <= f->bits &&
		    addr_within(&f->net, &d->net, d->bits);
	case SOURCE_S_DKIM:
		return names(f, d->dkim);
	case SOURCE_S_ASN:
		return d->asn != 0 && f->place.asn == d->asn;
	}
	return false;
}

/* The narrowest that fits, and of those the latest. */
static const struct source_decision *
decision_of(const struct source *f, const struct source_court *court)
{
	const struct source_decision *best = NULL;

	for (size_t i = 0; i < court->n_decision; i++) {
		const struct source_decision *d = &court->decision[i];

		if (!decided(f, d))
			continue;
		if (best == NULL || d->scope < best->scope ||
		    (d->scope == best->scope && (d->bits > best->bits ||
		    (d->bits == best->bits && d->day >= best->day))))
			best = d;
	}
	return best;
}

/* "Ours" and "ours, but broken" do not contradict each other; nor does
 * anything contradict that nothing is known. */
static bool
contradicts(enum source_class decided, enum source_class evidence)
{
	if (evidence == SOURCE_UNKNOWN || decided == evidence)
		return false;
	return !((decided == SOURCE_OURS && evidence ==
	    SOURCE_MISCONFIGURED) || (decided == SOURCE_MISCONFIGURED &&
	    evidence == SOURCE_OURS) || (decided == SOURCE_SERVICE &&
	    evidence == SOURCE_SHADOW));
}

/* What is to be done about what a person knows. */
static enum source_step
step_of(enum source_class class)
{
	switch (class) {
	case SOURCE_SERVICE: return SOURCE_STEP_SET_UP;
	case SOURCE_SHADOW: return SOURCE_STEP_ALLOW_OR_END;
	case SOURCE_FORWARDER: return SOURCE_STEP_KEEP_SIGNING;
	case SOURCE_HOSTILE: return SOURCE_STEP_POLICY;
	case SOURCE_UNKNOWN:
	case SOURCE_OURS:
	case SOURCE_MISCONFIGURED:
	case SOURCE_CLASSES: break;
	}
	return SOURCE_STEP_NONE;
}

/* A person's word holds; what the evidence says is told beside it.  Who knows
 * what it is needs not be asked to look. */
static void
heed(const struct source *f, struct source_opinion *o)
{
	o->class = o->evidence;
	if (o->decision == NULL)
		return;
	o->class = o->decision->class;
	o->disagrees = contradicts(o->class, o->evidence);
	if (o->disagrees || o->step == SOURCE_STEP_LOOK)
		o->step = o->class == SOURCE_SERVICE && f->passed ==
		    f->messages ? SOURCE_STEP_NONE : step_of(o->class);
}

/* ---- one source --------------------------------------------------------- */

/* Few messages, one day, a guessed network: less sure. */
static unsigned
tempered(const struct trial *t)
{
	const struct source *f = t->f;
	unsigned c = t->o->confidence, less = 0;

	less += f->messages < 3 ? 20 : f->messages < 10 ? 8 : 0;
	less += t->here_matters && !t->court->have_asn ? 10 : 0;
	return c > less + 5 ? c - less : 5;
}

/* What the domain's own record allows today is not to be kept out, unless it
 * writes as a name that is not there. */
static void
spare(struct trial *t)
{
	const struct source_place *p = &t->f->place;

	if (t->o->evidence != SOURCE_HOSTILE || t->o->step !=
	    SOURCE_STEP_POLICY || !is_listed(p->listed))
		return;
	if (t->o->n_said == SOURCE_REASONS)
		t->o->n_said--;
	say(t->o, SOURCE_R_LISTED_TODAY, 0, 0, p->include.name);
	(void)settle(t->o, SOURCE_UNKNOWN, 50, SOURCE_STEP_LOOK);
}

static void
try(struct trial *t)
{
	struct source_opinion *o = t->o;

	trial_look(t);
	if (!rule_no_such_sender(t) && !rule_own(t) && !rule_key(t) &&
	    !rule_allowed(t) && !rule_changed(t) && !rule_tied(t) &&
	    !rule_passed_on(t) && !rule_other_name(t))
		(void)rule_stranger(t);
	spare(t);
	o->confidence = tempered(t);
	if (t->here_matters && !t->court->have_asn)
		say(o, SOURCE_R_NO_ASN_TABLE, 0, 0, SPAN_NONE);
}

bool
sources_judge(struct sources *s, const struct source_court *court)
{
	struct survey v;

	for (struct source *f = s->first; f != NULL; f = f->next)
		f->opinion = (struct source_opinion){
			.decision = decision_of(f, court) };
	if (!survey_make(&v, s))
		return false;
	for (struct source *f = s->first; f != NULL; f = f->next) {
		struct trial t = { .v = &v, .court = court, .f = f,
			.o = &f->opinion };

		try(&t);
		heed(f, t.o);
	}
	return !s->arena->failed;
}

/* ---- words -------------------------------------------------------------- */

static const struct span class_word[] = {
	SPAN_INIT("unknown"), SPAN_INIT("ours"), SPAN_INIT("service"),
	SPAN_INIT("shadow"), SPAN_INIT("forwarder"),
	SPAN_INIT("misconfigured"), SPAN_INIT("hostile")
};

const char *
source_class_name(enum source_class class)
{
	return class < SOURCE_CLASSES ?
	    (const char *)class_word[class].ptr : "";
}

bool
source_class_parse(enum source_class *out, struct span word)
{
	for (unsigned i = 0; i < SOURCE_CLASSES; i++)
		if (span_ieq(word, class_word[i])) {
			*out = (enum source_class)i;
			return true;
		}
	return false;
}

static const char *const reason_name[] = {
	"none",
#define X(ID, name, text) name,
#include "sources/source_reasons.def"
#undef X
};

static const char *const step_name[] = {
#define X(ID, name, text) name,
#include "sources/source_steps.def"
#undef X
};

const char *
source_reason_name(enum source_reason code)
{
	return code < SOURCE_R_COUNT ? reason_name[code] : "";
}

const char *
source_step_name(enum source_step step)
{
	return step < SOURCE_STEP_COUNT ? step_name[step] : "";
}
