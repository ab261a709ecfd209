/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json.h"

#include "base/cur.h"
#include "base/scan.h"
#include "wire/utf8.h"

static void
flush(struct jw *w)
{
	if (!w->failed && w->buf.len > 0 &&
	    !w->write(w->ctx, buf_span(&w->buf)))
		w->failed = true;
	w->buf.len = 0;
}

static void
put(struct jw *w, struct span s)
{
	while (s.len > w->buf.cap - w->buf.len) {
		size_t n = w->buf.cap - w->buf.len;

		buf_put(&w->buf, span_head(s, n));
		s = span_skip(s, n);
		flush(w);
	}
	buf_put(&w->buf, s);
}

static void
put_byte(struct jw *w, uint8_t c)
{
	if (w->buf.len == w->buf.cap)
		flush(w);
	buf_byte(&w->buf, c);
}

static void
before_value(struct jw *w)
{
	if (w->comma)
		put_byte(w, ',');
	w->comma = true;
}

static void
put_hex(struct jw *w, int c)
{
	static const char digit[] = "0123456789abcdef";

	put_byte(w, (uint8_t)digit[(unsigned)c >> 4 & 15]);
	put_byte(w, (uint8_t)digit[(unsigned)c & 15]);
}

void
jw_start(struct jw *w, assay_write_fn *write, void *ctx)
{
	w->write = write;
	w->ctx = ctx;
	w->failed = false;
	w->comma = false;
	w->buf = BUF_ON(w->room);
}

bool
jw_finish(struct jw *w)
{
	put_byte(w, '\n');
	flush(w);
	return !w->failed;
}

void
jw_object(struct jw *w)
{
	before_value(w);
	put_byte(w, '{');
	w->comma = false;
}

void
jw_end_object(struct jw *w)
{
	put_byte(w, '}');
	w->comma = true;
}

void
jw_array(struct jw *w)
{
	before_value(w);
	put_byte(w, '[');
	w->comma = false;
}

void
jw_end_array(struct jw *w)
{
	put_byte(w, ']');
	w->comma = true;
}

/* ---- strings ------------------------------------------------------- */

static bool
is_tail(struct span s, size_t i)
{
	return (span_at(s, i) & 0xc0) == 0x80 && i < s.len;
}

/* RFC 3629 4: the length of the valid sequence at the front, or 0. */
static size_t
utf8_len(struct span s)
{
	int a = span_at(s, 0), b = span_at(s, 1);

	if (a >= 0xc2 && a <= 0xdf)
		return is_tail(s, 1) ? 2 : 0;
	if (a >= 0xe0 && a <= 0xef) {
		if ((a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f))
			return 0;
		return is_tail(s, 1) && is_tail(s, 2) ? 3 : 0;
	}
	if (a >= 0xf0 && a <= 0xf4) {
		if ((a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f))
			return 0;
		return is_tail(s, 1) && is_tail(s, 2) && is_tail(s, 3) ?
		    4 : 0;
	}
	return 0;
}

static void
escape(struct jw *w, int c)
{
	put_byte(w, '\\');
	switch (c) {
	case '"':
	case '\\':
		put_byte(w, (uint8_t)c);
		return;
	case '\n':
		put_byte(w, 'n');
		return;
	case '\r':
		put_byte(w, 'r');
		return;
	case '\t':
		put_byte(w, 't');
		return;
	}
	put(w, SPAN("u00"));
	put_hex(w, c);
}

/* A character of several octets.  RFC 8259 7 lets any be escaped: those that a
 * terminal obeys, or that turn the order of what is read, are. */
static void
put_char(struct jw *w, struct span s)
{
	struct span rest = s;
	uint32_t c = (uint32_t)utf8_next(&rest);
	enum utf8_kind kind = utf8_kind(c);

	if (kind != UTF8_CONTROL && kind != UTF8_BIDI) {
		put(w, s);
		return;
	}
	put(w, SPAN("\\u"));	/* all of them are below U+10000 */
	put_hex(w, (int)(c >> 8));
	put_hex(w, (int)(c & 255));
}

static void
put_string(struct jw *w, struct span s, bool utf8)
{
	put_byte(w, '"');
	while (s.len > 0) {
		size_t n = scan_json(s);

		put(w, span_head(s, n));
		s = span_skip(s, n);
		if (s.len == 0)
			break;
		n = utf8 ? utf8_len(s) : 0;
		if (n > 0)
			put_char(w, span_head(s, n));
		else
			escape(w, span_at(s, 0));
		s = span_skip(s, n > 0 ? n : 1);
	}
	put_byte(w, '"');
}

void
jw_str(struct jw *w, struct span s)
{
	if (span_absent(s)) {
		jw_null(w);
		return;
	}
	before_value(w);
	put_string(w, s, true);
}

void
jw_octets(struct jw *w, struct span s)
{
	if (span_absent(s)) {
		jw_null(w);
		return;
	}
	before_value(w);
	put_string(w, s, false);
}

void
jw_cstr(struct jw *w, const char *s)
{
	jw_str(w, assay_cstr(s));
}

void
jw_word(struct jw *w, const char *s)
{
	if (s == NULL) {
		jw_null(w);
		return;
	}
	before_value(w);
	put_byte(w, '"');
	put(w, assay_cstr(s));
	put_byte(w, '"');
}

void
jw_name(struct jw *w, struct span key)
{
	put(w, span_skip(key, w->comma ? 0 : 1));
	w->comma = false;
}

void
jw_key(struct jw *w, const char *key)
{
	before_value(w);
	put_string(w, assay_cstr(key), true);
	put_byte(w, ':');
	w->comma = false;
}

/* ---- the rest ------------------------------------------------------- */

void
jw_u64(struct jw *w, uint64_t v)
{
	ROOM(room, 20);
	struct buf b = BUF_ON(room);

	before_value(w);
	buf_u64(&b, v);
	put(w, buf_span(&b));
}

void
jw_i64(struct jw *w, int64_t v)
{
	if (v >= 0) {
		jw_u64(w, (uint64_t)v);
		return;
	}
	before_value(w);
	put_byte(w, '-');
	w->comma = false;
	jw_u64(w, 0 - (uint64_t)v);
}

void
jw_bool(struct jw *w, bool v)
{
	before_value(w);
	put(w, v ? SPAN("true") : SPAN("false"));
}

void
jw_null(struct jw *w)
{
	before_value(w);
	put(w, SPAN("null"));
}

void
jw_hex(struct jw *w, struct span s)
{
	if (span_absent(s)) {
		jw_null(w);
		return;
	}
	before_value(w);
	put_byte(w, '"');
	for (size_t i = 0; i < s.len; i++)
		put_hex(w, span_at(s, i));
	put_byte(w, '"');
}

static void
put_base64(struct jw *w, struct cur *c)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = c->rest.len < 3 ? c->rest.len : 3;
	uint32_t v = 0, four = 0;

	for (size_t i = 0; i < 3; i++)
		v = v << 8 | (i < n ? (uint32_t)cur_byte(c) : 0);
	for (size_t i = 0; i < 4; i++, v <<= 6)
		four = four << 8 | (i > n ? '=' :
		    (uint8_t)digit[v >> 18 & 63]);
	if (w->buf.cap - w->buf.len < 4)
		flush(w);
	buf_u32(&w->buf, four);
}

void
jw_base64(struct jw *w, struct span s)
{
	struct cur c = cur_of(s);

	if (span_absent(s)) {
		jw_null(w);
		return;
	}
	before_value(w);
	put_byte(w, '"');
	while (!cur_end(&c))
		put_base64(w, &c);
	put_byte(w, '"');
}

void
jw_put_str(struct jw *w, const char *key, struct span s)
{
	jw_key(w, key);
	jw_str(w, s);
}

void
jw_put_cstr(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_cstr(w, s);
}

void
jw_put_u64(struct jw *w, const char *key, uint64_t v)
{
	jw_key(w, key);
	jw_u64(w, v);
}

void
jw_put_i64(struct jw *w, const char *key, int64_t v)
{
	jw_key(w, key);
	jw_i64(w, v);
}

void
jw_put_bool(struct jw *w, const char *key, bool v)
{
	jw_key(w, key);
	jw_bool(w, v);
}
