/* SPDX-License-Identifier: Apache-2.0 */
/* own.c - what is counted of an account, and what a message sees of it. */
#include "behave/own.h"

#include "behave/weight.h"

enum {
	SOON_SLOTS = 3,			/* 15 minutes                        */
	HALF_CLOCK = 30000,		/* messages at one hour, then all are
					 * halved: of long ago counts less   */
	HALF_PEOPLE = 4000		/* ... for who they are, the same    */
};

static uint16_t
more(uint16_t have, uint32_t by)
{
	return by > (uint32_t)(UINT16_MAX - have) ? UINT16_MAX :
	    (uint16_t)(have + by);
}

/* A clock before 1970 is a clock of no use. */
static uint32_t
unit_of(int64_t at, int64_t seconds)
{
	int64_t n = at / seconds;

	return n < 1 ? 1 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static unsigned
hour_of(int64_t at)
{
	return at < 0 ? 0 : (unsigned)(at / 3600 % 24);
}

static int64_t
since(uint32_t now, uint32_t when)
{
	return (int64_t)now - when;
}

/* ---- values that come again ------------------------------------------- */

static struct own_seen *
find(struct own_seen *s, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].value == value)
			return &s[i];
	return NULL;
}

/* Somewhere else once weighs little: of those that are there for as few
 * days, the one that was not met for longest makes room. */
static struct own_seen *
least(struct own_seen *s, size_t n)
{
	struct own_seen *got = &s[0];

	for (size_t i = 0; i < n; i++) {
		if (s[i].value == 0)
			return &s[i];
		if (s[i].days < got->days || (s[i].days == got->days &&
		    s[i].day < got->day))
			got = &s[i];
	}
	return got;
}

static void
see(struct own_seen *s, size_t n, uint32_t value, uint16_t day)
{
	struct own_seen *at = find(s, n, value);

	if (value == 0)
		return;
	if (at == NULL) {
		at = least(s, n);
		*at = (struct own_seen){ .value = value };
	}
	if (at->days == 0 || at->day != day)
		at->days = more(at->days, 1);
	at->day = day;
}

/* What came with something odd was no habit before, and is none now. */
static void
doubt(struct own_seen *s, size_t n, uint32_t value)
{
	struct own_seen *at = value == 0 ? NULL : find(s, n, value);

	if (at != NULL && at->days < OWN_HABIT)
		*at = (struct own_seen){ .value = 0 };
}

/* So was what went out today before it was seen what this is. */
static void
doubt_today(struct own_profile *p, uint16_t day)
{
	for (size_t i = 0; i < OWN_DAYS; i++)
		if (p->day[i].messages != 0 && p->day[i].day == day) {
			p->day[i] = (struct own_day){ .day = 0 };
			p->days -= p->days > 0;
		}
	for (size_t i = 0; i < OWN_SLOTS; i++)
		p->slot[i].usual = 0;
}

/* Today does not count: it may be an intruder's. */
static uint32_t
days_of(const struct own_seen *s, size_t n, uint32_t value, uint16_t today)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].value == value && value != 0)
			return s[i].day == today ? s[i].days - 1u :
			    s[i].days;
	return 0;
}

/* Nor is something new usual because something was new today. */
static uint32_t
kinds(const struct own_seen *s, size_t n, uint16_t today)
{
	uint32_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += s[i].value != 0 && (s[i].days > 1 ||
		    s[i].day != today);
	return k;
}

/* ---- the last hour, the last day ---------------------------------------- */

static struct own_slot *
slot_at(struct own_profile *p, int64_t at)
{
	uint32_t when = unit_of(at, OWN_SLOT_S);
	struct own_slot *s = &p->slot[when % OWN_SLOTS];

	if (s->when != when)
		*s = (struct own_slot){ .when = when };
	return s;
}

static struct own_hour *
hour_at(struct own_profile *p, int64_t at)
{
	uint32_t when = unit_of(at, 3600);
	struct own_hour *h = &p->hours[when % OWN_HOURS];

	if (h->when != when)
		*h = (struct own_hour){ .when = when };
	return h;
}

/* Of the slots that are not over; what a clock that was set back left in
 * the future counts with them. */
static bool
counts(uint32_t now, uint32_t when, uint32_t units)
{
	return when != 0 && since(now, when) < units &&
	    since(when, now) < units;
}

static void
look_hour(struct own_view *v, const struct own_profile *p, uint32_t now)
{
	for (size_t i = 0; i < OWN_SLOTS; i++) {
		const struct own_slot *s = &p->slot[i];

		if (!counts(now, s->when, OWN_SLOTS))
			continue;
		v->tried += s->people;
		v->sent += s->messages;
		v->fresh += s->fresh;
		v->inside += s->inside;
		v->bounces += s->bounces;
		v->let_hour += s->let;
		if (since(now, s->when) < SOON_SLOTS)
			v->tried_soon += s->people;
	}
}

static uint32_t
let_of_day(const struct own_profile *p, uint32_t now)
{
	uint32_t n = 0;

	for (size_t i = 0; i < OWN_HOURS; i++)
		if (counts(now, p->hours[i].when, OWN_HOURS))
			n += p->hours[i].let;
	return n;
}

/* ---- what is usual ------------------------------------------------------- */

/* The one in the middle. */
static uint32_t
middle(uint16_t *n, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && n[k - 1] > n[k]; k--) {
			uint16_t t = n[k];
			n[k] = n[k - 1];
			n[k - 1] = t;
		}
	return count == 0 ? 0 : n[(count - 1) / 2];
}

/* Today is what is asked about, and no answer. */
static void
look_days(struct own_view *v, const struct own_profile *p, uint16_t today)
{
	uint16_t people[OWN_DAYS], peak[OWN_DAYS];
	size_t n = 0;

	for (size_t i = 0; i < OWN_DAYS; i++) {
		const struct own_day *d = &p->day[i];

		if (d->messages == 0 || d->day >= today ||
		    today - d->day > OWN_DAYS_BACK)
			continue;
		people[n] = d->people;
		peak[n] = d->peak;
		n++;
		v->best_day = d->people > v->best_day ? d->people :
		    v->best_day;
		v->best_hour = d->peak > v->best_hour ? d->peak :
		    v->best_hour;
	}
	v->usual_day = middle(people, n);
	v->usual_hour = middle(peak, n);
}

/* With the hours beside it. */
static void
look_clock(struct own_view *v, const struct own_profile *p, unsigned hour)
{
	for (unsigned h = 0; h < 24; h++) {
		v->hours += p->hour[h];
		if ((h + 24 - hour) % 24 <= 1 || (hour + 24 - h) % 24 <= 1)
			v->at_hour += p->hour[h];
	}
}

void
own_look(struct own_view *out, const struct own_profile *p,
    const struct own_fact *f, const struct own_news *news,
    const struct own_limits *limits)
{
	uint16_t day = day_of(f->at);

	*out = (struct own_view){ .observe = limits->observe,
		.messages = p->messages, .days = p->days,
		.age = p->days == 0 || p->first_day > day ? 0 :
		    day - p->first_day,
		.net_days = days_of(p->net, OWN_NETS, f->net, day),
		.nets = kinds(p->net, OWN_NETS, day),
		.program_days = days_of(p->program, OWN_PROGRAMS,
		    f->program, day),
		.programs = kinds(p->program, OWN_PROGRAMS, day),
		.name_days = days_of(p->name, OWN_NAMES, f->author,
		    day),
		.names = kinds(p->name, OWN_NAMES, day),
		.provider_days = days_of(p->provider, OWN_PROVIDERS,
		    f->provider, day),
		.providers = kinds(p->provider, OWN_PROVIDERS, day),
		.country_days = days_of(p->country, OWN_COUNTRIES,
		    f->country, day),
		.countries = kinds(p->country, OWN_COUNTRIES, day),
		.fresh_share = p->people == 0 ? 0 : (uint32_t)
		    ((uint64_t)p->fresh * 100 / p->people),
		.new_people = news->fresh, .new_links = news->links,
		.limit_hour = limits->hour, .limit_day = limits->day,
		.most_hour = limits->most_hour, .most_day = limits->most_day,
		.episode = p->episode };
	look_hour(out, p, unit_of(f->at, OWN_SLOT_S));
	out->let_day = let_of_day(p, unit_of(f->at, 3600));
	look_days(out, p, day);
	look_clock(out, p, hour_of(f->at));
}

static uint32_t
plus(uint32_t a, uint32_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}

void
own_look_way(struct own_view *v, const struct own_way *way)
{
	v->sent = plus(v->sent, way->messages);
	v->tried = plus(v->tried, way->people);
	v->tried_soon = plus(v->tried_soon, way->people);
	v->fresh = plus(v->fresh, way->fresh);
	v->inside = plus(v->inside, way->inside);
	v->let_hour = plus(v->let_hour, way->let);
	v->let_day = plus(v->let_day, way->let);
}

/* ---- learning ------------------------------------------------------------ */

static struct own_day *
today(struct own_profile *p, uint16_t day)
{
	struct own_day *oldest = &p->day[0];

	for (size_t i = 0; i < OWN_DAYS; i++) {
		if (p->day[i].messages != 0 && p->day[i].day == day)
			return &p->day[i];
		if (p->day[i].messages == 0 || (oldest->messages != 0 &&
		    p->day[i].day < oldest->day))
			oldest = &p->day[i];
	}
	*oldest = (struct own_day){ .day = day };
	return oldest;
}

static void
learn_day(struct own_profile *p, const struct own_fact *f, uint16_t day)
{
	struct own_day *d = today(p, day);
	uint32_t peak = 0;

	slot_at(p, f->at)->usual = more(slot_at(p, f->at)->usual, f->n_rcpt);
	for (size_t i = 0; i < OWN_SLOTS; i++)
		if (counts(unit_of(f->at, OWN_SLOT_S), p->slot[i].when,
		    OWN_SLOTS))
			peak += p->slot[i].usual;
	if (d->messages == 0)
		p->days++;
	d->messages = more(d->messages, 1);
	d->people = more(d->people, f->n_rcpt);
	d->peak = more(0, peak > d->peak ? peak : d->peak);
	if (p->last_day < day)
		p->last_day = day;
}

static void
learn_clock(struct own_profile *p, unsigned hour)
{
	p->hour[hour] = more(p->hour[hour], 1);
	if (p->hour[hour] < HALF_CLOCK)
		return;
	for (size_t h = 0; h < 24; h++)
		p->hour[h] /= 2;
}

static void
learn(struct own_profile *p, const struct own_fact *f,
    const struct own_news *news)
{
	uint16_t day = day_of(f->at);

	if (p->messages == 0)
		p->first_day = day;
	see(p->net, OWN_NETS, f->net, day);
	see(p->program, OWN_PROGRAMS, f->program, day);
	see(p->name, OWN_NAMES, f->author, day);
	see(p->provider, OWN_PROVIDERS, f->provider, day);
	see(p->country, OWN_COUNTRIES, f->country, day);
	learn_clock(p, hour_of(f->at));
	learn_day(p, f, day);
	p->messages += p->messages < UINT32_MAX;
	p->people += f->n_rcpt;
	p->fresh += news->fresh > f->n_rcpt ? f->n_rcpt : news->fresh;
	if (p->people > HALF_PEOPLE) {
		p->people /= 2;
		p->fresh /= 2;
	}
	for (size_t i = 0; i < OWN_ADDRESSES && f->sender != 0; i++)
		if (p->address[i] == 0 || p->address[i] == f->sender) {
			p->address[i] = f->sender;
			break;
		}
}

void
own_note_way(struct own_profile *p, const struct own_way *way, int64_t at)
{
	struct own_slot *s = slot_at(p, at);
	struct own_hour *h = hour_at(p, at);

	p->last = at > p->last ? at : p->last;
	s->messages = more(s->messages, way->messages);
	s->people = more(s->people, way->people);
	s->fresh = more(s->fresh, way->fresh);
	s->inside = more(s->inside, way->inside);
	h->people = more(h->people, way->people);
	s->let = more(s->let, way->let);
	h->let = more(h->let, way->let);
}

void
own_note(struct own_profile *p, const struct own_fact *f,
    const struct own_news *news, enum own_end end, bool odd)
{
	struct own_way way = { .messages = 1, .people = f->n_rcpt,
		.fresh = news->fresh, .inside = f->n_inside,
		.let = end == OWN_REFUSED ? 0 : f->n_rcpt };

	p->account = f->account;
	own_note_way(p, &way, f->at);
	if (odd) {
		doubt(p->net, OWN_NETS, f->net);
		doubt(p->program, OWN_PROGRAMS, f->program);
		doubt(p->name, OWN_NAMES, f->author);
		doubt(p->provider, OWN_PROVIDERS, f->provider);
		doubt(p->country, OWN_COUNTRIES, f->country);
		doubt_today(p, day_of(f->at));
	}
	if (end == OWN_SENT && !odd)
		learn(p, f, news);
}

void
own_bounce(struct own_profile *p, int64_t at)
{
	struct own_slot *s = slot_at(p, at);

	s->bounces = more(s->bounces, 1);
}
