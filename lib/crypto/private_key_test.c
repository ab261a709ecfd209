/* SPDX-License-Identifier: Apache-2.0 */
/* Keys are read in every form, sign what the crypto libraries sign by
 * themselves, and are refused when they are anything else. */
#include "crypto/private_key.h"

#include <stdlib.h>

#include "crypto/der.h"
#include "test/sign.h"
#include "test/t.h"
#include "wire/base64.h"
#include "wire/pem.h"

static struct arena arena;
static const uint8_t hash[32] = "thirty-two octets, for a hash...";

/* The octets of one of the test's keys. */
static struct span
octets(enum sign_key which)
{
	struct span file = assay_cstr(sign_file(which)), rest = file;
	struct buf b = arena_buf(&arena, 4096);
	struct pem p = { .text = file };

	pem_next(&p, &rest);
	if (!base64_decode(&b, p.text, true))
		abort();
	return buf_span(&b);
}

/* Signs as test/sign.c does, and has its public part. */
static void
same(const struct private_key *key, enum sign_key which, const char *label)
{
	struct buf got = arena_buf(&arena, 1024);
	struct buf want = arena_buf(&arena, 1024);

	T_OK(private_key_sign(key, &got, hash), label);
	T_OK(sign_hash(&want, which, hash), label);
	T_SPAN(buf_span(&got), buf_span(&want), label);
	got.len = want.len = 0;
	T_OK(private_key_public(key, &got), label);
	T_OK(sign_public(&want, which), label);
	T_SPAN(buf_span(&got), buf_span(&want), label);
}

static void
reads(void)
{
	static const struct {
		const char *label;
		enum sign_key which;
		enum key_type type;
		unsigned bits;
	} rows[] = {
		{ "RSA 2048", SIGN_RSA_2048, KEY_RSA, 2048 },
		{ "RSA 1024", SIGN_RSA_1024, KEY_RSA, 1024 },
		{ "RSA of RFC 8463", SIGN_RSA_RFC8463, KEY_RSA, 1024 },
		{ "Ed25519 of RFC 8463", SIGN_ED25519_RFC8463, KEY_ED25519,
		    256 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf der = arena_buf(&arena, 8192);
		struct private_key *key, *again;

		T_INT(private_key_read(&key, octets(rows[i].which), &arena),
		    PRIVATE_OK, rows[i].label);
		T_INT(private_key_type(key), rows[i].type, rows[i].label);
		T_INT(private_key_bits(key), rows[i].bits, rows[i].label);
		same(key, rows[i].which, rows[i].label);
		T_OK(private_key_write(key, &der), "as PKCS#8");
		T_INT(private_key_read(&again, buf_span(&der), &arena),
		    PRIVATE_OK, "and read again");
		same(again, rows[i].which, rows[i].label);
		private_key_drop(again);
		private_key_drop(key);
	}
	private_key_drop(NULL);
}

/* What is left out or added anywhere is no key; a changed octet is one by
 * chance alone (the public exponent's length, an unused public part). */
static void
damaged(enum sign_key which)
{
	struct span good = octets(which);
	struct buf b = arena_buf(&arena, 4096);
	struct private_key *key;
	unsigned refused = 0, tried = 0;

	for (size_t n = 0; n < good.len; n += 7) {
		if (n == 32)
			continue;
		tried++;
		refused += private_key_read(&key, span_head(good, n),
		    &arena) != PRIVATE_OK && key == NULL;
	}
	T_INT(refused, tried, "cut short");
	buf_put(&b, good);
	buf_byte(&b, 0);
	T_INT(private_key_read(&key, buf_span(&b), &arena),
	    PRIVATE_MALFORMED, "an octet more");
	refused = tried = 0;
	for (size_t at = 0; at < good.len; at += 23) {
		uint8_t old = b.ptr[at];

		b.ptr[at] ^= 4;
		tried++;
		refused += private_key_read(&key, span_head(buf_span(&b),
		    good.len), &arena) != PRIVATE_OK;
		private_key_drop(key);
		b.ptr[at] = old;
	}
	T_INT(refused, tried, "a bit changed");
}

/* A sequence of small numbers, as many as PKCS#1 has. */
static struct span
small_rsa(const uint8_t *number)
{
	struct buf body = arena_buf(&arena, 200), all = arena_buf(&arena, 200);

	for (unsigned i = 0; i < 9; i++)
		der_put(&body, DER_INTEGER, (struct span){ number + i, 1 });
	der_put(&all, DER_SEQUENCE, buf_span(&body));
	return buf_span(&all);
}

static void
refused(void)
{
	/* 3233 = 61 x 53 does not fit; n = 15, e = 3, d = 3, p = 5, q = 3 */
	static const uint8_t tiny[9] = { 0, 15, 3, 3, 5, 3, 3, 1, 2 };
	static const uint8_t version[9] = { 2, 15, 3, 3, 5, 3, 3, 1, 2 };
	/* RFC 5915, the shortest; RFC 5208 6; RFC 8410 with X25519 */
	static const uint8_t ec[] = { 0x30, 6, 2, 1, 1, 4, 1, 0 };
	static const uint8_t locked[] = { 0x30, 4, 0x30, 2, 5, 0 };
	static const uint8_t other[] = { 0x30, 15, 2, 1, 0, 0x30, 5, 6, 3,
		0x2b, 0x65, 0x6e, 4, 3, 4, 1, 0 };
	const struct {
		const char *label;
		struct span in;
		enum private_error want;
	} rows[] = {
		{ "nothing", SPAN_NONE, PRIVATE_MALFORMED },
		{ "text", SPAN("hello"), PRIVATE_MALFORMED },
		{ "31 octets", SPAN("0123456789012345678901234567890"),
		    PRIVATE_MALFORMED },
		{ "4 bits", small_rsa(tiny), PRIVATE_TOO_SMALL },
		{ "another version", small_rsa(version), PRIVATE_MALFORMED },
		{ "EC", { ec, sizeof(ec) }, PRIVATE_OTHER_KIND },
		{ "X25519", { other, sizeof(other) }, PRIVATE_OTHER_KIND },
		{ "encrypted", { locked, sizeof(locked) },
		    PRIVATE_ENCRYPTED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct private_key *key;
		enum private_error e = private_key_read(&key, rows[i].in,
		    &arena);

		T_INT(e, rows[i].want, rows[i].label);
		T_OK(key == NULL, "no key");
		T_OK(private_error_text(e)[0] != '\0', "says why");
	}
}

/* New keys verify by their own public part, and are not the same twice. */
static void
made(enum key_type type, unsigned bits, const char *label)
{
	struct buf sig = arena_buf(&arena, 1024);
	struct buf pub = arena_buf(&arena, 1024);
	struct buf other = arena_buf(&arena, 1024);
	struct private_key *key;
	struct public_key *check;

	T_INT(private_key_new(&key, type, bits, &arena), PRIVATE_OK, label);
	T_OK(private_key_sign(key, &sig, hash) &&
	    private_key_public(key, &pub), label);
	T_INT(key_read(&check, type, buf_span(&pub), &arena), KEY_OK, label);
	T_OK(key_verify(check, buf_span(&sig), hash), "verifies");
	T_INT(key_bits(check), bits, "bits");
	key_drop(check);
	private_key_drop(key);
	T_INT(private_key_new(&key, type, bits, &arena), PRIVATE_OK, label);
	T_OK(private_key_public(key, &other) &&
	    !span_eq(buf_span(&pub), buf_span(&other)), "another one");
	private_key_drop(key);
}

static void
wipes(void)
{
	uint8_t room[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct buf b = BUF_ON(room);
	unsigned sum = 0;

	b.len = 3;
	private_wipe(&b);
	for (size_t i = 0; i < sizeof(room); i++)
		sum += room[i];
	T_INT(sum, 0, "all of it");
	T_INT(b.len, 0, "and empty");
}

static void
no_room(void)
{
	uint8_t room[63];
	struct buf b = BUF_ON(room);
	struct private_key *key;

	T_INT(private_key_read(&key, octets(SIGN_ED25519_RFC8463), &arena),
	    PRIVATE_OK, "a key");
	T_OK(!private_key_sign(key, &b, hash), "no room to sign");
	private_key_drop(key);
	T_INT(private_key_new(&key, KEY_RSA, 1024, &arena),
	    PRIVATE_TOO_SMALL, "nobody makes small ones any more");
	T_INT(private_key_new(&key, KEY_RSA, 8192, &arena),
	    PRIVATE_TOO_LARGE, "nor large ones");
}

int
main(void)
{
	arena_init(&arena, 16u << 20);
	reads();
	damaged(SIGN_RSA_1024);
	refused();
	made(KEY_ED25519, 256, "new Ed25519");
	made(KEY_RSA, 2048, "new RSA");
	wipes();
	no_room();
	arena_free(&arena);
	return t_done();
}
