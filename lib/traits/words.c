/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - how somebody writes: greeting, sign-off, what is quoted. */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"

enum { EDGE = 12, SHORT = 40 };

struct own {			/* lines that are not quoted, nor empty      */
	struct span head[EDGE], tail[EDGE];
	size_t n;		/* tail[(n - 1) % EDGE] is the last          */
	struct span attribution;
};

static bool
ends_in_word(struct span line)
{
	static const struct span verbs[] = { SPAN_INIT("wrote"),
	    SPAN_INIT("writes"), SPAN_INIT("said"), SPAN_INIT("schrieb"),
	    SPAN_INIT("\xc3\xa9" "crit"), SPAN_INIT("escribi\xc3\xb3"),
	    SPAN_INIT("ha scritto"), SPAN_INIT("napisa\xc5\x82") };

	if (span_at(line, line.len - 1) == ':')
		line = span_trim_wsp(span_head(line, line.len - 1));
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (span_ends(line, verbs[i]))
			return true;
	return false;
}

static bool
is_quoted(struct span line)
{
	return span_at(line, 0) == '>';
}

/* An own line; before: the last one that was not empty, or absent. */
static void
own_line(struct own *o, struct span line)
{
	if (o->n < EDGE)
		o->head[o->n] = line;
	o->tail[o->n++ % EDGE] = line;
	if (o->n <= EDGE && o->attribution.len == 0 && ends_in_word(line))
		o->attribution = line;
}

static void
look(struct own *o, struct span text)
{
	struct span before = SPAN_NONE;

	while (text.len > 0) {
		struct span line = span_trim_fws(span_cut(&text, '\n'));

		if (line.len == 0)
			continue;
		/* in any language: a line with ":" above what is quoted */
		if (is_quoted(line) && !is_quoted(before) &&
		    o->attribution.len == 0 && o->n <= EDGE &&
		    span_at(before, before.len - 1) == ':')
			o->attribution = before;
		if (!is_quoted(line))
			own_line(o, line);
		before = line;
	}
}

/* Names and addresses as one letter, with what ends them: who is quoted does
 * not matter, how does. */
static void
put_word(struct buf *b, struct span word)
{
	size_t n = word.len;

	if (!span_has(word, '@') &&
	    !(span_at(word, 0) >= 'A' && span_at(word, 0) <= 'Z')) {
		buf_put(b, word);
		return;
	}
	while (n > 0 && !is_alnum(span_at(word, n - 1)))
		n--;
	buf_byte(b, 'N');
	if (span_has(word, '@'))
		buf_byte(b, '@');
	buf_put(b, span_skip(word, n));
}

static void
put_attribution(struct buf *b, struct span line)
{
	ROOM(room, 200);
	struct buf w = BUF_ON(room);

	line = span_head(line, 200);
	while (line.len > 0 && !w.full) {
		put_word(&w, span_cut(&line, ' '));
		if (line.len > 0)
			buf_byte(&w, ' ');
	}
	put_shape(b, buf_span(&w), 14);
}

static void
read_greeting(struct reading *r, const struct own *o)
{
	struct buf v = value_open(r, TRAIT_GREETING, SHORT);

	for (size_t i = 0; i < o->n && i < EDGE; i++) {
		struct span line = o->head[i];
		size_t n = 0;

		if (span_eq(line, o->attribution))
			continue;
		while (line.len < SHORT && n < line.len && n < 12 &&
		    span_at(line, n) != ' ' && span_at(line, n) != ',')
			n++;
		put_text(&v, span_head(line, n), true);
		break;
	}
	value_close(r, TRAIT_GREETING, &v);
}

static bool
is_sign_off(struct span line)
{
	static const struct span begin[] = { SPAN_INIT("--"),
	    SPAN_INIT("thank"), SPAN_INIT("thx"), SPAN_INIT("regards"),
	    SPAN_INIT("best"), SPAN_INIT("cheers"), SPAN_INIT("kind"),
	    SPAN_INIT("br,"), SPAN_INIT("sincerely"), SPAN_INIT("yours"),
	    SPAN_INIT("warm"), SPAN_INIT("many thanks"), SPAN_INIT("mfg"),
	    SPAN_INIT("gru\xc3\x9f"), SPAN_INIT("gr\xc3\xbc\xc3\x9f"),
	    SPAN_INIT("viele gr"), SPAN_INIT("mit freundlich"),
	    SPAN_INIT("liebe gr"), SPAN_INIT("cordialement"),
	    SPAN_INIT("merci"), SPAN_INIT("salut"), SPAN_INIT("saludos"),
	    SPAN_INIT("gracias"), SPAN_INIT("atentamente"),
	    SPAN_INIT("cordiali"), SPAN_INIT("grazie"),
	    SPAN_INIT("distinti"), SPAN_INIT("met vriendelijke"),
	    SPAN_INIT("groet"), SPAN_INIT("pozdr"), SPAN_INIT("obrigad"),
	    SPAN_INIT("hilsen"), SPAN_INIT("mvh") };

	for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++)
		if (span_istarts(line, begin[i]))
			return true;
	return false;
}

static void
read_sign_off(struct reading *r, const struct own *o)
{
	struct buf v = value_open(r, TRAIT_SIGN_OFF, SHORT);

	for (size_t i = 0; i < o->n && i < EDGE; i++) {
		struct span line = o->tail[(o->n - 1 - i) % EDGE];

		/* a ruler, as lists put above what they add */
		if (line.len >= SHORT || !is_sign_off(line) ||
		    span_istarts(line, SPAN("---")))
			continue;
		put_text(&v, span_head(line, 30), true);
		break;
	}
	value_close(r, TRAIT_SIGN_OFF, &v);
}

void
traits_words(struct reading *r, struct span text)
{
	struct own own = { .n = 0 };
	struct buf v;

	look(&own, text);
	v = value_open(r, TRAIT_ATTRIBUTION, SHORT);
	put_attribution(&v, own.attribution);
	value_close(r, TRAIT_ATTRIBUTION, &v);
	read_greeting(r, &own);
	read_sign_off(r, &own);
}
