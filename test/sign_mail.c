/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sign_mail.h"

#include <stdio.h>
#include <string.h>

#include "crypto/sha.h"
#include "test/slow_canon.h"
#include "wire/base64.h"

enum { MAX_FIELDS = 400 };

struct mail {
	struct span field[MAX_FIELDS];
	size_t n;
	struct span body;
};

static struct mail
split(struct span m)
{
	struct mail out = { .n = 0 };

	while (m.len > 0 && !span_starts(m, SPAN("\r\n"))) {
		size_t at = 0;

		do {
			at += span_search(span_skip(m, at), SPAN("\r\n")) + 2;
		} while (span_at(m, at) == ' ' || span_at(m, at) == '\t');
		if (out.n < MAX_FIELDS)
			out.field[out.n++] = span_head(m, at);
		m = span_skip(m, at);
	}
	out.body = span_skip(m, 2);
	return out;
}

static bool
is_named(struct span field, struct span name)
{
	return span_ieq(span_trim_wsp(span_head(field,
	    span_find(field, ':'))), name);
}

/* The fields of h=, each from the bottom up. */
static void
put_fields(struct buf *out, const struct mail *m, enum canon canon,
    struct span h)
{
	bool used[MAX_FIELDS] = { false };

	while (h.len > 0) {
		struct span name = span_trim_fws(span_cut(&h, ':'));

		for (size_t i = m->n; i > 0; i--)
			if (!used[i - 1] && is_named(m->field[i - 1], name)) {
				used[i - 1] = true;
				slow_field(out, canon, m->field[i - 1]);
				break;
			}
	}
}

static void
sha(uint8_t out[32], struct span bytes)
{
	struct sha256 s;

	if (sha256_init(&s))
		sha256_put(&s, bytes);
	sha256_end(&s, out);
}

static void
put_body_hash(struct buf *out, struct arena *a, struct span body,
    const struct signing *s)
{
	struct buf canon = arena_buf(a, body.len * 2 + 4);
	uint8_t hash[32];

	slow_body(&canon, s->body, body);
	sha(hash, s->has_l ? span_head(buf_span(&canon), s->l) :
	    buf_span(&canon));
	base64_encode(out, (struct span){ hash, 32 });
}

static struct span
join(struct arena *a, struct span top, struct span rest)
{
	struct buf b = arena_buf(a, top.len + rest.len);

	buf_put(&b, top);
	buf_put(&b, rest);
	return buf_span(&b);
}

/* field ends behind "b="; gets the signature over what and itself.
 * slow_sig_field() drops a last CRLF, so the field needs one for it. */
static struct span
sign_field(struct arena *a, struct buf *field, struct buf *what,
    enum canon canon, enum sign_key key)
{
	struct buf with = arena_buf(a, field->cap + 4);
	size_t at = field->len;
	struct buf sig = arena_buf(a, 1100);
	uint8_t hash[32];

	buf_put(&with, buf_span(field));
	buf_str(&with, "\r\n");
	slow_sig_field(what, canon, buf_span(&with), at, at);
	sha(hash, buf_span(what));
	if (sign_hash(&sig, key, hash))
		base64_encode(field, buf_span(&sig));
	buf_str(field, "\r\n");
	return buf_span(field);
}

struct span
sign_mail(struct arena *a, struct span message, const struct signing *s)
{
	struct mail m = split(message);
	struct buf field = arena_buf(a, 16384);
	struct buf what = arena_buf(a, message.len * 2 + 65536);

	buf_str(&field, s->field == NULL ? "DKIM-Signature" : s->field);
	buf_str(&field, ": ");
	buf_str(&field, s->tags);
	buf_str(&field, ";\r\n\th=");
	buf_str(&field, s->h);
	buf_str(&field, "; bh=");
	put_body_hash(&field, a, m.body, s);
	buf_str(&field, ";\r\n\tb=");
	put_fields(&what, &m, s->header, assay_cstr(s->h));
	return join(a, sign_field(a, &field, &what, s->header, s->key),
	    message);
}

/* ---- ARC ---- */

static void
put_arc(struct buf *out, const struct mail *m, const char *name, unsigned i)
{
	char start[64];

	snprintf(start, sizeof(start), "%s: i=%u;", name, i);
	for (size_t k = 0; k < m->n; k++)
		if (span_starts(m->field[k], assay_cstr(start)))
			slow_field(out, CANON_RELAXED, m->field[k]);
}

static const char *
alg(enum sign_key key)
{
	return key == SIGN_ED25519_RFC8463 ? "ed25519-sha256" : "rsa-sha256";
}

struct span
seal_mail(struct arena *a, struct span message, const struct sealing *s)
{
	struct buf what = arena_buf(a, message.len * 4 + 65536);
	struct buf seal = arena_buf(a, 4096);
	char text[512];
	struct signing ams = { .field = "ARC-Message-Signature",
		.tags = text, .h = s->h, .key = s->key,
		.header = CANON_RELAXED, .body = CANON_RELAXED };
	struct mail m;

	snprintf(text, sizeof(text), "ARC-Authentication-Results: i=%u; "
	    "mx.example; spf=pass\r\n", s->instance);
	message = join(a, arena_dup(a, assay_cstr(text)), message);
	snprintf(text, sizeof(text), "i=%u; a=%s; c=relaxed/relaxed; d=%s; "
	    "s=%s", s->instance, alg(s->key), s->d, s->s);
	message = sign_mail(a, message, &ams);
	m = split(message);
	for (unsigned i = 1; i <= s->instance; i++) {
		put_arc(&what, &m, "ARC-Authentication-Results", i);
		put_arc(&what, &m, "ARC-Message-Signature", i);
		if (i < s->instance)
			put_arc(&what, &m, "ARC-Seal", i);
	}
	snprintf(text, sizeof(text), "ARC-Seal: i=%u; a=%s; d=%s; s=%s; "
	    "cv=%s; b=", s->instance, alg(s->key), s->d, s->s, s->cv);
	buf_str(&seal, text);
	return join(a, sign_field(a, &seal, &what, CANON_RELAXED, s->key),
	    message);
}
