/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/ascii.h"

void
buf_str(struct buf *b, const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	buf_put(b, (struct span){ (const uint8_t *)s, n });
}

void
buf_u64(struct buf *b, uint64_t v)
{
	uint8_t digit[20];
	size_t at = sizeof(digit);

	do {
		digit[--at] = (uint8_t)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_put(b, (struct span){ digit + at, sizeof(digit) - at });
}

void
buf_lower(struct buf *b, struct span s)
{
	/*@ loop invariant 0 <= i <= s.len && valid_buf(b);
	    loop invariant b->len >= \at(b->len, Pre);
	    loop assigns i, b->len, b->full, b->ptr[0 .. b->cap - 1];
	    loop variant s.len - i; */
	for (size_t i = 0; i < s.len; i++)
		buf_byte(b, (uint8_t)to_lower(s.ptr[i]));
}
