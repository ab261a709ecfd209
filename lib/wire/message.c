/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/message.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "base/odd.h"

/* RFC 5322 3.6.8: ftext = %d33-57 / %d59-126 */
static const struct byteset ftext = { {
	0xfbfffffe00000000, 0x7fffffffffffffff, 0, 0 } };

static void
note(struct header *h, enum notice_kind kind, size_t at)
{
	struct notice *n = &h->notice[kind];

	if (n->count++ > 0)
		return;
	n->at = at;
	n->field = h->n;
}

/* Octets of the line at the head of s, with its CRLF if it has one. */
static size_t
line_length(struct span s)
{
	size_t at = 0;

	while (at < s.len) {
		at += span_find(span_skip(s, at), '\n') + 1;
		if (at > s.len)
			return s.len;
		if (at > 1 && span_at(s, at - 2) == '\r')
			return at;
	}
	return at;
}

/* ... and of the lines that continue it (RFC 5322 2.2.3). */
static size_t
field_length(struct span s, size_t *longest)
{
	size_t n = 0, line;

	do {
		line = line_length(span_skip(s, n));
		if (line > *longest)
			*longest = line;
		n += line;
	} while (n < s.len && is_wsp(span_at(s, n)));
	return n;
}

static bool
is_newline(int c)
{
	return c == '\r' || c == '\n';
}

/* Another line end, or the start, beside the lone CR or LF at this place. */
static bool
makes_empty_line(struct span raw, size_t at)
{
	return at == 0 || is_newline(span_at(raw, at - 1)) ||
	    is_newline(span_at(raw, at + 1));
}

static void
note_odd(struct header *h, struct span raw)
{
	size_t at = 0, step;

	while ((step = span_find_odd(span_skip(raw, at))) < raw.len - at) {
		int c;

		at += step;
		c = span_at(raw, at);
		note(h, c == 0 ? NOTICE_NUL : c == '\r' ? NOTICE_BARE_CR :
		    NOTICE_BARE_LF, at);
		if (c != 0 && makes_empty_line(raw, at))
			note(h, NOTICE_BARE_EMPTY, at);
		at++;
	}
}

static struct span
without_crlf(struct span s)
{
	return span_ends(s, SPAN("\r\n")) ? span_head(s, s.len - 2) : s;
}

/* mbox's line between messages, as the very first line: "From ", words, and
 * a time of day whose colon is the first one. */
static bool
is_mbox_line(const struct header *h, struct span raw, size_t colon)
{
	struct span before = span_head(raw, colon);
	size_t words = 0;

	if (h->n > 0 || !(span_starts(raw, SPAN("From ")) ||
	    span_starts(raw, SPAN(">From "))))
		return false;
	if (!is_digit(span_at(before, before.len - 1)))
		return false;
	while (before.len > 0 && words < 4) {
		words += span_cut(&before, ' ').len > 0;
		if (!is_vchar(span_at(before, 0)) && span_at(before, 0) != ' ')
			return false;
	}
	return words == 4;
}

/* The name is obs-optional's: "From :" is a From (RFC 5322 4.5). */
static void
read_name(struct header *h, struct field *f, size_t colon)
{
	struct span before = span_head(f->raw, colon);
	size_t run = span_run_set(before, &ftext);

	f->value = without_crlf(span_skip(f->raw, colon + 1));
	if (run > 0 && span_trim_wsp(span_skip(before, run)).len == 0) {
		note(h, NOTICE_SPACE_COLON, f->at);
		f->name = span_head(before, run);
		return;
	}
	f->malformed = true;
	f->name = span_trim_fws(before);
	if (span_has(before, '\r') && span_has(before, '\n'))
		note(h, NOTICE_FOLDED_NAME, f->at);
	else
		note(h, NOTICE_BAD_NAME, f->at);
}

static struct field
read_field(struct header *h, struct span raw, size_t at)
{
	struct field f = { .raw = raw, .at = at };
	size_t colon = span_run_set(raw, &ftext);
	bool plain = colon > 0 && span_at(raw, colon) == ':';

	if (!plain)
		colon = span_find(raw, ':');
	if (h->n == 0 && is_wsp(span_at(raw, 0)))
		note(h, NOTICE_LEADING_WSP, at);
	if (is_mbox_line(h, raw, colon)) {
		note(h, NOTICE_MBOX_FROM, at);
		f.malformed = true;
		f.name = span_head(raw, 0);
		f.value = without_crlf(raw);
	} else if (colon == raw.len) {
		note(h, NOTICE_NO_COLON, at);
		f.malformed = true;
		f.name = span_head(raw, 0);
		f.value = without_crlf(raw);
	} else if (!plain) {
		read_name(h, &f, colon);
	} else {
		f.name = span_head(raw, colon);
		f.value = without_crlf(span_skip(raw, colon + 1));
	}
	return f;
}

static size_t
count_lines(struct span s, size_t max)
{
	size_t n = 1;

	while (n < max && s.len > 0) {
		(void)span_cut(&s, '\n');
		n += !is_wsp(span_at(s, 0));
	}
	return n;
}

bool
header_parse(struct header *out, struct span raw, size_t max_fields,
    struct arena *a)
{
	struct span rest = raw;
	size_t at = 0, cap = count_lines(raw, max_fields);

	*out = (struct header){ .raw = span_head(raw, 0) };
	out->field = arena_array(a, cap, sizeof(*out->field));
	if (out->field == NULL)
		return false;
	while (rest.len > 0 && !span_starts(rest, SPAN("\r\n"))) {
		size_t longest = 0, n = field_length(rest, &longest);

		if (out->n == cap) {
			out->capped = true;
			break;
		}
		if (longest > LIMIT_HEADER_LINE)
			note(out, NOTICE_LONG_LINE, at);
		out->field[out->n] = read_field(out, span_head(rest, n), at);
		out->n++;
		at += n;
		rest = span_skip(rest, n);
	}
	out->raw = span_head(raw, at);
	out->ended = !out->capped && rest.len > 0;
	out->body_at = at + (out->ended ? 2 : 0);
	note_odd(out, out->raw);
	return true;
}

bool
field_resembles(const struct field *f, struct span name)
{
	struct span rest = f->name;
	size_t i = 0;

	if (!f->malformed)
		return field_is(f, name);
	while (rest.len > 0) {
		size_t skip = span_find_set(rest, &ftext), run;

		rest = span_skip(rest, skip);
		run = span_run_set(rest, &ftext);
		if (!span_istarts(span_skip(name, i), span_head(rest, run)))
			return false;
		i += run;
		rest = span_skip(rest, run);
	}
	return i == name.len && i > 0;
}

bool
field_next(struct span *rest, struct field *out)
{
	struct header ignored = { .n = 1 };
	size_t longest = 0;

	if (rest->len == 0 || span_starts(*rest, SPAN("\r\n")))
		return false;
	*out = read_field(&ignored, span_head(*rest,
	    field_length(*rest, &longest)), 0);
	*rest = span_skip(*rest, out->raw.len);
	return true;
}
