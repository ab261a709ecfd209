/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_rollup.c - sums of one report, gathered in memory and added to the
 * rollup at its end, in the order of the table.
 */
#define _GNU_SOURCE	/* qsort_r() */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "sqlite_inner.h"

struct tally {
	struct tally_key key;
	uint64_t messages;
};

/* A tally's place plus one, 0 none, and the half of its hash that is not its
 * slot: what is not there is seldom looked at. */
struct slot { uint32_t tag, at; };

struct tallies {
	size_t n, cap;
	struct tally *one;
	struct slot *slot;
	size_t slots;		/* a power of two, twice cap */
};

enum { FIRST = 256 };

struct tallies *
tallies_new(void)
{
	struct tallies *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->cap = FIRST;
	t->slots = 2 * FIRST;
	t->one = malloc(t->cap * sizeof(*t->one));
	t->slot = calloc(t->slots, sizeof(*t->slot));
	if (t->one != NULL && t->slot != NULL)
		return t;
	tallies_free(t);
	return NULL;
}

void
tallies_free(struct tallies *t)
{
	if (t == NULL)
		return;
	free(t->one);
	free(t->slot);
	free(t);
}

/* After a large report the next small one does not clear a large table. */
static void
shrink(struct tallies *t)
{
	struct slot *slot = calloc(2 * FIRST, sizeof(*slot));
	struct tally *one = malloc(FIRST * sizeof(*one));

	if (slot == NULL || one == NULL) {
		free(slot);
		free(one);
		memset(t->slot, 0, t->slots * sizeof(*t->slot));
		return;
	}
	free(t->slot);
	free(t->one);
	t->slot = slot;
	t->one = one;
	t->slots = 2 * FIRST;
	t->cap = FIRST;
}

void
tallies_forget(struct tallies *t)
{
	if (t->cap > 8 * FIRST && t->n < t->cap / 8)
		shrink(t);
	else if (t->n > 0)
		memset(t->slot, 0, t->slots * sizeof(*t->slot));
	t->n = 0;
}

static uint64_t
hash_key(const struct tally_key *k)
{
	return hash_of((struct span){ (const uint8_t *)k, sizeof(*k) }, 0);
}

/* Where it is, or would be. */
static struct slot *
slot_of(const struct tallies *t, const struct tally_key *k, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	size_t i = hash & (t->slots - 1);

	while (t->slot[i].at != 0 && (t->slot[i].tag != tag ||
	    memcmp(&t->one[t->slot[i].at - 1].key, k, sizeof(*k)) != 0))
		i = (i + 1) & (t->slots - 1);
	return &t->slot[i];
}

static void
place_all(struct tallies *t)
{
	for (size_t i = 0; i < t->n; i++) {
		uint64_t h = hash_key(&t->one[i].key);
		size_t at = h & (t->slots - 1);

		while (t->slot[at].at != 0)
			at = (at + 1) & (t->slots - 1);
		t->slot[at] = (struct slot){ (uint32_t)(h >> 32),
			(uint32_t)i + 1 };
	}
}

static bool
grow(struct tallies *t)
{
	size_t cap = t->cap * 4;
	struct tally *one;
	struct slot *slot;

	if (cap > TALLIES)
		return false;
	one = realloc(t->one, cap * sizeof(*one));
	if (one == NULL)
		return false;
	t->one = one;
	slot = calloc(2 * cap, sizeof(*slot));
	if (slot == NULL)
		return false;
	free(t->slot);
	t->slot = slot;
	t->slots = 2 * cap;
	t->cap = cap;
	place_all(t);
	return true;
}

bool
tallies_add(struct tallies *t, const struct tally_key *k, uint64_t messages)
{
	uint64_t hash = hash_key(k);
	struct slot *slot = slot_of(t, k, hash);

	if (slot->at == 0) {
		if (t->n == TALLIES / 4 * 3)
			return false;
		if (t->n == t->cap) {
			if (!grow(t))
				return false;
			slot = slot_of(t, k, hash);
		}
		t->one[t->n] = (struct tally){ .key = *k };
		*slot = (struct slot){ (uint32_t)(hash >> 32),
			(uint32_t)++t->n };
	}
	t->one[slot->at - 1].messages += messages;
	return true;
}

/* In the order of the table, so that insertion goes from left to right: by
 * the octets of the source, of which the first are at hand. */
struct place {
	uint64_t first;		/* as a number */
	uint32_t at;
};
_Static_assert(sizeof(struct place) == 2 * sizeof(struct slot),
    "places of all fit where their slots were");

struct ordered {
	const struct tally *one;
	struct place *place;
	size_t n;
};

static int
in_order(const void *a, const void *b, void *ctx)
{
	const struct place *p = a, *q = b;
	const struct tally_key *x, *y;
	int d;

	if (p->first != q->first)
		return p->first < q->first ? -1 : 1;
	x = &((const struct tally *)ctx)[p->at].key;
	y = &((const struct tally *)ctx)[q->at].key;
	d = memcmp(x->source, y->source, sizeof(x->source));
	if (d != 0)
		return d;
	return x->from != y->from ? (x->from < y->from ? -1 : 1) :
	    x->auth < y->auth ? -1 : x->auth > y->auth;
}

/* A sum of nothing is no row.  The slots, two for each that there may be, are
 * of no use from here on: they are the room. */
static void
put_in_order(struct ordered *o, const struct tallies *t)
{
	*o = (struct ordered){ .one = t->one,
		.place = (struct place *)(void *)t->slot };
	for (size_t i = 0; i < t->n; i++) {
		uint64_t first;

		if (t->one[i].messages == 0)
			continue;
		memcpy(&first, t->one[i].key.source, sizeof(first));
		o->place[o->n++] = (struct place){ be64toh(first),
			(uint32_t)i };
	}
	if (o->n > 1)
		qsort_r(o->place, o->n, sizeof(*o->place), in_order,
		    t->one);
}

/* In the order of Q_ROLLUP_ADD. */
static void
tally_column(void *ctx, size_t at, int column, sqlite3_context *out)
{
	const struct ordered *o = ctx;
	const struct tally *t = &o->one[o->place[at].at];
	const struct tally_key *k = &t->key;

	switch (column) {
	case 0: sqlite3_result_blob(out, k->source, k->source_len,
	    SQLITE_STATIC); break;
	case 1: sqlite3_result_int64(out, k->from); break;
	case 2: sqlite3_result_int64(out, k->dkim); break;
	case 3: sqlite3_result_int64(out, k->spf); break;
	case 4: sqlite3_result_int64(out, k->disposition); break;
	case 5: sqlite3_result_int64(out, k->why); break;
	case 6: sqlite3_result_int64(out, k->auth); break;
	default: sqlite3_result_int64(out, (int64_t)t->messages); break;
	}
}

bool
tallies_flush(struct store *s)
{
	struct ordered o;
	struct feed feed = { .column = tally_column, .ctx = &o };
	sqlite3_stmt *st;

	put_in_order(&o, s->tallies);
	feed.n = o.n;
	st = feed_get(s, Q_ROLLUP_ADD, &feed);
	db_int(st, 1, s->taking.domain);
	db_int(st, 2, s->taking.day);
	db_int(st, 3, s->taking.reporter);
	db_int(st, 4, s->taking.trust);
	db_run(s, st);
	tallies_forget(s->tallies);
	return !s->failed;
}

static bool
rollup_of(struct store *s, int64_t report, int sign)
{
	sqlite3_stmt *st = db_get(s, Q_ROLLUP_OF);

	db_int(st, 1, report);
	db_int(st, 2, sign);
	return db_run(s, st);
}

bool
rollup_add(struct store *s, int64_t report)
{
	return rollup_of(s, report, 1);
}

/* A sum of nothing is no row, as if the report had never been. */
bool
rollup_take_back(struct store *s, int64_t report)
{
	sqlite3_stmt *st;

	if (!rollup_of(s, report, -1))
		return false;
	st = db_get(s, Q_ROLLUP_NONE);
	db_int(st, 1, report);
	return db_run(s, st);
}
