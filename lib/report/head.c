/* SPDX-License-Identifier: Apache-2.0 */
#include "report/head.h"

#include "base/ascii.h"

/* RFC 5322 3.6.8: ftext = %d33-57 / %d59-126 */
static const struct byteset ftext = { {
	0xfbfffffe00000000, 0x7fffffffffffffff, 0, 0 } };

/* What head_unfold() has to do something about: controls but HTAB. */
static const struct byteset control = { {
	0x00000000fffffdff, 0x8000000000000000, 0, 0 } };

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

struct span
head_unfold(struct span value, struct arena *a)
{
	struct buf b;

	value = span_trim_fws(value);
	if (span_find_set(value, &control) == value.len)
		return value;
	b = arena_buf(a, value.len);
	for (size_t i = 0; i < value.len; i++) {
		int c = span_at(value, i);

		if (c != '\r' && c != '\n')
			buf_byte(&b, byteset_has(&control, c) ? ' ' :
			    (uint8_t)c);
	}
	return arena_done(a, &b);
}
