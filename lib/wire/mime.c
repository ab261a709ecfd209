/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mime.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/encword.h"
#include "wire/utf8.h"

/* RFC 2045 5.1: token, any CHAR but SPACE, CTLs and tspecials */
static const struct byteset token = { {
	0x03ff6cfa00000000, 0x7fffffffc7fffffe, 0, 0 } };

struct param {
	struct span name, value;	/* value without its quotes         */
	bool escaped;			/* it holds quoted-pairs            */
};

/* White space and comments.  A comment that does not end takes the rest. */
static void
skip_cfws(struct span *s)
{
	size_t depth = 0;

	for (;;) {
		int c = span_at(*s, 0);

		if (c == '(')
			depth++;
		else if (depth > 0 && c == ')')
			depth--;
		else if (depth > 0 && c == '\\')
			*s = span_skip(*s, 1);
		else if (c < 0 || (depth == 0 && !is_fws(c)))
			return;
		*s = span_skip(*s, 1);
	}
}

static struct span
take_token(struct span *s)
{
	size_t n = span_run_set(*s, &token);
	struct span t = span_head(*s, n);

	*s = span_skip(*s, n);
	return t;
}

/* A quoted-string, its first quote taken. */
static struct span
take_quoted(struct span *s, bool *escaped)
{
	size_t i = 0;
	struct span t;

	while (i < s->len && span_at(*s, i) != '"') {
		*escaped |= span_at(*s, i) == '\\';
		i += span_at(*s, i) == '\\' ? 2 : 1;
	}
	t = span_head(*s, i);
	*s = span_skip(*s, i + 1);
	return t;
}

/* The next ";" attribute "=" value.  What is no parameter is passed over. */
static bool
next_param(struct span *s, struct param *p)
{
	while (s->len > 0) {
		*p = (struct param){ .escaped = false };
		skip_cfws(s);
		if (span_at(*s, 0) != ';') {
			*s = span_skip(*s, 1);
			continue;
		}
		*s = span_skip(*s, 1);
		skip_cfws(s);
		p->name = take_token(s);
		skip_cfws(s);
		if (p->name.len == 0 || span_at(*s, 0) != '=')
			continue;
		*s = span_skip(*s, 1);
		skip_cfws(s);
		if (span_at(*s, 0) == '"') {
			*s = span_skip(*s, 1);
			p->value = take_quoted(s, &p->escaped);
		} else {
			p->value = take_token(s);
		}
		return true;
	}
	return false;
}

/* "name", "name*", "name*0": RFC 2231 3, 4 */
static bool
is_param(const struct param *p, struct span name)
{
	return span_ieq(span_head(p->name, span_find(p->name, '*')), name);
}

/* RFC 2046 5.1.1 has 70 characters, none of them at the end a space.  Some
 * write tokens with characters that would need quotes. */
static struct span
boundary_of(const struct param *p, struct arena *a)
{
	struct buf b = arena_buf(a, p->value.len);
	bool pair = false;

	for (size_t i = 0; i < p->value.len; i++) {
		int c = span_at(p->value, i);

		if (c == '\r' || c == '\n')
			continue;
		pair = !pair && c == '\\' && p->escaped;
		if (!pair)
			buf_byte(&b, (uint8_t)c);
	}
	if (b.len == 0 || b.len > LIMIT_BOUNDARY)
		return SPAN_NONE;
	return span_trim_wsp(arena_done(a, &b));
}

static bool
read_type(struct mime_type *out, struct span *s, struct arena *a)
{
	struct span major, minor;
	struct buf b;

	skip_cfws(s);
	major = take_token(s);
	skip_cfws(s);
	if (major.len == 0 || span_at(*s, 0) != '/')
		return false;
	*s = span_skip(*s, 1);
	skip_cfws(s);
	minor = take_token(s);
	/* RFC 6838 4.2: at most 127 characters each */
	if (minor.len == 0 || major.len > 127 || minor.len > 127)
		return false;
	b = arena_buf(a, major.len + minor.len + 1);
	buf_lower(&b, major);
	buf_byte(&b, '/');
	buf_lower(&b, minor);
	if (b.full)
		return false;
	out->type = buf_span(&b);
	out->multipart = span_starts(out->type, SPAN("multipart/"));
	return true;
}

void
mime_type_read(struct mime_type *out, struct span value, struct arena *a)
{
	struct param p;

	*out = (struct mime_type){ .type = SPAN("text/plain") };
	if (!read_type(out, &value, a)) {
		out->bad = true;
		return;
	}
	while (next_param(&value, &p)) {
		if (is_param(&p, SPAN("name")))
			out->named = true;
		if (out->multipart && span_absent(out->boundary) &&
		    span_ieq(p.name, SPAN("boundary")))
			out->boundary = boundary_of(&p, a);
	}
}

void
mime_disposition_read(struct mime_disposition *out, struct span value)
{
	struct param p;

	*out = (struct mime_disposition){ .named = false };
	skip_cfws(&value);
	out->attachment = span_ieq(take_token(&value), SPAN("attachment"));
	while (next_param(&value, &p))
		if (is_param(&p, SPAN("filename")))
			out->named = true;
}

/* ---- the text of a parameter (RFC 2231) ------------------------------ */

/* Section n of the name: "name*0", "name*0*"; "name*" is the only one. */
static bool
find_section(struct span value, struct span name, uint64_t n,
    struct param *p, bool *encoded)
{
	while (next_param(&value, p)) {
		struct span tail = span_skip(p->name, name.len + 1);
		uint64_t number = 0;

		if (p->name.len == name.len || !is_param(p, name))
			continue;
		*encoded = tail.len == 0 || span_ends(tail, SPAN("*"));
		if (span_ends(tail, SPAN("*")))
			tail = span_head(tail, tail.len - 1);
		if ((tail.len == 0 || span_u64(tail, LIMIT_FILE_NAME,
		    &number)) && number == n)
			return true;
	}
	return false;
}

static void
put_percent(struct buf *out, struct span s)
{
	while (s.len > 0) {
		int high = hex_value(span_at(s, 1));
		int low = hex_value(span_at(s, 2));
		bool pair = span_at(s, 0) == '%' && high >= 0 && low >= 0;

		buf_byte(out, (uint8_t)(pair ? high * 16 + low :
		    span_at(s, 0)));
		s = span_skip(s, pair ? 3 : 1);
	}
}

/* What is not UTF-8 is taken as ISO 8859-1, whatever charset it claims. */
static void
put_shown(struct buf *out, struct span s, struct encword_seen *seen)
{
	bool utf8 = utf8_valid(s);

	while (s.len > 0) {
		int32_t c = utf8 ? utf8_next(&s) : span_at(s, 0);
		enum utf8_kind kind = utf8_kind((uint32_t)c);

		if (!utf8)
			s = span_skip(s, 1);
		if (kind == UTF8_PLAIN)
			utf8_put(out, (uint32_t)c);
		seen->control |= kind == UTF8_CONTROL;
		seen->bidi |= kind == UTF8_BIDI;
		seen->hidden |= kind == UTF8_BIDI || kind == UTF8_INVISIBLE;
	}
}

struct span
mime_param_seen(struct span value, struct span name,
    struct encword_seen *seen, struct arena *a)
{
	ROOM(raw_room, LIMIT_FILE_NAME);
	ROOM(room, LIMIT_FILE_NAME);
	struct buf raw = BUF_ON(raw_room), out = BUF_ON(room);
	struct span rest = value;
	struct param p;
	bool encoded = false;
	uint64_t n = 0;

	*seen = (struct encword_seen){ .encoded = false };
	for (; n < 20 && find_section(value, name, n, &p, &encoded); n++) {
		/* charset "'" language "'" text */
		if (n == 0 && encoded) {
			(void)span_cut(&p.value, '\'');
			(void)span_cut(&p.value, '\'');
		}
		if (encoded)
			put_percent(&raw, p.value);
		else
			buf_put(&raw, p.value);
	}
	if (n > 0) {
		put_shown(&out, buf_span(&raw), seen);
		return arena_dup(a, buf_span(&out));
	}
	while (next_param(&rest, &p)) {
		if (!span_ieq(p.name, name))
			continue;
		encword_show(&out, p.value, seen);
		return arena_dup(a, buf_span(&out));
	}
	return SPAN_NONE;
}

bool
mime_param_next(struct span *value, struct span *name)
{
	struct param p;
	bool any = next_param(value, &p);

	*name = any ? p.name : SPAN_NONE;
	return any;
}

struct span
mime_param_plain(struct span value, struct span name, size_t n,
    struct arena *a)
{
	ROOM(room, LIMIT_FILE_NAME);
	struct buf out = BUF_ON(room);
	struct encword_seen seen = { .encoded = false };
	struct param p;

	while (next_param(&value, &p)) {
		if (!span_ieq(p.name, name) || n-- > 0)
			continue;
		encword_show(&out, p.value, &seen);
		return arena_dup(a, buf_span(&out));
	}
	return SPAN_NONE;
}

struct span
mime_param(struct span value, struct span name, struct arena *a)
{
	struct encword_seen seen;

	return mime_param_seen(value, name, &seen, a);
}
