/* SPDX-License-Identifier: Apache-2.0 */
/* memory_use.c - the two uses of a memory: a view for a score, learning. */
#include "behave/memory_inner.h"
#include "behave/num.h"

static const struct cell *
everybody(const struct memory *m, unsigned row, uint32_t value)
{
	return memory_cell(m->value, m->head->geometry.values,
	    memory_value_key(row, value));
}

/* Links that nobody here has seen yet (DETECTOR: first seen in this
 * organisation): none, only known ones, a new one. */
static uint32_t
link_news(const struct memory *m, const struct sample *s)
{
	const uint32_t *v = &s->value[s->first[ROW_LINKS]];

	if (s->n[ROW_LINKS] == 0 || (s->n[ROW_LINKS] == 1 && v[0] == 0))
		return 1;
	for (unsigned i = 0; i < s->n[ROW_LINKS]; i++)
		if (everybody(m, ROW_LINKS, v[i]) == NULL)
			return 3;
	return 2;
}

static float
count_in(const struct profile *p, unsigned row, uint32_t value, uint16_t day,
    uint16_t *last)
{
	const struct slot *s = p == NULL ? NULL :
	    profile_find(p, row, value);

	if (s == NULL)
		return 0;
	*last = s->day;
	return profile_count(p, s->count, day);
}

static void
tally(struct tally *t, const struct memory *m, const struct profile *e,
    const struct profile *d, unsigned row, uint32_t value, uint16_t day)
{
	const struct cell *c = everybody(m, row, value);
	uint16_t other;

	t->sender = count_in(e, row, value, day, &t->day);
	t->domain = count_in(d, row, value, day, &other);
	t->everybody = c == NULL ? 0 : c->count;
	t->seen = c != NULL;
}

static void
levels(struct view *v, const struct memory *m, const struct profile *e,
    const struct profile *d, unsigned row)
{
	if (e != NULL)
		v->sender[row] = (struct level){
		    weight_read(e->total[row], v->today),
		    weight_read(e->types[row], v->today) };
	if (d != NULL)
		v->domain[row] = (struct level){ d->total[row],
		    d->types[row] };
	v->everybody[row] = (struct level){ (float)m->head->total[row],
	    (float)m->head->types[row] };
}

/* Who of them wrote to the sender before. */
static void
reverse(struct view *v, const struct memory *m, const struct sample *s)
{
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS] && i < SAMPLE_SET; i++) {
		const struct cell *c = memory_cell(m->pair,
		    m->head->geometry.pairs, memory_pair_key(
		    s->value[s->first[ROW_RECIPIENTS] + i], s->person));

		v->reverse[i] = c == NULL ? 0 : weight_read(c->count,
		    v->today);
	}
}

/* The places of all values at once: each is a walk to main memory, and
 * together they take little longer than one. */
static void
fetch(const struct memory *m, const struct sample *s)
{
	uint32_t buckets = m->head->geometry.values;

	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r))
			memory_cell_fetch(m->value, buckets,
			    memory_value_key(r, s->one[r]));
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			memory_cell_fetch(m->value, buckets,
			    memory_value_key(r, s->value[s->first[r] + i]));
	}
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++)
		memory_cell_fetch(m->pair, m->head->geometry.pairs,
		    memory_pair_key(s->value[s->first[ROW_RECIPIENTS] + i],
		    s->person));
}

void
memory_view(const struct memory *m, struct sample *s, struct view *v)
{
	memory_view_of(m, memory_find(m, s->sender),
	    memory_find(m, s->domain), s, v);
}

void
memory_view_of(const struct memory *m, const struct profile *e,
    const struct profile *d, struct sample *s, struct view *v)
{
	fetch(m, s);
	bytes_clear((uint8_t *)v, sizeof(*v));
	v->today = day_of(s->arrival);
	s->one[ROW_THREAD] = memory_thread(m, s);
	s->one[ROW_LINK_NEWS] = link_news(m, s);
	for (unsigned r = 0; r < N_ROW; r++) {
		levels(v, m, e, d, r);
		if (!row_is_set(r))
			tally(&v->one[r], m, e, d, r, s->one[r], v->today);
		for (unsigned i = s->first[r]; row_is_set(r) &&
		    i < (unsigned)s->first[r] + s->n[r]; i++)
			tally(&v->many[i], m, e, d, r, s->value[i],
			    v->today);
	}
	reverse(v, m, s);
	for (unsigned h = 0; h < PROFILE_HOURS; h++) {
		v->hour_all[h] = (float)m->head->hour[h];
		if (e != NULL)
			v->hour[h] = weight_read(e->hour[h], v->today);
	}
	if (e == NULL)
		return;
	v->n = weight_read(e->messages, v->today);
	v->first_day = e->first_day;
	v->last_day = e->last_day;
}

/* Of one sender, this many times the slots of a row speak for what
 * everybody does; then he is somebody who always writes something new. */
enum { VOICES = 8 };

/* A sender used a value for the first time: its domain and everybody
 * count one sender more. */
static void
spread(struct memory *m, struct profile *d, const struct profile *e,
    unsigned row, uint32_t value, uint16_t day)
{
	struct cell *c;

	if (weight_read(e->types[row], day) >
	    (float)(VOICES * profile_budget(false, row)))
		return;
	c = memory_cell_take(m->value, m->head->geometry.values,
	    memory_value_key(row, value));
	m->head->total[row]++;
	if (c->count == 0)
		m->head->types[row]++;
	if (c->count < UINT16_MAX)
		c->count++;
	c->day = day;
	if (d != NULL)
		profile_add(d, row, value, day);
}

static size_t
unknown_of(const struct profile *p, const struct sample *s)
{
	size_t n = 0;

	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r))
			n += p == NULL ||
			    profile_find(p, r, s->one[r]) == NULL;
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			n += p == NULL || profile_find(p, r,
			    s->value[s->first[r] + i]) == NULL;
	}
	return n;
}

static void
learn_pairs(struct memory *m, const struct sample *s, uint16_t day)
{
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++) {
		struct cell *c = memory_cell_take(m->pair,
		    m->head->geometry.pairs, memory_pair_key(
		    s->person, s->value[s->first[ROW_RECIPIENTS] + i]));

		c->count = weight_add(c->count, day, 1);
		c->day = day;
	}
}

void
memory_learn(struct memory *m, const struct sample *s)
{
	uint16_t day = day_of(s->arrival);
	struct profile *e = memory_find(m, s->sender), *d;
	size_t more = unknown_of(e, s);

	d = s->domain == 0 ? NULL : memory_room(m, s->domain, more, true);
	e = s->sender == 0 ? NULL : memory_room(m, s->sender, more, false);
	d = memory_find(m, s->domain);
	if (e == NULL)
		return;
	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r) && profile_add(e, r, s->one[r], day))
			spread(m, d, e, r, s->one[r], day);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++) {
			uint32_t v = s->value[s->first[r] + i];

			if (profile_add(e, r, v, day))
				spread(m, d, e, r, v, day);
		}
	}
	if (e->messages == 0 && d != NULL)
		profile_message(d, day, s->hour);
	profile_message(e, day, s->hour);
	if (s->hour < PROFILE_HOURS)
		m->head->hour[s->hour]++;
	m->head->messages++;
	learn_pairs(m, s, day);
}
