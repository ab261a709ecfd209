/* SPDX-License-Identifier: Apache-2.0 */
#include "check/memo.h"

#include "base/limits.h"
#include "crypto/hash.h"

void
memo_init(struct memo *m, struct arena *a, size_t max)
{
	bytes_clear((uint8_t *)m, sizeof(*m));
	m->arena = a;
	m->max = max;
}

/* Not against attackers: at most LIMIT_QUESTIONS rows in 64 chains. */
static size_t
bucket_of(enum assay_qkind kind, uint16_t type, struct span key)
{
	static const uint8_t no_secret[16] = { 0 };
	uint64_t h = hash_keyed(no_secret, key);

	return (size_t)(h + (unsigned)kind * 7 + type) % 64;
}

static struct memo_row *
find(const struct memo *m, size_t bucket, enum assay_qkind kind,
    uint16_t type, struct span key)
{
	for (size_t i = m->bucket[bucket]; i > 0; i = m->row[i - 1]->chain) {
		const struct assay_question *q = &m->row[i - 1]->q;
		if (q->kind == kind && q->type == type &&
		    span_eq(q->key, key))
			return m->row[i - 1];
	}
	return NULL;
}

static bool
grow(struct memo *m)
{
	size_t cap = m->cap == 0 ? 32 : m->cap * 2;
	struct memo_row **row;

	if (m->n < m->cap)
		return true;
	row = arena_array(m->arena, cap, sizeof(struct memo_row *));
	if (row == NULL)
		return false;
	for (size_t i = 0; i < m->n; i++)
		row[i] = m->row[i];
	m->row = row;
	m->cap = cap;
	return true;
}

/* However a source put it: items are in data, data has items, and no more
 * of them than is kept of any source. */
static void
settle(struct assay_answer *a)
{
	if (a->kind != ASSAY_A_DATA || a->item == NULL)
		a->n_item = 0;
	if (a->n_item > LIMIT_ITEMS)
		a->n_item = LIMIT_ITEMS;
	if (a->kind == ASSAY_A_DATA && a->n_item == 0)
		a->kind = ASSAY_A_NODATA;
}

static void
ask_warm(struct memo *m, struct memo_row *row)
{
	for (size_t i = 0; i < m->n_warm; i++) {
		const struct assay_oracle *o = &m->warm[i];
		if (o->ask(o->self, &row->q, &row->a) == ASSAY_OK &&
		    row->a.kind != 0) {
			row->borrowed = true;
			settle(&row->a);
			return;
		}
		row->a = (struct assay_answer){ .ttl = 0 };
	}
}

struct memo_row *
memo_ask(struct memo *m, enum assay_qkind kind, uint16_t type,
    struct span key)
{
	size_t b = bucket_of(kind, type, key);
	struct memo_row *row = find(m, b, kind, type, key);

	if (row != NULL)
		return row;
	if (m->n >= m->max || m->n >= UINT16_MAX || !grow(m)) {
		m->full = true;
		return NULL;
	}
	row = arena_alloc(m->arena, sizeof(*row));
	if (row == NULL)
		return NULL;
	row->q = (struct assay_question){ kind, type,
	    arena_dup(m->arena, key) };
	row->id = (uint16_t)m->n;
	row->chain = m->bucket[b];
	m->row[m->n++] = row;
	m->bucket[b] = (uint16_t)m->n;
	ask_warm(m, row);
	if (row->a.kind == 0)
		m->open++;
	return row;
}

bool
memo_answer(struct memo *m, const struct assay_question *q,
    const struct assay_answer *a)
{
	struct memo_row *row = find(m, bucket_of(q->kind, q->type, q->key),
	    q->kind, q->type, q->key);
	struct assay_answer copy = *a;
	struct span *item;

	if (row == NULL || a->kind < ASSAY_A_DATA ||
	    a->kind > ASSAY_A_UNKNOWN)
		return false;
	if (row->a.kind != 0)
		return true;	/* the first answer stands */
	settle(&copy);
	item = arena_array(m->arena, copy.n_item, sizeof(*item));
	if (item == NULL)
		return false;
	for (size_t i = 0; i < copy.n_item; i++)
		item[i] = arena_dup(m->arena, a->item[i]);
	copy.item = item;
	copy.canonical = arena_dup(m->arena, a->canonical);
	if (m->arena->failed)
		return false;
	row->a = copy;
	m->open--;
	return true;
}

void
memo_made(struct memo *m, uint16_t id, enum keep_kind as, const void *made)
{
	if (id >= m->n)
		return;
	m->row[id]->made_as = as;
	m->row[id]->made = made;
}
