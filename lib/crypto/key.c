/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA over OpenSSL 3, Ed25519 over libsodium (twice as fast there).
 *
 * OpenSSL's own key reader costs ten times a verification, so the DER is
 * read here, by der.h, and OpenSSL gets two numbers.  Its verification
 * encodes the expected DigestInfo and compares (RFC 8017 8.2.2), so garbage
 * behind the hash, BER forms and a missing NULL all fail; key_test.c tries.
 */
#include "crypto/key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <sodium/crypto_core_ed25519.h>
#include <sodium/crypto_sign_ed25519.h>

#include "base/limits.h"
#include "crypto/der.h"

struct public_key {
	enum key_type type;
	unsigned bits;
	EVP_PKEY *pkey;		/* RSA: the key                     */
	EVP_PKEY_CTX *verify;	/* RSA: ready for the next verify   */
	uint8_t ed25519[32];
};

struct rsa_numbers { struct span n, e; };

/* RFC 8017 A.1.1: RSAPublicKey ::= SEQUENCE { n INTEGER, e INTEGER }, its
 * contents; nothing may follow. */
static bool
read_numbers(struct rsa_numbers *out, struct span contents)
{
	struct cur c = cur_of(contents);

	out->n = der_positive(&c);
	out->e = der_positive(&c);
	return !c.bad && cur_end(&c);
}

/* RFC 5280 4.1.2.7, RFC 3279 2.3.1: the rest of SubjectPublicKeyInfo is
 * always this OID (rsaEncryption) with NULL, and a BIT STRING of whole
 * octets around an RSAPublicKey. */
static bool
read_spki(struct rsa_numbers *out, struct span contents)
{
	static const uint8_t rsa_encryption[] = {
		0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
		0x01, 0x05, 0x00
	};
	struct cur c = cur_of(contents), bits;
	struct span alg, key;

	alg = der_take(&c, DER_SEQUENCE);
	bits = cur_of(der_take(&c, DER_BIT_STRING));
	if (c.bad || !cur_end(&c) || cur_byte(&bits) != 0)
		return false;
	key = der_take(&bits, DER_SEQUENCE);
	return !bits.bad && cur_end(&bits) &&
	    span_eq(alg, (struct span){ rsa_encryption,
	    sizeof(rsa_encryption) }) && read_numbers(out, key);
}

/* Both forms are one SEQUENCE; what it begins with tells them apart. */
static bool
read_rsa(struct rsa_numbers *out, struct span bytes)
{
	struct cur c = cur_of(bytes);
	struct span contents = der_take(&c, DER_SEQUENCE);

	if (c.bad || !cur_end(&c))
		return false;
	return span_at(contents, 0) == DER_SEQUENCE ?
	    read_spki(out, contents) : read_numbers(out, contents);
}

static unsigned
bit_length(struct span n)
{
	unsigned bits = (unsigned)n.len * 8;

	for (int top = span_at(n, 0); top >= 0 && top < 0x80 && bits > 0;
	    top = top << 1 | 1)
		bits--;
	return bits;
}

static bool
is_odd(struct span n)
{
	return n.len > 0 && (span_at(n, n.len - 1) & 1) == 1;
}

/* RFC 8301 3.2 for the modulus.  An even modulus is no RSA key; a small odd
 * exponent of at least 3 bounds what one verification costs. */
static enum key_error
judge_numbers(const struct rsa_numbers *k)
{
	unsigned bits = bit_length(k->n), e_bits = bit_length(k->e);

	if (bits < LIMIT_RSA_MIN_BITS)
		return KEY_TOO_SMALL;
	if (bits > LIMIT_RSA_MAX_BITS)
		return KEY_TOO_LARGE;
	if (!is_odd(k->e) || e_bits < 2 || e_bits > LIMIT_RSA_EXPONENT_BITS)
		return KEY_BAD_EXPONENT;
	return is_odd(k->n) ? KEY_OK : KEY_MALFORMED;
}

/* One number as OpenSSL takes it; room holds it in native order. */
static bool
set_number(OSSL_PARAM *out, const char *name, struct span n, uint8_t *room)
{
	BIGNUM *bn = BN_bin2bn(n.ptr, (int)n.len, NULL);
	bool ok = bn != NULL && BN_bn2nativepad(bn, room, (int)n.len) > 0;

	BN_free(bn);
	*out = OSSL_PARAM_construct_BN(name, room, n.len);
	return ok;
}

static EVP_PKEY *
make_pkey(const struct rsa_numbers *k)
{
	uint8_t n[LIMIT_RSA_MAX_BITS / 8], e[8];
	OSSL_PARAM part[3] = { OSSL_PARAM_END, OSSL_PARAM_END,
		OSSL_PARAM_END };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (ctx != NULL &&
	    set_number(&part[0], OSSL_PKEY_PARAM_RSA_N, k->n, n) &&
	    set_number(&part[1], OSSL_PKEY_PARAM_RSA_E, k->e, e) &&
	    EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, part) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static EVP_PKEY_CTX *
make_verify(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);

	if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

static enum key_error
rsa_key(struct public_key *key, struct span bytes)
{
	struct rsa_numbers k;
	enum key_error e;

	if (!read_rsa(&k, bytes))
		return KEY_MALFORMED;
	e = judge_numbers(&k);
	if (e != KEY_OK)
		return e;
	key->bits = bit_length(k.n);
	key->pkey = make_pkey(&k);
	key->verify = key->pkey == NULL ? NULL : make_verify(key->pkey);
	if (key->verify != NULL)
		return KEY_OK;
	key_drop(key);
	ERR_clear_error();
	return KEY_NOMEM;
}

/* A point that is not on the curve, not canonical, or of small order (for
 * which anybody can sign) is no key. */
static enum key_error
ed25519_key(struct public_key *key, struct span bytes)
{
	if (bytes.len != sizeof(key->ed25519))
		return KEY_MALFORMED;
	bytes_move(key->ed25519, bytes.ptr, bytes.len);
	key->bits = 256;
	return crypto_core_ed25519_is_valid_point(key->ed25519) == 1 ?
	    KEY_OK : KEY_MALFORMED;
}

enum key_error
key_read(struct public_key **out, enum key_type type, struct span bytes,
    struct arena *a)
{
	struct public_key *key = arena_alloc(a, sizeof(*key));
	enum key_error e;

	*out = NULL;
	if (key == NULL)
		return KEY_NOMEM;
	key->type = type;
	e = type == KEY_RSA ? rsa_key(key, bytes) : ed25519_key(key, bytes);
	if (e == KEY_OK)
		*out = key;
	return e;
}

void
key_drop(const void *key)
{
	const struct public_key *k = key;

	if (k == NULL)
		return;
	EVP_PKEY_CTX_free(k->verify);
	EVP_PKEY_free(k->pkey);
}

enum key_type
key_type(const struct public_key *key)
{
	return key->type;
}

unsigned
key_bits(const struct public_key *key)
{
	return key->bits;
}

static bool
rsa_verify(const struct public_key *key, struct span signature,
    const uint8_t sha256[32])
{
	/* RFC 8017 8.2.2 step 1: exactly as long as the modulus. */
	if (signature.len != (key->bits + 7) / 8)
		return false;
	if (EVP_PKEY_verify(key->verify, signature.ptr, signature.len,
	    sha256, 32) == 1)
		return true;
	ERR_clear_error();
	return false;
}

/* RFC 8463 3: PureEdDSA of the 32-octet hash.  libsodium refuses an S that
 * is not reduced, and R or A of small order. */
static bool
ed25519_verify(const struct public_key *key, struct span signature,
    const uint8_t sha256[32])
{
	return signature.len == crypto_sign_ed25519_BYTES &&
	    crypto_sign_ed25519_verify_detached(signature.ptr, sha256, 32,
	    key->ed25519) == 0;
}

bool
key_verify(const struct public_key *key, struct span signature,
    const uint8_t sha256[32])
{
	return key->type == KEY_RSA ? rsa_verify(key, signature, sha256) :
	    ed25519_verify(key, signature, sha256);
}
