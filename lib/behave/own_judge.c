/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_judge.c - how unlike its account a message is, and whether it is more
 * than may go out now.
 *
 * Each sign has a level, and two of them together weigh more than either:
 * they join as chances that are independent do.  Nothing here was fitted to
 * attacks; what is odd for somebody is measured by what he does.
 */
#include "behave/own.h"

#include "origin/impersonate.h"

enum {
	KNOWN_MESSAGES = 20, KNOWN_DAYS = 5,	/* before that nobody can say
						 * who it is not             */
	REACH = 10,			/* people within an hour, from which on
					 * it is looked at who they are      */
	WIDE = 20,			/* ... and at how many they are      */
	TIMES = 3,			/* so much more than ever before may
					 * go out in an hour                 */
	USUAL_PROVIDER = 4,		/* what is left of a network that is
					 * new                               */
	DOUBT = 5			/* in doubt, that part of what anybody
					 * may send                          */
};

/* ---- who ----------------------------------------------------------------- */

/* How much it says that a value is new: somebody who was in n places in m
 * messages is in a new one each m / n times (Witten and Bell). */
static unsigned
novelty(const struct own_view *v, uint32_t kinds, uint32_t days,
    unsigned level)
{
	uint32_t percent = kinds * 100 / (kinds + v->messages);

	if (days >= OWN_HABIT)
		return 0;
	if (days > 0)
		level /= 2;
	return percent < 2 ? level : percent < 5 ? level * 4 / 5 :
	    percent < 15 ? level / 2 : level / 5;
}

/* An address that is new says less where its provider is usual, who moves his
 * customers as he likes. */
static unsigned
network(const struct own_view *v, const struct own_fact *f)
{
	unsigned level = f->net == 0 ? 0 : novelty(v, v->nets, v->net_days,
	    50);

	return f->provider != 0 && v->provider_days >= OWN_HABIT ?
	    level / USUAL_PROVIDER : level;
}

/* Nothing is new where no table said anything before. */
static unsigned
country(const struct own_view *v, const struct own_fact *f)
{
	return f->country == 0 || v->countries == 0 ? 0 :
	    novelty(v, v->countries, v->country_days, 30);
}

/* Less than one message in fifty was sent within an hour of this one. */
static unsigned
odd_hour(const struct own_view *v)
{
	return v->hours >= 50 && v->at_hour * 50 < v->hours ? 20 : 0;
}

/* ---- what ---------------------------------------------------------------- */

/* All of this hour, with this message. */
static uint32_t
reach(const struct own_view *v, const struct own_fact *f)
{
	return v->tried + f->n_rcpt;
}

static unsigned
fan_out(const struct own_view *v, uint32_t people)
{
	uint32_t best = v->best_hour == 0 ? 1 : v->best_hour;

	if (people < WIDE || people < 2 * best)
		return 0;
	return people >= 10 * best ? 50 : people >= 5 * best ? 40 : 25;
}

/* Someone who always writes to strangers, as in sales, is not odd then. */
static unsigned
new_people(const struct own_view *v, uint32_t people)
{
	uint32_t share = (v->fresh + v->new_people) * 100 / people;

	if (share < 60 || share < v->fresh_share + 20)
		return 0;
	return share >= 90 ? 45 : 30;
}

static void
judge_what(struct own_score *s, const struct own_view *v,
    const struct own_fact *f)
{
	uint32_t people = reach(v, f);

	s->sign[OWN_S_FAN_OUT] = (uint8_t)fan_out(v, people);
	if (v->bounces >= 5)
		s->sign[OWN_S_BOUNCES] = v->bounces >= 20 ? 40 : 20;
	if (people < REACH)
		return;
	s->sign[OWN_S_NEW_PEOPLE] = (uint8_t)new_people(v, people);
	if (v->new_links == 0)
		return;
	s->sign[OWN_S_NEW_LINK] = 30;
	if (v->inside + f->n_inside >= REACH &&
	    v->inside + f->n_inside >= 2 * v->best_hour)
		s->sign[OWN_S_LATERAL] = 30;
}

/* ---- how much ------------------------------------------------------------ */

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
allowed(uint32_t anybody, uint32_t best, uint32_t most, bool doubt)
{
	uint32_t n = doubt ? larger(anybody / DOUBT, best) :
	    larger(anybody, best > UINT32_MAX / TIMES ? most : best * TIMES);

	return n > most ? most : n;
}

/* A message that is more by itself waits for an empty hour, but above the
 * ceiling there is none. */
static bool
beyond(uint32_t let, uint32_t n, uint32_t allowed, uint32_t most)
{
	return n > most || (let > 0 && let + n > allowed);
}

static void
judge_rate(struct own_score *s, const struct own_view *v,
    const struct own_fact *f)
{
	bool doubt = s->who >= OWN_WHO_ODD;

	s->allowed_hour = allowed(v->limit_hour, v->best_hour, v->most_hour,
	    doubt);
	s->allowed_day = allowed(v->limit_day, v->best_day, v->most_day,
	    doubt);
	s->over = beyond(v->let_hour, f->n_rcpt, s->allowed_hour,
	    v->most_hour) ||
	    beyond(v->let_day, f->n_rcpt, s->allowed_day, v->most_day);
}

/* ---- all ----------------------------------------------------------------- */

static unsigned
sum(const struct own_score *s, bool who)
{
	unsigned all = 0;

	for (unsigned i = 0; i < OWN_N_SIGN; i++)
		if (own_sign_is_who(i) == who)
			all = impersonate_sum(all, s->sign[i]);
	return all;
}

void
own_judge(struct own_score *out, const struct own_view *v,
    const struct own_fact *f)
{
	*out = (struct own_score){ .known = v->messages >= KNOWN_MESSAGES &&
	    v->days >= KNOWN_DAYS };
	if (out->known) {
		out->sign[OWN_S_NETWORK] = (uint8_t)network(v, f);
		out->sign[OWN_S_COUNTRY] = (uint8_t)country(v, f);
		out->sign[OWN_S_PROGRAM] = (uint8_t)
		    novelty(v, v->programs, v->program_days, 30);
		out->sign[OWN_S_AUTHOR] = f->author == 0 ? 0 : (uint8_t)
		    novelty(v, v->names, v->name_days, 30);
		out->sign[OWN_S_HOUR] = (uint8_t)odd_hour(v);
	}
	judge_what(out, v, f);
	out->who = sum(out, true);
	out->what = sum(out, false);
	judge_rate(out, v, f);
	out->odd = out->who >= OWN_WHO_ODD && out->what >= OWN_WHAT_ODD;
	out->alert = out->odd || out->over;
}
