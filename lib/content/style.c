/* SPDX-License-Identifier: Apache-2.0 */
#include "content/style.h"

#include "base/ascii.h"
#include "base/limits.h"

enum { SHORT = 40, SIGN_OFF_LINES = 12 };

/* What is known of the lines so far. */
struct lines {
	struct span last;	/* the last one with text, not quoted         */
	bool quote_seen, text_before, text_behind, quote_behind;
	unsigned own;		/* lines that are not quoted                  */
	unsigned long_lines;	/* of 50 octets and more                      */
	unsigned wrap;
	unsigned single, twice;	/* spaces behind a full stop                  */
	struct span late[SIGN_OFF_LINES]; /* the last short ones, a ring      */
	unsigned n_late;
};

static bool
is_delimiter(struct span line)
{
	return span_eq(line, SPAN("-- ")) || span_eq(line, SPAN("--"));
}

static struct span
lower(struct span s, size_t max, struct arena *a)
{
	struct buf b;

	s = span_head(s, max);
	b = arena_buf(a, s.len);
	buf_lower(&b, s);
	return arena_done(a, &b);
}

/* The letters at the head of s; UTF-8 counts as letters. */
static struct span
first_word(struct span s)
{
	size_t n = 0;

	while (is_alpha(span_at(s, n)) || span_at(s, n) >= 0x80 ||
	    span_at(s, n) == '\'')
		n++;
	return span_head(s, n);
}

static bool
is_in(struct span s, const struct span *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(s, list[i]))
			return true;
	return false;
}

static void
greet(struct content_style *out, struct span line, struct arena *a)
{
	static const struct span words[] = { SPAN_INIT("hi"),
		SPAN_INIT("hello"), SPAN_INIT("hey"), SPAN_INIT("dear"),
		SPAN_INIT("good"), SPAN_INIT("greetings"), SPAN_INIT("all"),
		SPAN_INIT("folks"), SPAN_INIT("team"), SPAN_INIT("hallo"),
		SPAN_INIT("liebe"), SPAN_INIT("lieber"), SPAN_INIT("sehr"),
		SPAN_INIT("guten"), SPAN_INIT("moin"), SPAN_INIT("servus"),
		SPAN_INIT("bonjour"), SPAN_INIT("salut"), SPAN_INIT("cher"),
		SPAN_INIT("hola"), SPAN_INIT("estimado"), SPAN_INIT("buenos"),
		SPAN_INIT("ciao"), SPAN_INIT("gentile"), SPAN_INIT("caro"),
		SPAN_INIT("beste"), SPAN_INIT("hej"), SPAN_INIT("hei"),
		SPAN_INIT("ola"), SPAN_INIT("prezado") };
	struct span word = first_word(line);

	if (line.len < SHORT && is_in(word, words,
	    sizeof(words) / sizeof(words[0])))
		out->greeting = lower(word, SHORT, a);
}

/* ---- lines ------------------------------------------------------------ */

static void
count_stops(struct lines *l, struct span line)
{
	for (size_t i = 0; i + 2 < line.len; i++) {
		int c = span_at(line, i);

		if ((c != '.' && c != '!' && c != '?') ||
		    span_at(line, i + 1) != ' ')
			continue;
		l->twice += span_at(line, i + 2) == ' ' &&
		    is_alpha(span_at(line, i + 3));
		l->single += is_alpha(span_at(line, i + 2));
	}
}

/* The first lines are "On Monday, ... wrote:", in one line or two. */
static bool
is_attribution_alone(const struct content_style *out, const struct lines *l)
{
	static const struct span begins[] = { SPAN_INIT("On "),
		SPAN_INIT("Am "), SPAN_INIT("Le "), SPAN_INIT("El "),
		SPAN_INIT("Il ") };

	if (l->own == 1)
		return true;
	for (size_t i = 0; i < 5 && l->own == 2; i++)
		if (span_starts(out->first_line, begins[i]))
			return true;
	return false;
}

static void
quoted_line(struct content_style *out, struct lines *l)
{
	out->quoted++;
	if (!l->quote_seen && span_ends(l->last, SPAN(":"))) {
		out->attribution = l->last;
		/* it is no text of the writer */
		if (is_attribution_alone(out, l)) {
			out->first_line = out->greeting = SPAN_NONE;
			l->text_before = false;
		}
	}
	l->quote_behind |= l->text_behind;
	l->quote_seen = true;
}

static void
own_line(struct content_style *out, struct lines *l, struct span line,
    struct span text, struct arena *a)
{
	if (span_absent(out->first_line)) {
		out->first_line = text;
		greet(out, text, a);
	}
	if (l->quote_seen)
		l->text_behind = true;
	else
		l->text_before = true;
	l->own++;
	l->last = text;
	l->long_lines += line.len >= 50;
	if (line.len > l->wrap)
		l->wrap = line.len > 10000 ? 10000 : (unsigned)line.len;
	count_stops(l, line);
	if (text.len < SHORT)
		l->late[l->n_late++ % SIGN_OFF_LINES] = text;
}

static void
take_line(struct content_style *out, struct lines *l, struct span line,
    struct arena *a)
{
	struct span text = span_trim_fws(line);

	if (text.len == 0)
		return;
	out->lines++;
	if (span_at(text, 0) == '>')
		quoted_line(out, l);
	else
		own_line(out, l, line, text, a);
}

/* ---- the end ---------------------------------------------------------- */

static bool
is_sign_off(struct span line)
{
	static const struct span words[] = { SPAN_INIT("thanks"),
		SPAN_INIT("thank you"), SPAN_INIT("many thanks"),
		SPAN_INIT("regards"), SPAN_INIT("best regards"),
		SPAN_INIT("kind regards"), SPAN_INIT("warm regards"),
		SPAN_INIT("best wishes"), SPAN_INIT("best"),
		SPAN_INIT("cheers"), SPAN_INIT("sincerely"),
		SPAN_INIT("yours"), SPAN_INIT("br"), SPAN_INIT("thx"),
		SPAN_INIT("kr"), SPAN_INIT("love"),
		SPAN_INIT("mit freundlichen"), SPAN_INIT("mfg"),
		SPAN_INIT("viele gr"), SPAN_INIT("liebe gr"),
		SPAN_INIT("beste gr"), SPAN_INIT("gruss"),
		SPAN_INIT("gr\xc3\xbc\xc3\x9f"), SPAN_INIT("lg"),
		SPAN_INIT("vg"), SPAN_INIT("cordialement"),
		SPAN_INIT("bien \xc3\xa0"), SPAN_INIT("saludos"),
		SPAN_INIT("un saludo"), SPAN_INIT("cordiali saluti"),
		SPAN_INIT("met vriendelijke"), SPAN_INIT("groeten"),
		SPAN_INIT("mvh"), SPAN_INIT("med v") };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = words[i].len;

		/* "br" and "lg" are words of their own */
		if (span_istarts(line, words[i]) &&
		    (n > 3 || !is_alpha(span_at(line, n))))
			return true;
	}
	return false;
}

static void
sign_off(struct content_style *out, const struct lines *l, struct arena *a)
{
	for (unsigned i = 0; i < SIGN_OFF_LINES && i < l->n_late; i++) {
		struct span line = l->late[(l->n_late - 1 - i) %
		    SIGN_OFF_LINES];

		if (!is_sign_off(line))
			continue;
		while (line.len > 0 && !is_alnum(span_at(line, line.len - 1)) &&
		    span_at(line, line.len - 1) < 0x80)
			line = span_head(line, line.len - 1);
		out->sign_off = lower(line, SHORT, a);
		return;
	}
}

void
style_read(struct content_style *out, struct span text, struct arena *a)
{
	struct lines l = { .quote_seen = false };

	*out = (struct content_style){ .lines = 0 };
	while (text.len > 0 && !out->delimiter) {
		struct span line = span_cut(&text, '\n');

		out->delimiter = is_delimiter(line);
		if (!out->delimiter)
			take_line(out, &l, line, a);
	}
	if (out->delimiter)
		out->signature = span_trim_fws(span_head(text,
		    LIMIT_CONTENT_SIGNATURE));
	sign_off(out, &l, a);
	out->wrap = l.long_lines >= 3 && l.wrap <= 100 ? l.wrap : 0;
	out->double_space = l.twice >= 2 && l.twice > l.single;
	if (!l.quote_seen)
		return;
	if (l.quote_behind || (l.text_before && l.text_behind))
		out->reply = CONTENT_REPLY_INLINE;
	else
		out->reply = l.text_behind ? CONTENT_REPLY_BOTTOM :
		    CONTENT_REPLY_TOP;
}
