/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/memory_inner.h"
#include "behave/num.h"

#define MAGIC UINT64_C(0x3230456d6d59414c)

static size_t
words(size_t octets)
{
	return (octets + 63) / 64 * 8;
}

size_t
memory_size(const struct geometry *g)
{
	return 8 * (words(sizeof(struct memory_head)) +
	    words(g->index * sizeof(struct memory_entry)) +
	    words(g->values * BUCKET * sizeof(struct cell)) +
	    words(g->pairs * BUCKET * sizeof(struct cell)) +
	    words(g->letters * BUCKET * sizeof(struct letter)) +
	    (size_t)g->units * UNIT_WORDS);
}

static bool
power_of_two(uint32_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

bool
memory_open(struct memory *m, uint64_t *block, size_t octets,
    const struct geometry *g)
{
	m->head = (struct memory_head *)(void *)block;
	if (octets < sizeof(*m->head))
		return false;
	if (g != NULL) {
		m->head->magic = MAGIC;
		m->head->geometry = *g;
	}
	g = &m->head->geometry;
	if (m->head->magic != MAGIC || !power_of_two(g->index) ||
	    !power_of_two(g->values) || !power_of_two(g->pairs) ||
	    !power_of_two(g->letters) || memory_size(g) != octets)
		return false;
	block += words(sizeof(*m->head));
	m->index = (struct memory_entry *)(void *)block;
	block += words(g->index * sizeof(*m->index));
	m->value = (struct cell *)(void *)block;
	block += words(g->values * BUCKET * sizeof(struct cell));
	m->pair = (struct cell *)(void *)block;
	block += words(g->pairs * BUCKET * sizeof(struct cell));
	m->letter = (struct letter *)(void *)block;
	block += words(g->letters * BUCKET * sizeof(struct letter));
	m->unit = block;
	return true;
}

/* ---- buckets --------------------------------------------------------- */

struct cell *
memory_cell(struct cell *table, uint32_t buckets, uint64_t key)
{
	struct cell *c = &table[(key & (buckets - 1)) * BUCKET];
	uint32_t tag = (uint32_t)(key >> 32) | 1;

	for (unsigned i = 0; i < BUCKET; i++)
		if (c[i].tag == tag)
			return &c[i];
	return NULL;
}

/* The cell of key; what counted least in its bucket became it. */
struct cell *
memory_cell_take(struct cell *table, uint32_t buckets, uint64_t key)
{
	struct cell *c = memory_cell(table, buckets, key), *least;

	if (c != NULL)
		return c;
	c = &table[(key & (buckets - 1)) * BUCKET];
	least = c;
	for (unsigned i = 1; i < BUCKET; i++)
		if (c[i].count < least->count ||
		    (c[i].count == least->count && c[i].day < least->day))
			least = &c[i];
	*least = (struct cell){ .tag = (uint32_t)(key >> 32) | 1 };
	return least;
}

uint64_t
memory_value_key(unsigned row, uint32_t value)
{
	return num_mix((uint64_t)row << 32 | value);
}

uint64_t
memory_pair_key(uint32_t from, uint32_t to)
{
	return num_mix((uint64_t)from << 32 | to);
}

static struct letter *
letter_find(const struct memory *m, uint64_t id)
{
	uint64_t key = num_mix(id);
	struct letter *l = &m->letter[
	    (key & (m->head->geometry.letters - 1)) * BUCKET];

	for (unsigned i = 0; i < BUCKET && id != 0; i++)
		if (l[i].tag == ((uint32_t)(key >> 32) | 1))
			return &l[i];
	return NULL;
}

static uint64_t
bloom_bits(uint32_t who)
{
	uint64_t h = num_mix(who);

	return UINT64_C(1) << (h & 63) | UINT64_C(1) << (h >> 6 & 63);
}

void
memory_letter(struct memory *m, const struct sample *s)
{
	uint64_t key = num_mix(s->id);
	struct letter *l = &m->letter[
	    (key & (m->head->geometry.letters - 1)) * BUCKET], *old = l;
	uint32_t author = s->person;

	if (s->id == 0 || letter_find(m, s->id) != NULL)
		return;
	for (unsigned i = 1; i < BUCKET; i++)
		if (l[i].day < old->day)
			old = &l[i];
	*old = (struct letter){ .tag = (uint32_t)(key >> 32) | 1,
		.author = author, .day = day_of(s->arrival) };
	old->people[author & 1] |= bloom_bits(author);
	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++) {
		uint32_t who = s->value[s->first[ROW_RECIPIENTS] + i];

		old->people[who & 1] |= bloom_bits(who);
	}
}

uint32_t
memory_author(const struct memory *m, const struct sample *s)
{
	const struct letter *l = letter_find(m, s->parent);

	return l == NULL ? 0 : l->author;
}

enum thread_state
memory_thread(const struct memory *m, const struct sample *s)
{
	uint32_t me = s->person;
	const struct letter *l = letter_find(m, s->parent);

	if (s->parent == 0)
		return THREAD_NEW;
	if (l == NULL)
		return THREAD_UNKNOWN;
	return (l->people[me & 1] & bloom_bits(me)) == bloom_bits(me) ?
	    THREAD_MINE : THREAD_KNOWN;
}

/* ---- profiles -------------------------------------------------------- */

static struct profile *
profile_at(const struct memory *m, uint32_t unit)
{
	return (struct profile *)(void *)&m->unit[
	    (size_t)unit * UNIT_WORDS];
}

static uint32_t
index_find(const struct memory *m, uint64_t key)
{
	uint32_t mask = m->head->geometry.index - 1;
	uint32_t i = (uint32_t)num_mix(key) & mask;

	for (;; i = (i + 1) & mask)
		if (m->index[i].unit == 0 ||
		    (m->index[i].tag == (uint32_t)(key >> 32) &&
		    profile_at(m, m->index[i].unit - 1)->key == key))
			return i;
}

struct profile *
memory_find(const struct memory *m, uint64_t key)
{
	uint32_t i = index_find(m, key);

	return key == 0 || m->index[i].unit == 0 ? NULL :
	    profile_at(m, m->index[i].unit - 1);
}

static uint32_t
units_of(size_t slots)
{
	return (uint32_t)((sizeof(struct profile) + slots *
	    sizeof(struct slot) + UNIT_WORDS * 8 - 1) / (UNIT_WORDS * 8));
}

static uint16_t
slots_in(uint32_t units)
{
	return (uint16_t)((units * UNIT_WORDS * 8 - sizeof(struct profile)) /
	    sizeof(struct slot));
}

/* A free run: no key, then how long it is and where the next one lies. */
static void
units_give(struct memory *m, uint32_t at, uint32_t n)
{
	uint64_t *run = &m->unit[(size_t)at * UNIT_WORDS];

	run[0] = 0;
	run[1] = (uint64_t)n << 32 | m->head->free[n];
	m->head->free[n] = at + 1;
	m->head->units_free += n;
}

static uint32_t
units_reuse(struct memory *m, uint32_t n)
{
	uint32_t at = m->head->free[n];

	if (at == 0)
		return UINT32_MAX;
	m->head->free[n] = (uint32_t)m->unit[(size_t)(at - 1) *
	    UNIT_WORDS + 1];
	m->head->units_free -= n;
	return at - 1;
}

/* All profiles to the front, in their order: records that grow leave runs
 * behind that fit nobody. */
static void
units_close_up(struct memory *m)
{
	uint32_t to = 0, n;

	for (uint32_t at = 0; at < m->head->units_used; at += n) {
		uint64_t *run = &m->unit[(size_t)at * UNIT_WORDS];
		uint32_t entry;

		if (run[0] == 0) {
			n = (uint32_t)(run[1] >> 32);
			continue;
		}
		n = units_of(profile_at(m, at)->cap_slot);
		entry = index_find(m, run[0]);
		bytes_move((uint8_t *)&m->unit[(size_t)to * UNIT_WORDS],
		    (const uint8_t *)run, (size_t)n * UNIT_WORDS * 8);
		m->index[entry].unit = to + 1;
		to += n;
	}
	bytes_clear((uint8_t *)m->head->free, sizeof(m->head->free));
	m->head->units_used = to;
	m->head->units_free = 0;
}

enum { CLOSE_UP = 16, CLOSE_UP_LEAST = 128 };	/* of waste, in units */

/* A run of n units; profiles may move.  UINT32_MAX: there is none. */
static uint32_t
units_take(struct memory *m, uint32_t n)
{
	struct memory_head *h = m->head;
	uint32_t at = units_reuse(m, n);

	if (at != UINT32_MAX)
		return at;
	if (h->units_free > h->units_used / CLOSE_UP + CLOSE_UP_LEAST ||
	    (n > h->geometry.units - h->units_used && h->units_free >= n))
		units_close_up(m);
	if (n > h->geometry.units - h->units_used)
		return UINT32_MAX;
	at = h->units_used;
	h->units_used += n;
	return at;
}

/* Linear probing: what stands behind a hole moves up. */
static void
index_remove(struct memory *m, uint32_t hole)
{
	uint32_t mask = m->head->geometry.index - 1, i = hole;

	for (;;) {
		uint32_t home;

		i = (i + 1) & mask;
		if (m->index[i].unit == 0)
			break;
		home = (uint32_t)num_mix(profile_at(m,
		    m->index[i].unit - 1)->key) & mask;
		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		m->index[hole] = m->index[i];
		hole = i;
	}
	m->index[hole].unit = 0;
}

static void
forget(struct memory *m, uint32_t at)
{
	const struct profile *p = profile_at(m, m->index[at].unit - 1);
	uint32_t units = units_of(p->cap_slot);

	if (p->of_domain)
		m->head->domains--;
	else
		m->head->senders--;
	m->head->evicted++;
	units_give(m, m->index[at].unit - 1, units);
	index_remove(m, at);
}

/* Of the next profiles under the hand the one that is used least goes:
 * a flood of new names pushes out new names. */
static bool
evict(struct memory *m, uint64_t keep)
{
	uint32_t mask = m->head->geometry.index - 1, least = UINT32_MAX;
	unsigned looked = 0;

	for (uint32_t i = 0; i <= mask && looked < 64; i++) {
		uint32_t at = (m->head->hand + i) & mask;
		const struct profile *p, *q;

		if (m->index[at].unit == 0)
			continue;
		p = profile_at(m, m->index[at].unit - 1);
		if (p->key == keep)
			continue;
		looked++;
		q = least == UINT32_MAX ? p :
		    profile_at(m, m->index[least].unit - 1);
		if (least == UINT32_MAX || p->messages < q->messages)
			least = at;
	}
	m->head->hand = (m->head->hand + 64) & mask;
	if (least == UINT32_MAX)
		return false;
	forget(m, least);
	return true;
}

static uint32_t
units_force(struct memory *m, uint32_t n, uint64_t keep)
{
	uint32_t at = units_take(m, n);

	for (unsigned tries = 0; at == UINT32_MAX && tries < 64; tries++) {
		if (!evict(m, keep))
			break;
		at = units_take(m, n);
	}
	return at;
}

struct profile *
memory_room(struct memory *m, uint64_t key, size_t more, bool of_domain)
{
	size_t most = of_domain ? DOMAIN_OCTETS : SENDER_OCTETS;
	uint32_t i = index_find(m, key), units, unit, had;
	struct profile *p = m->index[i].unit == 0 ? NULL :
	    profile_at(m, m->index[i].unit - 1), *q;

	if (p != NULL && (size_t)p->n_slot + more <= p->cap_slot)
		return p;
	units = units_of((p == NULL ? 0 : p->n_slot) + more);
	if (units > most / (UNIT_WORDS * 8))
		units = (uint32_t)(most / (UNIT_WORDS * 8));
	had = p == NULL ? 0 : units_of(p->cap_slot);
	if (units <= had)
		return p;
	while (p == NULL && m->head->senders + m->head->domains >=
	    m->head->geometry.index / 4 * 3)
		if (!evict(m, key))
			return NULL;
	unit = units_force(m, units, key);
	i = index_find(m, key);		/* all may have moved */
	p = m->index[i].unit == 0 ? NULL :
	    profile_at(m, m->index[i].unit - 1);
	if (unit == UINT32_MAX)
		return p;
	q = profile_at(m, unit);
	bytes_clear((uint8_t *)q, (size_t)units * UNIT_WORDS * 8);
	if (p != NULL)
		bytes_move((uint8_t *)q, (const uint8_t *)p,
		    sizeof(*p) + p->n_slot * sizeof(struct slot));
	q->key = key;
	q->of_domain = of_domain;
	q->cap_slot = slots_in(units);
	if (p != NULL)
		units_give(m, m->index[i].unit - 1, had);
	else if (of_domain)
		m->head->domains++;
	else
		m->head->senders++;
	m->index[i] = (struct memory_entry){ (uint32_t)(key >> 32),
		unit + 1 };
	return q;
}
