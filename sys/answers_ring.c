/* SPDX-License-Identifier: Apache-2.0 */
#include "answers_ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "answers.h"

bool
ring_lay_out(struct ring *r, void *memory, size_t size)
{
	size_t cells = RING_WAYS;
	uint8_t *p = memory;

	if (size < ANSWERS_LEAST)
		return false;
	while (cells * 2 * sizeof(uint64_t) <= size / 16)
		cells *= 2;
	r->head = memory;
	r->cell = (_Atomic uint64_t *)(void *)(p + RING_HEAD);
	r->unit = r->cell + cells;
	r->size = size;
	r->buckets = cells / RING_WAYS;
	r->units = (size - RING_HEAD - cells * sizeof(uint64_t)) / RING_UNIT;
	r->seed[0] = r->head->seed[0];
	r->seed[1] = r->head->seed[1];
	return r->head->magic == RING_MAGIC;
}

bool
ring_map(struct ring *r, int fd, int prot)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0)
		return false;
	errno = EINVAL;
	if (st.st_size < ANSWERS_LEAST)
		return false;
	p = mmap(NULL, (size_t)st.st_size, prot, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return false;
	if (!ring_lay_out(r, p, (size_t)st.st_size)) {
		munmap(p, (size_t)st.st_size);
		errno = EINVAL;
		return false;
	}
	return true;
}

void
ring_unmap(struct ring *r)
{
	munmap(r->head, r->size);
}

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 p = a;

	p *= b;
	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

/* As lib/crypto/hash.c: nobody who does not know the seed can choose names
 * that meet in one bucket. */
uint64_t
ring_hash(const struct ring *r, const struct assay_question *q)
{
	uint64_t h = fold(r->seed[0] ^ q->type, r->seed[1] ^
	    ((uint64_t)q->kind << 32 | q->key.len));
	const uint8_t *p = q->key.ptr;
	size_t n = q->key.len;
	uint64_t w[2];

	for (; n > 0; n -= n < 16 ? n : 16) {
		w[0] = w[1] = 0;
		memcpy(w, p, n < 16 ? n : 16);
		h = fold(w[0] ^ r->seed[0], w[1] ^ h ^ r->seed[1]);
		p += 16;
	}
	return fold(h ^ r->seed[0], UINT64_C(0x243f6a8885a308d3));
}
