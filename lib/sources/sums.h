/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sums.h - many small sums, found by what they are of.
 *
 * A key is what the caller puts into a struct sums_key.  Two of them are
 * taken for one when their keyed hashes of 64 bits meet: the sums are of
 * report rows, which nobody who does not know the key can make collide.
 */
#ifndef SOURCES_SUMS_H
#define SOURCES_SUMS_H

#include "base/arena.h"

struct sums_cell { uint64_t key, sum; };

struct sums {
	struct arena *arena;
	const uint8_t *secret;	/* 16 octets                                */
	struct sums_cell *cell;
	size_t n, cap;
};

void sums_init(struct sums *s, struct arena *a, const uint8_t secret[16]);

/* Never 0. */
uint64_t sums_key(const struct sums *s, unsigned kind, uint64_t of,
    struct span what);

/* Adds n, returns the new sum; 0 when there is no memory. */
uint64_t sums_add(struct sums *s, uint64_t key, uint64_t n);
uint64_t sums_get(const struct sums *s, uint64_t key);

#endif
