/* SPDX-License-Identifier: Apache-2.0 */
/* merge_memory.c - the larger of two counts, everywhere. */
#include "behave/memory_inner.h"
#include "behave/merge.h"

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* ---- tables -------------------------------------------------------------- */

/* Which of two cells counts more; of equals the younger, then the one with
 * the larger tag, so that one order of all decides what stays. */
static bool
more_than(const struct cell *a, const struct cell *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return a->day != b->day ? a->day > b->day : a->tag > b->tag;
}

/* Into a bucket, which is in that order. */
static void
cell_put(struct cell bucket[BUCKET], struct cell c)
{
	unsigned at = 0;

	while (at < BUCKET - 1 && bucket[at].tag != c.tag)
		at++;
	if (bucket[at].tag == c.tag ? !more_than(&c, &bucket[at]) :
	    !more_than(&c, &bucket[at]) && bucket[at].tag != 0)
		return;
	for (; at > 0 && more_than(&c, &bucket[at - 1]); at--)
		bucket[at] = bucket[at - 1];
	bucket[at] = c;
}

static void
cells_put(struct cell *to, uint32_t to_buckets, const struct cell *from,
    uint32_t from_buckets)
{
	for (uint32_t b = 0; b < from_buckets; b++)
		for (unsigned i = 0; i < BUCKET; i++)
			if (from[(size_t)b * BUCKET + i].tag != 0)
				cell_put(&to[(size_t)(b & (to_buckets - 1)) *
				    BUCKET], from[(size_t)b * BUCKET + i]);
}

static bool
younger(const struct letter *a, const struct letter *b)
{
	if (a->day != b->day)
		return a->day > b->day;
	if (a->tag != b->tag)
		return a->tag > b->tag;
	if (a->author != b->author)
		return a->author > b->author;
	return a->people[0] != b->people[0] ? a->people[0] > b->people[0] :
	    a->people[1] > b->people[1];
}

static void
letter_put(struct letter bucket[BUCKET], struct letter l)
{
	unsigned at = 0;

	while (at < BUCKET - 1 && bucket[at].tag != l.tag)
		at++;
	if (bucket[at].tag != 0 && !younger(&l, &bucket[at]))
		return;
	for (; at > 0 && younger(&l, &bucket[at - 1]); at--)
		bucket[at] = bucket[at - 1];
	bucket[at] = l;
}

static void
letters_put(struct letter *to, uint32_t to_buckets,
    const struct letter *from, uint32_t from_buckets)
{
	for (uint32_t b = 0; b < from_buckets; b++)
		for (unsigned i = 0; i < BUCKET; i++)
			if (from[(size_t)b * BUCKET + i].tag != 0)
				letter_put(&to[(size_t)(b &
				    (to_buckets - 1)) * BUCKET],
				    from[(size_t)b * BUCKET + i]);
}

/* ---- profiles ------------------------------------------------------------ */

/* Somebody whom one of them knows. */
struct one {
	uint64_t key;
	uint32_t messages;
	bool of_domain;
};

/* Who was seen more comes first. */
static bool
goes_first(const struct one *a, const struct one *b)
{
	return a->messages != b->messages ? a->messages > b->messages :
	    a->key < b->key;
}

static void
sink(struct one *heap, size_t at, size_t n)
{
	for (;;) {
		size_t below = 2 * at + 1;
		struct one t = heap[at];

		if (below + 1 < n &&
		    goes_first(&heap[below], &heap[below + 1]))
			below++;
		if (below >= n || !goes_first(&heap[at], &heap[below]))
			return;
		heap[at] = heap[below];
		heap[below] = t;
		at = below;
	}
}

static void
sort(struct one *all, size_t n)
{
	for (size_t i = n / 2; i > 0; i--)
		sink(all, i - 1, n);
	for (size_t i = n; i > 1; i--) {
		struct one t = all[0];

		all[0] = all[i - 1];
		all[i - 1] = t;
		sink(all, 0, i - 1);
	}
}

/* Of m; the messages of both, and nobody whom the other is asked for. */
static size_t
list(struct one *all, const struct memory *m, const struct memory *other,
    bool only_here)
{
	size_t n = 0;

	for (uint32_t i = 0; i < m->head->geometry.index; i++) {
		const struct record *r, *q;

		if (m->index[i].unit == 0)
			continue;
		r = (const struct record *)(const void *)&m->unit[
		    (size_t)(m->index[i].unit - 1) * UNIT_WORDS];
		q = memory_find(other, r->key);
		if (q != NULL && only_here)
			continue;
		all[n] = (struct one){ r->key, larger(r->messages,
		    q == NULL ? 0 : q->messages), r->of_domain != 0 };
		n++;
	}
	return n;
}

/* Room for the slots of two. */
struct pair_room {
	uint64_t a[PROFILE_WORDS(2 * DOMAIN_SLOTS)];
	uint64_t b[PROFILE_WORDS(DOMAIN_SLOTS)];
};

/* False: out is full, and nobody is to go. */
static bool
join(struct memory *out, const struct memory *a, const struct memory *b,
    const struct one *who, struct pair_room *room)
{
	const struct memory_head *h = out->head;
	struct profile *p = (struct profile *)(void *)room->a;
	struct profile *q = (struct profile *)(void *)room->b;

	memory_profile(p, a, who->key, who->of_domain);
	memory_profile(q, b, who->key, who->of_domain);
	p->cap_slot = 2 * DOMAIN_SLOTS;
	profile_merge(p, q);
	profile_trim(p, who->of_domain ? DOMAIN_SLOTS : SENDER_SLOTS);
	if (h->senders + h->domains >= h->geometry.index / 4 * 3 ||
	    h->geometry.units - h->units_used < (who->of_domain ?
	    DOMAIN_OCTETS : SENDER_OCTETS) / (UNIT_WORDS * 8))
		return false;
	return memory_keep(out, p);
}

static struct news
more_news(const struct news *a, const struct news *b)
{
	if (a->day != b->day)
		return a->day > b->day ? *a : *b;
	if (a->before != b->before)
		return a->before > b->before ? *a : *b;
	return a->today > b->today ? *a : *b;
}

static void
heads(struct memory_head *to, const struct memory_head *a,
    const struct memory_head *b)
{
	to->messages = a->messages > b->messages ? a->messages : b->messages;
	to->evicted += a->evicted > b->evicted ? a->evicted : b->evicted;
	to->news = more_news(&a->news, &b->news);
	for (unsigned r = 0; r < N_ROW; r++) {
		to->total[r] = larger(a->total[r], b->total[r]);
		to->types[r] = larger(a->types[r], b->types[r]);
	}
	for (unsigned i = 0; i < PROFILE_HOURS; i++)
		to->hour[i] = larger(a->hour[i], b->hour[i]);
}

static void
tables(struct memory *to, const struct memory *from)
{
	const struct geometry *g = &to->head->geometry;
	const struct geometry *f = &from->head->geometry;

	cells_put(to->value, g->values, from->value, f->values);
	cells_put(to->pair, g->pairs, from->pair, f->pairs);
	letters_put(to->letter, g->letters, from->letter, f->letters);
}

bool
memory_merge(struct memory *out, const struct memory *a,
    const struct memory *b, struct arena *room)
{
	size_t most = (size_t)a->head->senders + a->head->domains +
	    b->head->senders + b->head->domains, n, i = 0;
	struct one *all = arena_array(room, most + 1, sizeof(*all));
	struct pair_room *two = arena_alloc(room, sizeof(*two));

	if (all == NULL || two == NULL)
		return false;
	tables(out, a);
	tables(out, b);
	n = list(all, a, b, false);
	n += list(&all[n], b, a, true);
	sort(all, n);
	while (i < n && join(out, a, b, &all[i], two))
		i++;
	out->head->evicted = n - i;
	heads(out->head, a->head, b->head);
	return true;
}
