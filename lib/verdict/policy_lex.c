/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/policy_lex.h"

#include "base/ascii.h"

bool
lex_fail(struct lexer *x, const char *why)
{
	if (x->why == NULL)
		x->why = why;
	return false;
}

static void
skip_blank(struct lexer *x)
{
	while (is_wsp(span_at(x->rest, 0)) || span_at(x->rest, 0) == '\r')
		x->rest = span_skip(x->rest, 1);
	if (span_at(x->rest, 0) == '#')
		x->rest = span_skip(x->rest, span_find(x->rest, '\n'));
}

static bool
is_word_byte(int c)
{
	return is_vchar(c) && c != '"' && c != '#' && c != ';' && c != '{' &&
	    c != '}';
}

static void
next_quoted(struct lexer *x)
{
	struct span s = span_skip(x->rest, 1);
	size_t end = span_find(s, '"');

	x->word = span_head(s, end);
	x->quoted = true;
	if (end == s.len || span_has(x->word, '\n'))
		lex_fail(x, "a quote is not closed");
	x->rest = span_skip(s, end + 1);
}

void
lex_next(struct lexer *x)
{
	size_t n = 0;
	int c;

	skip_blank(x);
	x->quoted = false;
	x->word = SPAN_NONE;
	c = span_at(x->rest, 0);
	if (c < 0 || c == '\n' || c == ';')
		return;
	if (c == '"') {
		next_quoted(x);
		return;
	}
	if (c == '{' || c == '}')
		n = 1;
	else
		while (is_word_byte(span_at(x->rest, n)))
			n++;
	if (n == 0)
		lex_fail(x, "an octet that is not allowed here");
	x->word = span_head(x->rest, n);
	x->rest = n == 0 ? SPAN("") : span_skip(x->rest, n);
}

void
lex_statement(struct lexer *x)
{
	for (;;) {
		int c;
		skip_blank(x);
		c = span_at(x->rest, 0);
		if (c != '\n' && c != ';')
			break;
		x->line += c == '\n';
		x->rest = span_skip(x->rest, 1);
	}
	x->end = x->rest.len == 0;
	lex_next(x);
}

bool
lex_is(const struct lexer *x, struct span word)
{
	return !x->quoted && !span_absent(x->word) && span_eq(x->word, word);
}

bool
lex_accept(struct lexer *x, struct span word)
{
	if (!lex_is(x, word))
		return false;
	lex_next(x);
	return true;
}
