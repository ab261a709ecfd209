/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing Authentication-Results (RFC 8601 2.2), folded so that no line is
 * longer than 78 columns unless a single value is (RFC 5322 2.1.1); each
 * result begins a line.
 */
#include "wire/authres.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/authres_lex.h"

enum { COLUMNS = 78, TAB = 8, NAME = 24 /* "Authentication-Results: " */ };

enum form { FORM_NONE, FORM_PLAIN, FORM_QUOTED };

static bool
all(struct span s, bool (*ok)(int))
{
	size_t i = 0;

	while (i < s.len && ok(span_at(s, i)))
		i++;
	return i == s.len;
}

static bool
is_ascii_token(int c)
{
	return c < 0x80 && lex_is_token(c);
}

static bool
is_text(int c)
{
	return c == ' ' || is_vchar(c);
}

/* RFC 5322 3.2.3: atext and ".", less the comment's and our own borders. */
static bool
is_local(int c)
{
	return is_ascii_token(c) || c == '/' || c == '=' || c == '?';
}

static bool
is_name(int c)
{
	return is_alnum(c) || c == '-' || c == '_' || c == '.';
}

/* RFC 8601 2.2: what identifies a mailbox MUST be written as one. */
static bool
is_address(struct span s)
{
	struct span rest = s, local = span_cut(&rest, '@');

	return local.len < s.len && rest.len > 0 && all(local, is_local) &&
	    all(rest, is_name);
}

static enum form
form_of(struct span s)
{
	if (span_absent(s) || s.len > LIMIT_AUTHRES_VALUE || !all(s, is_text))
		return FORM_NONE;
	if (s.len > 0 && (all(s, is_ascii_token) || is_address(s)))
		return FORM_PLAIN;
	return FORM_QUOTED;
}

static size_t
length_of(struct span s, enum form form)
{
	size_t n = s.len;

	if (form != FORM_QUOTED)
		return n;
	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) == '"' || span_at(s, i) == '\\')
			n++;
	return n + 2;
}

static void
put_value(struct authres_writer *w, struct span s, enum form form)
{
	w->column += length_of(s, form);
	if (form == FORM_PLAIN) {
		buf_put(w->b, s);
		return;
	}
	buf_byte(w->b, '"');
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (c == '"' || c == '\\')
			buf_byte(w->b, '\\');
		buf_byte(w->b, (uint8_t)c);
	}
	buf_byte(w->b, '"');
}

static void
put_word(struct authres_writer *w, struct span s)
{
	buf_put(w->b, s);
	w->column += s.len;
}

static void
fold(struct authres_writer *w)
{
	put_word(w, SPAN("\r\n\t"));
	w->column = TAB;
}

/* A space, or a fold when what follows and a ";" would not fit. */
static void
gap(struct authres_writer *w, size_t next)
{
	if (w->column + 1 + next + 1 <= COLUMNS)
		put_word(w, SPAN(" "));
	else
		fold(w);
}

void
authres_begin(struct authres_writer *w, struct buf *b, struct span id)
{
	enum form form = form_of(id);

	*w = (struct authres_writer){ .b = b, .column = NAME };
	if (form == FORM_NONE || id.len == 0)
		put_word(w, SPAN("invalid"));
	else
		put_value(w, id, all(id, is_ascii_token) ? FORM_PLAIN :
		    FORM_QUOTED);
}

void
authres_method(struct authres_writer *w, struct span method,
    struct span result)
{
	put_word(w, SPAN(";"));
	fold(w);
	put_word(w, method);
	put_word(w, SPAN("="));
	put_word(w, result);
	w->any = true;
}

bool
authres_reason(struct authres_writer *w, struct span value)
{
	enum form form = form_of(value);

	if (form == FORM_NONE)
		return false;
	/* RFC 8601 2.2: reasonspec is a value, never a bare address */
	if (form == FORM_PLAIN && !all(value, is_ascii_token))
		form = FORM_QUOTED;
	gap(w, 7 + length_of(value, form));
	put_word(w, SPAN("reason="));
	put_value(w, value, form);
	return true;
}

bool
authres_prop(struct authres_writer *w, struct span ptype,
    struct span property, struct span value)
{
	enum form form = form_of(value);

	if (form == FORM_NONE)
		return false;
	gap(w, ptype.len + property.len + 2 + length_of(value, form));
	put_word(w, ptype);
	put_word(w, SPAN("."));
	put_word(w, property);
	put_word(w, SPAN("="));
	put_value(w, value, form);
	return true;
}

void
authres_end(struct authres_writer *w)
{
	if (!w->any)
		put_word(w, SPAN("; none"));
}
