/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/sig_parse.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "wire/base64.h"

bool
sig_flaw(struct sig_facts *s, enum assay_reason why, struct span what)
{
	if (s->flaw == ASSAY_R_NONE) {
		s->flaw = why;
		s->flaw_detail = what;
	}
	return false;
}

/* RFC 6376 6.1.1: a required tag that is omitted. */
static bool
required(struct sig_facts *s, const struct taglist *l, struct span name,
    struct span *value)
{
	const struct tag *t = taglist_get(l, name);

	if (t == NULL)
		return sig_flaw(s, ASSAY_R_DKIM_MISSING_TAG, name);
	*value = t->value;
	return true;
}

static bool
digits(struct span s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(span_at(s, i)))
			return false;
	return s.len > 0 && s.len <= max;
}

/* ---- what says who ---- */

/* RFC 6376 3.3, RFC 8463 3.  ABNF strings match in any case. */
static const struct { struct span name; enum sig_alg alg; } algs[] = {
	{ { (const uint8_t *)"rsa-sha256", 10 }, ALG_RSA_SHA256 },
	{ { (const uint8_t *)"ed25519-sha256", 14 }, ALG_ED25519_SHA256 },
	{ { (const uint8_t *)"rsa-sha1", 8 }, ALG_RSA_SHA1 },
};

/* An algorithm nobody knows is shown if it is harmless to show. */
static struct span
safe_token(struct span s, struct arena *a)
{
	if (s.len > 32)
		return SPAN_NONE;
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(span_at(s, i)) && span_at(s, i) != '-')
			return SPAN_NONE;
	return arena_dup(a, s);
}

static void
read_algorithm(struct sig_facts *s, const struct taglist *l,
    struct arena *a)
{
	struct span v;

	if (!required(s, l, SPAN("a"), &v))
		return;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		if (span_ieq(v, algs[i].name)) {
			s->alg = algs[i].alg;
			s->alg_text = algs[i].name;
			return;
		}
	s->alg_text = safe_token(v, a);
	sig_flaw(s, ASSAY_R_DKIM_BAD_ALGORITHM, SPAN("a"));
}

/* RFC 6376 3.5: d= is sub-domain 1*("." sub-domain), s= one label or more,
 * U-labels too (RFC 8616 5).  What is not a domain name never becomes one
 * (ATTACKS A3, A3b, A4), so it can be neither asked for nor shown. */
static void
read_names(struct sig_facts *s, const struct taglist *l, struct arena *a)
{
	struct span v;

	if (required(s, l, SPAN("d"), &v) &&
	    (!domain_parse(&s->d, v, false, a) || domain_labels(s->d) < 2)) {
		s->d = (struct domain){ SPAN_NONE };
		sig_flaw(s, ASSAY_R_DKIM_BAD_DOMAIN, SPAN("d"));
	}
	if (required(s, l, SPAN("s"), &v) &&
	    !domain_parse(&s->selector, v, false, a)) {
		s->selector = (struct domain){ SPAN_NONE };
		sig_flaw(s, ASSAY_R_DKIM_BAD_SELECTOR, SPAN("s"));
	}
	/* RFC 6376 3.6.2.1: s._domainkey.d */
	if (s->d.name.len + s->selector.name.len +
	    sizeof("._domainkey.") - 1 > LIMIT_NAME)
		sig_flaw(s, ASSAY_R_DKIM_NAME_TOO_LONG, SPAN("s"));
	s->identity = s->d;
}

/* RFC 6376 2.11: dkim-quoted-printable, white space ignored.  A "=" that is
 * none of it stays as it is: bulk senders write "user=ex.org@bounce". */
static struct span
unquote(struct span text, struct arena *a)
{
	struct buf b = arena_buf(a, text.len);

	for (size_t i = 0; i < text.len; i++) {
		int c = span_at(text, i);
		int high = hex_value(span_at(text, i + 1));
		int low = hex_value(span_at(text, i + 2));

		if (is_fws(c))
			continue;
		if (c == '=' && high >= 0 && low >= 0) {
			c = high * 16 + low;
			i += 2;
		}
		buf_byte(&b, (uint8_t)c);
	}
	return arena_done(a, &b);
}

/* RFC 6376 3.5: [ Local-part ] "@" domain-name, at or below d=.  Nobody uses
 * the local-part. */
static void
read_identity(struct sig_facts *s, const struct taglist *l, struct arena *a)
{
	const struct tag *t = taglist_get(l, SPAN("i"));
	struct span address;
	size_t at;

	if (t == NULL)
		return;
	address = unquote(span_head(t->value, LIMIT_TAG_DATA), a);
	at = span_rfind(address, '@');
	if (t->value.len > LIMIT_TAG_DATA || at == address.len ||
	    !domain_parse(&s->identity,
	    span_skip(address, at + 1), false, a)) {
		s->identity = s->d;
		sig_flaw(s, ASSAY_R_DKIM_BAD_IDENTITY, SPAN("i"));
	} else if (domain_absent(s->d) || !domain_within(s->identity, s->d)) {
		s->identity = s->d;
		sig_flaw(s, ASSAY_R_DKIM_IDENTITY_OUTSIDE, SPAN("i"));
	}
}

/* ---- what says what ---- */

static bool
canon_of(struct span word, enum canon *out)
{
	if (span_ieq(word, SPAN("simple")))
		*out = CANON_SIMPLE;
	else if (span_ieq(word, SPAN("relaxed")))
		*out = CANON_RELAXED;
	else
		return false;
	return true;
}

/* RFC 6376 3.5 c=: one name is for the header, the body is then simple.
 * Without it, simple for both; the published suite for ARC signs an AMS
 * without it as relaxed, and so do its readers. */
static void
read_canon(struct sig_facts *s, enum sig_kind kind, const struct taglist *l)
{
	const struct tag *t = taglist_get(l, SPAN("c"));
	struct span rest, header;
	bool two;

	if (t == NULL) {
		s->header_canon = s->body_canon = kind == SIG_AMS ?
		    CANON_RELAXED : CANON_SIMPLE;
		return;
	}
	rest = t->value;
	two = span_has(rest, '/');
	header = span_cut(&rest, '/');
	if (!canon_of(header, &s->header_canon) ||
	    (two && !canon_of(rest, &s->body_canon)))
		sig_flaw(s, ASSAY_R_DKIM_BAD_CANONICALIZATION, SPAN("c"));
}

/* ftext of RFC 5322 3.6.8 without ";", which ends the tag. */
static bool
field_name_ok(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_vchar(span_at(name, i)))
			return false;
	return name.len > 0;
}

/* RFC 6376 3.5 h=: hdr-name *( [FWS] ":" [FWS] hdr-name ), with From (6.1.1).
 * Published ARC chains have empty names in it, which name nothing, and no
 * From; of an AMS only ARC-Seal is refused (RFC 8617 4.1.2). */
static void
judge_h(struct sig_facts *s, enum sig_kind kind, struct span h)
{
	bool more, from = false;
	size_t n = 0;

	do {
		more = span_has(h, ':');
		struct span name = taglist_item(&h);

		if (++n > LIMIT_H_NAMES) {
			sig_flaw(s, ASSAY_R_DKIM_TOO_MUCH, SPAN("h"));
			return;
		}
		if (!field_name_ok(name) &&
		    (kind == SIG_DKIM || name.len > 0))
			sig_flaw(s, ASSAY_R_DKIM_BAD_FIELD_LIST, SPAN("h"));
		if (kind == SIG_AMS && span_ieq(name, SPAN("arc-seal")))
			sig_flaw(s, ASSAY_R_ARC_COVERS_SEAL, SPAN("h"));
		from = from || span_ieq(name, SPAN("from"));
	} while (more);
	s->covers_from = from;
	if (kind == SIG_DKIM && !from)
		sig_flaw(s, ASSAY_R_DKIM_FROM_NOT_SIGNED, SPAN("h"));
}

static void
read_h(struct sig_facts *s, struct sig_text *text, enum sig_kind kind,
    const struct taglist *l)
{
	if (required(s, l, SPAN("h"), &text->h))
		judge_h(s, kind, text->h);
}

/* RFC 6376 3.5 q=: unrecognized methods are ignored; there is one. */
static void
read_query(struct sig_facts *s, const struct taglist *l)
{
	const struct tag *t = taglist_get(l, SPAN("q"));

	if (t != NULL && !taglist_has_item(t->value, SPAN("dns/txt")))
		sig_flaw(s, ASSAY_R_DKIM_QUERY_METHOD, SPAN("q"));
}

/* RFC 6376 3.5 l=: 1*76DIGIT; beyond what we count it is too long anyway. */
static void
read_length(struct sig_facts *s, const struct taglist *l)
{
	const struct tag *t = taglist_get(l, SPAN("l"));

	if (t == NULL)
		return;
	s->has_l = true;
	if (!digits(t->value, 76))
		sig_flaw(s, ASSAY_R_DKIM_BAD_LENGTH, SPAN("l"));
	else if (!span_u64(t->value, UINT64_MAX, &s->l))
		s->l = UINT64_MAX;
}

/* RFC 6376 3.5: 1*12DIGIT */
static bool
read_time(struct sig_facts *s, const struct taglist *l, struct span name,
    int64_t *out)
{
	const struct tag *t = taglist_get(l, name);
	uint64_t v = 0;

	if (t == NULL)
		return false;
	if (!digits(t->value, 12) || !span_u64(t->value, INT64_MAX, &v))
		sig_flaw(s, ASSAY_R_DKIM_BAD_TIME, name);
	*out = (int64_t)v;
	return true;
}

static void
read_times(struct sig_facts *s, const struct taglist *l)
{
	s->has_t = read_time(s, l, SPAN("t"), &s->t);
	s->has_x = read_time(s, l, SPAN("x"), &s->x);
	/* RFC 6376 3.5 x=: MUST be greater than t= */
	if (s->has_t && s->has_x && s->x <= s->t)
		sig_flaw(s, ASSAY_R_DKIM_EXPIRES_BEFORE_SIGNED, SPAN("x"));
}

/* ---- the signature itself ---- */

static bool
decode(struct span *out, struct span text, struct arena *a)
{
	struct buf b;
	bool ok;

	if (text.len > LIMIT_TAG_DATA)
		return false;
	b = arena_buf(a, base64_room(text.len));
	ok = base64_decode(&b, text, true);
	*out = arena_done(a, &b);
	return ok && out->len > 0;
}

/* RFC 6376 3.7: the value of b= is emptied "including all surrounding
 * whitespace": from the "=" to the ";" or the end. */
static void
find_b(struct sig_text *text, struct span b)
{
	struct span value = text->field->value;
	size_t from = span_offset(value, b), to = from + b.len;
	size_t base = span_offset(text->field->raw, value);

	while (from > 0 && is_fws(span_at(value, from - 1)))
		from--;
	while (is_fws(span_at(value, to)))
		to++;
	text->b_from = base + from;
	text->b_to = base + to;
}

/* RFC 6008 4: at least the first eight characters. */
static struct span
first_of(struct span b, struct arena *a)
{
	struct buf out = arena_buf(a, 24);

	for (size_t i = 0; i < b.len && out.len < out.cap; i++)
		if (!is_fws(span_at(b, i)))
			buf_byte(&out, (uint8_t)span_at(b, i));
	return buf_span(&out);
}

static void
read_b(struct sig_facts *s, struct sig_text *text, const struct taglist *l,
    struct arena *a)
{
	struct span v;

	if (!required(s, l, SPAN("b"), &v))
		return;
	find_b(text, v);
	if (!decode(&s->b, v, a))
		sig_flaw(s, ASSAY_R_DKIM_BAD_SIGNATURE_DATA, SPAN("b"));
	else
		s->b_text = first_of(v, a);
}

static void
read_bh(struct sig_facts *s, const struct taglist *l, struct arena *a)
{
	struct span v;

	if (required(s, l, SPAN("bh"), &v) && !decode(&s->bh, v, a))
		sig_flaw(s, ASSAY_R_DKIM_BAD_BODY_HASH, SPAN("bh"));
}

/* ---- ARC ---- */

struct span
skip_cfws(struct span text)
{
	size_t depth = 0, i = 0;

	for (; i < text.len; i++) {
		int c = span_at(text, i);

		if (c == '(')
			depth++;
		else if (depth > 0 && c == ')')
			depth--;
		else if (depth > 0 && c == '\\')
			i++;
		else if (depth == 0 && !is_fws(c))
			break;
	}
	return span_skip(text, i);
}

unsigned
arc_instance(struct span value)
{
	struct cur c = cur_of(skip_cfws(value));
	unsigned n = 0, places = 0;

	/* RFC 8617 3.9: position = 1*2DIGIT */
	for (; is_digit(cur_peek(&c)) && places < 2; places++)
		n = n * 10 + (unsigned)(cur_byte(&c) - '0');
	return skip_cfws(c.rest).len == 0 && n <= LIMIT_ARC_SETS ? n : 0;
}

static void
read_arc(struct sig_facts *s, struct sig_text *text, enum sig_kind kind,
    const struct taglist *l)
{
	text->instance = arc_instance(taglist_value(l, SPAN("i")));
	if (text->instance == 0)
		sig_flaw(s, ASSAY_R_ARC_BAD_INSTANCE, SPAN("i"));
	if (kind != SIG_SEAL)
		return;
	text->cv = taglist_value(l, SPAN("cv"));
	/* RFC 8617 4.1.3: h= is NOT allowed */
	if (taglist_get(l, SPAN("h")) != NULL)
		sig_flaw(s, ASSAY_R_ARC_SEAL_HAS_H, SPAN("h"));
}

/* ---- all of it ---- */

static void
read_version(struct sig_facts *s, const struct taglist *l)
{
	struct span v;

	/* RFC 6376 3.5 v=: MUST have the value "1" */
	if (required(s, l, SPAN("v"), &v) && !span_eq(v, SPAN("1")))
		sig_flaw(s, ASSAY_R_DKIM_VERSION, SPAN("v"));
}

static void
read_tags(struct sig_facts *s, struct sig_text *text, enum sig_kind kind,
    const struct taglist *l, struct arena *a)
{
	if (kind == SIG_DKIM)	/* RFC 8617 4.1.2: of an AMS it is ignored */
		read_version(s, l);
	else
		read_arc(s, text, kind, l);
	read_algorithm(s, l, a);
	read_names(s, l, a);
	if (kind == SIG_DKIM)
		read_identity(s, l, a);
	if (kind == SIG_SEAL) {	/* RFC 8617 4.1.3: only "relaxed" */
		s->header_canon = CANON_RELAXED;
	} else {
		read_canon(s, kind, l);
		read_h(s, text, kind, l);
		read_query(s, l);
		read_length(s, l);
		read_bh(s, l, a);
	}
	read_times(s, l);
	read_b(s, text, l, a);
}

bool
sig_parse(struct sig_facts *out, struct sig_text *text, enum sig_kind kind,
    const struct field *field, struct arena *a)
{
	struct span value = field->value;
	struct taglist list;

	*out = (struct sig_facts){ .slot = -1,
		.place = { field->at, field->raw.len } };
	*text = (struct sig_text){ .field = field };
	if (kind != SIG_DKIM)	/* RFC 8617 4.1.2: "ARC-...:" [CFWS] */
		value = skip_cfws(value);
	if (!taglist_parse(&list, value, a))
		sig_flaw(out, list.bad ? ASSAY_R_DKIM_SYNTAX :
		    ASSAY_R_DKIM_DUPLICATE_TAG, SPAN_NONE);
	/* which of two d= to show is anybody's guess: none */
	if (!list.duplicate)
		read_tags(out, text, kind, &list, a);
	return out->flaw == ASSAY_R_NONE;
}
