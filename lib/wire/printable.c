/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/printable.h"

#include "base/ascii.h"

/* %x20-7E without the backslash: shown as it is. */
static const struct byteset plain = { {
	0xffffffff00000000, 0x7fffffffefffffff, 0, 0 } };

static void
put_byte(struct buf *b, int c)
{
	static const char hex[] = "0123456789abcdef";

	if (byteset_has(&plain, c)) {
		buf_byte(b, (uint8_t)c);
		return;
	}
	buf_str(b, "\\x");
	buf_byte(b, (uint8_t)hex[(unsigned)c >> 4 & 15]);
	buf_byte(b, (uint8_t)hex[(unsigned)c & 15]);
}

struct span
printable(struct arena *a, struct span s, size_t max)
{
	struct span head = span_head(s, max);
	struct buf b;

	if (span_absent(s))
		return s;
	if (head.len == s.len && span_run_set(s, &plain) == s.len)
		return arena_dup(a, s);
	b = arena_buf(a, head.len * 4 + 3);
	for (size_t i = 0; i < head.len; i++)
		put_byte(&b, span_at(head, i));
	if (head.len < s.len)
		buf_str(&b, "...");
	return arena_done(a, &b);
}

struct span
printable_text(struct arena *a, struct span s, size_t max)
{
	size_t i = 0;

	while (span_at(s, i) == ' ' || is_vchar(span_at(s, i)))
		i++;
	return i == s.len && i <= max ? arena_dup(a, s) :
	    printable(a, s, max);
}
