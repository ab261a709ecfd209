/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs and seals the messages of stories (RFC 6376 5, RFC 8617 5.1), with
 * canonical forms made the slow way, so that a mistake of the fast one shows.
 */
#include "test/case.h"

#include <stdio.h>

#include "crypto/sha.h"
#include "test/sign.h"
#include "test/slow_canon.h"
#include "wire/base64.h"
#include "wire/message.h"

enum { TAGS = 40, FIELD = 1 << 14 };

/* The pairs of a directive. */
struct tags {
	struct span name[TAGS], value[TAGS];
	size_t n;
};

static void
read_tags(struct tags *t, struct span args, struct arena *a)
{
	t->n = 0;
	while (t->n < TAGS && case_pair(&args, &t->name[t->n],
	    &t->value[t->n], a))
		t->n++;
}

static struct span
tag(const struct tags *t, const char *name, const char *otherwise)
{
	for (size_t i = 0; i < t->n; i++)
		if (span_eq(t->name[i], assay_cstr(name)))
			return t->value[i];
	return assay_cstr(otherwise);
}

/* ---- keys ---- */

static enum sign_key
key_of(struct span name)
{
	if (span_ieq(name, SPAN("rsa2048")))
		return SIGN_RSA_2048;
	if (span_ieq(name, SPAN("rsa1024")))
		return SIGN_RSA_1024;
	if (span_ieq(name, SPAN("ed25519")))
		return SIGN_ED25519_RFC8463;
	return 0;
}

bool
case_key_text(struct buf *out, struct span name)
{
	uint8_t room[1000];
	struct buf b = BUF_ON(room);
	enum sign_key key = key_of(name);

	if (key == 0 || !sign_p_tag(&b, key))
		return false;
	buf_put(out, span_skip(buf_span(&b), 2));
	return true;
}

/* ---- hashing ---- */

static enum canon
canon_of(struct span word)
{
	return span_eq(word, SPAN("simple")) ? CANON_SIMPLE : CANON_RELAXED;
}

static bool
parse_header(struct header *h, struct story *s)
{
	return header_parse(h, arena_dup(s->arena, buf_span(&s->message)),
	    100000, s->arena);
}

static struct span
body_of(struct story *s, const struct header *h)
{
	return arena_dup(s->arena, span_skip(buf_span(&s->message),
	    h->ended ? h->body_at : s->message.len));
}

static void
hash(const struct buf *b, uint8_t out[32])
{
	struct sha256 sha;

	(void)sha256_init(&sha);
	sha256_put(&sha, buf_span(b));
	sha256_end(&sha, out);
}

/* RFC 6376 5.4.2: the instances of a name from the bottom up. */
static void
put_signed(struct buf *out, enum canon kind, const struct header *h,
    struct span names)
{
	uint8_t taken[4096] = { 0 };

	while (names.len > 0) {
		struct span name = span_trim_wsp(span_cut(&names, ':'));
		size_t i = h->n < sizeof(taken) ? h->n : sizeof(taken);
		while (i-- > 0)
			if (!taken[i] && span_ieq(h->field[i].name, name))
				break;
		if (i >= sizeof(taken) || i >= h->n)
			continue;
		taken[i] = 1;
		slow_field(out, kind, h->field[i].raw);
	}
}

static void
put_b64(struct buf *out, const struct buf *octets)
{
	base64_encode(out, buf_span(octets));
}

/* ---- one field: "Name: tags; b=" signed over hashed ---- */

struct maker {
	struct story *s;
	struct tags t;
	struct header h;
	struct buf field;	/* the field as far as "b=" */
	struct buf data;	/* what is hashed before it */
	enum canon header_canon, body_canon;
	enum sign_key key;
};

static bool
maker_init(struct maker *m, struct story *s, struct span args,
    const char **why)
{
	struct span c;

	*m = (struct maker){ .s = s };
	read_tags(&m->t, args, s->arena);
	c = tag(&m->t, "c", "relaxed/relaxed");
	m->header_canon = canon_of(span_cut(&c, '/'));
	m->body_canon = c.len == 0 ? CANON_SIMPLE : canon_of(c);
	m->key = key_of(tag(&m->t, "key", "rsa2048"));
	m->field = arena_buf(s->arena, FIELD);
	m->data = arena_buf(s->arena, s->message.len * 2 + FIELD * 4);
	*why = m->key == 0 ? "no such key:" : "cannot sign:";
	return m->key != 0 && parse_header(&m->h, s);
}

static void
put_tag(struct maker *m, const char *name, struct span value)
{
	if (span_absent(value))
		return;
	buf_str(&m->field, name);
	buf_str(&m->field, "=");
	buf_put(&m->field, value);
	buf_str(&m->field, "; ");
}

static const char *
algorithm(const struct maker *m)
{
	return m->key == SIGN_ED25519_RFC8463 ? "ed25519-sha256" :
	    "rsa-sha256";
}

static void
put_body_hash(struct maker *m)
{
	struct span body = body_of(m->s, &m->h), l = tag(&m->t, "l", NULL);
	struct buf canon = arena_buf(m->s->arena, body.len * 2 + 4);
	uint8_t digest[32];
	struct buf d = BUF_ON(digest);
	uint64_t n;

	slow_body(&canon, m->body_canon, body);
	if (span_u64(l, SIZE_MAX / 2, &n) && n < canon.len)
		canon.len = (size_t)n;
	hash(&canon, digest);
	d.len = sizeof(digest);
	buf_str(&m->field, "\r\n\tbh=");
	put_b64(&m->field, &d);
	buf_str(&m->field, "; ");
}

/* Hashes, signs, and puts the field on top. */
static bool
finish(struct maker *m, enum canon kind)
{
	uint8_t digest[32], room[600];
	struct buf sig = BUF_ON(room);
	size_t at;

	buf_str(&m->field, "b=");
	at = m->field.len;
	buf_str(&m->field, "\r\n");
	slow_sig_field(&m->data, kind, buf_span(&m->field), at, at);
	hash(&m->data, digest);
	if (!sign_hash(&sig, m->key, digest))
		return false;
	if (!span_absent(tag(&m->t, "broken", NULL)))
		room[7] ^= 1;
	m->field.len = at;
	put_b64(&m->field, &sig);
	buf_str(&m->field, "\r\n");
	case_prepend(m->s, buf_span(&m->field));
	return !m->field.full && !m->data.full;
}

bool
case_sign(struct story *s, struct span args, const char **why)
{
	static const char *const given[] = { "t", "x", "l", "i", "q" };
	struct maker m;
	struct span h;

	if (!maker_init(&m, s, args, why))
		return false;
	h = tag(&m.t, "h", "from:to:subject:date");
	buf_str(&m.field, "DKIM-Signature: ");
	put_tag(&m, "v", tag(&m.t, "v", "1"));
	put_tag(&m, "a", tag(&m.t, "a", algorithm(&m)));
	put_tag(&m, "c", tag(&m.t, "c", "relaxed/relaxed"));
	put_tag(&m, "d", tag(&m.t, "d", "ex.example"));
	put_tag(&m, "s", tag(&m.t, "s", "s1"));
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		put_tag(&m, given[i], tag(&m.t, given[i], NULL));
	buf_put(&m.field, tag(&m.t, "extra", ""));
	buf_str(&m.field, "\r\n\t");
	put_tag(&m, "h", h);
	put_body_hash(&m);
	put_signed(&m.data, m.header_canon, &m.h, h);
	return finish(&m, m.header_canon);
}

/* ---- ARC ---- */

/* The field of this name and instance, "i=N" first. */
static struct span
arc_field(const struct header *h, const char *name, struct span instance)
{
	for (size_t i = 0; i < h->n; i++) {
		struct span v = span_trim_fws(h->field[i].value);
		if (!span_ieq(h->field[i].name, assay_cstr(name)) ||
		    !span_starts(v, SPAN("i=")))
			continue;
		if (span_eq(span_head(span_skip(v, 2), span_find(v, ';') - 2),
		    instance))
			return h->field[i].raw;
	}
	return SPAN_NONE;
}

static void
put_set(struct buf *out, const struct header *h, unsigned i, bool seal)
{
	char text[12];

	snprintf(text, sizeof(text), "%u", i);
	slow_field(out, CANON_RELAXED, arc_field(h,
	    "ARC-Authentication-Results", assay_cstr(text)));
	slow_field(out, CANON_RELAXED, arc_field(h, "ARC-Message-Signature",
	    assay_cstr(text)));
	if (seal)
		slow_field(out, CANON_RELAXED, arc_field(h, "ARC-Seal",
		    assay_cstr(text)));
}

static bool
put_ams(struct story *s, struct span args, const char **why)
{
	struct maker m;
	struct span h;

	if (!maker_init(&m, s, args, why))
		return false;
	h = tag(&m.t, "h", "from:to:subject:date");
	buf_str(&m.field, "ARC-Message-Signature: ");
	put_tag(&m, "i", tag(&m.t, "i", "1"));
	put_tag(&m, "a", tag(&m.t, "a", algorithm(&m)));
	put_tag(&m, "c", tag(&m.t, "c", "relaxed/relaxed"));
	put_tag(&m, "d", tag(&m.t, "d", "fwd.example"));
	put_tag(&m, "s", tag(&m.t, "s", "s1"));
	put_tag(&m, "h", h);
	put_body_hash(&m);
	put_signed(&m.data, m.header_canon, &m.h, h);
	return finish(&m, m.header_canon);
}

static bool
put_seal(struct story *s, struct span args, const char **why)
{
	struct maker m;
	struct span i;
	uint64_t n = 1;

	if (!maker_init(&m, s, args, why))
		return false;
	i = tag(&m.t, "i", "1");
	(void)span_u64(i, 100, &n);
	buf_str(&m.field, "ARC-Seal: ");
	put_tag(&m, "i", i);
	put_tag(&m, "a", tag(&m.t, "a", algorithm(&m)));
	put_tag(&m, "cv", tag(&m.t, "cv", n == 1 ? "none" : "pass"));
	put_tag(&m, "d", tag(&m.t, "d", "fwd.example"));
	put_tag(&m, "s", tag(&m.t, "s", "s1"));
	buf_put(&m.field, tag(&m.t, "extra", ""));
	for (unsigned k = 1; k <= n; k++)
		put_set(&m.data, &m.h, k, k < n);
	return finish(&m, CANON_RELAXED);
}

/* RFC 8617 5.1: AAR, then AMS, then AS, each on top. */
bool
case_seal(struct story *s, struct span args, const char **why)
{
	struct buf aar = arena_buf(s->arena, FIELD);
	struct tags t;

	read_tags(&t, args, s->arena);
	buf_str(&aar, "ARC-Authentication-Results: i=");
	buf_put(&aar, tag(&t, "i", "1"));
	buf_str(&aar, "; ");
	buf_put(&aar, tag(&t, "aar", "fwd.example; none"));
	buf_str(&aar, "\r\n");
	if (!put_ams(s, args, why))
		return false;
	case_prepend(s, buf_span(&aar));
	return put_seal(s, args, why);
}
