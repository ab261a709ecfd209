/* SPDX-License-Identifier: Apache-2.0 */
#include "test/slow_canon.h"

#include "base/ascii.h"

/* Runs of WSP become one SP; those at the end go. */
static void
reduce(struct buf *out, struct span line)
{
	bool wsp = false;

	for (size_t i = 0; i < line.len; i++) {
		int c = span_at(line, i);

		if (is_wsp(c)) {
			wsp = true;
			continue;
		}
		if (wsp)
			buf_byte(out, ' ');
		wsp = false;
		buf_byte(out, (uint8_t)c);
	}
}

/* The length of the line at the start, without its CRLF. */
static size_t
line_length(struct span s)
{
	return span_search(s, SPAN("\r\n"));
}

void
slow_body(struct buf *out, enum canon kind, struct span body)
{
	size_t start = out->len, keep = out->len;

	while (body.len > 0) {
		size_t n = line_length(body), line = out->len;

		if (kind == CANON_RELAXED)
			reduce(out, span_head(body, n));
		else
			buf_put(out, span_head(body, n));
		body = span_skip(body, n + 2);
		if (out->len > line)
			keep = out->len + 2;
		buf_str(out, "\r\n");
	}
	/* All empty lines at the end of the body are ignored. */
	out->len = keep;
	if (kind == CANON_SIMPLE && out->len == start)
		buf_str(out, "\r\n");
}

/* Without each CRLF that WSP follows. */
static struct span
unfold(uint8_t *room, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (span_at(s, i) == '\r' && span_at(s, i + 1) == '\n' &&
		    is_wsp(span_at(s, i + 2)))
			i++;
		else
			room[n++] = (uint8_t)span_at(s, i);
	}
	return (struct span){ room, n };
}

static struct span
without_crlf(struct span raw)
{
	return span_ends(raw, SPAN("\r\n")) ? span_head(raw, raw.len - 2) :
	    raw;
}

static void
relaxed(struct buf *out, struct span raw)
{
	static uint8_t room[1 << 17];
	size_t colon = span_find(raw, ':');
	struct span name = span_trim_wsp(span_head(raw, colon));

	buf_lower(out, name);
	if (colon < raw.len)
		buf_str(out, ":");
	reduce(out, span_trim_wsp(unfold(room, span_skip(raw, colon + 1))));
}

void
slow_field(struct buf *out, enum canon kind, struct span raw)
{
	slow_sig_field(out, kind, raw, raw.len, raw.len);
	buf_str(out, "\r\n");
}

void
slow_sig_field(struct buf *out, enum canon kind, struct span raw,
    size_t from, size_t to)
{
	static uint8_t room[1 << 17];
	struct buf cut = BUF_ON(room);

	raw = without_crlf(raw);
	buf_put(&cut, span_head(raw, from));
	buf_put(&cut, span_skip(raw, to));
	if (kind == CANON_RELAXED)
		relaxed(out, buf_span(&cut));
	else
		buf_put(out, buf_span(&cut));
}
