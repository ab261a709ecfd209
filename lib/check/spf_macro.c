/* SPDX-License-Identifier: Apache-2.0 */
#include "check/spf_macro.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"
#include "base/num.h"
#include "wire/addr.h"

/* One piece of a macro-string: octets that stand for themselves, or a
 * macro-letter and what it does to its value. */
struct piece {
	struct span literal;
	bool escape;		/* %% %_ %-: literal is what it means       */
	int letter;		/* lower case; 0: a literal                 */
	bool upper, reverse, split;
	uint64_t parts;		/* right-hand parts to keep, 0: all         */
	struct byteset delimiter;
};

/* %x21-24 / %x26-7E, and SP for an explain-string. */
static const struct byteset visible = { {
	0xffffffde00000000, 0x7fffffffffffffff, 0, 0 } };
static const struct byteset visible_or_space = { {
	0xffffffdf00000000, 0x7fffffffffffffff, 0, 0 } };
/* ALPHA DIGIT - . _ ~ (RFC 3986 2.3). */
static const struct byteset unreserved = { {
	0x03ff600000000000, 0x47fffffe87fffffe, 0, 0 } };
/* . - + , / _ = */
static const struct byteset delimiters = { {
	0x2000f80000000000, 0x0000000080000000, 0, 0 } };
/* SP and visible, without the dot: what may come into a label here. */
static const struct byteset label_octet = { {
	0xffffbfff00000000, 0x7fffffffffffffff, 0, 0 } };
/* Of these, what stands for itself in a question. */
static const struct byteset plain_octet = { {
	0xffffbffe00000000, 0x7fffffffefffffff, 0, 0 } };

static void
byteset_add(struct byteset *set, int c)
{
	set->bit[(unsigned)c >> 6 & 3] |= 1ull << ((unsigned)c & 63);
}

static bool
is_letter(int c, enum macro_kind kind)
{
	switch (c) {
	case 's': case 'l': case 'o': case 'd': case 'i': case 'p':
	case 'h': case 'v':
		return true;
	case 'c': case 'r': case 't':
		/* RFC 7208 7.2: allowed only in "exp" text; the grammar has
		 * them for the values nobody looks at, too. */
		return kind != MACRO_DOMAIN;
	}
	return false;
}

/* transformers *delimiter "}" */
static enum macro_error
read_transform(struct piece *p, struct cur *c)
{
	bool any = false;

	for (; is_digit(cur_peek(c)); any = true)
		if (!digit_ok(&p->parts, (uint8_t)(cur_byte(c) - '0'),
		    UINT32_MAX))
			p->parts = UINT32_MAX / 10;	/* more than any */
	/* RFC 7208 7.3: if specified, the value MUST be nonzero */
	if (any && p->parts == 0)
		return MACRO_TRANSFORM;
	if (to_lower(cur_peek(c)) == 'r') {
		cur_byte(c);
		p->reverse = true;
	}
	p->split = any || p->reverse;
	if (!byteset_has(&delimiters, cur_peek(c)))
		byteset_add(&p->delimiter, '.');
	while (byteset_has(&delimiters, cur_peek(c))) {
		byteset_add(&p->delimiter, cur_byte(c));
		p->split = true;
	}
	return cur_accept(c, '}') ? MACRO_OK : MACRO_TRANSFORM;
}

static enum macro_error
read_percent(struct piece *p, struct cur *c, enum macro_kind kind)
{
	int letter;

	p->escape = true;
	switch (cur_byte(c)) {
	case '%':
		p->literal = SPAN("%");
		return MACRO_OK;
	case '_':
		p->literal = SPAN(" ");
		return MACRO_OK;
	case '-':
		p->literal = SPAN("%20");
		return MACRO_OK;
	case '{':
		letter = cur_byte(c);
		p->letter = to_lower(letter);
		p->upper = p->letter != letter;
		if (!is_letter(p->letter, kind))
			return MACRO_LETTER;
		return read_transform(p, c);
	}
	return MACRO_PERCENT;
}

static enum macro_error
read_piece(struct piece *p, struct cur *c, enum macro_kind kind)
{
	const struct byteset *ok = kind == MACRO_TEXT ? &visible_or_space :
	    &visible;

	*p = (struct piece){ .letter = 0 };
	if (cur_accept(c, '%'))
		return read_percent(p, c, kind);
	p->literal = cur_until(c, '%');
	return span_run_set(p->literal, ok) == p->literal.len ? MACRO_OK :
	    MACRO_OCTET;
}

/* RFC 7208 7.1 domain-end, where the last piece is a literal:
 * "." toplabel [ "." ] */
static bool
ends_in_toplabel(struct span s)
{
	bool digits = true;
	size_t dot;

	if (span_ends(s, SPAN(".")))
		s = span_head(s, s.len - 1);
	dot = span_rfind(s, '.');
	if (dot == s.len)
		return false;
	s = span_skip(s, dot + 1);
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_alnum(c) && c != '-')
			return false;
		digits = digits && is_digit(c);
	}
	return !digits && span_at(s, 0) != '-' &&
	    span_at(s, s.len - 1) != '-';
}

enum macro_error
macro_check(struct span text, enum macro_kind kind, uint32_t *letters)
{
	struct cur c = cur_of(text);
	struct piece p = { .letter = 0 };
	uint32_t used = 0;

	while (!cur_end(&c)) {
		enum macro_error e = read_piece(&p, &c, kind);
		if (e != MACRO_OK)
			return e;
		if (p.letter != 0)
			used |= macro_bit(p.letter);
	}
	if (kind == MACRO_DOMAIN && p.letter == 0 && !p.escape &&
	    !ends_in_toplabel(p.literal))
		return MACRO_END;
	*letters = used;
	return MACRO_OK;
}

static void
put_or_unknown(struct buf *b, struct span s)
{
	if (span_absent(s))
		buf_str(b, "unknown");
	else
		buf_put(b, s);
}

/* RFC 7208 7.2 */
static void
put_value(struct buf *b, int letter, const struct macro_values *v)
{
	switch (letter) {
	case 's':
		buf_put(b, v->local);
		buf_byte(b, '@');
		buf_put(b, v->sender_domain);
		break;
	case 'l': buf_put(b, v->local); break;
	case 'o': buf_put(b, v->sender_domain); break;
	case 'd': buf_put(b, v->domain); break;
	case 'i': addr_dotted(b, &v->client); break;
	case 'p': put_or_unknown(b, v->ptr_name); break;
	case 'v':
		buf_str(b, v->client.family == 4 ? "in-addr" : "ip6");
		break;
	case 'h': buf_put(b, v->helo); break;
	case 'c': addr_print(b, &v->client); break;
	case 'r': put_or_unknown(b, v->receiver); break;
	case 't': buf_u64(b, v->now < 0 ? 0 : (uint64_t)v->now); break;
	}
}

static uint64_t
count_parts(struct span s, const struct byteset *delimiter)
{
	uint64_t n = 1;

	for (size_t i = 0; i < s.len; i++)
		n += byteset_has(delimiter, span_at(s, i));
	return n;
}

/* The right-most parts, joined by dots. */
static void
put_right(struct buf *b, struct span s, const struct piece *p)
{
	uint64_t n = count_parts(s, &p->delimiter);

	for (; p->parts != 0 && n > p->parts; n--)
		s = span_skip(s, span_find_set(s, &p->delimiter) + 1);
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		buf_byte(b, byteset_has(&p->delimiter, c) ? '.' :
		    (uint8_t)c);
	}
}

/* The same of the parts in reverse: so the left-most ones, from the last. */
static void
put_reverse(struct buf *b, struct span s, const struct piece *p)
{
	uint64_t n = count_parts(s, &p->delimiter);
	size_t end = s.len, i;

	for (; p->parts != 0 && n > p->parts; n--) {
		while (!byteset_has(&p->delimiter, span_at(s, end - 1)))
			end--;
		end--;
	}
	for (i = end; i > 0; i--) {
		if (!byteset_has(&p->delimiter, span_at(s, i - 1)))
			continue;
		buf_put(b, span_slice(s, i, end));
		buf_byte(b, '.');
		end = i - 1;
	}
	buf_put(b, span_head(s, end));
}

/* RFC 7208 7.3: upper case means URL-escaped. */
static void
put_escaped(struct buf *b, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned c = (unsigned)span_at(s, i);
		if (byteset_has(&unreserved, (int)c)) {
			buf_byte(b, (uint8_t)c);
			continue;
		}
		buf_byte(b, '%');
		buf_byte(b, (uint8_t)hex[c >> 4 & 15]);
		buf_byte(b, (uint8_t)hex[c & 15]);
	}
}

/* A value that is split, or escaped. */
static void
put_changed(struct buf *out, const struct piece *p,
    const struct macro_values *v)
{
	ROOM(room, MACRO_VALUE_MAX);
	ROOM(room2, MACRO_VALUE_MAX);
	struct buf value = BUF_ON(room), parts = BUF_ON(room2);

	put_value(&value, p->letter, v);
	if (!p->split)
		buf_put(&parts, buf_span(&value));
	else if (p->reverse)
		put_reverse(&parts, buf_span(&value), p);
	else
		put_right(&parts, buf_span(&value), p);
	if (p->upper)
		put_escaped(out, buf_span(&parts));
	else
		buf_put(out, buf_span(&parts));
}

static void
put_piece(struct buf *out, const struct piece *p,
    const struct macro_values *v)
{
	if (p->letter == 0)
		buf_put(out, p->literal);
	else if (!p->split && !p->upper)
		put_value(out, p->letter, v);
	else
		put_changed(out, p, v);
}

void
macro_expand(struct buf *out, struct span text, const struct macro_values *v)
{
	struct cur c = cur_of(text);
	struct piece p;

	while (!cur_end(&c) && !out->full &&
	    read_piece(&p, &c, MACRO_TEXT) == MACRO_OK)
		put_piece(out, &p, v);
}

/* Only the right end of a name counts, so a long expansion forgets its left
 * end on the way.  True: b has room for any piece. */
static void
forget_left(struct buf *b)
{
	struct span s = buf_span(b);

	if (s.len <= 2 * LIMIT_NAME)
		return;
	b->len = 0;
	buf_put(b, span_skip(s, s.len - 2 * LIMIT_NAME));
}

static bool
has_labels_of(struct span name, const struct byteset *octets)
{
	if (name.len > LIMIT_NAME)
		return false;
	for (;;) {
		size_t n = span_run_set(name, octets);
		/* RFC 1035 2.3.4 */
		if (n == 0 || n > LIMIT_LABEL)
			return false;
		if (n == name.len)
			return true;
		if (span_at(name, n) != '.')
			return false;
		name = span_skip(name, n + 1);
	}
}

bool
macro_is_name(struct span name)
{
	return has_labels_of(name, &plain_octet);
}

/* The form of struct assay_question. */
static void
put_name(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (c == ' ')
			buf_str(out, "\\032");
		else if (c == '\\')
			buf_str(out, "\\092");
		else
			buf_byte(out, (uint8_t)to_lower(c));
	}
}

bool
macro_name(struct buf *out, struct span text, const struct macro_values *v)
{
	ROOM(room, MACRO_ROOM);
	struct buf b = BUF_ON(room);
	struct cur c = cur_of(text);
	struct piece p;
	struct span s;

	while (!cur_end(&c) &&
	    read_piece(&p, &c, MACRO_DOMAIN) == MACRO_OK) {
		if (p.literal.len > MACRO_ROOM / 2)
			p.literal = span_skip(p.literal,
			    p.literal.len - 2 * LIMIT_NAME);
		put_piece(&b, &p, v);
		forget_left(&b);
	}
	s = buf_span(&b);
	if (span_ends(s, SPAN(".")))
		s = span_head(s, s.len - 1);
	/* RFC 7208 7.3: the left side is truncated to fit */
	while (s.len > LIMIT_NAME && span_has(s, '.'))
		s = span_skip(s, span_find(s, '.') + 1);
	if (b.full || !has_labels_of(s, &label_octet))
		return false;
	put_name(out, s);
	return !out->full;
}
