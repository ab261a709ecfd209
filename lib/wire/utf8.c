/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/utf8.h"

#include "base/ascii.h"

static const struct byteset ascii_set = { { ~0ull, ~0ull, 0, 0 } };
static const struct byteset printable_set = { {	/* %d32-126 */
	0xffffffff00000000, 0x7fffffffffffffff, 0, 0 } };

/* RFC 3629 4: how many octets follow the first, and the least and greatest
 * value of the second. */
static unsigned
lead(int c, int *low, int *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (c >= 0xc2 && c <= 0xdf)
		return 1;
	if (c >= 0xe0 && c <= 0xef) {
		if (c == 0xe0)
			*low = 0xa0;
		if (c == 0xed)
			*high = 0x9f;
		return 2;
	}
	if (c >= 0xf0 && c <= 0xf4) {
		if (c == 0xf0)
			*low = 0x90;
		if (c == 0xf4)
			*high = 0x8f;
		return 3;
	}
	return 0;
}

int32_t
utf8_next(struct span *s)
{
	int c = span_at(*s, 0), low, high;
	unsigned more;
	int32_t v;

	if (c < 0x80) {
		*s = span_skip(*s, 1);
		return c;
	}
	more = lead(c, &low, &high);
	v = c & (0x3f >> more);
	for (unsigned i = 1; i <= more; i++) {
		int next = span_at(*s, i);

		if (next < low || next > high) {
			more = 0;
			break;
		}
		v = v << 6 | (next & 0x3f);
		low = 0x80;
		high = 0xbf;
	}
	*s = span_skip(*s, more + 1);
	return more == 0 ? -1 : v;
}

bool
utf8_valid(struct span s)
{
	for (;;) {
		s = span_skip(s, span_run_set(s, &ascii_set));
		if (s.len == 0)
			return true;
		if (utf8_next(&s) < 0)
			return false;
	}
}

static void
put_octets(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_byte(out, (uint8_t)c);
	} else if (c < 0x800) {
		buf_byte(out, (uint8_t)(0xc0 | c >> 6));
		buf_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_byte(out, (uint8_t)(0xe0 | c >> 12));
		buf_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		buf_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
	} else {
		buf_byte(out, (uint8_t)(0xf0 | (c >> 18 & 7)));
		buf_byte(out, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		buf_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		buf_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
	}
}

/* Where there is no room for all of it, none: half of one is no UTF-8. */
void
utf8_put(struct buf *out, uint32_t c)
{
	ROOM(room, 4);
	struct buf one = BUF_ON(room);

	put_octets(&one, c);
	buf_put(out, buf_span(&one));
}

struct range {
	uint32_t first, last;
	enum utf8_kind kind;
};

/* Unicode 15: Bidi_Control and Default_Ignorable_Code_Point without the
 * variation selectors (FE00..FE0F), which emoji use. */
static const struct range odd[] = {
	{ 0x00, 0x1f, UTF8_CONTROL }, { 0x7f, 0x9f, UTF8_CONTROL },
	{ 0xad, 0xad, UTF8_INVISIBLE }, { 0x34f, 0x34f, UTF8_INVISIBLE },
	{ 0x61c, 0x61c, UTF8_BIDI }, { 0x115f, 0x1160, UTF8_INVISIBLE },
	{ 0x17b4, 0x17b5, UTF8_INVISIBLE },
	{ 0x180b, 0x180f, UTF8_INVISIBLE },
	{ 0x200b, 0x200d, UTF8_INVISIBLE }, { 0x200e, 0x200f, UTF8_BIDI },
	{ 0x2028, 0x2029, UTF8_CONTROL }, { 0x202a, 0x202e, UTF8_BIDI },
	{ 0x2060, 0x2065, UTF8_INVISIBLE }, { 0x2066, 0x2069, UTF8_BIDI },
	{ 0x206a, 0x206f, UTF8_INVISIBLE },
	{ 0x3164, 0x3164, UTF8_INVISIBLE },
	{ 0xfeff, 0xfeff, UTF8_INVISIBLE },
	{ 0xffa0, 0xffa0, UTF8_INVISIBLE },
	{ 0xfff0, 0xfffb, UTF8_INVISIBLE },
	{ 0x1bca0, 0x1bca3, UTF8_INVISIBLE },
	{ 0x1d173, 0x1d17a, UTF8_INVISIBLE },
	{ 0xe0000, 0xe0fff, UTF8_INVISIBLE },
};

enum utf8_kind
utf8_kind(uint32_t c)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (c >= odd[i].first && c <= odd[i].last)
			return odd[i].kind;
	return UTF8_PLAIN;
}

enum utf8_kind
utf8_worst(struct span s)
{
	enum utf8_kind worst = UTF8_PLAIN, kind;

	for (;;) {
		int32_t c;

		s = span_skip(s, span_run_set(s, &printable_set));
		if (s.len == 0)
			break;
		c = utf8_next(&s);
		kind = c < 0 ? UTF8_CONTROL : utf8_kind((uint32_t)c);
		if (kind != UTF8_PLAIN &&
		    (worst == UTF8_PLAIN || kind < worst))
			worst = kind;
	}
	return worst;
}
