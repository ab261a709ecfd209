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

/* Where everybody's count of each value lies. */
struct keys {
	uint64_t one[N_ROW], many[SAMPLE_MANY];
};

/* The rows of two records that are looked at, and when. */
struct looking {
	const struct memory *memory;
	struct record_look sender, domain;
	uint16_t messages, once, today;
	float n, n_once;		/* what these are today              */
};

/* Most weights of a sender are those of all his messages, or once when he was
 * new. */
static float
weighed(const struct looking *k, uint16_t w)
{
	if (w == k->messages)
		return k->n;
	return w == k->once ? k->n_once : weight_read(w, k->today);
}

static void
tally(struct tally *t, const struct looking *k, uint64_t key, uint32_t value)
{
	const struct memory *m = k->memory;
	const struct cell *c = memory_cell(m->value,
	    m->head->geometry.values, key);
	struct found f = record_find(&k->sender, value);

	t->day = f.day;
	t->sender = weighed(k, f.count);
	t->domain = record_find(&k->domain, value).count;
	t->everybody = c == NULL ? 0 : c->count;
	t->seen = c != NULL;
}

static void
levels(struct view *v, const struct looking *k, unsigned row)
{
	const struct memory_head *h = k->memory->head;

	v->sender[row] = (struct level){ weighed(k, k->sender.total),
	    weighed(k, k->sender.types) };
	v->domain[row] = (struct level){ k->domain.total, k->domain.types };
	v->everybody[row] = (struct level){ (float)h->total[row],
	    (float)h->types[row] };
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

static void
place(const struct memory *m, uint64_t *key, unsigned row, uint32_t value)
{
	*key = memory_value_key(row, value);
	memory_cell_fetch(m->value, m->head->geometry.values, *key);
}

/* To those whom he writes to, or from them. */
static void
fetch_pairs(const struct memory *m, const struct sample *s, bool to)
{
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++) {
		uint32_t who = s->value[s->first[ROW_RECIPIENTS] + i];

		memory_cell_fetch(m->pair, m->head->geometry.pairs,
		    memory_pair_key(to ? s->person : who,
		    to ? who : s->person));
	}
}

/* The places of all values at once: each is a walk to main memory, and
 * together they take little longer than one. */
static void
fetch(const struct memory *m, const struct sample *s, struct keys *k)
{
	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r))
			place(m, &k->one[r], r, s->one[r]);
		for (unsigned i = s->first[r]; row_is_set(r) &&
		    i < (unsigned)s->first[r] + s->n[r]; i++)
			place(m, &k->many[i], r, s->value[i]);
	}
	fetch_pairs(m, s, false);
	memory_letter_fetch(m, s->parent);
}

/* What only a memory can tell of a message. */
static void
told(const struct memory *m, struct sample *s, struct keys *k)
{
	s->one[ROW_THREAD] = memory_thread(m, s);
	s->one[ROW_LINK_NEWS] = link_news(m, s);
	place(m, &k->one[ROW_THREAD], ROW_THREAD, s->one[ROW_THREAD]);
	place(m, &k->one[ROW_LINK_NEWS], ROW_LINK_NEWS,
	    s->one[ROW_LINK_NEWS]);
}

static void
look_many(struct view *v, const struct looking *k, const struct sample *s,
    const struct keys *keys, unsigned row)
{
	unsigned end = (unsigned)s->first[row] + s->n[row];

	for (unsigned i = s->first[row]; i < end; i++)
		tally(&v->many[i], k, keys->many[i], s->value[i]);
}

static void
same_levels(struct view *to, const struct view *from, unsigned row)
{
	to->sender[row] = from->sender[row];
	to->domain[row] = from->domain[row];
	to->everybody[row] = from->everybody[row];
}

/* In row after row, for each message; where one is like that before it, what
 * was found for that. */
static void
look(struct view *v, struct looking *k, const struct sample *s,
    const struct keys *keys, unsigned n)
{
	for (unsigned r = 0; r < N_ROW; r++) {
		record_row(&k->sender, r);
		record_row(&k->domain, r);
		levels(v, k, r);
		for (unsigned i = 0; i < n; i++) {
			same_levels(&v[i], v, r);
			if (row_is_set(r))
				look_many(&v[i], k, &s[i], &keys[i], r);
			else if (i > 0 && s[i].one[r] == s[i - 1].one[r])
				v[i].one[r] = v[i - 1].one[r];
			else
				tally(&v[i].one[r], k, keys[i].one[r],
				    s[i].one[r]);
		}
	}
}

static void
hours(struct view *v, const struct memory *m, const struct record *e)
{
	weight hour[PROFILE_HOURS];

	record_hours(hour, e);
	for (unsigned h = 0; h < PROFILE_HOURS; h++) {
		v->hour_all[h] = (float)m->head->hour[h];
		v->hour[h] = weight_read(hour[h], v->today);
	}
}

static void
begin(struct view *v, const struct looking *k, const struct record *e)
{
	bytes_clear((uint8_t *)v, sizeof(*v));
	v->today = k->today;
	v->n = k->n;
	if (e != NULL) {
		v->first_day = e->first_day;
		v->last_day = e->last_day;
	}
}

/* A record is some cache lines in a row. */
static const struct record *
fetched(const struct record *r)
{
	for (unsigned i = 0; r != NULL && i < 8; i++)
		__builtin_prefetch((const uint64_t *)(const void *)r + i * 8);
	return r;
}

/* Of what is usual nobody asks whose else it may be. */
static bool
has_news(const struct view *v)
{
	unsigned n = 0;

	for (unsigned r = 0; r < N_ROW; r++)
		n += mate_counts(r) && !(v->one[r].sender > 0);
	return n >= HOUSE_NEW;
}

/* Of so many messages of one sender, at one time. */
static void
views(const struct memory *m, const struct record *e, const struct record *d,
    struct sample *s, struct view *v, unsigned n)
{
	struct keys keys[VIEWS] __attribute__((uninitialized));
	struct looking k = { .memory = m, .today = day_of(s->arrival) };

	for (unsigned i = 0; i < n; i++)
		fetch(m, &s[i], &keys[i]);
	record_look(&k.sender, e);
	record_look(&k.domain, d);
	if (e != NULL) {
		k.messages = e->messages;
		k.n = weight_read(e->messages, k.today);
		k.once = weight_once(e->first_day);
		k.n_once = weight_read(k.once, k.today);
	}
	for (unsigned i = 0; i < n; i++)
		begin(&v[i], &k, e);
	hours(v, m, e);
	for (unsigned i = 1; i < n; i++) {
		bytes_move((uint8_t *)v[i].hour, (uint8_t *)v->hour,
		    sizeof(v->hour));
		bytes_move((uint8_t *)v[i].hour_all, (uint8_t *)v->hour_all,
		    sizeof(v->hour_all));
	}
	for (unsigned i = 0; i < n; i++)
		told(m, &s[i], &keys[i]);
	look(v, &k, s, keys, n);
	for (unsigned i = 0; i < n; i++)
		reverse(&v[i], m, &s[i]);
	for (unsigned i = 0; i < n; i++)
		if (m->house != NULL && e != NULL && has_news(&v[i]))
			house_look(&v[i].mates, m->house, &s[i]);
}

void
memory_view(const struct memory *m, struct sample *s, struct view *v)
{
	const struct record *e = fetched(memory_find(m, s->sender));

	views(m, e, fetched(memory_find(m, s->domain)), s, v, 1);
}

void
memory_view_of(const struct memory *m, const struct record *e,
    const struct record *d, struct sample *s, struct view *v)
{
	views(m, e, d, s, v, 1);
}

void
memory_views(const struct memory *m, struct sample *s, struct view *v,
    unsigned n)
{
	const struct record *e = fetched(memory_find(m, s->sender));

	views(m, e, fetched(memory_find(m, s->domain)), s, v,
	    n < VIEWS ? n : VIEWS);
}

/* Of one sender, this many times the slots of a row speak for what
 * everybody does; then he is somebody who always writes something new. */
enum { VOICES = 8 };

/* A sender's profile, and his domain's, which is opened when it changes. */
struct learning {
	struct memory *memory;
	const struct sample *sample;
	struct profile *sender, *domain;
	bool open;
	bool apart;		/* one of too many who are new today         */
	uint16_t day;
};

static struct profile *
domain_of(struct learning *k)
{
	if (k->sample->domain == 0)
		return NULL;
	if (!k->open)
		memory_profile(k->domain, k->memory, k->sample->domain, true);
	k->open = true;
	return k->domain;
}

/* A sender used a value for the first time: its domain and everybody
 * count one sender more. */
static void
spread(struct learning *k, unsigned row, uint32_t value)
{
	struct memory *m = k->memory;
	struct profile *d;
	struct cell *c;

	if (k->apart || weight_read(k->sender->types[row], k->day) >
	    (float)(VOICES * profile_budget(false, row)))
		return;
	c = memory_cell_take(m->value, m->head->geometry.values,
	    memory_value_key(row, value));
	m->head->total[row]++;
	if (c->count == 0)
		m->head->types[row]++;
	if (c->count < UINT16_MAX)
		c->count++;
	c->day = k->day;
	d = domain_of(k);
	if (d != NULL)
		profile_add(d, row, value, k->day);
}

/* The rows whose value is not new of him. */
static uint64_t
learn_rows(struct learning *k)
{
	const struct sample *s = k->sample;
	uint64_t had = 0;

	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r) &&
		    profile_add(k->sender, r, s->one[r], k->day))
			spread(k, r, s->one[r]);
		else if (!row_is_set(r))
			had |= UINT64_C(1) << r;
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++) {
			uint32_t v = s->value[s->first[r] + i];

			if (profile_add(k->sender, r, v, k->day))
				spread(k, r, v);
		}
	}
	return had;
}

static void
learn_pairs(struct memory *m, const struct sample *s, uint16_t day)
{
	/* that a program answers makes nobody an acquaintance */
	for (unsigned i = 0; s->mail_class != MAIL_AUTO &&
	    i < s->n[ROW_RECIPIENTS]; i++) {
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
	uint64_t sender[PROFILE_WORDS(SENDER_SLOTS)]
	    __attribute__((uninitialized));
	uint64_t domain[PROFILE_WORDS(DOMAIN_SLOTS)]
	    __attribute__((uninitialized));
	struct learning k = { .memory = m, .sample = s,
		.sender = (struct profile *)(void *)sender,
		.domain = (struct profile *)(void *)domain,
		.day = day_of(s->arrival) };
	uint64_t had;

	if (s->sender == 0)
		return;
	fetch_pairs(m, s, true);
	fetched(memory_find(m, s->domain));
	memory_profile(k.sender, m, s->sender, false);
	k.apart = k.sender->messages == 0 && !news_add(&m->head->news, k.day);
	had = learn_rows(&k);
	if (m->house != NULL)
		house_learn(m->house, s, had);
	if (k.sender->messages == 0 && domain_of(&k) != NULL)
		profile_message(k.domain, k.day, s->hour);
	profile_message(k.sender, k.day, s->hour);
	if (k.open)
		memory_keep(m, k.domain);
	memory_keep(m, k.sender);
	if (s->hour < PROFILE_HOURS)
		m->head->hour[s->hour]++;
	m->head->messages++;
	learn_pairs(m, s, k.day);
}

static void
unlearn_rows(struct profile *e, const struct sample *s, uint16_t today)
{
	uint16_t day = day_of(s->arrival);

	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r))
			profile_take_back(e, r, s->one[r], day, today);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			profile_take_back(e, r, s->value[s->first[r] + i],
			    day, today);
	}
	profile_message_back(e, day, today, s->hour);
}

static void
unlearn_pairs(struct memory *m, const struct sample *s, uint16_t today)
{
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++) {
		struct cell *c = memory_cell(m->pair,
		    m->head->geometry.pairs, memory_pair_key(s->person,
		    s->value[s->first[ROW_RECIPIENTS] + i]));

		if (c != NULL)
			c->count = weight_take_back(c->count,
			    day_of(s->arrival), today);
	}
}

void
memory_unlearn(struct memory *m, const struct sample *s, uint16_t today)
{
	uint64_t room[PROFILE_WORDS(SENDER_SLOTS)]
	    __attribute__((uninitialized));
	struct profile *e = (struct profile *)(void *)room;

	if (memory_find(m, s->sender) == NULL)
		return;
	memory_profile(e, m, s->sender, false);
	unlearn_rows(e, s, today);
	memory_keep(m, e);
	unlearn_pairs(m, s, today);
	if (m->house != NULL)
		house_forget(m->house, s->person);
}
