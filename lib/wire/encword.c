/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/encword.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/base64.h"
#include "wire/qp.h"
#include "wire/utf8.h"

enum charset { CHARSET_UTF8, CHARSET_LATIN1, CHARSET_OTHER };

struct word {
	struct span charset, text;
	int encoding;		/* 'b' or 'q'                    */
	size_t length;		/* octets of all, "=?" to "?="   */
};

static void
put(struct buf *out, int32_t c, struct encword_seen *seen)
{
	if (c < 0) {
		seen->bad = true;
		utf8_put(out, 0xfffd);
		return;
	}
	switch (utf8_kind((uint32_t)c)) {
	case UTF8_PLAIN:
		utf8_put(out, (uint32_t)c);
		break;
	case UTF8_CONTROL:
		seen->control = true;
		break;
	case UTF8_BIDI:
		seen->bidi = true;
		seen->hidden = true;
		break;
	case UTF8_INVISIBLE:
		seen->hidden = true;
		break;
	}
}

static enum charset
charset_of(struct span name)
{
	/* RFC 2231 5: a language may follow */
	struct span s = span_head(name, span_find(name, '*'));

	if (span_ieq(s, SPAN("utf-8")) || span_ieq(s, SPAN("us-ascii")) ||
	    span_ieq(s, SPAN("utf8")))
		return CHARSET_UTF8;
	if (span_ieq(s, SPAN("iso-8859-1")) ||
	    span_ieq(s, SPAN("iso-8859-15")) ||
	    span_ieq(s, SPAN("windows-1252")))
		return CHARSET_LATIN1;
	return CHARSET_OTHER;
}

/* "=?" charset "?" encoding "?" text "?=" (RFC 2047 2) */
static bool
find_word(struct span s, struct word *w)
{
	struct span rest = span_skip(span_head(s, LIMIT_ENCODED_WORD), 2);
	struct span encoding;
	size_t end;

	if (!span_starts(s, SPAN("=?")))
		return false;
	w->charset = span_cut(&rest, '?');
	encoding = span_cut(&rest, '?');
	end = span_search(rest, SPAN("?="));
	w->encoding = to_lower(span_at(encoding, 0));
	w->text = span_head(rest, end);
	w->length = span_offset(s, rest) + end + 2;
	return w->charset.len > 0 && encoding.len == 1 && end < rest.len &&
	    (w->encoding == 'b' || w->encoding == 'q') &&
	    !span_has(w->text, '\n') && !span_has(w->text, '?');
}

static bool
show_word(struct buf *out, const struct word *w, struct encword_seen *seen)
{
	ROOM(room, LIMIT_ENCODED_WORD + 8);
	struct buf b = BUF_ON(room);
	enum charset charset = charset_of(w->charset);
	struct span s;

	if (w->encoding == 'b' ? !base64_decode(&b, w->text, false) :
	    !qp_decode_word(&b, w->text))
		return false;
	for (s = buf_span(&b); s.len > 0; ) {
		int c = span_at(s, 0);

		if (charset == CHARSET_UTF8) {
			put(out, utf8_next(&s), seen);
			continue;
		}
		/* 80..9F: characters of windows-1252 that we do not show */
		put(out, c >= 0x80 && (charset == CHARSET_OTHER || c < 0xa0) ?
		    -1 : c, seen);
		s = span_skip(s, 1);
	}
	seen->encoded = true;
	return true;
}

/* White space between two encoded-words is not shown (RFC 2047 6.2). */
static struct span
skip_between(struct span s)
{
	struct span rest = s;
	struct word w;

	while (is_fws(span_at(rest, 0)))
		rest = span_skip(rest, 1);
	return find_word(rest, &w) ? rest : s;
}

/* One character of plain text; quotes and their backslashes go. */
static struct span
show_plain(struct buf *out, struct span s, struct encword_seen *seen)
{
	int c = span_at(s, 0);

	if (c == '"')
		return span_skip(s, 1);
	if (c == '\\' && s.len > 1)
		s = span_skip(s, 1);
	if (is_fws(span_at(s, 0))) {
		while (is_fws(span_at(s, 0)))
			s = span_skip(s, 1);
		buf_byte(out, ' ');
		return s;
	}
	put(out, utf8_next(&s), seen);
	return s;
}

void
encword_show(struct buf *out, struct span text, struct encword_seen *seen)
{
	*seen = (struct encword_seen){ .encoded = false };
	while (text.len > 0 && !out->full) {
		struct word w;

		if (find_word(text, &w) && show_word(out, &w, seen))
			text = skip_between(span_skip(text, w.length));
		else
			text = show_plain(out, text, seen);
	}
}
