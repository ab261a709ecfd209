/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zone.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/addr.h"
#include "wire/base64.h"
#include "wire/dname.h"
#include "wire/dnsrr.h"

enum { TTL_WITHOUT = 3600 };	/* where the file names none */

enum token_kind { T_WORD, T_QUOTED, T_EOL, T_END, T_BAD };

struct token {
	enum token_kind kind;
	struct span text;	/* as written, without the quotes */
};

struct zone
zone_open(struct span text, struct arena *a)
{
	return (struct zone){ .in = cur_of(text), .arena = a, .line = 1,
		.origin = SPAN("."), .ttl = TTL_WITHOUT };
}

static bool
wrong(struct zone *z, const char *why)
{
	if (z->why == NULL)
		z->why = why;
	return false;
}

/* ---- words ------------------------------------------------------------- */

static bool
ends_word(int c)
{
	return c < 0 || is_fws(c) || c == ';' || c == '(' || c == ')' ||
	    c == '"';
}

/* RFC 1035 5.1: a backslash takes the meaning from what follows. */
static struct token
take_word(struct zone *z)
{
	struct span from = z->in.rest;

	while (!ends_word(cur_peek(&z->in)))
		if (cur_byte(&z->in) == '\\' && cur_peek(&z->in) != '\n')
			cur_accept(&z->in, (uint8_t)(cur_peek(&z->in) & 255));
	return (struct token){ T_WORD,
	    span_head(from, from.len - z->in.rest.len) };
}

static struct token
take_quoted(struct zone *z)
{
	struct span from = z->in.rest;
	int c;

	while ((c = cur_peek(&z->in)) != '"') {
		if (c < 0 || c == '\n') {
			wrong(z, "a quoted string does not end");
			return (struct token){ T_BAD, SPAN_NONE };
		}
		cur_byte(&z->in);
		if (c == '\\' && cur_peek(&z->in) != '\n' &&
		    !cur_end(&z->in))
			cur_byte(&z->in);
	}
	from = span_head(from, from.len - z->in.rest.len);
	cur_byte(&z->in);
	return (struct token){ T_QUOTED, from };
}

static struct token
bad(struct zone *z, const char *why)
{
	wrong(z, why);
	return (struct token){ T_BAD, SPAN_NONE };
}

/* A comment goes to the end of the line, also in parentheses. */
static void
skip_comment(struct zone *z)
{
	cur_take(&z->in, span_find(z->in.rest, '\n'));
}

static struct token
next(struct zone *z)
{
	for (;;) {
		int c = cur_peek(&z->in);

		if (c < 0)
			return z->parens > 0 ?
			    bad(z, "a parenthesis is not closed") :
			    (struct token){ T_END, SPAN_NONE };
		if (c == '"') {
			cur_byte(&z->in);
			return take_quoted(z);
		}
		if (!ends_word(c))
			return take_word(z);
		if (c == ';') {
			skip_comment(z);
			continue;
		}
		if (c == '\n' && z->parens == 0)
			return (struct token){ T_EOL, SPAN_NONE };
		cur_byte(&z->in);
		if (c == '\n')
			z->line++;
		if (c == '(')
			z->parens++;
		if (c == ')' && z->parens-- == 0)
			return bad(z, "a parenthesis too many");
	}
}

static bool
want_end(struct zone *z)
{
	struct token t = next(z);

	if (t.kind == T_EOL || t.kind == T_END)
		return true;
	return wrong(z, "more than the record needs");
}

static bool
want_word(struct zone *z, struct span *out)
{
	struct token t = next(z);

	*out = t.text;
	return t.kind == T_WORD || wrong(z, "a word is missing");
}

/* ---- values ------------------------------------------------------------- */

static bool
read_name(struct zone *z, struct span text, struct span *out)
{
	ROOM(room, DNAME_TEXT_MAX);
	struct buf b = BUF_ON(room);

	if (span_eq(text, SPAN("@"))) {
		*out = z->origin;
		return true;
	}
	if (!dname_read(&b, text, z->origin))
		return wrong(z, "not a domain name");
	*out = arena_dup(z->arena, buf_span(&b));
	return true;
}

static bool
want_name(struct zone *z, struct span *out)
{
	struct span word;

	return want_word(z, &word) && read_name(z, word, out);
}

static uint64_t
unit_seconds(int c)
{
	switch (to_lower(c)) {
	case 's': return 1;
	case 'm': return 60;
	case 'h': return 3600;
	case 'd': return 86400;
	case 'w': return 604800;
	}
	return 0;
}

/* "3600", or with units "1h30m", as every server reads it. */
static bool
read_ttl(struct span word, uint32_t *out)
{
	struct cur c = cur_of(word);
	uint64_t sum = 0;

	while (!cur_end(&c)) {
		struct span digits = c.rest;
		uint64_t n, unit = 1;

		while (is_digit(cur_peek(&c)))
			cur_byte(&c);
		digits = span_head(digits, digits.len - c.rest.len);
		if (!span_u64(digits, INT32_MAX, &n))
			return false;
		if (!cur_end(&c))
			unit = unit_seconds(cur_byte(&c));
		if (unit == 0 || digits.len == 0)
			return false;
		sum += n * unit;
		if (sum > INT32_MAX)	/* RFC 2181 8 */
			return false;
	}
	*out = (uint32_t)sum;
	return word.len > 0;
}

/* One character-string: its octets behind a length, as on the wire. */
static bool
put_string(struct zone *z, struct buf *out, struct span text)
{
	struct cur c = cur_of(text);
	size_t n = 0;

	for (; !cur_end(&c); n++) {
		int o = cur_byte(&c);

		if (o == '\\') {
			o = cur_byte(&c);
			if (is_digit(o)) {
				int b = cur_byte(&c), d = cur_byte(&c);

				if (!is_digit(b) || !is_digit(d))
					return wrong(z, "not an escape");
				o = (o - '0') * 100 + (b - '0') * 10 +
				    (d - '0');
			}
			if (o < 0 || o > 255)
				return wrong(z, "not an escape");
		}
		buf_byte(out, (uint8_t)o);
	}
	/* RFC 1035 3.3 */
	if (n > 255)
		return wrong(z, "a string of more than 255 octets: split it");
	if (!out->full)
		return true;
	return z->arena->failed ? false : wrong(z, "the record is too long");
}

/* Room for the longest record, taken once. */
static struct buf *
scratch(struct zone *z)
{
	if (z->scratch.cap == 0)
		z->scratch = arena_buf(z->arena, LIMIT_TXT);
	z->scratch.len = 0;
	z->scratch.full = false;
	return &z->scratch;
}

static bool
read_txt(struct zone *z, struct zone_rr *rr)
{
	struct buf *b = scratch(z);
	bool any = false;

	for (;;) {
		struct token t = next(z);

		if (t.kind == T_BAD)
			return false;
		if (t.kind == T_EOL || t.kind == T_END)
			break;
		if (!put_string(z, b, t.text))
			return false;
		any = true;
	}
	if (!any)
		return wrong(z, "TXT needs a string");
	rr->item = arena_dup(z->arena, buf_span(b));
	return true;
}

static bool
read_address(struct zone *z, struct zone_rr *rr)
{
	struct assay_addr a;
	struct span word;
	bool four = rr->type == ASSAY_T_A;

	if (!want_word(z, &word))
		return false;
	if (four ? !addr_parse4(&a, word) : !addr_parse6(&a, word))
		return wrong(z, "not an address");
	rr->item = arena_dup(z->arena, addr_octets(&a));
	return want_end(z);
}

static bool
read_mx(struct zone *z, struct zone_rr *rr)
{
	struct span word, host;
	uint64_t n;
	struct buf b;

	if (!want_word(z, &word))
		return false;
	if (!span_u64(word, UINT16_MAX, &n))
		return wrong(z, "MX needs a preference of 0 to 65535");
	if (!want_name(z, &host))
		return false;
	b = arena_buf(z->arena, host.len + 2);
	buf_byte(&b, (uint8_t)(n >> 8));
	buf_byte(&b, (uint8_t)(n & 255));
	buf_put(&b, host);
	rr->item = buf_span(&b);
	return want_end(z);
}

/* RFC 3597 5: \# LENGTH HEX... */
static bool
read_generic(struct zone *z, struct zone_rr *rr)
{
	struct span word;
	struct buf *b = scratch(z);
	uint64_t len;
	int high = -1;

	if (!want_word(z, &word) || !span_u64(word, UINT16_MAX, &len))
		return wrong(z, "\\# needs a length");
	for (;;) {
		struct token t = next(z);

		if (t.kind != T_WORD) {
			if (t.kind != T_EOL && t.kind != T_END)
				return wrong(z, "not hexadecimal");
			break;
		}
		for (size_t i = 0; i < t.text.len; i++) {
			int v = hex_value(span_at(t.text, i));
			if (v < 0)
				return wrong(z, "not hexadecimal");
			if (high >= 0)
				buf_byte(b, (uint8_t)(high * 16 + v));
			high = high >= 0 ? -1 : v;
		}
	}
	if (z->arena->failed)
		return false;
	if (b->full || high >= 0 || b->len != len)
		return wrong(z, "\\# has another length than it says");
	if (rr->has_item && !rr_item(&rr->item, rr->type, buf_span(b),
	    buf_span(b), z->arena))
		return wrong(z, "\\# does not fit the type");
	return true;
}

/* The rest of a record, words joined.  False: it has none. */
static bool
join_rest(struct zone *z, struct span *out)
{
	struct buf *b = scratch(z);

	for (;;) {
		struct token t = next(z);

		if (t.kind == T_EOL || t.kind == T_END)
			break;
		if (t.kind != T_WORD)
			return false;
		buf_put(b, t.text);
	}
	*out = arena_dup(z->arena, buf_span(b));
	return !b->full && b->len > 0;
}

static bool
put_hex(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.len; i += 2) {
		int high = hex_value(span_at(text, i));
		int low = hex_value(span_at(text, i + 1));

		if (high < 0 || low < 0)
			return false;
		buf_byte(b, (uint8_t)(high * 16 + low));
	}
	return true;
}

/* RFC 4034 2.2, 5.3: three numbers, then a key in base64 or a digest in
 * hexadecimal. */
static bool
read_dnssec(struct zone *z, struct zone_rr *rr)
{
	struct buf b = arena_buf(z->arena, LIMIT_TXT);
	struct span word, rest;
	uint64_t n;

	for (int i = 0; i < 3; i++) {
		if (!want_word(z, &word))
			return false;
		if (!span_u64(word, i == 0 ? UINT16_MAX : UINT8_MAX, &n))
			return wrong(z, "DS and DNSKEY begin with numbers");
		if (i == 0)
			buf_byte(&b, (uint8_t)(n >> 8));
		buf_byte(&b, (uint8_t)(n & 255));
	}
	if (!join_rest(z, &rest) || !(rr->type == ASSAY_T_DS ?
	    put_hex(&b, rest) : base64_decode(&b, rest, false)))
		return wrong(z, "DS ends in a digest, DNSKEY in a key");
	rr->item = arena_done(z->arena, &b);
	return true;
}

static bool
skip_rest(struct zone *z)
{
	for (;;) {
		struct token t = next(z);

		if (t.kind == T_BAD)
			return false;
		if (t.kind == T_EOL || t.kind == T_END)
			return true;
	}
}

/* RFC 1035 3.3.13: two names and five numbers. */
static bool
read_soa(struct zone *z)
{
	struct span name, word;
	uint32_t n;

	if (!want_name(z, &name) || !want_name(z, &name))
		return false;
	for (int i = 0; i < 5; i++) {
		uint64_t serial;
		if (!want_word(z, &word))
			return false;
		if (i == 0 ? !span_u64(word, UINT32_MAX, &serial) :
		    !read_ttl(word, &n))
			return wrong(z, "SOA has a number that is none");
	}
	return want_end(z);
}

/* ---- records ------------------------------------------------------------- */

static bool
is_generic(const struct zone *z)
{
	struct zone ahead = *z;
	struct token t = next(&ahead);

	return t.kind == T_WORD && span_eq(t.text, SPAN("\\#"));
}

static bool
read_rdata(struct zone *z, struct zone_rr *rr)
{
	bool generic = is_generic(z);

	rr->has_item = rr->type == ASSAY_T_A || rr->type == ASSAY_T_NS ||
	    rr->type == ASSAY_T_CNAME || rr->type == ASSAY_T_PTR ||
	    rr->type == ASSAY_T_MX || rr->type == ASSAY_T_TXT ||
	    rr->type == ASSAY_T_AAAA || rr->type == ASSAY_T_DS ||
	    rr->type == ASSAY_T_DNSKEY;
	if (generic) {
		next(z);
		return read_generic(z, rr);
	}
	switch (rr->type) {
	case ASSAY_T_A:
	case ASSAY_T_AAAA:
		return read_address(z, rr);
	case ASSAY_T_TXT:
		return read_txt(z, rr);
	case ASSAY_T_MX:
		return read_mx(z, rr);
	case ASSAY_T_NS:
	case ASSAY_T_CNAME:
	case ASSAY_T_PTR:
		return want_name(z, &rr->item) && want_end(z);
	case ASSAY_T_DS:
	case ASSAY_T_DNSKEY:
		return read_dnssec(z, rr);
	case 6:
		return read_soa(z);
	}
	return skip_rest(z);
}

/* RFC 1035 5.1: [TTL] [class] type, or [class] [TTL] type. */
static bool
read_head(struct zone *z, struct zone_rr *rr)
{
	bool ttl = false, class = false;
	struct span word;

	for (;;) {
		if (!want_word(z, &word))
			return false;
		if (!class && span_ieq(word, SPAN("IN"))) {
			class = true;
		} else if (!ttl && is_digit(span_at(word, 0))) {
			if (!read_ttl(word, &rr->ttl))
				return wrong(z, "not a time to live");
			ttl = true;
		} else
			break;
	}
	if (!ttl)
		rr->ttl = z->ttl;
	else if (!z->has_default)
		z->ttl = rr->ttl;
	if (span_ieq(word, SPAN("CH")) || span_ieq(word, SPAN("HS")) ||
	    span_ieq(word, SPAN("CS")))
		return wrong(z, "only class IN is read");
	rr->type = rr_type(word);
	return rr->type != 0 || wrong(z, "no such record type");
}

static bool
directive(struct zone *z, struct span word)
{
	struct span text;

	if (span_ieq(word, SPAN("$ORIGIN")))
		return want_name(z, &z->origin) && want_end(z);
	if (span_ieq(word, SPAN("$TTL"))) {
		if (!want_word(z, &text) || !read_ttl(text, &z->ttl))
			return wrong(z, "not a time to live");
		z->has_default = true;
		return want_end(z);
	}
	if (span_ieq(word, SPAN("$INCLUDE")))
		return wrong(z, "$INCLUDE is not read: one file is a zone");
	return wrong(z, "no such directive");
}

/* One entry.  *got says whether it was a record. */
static bool
entry(struct zone *z, struct zone_rr *rr, bool *got)
{
	bool blank = is_wsp(cur_peek(&z->in));
	struct zone before = *z;
	struct token t = next(z);

	if (t.kind == T_EOL || t.kind == T_END)
		return true;
	if (t.kind != T_WORD)
		return wrong(z, "a record does not begin like this");
	if (blank) {
		/* RFC 1035 5.1: the owner is the last one stated */
		if (span_absent(z->owner))
			return wrong(z, "no owner before this");
		*z = before;
	} else if (span_at(t.text, 0) == '$')
		return directive(z, t.text);
	else if (!read_name(z, t.text, &z->owner))
		return false;
	*rr = (struct zone_rr){ .owner = z->owner };
	*got = true;
	return read_head(z, rr) && read_rdata(z, rr);
}

bool
zone_next(struct zone *z, struct zone_rr *out)
{
	bool got = false;

	while (!got) {
		/* the end of the line before, if any */
		if (cur_accept(&z->in, '\n'))
			z->line++;
		if (cur_end(&z->in) || z->why != NULL || z->arena->failed)
			return false;
		if (!entry(z, out, &got))
			return false;
	}
	return !z->arena->failed;
}
