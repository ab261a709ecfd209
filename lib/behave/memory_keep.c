/* SPDX-License-Identifier: Apache-2.0 */
/* memory_keep.c - records in units, and who finds them. */
#include "behave/memory_inner.h"
#include "behave/num.h"

#include <limits.h>

static struct record *
record_at(const struct memory *m, uint32_t unit)
{
	return (struct record *)(void *)&m->unit[(size_t)unit * UNIT_WORDS];
}

/* Read once: while somebody looks at it (peek.h), a place can become empty
 * between two reads, and a unit before the first is nowhere. */
static inline uint32_t
unit_at(const struct memory *m, uint32_t i)
{
	return __atomic_load_n(&m->index[i].unit, __ATOMIC_RELAXED);
}

static uint32_t
index_look(const struct memory *m, uint64_t key, uint32_t *unit)
{
	uint32_t mask = m->head->geometry.index - 1;
	uint32_t i = (uint32_t)num_mix(key) & mask;

	for (;; i = (i + 1) & mask) {
		*unit = unit_at(m, i);
		if (*unit == 0 || (m->index[i].tag == (uint32_t)(key >> 32) &&
		    record_at(m, *unit - 1)->key == key))
			return i;
	}
}

static uint32_t
index_find(const struct memory *m, uint64_t key)
{
	uint32_t unit;

	return index_look(m, key, &unit);
}

const struct record *
memory_find(const struct memory *m, uint64_t key)
{
	uint32_t unit;

	(void)index_look(m, key, &unit);
	return key == 0 || unit == 0 ? NULL : record_at(m, unit - 1);
}

/* ---- units --------------------------------------------------------------- */

/* A free run: no key, then how long it is and where the next and the last one
 * of this length lie. */
struct run {
	uint64_t key;
	uint32_t n, next, before;	/* unit + 1                          */
};

static struct run *
run_at(const struct memory *m, uint32_t unit)
{
	return (struct run *)(void *)&m->unit[(size_t)unit * UNIT_WORDS];
}

static void
run_put(struct memory *m, uint32_t at, uint32_t n)
{
	uint32_t next = m->head->free[n];

	*run_at(m, at) = (struct run){ .n = n, .next = next };
	if (next != 0)
		run_at(m, next - 1)->before = at + 1;
	m->head->free[n] = at + 1;
	m->head->units_free += n;
}

static void
run_take(struct memory *m, uint32_t at)
{
	const struct run *r = run_at(m, at);

	if (r->before != 0)
		run_at(m, r->before - 1)->next = r->next;
	else
		m->head->free[r->n] = r->next;
	if (r->next != 0)
		run_at(m, r->next - 1)->before = r->before;
	m->head->units_free -= r->n;
}

/* Of the runs that are long enough a shortest; what is left of it stays. */
static uint32_t
run_of(struct memory *m, uint32_t n)
{
	for (uint32_t k = n; k < UNIT_CLASSES; k++) {
		uint32_t at = m->head->free[k];

		if (at == 0)
			continue;
		run_take(m, at - 1);
		if (k > n)
			run_put(m, at - 1 + n, k - n);
		return at - 1;
	}
	return UINT32_MAX;
}

/* Where the gap ends, a run goes into it, or a record moves over it. */
static void
close_up_once(struct memory *m)
{
	struct memory_head *h = m->head;
	struct run *run = run_at(m, h->gap_end);
	uint32_t n;

	if (run->key == 0) {
		n = run->n;
		run_take(m, h->gap_end);
		h->gap_end += n;
		return;
	}
	n = record_at(m, h->gap_end)->units;
	m->index[index_find(m, run->key)].unit = h->gap + 1;
	bytes_move((uint8_t *)record_at(m, h->gap), (uint8_t *)run,
	    (size_t)n * UNIT_WORDS * 8);
	h->gap += n;
	h->gap_end += n;
}

enum {
	CLOSE_UP = 32,			/* of what is used, that lies idle:  */
	CLOSE_UP_LEAST = 128,		/* ... then all moves to the front,  */
	CLOSE_UP_STEPS = 8,		/* ... so many with each that is kept*/
	CLOSE_UP_HASTE = 1024		/* ... or if nothing else is left    */
};

/* Records that grow leave runs behind that fit nobody.  Not all at once: with
 * a million of them that takes a second. */
static void
close_up(struct memory *m, unsigned steps)
{
	struct memory_head *h = m->head;

	while (steps > 0 && h->gap_end < h->units_used) {
		close_up_once(m);
		steps--;
	}
	if (h->gap_end < h->units_used)
		return;
	h->units_used = h->gap;
	h->gap = h->gap_end = 0;
}

/* A run of n units.  UINT32_MAX: there is none. */
static uint32_t
units_take(struct memory *m, uint32_t n)
{
	struct memory_head *h = m->head;
	uint32_t at = run_of(m, n);

	if (at != UINT32_MAX)
		return at;
	if (h->gap_end - h->gap >= n) {
		h->gap += n;
		return h->gap - n;
	}
	if (n > h->geometry.units - h->units_used)
		return UINT32_MAX;
	h->units_used += n;
	return h->units_used - n;
}

/* ---- who must go --------------------------------------------------------- */

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
		home = (uint32_t)num_mix(record_at(m,
		    m->index[i].unit - 1)->key) & mask;
		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		m->index[hole] = m->index[i];
		hole = i;
	}
	m->index[hole] = (struct memory_entry){ .unit = 0 };
}

static void
forget(struct memory *m, uint32_t at)
{
	const struct record *r = record_at(m, m->index[at].unit - 1);

	if (r->of_domain)
		m->head->domains--;
	else
		m->head->senders--;
	m->head->evicted++;
	run_put(m, m->index[at].unit - 1, r->units);
	index_remove(m, at);
}

void
memory_forget(struct memory *m, uint64_t key)
{
	uint32_t i = index_find(m, key);

	if (key != 0 && m->index[i].unit != 0)
		forget(m, i);
}

void
memory_wipe(struct memory *m)
{
	size_t all = (size_t)m->head->geometry.units * UNIT_WORDS;

	/* the way that was begun to its end, then a whole one */
	close_up(m, UINT_MAX);
	close_up(m, UINT_MAX);
	for (size_t i = (size_t)m->head->units_used * UNIT_WORDS; i < all;
	    i++)
		if (m->unit[i] != 0)
			m->unit[i] = 0;
}

const struct record *
memory_nth(const struct memory *m, uint32_t i)
{
	return i >= m->head->geometry.index || m->index[i].unit == 0 ? NULL :
	    record_at(m, m->index[i].unit - 1);
}

/* Of the next records under the hand the one that is used least goes: a flood
 * of new names pushes out new names. */
static bool
evict(struct memory *m, uint64_t keep)
{
	uint32_t mask = m->head->geometry.index - 1, least = UINT32_MAX;
	unsigned looked = 0;

	for (uint32_t i = 0; i <= mask && looked < 64; i++) {
		uint32_t at = (m->head->hand + i) & mask;
		const struct record *p, *q;

		if (m->index[at].unit == 0)
			continue;
		p = record_at(m, m->index[at].unit - 1);
		if (p->key == keep)
			continue;
		looked++;
		q = least == UINT32_MAX ? p :
		    record_at(m, m->index[least].unit - 1);
		if (least == UINT32_MAX || p->messages < q->messages)
			least = at;
	}
	m->head->hand = (m->head->hand + 64) & mask;
	if (least == UINT32_MAX)
		return false;
	forget(m, least);
	return true;
}

/* As many as must go; then, what is idle may lie in pieces. */
static uint32_t
units_force(struct memory *m, uint32_t n, uint64_t keep)
{
	uint32_t at = units_take(m, n);

	for (unsigned tries = 0; at == UINT32_MAX && tries < 64; tries++) {
		if (m->head->units_free + m->head->gap_end - m->head->gap <
		    2 * n + CLOSE_UP_LEAST && !evict(m, keep))
			break;
		close_up(m, CLOSE_UP_HASTE);
		at = units_take(m, n);
	}
	return at;
}

/* ---- keeping ------------------------------------------------------------- */

void
memory_profile(struct profile *out, const struct memory *m, uint64_t key,
    bool of_domain)
{
	const struct record *r = memory_find(m, key);
	struct record none = { .key = key, .of_domain = of_domain };

	record_open(out, r == NULL ? &none : r,
	    of_domain ? DOMAIN_SLOTS : SENDER_SLOTS);
}

/* In a new place; the old one is free.  NULL: no room. */
static struct record *
placed(struct memory *m, uint64_t key, uint32_t units, bool of_domain)
{
	struct memory_head *h = m->head;
	uint32_t i = index_find(m, key), unit;

	while (m->index[i].unit == 0 &&
	    h->senders + h->domains >= h->geometry.index / 4 * 3) {
		if (!evict(m, key))
			return NULL;
		i = index_find(m, key);
	}
	unit = units_force(m, units, key);
	i = index_find(m, key);		/* all may have moved */
	if (unit == UINT32_MAX)
		return NULL;
	if (m->index[i].unit != 0)
		run_put(m, m->index[i].unit - 1,
		    record_at(m, m->index[i].unit - 1)->units);
	else if (of_domain)
		h->domains++;
	else
		h->senders++;
	m->index[i] = (struct memory_entry){ (uint32_t)(key >> 32),
		unit + 1 };
	return record_at(m, unit);
}

bool
memory_keep(struct memory *m, const struct profile *p)
{
	uint64_t room[DOMAIN_OCTETS / 8] __attribute__((uninitialized));
	struct record *r = (struct record *)(void *)room, *to;
	size_t octets = record_pack(r, p);
	uint32_t units = (uint32_t)((octets + UNIT_WORDS * 8 - 1) /
	    (UNIT_WORDS * 8));
	uint32_t i;

	r->units = (uint16_t)units;
	if (m->head->gap_end != 0 || m->head->units_free >
	    m->head->units_used / CLOSE_UP + CLOSE_UP_LEAST)
		close_up(m, CLOSE_UP_STEPS);
	i = index_find(m, p->key);
	to = m->index[i].unit == 0 ? NULL :
	    record_at(m, m->index[i].unit - 1);
	if (to == NULL || to->units != units)
		to = placed(m, p->key, units, p->of_domain);
	if (to != NULL)
		bytes_move((uint8_t *)to, (const uint8_t *)r, octets);
	return to != NULL;
}
