/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/dname.h"

#include "base/ascii.h"
#include "base/limits.h"

static void
put_ddd(struct buf *out, unsigned c)
{
	buf_byte(out, '\\');
	buf_byte(out, (uint8_t)('0' + c / 100 % 10));
	buf_byte(out, (uint8_t)('0' + c / 10 % 10));
	buf_byte(out, (uint8_t)('0' + c % 10));
}

static void
put_octet(struct buf *out, int c)
{
	if (is_vchar(c) && c != '.' && c != '\\')
		buf_byte(out, (uint8_t)to_lower(c));
	else
		put_ddd(out, (unsigned)c & 255);
}

/* RFC 1035 4.1.4: a pointer leads to a prior occurrence.  One that does not
 * go backwards from where this name's last piece began would be a loop. */
static bool
jump(struct cur *c, struct span packet, int high, size_t *before)
{
	int low = cur_byte(c);
	size_t to = ((size_t)high & 0x3f) * 256 + ((size_t)low & 255);

	if (low < 0 || to >= *before)
		return false;
	*before = to;
	*c = cur_of(span_skip(packet, to));
	return true;
}

bool
dname_unwire(struct buf *out, struct cur *c, struct span packet)
{
	size_t before = span_offset(packet, c->rest), wire = 1;
	struct cur at = *c;
	bool jumped = false, first = true;
	int n;

	while ((n = cur_byte(&at)) != 0) {
		bool pointer = n >= 0xc0;

		if (n < 0 || (n > (int)LIMIT_LABEL && !pointer))
			break;
		if (pointer) {
			if (!jumped)
				*c = cur_of(span_skip(at.rest, 1));
			jumped = true;
			if (!jump(&at, packet, n, &before))
				break;
			continue;
		}
		wire += (size_t)n + 1;
		if (wire > DNAME_WIRE_MAX)
			break;
		if (!first)
			buf_byte(out, '.');
		first = false;
		for (; n > 0 && !at.bad; n--)
			put_octet(out, cur_byte(&at));
	}
	if (n != 0 || at.bad || out->full) {
		c->bad = true;
		return false;
	}
	if (first)
		buf_byte(out, '.');
	if (!jumped)
		*c = at;
	return !out->full;
}

struct labels {
	struct buf *out;
	size_t label, wire;	/* octets of this label; of all before it */
	bool dot;		/* the last thing was a dot               */
};

/* The octet behind a backslash, -1: not an escape. */
static int
unescape(struct cur *c)
{
	int a = cur_byte(c), b, d, v;

	if (!is_digit(a))
		return a;
	b = cur_byte(c);
	d = cur_byte(c);
	if (!is_digit(b) || !is_digit(d))
		return -1;
	v = (a - '0') * 100 + (b - '0') * 10 + (d - '0');
	return v <= 255 ? v : -1;
}

static bool
end_label(struct labels *l)
{
	if (l->label == 0 || l->label > LIMIT_LABEL)
		return false;
	l->wire += l->label + 1;
	l->label = 0;
	return l->wire + 1 <= DNAME_WIRE_MAX;
}

static bool
walk(struct labels *l, struct span text)
{
	struct cur c = cur_of(text);

	while (!cur_end(&c)) {
		int o = cur_byte(&c);

		if (o == '.') {
			if (!end_label(l))
				return false;
			l->dot = true;
			continue;
		}
		if (o == '\\')
			o = unescape(&c);
		if (o < 0)
			return false;
		if (l->dot)
			buf_byte(l->out, '.');
		l->dot = false;
		l->label++;
		put_octet(l->out, o);
	}
	return true;
}

bool
dname_read(struct buf *out, struct span text, struct span origin)
{
	struct labels l = { .out = out };

	if (text.len == 0)
		return false;
	if (span_eq(text, SPAN("."))) {
		buf_byte(out, '.');
		return !out->full;
	}
	if (!walk(&l, text))
		return false;
	if (!l.dot) {
		if (!end_label(&l))
			return false;
		if (origin.len > 0 && !span_eq(origin, SPAN("."))) {
			l.dot = true;
			if (!walk(&l, origin) || !end_label(&l))
				return false;
		}
	}
	return !out->full;
}

void
dname_loose(struct buf *out, struct span text)
{
	struct cur c = cur_of(text);

	if (text.len > 1 && span_at(text, text.len - 1) == '.' &&
	    span_at(text, text.len - 2) != '\\')
		c = cur_of(span_head(text, text.len - 1));
	while (!cur_end(&c)) {
		int o = cur_byte(&c), v;
		struct cur ahead = c;

		v = o == '\\' ? unescape(&ahead) : -1;
		if (o == '\\' && v >= 0) {
			c = ahead;
			put_octet(out, v);
		} else if (o == '.')
			buf_byte(out, '.');
		else
			put_octet(out, o);
	}
}
