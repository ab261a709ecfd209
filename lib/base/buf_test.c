/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/num.h"
#include "test/t.h"

int
main(void)
{
	uint8_t room[8];
	struct buf b = BUF_ON(room), tiny = { .ptr = room, .cap = 0 };
	size_t sum;

	buf_put(&b, SPAN("abc"));
	buf_byte(&b, '-');
	buf_u64(&b, 42);
	T_SPAN(buf_span(&b), SPAN("abc-42"), "what fits is written");
	buf_put(&b, SPAN("xyz"));
	T_SPAN(buf_span(&b), SPAN("abc-42"), "too long: nothing of it");
	T_OK(b.full, "and it says so");
	buf_byte(&b, 'x');
	T_INT(b.len, 6, "full stays full, though a byte would fit");

	b = BUF_ON(room);
	buf_lower(&b, SPAN("MiXeD-1"));
	T_SPAN(buf_span(&b), SPAN("mixed-1"), "lower case");
	b = BUF_ON(room);
	buf_u64(&b, UINT64_MAX);
	T_OK(b.full && b.len == 0, "a number is all or nothing");
	buf_byte(&tiny, 'x');
	T_OK(tiny.full && tiny.len == 0, "no room at all");

	T_OK(add_ok(1, 2, &sum) && sum == 3, "sum");
	T_OK(!add_ok(SIZE_MAX, 1, &sum), "sum that does not fit");
	return t_done();
}
