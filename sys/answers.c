/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer.  In this order, which readers and a kill rely on: the horizon
 * moves, the record is written, the index shows it, the end moves.
 */
#define _GNU_SOURCE		/* memfd_create() */
#include "answers.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "answers_ring.h"
#include "qa.h"

struct answers {
	struct ring ring;
	uint64_t room[ANSWERS_RECORD / 8];	/* the record being made */
};

/* ---- making -------------------------------------------------------------- */

static bool
prepare(int fd, size_t octets)
{
	struct ring_head head = { .magic = RING_MAGIC };

	if (getrandom(head.seed, sizeof(head.seed), 0) !=
	    (ssize_t)sizeof(head.seed))
		return false;
	return ftruncate(fd, (off_t)octets) == 0 &&
	    pwrite(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    /* nobody can shorten it under a reader's feet */
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_SEAL) == 0;
}

bool
answers_make(size_t octets, int *writer, int *reader)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char path[40];

	*reader = -1;
	if (octets < ANSWERS_LEAST)
		octets = ANSWERS_LEAST;
	octets = (octets + page - 1) / page * page;
	*writer = memfd_create("answers", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*writer < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *writer);
	if (prepare(*writer, octets) &&
	    (*reader = open(path, O_RDONLY | O_CLOEXEC)) >= 0)
		return true;
	close(*writer);
	*writer = -1;
	return false;
}

static uint64_t
get(const _Atomic uint64_t *p)
{
	return atomic_load_explicit(p, memory_order_relaxed);
}

static void
set(_Atomic uint64_t *p, uint64_t v)
{
	atomic_store_explicit(p, v, memory_order_relaxed);
}

/* ---- forgetting ---------------------------------------------------------- */

/* As it was at first; places go on, so that no reader mistakes them. */
static void
wipe(struct ring *r)
{
	uint64_t end = get(&r->head->end);

	for (uint64_t i = 0; i < r->buckets * RING_WAYS; i++)
		set(&r->cell[i], 0);
	/* 0 is no place; a new round, and nothing of the old one is there */
	end = (end / r->units + 2) * r->units;
	if (end > RING_PLACE / 2)
		end = r->units;
	set(&r->head->horizon, end);
	set(&r->head->end, end);
	set(&r->head->entries, 0);
}

static void
read_record(const struct ring *r, uint64_t place, struct ring_record *out)
{
	uint64_t w[sizeof(*out) / 8];

	for (size_t i = 0; i < sizeof(w) / 8; i++)
		w[i] = get(ring_at(r, place) + i);
	memcpy(out, w, sizeof(*out));
}

/* The cell that shows this record, or NULL: another took its place. */
static _Atomic uint64_t *
cell_of(const struct ring *r, uint64_t hash, uint64_t place)
{
	_Atomic uint64_t *cell = ring_bucket(r, hash);

	for (size_t i = 0; i < RING_WAYS; i++)
		if (get(&cell[i]) == ring_cell(hash, place))
			return &cell[i];
	return NULL;
}

static void
drop(struct ring *r, _Atomic uint64_t *cell, bool before_its_time)
{
	struct ring_head *h = r->head;

	set(cell, 0);
	if (get(&h->entries) > 0)
		set(&h->entries, get(&h->entries) - 1);
	if (before_its_time)
		set(&h->evicted, get(&h->evicted) + 1);
}

/* The horizon behind the records that lie below `least`.  False: what is
 * there cannot be. */
static bool
give_up(struct ring *r, uint64_t least, int64_t now)
{
	uint64_t at = get(&r->head->horizon);
	uint64_t end = get(&r->head->end);

	while (at < least && at < end) {
		struct ring_record rec;
		_Atomic uint64_t *cell;
		read_record(r, at, &rec);
		if (rec.units == 0 || rec.units > end - at)
			return false;
		cell = rec.kind == 0 ? NULL : cell_of(r, rec.hash, at);
		if (cell != NULL)
			drop(r, cell, rec.expires > now);
		at += rec.units;
	}
	if (at < least)
		at = least;
	set(&r->head->horizon, at);
	/* the horizon is seen before what is written behind it */
	atomic_thread_fence(memory_order_release);
	return true;
}

/* ---- keeping ------------------------------------------------------------- */

static void
write_words(struct ring *r, uint64_t place, const uint64_t *w, size_t units)
{
	_Atomic uint64_t *at = ring_at(r, place);

	for (size_t i = 0; i < units * RING_WORDS; i++)
		set(&at[i], w[i]);
}

/* Says over that the rest of the ring up to its edge is nothing. */
static void
write_filler(struct ring *r, uint64_t place, uint64_t units)
{
	struct ring_record rec = { .units = (uint16_t)units };
	uint64_t w[RING_WORDS] = { 0 };

	memcpy(w, &rec, sizeof(rec));
	write_words(r, place, w, 1);
}

/* Room for so many units in one piece: their place, or 0. */
static uint64_t
make_room(struct ring *r, size_t units, int64_t now)
{
	uint64_t end = get(&r->head->end);
	uint64_t edge = r->units - end % r->units;

	if (edge < units) {
		/* a record is at most ANSWERS_RECORD, so edge fits */
		if (!give_up(r, end + edge - r->units, now))
			return 0;
		write_filler(r, end, edge);
		end += edge;
		set(&r->head->end, end);
	}
	return give_up(r, end + units - r->units, now) ? end : 0;
}

static bool
same_key(const struct ring *r, uint64_t place, const struct ring_record *mine,
    const uint64_t *w)
{
	size_t n = sizeof(*mine) + mine->key;
	struct ring_record rec;
	const uint8_t *bytes = (const uint8_t *)w;

	if (!ring_is_there(r, place) || n > ring_room(r, place))
		return false;
	read_record(r, place, &rec);
	if (rec.kind != mine->kind || rec.type != mine->type ||
	    rec.key != mine->key || rec.hash != mine->hash)
		return false;
	for (size_t i = sizeof(*mine); i < n; i += 8) {
		uint64_t v = get(ring_at(r, place) + i / 8);
		if (memcmp(&v, bytes + i, n - i < 8 ? n - i : 8) != 0)
			return false;
	}
	return true;
}

/* The cell of this key, or an empty one, or that of the oldest. */
static _Atomic uint64_t *
choose(struct ring *r, const struct ring_record *rec, const uint64_t *w)
{
	_Atomic uint64_t *cell = ring_bucket(r, rec->hash), *best = cell;

	for (size_t i = 0; i < RING_WAYS; i++) {
		uint64_t v = get(&cell[i]);
		if (v != 0 && ring_cell(rec->hash, v & RING_PLACE) == v &&
		    same_key(r, v & RING_PLACE, rec, w))
			return &cell[i];
		if ((v & RING_PLACE) < (get(best) & RING_PLACE))
			best = &cell[i];
	}
	if (get(best) != 0)
		drop(r, best, true);
	return best;
}

static uint32_t
life(const struct assay_answer *a)
{
	uint32_t most = ANSWERS_LONGEST;

	if (a->kind == ASSAY_A_TEMPFAIL)
		return ANSWERS_FAILED;
	if (a->kind == ASSAY_A_BOGUS)
		return ANSWERS_SHORTEST;
	if (a->kind != ASSAY_A_DATA)
		most = ANSWERS_DENIED;
	if (a->ttl < ANSWERS_SHORTEST)
		return ANSWERS_SHORTEST;
	return a->ttl < most ? a->ttl : most;
}

/* Units of the record made in s->room, or 0: it does not fit. */
static size_t
make_record(struct answers *s, const struct assay_question *q,
    const struct assay_answer *a, int64_t now)
{
	struct ring_record rec = { .key = (uint16_t)q->key.len,
		.type = q->type, .kind = (uint8_t)q->kind,
		.expires = (uint32_t)(now + life(a)),
		.hash = ring_hash(&s->ring, q) };
	uint8_t *bytes = (uint8_t *)s->room;
	struct buf b = { .ptr = bytes + sizeof(rec),
		.cap = sizeof(s->room) - sizeof(rec) };
	size_t n;

	if (q->key.len > UINT16_MAX || qa_room(q, a) > b.cap)
		return 0;
	buf_put(&b, q->key);
	qa_put_body(&b, a);
	if (b.full)
		return 0;
	rec.body = (uint32_t)(b.len - q->key.len);
	n = (sizeof(rec) + b.len + RING_UNIT - 1) / RING_UNIT;
	rec.units = (uint16_t)n;
	memcpy(bytes, &rec, sizeof(rec));
	memset(bytes + sizeof(rec) + b.len, 0, n * RING_UNIT - sizeof(rec) -
	    b.len);
	return n;
}

bool
answers_put(struct answers *s, const struct assay_question *q,
    const struct assay_answer *a, int64_t now)
{
	struct ring *r = &s->ring;
	struct ring_record rec;
	_Atomic uint64_t *cell;
	uint64_t place;
	size_t units;

	if (a->kind == ASSAY_A_UNKNOWN || a->kind == 0)
		return false;
	units = make_record(s, q, a, now);
	if (units == 0)
		return false;
	place = make_room(r, units, now);
	if (place == 0 || place + units > RING_PLACE) {
		wipe(r);
		place = make_room(r, units, now);
	}
	write_words(r, place, s->room, units);
	memcpy(&rec, s->room, sizeof(rec));
	cell = choose(r, &rec, s->room);
	if (get(cell) == 0)
		set(&r->head->entries, get(&r->head->entries) + 1);
	/* whoever sees the cell sees the record */
	atomic_store_explicit(cell, ring_cell(rec.hash, place),
	    memory_order_release);
	set(&r->head->end, place + units);
	return true;
}

/* ---- the whole ----------------------------------------------------------- */

/* It is not new, and whoever wrote it before us kept the order. */
static bool
is_sound(const struct ring *r)
{
	uint64_t end = get(&r->head->end);

	return end >= r->units && end <= RING_PLACE &&
	    end - get(&r->head->horizon) <= r->units;
}

struct answers *
answers_open(int fd)
{
	struct answers *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	if (!ring_map(&s->ring, fd, PROT_READ | PROT_WRITE)) {
		free(s);
		return NULL;
	}
	if (!is_sound(&s->ring))
		wipe(&s->ring);
	return s;
}

void
answers_close(struct answers *s)
{
	if (s == NULL)
		return;
	ring_unmap(&s->ring);
	free(s);
}

struct answers_count
answers_count(const struct answers *s)
{
	const struct ring_head *h = s->ring.head;

	return (struct answers_count){ .entries = get(&h->entries),
		.octets = (get(&h->end) - get(&h->horizon)) * RING_UNIT,
		.evicted = get(&h->evicted) };
}
