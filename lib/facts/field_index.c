/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries sorted by the hash of the name and the place from the bottom,
 * where hashes collide by the name too, then cut into groups of one name
 * each.  Sorted and not hashed into buckets, because whoever writes the
 * header also chooses what would collide.
 */
#include "facts/field_index.h"

#include "base/ascii.h"

/* The hash of a name above, below it the place from the bottom. */
struct entry { uint64_t key; };

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

/* The lower field (the greater index) comes first. */
static struct entry
entry_of(uint32_t hash, uint32_t field)
{
	return (struct entry){ (uint64_t)hash << 32 | (UINT32_MAX - field) };
}

static uint32_t
hash_in(struct entry e)
{
	return (uint32_t)(e.key >> 32);
}

static uint32_t
field_in(struct entry e)
{
	return UINT32_MAX - (uint32_t)e.key;
}

static struct span
name_of(const struct field_index *ix, struct entry e)
{
	return ix->header->field[field_in(e)].name;
}

/* Names that share a hash are told apart only where that happens. */
static bool
comes_first(const struct field_index *ix, struct entry a, struct entry b,
    bool by_name)
{
	int d = by_name ? compare_names(name_of(ix, a), name_of(ix, b)) : 0;

	return d != 0 ? d < 0 : a.key < b.key;
}

static void
merge(const struct field_index *ix, const struct entry *in,
    struct entry *out, size_t from, size_t mid, size_t to, bool by_name)
{
	size_t a = from, b = mid;

	for (size_t i = from; i < to; i++)
		out[i] = b == to || (a < mid && comes_first(ix, in[a], in[b],
		    by_name)) ? in[a++] : in[b++];
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Merge sort from the bottom up, of n entries; spare has room for them. */
static void
sort(const struct field_index *ix, struct entry *e, struct entry *spare,
    size_t n, bool by_name)
{
	for (size_t run = 1; run < n; run *= 2) {
		for (size_t i = 0; i < n; i += run * 2)
			merge(ix, e, spare, i, smaller(i + run, n),
			    smaller(i + run * 2, n), by_name);
		for (size_t i = 0; i < n; i++)
			e[i] = spare[i];
	}
}

/* The first entry behind those that share the hash of entry i. */
static size_t
same_hash(const struct field_index *ix, size_t i)
{
	size_t to = i + 1;

	while (to < ix->n && hash_in(ix->entry[to]) == hash_in(ix->entry[i]))
		to++;
	return to;
}

static bool
one_name(const struct field_index *ix, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to; i++)
		if (!span_ieq(name_of(ix, ix->entry[i]),
		    name_of(ix, ix->entry[from])))
			return false;
	return true;
}

/* Where names share a hash, sorts by the names. */
static void
part_names(struct field_index *ix, struct entry *spare)
{
	for (size_t i = 0, to; i < ix->n; i = to) {
		to = same_hash(ix, i);
		if (!one_name(ix, i, to))
			sort(ix, ix->entry + i, spare, to - i, true);
	}
}

static void
collect(struct field_index *ix)
{
	const struct header *h = ix->header;

	for (size_t i = 0; i < h->n && i < UINT32_MAX; i++)
		if (h->field[i].name.len > 0 && !h->field[i].malformed)
			ix->entry[ix->n++] = entry_of(hash_of(
			    h->field[i].name), (uint32_t)i);
}

static void
cut_groups(struct field_index *ix)
{
	for (size_t i = 0; i < ix->n; i++) {
		struct span name = name_of(ix, ix->entry[i]);
		struct group *g = ix->n_group == 0 ? NULL :
		    &ix->group[ix->n_group - 1];

		if (g == NULL || g->hash != hash_in(ix->entry[i]) ||
		    !span_ieq(g->name, name))
			ix->group[ix->n_group++] = (struct group){
			    .name = name, .hash = hash_in(ix->entry[i]),
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
	sort(ix, ix->entry, spare, ix->n, false);
	part_names(ix, spare);
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
	    field_in(ix->entry[g->first + g->next]) == ix->own)
		g->next++;
	if (g->next == g->count)
		return NULL;
	g->taken++;
	return &ix->header->field[field_in(ix->entry[g->first + g->next++])];
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
