/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/charset.h"

#include "base/ascii.h"
#include "wire/charset_table.h"
#include "wire/utf8.h"

static const struct byteset ascii_set = { { ~0ull, ~0ull, 0, 0 } };

/* 80..9F of windows-1252, by the index of the Encoding Standard. */
static const uint16_t high_1252[32] = {
	0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
};

uint32_t
charset_1252(uint32_t c)
{
	return c >= 0x80 && c < 0xa0 ? high_1252[c - 0x80] : c;
}

/* What ISO 8859-15 has in place of ISO 8859-1. */
static uint32_t
of_latin9(uint32_t c)
{
	switch (c) {
	case 0xa4: return 0x20ac;
	case 0xa6: return 0x160;
	case 0xa8: return 0x161;
	case 0xb4: return 0x17d;
	case 0xb8: return 0x17e;
	case 0xbc: return 0x152;
	case 0xbd: return 0x153;
	case 0xbe: return 0x178;
	}
	return c;
}

static uint32_t
of_unknown(uint32_t c)
{
	return c < 0x80 ? c : 0xfffd;
}

static bool
octets(struct buf *out, struct span s, uint32_t (*of)(uint32_t c))
{
	while (s.len > 0) {
		size_t n = span_run_set(s, &ascii_set);

		buf_put(out, span_head(s, n));
		s = span_skip(s, n);
		if (s.len > 0)
			utf8_put(out, of((uint32_t)span_at(s, 0)));
		s = span_skip(s, 1);
	}
	return !out->full;
}

static const struct charset_table *
find_table(struct span name)
{
	for (size_t i = 0; i < charset_n_tables; i++)
		for (size_t k = 0; k < 3; k++)
			if (name.len > 0 &&
			    span_ieq(name, charset_tables[i].name[k]))
				return &charset_tables[i];
	return NULL;
}

static bool
by_table(struct buf *out, struct span s, const struct charset_table *t)
{
	while (s.len > 0) {
		size_t n = span_run_set(s, &ascii_set);

		buf_put(out, span_head(s, n));
		s = span_skip(s, n);
		if (s.len > 0)
			utf8_put(out, t->high[span_at(s, 0) & 127]);
		s = span_skip(s, 1);
	}
	return !out->full;
}

static bool
mend_utf8(struct buf *out, struct span s)
{
	while (s.len > 0) {
		size_t n = span_run_set(s, &ascii_set);
		int32_t c;

		buf_put(out, span_head(s, n));
		s = span_skip(s, n);
		if (s.len == 0)
			break;
		c = utf8_next(&s);
		utf8_put(out, c < 0 ? 0xfffd : (uint32_t)c);
	}
	return !out->full;
}

static bool
is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c < 0xe000;
}

/* The first two octets, which are there. */
static uint32_t
unit(struct span s, bool big)
{
	uint32_t a = (uint32_t)span_at(s, 0), b = (uint32_t)span_at(s, 1);

	return big ? a << 8 | b : b << 8 | a;
}

/* RFC 2781 4.3: without a mark and without a name that says it, big-endian;
 * but what calls itself UTF-16 comes from systems that are not. */
static bool
utf16(struct buf *out, struct span s, bool big)
{
	while (s.len > 0) {
		uint32_t a = s.len == 1 ? 0xfffd : unit(s, big), b;

		s = span_skip(s, 2);
		b = s.len < 2 ? 0 : unit(s, big);
		if (is_surrogate(a) && a < 0xdc00 && is_surrogate(b) &&
		    b >= 0xdc00) {
			a = 0x10000 + ((a & 0x3ff) << 10 | (b & 0x3ff));
			s = span_skip(s, 2);
		}
		utf8_put(out, is_surrogate(a) ? 0xfffd : a);
	}
	return !out->full;
}

static bool
is_utf16(struct buf *out, struct span in, struct span name, bool *done)
{
	bool big = span_ieq(name, SPAN("utf-16be"));
	/* Encoding 6: a mark wins over every name */
	bool mark = span_starts(in, SPAN("\xfe\xff")) ||
	    span_starts(in, SPAN("\xff\xfe"));

	*done = mark || big || span_ieq(name, SPAN("utf-16")) ||
	    span_ieq(name, SPAN("utf-16le"));
	if (!*done)
		return false;
	if (mark) {
		big = span_at(in, 0) == 0xfe;
		in = span_skip(in, 2);
	}
	return utf16(out, in, big);
}

/* The labels of the Encoding Standard that mail has. */
static bool
is_one_of(struct span name, const struct span *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(name, names[i]))
			return true;
	return false;
}

static const struct span unicode[] = { SPAN_INIT("utf-8"), SPAN_INIT("utf8"),
	SPAN_INIT("us-ascii"), SPAN_INIT("ascii"), SPAN_INIT("ansi_x3.4-1968"),
	SPAN_INIT("unicode-1-1-utf-8") };
static const struct span latin1[] = { SPAN_INIT("iso-8859-1"),
	SPAN_INIT("iso8859-1"), SPAN_INIT("iso_8859-1"), SPAN_INIT("latin1"),
	SPAN_INIT("windows-1252"), SPAN_INIT("cp1252"), SPAN_INIT("cp-1252"),
	SPAN_INIT("l1"), SPAN_INIT("iso88591") };
static const struct span latin9[] = { SPAN_INIT("iso-8859-15"),
	SPAN_INIT("iso8859-15"), SPAN_INIT("iso_8859-15"), SPAN_INIT("latin9"),
	SPAN_INIT("l9") };
#define N(array) (sizeof(array) / sizeof((array)[0]))

bool
charset_to_utf8(struct buf *out, struct span in, struct span name)
{
	bool done, ok = is_utf16(out, in, name, &done);
	const struct charset_table *table = find_table(name);

	if (done)
		return ok;
	if (is_one_of(name, latin1, N(latin1)))
		return octets(out, in, charset_1252);
	if (is_one_of(name, latin9, N(latin9)))
		return octets(out, in, of_latin9);
	if (name.len == 0 || is_one_of(name, unicode, N(unicode))) {
		if (utf8_valid(in)) {
			buf_put(out, in);
			return !out->full;
		}
		return span_istarts(name, SPAN("utf")) ? mend_utf8(out, in) :
		    octets(out, in, charset_1252);
	}
	if (table != NULL)
		return by_table(out, in, table);
	(void)octets(out, in, of_unknown);
	return false;
}
