/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two generations, young and old, each a hash table over an arena.  A hit
 * in the old one is not moved: when the young one holds half of the memory,
 * keep_tidy() drops the old one and the young one grows old.  What is used
 * often is parsed once a generation, which is often enough.
 */
#include "check/keep.h"

#include "base/limits.h"
#include "crypto/hash.h"

enum { BUCKETS = 4096 };

struct entry {
	struct entry *chain, *next;
	uint64_t hash;
	enum keep_kind kind;
	struct span content;
	const void *object;
	void (*drop)(const void *);
};

struct generation {
	struct arena arena;
	struct entry **bucket;
	struct entry *all;
};

struct assay_keep {
	struct arena *home;
	struct generation young, old;
	size_t half;
	uint8_t seed[16];
};

static void
clear(struct generation *g)
{
	for (struct entry *e = g->all; e != NULL; e = e->next)
		if (e->drop != NULL)
			e->drop(e->object);
	arena_free(&g->arena);
	g->bucket = NULL;
	g->all = NULL;
}

static struct entry *
look(const struct generation *g, enum keep_kind kind, uint64_t hash,
    struct span content)
{
	struct entry *e;

	if (g->bucket == NULL)
		return NULL;
	e = g->bucket[hash % BUCKETS];
	while (e != NULL && (e->hash != hash || e->kind != kind ||
	    !span_eq(e->content, content)))
		e = e->chain;
	return e;
}

const void *
keep_find(struct assay_keep *keep, enum keep_kind kind, struct span content)
{
	struct entry *e;
	uint64_t hash;

	if (keep == NULL)
		return NULL;
	hash = hash_keyed(keep->seed, content);
	e = look(&keep->young, kind, hash, content);
	if (e == NULL)
		e = look(&keep->old, kind, hash, content);
	return e == NULL ? NULL : e->object;
}

struct arena *
keep_arena(struct assay_keep *keep)
{
	if (keep == NULL || keep->young.arena.failed)
		return NULL;
	return &keep->young.arena;
}

void
keep_put(struct assay_keep *keep, enum keep_kind kind, struct span content,
    const void *object, void (*drop)(const void *))
{
	struct generation *g = &keep->young;
	struct entry *e = arena_alloc(&g->arena, sizeof(*e));
	struct span copy = arena_dup(&g->arena, content);

	if (g->bucket == NULL)
		g->bucket = arena_array(&g->arena, BUCKETS,
		    sizeof(struct entry *));
	if (e == NULL || copy.ptr == NULL || g->bucket == NULL) {
		if (drop != NULL)
			drop(object);
		return;
	}
	*e = (struct entry){ .hash = hash_keyed(keep->seed, content),
		.kind = kind, .content = copy, .object = object,
		.drop = drop, .next = g->all };
	e->chain = g->bucket[e->hash % BUCKETS];
	g->bucket[e->hash % BUCKETS] = e;
	g->all = e;
}

void
keep_tidy(struct assay_keep *keep)
{
	if (keep == NULL || (keep->young.arena.used < keep->half &&
	    !keep->young.arena.failed))
		return;
	clear(&keep->old);
	keep->old = keep->young;
	keep->young = (struct generation){ .all = NULL };
	arena_init(&keep->young.arena, keep->half * 2);
}

enum assay_status
assay_keep_new(struct assay_keep **out, size_t max_bytes,
    const uint8_t seed[16])
{
	size_t half = (max_bytes == 0 ? LIMIT_KEEP_MEMORY : max_bytes) / 2;
	struct arena *home = arena_new(sizeof(struct assay_keep) + 256);
	struct assay_keep *keep;

	*out = NULL;
	keep = home == NULL ? NULL : arena_alloc(home, sizeof(*keep));
	if (keep == NULL) {
		arena_delete(home);
		return ASSAY_NOMEM;
	}
	keep->home = home;
	keep->half = half;
	for (size_t i = 0; i < sizeof(keep->seed); i++)
		keep->seed[i] = seed[i];
	arena_init(&keep->young.arena, half * 2);
	arena_init(&keep->old.arena, half * 2);
	*out = keep;
	return ASSAY_OK;
}

void
assay_keep_free(struct assay_keep *keep)
{
	if (keep == NULL)
		return;
	clear(&keep->young);
	clear(&keep->old);
	arena_delete(keep->home);
}
