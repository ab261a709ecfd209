/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/punycode.h"

#include "base/ascii.h"

/* RFC 3492 5 */
enum {
	BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700,
	FIRST_BIAS = 72, FIRST = 0x80, LAST = 0x10ffff,
	POINTS = sizeof(((struct points *)0)->c) / sizeof(uint32_t)
};

/* RFC 3492 6.1 */
static uint32_t
adapt(uint32_t delta, uint32_t n, bool first)
{
	uint32_t k = 0;

	delta /= first ? DAMP : 2;
	delta += delta / n;
	while (delta > (BASE - TMIN) * TMAX / 2) {
		delta /= BASE - TMIN;
		k += BASE;
	}
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* RFC 3492 5: a..z are 0 to 25, 0..9 are 26 to 35. */
static int
digit(int c)
{
	c = to_lower(c);
	if (is_digit(c))
		return c - '0' + 26;
	return is_alpha(c) ? c - 'a' : -1;
}

/* One delta, RFC 3492 6.2.  False: no digit, or above 2^32. */
static bool
delta(struct span *text, uint32_t bias, uint32_t *out)
{
	uint64_t sum = 0, weight = 1;

	for (uint32_t k = BASE;; k += BASE) {
		int d = digit(span_at(*text, 0));
		uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX :
		    k - bias;

		if (d < 0)
			return false;
		*text = span_skip(*text, 1);
		sum += (uint64_t)d * weight;
		if (sum > UINT32_MAX)
			return false;
		if ((uint32_t)d < t)
			break;
		weight *= BASE - t;
		if (weight > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)sum;
	return true;
}

static void
insert(struct points *out, size_t at, uint32_t c)
{
	for (size_t k = out->n; k > at; k--)
		out->c[k] = out->c[k - 1];
	out->c[at] = c;
	out->n++;
}

static bool
plain(struct points *out, struct span s)
{
	for (size_t i = 0; i < s.len && i < POINTS; i++)
		out->c[i] = (uint32_t)to_lower(span_at(s, i));
	out->n = s.len < POINTS ? s.len : POINTS;
	return s.len < POINTS;
}

bool
punycode_read(struct points *out, struct span text)
{
	size_t last = span_rfind(text, '-');
	uint64_t n = FIRST, i = 0;
	uint32_t bias = FIRST_BIAS;

	out->n = 0;
	if (last < text.len) {
		if (!plain(out, span_head(text, last)))
			return false;
		text = span_skip(text, last + 1);
	}
	for (bool first = true; text.len > 0; first = false) {
		uint32_t d;

		if (out->n == POINTS || !delta(&text, bias, &d))
			return false;
		i += d;
		n += i / (out->n + 1);
		i %= out->n + 1;
		/* scalar values alone (RFC 5890 2.3.2.1) */
		if (n > LAST || (n >= 0xd800 && n < 0xe000))
			return false;
		bias = adapt(d, (uint32_t)out->n + 1, first);
		insert(out, (size_t)i, (uint32_t)n);
		i++;
	}
	return true;
}

bool
label_read(struct points *out, struct span label)
{
	if (!span_istarts(label, SPAN("xn--")))
		return plain(out, label);
	if (punycode_read(out, span_skip(label, 4)))
		return true;
	(void)plain(out, label);
	return false;
}
