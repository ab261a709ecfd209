/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader.  What lies in the segment may change while it is read and may
 * have been written by a process that was taken over: it is copied out
 * first, by a length that is bounded, and read as hostile octets then.
 */
#include "answers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "answers_ring.h"
#include "qa.h"

enum {
	MEMORY = 4 << 20	/* of one message's answers: those of 512
				 * questions, 8 KiB each                   */
};

struct answers_reader {
	struct ring ring;
	struct arena arena;
	struct answers_met met;
	uint32_t now;
	bool beside;			/* the mapping is another's        */
};

static uint64_t
get(const _Atomic uint64_t *p)
{
	return atomic_load_explicit(p, memory_order_relaxed);
}

static void
copy(uint64_t *to, const _Atomic uint64_t *from, size_t words)
{
	for (size_t i = 0; i < words; i++)
		to[i] = get(&from[i]);
}

/* The octets of the record at place, copied; absent: it is not there (any
 * more).  *rec is of the copy. */
static struct span
fetch(struct answers_reader *r, uint64_t place, struct ring_record *rec)
{
	const _Atomic uint64_t *at = ring_at(&r->ring, place);
	uint64_t first[RING_WORDS], *w;
	size_t n;

	if (!ring_is_there(&r->ring, place))
		return SPAN_NONE;
	copy(first, at, RING_WORDS);
	memcpy(rec, first, sizeof(*rec));
	n = rec->units * (size_t)RING_UNIT;
	if (n == 0 || n > ANSWERS_RECORD || n > ring_room(&r->ring, place))
		return SPAN_NONE;
	w = arena_alloc(&r->arena, n);
	if (w == NULL)
		return SPAN_NONE;
	copy(w, at, n / 8);
	/* if what was copied is of a later record, this sees that the
	 * horizon has moved (the writer's fence is in give_up()) */
	atomic_thread_fence(memory_order_acquire);
	if (!ring_is_there(&r->ring, place))
		return SPAN_NONE;
	memcpy(rec, w, sizeof(*rec));
	return (struct span){ (const uint8_t *)w, n };
}

/* Whether this record answers q, and does so now. */
static bool
answers_it(struct answers_reader *r, struct span s,
    const struct ring_record *rec, const struct assay_question *q,
    struct assay_answer *a)
{
	struct span rest = span_skip(s, sizeof(*rec)), key;

	if (rec->kind != q->kind || rec->type != q->type ||
	    rec->key != q->key.len || rec->expires <= r->now)
		return false;
	key = span_head(rest, rec->key);
	rest = span_skip(rest, rec->key);
	if (!span_eq(key, q->key) || rec->body > rest.len)
		return false;
	return qa_get_body(a, span_head(rest, rec->body), &r->arena);
}

static bool
find(struct answers_reader *r, const struct assay_question *q,
    struct assay_answer *a)
{
	uint64_t hash = ring_hash(&r->ring, q);
	const _Atomic uint64_t *cell = ring_bucket(&r->ring, hash);

	for (size_t i = 0; i < RING_WAYS; i++) {
		uint64_t v = atomic_load_explicit(&cell[i],
		    memory_order_acquire);
		struct ring_record rec;
		struct span s;
		if (v == 0 || ring_cell(hash, v & RING_PLACE) != v)
			continue;
		s = fetch(r, v & RING_PLACE, &rec);
		if (!span_absent(s) && answers_it(r, s, &rec, q, a))
			return true;
	}
	return false;
}

static enum assay_status
ask(void *self, const struct assay_question *q, struct assay_answer *a)
{
	struct answers_reader *r = self;

	if (find(r, q, a)) {
		r->met.hits++;
		return ASSAY_OK;
	}
	r->met.misses++;
	*a = (struct assay_answer){ .secure = false };
	return ASSAY_PENDING;
}

struct assay_oracle
answers_oracle(struct answers_reader *r)
{
	return (struct assay_oracle){ .ask = ask, .self = r };
}

struct answers_reader *
answers_reader_new(int fd)
{
	struct answers_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	if (!ring_map(&r->ring, fd, PROT_READ)) {
		free(r);
		return NULL;
	}
	arena_init(&r->arena, MEMORY);
	return r;
}

struct answers_reader *
answers_reader_beside(const struct answers_reader *r)
{
	struct answers_reader *other = calloc(1, sizeof(*other));

	if (other == NULL)
		return NULL;
	other->ring = r->ring;
	other->beside = true;
	arena_init(&other->arena, MEMORY);
	return other;
}

void
answers_reader_free(struct answers_reader *r)
{
	if (r == NULL)
		return;
	arena_free(&r->arena);
	if (!r->beside)
		ring_unmap(&r->ring);
	free(r);
}

void
answers_begin(struct answers_reader *r, int64_t now)
{
	arena_reset(&r->arena);
	r->met = (struct answers_met){ .hits = 0 };
	r->now = (uint32_t)now;
}

struct answers_met
answers_met(const struct answers_reader *r)
{
	return r->met;
}
