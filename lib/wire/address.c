/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/address.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/utf8.h"

/* RFC 5322 3.2.3 atext, RFC 6532 3.2: and every octet of UTF-8. */
static const struct byteset atext = { {
	0xa3ffacfa00000000, 0x7fffffffc7fffffe, ~0ull, ~0ull } };
/* qtext and ctext: printable without " \ and ( ) \ (3.2.4, 3.2.2). */
static const struct byteset qtext = { {
	0xfffffffb00000200, 0x7fffffffefffffff, ~0ull, ~0ull } };
static const struct byteset ctext = { {
	0xfffffcfe00000000, 0x7fffffffefffffff, ~0ull, ~0ull } };
/* dtext: printable without [ \ ] (3.4.1). */
static const struct byteset dtext = { {
	0xfffffffe00000000, 0x7fffffffc7ffffff, ~0ull, ~0ull } };

struct parser {
	struct span text, rest;
	struct address_list *out;
	struct arena *arena;
	size_t cap;
};

/* A run of words, dots and quoted strings: a phrase or a local-part, which
 * is known only when something else follows. */
struct words {
	size_t start, end;	/* in the text, without CFWS around */
	size_t n;		/* words                            */
	bool after_word, after_dot;
	bool no_local;		/* not word *("." word)             */
	bool no_phrase;		/* begins with a dot                */
	struct buf local;
};

static size_t
here(const struct parser *p)
{
	return p->text.len - p->rest.len;
}

static int
peek(const struct parser *p)
{
	return span_at(p->rest, 0);
}

static void
skip(struct parser *p, size_t n)
{
	p->rest = span_skip(p->rest, n);
}

static bool
fail(struct parser *p, enum address_error error)
{
	if (p->out->error == ADDRESS_OK) {
		p->out->error = error;
		p->out->error_at = here(p);
	}
	return false;
}

/* RFC 5322 3.2.2, 4.2: FWS, folded as often as one likes. */
static bool
skip_fws(struct parser *p)
{
	for (;;) {
		int c = peek(p);

		if (is_wsp(c))
			skip(p, 1);
		else if (c == '\r' && span_at(p->rest, 1) == '\n' &&
		    is_wsp(span_at(p->rest, 2)))
			skip(p, 3);
		else if (c == '\r' || c == '\n')
			return fail(p, ADDRESS_CONTROL);
		else
			return true;
	}
}

/* "\" and one printable octet or white space. */
static bool
skip_pair(struct parser *p)
{
	int c = span_at(p->rest, 1);

	if (c < 0 || !(is_wsp(c) || is_vchar(c) || c >= 0x80))
		return fail(p, ADDRESS_CONTROL);
	skip(p, 2);
	return true;
}

static bool
skip_comment(struct parser *p, unsigned depth)
{
	if (depth > LIMIT_COMMENT_DEPTH)
		return fail(p, ADDRESS_COMMENT);
	skip(p, 1);
	for (;;) {
		skip(p, span_run_set(p->rest, &ctext));
		if (!skip_fws(p))
			return false;
		if (peek(p) == ')') {
			skip(p, 1);
			return true;
		} else if (peek(p) == '(') {
			if (!skip_comment(p, depth + 1))
				return false;
		} else if (peek(p) == '\\') {
			if (!skip_pair(p))
				return false;
		} else if (p->rest.len == 0) {
			return fail(p, ADDRESS_COMMENT);
		} else if (!byteset_has(&ctext, peek(p))) {
			return fail(p, ADDRESS_CONTROL);
		}
	}
}

static bool
skip_cfws(struct parser *p)
{
	for (;;) {
		if (!skip_fws(p))
			return false;
		if (peek(p) != '(')
			return true;
		if (!skip_comment(p, 1))
			return false;
	}
}

/* RFC 5322 3.2.4.  FWS inside counts as it stands, without its CRLF. */
static bool
quoted_string(struct parser *p, struct buf *out)
{
	skip(p, 1);
	for (;;) {
		size_t run = span_run_set(p->rest, &qtext);
		int c;

		buf_put(out, span_head(p->rest, run));
		skip(p, run);
		c = peek(p);
		if (c == '"') {
			skip(p, 1);
			return true;
		} else if (c == '\\') {
			int second = span_at(p->rest, 1);

			if (!skip_pair(p))
				return false;
			buf_byte(out, (uint8_t)second);
		} else if (c == '\r' && span_at(p->rest, 1) == '\n' &&
		    is_wsp(span_at(p->rest, 2))) {
			skip(p, 2);
		} else {
			return fail(p, c < 0 ? ADDRESS_QUOTE :
			    ADDRESS_CONTROL);
		}
	}
}

static bool
one_word(struct parser *p, struct words *w)
{
	size_t run;

	if (w->after_word)
		w->no_local = true;
	w->after_word = true;
	w->after_dot = false;
	w->n++;
	if (peek(p) == '"')
		return quoted_string(p, &w->local);
	run = span_run_set(p->rest, &atext);
	buf_put(&w->local, span_head(p->rest, run));
	skip(p, run);
	return true;
}

/* phrase (with obs-phrase), local-part (with obs-local-part): 3.2.5, 3.4.1,
 * 4.1, 4.4 */
static bool
read_words(struct parser *p, struct words *w)
{
	if (!skip_cfws(p))
		return false;
	w->start = w->end = here(p);
	for (;;) {
		int c = peek(p);

		if (c == '.') {
			if (!w->after_word)
				w->no_local = true;
			if (w->n == 0)
				w->no_phrase = true;
			w->after_word = false;
			w->after_dot = true;
			buf_byte(&w->local, '.');
			skip(p, 1);
		} else if (c == '"' || byteset_has(&atext, c)) {
			if (!one_word(p, w))
				return false;
		} else {
			return true;
		}
		w->end = here(p);
		if (!skip_cfws(p))
			return false;
	}
}

static bool
domain_literal(struct parser *p, struct mailbox *box)
{
	ROOM(room, LIMIT_IDN_INPUT);
	struct buf b = BUF_ON(room);

	skip(p, 1);
	buf_byte(&b, '[');
	for (;;) {
		size_t run = span_run_set(p->rest, &dtext);

		buf_put(&b, span_head(p->rest, run));
		skip(p, run);
		if (!skip_fws(p))
			return false;
		if (peek(p) == ']')
			break;
		if (!byteset_has(&dtext, peek(p)))
			return fail(p, ADDRESS_NO_DOMAIN);
	}
	skip(p, 1);
	buf_byte(&b, ']');
	if (b.full || !utf8_valid(buf_span(&b)))
		return fail(p, ADDRESS_BAD_DOMAIN);
	box->literal = arena_dup(p->arena, buf_span(&b));
	return true;
}

/* dot-atom, or obs-domain: atoms with CFWS around each (3.4.1, 4.4).  *end
 * is where the last atom ends. */
static bool
domain_name(struct parser *p, struct domain *out, size_t *end)
{
	ROOM(room, LIMIT_IDN_INPUT + 2);
	struct buf b = BUF_ON(room);
	size_t start = here(p);

	for (;;) {
		size_t run = span_run_set(p->rest, &atext);

		if (run == 0)
			return fail(p, ADDRESS_NO_DOMAIN);
		buf_put(&b, span_head(p->rest, run));
		skip(p, run);
		*end = here(p);
		if (!skip_cfws(p))
			return false;
		if (peek(p) != '.')
			break;
		skip(p, 1);
		buf_byte(&b, '.');
		if (!skip_cfws(p))
			return false;
	}
	if (b.full || !domain_parse(out, buf_span(&b), false, p->arena)) {
		p->rest = span_skip(p->text, start);
		return fail(p, ADDRESS_BAD_DOMAIN);
	}
	return true;
}

/* The part from the "@" on, for a local-part that has been read. */
static bool
at_domain(struct parser *p, struct mailbox *box, const struct words *w)
{
	struct span local = buf_span(&w->local);
	size_t end = 0;

	if (w->n == 0 || w->no_local || w->after_dot || w->local.full)
		return fail(p, ADDRESS_LOCAL);
	if (utf8_worst(local) != UTF8_PLAIN)
		return fail(p, ADDRESS_UTF8);
	skip(p, 1);
	if (!skip_cfws(p))
		return false;
	if (peek(p) == '[') {
		if (!domain_literal(p, box))
			return false;
		end = here(p);
		if (!skip_cfws(p))
			return false;
	} else if (!domain_name(p, &box->domain, &end)) {
		return false;
	}
	box->addr = span_slice(p->text, w->start, end);
	box->local = arena_dup(p->arena, local);
	return !span_absent(box->local);
}

/* obs-route: commas, "@" domain, a colon (RFC 5322 4.4) */
static bool
obs_route(struct parser *p, struct mailbox *box)
{
	struct domain ignored;
	size_t end;

	while (peek(p) == '@' || peek(p) == ',') {
		int c = peek(p);

		skip(p, 1);
		if (!skip_cfws(p))
			return false;
		if (c == '@' && (!domain_name(p, &ignored, &end) ||
		    (peek(p) != ',' && peek(p) != ':')))
			return fail(p, ADDRESS_ANGLE);
		if (c == '@')
			box->route = true;
	}
	if (!box->route || peek(p) != ':')
		return fail(p, ADDRESS_ANGLE);
	skip(p, 1);
	return true;
}

static bool
angle_addr(struct parser *p, struct mailbox *box)
{
	ROOM(room, LIMIT_LOCAL_PART);
	struct words w = { .local = BUF_ON(room) };

	skip(p, 1);
	if (!skip_cfws(p))
		return false;
	if ((peek(p) == '@' || peek(p) == ',') && !obs_route(p, box))
		return false;
	if (!read_words(p, &w))
		return false;
	if (peek(p) != '@')
		return fail(p, ADDRESS_ANGLE);
	if (!at_domain(p, box, &w))
		return false;
	if (peek(p) != '>')
		return fail(p, ADDRESS_ANGLE);
	skip(p, 1);
	return skip_cfws(p);
}

static bool
keep_box(struct parser *p, const struct mailbox *box)
{
	struct address_list *l = p->out;

	if (l->n >= LIMIT_MAILBOXES)
		return fail(p, ADDRESS_TOO_MANY);
	if (l->n == p->cap) {
		size_t cap = p->cap == 0 ? 2 : p->cap * 4;
		struct mailbox *more = arena_array(p->arena, cap,
		    sizeof(*more));

		if (more == NULL)
			return false;
		for (size_t i = 0; i < l->n; i++)
			more[i] = l->box[i];
		l->box = more;
		p->cap = cap;
	}
	l->box[l->n++] = *box;
	return true;
}

/* A mailbox whose first words have been read (3.4). */
static bool
mailbox(struct parser *p, const struct words *w, bool in_group)
{
	struct mailbox box = { .in_group = in_group };
	int c = peek(p);

	if (c == '@') {
		if (!at_domain(p, &box, w))
			return false;
	} else if (c == '<' && !w->no_phrase) {
		if (w->n > 0)
			box.display = span_slice(p->text, w->start, w->end);
		if (!angle_addr(p, &box))
			return false;
	} else if (c == -1 || c == ',' || c == ';') {
		return fail(p, ADDRESS_NO_AT);
	} else {
		return fail(p, c < 0x20 || c == 0x7f ? ADDRESS_CONTROL :
		    ADDRESS_JUNK);
	}
	return keep_box(p, &box);
}

/* [mailbox-list / CFWS / obs-group-list] ";" (3.4, 4.4) */
static bool
group(struct parser *p)
{
	skip(p, 1);
	p->out->groups++;
	for (;;) {
		ROOM(room, LIMIT_LOCAL_PART);
		struct words w = { .local = BUF_ON(room) };
		bool empty;

		if (!read_words(p, &w))
			return false;
		empty = w.end == w.start &&
		    (peek(p) == ',' || peek(p) == ';');
		if (!empty && !mailbox(p, &w, true))
			return false;
		if (peek(p) == ';')
			break;
		if (peek(p) != ',')
			return fail(p, ADDRESS_TRAILING);
		skip(p, 1);
	}
	skip(p, 1);
	return skip_cfws(p);
}

static bool
address(struct parser *p)
{
	ROOM(room, LIMIT_LOCAL_PART);
	struct words w = { .local = BUF_ON(room) };

	if (!read_words(p, &w))
		return false;
	if (peek(p) == ':' && w.n > 0 && !w.no_phrase) {
		if (!group(p))
			return false;
	} else if (!mailbox(p, &w, false)) {
		return false;
	}
	if (p->rest.len > 0 && peek(p) != ',')
		return fail(p, ADDRESS_TRAILING);
	return true;
}

/* address-list, or mailbox-list, with the empty places of obs-addr-list */
static bool
address_list(struct parser *p)
{
	for (;;) {
		if (!skip_cfws(p))
			return false;
		while (peek(p) == ',') {
			skip(p, 1);
			if (!skip_cfws(p))
				return false;
		}
		if (p->rest.len == 0)
			break;
		if (!address(p))
			return false;
	}
	return (p->out->n > 0 || p->out->groups > 0) ||
	    fail(p, ADDRESS_NO_AT);
}

bool
address_list_parse(struct address_list *out, struct span text,
    struct arena *a)
{
	struct parser p = { .text = text, .rest = text, .out = out,
	    .arena = a };

	*out = (struct address_list){ .box = NULL };
	if (!address_list(&p)) {
		out->n = out->groups = 0;
		return false;
	}
	out->raw_8bit = !utf8_valid(text);
	return true;
}

/* local-part as a dot-string, or quoted where it is none (RFC 5321 4.1.2) */
static void
print_local(struct buf *b, struct span local)
{
	struct span rest = local;
	bool dot_string = local.len > 0;

	while (dot_string && rest.len > 0) {
		size_t run = span_run_set(rest, &atext);

		dot_string = run > 0 && (run == rest.len ||
		    (span_at(rest, run) == '.' && run + 1 < rest.len));
		rest = span_skip(rest, run + 1);
	}
	if (dot_string) {
		buf_put(b, local);
		return;
	}
	buf_byte(b, '"');
	for (size_t i = 0; i < local.len; i++) {
		if (!byteset_has(&qtext, span_at(local, i)))
			buf_byte(b, '\\');
		buf_byte(b, (uint8_t)span_at(local, i));
	}
	buf_byte(b, '"');
}

struct span
mailbox_print(const struct mailbox *box, struct arena *a)
{
	struct buf b = arena_buf(a, 2 * box->local.len + 3 +
	    box->domain.name.len + box->literal.len);

	print_local(&b, box->local);
	buf_byte(&b, '@');
	buf_put(&b, domain_absent(box->domain) ? box->literal :
	    box->domain.name);
	return b.full ? SPAN_NONE : arena_done(a, &b);
}
