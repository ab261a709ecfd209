/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/pending.h"
#include "behave/weight.h"

/* Is it one of them?  Asked of each message, and mostly it is not: the whole
 * way without a branch is shorter than one that ends early. */
static bool
among(const uint64_t of[PENDING], uint64_t what)
{
	uint64_t same = 0;

	/* the highest bit is set of 0 alone */
	for (uint32_t i = 0; i < PENDING; i++)
		same |= ((of[i] ^ what) - 1) & ~(of[i] ^ what);
	return same >> 63 != 0;
}

/* Where the next goes: the sender's own oldest if he has too many. */
static uint32_t
place(const struct pending *p, uint64_t sender)
{
	uint32_t n = 0, oldest = p->next;

	for (uint32_t i = 0; i < PENDING; i++) {
		if (p->sender[i] != sender)
			continue;
		if (n == 0 || p->one[i].sample.arrival <
		    p->one[oldest].sample.arrival)
			oldest = i;
		n++;
	}
	return n >= PENDING_EACH ? oldest : p->next;
}

void
pending_add(struct pending *p, const struct pending_one *one)
{
	uint32_t at = place(p, one->sample.sender);

	p->one[at] = *one;
	p->sender[at] = one->sample.sender;
	p->id[at] = one->sample.id;
	p->until[at] = one->sample.arrival + PROBATION_SECONDS;
	if (at == p->next)
		p->next = (p->next + 1) % PENDING;
}

/* ---- answers ------------------------------------------------------------- */

/* An answer that does not go to him answers somebody else, whose Message-ID
 * he wrote on his own. */
static bool
goes_to(const struct sample *s, uint32_t person)
{
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++)
		if (s->value[s->first[ROW_RECIPIENTS] + i] == person)
			return true;
	return false;
}

void
pending_answered(struct pending *p, const struct sample *s)
{
	if (s->parent == 0 || !among(p->id, s->parent))
		return;
	for (uint32_t i = 0; i < PENDING; i++)
		if (p->id[i] == s->parent && p->sender[i] != 0 &&
		    p->sender[i] != s->sender && !p->one[i].answered &&
		    goes_to(s, p->one[i].sample.person)) {
			p->one[i].answered = true;
			p->unheard = true;
		}
}

/* Somebody called a message of his bad. */
static bool
suspected(const struct pending *p, uint64_t sender)
{
	for (uint32_t i = 0; i < PENDING; i++)
		if (p->sender[i] == sender && p->one[i].bad)
			return true;
	return false;
}

/* On how many days something of his was answered that waits, as far as that
 * matters. */
static unsigned
days(const struct pending *p, uint64_t sender)
{
	uint16_t day[PENDING_DAYS];
	unsigned n = 0;

	for (uint32_t i = 0; i < PENDING && n < PENDING_DAYS; i++) {
		uint16_t d = day_of(p->one[i].sample.arrival);
		bool known = p->sender[i] != sender || !p->one[i].answered;

		for (unsigned k = 0; k < n && !known; k++)
			known = day[k] == d;
		if (!known)
			day[n++] = d;
	}
	return n;
}

/* What an answer to message i is good for. */
static void
vouch(struct pending *p, uint32_t i)
{
	uint64_t sender = p->sender[i];

	if (days(p, sender) < PENDING_DAYS)
		return;
	for (uint32_t k = 0; k < PENDING; k++)
		if (p->sender[k] == sender && p->one[k].answered)
			p->until[k] = INT64_MIN;
}

struct pending_one *
pending_heard(struct pending *p)
{
	for (uint32_t i = 0; p->unheard && i < PENDING; i++) {
		struct pending_one *o = &p->one[i];

		if (p->sender[i] == 0 || !o->answered || o->heard)
			continue;
		o->heard = true;
		if (o->held || suspected(p, p->sender[i]))
			continue;
		vouch(p, i);
		p->looked = INT64_MIN / 2;
		return o;
	}
	p->unheard = false;
	return NULL;
}

/* ---- time ---------------------------------------------------------------- */

struct pending_one *
pending_due(struct pending *p, int64_t now)
{
	if (now - p->looked < PENDING_LOOK)
		return NULL;
	for (uint32_t i = 0; i < PENDING; i++) {
		struct pending_one *o = &p->one[i];
		bool believed;

		if (p->sender[i] == 0 || p->until[i] > now)
			continue;
		believed = !o->held && !suspected(p, p->sender[i]);
		p->sender[i] = 0;
		if (believed)
			return o;
	}
	p->looked = now;
	return NULL;
}

/* ---- people -------------------------------------------------------------- */

struct pending_one *
pending_of(struct pending *p, uint64_t spool, uint64_t number)
{
	for (uint32_t i = 0; spool != 0 && i < PENDING; i++)
		if (p->one[i].spool == spool && p->one[i].number == number)
			return &p->one[i];
	return NULL;
}

void
pending_bad(struct pending *p, struct pending_one *o, int64_t now)
{
	size_t i = (size_t)(o - p->one);

	o->bad = true;
	p->sender[i] = o->sample.sender;
	p->until[i] = now + PENDING_BAD_SECONDS;
}

void
pending_end(struct pending *p, struct pending_one *o)
{
	o->bad = false;
	p->sender[(size_t)(o - p->one)] = 0;
}

/* ---- series -------------------------------------------------------------- */

/* At least half of the fewer are the same people. */
static bool
same_people(const struct sample *a, const struct sample *b)
{
	unsigned n = a->n[ROW_RECIPIENTS], k = b->n[ROW_RECIPIENTS];
	unsigned same = 0;

	if (!sample_holds(a))		/* torn: peek.h */
		return false;
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 0; j < k; j++)
			same += a->value[a->first[ROW_RECIPIENTS] + i] ==
			    b->value[b->first[ROW_RECIPIENTS] + j];
	return same > 0 && same * 2 >= (n < k ? n : k);
}

static bool
one_event(const struct sample *before, const struct sample *s)
{
	if (s->parent != 0 && (before->id == s->parent ||
	    before->parent == s->parent))
		return true;
	return same_people(before, s);
}

bool
pending_is(const struct pending *p, uint64_t sender)
{
	return sender != 0 && among(p->sender, sender);
}

const struct sample *
pending_series(const struct pending *p, const struct sample *s)
{
	for (uint32_t i = 0; s->sender != 0 && i < PENDING; i++) {
		const struct sample *o = &p->one[i].sample;

		if (p->sender[i] == s->sender && !p->one[i].bad &&
		    !p->one[i].held && one_event(o, s) &&
		    s->arrival >= o->arrival &&
		    s->arrival - o->arrival <= SERIES_SECONDS)
			return o;
	}
	return NULL;
}

uint16_t
pending_last(const struct pending *p, uint64_t sender)
{
	int64_t last = INT64_MIN;

	for (uint32_t i = 0; sender != 0 && i < PENDING; i++)
		if (p->sender[i] == sender && p->one[i].sample.arrival > last)
			last = p->one[i].sample.arrival;
	return last == INT64_MIN ? 0 : day_of(last);
}
