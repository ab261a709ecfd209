/* SPDX-License-Identifier: Apache-2.0 */
/* conf_lex.c - words and lines; see conf_lex.h. */
#include "conf_lex.h"

#include "base/ascii.h"

bool
conf_is_word(int c)
{
	return is_vchar(c) && c != '"' && c != '#' && c != ';' && c != '{' &&
	    c != '}';
}

void
conf_skip_line(struct conf_lex *x)
{
	while (cur_peek(&x->cur) >= 0 && cur_peek(&x->cur) != '\n')
		cur_byte(&x->cur);
}

void
conf_skip_blank(struct conf_lex *x)
{
	while (is_wsp(cur_peek(&x->cur)) || cur_peek(&x->cur) == '\r')
		cur_byte(&x->cur);
	if (cur_peek(&x->cur) == '#')
		conf_skip_line(x);
}

bool
conf_at_end(struct conf_lex *x)
{
	int c;

	conf_skip_blank(x);
	c = cur_peek(&x->cur);
	return c < 0 || c == '\n' || c == ';';
}

/* "..." on one line; \" and \\ stand for themselves. */
static bool
quoted(struct conf_lex *x, struct span *out)
{
	struct buf b = arena_buf(x->arena, span_find(x->cur.rest, '\n'));
	int c;

	cur_byte(&x->cur);
	while ((c = cur_peek(&x->cur)) != '"') {
		if (c < 0x20 || c == 0x7f)
			return false;
		cur_byte(&x->cur);
		if (c == '\\' && (cur_peek(&x->cur) == '"' ||
		    cur_peek(&x->cur) == '\\'))
			c = cur_byte(&x->cur);
		buf_byte(&b, (uint8_t)c);
	}
	cur_byte(&x->cur);
	*out = arena_done(x->arena, &b);
	return true;
}

bool
conf_word(struct conf_lex *x, struct span *out)
{
	struct span start;
	size_t n = 0;

	x->wrong = NULL;
	conf_skip_blank(x);
	if (cur_peek(&x->cur) == '"') {
		if (quoted(x, out))
			return true;
		x->wrong = "a quoted string does not end on its line";
		return false;
	}
	start = x->cur.rest;
	while (conf_is_word(span_at(start, n)))
		n++;
	*out = cur_take(&x->cur, n);
	return n > 0;
}

bool
conf_words(struct conf_lex *x, const struct span **out, size_t *n)
{
	struct span word[CONF_WORDS];
	struct span *kept;

	*n = 0;
	while (!conf_at_end(x)) {
		if (*n == CONF_WORDS) {
			x->wrong = "too many words";
			return false;
		}
		if (!conf_word(x, &word[*n])) {
			if (x->wrong == NULL)
				x->wrong = "an octet that is not allowed "
				    "here";
			return false;
		}
		++*n;
	}
	x->wrong = NULL;
	kept = arena_array(x->arena, *n, sizeof(*kept));
	if (kept == NULL)
		*n = 0;
	for (size_t i = 0; i < *n; i++)
		kept[i] = word[i];
	*out = kept;
	return true;
}

struct conf_lex
conf_block(struct span text, unsigned line, struct arena *arena)
{
	return (struct conf_lex){ .cur = cur_of(text), .line = line,
		.arena = arena };
}

bool
conf_block_next(struct conf_lex *x, struct conf_line *out)
{
	x->wrong = NULL;
	while (conf_at_end(x) && !cur_end(&x->cur))
		x->line += cur_byte(&x->cur) == '\n';
	out->line = x->line;
	if (cur_end(&x->cur))
		return false;
	if (conf_words(x, &out->word, &out->n))
		return out->n > 0;
	conf_skip_line(x);
	return false;
}
