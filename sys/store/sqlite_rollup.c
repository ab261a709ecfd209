/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_rollup.c - sums of one report, gathered in memory and added to the
 * rollup at its end, in the order of the table.
 */
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "sqlite_inner.h"

struct tally {
	struct tally_key key;
	uint64_t messages;
};

/* Slots have the index of a tally plus one; at most half of them. */
struct tallies {
	size_t n, cap;
	struct tally *one;
	uint32_t *slot;
	size_t slots;		/* a power of two */
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
	uint32_t *slot = calloc(2 * FIRST, sizeof(*slot));
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
	if (t->cap > 8 * FIRST)
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

static uint32_t *
slot_of(const struct tallies *t, const struct tally_key *k)
{
	size_t i = hash_key(k) & (t->slots - 1);

	while (t->slot[i] != 0 && memcmp(&t->one[t->slot[i] - 1].key, k,
	    sizeof(*k)) != 0)
		i = (i + 1) & (t->slots - 1);
	return &t->slot[i];
}

static bool
grow(struct tallies *t)
{
	struct tally *one;
	uint32_t *slot;

	if (t->cap >= TALLIES)
		return false;
	one = realloc(t->one, 2 * t->cap * sizeof(*one));
	if (one == NULL)
		return false;
	t->one = one;
	slot = calloc(2 * t->slots, sizeof(*slot));
	if (slot == NULL)
		return false;
	free(t->slot);
	t->slot = slot;
	t->slots *= 2;
	t->cap *= 2;
	for (size_t i = 0; i < t->n; i++)
		*slot_of(t, &t->one[i].key) = (uint32_t)i + 1;
	return true;
}

bool
tallies_add(struct tallies *t, const struct tally_key *k, uint64_t messages)
{
	uint32_t *slot = slot_of(t, k);

	if (*slot == 0) {
		if (t->n == t->cap) {
			if (!grow(t))
				return false;
			slot = slot_of(t, k);
		}
		t->one[t->n] = (struct tally){ .key = *k };
		*slot = (uint32_t)++t->n;
	}
	t->one[*slot - 1].messages += messages;
	return true;
}

/* As SQLite orders the blobs, so that insertion goes from left to right. */
static int
in_order(const void *a, const void *b)
{
	const struct tally_key *x = &((const struct tally *)a)->key;
	const struct tally_key *y = &((const struct tally *)b)->key;
	int d = span_cmp((struct span){ x->source, x->source_len },
	    (struct span){ y->source, y->source_len });

	if (d != 0)
		return d;
	return x->from != y->from ? (x->from < y->from ? -1 : 1) :
	    x->auth < y->auth ? -1 : x->auth > y->auth;
}

bool
tallies_flush(struct store *s)
{
	struct tallies *t = s->tallies;

	if (t->n > 1)
		qsort(t->one, t->n, sizeof(*t->one), in_order);
	for (size_t i = 0; i < t->n && !s->failed; i++) {
		const struct tally_key *k = &t->one[i].key;
		sqlite3_stmt *st;

		if (t->one[i].messages == 0)
			continue;
		st = db_get(s, Q_ROLLUP_ADD);
		db_int(st, 1, s->taking.domain);
		db_int(st, 2, s->taking.day);
		db_blob(st, 3, (struct span){ k->source, k->source_len });
		db_int(st, 4, s->taking.reporter);
		db_int(st, 5, s->taking.trust);
		db_int(st, 6, k->from);
		db_int(st, 7, k->dkim);
		db_int(st, 8, k->spf);
		db_int(st, 9, k->disposition);
		db_int(st, 10, k->why);
		db_int(st, 11, k->auth);
		db_int(st, 12, (int64_t)t->one[i].messages);
		db_run(s, st);
	}
	tallies_forget(t);
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
