/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/memory_inner.h"
#include "behave/num.h"

#define MAGIC UINT64_C(0x3330456d6d59414c)

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
	m->house = NULL;
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
