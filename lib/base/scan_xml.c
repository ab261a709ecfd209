/* SPDX-License-Identifier: Apache-2.0 */
#include "base/scan_xml.h"

#include "base/ascii.h"

/* So that each scan is one loop with its question inside. */
#define INLINE __attribute__((always_inline)) static inline

#define ALL(c) { c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c }

/* As numbers with a sign, controls and octets beyond 0x7f are the small
 * ones. */
INLINE struct scan_octets
unplain(struct scan_octets a)
{
	struct scan_octets r;

	r.v = (a.v == '<') | (a.v == '&') | (a.v == ']') |
	    ((a.v < ' ') & (a.v != '\t') & (a.v != '\n'));
	return r;
}

INLINE struct scan_octets
unblank(struct scan_octets a)
{
	struct scan_octets r;

	r.v = ~((a.v == ' ') | (a.v == '\n') | (a.v == '\t') |
	    (a.v == '\r'));
	return r;
}

/* '-' to '9' less '/' are the digits, '-' and '.'. */
INLINE struct scan_octets
unnamed(struct scan_octets a)
{
	static const struct scan_octets small = { ALL(0x20) };
	struct scan_octets r, low = { .v = a.v | small.v };

	r.v = ~(((low.v >= 'a') & (low.v <= 'z')) |
	    ((a.v >= '-') & (a.v <= '9') & (a.v != '/')) | (a.v == '_'));
	return r;
}

INLINE size_t
scan(struct span s, struct scan_octets (*question)(struct scan_octets))
{
	for (size_t i = 0; i < s.len; i += SCAN_SLACK) {
		size_t n = scan_first(question(scan_load(s.ptr + i)));

		if (n < SCAN_SLACK)
			return i + n < s.len ? i + n : s.len;
	}
	return s.len;
}

size_t
scan_xml_plain(struct span s)
{
	return scan(s, unplain);
}

size_t
scan_xml_blank(struct span s)
{
	return scan(s, unblank);
}

size_t
scan_xml_name(struct span s)
{
	return scan(s, unnamed);
}

size_t
scan_xml_open(struct span s)
{
	size_t n;

	if (s.len < 2 || s.ptr[0] != '<' ||
	    (!is_alpha(s.ptr[1]) && s.ptr[1] != '_'))
		return 0;
	n = scan(span_skip(s, 1), unnamed);
	return n + 1 < s.len && s.ptr[n + 1] == '>' ? n : 0;
}
