/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs with the library's own canonical forms; that libopendkim verifies
 * what is made here is part of what the benchmark checks.
 */
#include "bench/gen.h"

#include "crypto/sha.h"
#include "facts/bodyhash.h"
#include "facts/canon.h"
#include "wire/base64.h"

void
put_on_top(struct mail *m, struct span field)
{
	if (m->n == sizeof(m->field) / sizeof(m->field[0]))
		die("too many fields");
	for (size_t i = m->n++; i > 0; i--)
		m->field[i] = m->field[i - 1];
	m->field[0] = field;
}

static void
body_hash(struct buf *out, const struct mail *m, bool relaxed)
{
	struct arena a;
	struct bodyhash *b;
	struct body_digest d;
	int slot;

	arena_init(&a, 1 << 20);
	b = bodyhash_new(&a);
	if (b == NULL)
		die("no memory");
	slot = bodyhash_want(b, relaxed ? CANON_RELAXED : CANON_SIMPLE, false,
	    0);
	bodyhash_data(b, m->body);
	bodyhash_end(b);
	d = bodyhash_get(b, slot);
	base64_encode(out, (struct span){ d.sha256, 32 });
	arena_free(&a);
}

/* Each name once; the lowest field of that name. */
static void
hash_fields(struct sha256 *s, const struct mail *m, bool relaxed,
    const char *h)
{
	struct span rest = assay_cstr(h);

	while (rest.len > 0) {
		struct span name = span_cut(&rest, ':');

		for (size_t i = m->n; i > 0; i--)
			if (span_istarts(m->field[i - 1], name) &&
			    span_at(m->field[i - 1], name.len) == ':') {
				canon_field(s, relaxed ? CANON_RELAXED :
				    CANON_SIMPLE, m->field[i - 1]);
				break;
			}
	}
}

/* The signature behind "b=", folded. */
static void
put_signature(struct buf *out, bool rsa, unsigned key, const uint8_t hash[32])
{
	uint8_t sig_room[512], text_room[700];
	struct buf sig = BUF_ON(sig_room), text = BUF_ON(text_room);
	struct span rest;

	key_sign(&sig, rsa, key, hash);
	base64_encode(&text, buf_span(&sig));
	for (rest = buf_span(&text); rest.len > 0;
	    rest = span_skip(rest, 72)) {
		buf_put(out, span_head(rest, 72));
		buf_str(out, rest.len > 72 ? "\r\n\t " : "\r\n");
	}
}

/* The field from start to the end of the room, on top. */
static void
finish(struct mail *m, size_t start)
{
	if (m->room.full)
		die("no room for fields");
	put_on_top(m, span_skip(buf_span(&m->room), start));
}

static struct span
so_far(const struct mail *m, size_t start)
{
	return span_skip(buf_span(&m->room), start);
}

void
sign_mail(struct mail *m, const struct signing *s)
{
	struct buf *b = &m->room;
	size_t start = b->len;
	struct sha256 sha;
	uint8_t hash[32];
	char text[600];

	snprintf(text, sizeof(text), "%s: %sa=%s-sha256; c=%s/%s; d=%s;\r\n"
	    "\ts=%s; t=%ld; h=%s;\r\n\tbh=", s->name, s->extra,
	    s->rsa ? "rsa" : "ed25519",
	    s->relaxed_header ? "relaxed" : "simple",
	    s->relaxed_body ? "relaxed" : "simple", s->domain, s->selector,
	    s->time, s->h);
	buf_str(b, text);
	body_hash(b, m, s->relaxed_body);
	buf_str(b, ";\r\n\tb=");
	if (!sha256_init(&sha))
		die("no hash");
	hash_fields(&sha, m, s->relaxed_header, s->h);
	canon_sig_field(&sha, s->relaxed_header ? CANON_RELAXED :
	    CANON_SIMPLE, so_far(m, start), SIZE_MAX, SIZE_MAX);
	sha256_end(&sha, hash);
	put_signature(b, s->rsa, s->key, hash);
	finish(m, start);
}

/* RFC 8617 5.1: AAR, AMS, AS, in this order from the bottom. */
void
seal_mail(struct mail *m, const char *claims, unsigned key, long time)
{
	static const char relay[] = "relay.bench.test";
	struct signing ams = { "ARC-Message-Signature", "i=1; ", relay, "arc",
	    "from:to:subject:date:message-id", true, true, true, key, time };
	size_t start = m->room.len;
	struct sha256 sha;
	uint8_t hash[32];
	char text[600];

	snprintf(text, sizeof(text), "ARC-Authentication-Results: i=1; %s;"
	    "\r\n\t%s\r\n", relay, claims);
	buf_str(&m->room, text);
	finish(m, start);
	sign_mail(m, &ams);
	start = m->room.len;
	snprintf(text, sizeof(text), "ARC-Seal: i=1; a=rsa-sha256; t=%ld; "
	    "cv=none;\r\n\td=%s; s=arc;\r\n\tb=", time, relay);
	buf_str(&m->room, text);
	if (!sha256_init(&sha))
		die("no hash");
	canon_field(&sha, CANON_RELAXED, m->field[1]);
	canon_field(&sha, CANON_RELAXED, m->field[0]);
	canon_sig_field(&sha, CANON_RELAXED, so_far(m, start), SIZE_MAX,
	    SIZE_MAX);
	sha256_end(&sha, hash);
	put_signature(&m->room, true, key, hash);
	finish(m, start);
}
