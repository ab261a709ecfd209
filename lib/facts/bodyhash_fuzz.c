/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canon(stream in any pieces) == canon(whole), by the slow way, for both
 * forms and two l=.  The first three octets say how to cut and where l= is.
 */
#include "facts/bodyhash.h"

#include "crypto/sha.h"
#include "test/slow_canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct bodyhash *b, int slot, enum canon kind, struct span body,
    uint64_t l)
{
	static uint8_t room[1 << 16];
	struct buf out = BUF_ON(room);
	struct body_digest d = bodyhash_get(b, slot);
	struct sha256 s;
	uint8_t want[32];

	slow_body(&out, kind, body);
	if (!sha256_init(&s))
		return;
	sha256_put(&s, span_head(buf_span(&out), l < out.len ? (size_t)l :
	    out.len));
	sha256_end(&s, want);
	if (!d.ok || d.length != out.len || !bytes_eq(d.sha256, want, 32))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size < 20000 ? size : 20000 };
	size_t step = 1 + (size_t)(span_at(in, 0) + 1);
	size_t next = (size_t)(span_at(in, 1) + 1);
	uint64_t l = (uint64_t)(span_at(in, 2) + 1);
	struct span body = span_skip(in, 3);
	struct arena a;
	struct bodyhash *b;
	int s, r, sl, rl;

	arena_init(&a, 1 << 17);
	b = bodyhash_new(&a);
	if (b == NULL)
		__builtin_trap();
	s = bodyhash_want(b, CANON_SIMPLE, false, 0);
	r = bodyhash_want(b, CANON_RELAXED, false, 0);
	sl = bodyhash_want(b, CANON_SIMPLE, true, l);
	rl = bodyhash_want(b, CANON_RELAXED, true, l * 3);
	for (size_t i = 0; i < body.len; ) {
		bodyhash_data(b, span_slice(body, i, i + step));
		i += step;
		step = 1 + (step * 7 + next) % 129;
	}
	bodyhash_end(b);
	check(b, s, CANON_SIMPLE, body, UINT64_MAX);
	check(b, r, CANON_RELAXED, body, UINT64_MAX);
	check(b, sl, CANON_SIMPLE, body, l);
	check(b, rl, CANON_RELAXED, body, l * 3);
	arena_free(&a);
	return 0;
}
