/* SPDX-License-Identifier: Apache-2.0 */
/* Property: octet by octet, where nothing is ever passed over, and in pieces
 * of any size the findings are the same; also for bodies made of the octets
 * that matter, with long runs between them. */
#include "facts/bodyscan.h"

#include "test/facts_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span
scan(struct span in, size_t step, struct arena *a)
{
	struct facts f = { .fields = 0 };
	struct buf b = arena_buf(a, 1000);
	struct bodyscan s;

	bodyscan_init(&s, &f, 0, a);
	while (in.len > 0) {
		bodyscan_data(&s, span_head(in, step));
		in = span_skip(in, step);
	}
	bodyscan_end(&s);
	facts_put_findings(&b, &f, true);
	return buf_span(&b);
}

static void
check(struct span in, struct arena *a)
{
	static const size_t steps[] = { 2, 3, 9, 64, 100, 1 << 20 };
	struct span want = scan(in, 1, a);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (!span_eq(want, scan(in, steps[i], a)))
			__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const piece[] = { "\r", "\n", ".", "\r\n",
	    "MAIL FROM:", "a", "RSET", "0123456789abcdef0123456789abcdef" };
	struct span in = { data, size };
	struct arena a;
	struct buf b;

	arena_init(&a, 16 << 20);
	check(in, &a);
	b = arena_buf(&a, 40 * size + 1);
	for (size_t i = 0; i < size; i++)
		if (span_at(in, i) == 0)
			buf_byte(&b, 0);
		else
			buf_str(&b, piece[span_at(in, i) % 8]);
	check(buf_span(&b), &a);
	arena_free(&a);
	return 0;
}
