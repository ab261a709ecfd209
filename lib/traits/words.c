/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - how somebody writes: greeting, sign-off, what is quoted, where
 * lines end.  No word is kept but the first one and the last ones, and those
 * as hashes.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"

enum {
	EDGE = 12, SHORT = 40,
	WRAPPED = 100,		/* octets: longer lines are not wrapped by
				 * hand                                      */
	FULL = 50,		/* ... and shorter ones may just end         */
	SIGNATURE = 400
};

struct own {			/* lines that are not quoted, nor empty      */
	struct span head[EDGE], tail[EDGE];
	size_t n;		/* tail[(n - 1) % EDGE] is the last          */
	struct span attribution;
	size_t octets, quoted;	/* of own lines; number of quoted ones       */
	size_t blocks;		/* of quoted lines                           */
	size_t above, below;	/* own lines before the first quoted line,
				 * behind the last one                       */
	size_t longest, full;	/* wrapping                                  */
	size_t single, twice;	/* spaces behind full stops                  */
	bool cited;		/* all that follows is an older message      */
	struct span delimiter, signature;
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

/* "From: somebody" below a text: an older message follows, unmarked. */
static bool
opens_older(const struct own *o, struct span line)
{
	static const struct span words[] = { SPAN_INIT("From:"),
	    SPAN_INIT("Von:"), SPAN_INIT("De:"), SPAN_INIT("De :"),
	    SPAN_INIT("Da:"), SPAN_INIT("Van:"), SPAN_INIT("Fr\xc3\xa5n:"),
	    SPAN_INIT("Od:"), SPAN_INIT("-----Original Message-----"),
	    SPAN_INIT("-----Urspr\xc3\xbcngliche Nachricht-----") };

	/* the header of a patch begins so */
	if (o->n == 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts(line, words[i]))
			return true;
	return false;
}

static void
count_spaces(struct own *o, struct span line)
{
	while (line.len > 2) {
		size_t at = span_find(line, '.');

		line = span_skip(line, at + 1);
		if (span_at(line, 0) == ' ' && span_at(line, 1) == ' ' &&
		    is_alpha(span_at(line, 2)))
			o->twice++;
		else if (span_at(line, 0) == ' ' &&
		    is_alpha(span_at(line, 1)))
			o->single++;
	}
}

static void
own_line(struct own *o, struct span line)
{
	if (o->n < EDGE)
		o->head[o->n] = line;
	o->tail[o->n++ % EDGE] = line;
	o->octets += line.len;
	if (o->quoted == 0)
		o->above++;
	o->below++;
	o->longest = line.len > o->longest ? line.len : o->longest;
	o->full += line.len > FULL;
	count_spaces(o, line);
	if (o->n <= EDGE && o->attribution.len == 0 && ends_in_word(line))
		o->attribution = line;
}

static void
quoted_line(struct own *o, struct span before)
{
	/* in any language: a line with ":" above what is quoted */
	if (o->attribution.len == 0 && o->n <= EDGE && !is_quoted(before) &&
	    span_at(before, before.len - 1) == ':')
		o->attribution = before;
	o->blocks += o->quoted == 0 || o->below > 0;
	o->quoted++;
	o->below = 0;
}

/* "-- " alone (RFC 3676 4.3): the signature begins.  All of what stands
 * below is one thing, up to where something is quoted. */
static void
see_delimiter(struct own *o, struct span raw, struct span rest)
{
	if (span_at(raw, raw.len - 1) == '\r')
		raw = span_head(raw, raw.len - 1);
	if (!span_eq(raw, SPAN("-- ")) && !span_eq(raw, SPAN("--")))
		return;
	o->delimiter = raw;
	o->signature = span_head(rest, SIGNATURE);
}

static void
look(struct own *o, struct span text)
{
	struct span before = SPAN_NONE;

	while (text.len > 0) {
		struct span raw = span_cut(&text, '\n');
		struct span line = span_trim_fws(raw);

		if (line.len == 0)
			continue;
		see_delimiter(o, raw, text);
		o->cited = o->cited || opens_older(o, line);
		if (is_quoted(line) || o->cited)
			quoted_line(o, before);
		else
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

/* ---- what is quoted ------------------------------------------------------ */

static struct span
posting(const struct own *o)
{
	/* the attribution is an own line too */
	size_t lead = o->attribution.len > 0 ? 1 : 0;

	if (o->quoted == 0)
		return SPAN("nothing quoted");
	if (o->cited && o->blocks == 1)
		return SPAN("above a whole message");
	if (o->blocks > 1)
		return SPAN("between");
	if (o->above > lead)
		return o->below > 4 ? SPAN("around") : SPAN("above");
	return o->below > 0 ? SPAN("below") : SPAN("nothing of its own");
}

static void
read_quoting(struct reading *r, const struct own *o)
{
	size_t all = o->n + o->quoted;

	value_set(r, TRAIT_POSTING, posting(o));
	value_number(r, TRAIT_QUOTED, all == 0 ? 0 : o->quoted * 8 / all);
	value_number(r, TRAIT_OWN_LENGTH, size_class(o->octets));
}

/* ---- lines --------------------------------------------------------------- */

static void
read_lines(struct reading *r, const struct own *o)
{
	if (o->longest > WRAPPED)
		value_set(r, TRAIT_WRAP, SPAN("0"));
	else if (o->full >= 3)
		value_number(r, TRAIT_WRAP, o->longest / 4 * 4);
	if (o->single + o->twice >= 2)
		value_set(r, TRAIT_DOUBLE_SPACE, o->twice > o->single ?
		    SPAN("two") : SPAN("one"));
	value_set(r, TRAIT_SIG_DELIMITER, o->delimiter.len == 3 ?
	    SPAN("dashes and space") : o->delimiter.len == 2 ?
	    SPAN("dashes") : SPAN("none"));
}

static void
read_signature(struct reading *r, const struct own *o)
{
	struct buf v = value_open(r, TRAIT_SIGNATURE, SIGNATURE * 4);
	struct span rest = o->signature;

	rest = span_trim_fws(span_head(rest,
	    span_search(rest, SPAN("\n>"))));
	while (rest.len > 0) {
		put_text(&v, span_trim_fws(span_cut(&rest, '\n')), false);
		if (rest.len > 0)
			buf_str(&v, " / ");
	}
	value_close(r, TRAIT_SIGNATURE, &v);
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
	read_quoting(r, &own);
	read_lines(r, &own);
	read_signature(r, &own);
}
