/* SPDX-License-Identifier: Apache-2.0 */
/* trial.c - what the rules look at, found out once for each source. */
#include "sources/trial.h"

enum {
	STEADY_DAYS = 4,	/* a bot's address is clean or listed before */
	STEADY_SPAN = 10	/* days between the first and the last       */
};

void
say(struct source_opinion *o, enum source_reason code, uint64_t a,
    uint64_t b, struct span text)
{
	if (o->n_said < SOURCE_REASONS)
		o->said[o->n_said++] = (struct source_said){ code, a, b,
		    text };
}

bool
settle(struct source_opinion *o, enum source_class class,
    unsigned confidence, enum source_step step)
{
	o->evidence = class;
	o->confidence = confidence;
	o->step = step;
	return true;
}

bool
most(const struct trial *t, uint64_t n, unsigned of_100)
{
	return n > 0 && n >= (t->f->messages / 100) * of_100 +
	    t->f->messages % 100 * of_100 / 100;
}

/* Words by which access providers name lines of households; "static" among
 * them takes it back. */
static bool
is_household(struct domain ptr)
{
	static const struct span words[] = { SPAN_INIT("dyn"),
	    SPAN_INIT("dsl"), SPAN_INIT("dhcp"), SPAN_INIT("pool"),
	    SPAN_INIT("cpe"), SPAN_INIT("cable"), SPAN_INIT("ppp"),
	    SPAN_INIT("dial"), SPAN_INIT("broadband"), SPAN_INIT("catv"),
	    SPAN_INIT("ftth"), SPAN_INIT("mobile"), SPAN_INIT("residential")
	};
	struct domain host = ptr;
	bool digit = false, word = false;

	for (size_t i = 0; i < host.name.len; i++)
		digit = digit || (span_at(host.name, i) >= '0' &&
		    span_at(host.name, i) <= '9');
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		word = word || span_search(host.name, words[i]) <
		    host.name.len;
	return word && digit && span_search(host.name, SPAN("static")) ==
	    host.name.len;
}

void
trial_look(struct trial *t)
{
	const struct source *f = t->f;
	const struct source_place *p = &f->place;

	t->own = survey_own(t->v, f);
	t->near = !t->own && survey_near(t->v, f);
	t->our_helo = f->helo != NULL && f->helo->ours;
	t->our_ptr = survey_our_name(t->v, p->ptr);
	t->household = !domain_absent(p->ptr) && is_household(p->ptr);
	t->nameless = p->asked_ptr && domain_absent(p->ptr);
	t->steady = f->days >= STEADY_DAYS && f->last - f->first >=
	    STEADY_SPAN;
	t->service = f->partner == NULL ? NULL : f->partner->service;
	if (t->service == NULL && !domain_absent(p->include))
		t->service = services_of_spf(t->v->s->ground.services,
		    p->include);
	t->o->service = t->service;
	t->sig = survey_sig(f, false);
	t->broken_sig = survey_sig(f, true);
	t->signs_here = t->sig != NULL &&
	    survey_signs_here(t->v, f, t->sig);
}
