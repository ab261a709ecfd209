/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/merge.h"

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The lower bits of a cell's key are its place and nothing else knows them: a
 * table can become smaller, not larger. */
void
merge_geometry(struct geometry *out, const struct behave *a,
    const struct behave *b)
{
	const struct geometry *x = &a->memory.head->geometry;
	const struct geometry *y = &b->memory.head->geometry;

	*out = (struct geometry){ .units = larger(x->units, y->units),
		.index = larger(x->index, y->index),
		.values = smaller(x->values, y->values),
		.pairs = smaller(x->pairs, y->pairs),
		.letters = smaller(x->letters, y->letters) };
}

/* All between the head and what is counted; words are. */
static uint8_t *
judging(const struct behave *b, size_t *octets)
{
	*octets = (size_t)((uint8_t *)b->words - (uint8_t *)b->judge);
	return (uint8_t *)b->judge;
}

/* Any order will do, if it is the same everywhere. */
static bool
before(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i < n && a[i] < b[i];
}

static const struct behave *
elder(const struct behave *a, const struct behave *b)
{
	size_t n;
	const uint8_t *x = judging(a, &n), *y = judging(b, &n);

	if (a->memory.head->messages != b->memory.head->messages)
		return a->memory.head->messages > b->memory.head->messages ?
		    a : b;
	if (a->head->seed != b->head->seed)
		return a->head->seed > b->head->seed ? a : b;
	return before(x, y, n) ? b : a;
}

bool
behave_merge(struct behave *out, const struct behave *a,
    const struct behave *b, struct arena *room)
{
	const struct behave *from = elder(a, b);
	size_t n;
	uint8_t *to = judging(out, &n);

	if (!bytes_eq(a->head->key, b->head->key, sizeof(a->head->key)))
		return false;
	bytes_move(out->head->key, a->head->key, sizeof(a->head->key));
	out->head->seed = from->head->seed;
	bytes_move(to, judging(from, &n), n);
	words_merge(out->words, a->words);
	words_merge(out->words, b->words);
	graph_merge(&out->graph, &a->graph);
	graph_merge(&out->graph, &b->graph);
	return memory_merge(&out->memory, &a->memory, &b->memory, room);
}
