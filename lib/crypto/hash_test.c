/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash.h"

#include <stdlib.h>

#include "test/t.h"

enum { N = 1 << 17 };

static const uint8_t key[16] = "sixteen octets..";

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Neither equal hashes nor crowded buckets among texts that differ only in
 * four octets. */
static void
spread(size_t len, size_t at, const char *label)
{
	static uint64_t h[N];
	static unsigned bucket[4096];
	unsigned most = 0, equal = 0;
	uint8_t text[300] = { 0 };

	memset(bucket, 0, sizeof(bucket));
	for (uint32_t i = 0; i < N; i++) {
		memcpy(text + at, &i, 4);
		h[i] = hash_keyed(key, (struct span){ text, len });
		bucket[h[i] % 4096]++;
	}
	for (size_t i = 0; i < 4096; i++)
		most = bucket[i] > most ? bucket[i] : most;
	qsort(h, N, sizeof(h[0]), compare);
	for (size_t i = 1; i < N; i++)
		equal += h[i] == h[i - 1];
	/* 32 in a bucket on average */
	T_OK(equal == 0 && most < 80, label);
}

static void
every_bit(void)
{
	uint8_t text[100] = "text of a record", other[16];
	unsigned same = 0, weak = 0;

	for (size_t len = 1; len <= sizeof(text); len++) {
		uint64_t h = hash_keyed(key, (struct span){ text, len });

		for (size_t bit = 0; bit < len * 8; bit++) {
			uint64_t g;

			text[bit / 8] ^= (uint8_t)(1u << bit % 8);
			g = hash_keyed(key, (struct span){ text, len });
			same += g == h;
			weak += __builtin_popcountll(g ^ h) < 10;
			text[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		same += h == hash_keyed(key, (struct span){ text, len - 1 });
		memcpy(other, key, 16);
		other[len % 16] ^= 1;
		same += h == hash_keyed(other, (struct span){ text, len });
	}
	T_INT(same, 0, "every bit, the length and the key matter");
	T_OK(weak < 20, "and change about half of the hash");
}

int
main(void)
{
	T_OK(hash_keyed(key, SPAN("abc")) == hash_keyed(key, SPAN("abc")),
	    "the same text, the same hash");
	T_OK(hash_keyed(key, SPAN_NONE) == hash_keyed(key, SPAN("")),
	    "nothing");
	every_bit();
	spread(4, 0, "short texts");
	spread(16, 3, "one step");
	spread(16, 12, "one step, its end");
	spread(17, 13, "one step and an octet");
	spread(200, 0, "long texts, their start");
	spread(200, 101, "long texts, their middle");
	spread(200, 196, "long texts, their end");
	return t_done();
}
