/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts_pair.c - something that is there twice: the turn, then two halves,
 * each with the turn at which it was written in front and a sum behind.
 *
 * The half of the turn holds, the other one is written next.  So a process may
 * be killed at any moment, and what is damaged is seen and falls back to what
 * was there before.
 */
#include "accounts_inner.h"

#include <sodium.h>
#include <string.h>

enum { TRIES = 16 };
static const uint8_t no_key[crypto_shorthash_KEYBYTES];

static uint8_t *
half_of(void *pair, size_t size, uint64_t turn)
{
	return (uint8_t *)pair + sizeof(uint64_t) + (turn & 1) * size;
}

static uint64_t
at_of(const uint8_t *half)
{
	uint64_t at;

	memcpy(&at, half, sizeof(at));
	return at;
}

uint64_t
accounts_sum(const void *half, size_t size)
{
	uint64_t sum;

	crypto_shorthash((uint8_t *)&sum, half, size - sizeof(sum), no_key);
	return sum;
}

static bool
is_whole(const uint8_t *half, size_t size)
{
	uint64_t sum;

	memcpy(&sum, half + size - sizeof(sum), sizeof(sum));
	return sum == accounts_sum(half, size);
}

bool
pair_read(void *out, const void *pair, size_t size)
{
	const uint64_t *turn = pair;

	for (int i = 0; i < TRIES; i++) {
		uint64_t now = __atomic_load_n(turn, __ATOMIC_ACQUIRE);

		memcpy(out, (const uint8_t *)pair + sizeof(*turn) +
		    (now & 1) * size, size);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(turn, __ATOMIC_RELAXED) != now)
			continue;
		if (now == 0 || at_of(out) != now || !is_whole(out, size))
			memset(out, 0, size);
		return true;
	}
	return false;
}

void *
pair_now(void *pair, size_t size)
{
	return half_of(pair, size, *(uint64_t *)pair);
}

void
pair_write(void *pair, size_t size, void *value)
{
	uint64_t *turn = pair, next = *turn + 1, sum;
	uint8_t *half = value;

	memcpy(half, &next, sizeof(next));
	sum = accounts_sum(half, size);
	memcpy(half + size - sizeof(sum), &sum, sizeof(sum));
	memcpy(half_of(pair, size, next), half, size);
	__atomic_store_n(turn, next, __ATOMIC_RELEASE);
}

void
pair_forget(void *pair, size_t size)
{
	memset(half_of(pair, size, *(uint64_t *)pair + 1), 0, size);
}

void
pair_clear(void *pair, size_t size)
{
	uint64_t *turn = pair, next = *turn + 1;
	uint8_t *half = half_of(pair, size, next);
	uint64_t sum;

	memset(half, 0, size);
	memcpy(half, &next, sizeof(next));
	sum = accounts_sum(half, size);
	memcpy(half + size - sizeof(sum), &sum, sizeof(sum));
	__atomic_store_n(turn, next, __ATOMIC_RELEASE);
	pair_forget(pair, size);
}

static bool
is_zero(const uint8_t *p, size_t n)
{
	return sodium_is_zero(p, n) == 1;
}

/* Who is killed before he has counted the turn on has written all the same. */
bool
pair_mend(void *pair, size_t size)
{
	uint64_t *turn = pair, best = 0;

	if (is_zero(pair, sizeof(*turn) + 2 * size))
		return true;
	for (uint64_t i = 0; i < 2; i++) {
		uint8_t *half = half_of(pair, size, i);
		uint64_t at = at_of(half);

		if (at > best && (at & 1) == i && is_whole(half, size))
			best = at;
	}
	if (best > 0 && (*turn == best || *turn + 1 == best)) {
		*turn = best;
		return true;
	}
	/* damaged while nothing had been written: zeros again */
	if (best == 0)
		memset(pair, 0, sizeof(*turn) + 2 * size);
	*turn = best;
	return false;
}
