/* SPDX-License-Identifier: Apache-2.0 */
#include "content/css.h"

#include "base/ascii.h"
#include "content/colour.h"

static const struct span properties[CSS_N] = {
#define X(name, text) SPAN_INIT(text),
	CSS_PROPERTIES(X)
#undef X
};

enum { PIXEL = 100 };

void
css_set(struct css *out, enum css_property p, int32_t value)
{
	out->has |= 1u << p;
	out->value[p] = value;
}

void
css_merge(struct css *out, const struct css *more)
{
	for (unsigned i = 0; i < CSS_N; i++) {
		uint32_t bit = 1u << i;

		if ((more->has & bit) == 0 || ((out->important & bit) != 0 &&
		    (more->important & bit) == 0))
			continue;
		out->has |= bit;
		out->important |= more->important & bit;
		out->value[i] = more->value[i];
	}
}

/* ---- numbers ---------------------------------------------------------- */

/* A number at the head of *s, in hundredths; false: none. */
static bool
take_number(struct span *s, int32_t *out)
{
	bool minus = span_at(*s, 0) == '-', any = false, point = false;
	int32_t v = 0, unit = 100;

	if (minus || span_at(*s, 0) == '+')
		*s = span_skip(*s, 1);
	for (; s->len > 0; *s = span_skip(*s, 1)) {
		int c = span_at(*s, 0);

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (!is_digit(c))
			break;
		any = true;
		if (point) {
			unit /= 10;
			v += unit * (c - '0');
		} else if (v < 10000000) {
			v = v * 10 + 100 * (c - '0');
		}
	}
	*out = minus ? -v : v;
	return any;
}

static bool
unit_is(struct span s, struct span unit)
{
	return span_istarts(s, unit) && !is_alnum(span_at(s, unit.len));
}

/* CSS Values 6: what a unit is in pixels; of em and of percent as if the
 * letters had the usual size. */
int32_t
css_length(struct span s)
{
	int32_t v;

	if (!take_number(&s, &v))
		return CSS_UNKNOWN;
	if (unit_is(s, SPAN("pt")))
		return v / 3 * 4;
	if (unit_is(s, SPAN("em")) || unit_is(s, SPAN("rem")))
		return v > 1000000 || v < -1000000 ? v : v * 16;
	if (unit_is(s, SPAN("in")))
		return v > 1000000 || v < -1000000 ? v : v * 96;
	if (unit_is(s, SPAN("cm")))
		return v > 1000000 || v < -1000000 ? v : v * 38;
	if (unit_is(s, SPAN("%")) && v != 0)
		return CSS_UNKNOWN;
	return v;
}

static int32_t
font_size(struct span s)
{
	static const struct { struct span name; int32_t px; } words[] = {
		{ SPAN_INIT("xx-small"), 9 }, { SPAN_INIT("x-small"), 10 },
		{ SPAN_INIT("small"), 13 }, { SPAN_INIT("medium"), 16 },
		{ SPAN_INIT("large"), 18 }, { SPAN_INIT("x-large"), 24 },
		{ SPAN_INIT("xx-large"), 32 } };
	struct span rest = s;
	int32_t v;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_ieq(s, words[i].name))
			return words[i].px * PIXEL;
	if (!take_number(&rest, &v) || v < 0)
		return CSS_UNKNOWN;
	if (unit_is(rest, SPAN("%")))
		return CSS_RELATIVE + v / 100;
	if (unit_is(rest, SPAN("em")))
		return CSS_RELATIVE + (v < 1000000 ? v : 1000000);
	return css_length(s);
}

/* ---- colours ---------------------------------------------------------- */

static int32_t
hex_colour(struct span s)
{
	uint32_t v = 0;
	bool brief = s.len == 3 || s.len == 4;

	if (!brief && s.len != 6 && s.len != 8)
		return CSS_UNKNOWN;
	for (size_t i = 0; i < s.len; i++) {
		int d = hex_value(span_at(s, i));
		bool alpha = i >= (brief ? 3u : 6u);

		if (d < 0)
			return CSS_UNKNOWN;
		/* the last ones are how much of it there is */
		if (alpha && d == 0)
			return CSS_CLEAR;
		if (alpha)
			break;
		v = brief ? v << 8 | (uint32_t)d * 17 : v << 4 | (uint32_t)d;
	}
	return (int32_t)v;
}

/* "255, 0, 0, .5)" or "255 0 0 / 50%)" */
static int32_t
rgb_colour(struct span s)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < 4; i++) {
		int32_t n;

		while (is_fws(span_at(s, 0)) || span_at(s, 0) == ',' ||
		    span_at(s, 0) == '/')
			s = span_skip(s, 1);
		if (!take_number(&s, &n))
			return i == 3 ? (int32_t)v : CSS_UNKNOWN;
		if (span_at(s, 0) == '%') {
			n = i == 3 ? n / 100 : n * 255 / 100;
			s = span_skip(s, 1);
		}
		if (i == 3)
			return n <= 3 ? CSS_CLEAR : (int32_t)v;
		n = n < 0 ? 0 : n > 25500 ? 255 : n / 100;
		v = v << 8 | (uint32_t)n;
	}
	return (int32_t)v;
}

int32_t
css_colour(struct span s)
{
	static const struct { struct span name; int32_t rgb; } names[] = {
		{ SPAN_INIT("white"), 0xffffff }, { SPAN_INIT("black"), 0 },
		{ SPAN_INIT("snow"), 0xfffafa },
		{ SPAN_INIT("ivory"), 0xfffff0 },
		{ SPAN_INIT("ghostwhite"), 0xf8f8ff },
		{ SPAN_INIT("whitesmoke"), 0xf5f5f5 },
		{ SPAN_INIT("floralwhite"), 0xfffaf0 },
		{ SPAN_INIT("mintcream"), 0xf5fffa },
		{ SPAN_INIT("azure"), 0xf0ffff },
		{ SPAN_INIT("gray"), 0x808080 },
		{ SPAN_INIT("grey"), 0x808080 },
		{ SPAN_INIT("silver"), 0xc0c0c0 },
		{ SPAN_INIT("lightgray"), 0xd3d3d3 },
		{ SPAN_INIT("lightgrey"), 0xd3d3d3 },
		{ SPAN_INIT("red"), 0xff0000 }, { SPAN_INIT("lime"), 0xff00 },
		{ SPAN_INIT("blue"), 0xff }, { SPAN_INIT("yellow"), 0xffff00 },
		{ SPAN_INIT("aqua"), 0xffff }, { SPAN_INIT("cyan"), 0xffff },
		{ SPAN_INIT("fuchsia"), 0xff00ff },
		{ SPAN_INIT("magenta"), 0xff00ff },
		{ SPAN_INIT("maroon"), 0x800000 },
		{ SPAN_INIT("olive"), 0x808000 },
		{ SPAN_INIT("green"), 0x8000 }, { SPAN_INIT("teal"), 0x8080 },
		{ SPAN_INIT("navy"), 0x80 }, { SPAN_INIT("purple"), 0x800080 },
		{ SPAN_INIT("orange"), 0xffa500 },
		{ SPAN_INIT("transparent"), CSS_CLEAR } };

	s = span_trim_fws(s);
	if (span_at(s, 0) == '#')
		return hex_colour(span_skip(s, 1));
	if (span_istarts(s, SPAN("rgb(")))
		return rgb_colour(span_skip(s, 4));
	if (span_istarts(s, SPAN("rgba(")))
		return rgb_colour(span_skip(s, 5));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_ieq(s, names[i].name))
			return names[i].rgb;
	return CSS_UNKNOWN;
}

/* "background": the first word that is a colour; an image hides it. */
static int32_t
ground(struct span s)
{
	int32_t c = css_colour(s);

	if (span_search(s, SPAN("url(")) < s.len ||
	    span_search(s, SPAN("gradient(")) < s.len)
		return CSS_UNKNOWN;
	while (c == CSS_UNKNOWN && s.len > 0) {
		struct span word = span_cut(&s, ' ');

		c = css_colour(word);
		if (span_ieq(word, SPAN("none")))
			c = CSS_CLEAR;
	}
	return c;
}

/* ---- declarations ----------------------------------------------------- */

static bool
is_word(struct span s, const char *word)
{
	return span_ieq(s, assay_cstr(word));
}

/* clip: rect(0 0 0 0), rect(1px, 1px, 1px, 1px); clip-path: inset(50%) and
 * more, circle(0) */
static bool
clips(struct span s)
{
	struct span rest = span_skip(s, span_find(s, '(') + 1);
	int32_t first = 0, v;

	if (rest.len == 0 || !take_number(&rest, &first))
		return false;
	if (span_istarts(s, SPAN("inset(")))
		return first >= 5000;
	if (span_istarts(s, SPAN("circle(")))
		return first < 100;
	if (!span_istarts(s, SPAN("rect(")))
		return false;
	for (rest = span_skip(s, 5); rest.len > 0; rest = span_skip(rest, 1))
		if (is_digit(span_at(rest, 0)) &&
		    (!take_number(&rest, &v) || v > 100))
			return false;
	return true;
}

static void
declare(struct css *out, enum css_property p, struct span v)
{
	struct span number = span_skip(v, span_find(v, '(') + 1);
	int32_t n = CSS_UNKNOWN;

	switch (p) {
	case CSS_DISPLAY:
		n = is_word(v, "none");
		break;
	case CSS_VISIBILITY:
		n = is_word(v, "hidden") || is_word(v, "collapse");
		break;
	case CSS_OPACITY:
		if (!take_number(&v, &n))
			return;
		n = span_at(v, 0) == '%' ? n / 100 : n;
		break;
	case CSS_FONT_SIZE:
		n = font_size(v);
		if (n == CSS_UNKNOWN)
			return;
		break;
	case CSS_COLOR:
		if (is_word(v, "inherit"))
			return;
		n = css_colour(v);
		break;
	case CSS_BACKGROUND:
		n = ground(v);
		break;
	case CSS_POSITION:
		n = is_word(v, "absolute") || is_word(v, "fixed") ||
		    is_word(v, "relative");
		break;
	case CSS_OVERFLOW:
		n = is_word(v, "hidden") || is_word(v, "clip");
		break;
	case CSS_CLIP:
		n = clips(v);
		break;
	case CSS_TRANSFORM:
		n = span_istarts(v, SPAN("scale")) &&
		    take_number(&number, &n) && n <= 1;
		break;
	case CSS_LEFT: case CSS_TOP: case CSS_RIGHT: case CSS_BOTTOM:
	case CSS_INDENT: case CSS_MARGIN_LEFT: case CSS_MARGIN_TOP:
	case CSS_WIDTH: case CSS_HEIGHT: case CSS_MAX_WIDTH:
	case CSS_MAX_HEIGHT:
		n = css_length(v);
		break;
	case CSS_N:
		return;
	}
	css_set(out, p, n);
}

static enum css_property
property(struct span name)
{
	for (unsigned i = 0; i < CSS_N; i++)
		if (span_ieq(name, properties[i]))
			return (enum css_property)i;
	if (is_word(name, "background"))
		return CSS_BACKGROUND;
	if (is_word(name, "clip-path"))
		return CSS_CLIP;
	if (is_word(name, "overflow-x") || is_word(name, "overflow-y"))
		return CSS_OVERFLOW;
	return CSS_N;
}

/* CSS Syntax 4.3.7: "\64 isplay" is "display".  Comments go. */
static struct span
plain(struct buf *out, struct span s)
{
	while (s.len > 0) {
		int c = span_at(s, 0);
		uint32_t v = 0;
		size_t n = 1;

		if (c == '/' && span_at(s, 1) == '*') {
			s = span_skip(s, span_search(s, SPAN("*/")) + 2);
			continue;
		}
		if (c != '\\') {
			buf_byte(out, (uint8_t)c);
			s = span_skip(s, 1);
			continue;
		}
		for (; n < 7 && hex_value(span_at(s, n)) >= 0; n++)
			v = v << 4 | (uint32_t)hex_value(span_at(s, n));
		if (n > 1)
			buf_byte(out, v < 0x80 ? (uint8_t)v : '?');
		s = span_skip(s, n);
		if (n > 1 && is_fws(span_at(s, 0)))
			s = span_skip(s, 1);
	}
	return span_trim_fws(buf_span(out));
}

/* "font: italic 12px/30px Georgia": the size. */
static void
font(struct css *out, struct span v)
{
	while (v.len > 0) {
		struct span word = span_cut(&v, ' ');
		int32_t n = font_size(span_head(word, span_find(word, '/')));

		/* a weight is a number, too */
		if (n != CSS_UNKNOWN && (n == 0 || span_has(word, '/') ||
		    !is_digit(span_at(word, word.len - 1)))) {
			css_set(out, CSS_FONT_SIZE, n);
			return;
		}
	}
}

static void
read_one(struct css *out, struct span s)
{
	ROOM(room, 512);
	struct buf b = BUF_ON(room);
	struct span name, value;
	struct css one = { .has = 0 };
	size_t bang;

	s = plain(&b, span_head(s, sizeof(room)));
	name = span_trim_fws(span_cut(&s, ':'));
	bang = span_rfind(s, '!');
	value = span_trim_fws(span_head(s, bang));
	if (value.len == 0)
		return;
	if (is_word(name, "font"))
		font(&one, value);
	else
		declare(&one, property(name), value);
	if (bang < s.len)
		one.important = one.has;
	css_merge(out, &one);
}

/* CSS Syntax 5.4.4: up to a ";" that is not in a comment, a string or in
 * brackets. */
static struct span
take_declaration(struct span *s)
{
	struct span rest = *s, one = *s;
	int quote = 0;
	unsigned depth = 0;

	while (rest.len > 0) {
		int c = span_at(rest, 0);

		if (quote == 0 && span_starts(rest, SPAN("/*"))) {
			rest = span_skip(rest, 2);
			rest = span_skip(rest, span_search(rest,
			    SPAN("*/")) + 2);
			continue;
		}
		if (quote == 0 && depth == 0 && c == ';')
			break;
		if (quote == 0 && (c == '"' || c == '\''))
			quote = c;
		else if (c == quote)
			quote = 0;
		depth += quote == 0 && c == '(';
		depth -= quote == 0 && c == ')' && depth > 0;
		rest = span_skip(rest, c == '\\' ? 2 : 1);
	}
	*s = span_skip(rest, 1);
	return span_head(one, one.len - rest.len);
}

void
css_read(struct css *out, struct span s)
{
	while (s.len > 0)
		read_one(out, take_declaration(&s));
}
