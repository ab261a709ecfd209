/* SPDX-License-Identifier: Apache-2.0 */
/*
 * differs.c - whether two alternatives say the same: words are letters and
 * digits, four and more of them; links are written in many ways and do not
 * count.
 */
#include "content/inner.h"

#include "base/ascii.h"

enum { BITS = 1 << 16 };	/* of a text of 10,000 words 1 in 7 other words
				 * is met by chance */

static bool
is_letter(int c)
{
	return is_alnum(c) || c >= 0x80;
}

/* The next word, as a hash; false: there is none. */
static bool
next_word(struct span *s, uint32_t *hash)
{
	while (s->len > 0) {
		uint32_t h = 2166136261u;
		size_t n = 0;
		bool link;

		while (s->len > 0 && !is_letter(span_at(*s, 0)))
			*s = span_skip(*s, 1);
		for (; is_letter(span_at(*s, n)); n++)
			h = (h ^ (uint32_t)to_lower(span_at(*s, n))) *
			    16777619u;
		*s = span_skip(*s, n);
		link = span_starts(*s, SPAN("://"));
		while (link && s->len > 0 && !is_fws(span_at(*s, 0)))
			*s = span_skip(*s, 1);
		*hash = h ^ h >> 16;
		if (n >= 4 && !link)
			return true;
	}
	return false;
}

unsigned
differs(struct span plain, struct span shown)
{
	uint64_t seen[BITS / 64] = { 0 };
	size_t words = 0, missing = 0;
	uint32_t h;

	while (next_word(&shown, &h))
		seen[h % BITS / 64] |= 1ull << h % 64;
	while (next_word(&plain, &h)) {
		words++;
		missing += (seen[h % BITS / 64] >> h % 64 & 1) == 0;
	}
	return words == 0 ? 0 : (unsigned)(missing * 1000 / words);
}
