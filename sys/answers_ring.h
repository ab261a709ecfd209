/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers_ring.h - how the segment of answers.h lies in memory.
 *
 * A head, cells by hash (eight to a bucket, a line of memory), and the ring.
 * Places in the ring are counted in units from the beginning of time, so
 * that they never come again; the place in memory is the remainder.  A cell
 * holds some bits of the hash and the place of its record; 0: none.
 */
#ifndef SYS_ANSWERS_RING_H
#define SYS_ANSWERS_RING_H

#include <stdatomic.h>

#include "base/span.h"

enum {
	RING_UNIT = 32,			/* octets                          */
	RING_WORDS = RING_UNIT / 8,
	RING_HEAD = 4096,
	RING_WAYS = 8,			/* cells of a bucket               */
	RING_PLACE_BITS = 44,		/* 562 TB of answers               */
	RING_MAGIC = 0x31534e41
};

#define RING_PLACE ((UINT64_C(1) << RING_PLACE_BITS) - 1)

struct ring_head {
	uint32_t magic;
	uint32_t unused;
	uint64_t seed[2];
	_Atomic uint64_t horizon;	/* what lies below is overwritten  */
	_Atomic uint64_t end;		/* the next record begins here     */
	_Atomic uint64_t entries, evicted;
};

/* One answer, then its key and its body (qa_put_body()). */
struct ring_record {
	uint16_t units;			/* all of it                       */
	uint16_t key;			/* octets                          */
	uint16_t type;
	uint8_t kind;			/* enum assay_qkind; 0: a filler   */
	uint8_t unused;
	uint32_t expires;		/* seconds of the steady clock     */
	uint32_t body;			/* octets                          */
	uint64_t hash;
};

struct ring {
	struct ring_head *head;
	_Atomic uint64_t *cell;
	_Atomic uint64_t *unit;		/* RING_WORDS to a unit            */
	size_t size;			/* octets of all                   */
	uint64_t buckets;		/* a power of two                  */
	uint64_t units;
	uint64_t seed[2];
};

/* From the size alone; what stands in the segment is not believed.  False:
 * too small. */
bool ring_lay_out(struct ring *r, void *memory, size_t size);

/* The same as a file; prot as for mmap().  False: errno. */
bool ring_map(struct ring *r, int fd, int prot);
void ring_unmap(struct ring *r);

uint64_t ring_hash(const struct ring *r, const struct assay_question *q);

static inline _Atomic uint64_t *
ring_bucket(const struct ring *r, uint64_t hash)
{
	return &r->cell[(hash & (r->buckets - 1)) * RING_WAYS];
}

static inline uint64_t
ring_cell(uint64_t hash, uint64_t place)
{
	return (hash & ~RING_PLACE) | place;
}

/* Whether a record at this place can be there still. */
static inline bool
ring_is_there(const struct ring *r, uint64_t place)
{
	return place - atomic_load_explicit(&r->head->horizon,
	    memory_order_relaxed) < r->units;
}

/* Where place lies in memory. */
static inline _Atomic uint64_t *
ring_at(const struct ring *r, uint64_t place)
{
	return &r->unit[place % r->units * RING_WORDS];
}

/* Octets from there to the edge of the ring. */
static inline size_t
ring_room(const struct ring *r, uint64_t place)
{
	return (r->units - place % r->units) * RING_UNIT;
}

#endif
