/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/milter.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"

/* What the data of a word looks like. */
enum shape {
	SHAPE_NONE = 0,		/* no such word                              */
	SHAPE_EMPTY,		/* a reply: nothing                          */
	SHAPE_IGNORED,		/* a command: nothing, and what is there yet
				 * is passed over, as libmilter does         */
	SHAPE_DATA, SHAPE_TEXT, SHAPE_ARGS, SHAPE_FIELD, SHAPE_INDEXED,
	SHAPE_MACRO, SHAPE_CONNECT, SHAPE_OPTIONS, SHAPE_REPLY
};

static enum shape
shape_of(int word)
{
	switch (word) {
	case MILTER_ABORT: case MILTER_QUIT: case MILTER_QUIT_NC:
	case MILTER_EOH: case MILTER_DATA:
		return SHAPE_IGNORED;
	case MILTER_SHUTDOWN: case MILTER_ACCEPT: case MILTER_CONTINUE:
	case MILTER_DISCARD: case MILTER_CONN_FAIL: case MILTER_PROGRESS:
	case MILTER_REJECT: case MILTER_SKIP: case MILTER_TEMPFAIL:
		return SHAPE_EMPTY;
	case MILTER_BODY: case MILTER_END: case MILTER_NEW_BODY:
		return SHAPE_DATA;
	case MILTER_HELO: case MILTER_UNKNOWN: case MILTER_QUARANTINE:
	case MILTER_ADD_RCPT: case MILTER_DEL_RCPT:
		return SHAPE_TEXT;
	case MILTER_MAIL: case MILTER_RCPT: case MILTER_ADD_RCPT_PAR:
	case MILTER_CHANGE_FROM:
		return SHAPE_ARGS;
	case MILTER_HEADER: case MILTER_ADD_HEADER:
		return SHAPE_FIELD;
	case MILTER_INSERT_HEADER: case MILTER_CHANGE_HEADER:
		return SHAPE_INDEXED;
	case MILTER_MACRO:
		return SHAPE_MACRO;
	case MILTER_CONNECT:
		return SHAPE_CONNECT;
	case MILTER_OPTIONS:
		return SHAPE_OPTIONS;
	case MILTER_REPLY_CODE:
		return SHAPE_REPLY;
	}
	return SHAPE_NONE;
}

const char *
milter_fault_str(enum milter_fault f)
{
	switch (f) {
	case MILTER_FINE: return "no fault";
	case MILTER_MORE: return "the packet is not complete";
	case MILTER_EMPTY: return "a packet of length 0";
	case MILTER_TOO_LONG: return "a packet longer than is possible";
	case MILTER_NO_WORD: return "an unknown command";
	case MILTER_SHAPE: return "a command with data that is not its own";
	case MILTER_VERSION: return "a protocol version before 2";
	case MILTER_ORDER: return "a command out of order";
	}
	return "";
}

/* ---- framing ---------------------------------------------------------- */

size_t
milter_need(struct span in)
{
	struct cur c = cur_of(in);
	uint32_t n = cur_u32(&c);

	return c.bad ? 0 : (size_t)n + 4;
}

/* Message text and its like may be long. */
static size_t
most(int word)
{
	switch (word) {
	case MILTER_HEADER: case MILTER_BODY: case MILTER_END:
	case MILTER_MACRO: case MILTER_ADD_HEADER: case MILTER_INSERT_HEADER:
	case MILTER_CHANGE_HEADER: case MILTER_NEW_BODY:
		return LIMIT_MILTER_FRAME;
	}
	return LIMIT_MILTER_SHORT;
}

enum milter_fault
milter_take(struct span *frame, struct span *in)
{
	struct cur c = cur_of(*in);
	uint32_t n = cur_u32(&c);
	int word = cur_peek(&c);

	if (c.bad)
		return MILTER_MORE;
	if (n == 0)
		return MILTER_EMPTY;
	if (n > LIMIT_MILTER_FRAME)
		return MILTER_TOO_LONG;
	if (word < 0)
		return MILTER_MORE;
	/* said before the rest is waited for */
	if (shape_of(word) == SHAPE_NONE)
		return MILTER_NO_WORD;
	if (n > most(word))
		return MILTER_TOO_LONG;
	*frame = cur_take(&c, n);
	if (c.bad)
		return MILTER_MORE;
	*in = c.rest;
	return MILTER_FINE;
}

/* ---- reading ---------------------------------------------------------- */

bool
milter_string_next(struct span *out, struct span *rest)
{
	size_t n = span_find(*rest, 0);

	if (n >= rest->len)
		return false;
	*out = span_head(*rest, n);
	*rest = span_skip(*rest, n + 1);
	return true;
}

/* s without the NUL that must end it; other NULs are part of it. */
static bool
ended(struct span *out, struct span s)
{
	if (s.len == 0 || span_at(s, s.len - 1) != 0)
		return false;
	*out = span_head(s, s.len - 1);
	return true;
}

/* No NUL but the last octet. */
static bool
one_string(struct span *out, struct span s)
{
	return milter_string_next(out, &s) && s.len == 0;
}

static bool
read_field(struct milter_packet *p, struct span s)
{
	return milter_string_next(&p->name, &s) && p->name.len > 0 &&
	    ended(&p->value, s);
}

/* Whole pairs of strings, or none at all. */
static bool
read_macros(struct milter_packet *p, struct cur *c)
{
	struct span s, rest;
	size_t n = 0;
	int stage = cur_byte(c);

	if (c->bad)
		return false;
	p->stage = (uint8_t)stage;
	p->macros = rest = c->rest;
	while (milter_string_next(&s, &rest))
		n++;
	return rest.len == 0 && n % 2 == 0;
}

static bool
read_connect(struct milter_packet *p, struct cur *c)
{
	int family;

	if (!milter_string_next(&p->name, &c->rest))
		return false;
	family = cur_byte(c);
	p->family = family < 0 ? 0 : (uint8_t)family;
	if (family == MILTER_FAMILY_NONE)
		return true;	/* whatever follows: libmilter looks away */
	if (family != MILTER_FAMILY_UNIX && family != MILTER_FAMILY_IPV4 &&
	    family != MILTER_FAMILY_IPV6)
		return false;
	p->port = cur_u16(c);
	return !c->bad && one_string(&p->address, c->rest);
}

bool
milter_request_next(uint32_t *stage, struct span *names, struct span *rest)
{
	struct cur c = cur_of(*rest);

	if (cur_end(&c))
		return false;
	*stage = cur_u32(&c);
	if (c.bad || !milter_string_next(names, &c.rest))
		return false;
	*rest = c.rest;
	return true;
}

static bool
read_options(struct milter_packet *p, struct cur *c)
{
	struct span names, rest;
	uint32_t stage;

	p->version = cur_u32(c);
	p->actions = cur_u32(c);
	p->steps = cur_u32(c);
	p->requests = rest = c->rest;
	while (milter_request_next(&stage, &names, &rest))
		;
	return !c->bad && rest.len == 0;
}

/* "550 ", "451-" and so on, then text; the NUL is optional to Postfix. */
static bool
read_reply(struct milter_packet *p, struct span s)
{
	if (!ended(&p->text, s) || p->text.len < 4)
		return false;
	return (span_at(s, 0) == '4' || span_at(s, 0) == '5') &&
	    is_digit(span_at(s, 1)) && is_digit(span_at(s, 2)) &&
	    (span_at(s, 3) == ' ' || span_at(s, 3) == '-');
}

static bool
read_args(struct milter_packet *p, struct span s)
{
	p->args = s;
	return s.len > 0 && span_at(s, s.len - 1) == 0;
}

static bool
read_shape(struct milter_packet *p, enum shape shape, struct cur *c)
{
	switch (shape) {
	case SHAPE_NONE:
		return false;
	case SHAPE_EMPTY:
		return cur_end(c);
	case SHAPE_IGNORED:
		return true;
	case SHAPE_DATA:
		p->data = c->rest;
		return true;
	case SHAPE_TEXT:
		return one_string(&p->text, c->rest);
	case SHAPE_ARGS:
		return read_args(p, c->rest);
	case SHAPE_FIELD:
		return read_field(p, c->rest);
	case SHAPE_INDEXED:
		p->index = cur_u32(c);
		return !c->bad && read_field(p, c->rest);
	case SHAPE_MACRO:
		return read_macros(p, c);
	case SHAPE_CONNECT:
		return read_connect(p, c);
	case SHAPE_OPTIONS:
		return read_options(p, c);
	case SHAPE_REPLY:
		return read_reply(p, c->rest);
	}
	return false;
}

enum milter_fault
milter_parse(struct milter_packet *out, struct span frame)
{
	struct cur c = cur_of(frame);
	int word = cur_byte(&c);
	enum shape shape = shape_of(word);

	*out = (struct milter_packet){ .word = MILTER_ABORT };
	if (word < 0)
		return MILTER_EMPTY;
	if (shape == SHAPE_NONE)
		return MILTER_NO_WORD;
	out->word = (enum milter_word)word;
	return read_shape(out, shape, &c) ? MILTER_FINE : MILTER_SHAPE;
}

struct span
milter_macro(struct span macros, struct span name)
{
	struct span n, value;

	while (milter_string_next(&n, &macros) &&
	    milter_string_next(&value, &macros)) {
		if (span_at(n, 0) == '{' && span_at(n, n.len - 1) == '}')
			n = span_slice(n, 1, n.len - 1);
		if (span_eq(n, name))
			return value;
	}
	return SPAN_NONE;
}

/* ---- writing ---------------------------------------------------------- */

/* The data of a packet: at most this many runs of octets. */
struct parts {
	struct span part[5];
	size_t n, octets;
};

static void
add(struct parts *x, struct span s)
{
	x->part[x->n++] = s;
	x->octets += s.len;
}

static void
add_string(struct parts *x, struct span s)
{
	add(x, s);
	add(x, SPAN("\0"));
}

static void
add_connect(struct parts *x, const struct milter_packet *p, struct buf *fixed)
{
	add_string(x, p->name);
	buf_byte(fixed, p->family);
	if (p->family == MILTER_FAMILY_NONE) {
		add(x, buf_span(fixed));
		return;
	}
	buf_byte(fixed, (uint8_t)(p->port >> 8));
	buf_byte(fixed, (uint8_t)(p->port & 255));
	add(x, buf_span(fixed));
	add_string(x, p->address);
}

static void
add_options(struct parts *x, const struct milter_packet *p, struct buf *fixed)
{
	buf_u32(fixed, p->version);
	buf_u32(fixed, p->actions);
	buf_u32(fixed, p->steps);
	add(x, buf_span(fixed));
	add(x, p->requests);
}

static void
add_field(struct parts *x, const struct milter_packet *p)
{
	add_string(x, p->name);
	add_string(x, p->value);
}

static void
add_shape(struct parts *x, const struct milter_packet *p, struct buf *fixed)
{
	switch (shape_of((int)p->word)) {
	case SHAPE_NONE: case SHAPE_EMPTY: case SHAPE_IGNORED:
		break;
	case SHAPE_DATA:
		add(x, p->data);
		break;
	case SHAPE_TEXT: case SHAPE_REPLY:
		add_string(x, p->text);
		break;
	case SHAPE_ARGS:
		add(x, p->args);
		break;
	case SHAPE_FIELD:
		add_field(x, p);
		break;
	case SHAPE_INDEXED:
		buf_u32(fixed, p->index);
		add(x, buf_span(fixed));
		add_field(x, p);
		break;
	case SHAPE_MACRO:
		buf_byte(fixed, p->stage);
		add(x, buf_span(fixed));
		add(x, p->macros);
		break;
	case SHAPE_CONNECT:
		add_connect(x, p, fixed);
		break;
	case SHAPE_OPTIONS:
		add_options(x, p, fixed);
		break;
	}
}

void
milter_print(struct buf *out, const struct milter_packet *p)
{
	ROOM(room, 12);
	struct buf fixed = BUF_ON(room);
	struct parts x = { .n = 0 };

	add_shape(&x, p, &fixed);
	if (out->full || x.octets + MILTER_HEAD > out->cap - out->len) {
		out->full = true;
		return;
	}
	buf_u32(out, (uint32_t)(x.octets + 1));
	buf_byte(out, (uint8_t)p->word);
	for (size_t i = 0; i < x.n; i++)
		buf_put(out, x.part[i]);
}

void
milter_print_word(struct buf *out, enum milter_word word)
{
	milter_print(out, &(struct milter_packet){ .word = word });
}

void
milter_request_put(struct buf *out, enum milter_stage stage,
    struct span names)
{
	buf_u32(out, (uint32_t)stage);
	buf_put(out, names);
	buf_byte(out, 0);
}

void
milter_value_put(struct buf *out, struct span value)
{
	static const struct byteset odd = { { 1u << '\r' | 1u << 0 } };

	while (value.len > 0) {
		size_t n = span_find_set(value, &odd);
		bool crlf = span_at(value, n) == '\r' &&
		    span_at(value, n + 1) == '\n';

		buf_put(out, span_head(value, n));
		if (n < value.len && !crlf)
			buf_byte(out, ' ');
		value = span_skip(value, n + 1);
	}
}

void
milter_reply_text(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		int c = span_at(text, i);

		if (c == '%')
			buf_byte(out, '%');
		buf_byte(out, c < ' ' || c == 0x7f ? ' ' : (uint8_t)c);
	}
}
