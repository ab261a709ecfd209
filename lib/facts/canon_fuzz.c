/* SPDX-License-Identifier: Apache-2.0 */
/* The fast way and the slow way give the same octets, b= left out or not. */
#include "facts/canon.h"

#include "test/slow_canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
compare(struct sha256 *fast, struct span slow)
{
	uint8_t got[32], want[32];
	struct sha256 s;

	sha256_end(fast, got);
	if (!sha256_init(&s))
		return;
	sha256_put(&s, slow);
	sha256_end(&s, want);
	if (!bytes_eq(got, want, 32))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[40000];
	struct span in = { data, size < 9000 ? size : 9000 };
	size_t to = (size_t)(span_at(in, 0) + 1);
	struct span raw = span_skip(in, 1);
	/* b= stands behind the colon, its value behind a "=". */
	size_t colon = span_find(raw, ':');
	size_t from = colon + span_find(span_skip(raw, colon), '=') + 1;

	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++) {
		struct buf out = BUF_ON(room);
		struct sha256 s;

		if (!sha256_init(&s))
			return 0;
		canon_field(&s, k, raw);
		slow_field(&out, k, raw);
		compare(&s, buf_span(&out));
		if (from > raw.len || !sha256_init(&s))
			continue;
		canon_sig_field(&s, k, raw, from, from + to);
		out.len = 0;
		slow_sig_field(&out, k, raw, from, from + to);
		compare(&s, buf_span(&out));
	}
	return 0;
}
