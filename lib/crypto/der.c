/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/der.h"

/* X.690 8.1.3, 10.1: definite form, the minimum number of octets. */
static size_t
length(struct cur *c)
{
	int first = cur_byte(c);
	size_t len = 0;

	if (first < 0x80)
		return first < 0 ? 0 : (size_t)first;
	/* 0x80 would be the indefinite form; three octets are 16 MiB, more
	 * than any record has. */
	if (first < 0x81 || first > 0x83) {
		c->bad = true;
		return 0;
	}
	for (int n = first - 0x80; n > 0; n--) {
		int b = cur_byte(c);

		if (b < 0 || (len == 0 && b == 0)) {
			c->bad = true;
			return 0;
		}
		len = len << 8 | (size_t)b;
		if (n == 1 && len < 0x80)
			c->bad = true;
	}
	return len;
}

struct span
der_take(struct cur *c, enum der_tag tag)
{
	size_t len;

	if (cur_byte(c) != (int)tag)
		c->bad = true;
	len = length(c);
	return cur_take(c, len);
}

struct span
der_positive(struct cur *c)
{
	struct span n = der_take(c, DER_INTEGER);
	int first = span_at(n, 0), second = span_at(n, 1);

	/* X.690 8.3.2: no needless octet in front; negative has the high bit,
	 * and zero is not positive. */
	if (first < 0 || first >= 0x80 || (first == 0 && second < 0x80))
		c->bad = true;
	return first == 0 ? span_skip(n, 1) : n;
}

void
der_put(struct buf *out, enum der_tag tag, struct span contents)
{
	size_t len = contents.len;

	buf_byte(out, (uint8_t)tag);
	/* X.690 10.1: the minimum number of octets */
	if (len < 0x80) {
		buf_byte(out, (uint8_t)len);
	} else {
		unsigned n = len > 0xffff ? 3 : len > 0xff ? 2 : 1;

		if (len > 0xffffff)
			out->full = true;
		buf_byte(out, (uint8_t)(0x80 + n));
		for (; n > 0; n--)
			buf_byte(out, (uint8_t)(len >> (n - 1) * 8));
	}
	buf_put(out, contents);
}
