/* SPDX-License-Identifier: Apache-2.0 */
/* Reading Authentication-Results (RFC 8601 2.2). */
#include "wire/authres.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"
#include "base/num.h"
#include "wire/authres_lex.h"

/* ---- the lexer ---- */

/* RFC 5322 3.2.2: from behind "(" to behind its ")". */
static void
skip_comment(struct cur *c)
{
	unsigned depth = 1;

	while (depth > 0 && !c->bad) {
		int b = cur_byte(c);
		if (b == '\\')
			(void)cur_byte(c);
		else if (b == '(' && ++depth > LIMIT_COMMENT_DEPTH)
			c->bad = true;
		else if (b == ')')
			depth--;
		else if (b == 0)
			c->bad = true;
	}
}

void
lex_cfws(struct cur *c)
{
	while (!cur_end(c)) {
		if (is_fws(cur_peek(c)))
			(void)cur_byte(c);
		else if (cur_accept(c, '('))
			skip_comment(c);
		else
			break;
	}
}

/* RFC 2045 5.1: token, with UTF-8 (RFC 6532). */
bool
lex_is_token(int c)
{
	static const struct byteset tspecials = { {
		/* " ( ) , / : ; < = > ? @ [ \ ] */
		UINT64_C(0xfc00930400000000), UINT64_C(0x0000000038000001),
		0, 0 } };

	return c >= 0x80 || (is_vchar(c) && !byteset_has(&tspecials, c));
}

/* What real senders write without quotes. */
static bool
is_loose(int c)
{
	return c >= 0x80 || (is_vchar(c) && c != ';' && c != '(' &&
	    c != ')' && c != '"');
}

/* RFC 5321 4.1.2: Keyword, and "_". */
static bool
is_keyword(int c)
{
	return is_alnum(c) || c == '-' || c == '_';
}

static struct span
take_run(struct cur *c, bool (*ok)(int))
{
	size_t n = 0;

	while (n < c->rest.len && ok(span_at(c->rest, n)))
		n++;
	if (n == 0)
		c->bad = true;
	return cur_take(c, n);
}

/* Octets up to the quote that ends a quoted-string. */
static size_t
quoted_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && span_at(s, n) != '"')
		n += span_at(s, n) == '\\' ? 2 : 1;
	return n < s.len ? n : s.len;
}

/* The text of a quoted-string, from behind its first quote. */
static struct span
take_quoted(struct cur *c, struct arena *a)
{
	size_t n = quoted_length(c->rest);
	struct buf b = arena_buf(a, n > LIMIT_AUTHRES_QUOTED ? 0 : n);
	int byte = cur_byte(c);

	if (n > LIMIT_AUTHRES_QUOTED)
		c->bad = true;
	while (byte != '"' && !c->bad) {
		if (byte == '\\')
			byte = cur_byte(c);
		/* RFC 5322 2.2.3: the CRLF of a fold is not text */
		if (byte >= 0 && byte < 0x20 && !is_fws(byte))
			c->bad = true;
		else if (byte != '\r' && byte != '\n' && byte >= 0)
			buf_byte(&b, (uint8_t)byte);
		byte = cur_byte(c);
	}
	return arena_done(a, &b);
}

/* RFC 2045 5.1: value = token / quoted-string */
struct span
lex_value(struct cur *c, struct arena *a)
{
	return cur_accept(c, '"') ? take_quoted(c, a) :
	    take_run(c, lex_is_token);
}

/* RFC 8601 2.2: pvalue = value / [ [ local-part ] "@" ] domain-name */
static struct span
take_pvalue(struct cur *c, struct arena *a)
{
	struct span from = c->rest, value;

	if (!cur_accept(c, '"'))
		return take_run(c, is_loose);
	value = take_quoted(c, a);
	if (cur_peek(c) != '@')
		return value;
	(void)take_run(c, is_loose);
	return span_head(from, from.len - c->rest.len);
}

/* Behind a value: white space, a comment, ";" or the end. */
static void
expect_border(struct cur *c)
{
	int b = cur_peek(c);

	if (b >= 0 && b != ';' && b != '(' && !is_fws(b))
		c->bad = true;
}

static uint64_t
take_number(struct cur *c)
{
	uint64_t v = 0;

	if (!is_digit(cur_peek(c)))
		c->bad = true;
	while (is_digit(cur_peek(c)))
		if (!digit_ok(&v, (uint8_t)(cur_byte(c) - '0'), UINT32_MAX))
			c->bad = true;
	return v;
}

/* ---- the grammar ---- */

/* Room for one more object behind n of them: the array doubles. */
static void *
more(struct arena *a, void *old, size_t n, size_t size)
{
	struct span have = { old, n * size };
	void *p;

	if (n > 0 && (n < 4 || (n & (n - 1)) != 0))
		return old;
	p = arena_array(a, n == 0 ? 4 : n * 2, size);
	if (p != NULL && n > 0)
		bytes_move(p, have.ptr, have.len);
	return p;
}

static void
add_prop(struct authres_result *r, struct authres_prop p, struct cur *c,
    struct arena *a)
{
	if (c->bad || r->n_prop >= LIMIT_AUTHRES_PROPS) {
		c->bad = true;
		return;
	}
	r->prop = more(a, r->prop, r->n_prop, sizeof(p));
	if (r->prop == NULL) {
		r->n_prop = 0;
		c->bad = true;
		return;
	}
	r->prop[r->n_prop++] = p;
}

/* reasonspec or propspec. */
static void
take_prop(struct authres_result *r, struct cur *c, struct arena *a)
{
	struct authres_prop p = { .ptype = SPAN_NONE };

	p.property = take_run(c, is_keyword);
	lex_cfws(c);
	if (cur_accept(c, '.')) {
		p.ptype = p.property;
		lex_cfws(c);
		p.property = take_run(c, is_keyword);
		lex_cfws(c);
	}
	if (!cur_accept(c, '='))
		c->bad = true;
	lex_cfws(c);
	p.value = take_pvalue(c, a);
	expect_border(c);
	if (span_absent(p.ptype) && span_absent(r->reason) &&
	    span_ieq(p.property, SPAN("reason")))
		r->reason = p.value;
	else
		add_prop(r, p, c, a);
}

/* From behind ";" and CFWS.  False: this was "none". */
static bool
take_result(struct authres_result *r, struct cur *c, struct arena *a)
{
	*r = (struct authres_result){ .version = 1 };
	r->method = take_run(c, is_keyword);
	lex_cfws(c);
	if (cur_end(c) && !c->bad && span_ieq(r->method, SPAN("none")))
		return false;
	if (cur_accept(c, '/')) {
		lex_cfws(c);
		r->version = take_number(c);
		lex_cfws(c);
	}
	if (!cur_accept(c, '='))
		c->bad = true;
	lex_cfws(c);
	r->result = take_run(c, is_keyword);
	expect_border(c);
	lex_cfws(c);
	while (!cur_end(c) && cur_peek(c) != ';') {
		take_prop(r, c, a);
		lex_cfws(c);
	}
	return true;
}

static void
take_results(struct authres *out, struct cur *c, struct arena *a)
{
	struct authres_result r;

	while (cur_accept(c, ';')) {
		lex_cfws(c);
		if (cur_end(c))
			return;
		if (!take_result(&r, c, a)) {
			/* RFC 8601 2.2: no-result stands alone */
			out->none = true;
			c->bad = out->n_result > 0;
			return;
		}
		if (out->n_result >= LIMIT_AUTHRES_RESULTS)
			c->bad = true;
		if (c->bad)
			return;
		out->result = more(a, out->result, out->n_result, sizeof(r));
		if (out->result == NULL) {
			out->n_result = 0;
			return;
		}
		out->result[out->n_result++] = r;
	}
	if (!cur_end(c))
		c->bad = true;
}

bool
authres_parse(struct authres *out, struct span body, struct arena *a)
{
	struct cur c = cur_of(body);

	*out = (struct authres){ .version = 1 };
	lex_cfws(&c);
	out->authserv_id = lex_value(&c, a);
	if (c.bad || out->authserv_id.len == 0)
		out->authserv_id = SPAN_NONE;
	expect_border(&c);
	lex_cfws(&c);
	if (is_digit(cur_peek(&c))) {
		out->version = take_number(&c);
		expect_border(&c);
		lex_cfws(&c);
	}
	/* RFC 8601 2.6: behind a version we do not know, stop */
	out->unknown_version = out->version != 1;
	if (!c.bad && out->unknown_version)
		return !span_absent(out->authserv_id);
	take_results(out, &c, a);
	return !c.bad && !a->failed && !span_absent(out->authserv_id) &&
	    (out->none || out->n_result > 0);
}

bool
received_spf_receiver(struct span *out, struct span body, struct arena *a)
{
	struct cur c = cur_of(body);

	*out = SPAN_NONE;
	lex_cfws(&c);
	(void)take_run(&c, is_keyword);
	lex_cfws(&c);
	while (!cur_end(&c)) {
		struct span key = take_run(&c, lex_is_token), value;
		lex_cfws(&c);
		if (!cur_accept(&c, '='))
			return false;
		lex_cfws(&c);
		value = take_pvalue(&c, a);
		expect_border(&c);
		if (!c.bad && span_ieq(key, SPAN("receiver")))
			*out = value;
		lex_cfws(&c);
		if (!cur_accept(&c, ';') && !cur_end(&c))
			return false;
		lex_cfws(&c);
	}
	return !c.bad;
}
