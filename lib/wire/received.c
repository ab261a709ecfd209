/* SPDX-License-Identifier: Apache-2.0 */
/*
 * received.c - reads a Received field.
 *
 *	Postfix, Sendmail   from HELO (rdns [192.0.2.1]) by ...
 *	Exim                from rdns ([192.0.2.1] helo=HELO) by ...
 *	                    from [192.0.2.1] (helo=HELO) by ...
 *	qmail               from rdns (HELO name) (192.0.2.1) by ...
 *	Exchange            from HELO (192.0.2.1) by ...
 *
 * Words and comments are taken one after another; a comment is searched for
 * the first address that is not the client's own word.
 */
#include "wire/received.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"

struct token {
	struct span text;	/* of a comment: without ( )  */
	bool comment;
};

/* The comment that opens here, whole; quoted pairs do not close it. */
static struct span
comment(struct cur *c)
{
	struct span start;
	unsigned depth = 0;
	int b;

	cur_byte(c);
	start = c->rest;
	while ((b = cur_peek(c)) >= 0) {
		if (b == ')' && depth == 0)
			break;
		depth += b == '(' ? 1u : 0u;
		depth -= b == ')' ? 1u : 0u;
		cur_byte(c);
		if (b == '\\' && !cur_end(c))
			cur_byte(c);
	}
	start = span_head(start, start.len - c->rest.len);
	cur_accept(c, ')');
	return start;
}

/* The next word or comment; false at the end, which the ";" of the date is
 * too. */
static bool
next(struct cur *c, struct token *out)
{
	struct span start;
	int b;

	while (is_fws(cur_peek(c)))
		cur_byte(c);
	b = cur_peek(c);
	if (b < 0 || b == ';')
		return false;
	out->comment = b == '(';
	if (out->comment) {
		out->text = comment(c);
		return true;
	}
	start = c->rest;
	while ((b = cur_peek(c)) >= 0 && !is_fws(b) && b != '(' && b != ';')
		cur_byte(c);
	out->text = span_head(start, start.len - c->rest.len);
	return true;
}

/* "[192.0.2.1]", "[IPv6:2001:db8::1]:25", "192.0.2.1", "ident@192.0.2.1" */
static bool
address(struct assay_addr *out, struct span word)
{
	size_t at = span_rfind(word, '@');

	if (at < word.len)
		word = span_skip(word, at + 1);
	if (span_at(word, 0) == '[') {
		word = span_skip(word, 1);
		word = span_cut(&word, ']');
	}
	if (span_istarts(word, SPAN("IPv6:")))
		word = span_skip(word, 5);
	return assay_addr_parse(out, word) == ASSAY_OK;
}

/* What the server noted in a comment of the from clause. */
static void
seen(struct received *r, struct span text)
{
	struct cur c = cur_of(text);
	struct token t;
	bool helo_next = false;

	r->commented = true;
	while (next(&c, &t)) {
		if (t.comment)
			continue;
		if (helo_next || span_istarts(t.text, SPAN("helo="))) {
			r->helo = helo_next ? t.text : span_skip(t.text, 5);
			r->exim = r->exim || !helo_next;
			helo_next = false;
		} else if (span_ieq(t.text, SPAN("HELO")) ||
		    span_ieq(t.text, SPAN("EHLO"))) {
			helo_next = true;
		} else if (r->client.family == 0 &&
		    !span_istarts(t.text, SPAN("ident="))) {
			struct assay_addr addr;

			if (address(&addr, t.text))
				r->client = addr;
		}
	}
}

enum clause { NOWHERE, AFTER_FROM, AFTER_BY, AFTER_WITH };

static enum clause
keyword(struct span word, enum clause now)
{
	if (span_ieq(word, SPAN("by")))
		return AFTER_BY;
	if (span_ieq(word, SPAN("with")))
		return AFTER_WITH;
	return now == NOWHERE && span_ieq(word, SPAN("from")) ? AFTER_FROM :
	    NOWHERE;
}

/* A word that names who came from, who took it, or how. */
static enum clause
name(struct received *r, enum clause clause, struct span word)
{
	if (clause == AFTER_FROM && !r->from) {
		r->from = true;
		r->helo = word;
		return AFTER_FROM;	/* its comments follow */
	}
	if (clause == AFTER_BY && span_absent(r->by))
		r->by = word;
	else if (clause == AFTER_WITH && span_absent(r->with))
		r->with = word;
	else
		return keyword(word, clause);
	return NOWHERE;
}

bool
received_parse(struct received *out, struct span value)
{
	struct cur c = cur_of(value);
	enum clause clause = NOWHERE;
	struct span said = SPAN_NONE;
	struct token t;

	*out = (struct received){ .from = false };
	while (next(&c, &t)) {
		if (t.comment) {
			if (clause == AFTER_FROM && out->from)
				seen(out, t.text);
		} else if (clause == NOWHERE ||
		    (clause == AFTER_FROM && out->from)) {
			clause = keyword(t.text, clause);
		} else {
			clause = name(out, clause, t.text);
			if (out->from && span_absent(said))
				said = out->helo;
		}
	}
	/* Exim without a name: the literal after from is what it saw. */
	if (out->client.family == 0 && span_at(said, 0) == '[' &&
	    (out->exim || !out->commented))
		(void)address(&out->client, said);
	return out->from || !span_absent(out->by);
}
