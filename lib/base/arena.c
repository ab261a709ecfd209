/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks in a list, filled from the front.  Only this file calls malloc.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/num.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define RED_ZONE 16
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define RED_ZONE 0
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGN alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t size, at;
	alignas(max_align_t) uint8_t mem[];
};

void
arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena){ .limit = limit };
}

static void
free_from(struct arena *a, struct arena_block *b)
{
	while (b != NULL) {
		struct arena_block *next = b->next;
		a->used -= sizeof(*b) + b->size;
		UNPOISON(b->mem, b->size);
		free(b);
		b = next;
	}
}

void
arena_free(struct arena *a)
{
	free_from(a, a->first);
	a->first = a->now = NULL;
}

struct arena *
arena_new(size_t limit)
{
	struct arena *a = malloc(sizeof(*a));

	if (a != NULL)
		arena_init(a, limit);
	return a;
}

void
arena_delete(struct arena *a)
{
	if (a != NULL)
		arena_free(a);
	free(a);
}

void
arena_reset(struct arena *a)
{
	if (a->first != NULL) {
		free_from(a, a->first->next);
		a->first->next = NULL;
		a->first->at = 0;
		POISON(a->first->mem, a->first->size);
	}
	a->now = a->first;
	a->failed = a->nomem = false;
}

static bool
add_block(struct arena *a, size_t need)
{
	size_t size = need > LIMIT_ARENA_BLOCK ? need : LIMIT_ARENA_BLOCK;
	struct arena_block *b;

	if (sizeof(*b) + size > a->limit - a->used)
		size = need;	/* near the limit: no more than needed */
	if (sizeof(*b) + size > a->limit - a->used)
		return false;
	b = malloc(sizeof(*b) + size);
	if (b == NULL) {
		a->nomem = true;
		return false;
	}
	*b = (struct arena_block){ .size = size };
	POISON(b->mem, b->size);
	a->used += sizeof(*b) + size;
	if (a->now != NULL) {
		free_from(a, a->now->next);
		a->now->next = b;
	} else {
		a->first = b;
	}
	a->now = b;
	return true;
}

/* size is at most the limit, so this cannot wrap. */
static inline size_t
rounded(size_t size)
{
	size_t need = (size + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;

	return need == 0 ? ALIGN : need;
}

static __attribute__((noinline)) void *
grab_elsewhere(struct arena *a, size_t size)
{
	uint8_t *p;

	if (size > a->limit || !add_block(a, rounded(size))) {
		a->failed = true;
		return NULL;
	}
	p = a->now->mem;
	a->now->at = rounded(size);
	UNPOISON(p, size);
	return p;
}

/* As arena_alloc, with anything in it.  The common case calls nobody. */
static inline void *
grab(struct arena *a, size_t size)
{
	struct arena_block *b = a->now;
	uint8_t *p;

	if (b == NULL || size > a->limit || rounded(size) > b->size - b->at)
		return grab_elsewhere(a, size);
	p = b->mem + b->at;
	b->at += rounded(size);
	UNPOISON(p, size);
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	void *p = grab(a, size);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size > 0 && n > a->limit / size) {
		a->failed = true;
		return NULL;
	}
	return arena_alloc(a, n * size);
}

struct span
arena_dup(struct arena *a, struct span s)
{
	uint8_t *p;

	if (s.ptr == NULL)
		return SPAN_NONE;
	p = grab(a, s.len);
	if (p == NULL)
		return SPAN_NONE;
	bytes_move(p, s.ptr, s.len);
	return (struct span){ p, s.len };
}

struct buf
arena_buf(struct arena *a, size_t cap)
{
	uint8_t *p = grab(a, cap);

	return (struct buf){ .ptr = p, .cap = p == NULL ? 0 : cap };
}

struct span
arena_done(struct arena *a, struct buf *b)
{
	struct arena_block *k = a->now;
	struct span s = buf_span(b);
	size_t old = (b->cap + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
	size_t need = (b->len + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;

	if (k != NULL && b->ptr != NULL && old <= k->at && need > 0 &&
	    b->ptr == k->mem + k->at - old) {
		POISON(b->ptr + b->len, b->cap - b->len);
		k->at -= old - need;
		b->cap = b->len;
	}
	return s;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->now, a->now == NULL ? 0 : a->now->at };
}

void
arena_back(struct arena *a, struct arena_mark m)
{
	if (m.block == NULL) {
		arena_reset(a);
		return;
	}
	free_from(a, m.block->next);
	m.block->next = NULL;
	m.block->at = m.at;
	POISON(m.block->mem + m.at, m.block->size - m.at);
	a->now = m.block;
}
