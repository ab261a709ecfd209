/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/head.h"

#include "base/ascii.h"

/* RFC 5322 3.6.8: ftext = %d33-57 / %d59-126 */
static const struct byteset ftext = { {
	0xfbfffffe00000000, 0x7fffffffffffffff, 0, 0 } };

struct span
head_line(struct span s)
{
	size_t n = span_find(s, '\n');

	return span_head(s, n < s.len ? n + 1 : n);
}

bool
head_is_empty(struct span line)
{
	return span_eq(line, SPAN("\n")) || span_eq(line, SPAN("\r\n"));
}

static struct span
without_end(struct span s)
{
	if (span_ends(s, SPAN("\n")))
		s = span_head(s, s.len - 1);
	return span_ends(s, SPAN("\r")) ? span_head(s, s.len - 1) : s;
}

/* The line, and those that continue it (RFC 5322 2.2.3). */
static struct span
take_folded(struct span *rest)
{
	size_t n = 0;
	struct span all;

	do {
		n += head_line(span_skip(*rest, n)).len;
	} while (is_wsp(span_at(*rest, n)));
	all = span_head(*rest, n);
	*rest = span_skip(*rest, n);
	return all;
}

bool
head_next(struct span *rest, struct field *out)
{
	while (rest->len > 0 && !head_is_empty(head_line(*rest))) {
		struct span raw = take_folded(rest);
		size_t name = span_run_set(raw, &ftext), colon = name;

		/* RFC 5322 4.5.3: obs-optional has white space there */
		while (is_wsp(span_at(raw, colon)))
			colon++;
		if (name == 0 || span_at(raw, colon) != ':')
			continue;
		*out = (struct field){ .raw = raw,
		    .name = span_head(raw, name),
		    .value = without_end(span_skip(raw, colon + 1)) };
		return true;
	}
	return false;
}

struct span
head_value(struct span header, struct span name)
{
	struct field f;

	while (head_next(&header, &f))
		if (field_is(&f, name))
			return span_trim_fws(f.value);
	return SPAN_NONE;
}

struct span
head_take(struct span *message)
{
	size_t n = 0;
	struct span line, all = *message;

	do {
		line = head_line(span_skip(all, n));
		n += line.len;
	} while (line.len > 0 && !head_is_empty(line));
	*message = span_skip(all, n);
	return span_head(all, n - line.len);
}

/* White space, and controls that would be in the way where it is shown. */
static bool
is_blank(int c)
{
	return (c >= 0 && c <= ' ') || c == 0x7f;
}

static bool
is_tidy(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (is_blank(c) && (c != ' ' || is_blank(span_at(s, i + 1))))
			return false;
	}
	return true;
}

struct span
head_tidy(struct span value, struct arena *a)
{
	struct buf b;

	while (is_blank(span_at(value, 0)))
		value = span_skip(value, 1);
	while (value.len > 0 && is_blank(span_at(value, value.len - 1)))
		value = span_head(value, value.len - 1);
	if (is_tidy(value))
		return value;
	b = arena_buf(a, value.len);
	for (size_t i = 0; i < value.len; i++) {
		int c = span_at(value, i);

		if (!is_blank(c))
			buf_byte(&b, (uint8_t)c);
		else if (!is_blank(span_at(value, i + 1)))
			buf_byte(&b, ' ');
	}
	return arena_done(a, &b);
}
