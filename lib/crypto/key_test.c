/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key.h"

#include <stdlib.h>

#include "base/limits.h"
#include "test/sign.h"
#include "test/t.h"
#include "wire/base64.h"

static struct arena arena;
static const uint8_t hash[32] = "thirty-two octets, for a hash...";

static struct public_key *
must_read(enum key_type type, struct span bytes, const char *label)
{
	struct public_key *key;

	T_INT(key_read(&key, type, bytes, &arena), KEY_OK, label);
	if (key == NULL)
		abort();
	return key;
}

static struct span
signed_by(enum sign_key which)
{
	struct buf out = arena_buf(&arena, 1024);

	if (!sign_hash(&out, which, hash))
		abort();
	return buf_span(&out);
}

/* Signs, verifies, and refuses every changed bit. */
static void
round_trip(const struct public_key *key, enum sign_key which)
{
	struct span sig = signed_by(which);
	uint8_t other[32], bent[1024];
	bool refused = true;

	T_OK(key_verify(key, sig, hash), "verifies");
	T_OK(key_verify(key, sig, hash), "verifies again");
	for (unsigned bit = 0; bit < 256; bit += 5) {
		memcpy(other, hash, 32);
		other[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused = refused && !key_verify(key, sig, other);
	}
	T_OK(refused, "another hash");
	for (unsigned bit = 0; bit < sig.len * 8; bit += 7) {
		memcpy(bent, sig.ptr, sig.len);
		bent[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused = refused && !key_verify(key,
		    (struct span){ bent, sig.len }, hash);
	}
	T_OK(refused, "a changed signature");
	memcpy(bent, sig.ptr, sig.len);
	bent[sig.len] = 0;
	T_OK(!key_verify(key, (struct span){ bent, sig.len + 1 }, hash),
	    "an octet more");
	T_OK(!key_verify(key, span_head(sig, sig.len - 1), hash),
	    "an octet less");
	T_OK(!key_verify(key, SPAN_NONE, hash), "no signature");
	T_OK(key_verify(key, sig, hash), "still verifies");
}

static void
rsa_keys(void)
{
	static const struct { enum sign_key which; unsigned bits; } list[] = {
		{ SIGN_RSA_2048, 2048 }, { SIGN_RSA_1024, 1024 },
		{ SIGN_RSA_RFC8463, 1024 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct buf spki = arena_buf(&arena, 1024);
		struct buf bare = arena_buf(&arena, 1024);
		struct public_key *key;

		if (!sign_public(&spki, list[i].which) ||
		    !sign_public_pkcs1(&bare, list[i].which))
			abort();
		key = must_read(KEY_RSA, buf_span(&spki), "SPKI");
		T_INT(key_bits(key), list[i].bits, "bits");
		T_INT(key_type(key), KEY_RSA, "type");
		round_trip(key, list[i].which);
		key_drop(key);
		key = must_read(KEY_RSA, buf_span(&bare), "PKCS#1");
		round_trip(key, list[i].which);
		key_drop(key);
	}
	key_drop(NULL);
}

static void
ed25519_keys(void)
{
	struct buf p = arena_buf(&arena, 64);
	struct public_key *key;

	if (!sign_public(&p, SIGN_ED25519_RFC8463))
		abort();
	key = must_read(KEY_ED25519, buf_span(&p), "Ed25519");
	T_INT(key_bits(key), 256, "bits");
	round_trip(key, SIGN_ED25519_RFC8463);
	T_INT(key_read(&key, KEY_ED25519, span_head(buf_span(&p), 31),
	    &arena), KEY_MALFORMED, "31 octets");
	T_OK(key == NULL, "no key");
	buf_byte(&p, 0);
	T_INT(key_read(&key, KEY_ED25519, buf_span(&p), &arena),
	    KEY_MALFORMED, "33 octets");
	T_INT(key_read(&key, KEY_RSA, span_head(buf_span(&p), 32), &arena),
	    KEY_MALFORMED, "k=rsa with the octets of an Ed25519 key");
}

/* S + L verifies in a careless implementation: RFC 8032 5.1.7 says decode S
 * as an integer below L. */
static void
ed25519_malleable(void)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a,
	    0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
	    0x14, [31] = 0x10 };
	struct span sig = signed_by(SIGN_ED25519_RFC8463);
	struct buf p = arena_buf(&arena, 32);
	struct public_key *key;
	uint8_t bent[64];
	unsigned carry = 0;

	if (!sign_public(&p, SIGN_ED25519_RFC8463))
		abort();
	key = must_read(KEY_ED25519, buf_span(&p), "Ed25519");
	memcpy(bent, sig.ptr, 64);
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)bent[32 + i] + order[i];
		bent[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	T_OK(!key_verify(key, (struct span){ bent, 64 }, hash),
	    "S is not reduced");
	key_drop(key);
}

/* The points of order 1, 2, 4, 8 and encodings that are not canonical. */
static void
ed25519_bad_points(void)
{
	static const char *points[] = {
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",	/* 4 */
		"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",	/* 1 */
		"7P///////////////////////////////////////38=",	/* 2 */
		"xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5Ksi3o=",	/* 8 */
		"JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1TjwU=",	/* 8 */
		"7f///////////////////////////////////////38=",	/* p */
		"7v///////////////////////////////////////38=",	/* p+1 */
		"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",	/* none */
	};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		uint8_t room[36];
		struct buf p = BUF_ON(room);
		struct public_key *key;

		if (!base64_decode(&p, assay_cstr(points[i]), false))
			abort();
		T_INT(key_read(&key, KEY_ED25519, buf_span(&p), &arena),
		    KEY_MALFORMED, points[i]);
	}
}

/* ---- forged paddings (RFC 8017 9.2) ---------------------------------- */

static const uint8_t digest_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
    0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
    0x20 };
static const uint8_t without_null[] = { 0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09,
    0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20 };
static const uint8_t ber_length[] = { 0x30, 0x81, 0x31, 0x30, 0x0d, 0x06,
    0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20 };
static const uint8_t sha1_info[] = { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05,
    0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14 };
#define INFO(a) { (a), sizeof(a) }

static const struct {
	const char *label;
	struct span info;
	size_t hash_len, garbage;	/* behind the hash                 */
	uint8_t first, type, fill, end;
	bool valid;
} paddings[] = {
	{ "as it should be", INFO(digest_info), 32, 0, 0, 1, 0xff, 0, true },
	{ "NULL missing", INFO(without_null), 32, 0, 0, 1, 0xff, 0, false },
	{ "BER length", INFO(ber_length), 32, 0, 0, 1, 0xff, 0, false },
	{ "garbage behind the hash", INFO(digest_info), 32, 60, 0, 1, 0xff, 0,
	    false },
	{ "one octet behind the hash", INFO(digest_info), 32, 1, 0, 1, 0xff,
	    0, false },
	{ "garbage, eight octets of padding", INFO(digest_info), 32,
	    256 - 3 - 8 - 32 - sizeof(digest_info), 0, 1, 0xff, 0, false },
	{ "short hash", INFO(digest_info), 31, 0, 0, 1, 0xff, 0, false },
	{ "no DigestInfo", { NULL, 0 }, 32, 0, 0, 1, 0xff, 0, false },
	{ "SHA-1", INFO(sha1_info), 20, 0, 0, 1, 0xff, 0, false },
	{ "block type 0", INFO(digest_info), 32, 0, 0, 0, 0, 0, false },
	{ "block type 2", INFO(digest_info), 32, 0, 0, 2, 0xff, 0, false },
	{ "padding of zeros", INFO(digest_info), 32, 0, 0, 1, 0, 0, false },
	{ "padding of something", INFO(digest_info), 32, 0, 0, 1, 0xfe, 0,
	    false },
	{ "no separator", INFO(digest_info), 32, 0, 0, 1, 0xff, 0xff, false },
	{ "first octet is 1", INFO(digest_info), 32, 0, 1, 1, 0xff, 0,
	    false },
};

static void
forged_paddings(void)
{
	struct buf p = arena_buf(&arena, 1024);
	struct public_key *key;

	if (!sign_public(&p, SIGN_RSA_2048))
		abort();
	key = must_read(KEY_RSA, buf_span(&p), "RSA");
	for (size_t i = 0; i < sizeof(paddings) / sizeof(paddings[0]); i++) {
		uint8_t block[256], sig[256];
		struct buf b = BUF_ON(block), s = BUF_ON(sig);
		size_t tail = paddings[i].info.len + paddings[i].hash_len +
		    paddings[i].garbage;

		buf_byte(&b, paddings[i].first);
		buf_byte(&b, paddings[i].type);
		while (b.len < sizeof(block) - tail - 1)
			buf_byte(&b, paddings[i].fill);
		buf_byte(&b, paddings[i].end);
		buf_put(&b, paddings[i].info);
		buf_put(&b, (struct span){ hash, paddings[i].hash_len });
		while (b.len < sizeof(block))
			buf_byte(&b, 0xa5);
		if (!sign_block(&s, SIGN_RSA_2048, buf_span(&b)))
			abort();
		T_INT(key_verify(key, buf_span(&s), hash),
		    paddings[i].valid, paddings[i].label);
	}
	key_drop(key);
}

/* ---- keys that are none ------------------------------------------------ */

static void
put_length(struct buf *b, size_t n)
{
	if (n > 0xff)
		buf_byte(b, 0x82);
	else if (n > 0x7f)
		buf_byte(b, 0x81);
	if (n > 0xff)
		buf_byte(b, (uint8_t)(n >> 8));
	buf_byte(b, (uint8_t)n);
}

/* An INTEGER of so many bits, all ones but for what is said. */
static void
put_integer(struct buf *b, unsigned bits, uint8_t last)
{
	unsigned len = (bits + 7) / 8, lead = bits % 8 == 0;

	buf_byte(b, 2);
	put_length(b, len + lead);
	if (lead)
		buf_byte(b, 0);
	for (unsigned i = 0; i < len; i++)
		buf_byte(b, (uint8_t)(i + 1 == len ? last :
		    i == 0 && !lead ? (1u << bits % 8) - 1 : 0xff));
}

static enum key_error
bare_key(unsigned n_bits, uint8_t n_last, unsigned e_bits, uint8_t e_last)
{
	uint8_t inner[2100], room[2200];
	struct buf in = BUF_ON(inner), b = BUF_ON(room);
	struct public_key *key;
	enum key_error e;

	put_integer(&in, n_bits, n_last);
	put_integer(&in, e_bits, e_last);
	buf_byte(&b, 0x30);
	put_length(&b, in.len);
	buf_put(&b, buf_span(&in));
	e = key_read(&key, KEY_RSA, buf_span(&b), &arena);
	if ((e == KEY_OK) != (key != NULL))
		abort();
	key_drop(key);
	return e;
}

static void
number_bounds(void)
{
	T_INT(bare_key(1024, 0xff, 2, 3), KEY_OK, "1024 bits, e = 3");
	T_INT(bare_key(1023, 0xff, 2, 3), KEY_TOO_SMALL, "1023 bits");
	T_INT(bare_key(1017, 0xff, 2, 3), KEY_TOO_SMALL, "1017 bits");
	T_INT(bare_key(512, 0xff, 2, 3), KEY_TOO_SMALL, "512 bits");
	T_INT(bare_key(1030, 0xff, 2, 3), KEY_OK, "1030 bits");
	T_INT(bare_key(LIMIT_RSA_MAX_BITS, 0xff, 2, 3), KEY_OK, "8192 bits");
	T_INT(bare_key(LIMIT_RSA_MAX_BITS + 1, 0xff, 2, 3), KEY_TOO_LARGE,
	    "8193 bits");
	T_INT(bare_key(16384, 0xff, 2, 3), KEY_TOO_LARGE, "16384 bits");
	T_INT(bare_key(1024, 0xfe, 2, 3), KEY_MALFORMED, "even modulus");
	T_INT(bare_key(1024, 0xff, 1, 1), KEY_BAD_EXPONENT, "e = 1");
	T_INT(bare_key(1024, 0xff, 2, 2), KEY_BAD_EXPONENT, "e = 2");
	T_INT(bare_key(1024, 0xff, 16, 0xfe), KEY_BAD_EXPONENT, "e even");
	T_INT(bare_key(1024, 0xff, 33, 0xff), KEY_OK, "e = 2^33 - 1");
	T_INT(bare_key(1024, 0xff, 34, 0xff), KEY_BAD_EXPONENT, "e large");
	T_INT(bare_key(1024, 0xff, 1024, 0xff), KEY_BAD_EXPONENT, "e huge");
}

/* What one octet of a good SPKI becomes. */
static const struct {
	const char *label;
	size_t at;
	uint8_t octet;
} bent[] = {
	{ "outer tag", 0, 0x31 }, { "indefinite length", 1, 0x80 },
	{ "length of five octets", 1, 0x85 }, { "outer length", 3, 0x21 },
	{ "inner tag", 4, 0x02 }, { "OID tag", 6, 0x05 },
	{ "another OID", 16, 0x0a }, { "NULL with octets", 18, 0x01 },
	{ "parameters are not NULL", 17, 0x30 },
	{ "BIT STRING tag", 19, 0x04 }, { "unused bits", 23, 0x01 },
	{ "PKCS#1 tag", 24, 0x31 }, { "n is no INTEGER", 28, 0x03 },
	{ "negative modulus", 32, 0x80 },
	{ "e is no INTEGER", 289, 0x03 }, { "e is empty", 290, 0x00 },
};

static void
malformed_der(void)
{
	struct buf p = arena_buf(&arena, 400);
	struct public_key *key;
	uint8_t room[400];
	unsigned bad = 0;

	if (!sign_public(&p, SIGN_RSA_2048) || p.len != 294)
		abort();
	for (size_t i = 0; i < sizeof(bent) / sizeof(bent[0]); i++) {
		memcpy(room, p.ptr, p.len);
		room[bent[i].at] = bent[i].octet;
		T_INT(key_read(&key, KEY_RSA, (struct span){ room, p.len },
		    &arena), KEY_MALFORMED, bent[i].label);
	}
	for (size_t n = 0; n < p.len; n++)
		if (key_read(&key, KEY_RSA, span_head(buf_span(&p), n),
		    &arena) != KEY_MALFORMED)
			bad++;
	T_INT(bad, 0, "every truncation");
	buf_byte(&p, 0);
	T_INT(key_read(&key, KEY_RSA, buf_span(&p), &arena), KEY_MALFORMED,
	    "an octet behind it");
}

/* Whole small structures, most of them wrong in one way. */
static void
small_der(void)
{
	static const struct { const char *label; struct span der; } list[] = {
		{ "nothing", SPAN_INIT("") },
		{ "empty SEQUENCE", SPAN_INIT("\x30\x00") },
		{ "needlessly long length",
		    SPAN_INIT("\x30\x81\x06\x02\x01\x03\x02\x01\x03") },
		{ "length with a zero in front",
		    SPAN_INIT("\x30\x82\x00\x06\x02\x01\x03\x02\x01\x03") },
		{ "three numbers", SPAN_INIT("\x30\x09\x02\x01\x03\x02\x01"
		    "\x03\x02\x01\x03") },
		{ "one number", SPAN_INIT("\x30\x03\x02\x01\x03") },
		{ "needless zero in n",
		    SPAN_INIT("\x30\x07\x02\x02\x00\x03\x02\x01\x03") },
		{ "n = 0", SPAN_INIT("\x30\x06\x02\x01\x00\x02\x01\x03") },
		{ "n negative",
		    SPAN_INIT("\x30\x06\x02\x01\x83\x02\x01\x03") },
		{ "e empty", SPAN_INIT("\x30\x05\x02\x01\x03\x02\x00") },
		{ "length beyond the end",
		    SPAN_INIT("\x30\x06\x02\x01\x03\x02\x7f\x03") },
	};
	struct public_key *key;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		T_INT(key_read(&key, KEY_RSA, list[i].der, &arena),
		    KEY_MALFORMED, list[i].label);
	T_INT(key_read(&key, KEY_RSA,
	    SPAN("\x30\x06\x02\x01\x03\x02\x01\x03"), &arena),
	    KEY_TOO_SMALL, "right, and tiny");
}

static void
no_memory(void)
{
	struct arena tiny;
	struct public_key *key;

	arena_init(&tiny, 8);
	T_INT(key_read(&key, KEY_RSA, SPAN(""), &tiny), KEY_NOMEM,
	    "no memory");
	T_OK(key == NULL, "no key");
	arena_free(&tiny);
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	rsa_keys();
	ed25519_keys();
	ed25519_malleable();
	ed25519_bad_points();
	forged_paddings();
	number_bounds();
	malformed_der();
	small_der();
	no_memory();
	arena_free(&arena);
	return t_done();
}
