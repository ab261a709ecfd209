/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/seen.h"

#include <stdlib.h>

#include "test/t.h"

static uint64_t state = 88172645463325252u;

static uint64_t
random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(2685821657736338717);
}

static struct seen
any(uint64_t hash)
{
	uint64_t r = random64();
	struct seen s = { .hash = hash,
		.first = r & 1 ? 0 : 15000 + (uint32_t)(r >> 1 & 7),
		.registered = r & 16 ? 0 : 14000 + (uint32_t)(r >> 5 & 7),
		.flags = (uint8_t)(r >> 8 & 3),
		.senders = (uint32_t)(r >> 32) };

	return s;
}

static bool
same(const struct seen *a, const struct seen *b)
{
	return a->hash == b->hash && a->first == b->first &&
	    a->registered == b->registered && a->flags == b->flags &&
	    a->senders == b->senders;
}

/* In any order, any grouping, any number of times. */
static void
test_merge(void)
{
	unsigned bad = 0;

	for (int i = 0; i < 20000; i++) {
		struct seen a = any(7), b = any(7), c = any(7);
		struct seen ab = a, ba = b, ab_c, bc = b, a_bc = a, twice;

		seen_merge(&ab, &b);
		seen_merge(&ba, &a);
		ab_c = ab;
		seen_merge(&ab_c, &c);
		seen_merge(&bc, &c);
		seen_merge(&a_bc, &bc);
		twice = ab;
		seen_merge(&twice, &b);
		bad += !same(&ab, &ba) || !same(&ab_c, &a_bc) ||
		    !same(&twice, &ab);
	}
	T_INT(bad, 0, "commutative, associative, idempotent");
}

static void
test_octets(void)
{
	unsigned bad = 0, missed = 0;

	for (int i = 0; i < 20000; i++) {
		ROOM(room, SEEN_SIZE);
		struct buf b = BUF_ON(room);
		struct seen s = any(random64() >> 16 | 1), back;
		bool torn;

		seen_write(&b, &s);
		bad += b.full || b.len != SEEN_SIZE || !seen_read(&back,
		    buf_span(&b), &torn) || !same(&s, &back);
		room[random64() % SEEN_SIZE] ^= (uint8_t)(1 + random64() %
		    255);
		missed += seen_read(&back, buf_span(&b), &torn);
	}
	T_INT(bad, 0, "what was written is read");
	T_OK(missed < 200, "an octet that is another one is seen in 99 %");
}

static void
test_edges(void)
{
	uint8_t zero[SEEN_SIZE] = { 0 };
	ROOM(room, SEEN_SIZE);
	struct buf b = BUF_ON(room);
	struct seen s = { .hash = 1, .first = 1, .registered = 1 }, back;
	bool torn;

	T_OK(!seen_read(&back, (struct span){ zero, SEEN_SIZE }, &torn) &&
	    !torn, "zeros are nothing");
	T_OK(!seen_read(&back, (struct span){ zero, 3 }, &torn), "too short");
	seen_write(&b, &s);
	T_OK(seen_read(&back, buf_span(&b), &torn), "days of long ago");
	T_INT(back.first, 10957, "are the first that there is");
	T_INT(back.registered, 3652, "1980");
	s.first = s.registered = 4000000;
	b.len = 0;
	seen_write(&b, &s);
	T_OK(seen_read(&back, buf_span(&b), &torn) && back.first > 70000,
	    "and days far away the last");
}

static void
test_senders(void)
{
	static const unsigned counts[] = { 1, 2, 3, 10, 100, 1000, 10000 };

	for (size_t i = 0; i < 7; i++) {
		uint64_t sum = 0;

		for (int round = 0; round < 200; round++) {
			struct seen s = { .hash = 1 };

			for (unsigned k = 0; k < counts[i]; k++) {
				uint64_t h = random64();

				seen_sender(&s, h);
				seen_sender(&s, h);
			}
			sum += seen_senders(&s);
		}
		T_OK(sum >= 140 * counts[i] && sum <= 280 * counts[i],
		    "about right on average");
	}
	T_INT(seen_senders(&(struct seen){ .hash = 1 }), 0, "nobody");
}

static void
test_worth(void)
{
	struct seen old = { .hash = 1, .first = 15000 }, new = { .hash = 2,
		.first = 15001 }, many = { .hash = 3, .first = 15002 };

	for (uint64_t i = 0; i < 8; i++)
		seen_sender(&many, i);
	T_OK(seen_worth(&old) > seen_worth(&new), "older is worth more");
	T_OK(seen_worth(&many) > seen_worth(&old), "many senders more still");
}

static void
test_hash(void)
{
	static const uint8_t one[16] = "0123456789abcdef", two[16] = "x";

	T_OK(seen_hash(one, SPAN("a.example")) != seen_hash(two,
	    SPAN("a.example")), "another salt, another name");
	T_OK(seen_hash(one, SPAN("a.example")) == seen_hash(one,
	    SPAN("a.example")), "the same, the same");
}

int
main(void)
{
	test_merge();
	test_octets();
	test_edges();
	test_senders();
	test_worth();
	test_hash();
	return t_done();
}
