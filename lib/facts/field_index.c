/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries sorted by (hash of the name, name, place from the bottom), then
 * cut into groups of one name each.  Sorted and not hashed into buckets,
 * because whoever writes the header also chooses what would collide.
 */
#include "facts/field_index.h"

#include "base/ascii.h"

struct entry { uint32_t hash, field; };

struct group {
	struct span name;
	uint32_t hash;
	uint32_t first, count;	/* entries                           */
	uint32_t round;		/* of field_index_begin(), see taken */
	uint32_t next, taken;	/* of this round                     */
};

struct field_index {
	const struct header *header;
	struct entry *entry;
	size_t n;
	struct group *group;
	size_t n_group;
	uint32_t round;
	size_t own;
};

static uint32_t
hash_of(struct span name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (uint32_t)to_lower(span_at(name, i))) * 16777619u;
	return h;
}

static int
compare_names(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		int d = to_lower(span_at(a, i)) - to_lower(span_at(b, i));
		if (d != 0)
			return d;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static struct span
name_of(const struct field_index *ix, struct entry e)
{
	return ix->header->field[e.field].name;
}

/* Of one name, the lower field (the greater index) comes first. */
static bool
comes_first(const struct field_index *ix, struct entry a, struct entry b)
{
	int d;

	if (a.hash != b.hash)
		return a.hash < b.hash;
	d = compare_names(name_of(ix, a), name_of(ix, b));
	return d != 0 ? d < 0 : a.field > b.field;
}

static void
merge(const struct field_index *ix, const struct entry *in,
    struct entry *out, size_t from, size_t mid, size_t to)
{
	size_t a = from, b = mid;

	for (size_t i = from; i < to; i++)
		out[i] = b == to || (a < mid && comes_first(ix, in[a], in[b]))
		    ? in[a++] : in[b++];
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Merge sort from the bottom up. */
static void
sort(struct field_index *ix, struct entry *spare)
{
	for (size_t run = 1; run < ix->n; run *= 2) {
		struct entry *in = ix->entry;

		for (size_t i = 0; i < ix->n; i += run * 2)
			merge(ix, in, spare, i, smaller(i + run, ix->n),
			    smaller(i + run * 2, ix->n));
		ix->entry = spare;
		spare = in;
	}
}

static void
collect(struct field_index *ix)
{
	const struct header *h = ix->header;

	for (size_t i = 0; i < h->n && i < UINT32_MAX; i++)
		if (h->field[i].name.len > 0 && !h->field[i].malformed)
			ix->entry[ix->n++] = (struct entry){
			    hash_of(h->field[i].name), (uint32_t)i };
}

static void
cut_groups(struct field_index *ix)
{
	for (size_t i = 0; i < ix->n; i++) {
		struct span name = name_of(ix, ix->entry[i]);
		struct group *g = ix->n_group == 0 ? NULL :
		    &ix->group[ix->n_group - 1];

		if (g == NULL || g->hash != ix->entry[i].hash ||
		    !span_ieq(g->name, name))
			ix->group[ix->n_group++] = (struct group){
			    .name = name, .hash = ix->entry[i].hash,
			    .first = (uint32_t)i, .count = 1 };
		else
			g->count++;
	}
}

struct field_index *
field_index_new(const struct header *h, struct arena *a)
{
	struct field_index *ix = arena_alloc(a, sizeof(*ix));
	struct entry *spare = arena_array(a, h->n, sizeof(*spare));

	if (ix == NULL || spare == NULL)
		return NULL;
	ix->header = h;
	ix->entry = arena_array(a, h->n, sizeof(*ix->entry));
	ix->group = arena_array(a, h->n, sizeof(*ix->group));
	if (ix->entry == NULL || ix->group == NULL)
		return NULL;
	collect(ix);
	sort(ix, spare);
	cut_groups(ix);
	field_index_begin(ix, SIZE_MAX);
	return ix;
}

static struct group *
look(const struct field_index *ix, struct span name)
{
	uint32_t hash = hash_of(name);
	size_t from = 0, to = ix->n_group;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		struct group *g = &ix->group[mid];
		int d = g->hash != hash ? (g->hash < hash ? -1 : 1) :
		    compare_names(g->name, name);

		if (d == 0)
			return g;
		if (d < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

void
field_index_begin(struct field_index *ix, size_t own)
{
	ix->round++;
	ix->own = own;
}

const struct field *
field_index_take(struct field_index *ix, struct span name)
{
	struct group *g = look(ix, name);

	if (g == NULL)
		return NULL;
	if (g->round != ix->round) {
		g->round = ix->round;
		g->next = g->taken = 0;
	}
	if (g->next < g->count &&
	    ix->entry[g->first + g->next].field == ix->own)
		g->next++;
	if (g->next == g->count)
		return NULL;
	g->taken++;
	return &ix->header->field[ix->entry[g->first + g->next++].field];
}

struct field_use
field_index_use(const struct field_index *ix, struct span name)
{
	const struct group *g = look(ix, name);
	struct field_use use = { 0, 0 };

	if (g == NULL)
		return use;
	use.present = g->count;
	if (ix->own < ix->header->n &&
	    span_ieq(ix->header->field[ix->own].name, name))
		use.present--;
	use.taken = g->round == ix->round ? g->taken : 0;
	return use;
}
