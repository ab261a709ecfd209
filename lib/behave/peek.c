/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/peek.h"

#include "behave/memory_inner.h"

bool
peek_open(struct peek *p, const uint64_t *block, size_t octets)
{
	if (!behave_open(&p->behave, (uint64_t *)(uintptr_t)block, octets,
	    NULL))
		return false;
	p->from = p->behave.memory.head;
	p->head = *p->from;
	p->geometry = p->head.geometry;
	p->behave.memory.head = &p->head;
	return true;
}

/* Of what lies there as much as the block and the record can hold. */
static const struct record *
copied(const struct peek *p, uint64_t key, uint64_t *room, size_t most)
{
	const struct memory *m = &p->behave.memory;
	const struct record *from = memory_find(m, key);
	struct record *to = (struct record *)(void *)room;
	size_t at, left;

	if (from == NULL)
		return NULL;
	at = (size_t)((const uint64_t *)(const void *)from - m->unit);
	left = ((size_t)p->geometry.units * UNIT_WORDS - at) * 8;
	most = left < most ? left : most;
	if (most < sizeof(*to))
		return NULL;
	bytes_move((uint8_t *)to, (const uint8_t *)from, sizeof(*to));
	left = record_octets(to, most);
	if (left > sizeof(*to))
		bytes_move((uint8_t *)to->rest, from->rest,
		    left - offsetof(struct record, rest));
	return left == 0 ? NULL : to;
}

/* A copy of what came before in the series, if its places hold. */
static const struct sample *
series_of(struct peek *p, const struct sample *s)
{
	const struct sample *before = NULL;

	if (pending_is(p->behave.pending, s->sender))
		before = pending_series(p->behave.pending, s);
	if (before == NULL)
		return NULL;
	p->before = *before;
	return sample_holds(&p->before) ? &p->before : NULL;
}

/* Only of whom is not known: others need no more copies. */
static void
look_for_ties(struct peek *p, const struct sample *s, struct known *out)
{
	const struct behave *b = &p->behave;

	if (out->view.n < CONTACT_MESSAGES) {
		p->with.strangers = copied(p, contact_strangers(),
		    p->strangers, DOMAIN_OCTETS);
		p->with.bearer = copied(p, contact_bearer(&b->graph, s),
		    p->bearer, SENDER_OCTETS);
	}
	contact_look(&out->view.contact, &b->judge->contact, &b->graph,
	    &b->memory, &p->with, &out->view, s);
}

static float
limit_of(const struct alarm *a, const struct sample *s)
{
	struct alarm now = { .a_day = a->a_day, .usual = a->usual,
		.today = a->today, .seen = a->seen, .spent = a->spent };
	/* nobody, so that no episode is looked for */
	float limit = num_most(alarm_sure(&now),
	    alarm_hear(&now, 0, 1, s->arrival).limit);

	return alarm_is_open(a, s->sender, s->arrival) ?
	    num_most(limit, alarm_even(&now)) : limit;
}

void
peek_known(struct peek *p, struct sample *s, struct span said,
    struct known *out, struct buf *news)
{
	const struct memory *m = &p->behave.memory;
	const struct record *sender;

	p->head = *p->from;
	p->head.geometry = p->geometry;
	sender = copied(p, s->sender, p->sender, SENDER_OCTETS);
	p->with.domain = copied(p, s->domain, p->domain, DOMAIN_OCTETS);
	memory_view_of(m, sender, p->with.domain, s, &out->view);
	look_for_ties(p, s, out);
	behave_series(&out->view, s, series_of(p, s));
	excerpt_take(&out->excerpt, p->behave.judge, &out->view, s);
	out->thread = s->one[ROW_THREAD];
	out->link_news = s->one[ROW_LINK_NEWS];
	out->limit = limit_of(p->behave.alarm, s);
	out->contact_limit = limit_of(&p->behave.judge->contact.alarm, s);
	known_why(out, s, sender, p->behave.words, said);
	said_news(news, said, p->behave.words, &out->view, s);
}
