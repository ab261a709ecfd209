/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DER is read by der.h, as for public keys; OpenSSL gets the numbers and
 * is asked whether they belong together, because a signature made with a
 * wrong prime gives the key away.
 */
#include "crypto/private_key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <sodium/crypto_sign_ed25519.h>

#include "base/limits.h"
#include "crypto/der.h"

struct private_key {
	enum key_type type;
	unsigned bits;
	EVP_PKEY *pkey;		/* RSA: the key                   */
	EVP_PKEY_CTX *sign;	/* RSA: ready for the next        */
	uint8_t public[32];	/* Ed25519                        */
	uint8_t secret[64];	/* Ed25519: the seed and public   */
};

/* RFC 8017 A.1.2 in its order; d is private, and so is all behind it. */
enum number { RSA_N = 0, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QI,
    RSA_NUMBERS };

static const uint8_t rsa_encryption[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
	0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
static const uint8_t ed25519_oid[] = { 0x06, 0x03, 0x2b, 0x65, 0x70 };

const char *
private_error_text(enum private_error e)
{
	switch (e) {
	case PRIVATE_OK:
		return "the key is fine";
	case PRIVATE_MALFORMED:
		return "this is no private key in PEM or DER";
	case PRIVATE_ENCRYPTED:
		return "the key is encrypted; nobody is there to type its "
		    "passphrase";
	case PRIVATE_OTHER_KIND:
		return "the key is neither RSA nor Ed25519";
	case PRIVATE_TOO_SMALL:
		return "the key is smaller than 1024 bits";
	case PRIVATE_TOO_LARGE:
		return "the key is larger than 8192 bits";
	case PRIVATE_INCONSISTENT:
		return "the numbers of the key do not belong together";
	case PRIVATE_NOMEM:
		return "there is no memory for the key";
	}
	return "";
}

void
private_wipe(struct buf *b)
{
	if (b->cap > 0)
		OPENSSL_cleanse(b->ptr, b->cap);
	b->len = 0;
}

void
private_key_drop(struct private_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_CTX_free(key->sign);
	EVP_PKEY_free(key->pkey);
	OPENSSL_cleanse(key, sizeof(*key));
}

/* ---- RSA ---- */

/* RFC 8017 A.1.2: version 0 is two primes; others nobody makes for mail. */
static bool
read_numbers(struct span n[RSA_NUMBERS], struct span contents)
{
	struct cur c = cur_of(contents);
	struct span version = der_take(&c, DER_INTEGER);

	for (unsigned i = 0; i < RSA_NUMBERS; i++)
		n[i] = der_positive(&c);
	return !c.bad && cur_end(&c) && version.len == 1 &&
	    span_at(version, 0) == 0;
}

static bool
push(OSSL_PARAM_BLD *bld, const char *name, struct span n, BIGNUM **keep)
{
	*keep = BN_bin2bn(n.ptr, (int)n.len, NULL);
	return *keep != NULL && OSSL_PARAM_BLD_push_BN(bld, name, *keep) == 1;
}

static EVP_PKEY *
from_params(OSSL_PARAM *param)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (ctx != NULL && param != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, param) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static EVP_PKEY *
from_numbers(const struct span n[RSA_NUMBERS])
{
	static const char *const name[RSA_NUMBERS] = { OSSL_PKEY_PARAM_RSA_N,
		OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *keep[RSA_NUMBERS] = { NULL };
	OSSL_PARAM *param = NULL;
	EVP_PKEY *pkey = NULL;
	bool ok = bld != NULL;

	for (unsigned i = 0; i < RSA_NUMBERS && ok; i++)
		ok = push(bld, name[i], n[i], &keep[i]);
	if (ok)
		param = OSSL_PARAM_BLD_to_param(bld);
	pkey = from_params(param);
	OSSL_PARAM_free(param);
	OSSL_PARAM_BLD_free(bld);
	for (unsigned i = 0; i < RSA_NUMBERS; i++)
		BN_clear_free(keep[i]);
	return pkey;
}

static bool
consistent(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool ok = ctx != NULL && EVP_PKEY_pairwise_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static enum private_error
make_sign(struct private_key *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);

	key->sign = ctx;
	key->bits = (unsigned)EVP_PKEY_get_bits(key->pkey);
	if (ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1)
		return PRIVATE_OK;
	return PRIVATE_NOMEM;
}

static enum private_error
rsa_read(struct private_key *key, struct span contents)
{
	struct span n[RSA_NUMBERS];

	if (!read_numbers(n, contents))
		return PRIVATE_MALFORMED;
	/* before the crypto library counts with them */
	if (n[RSA_N].len > LIMIT_RSA_MAX_BITS / 8)
		return PRIVATE_TOO_LARGE;
	for (unsigned i = 0; i < RSA_NUMBERS; i++)
		if (n[i].len > n[RSA_N].len)
			return PRIVATE_INCONSISTENT;
	key->pkey = from_numbers(n);
	if (key->pkey == NULL)
		return PRIVATE_INCONSISTENT;
	/* RFC 8301 3.2: signers MUST use at least 1024 bits */
	if (EVP_PKEY_get_bits(key->pkey) < (int)LIMIT_RSA_MIN_BITS)
		return PRIVATE_TOO_SMALL;
	return consistent(key->pkey) ? make_sign(key) : PRIVATE_INCONSISTENT;
}

static enum private_error
rsa_new(struct private_key *key, unsigned bits)
{
	if (bits != 2048 && bits != 3072 && bits != 4096)
		return bits < 2048 ? PRIVATE_TOO_SMALL : PRIVATE_TOO_LARGE;
	key->pkey = EVP_RSA_gen(bits);
	return key->pkey == NULL ? PRIVATE_NOMEM : make_sign(key);
}

/* ---- Ed25519 ---- */

static enum private_error
ed25519_seed(struct private_key *key, struct span seed)
{
	if (seed.len != 32)
		return PRIVATE_MALFORMED;
	key->bits = 256;
	crypto_sign_ed25519_seed_keypair(key->public, key->secret, seed.ptr);
	return PRIVATE_OK;
}

static enum private_error
ed25519_new(struct private_key *key)
{
	uint8_t seed[32];
	enum private_error e = PRIVATE_NOMEM;

	if (RAND_priv_bytes(seed, sizeof(seed)) == 1)
		e = ed25519_seed(key, (struct span){ seed, sizeof(seed) });
	OPENSSL_cleanse(seed, sizeof(seed));
	return e;
}

/* ---- either ---- */

static bool
is_octets(struct span s, const uint8_t *octets, size_t n)
{
	return span_eq(s, (struct span){ octets, n });
}

/* RFC 5208 5, RFC 5958 2: version, algorithm, key; attributes and a public
 * key may follow and are of no use. */
static enum private_error
read_pkcs8(struct private_key *key, struct span contents)
{
	struct cur c = cur_of(contents), inner;
	struct span version = der_take(&c, DER_INTEGER);
	struct span alg = der_take(&c, DER_SEQUENCE);
	struct span octets = der_take(&c, DER_OCTET_STRING), body;

	if (c.bad || version.len != 1 || span_at(version, 0) > 1)
		return PRIVATE_MALFORMED;
	inner = cur_of(octets);
	if (is_octets(alg, ed25519_oid, sizeof(ed25519_oid))) {
		/* RFC 8410 7: an OCTET STRING within */
		key->type = KEY_ED25519;
		body = der_take(&inner, DER_OCTET_STRING);
		return inner.bad || !cur_end(&inner) ? PRIVATE_MALFORMED :
		    ed25519_seed(key, body);
	}
	if (!is_octets(alg, rsa_encryption, sizeof(rsa_encryption)))
		return PRIVATE_OTHER_KIND;
	body = der_take(&inner, DER_SEQUENCE);
	return inner.bad || !cur_end(&inner) ? PRIVATE_MALFORMED :
	    rsa_read(key, body);
}

/* What stands behind the version tells the forms apart: a number in PKCS#1,
 * the algorithm in PKCS#8; an encrypted one has no version (RFC 5208 6). */
static enum private_error
read_any(struct private_key *key, struct span bytes)
{
	struct cur c = cur_of(bytes), look;
	struct span contents;

	if (bytes.len == 32) {
		key->type = KEY_ED25519;
		return ed25519_seed(key, bytes);
	}
	contents = der_take(&c, DER_SEQUENCE);
	if (c.bad || !cur_end(&c))
		return PRIVATE_MALFORMED;
	if (span_at(contents, 0) == DER_SEQUENCE)
		return PRIVATE_ENCRYPTED;
	look = cur_of(contents);
	der_take(&look, DER_INTEGER);
	if (cur_peek(&look) == DER_OCTET_STRING)	/* RFC 5915: EC */
		return PRIVATE_OTHER_KIND;
	return cur_peek(&look) == DER_SEQUENCE ? read_pkcs8(key, contents) :
	    rsa_read(key, contents);
}

static enum private_error
done(struct private_key **out, struct private_key *key, enum private_error e)
{
	*out = NULL;
	if (e == PRIVATE_OK)
		*out = key;
	else
		private_key_drop(key);
	ERR_clear_error();
	return e;
}

enum private_error
private_key_read(struct private_key **out, struct span bytes,
    struct arena *a)
{
	struct private_key *key = arena_alloc(a, sizeof(*key));

	if (key == NULL)
		return done(out, NULL, PRIVATE_NOMEM);
	key->type = KEY_RSA;
	return done(out, key, read_any(key, bytes));
}

enum private_error
private_key_new(struct private_key **out, enum key_type type, unsigned bits,
    struct arena *a)
{
	struct private_key *key = arena_alloc(a, sizeof(*key));

	if (key == NULL)
		return done(out, NULL, PRIVATE_NOMEM);
	key->type = type;
	return done(out, key, type == KEY_RSA ? rsa_new(key, bits) :
	    ed25519_new(key));
}

enum key_type
private_key_type(const struct private_key *key)
{
	return key->type;
}

unsigned
private_key_bits(const struct private_key *key)
{
	return key->bits;
}

bool
private_key_sign(const struct private_key *key, struct buf *out,
    const uint8_t sha256[32])
{
	uint8_t sig[LIMIT_RSA_MAX_BITS / 8];
	size_t n = sizeof(sig);
	bool ok;

	if (key->type == KEY_RSA) {
		ok = EVP_PKEY_sign(key->sign, sig, &n, sha256, 32) == 1;
		ERR_clear_error();
	} else {
		n = crypto_sign_ed25519_BYTES;
		ok = crypto_sign_ed25519_detached(sig, NULL, sha256, 32,
		    key->secret) == 0;
	}
	if (ok)
		buf_put(out, (struct span){ sig, n });
	return ok && !out->full;
}

/* RFC 8017 A.1.1: a number of the key as INTEGER; X.690 8.3: positive, so
 * with a zero octet before a high bit. */
static bool
put_number(struct buf *out, const struct private_key *key, const char *name)
{
	uint8_t n[1 + LIMIT_RSA_MAX_BITS / 8] = { 0 };
	BIGNUM *bn = NULL;
	bool ok = EVP_PKEY_get_bn_param(key->pkey, name, &bn) == 1 &&
	    BN_num_bits(bn) <= (int)LIMIT_RSA_MAX_BITS;
	int len = ok ? BN_bn2bin(bn, n + 1) : 0;
	struct span s = { n + 1, (size_t)len };

	if (span_at(s, 0) >= 0x80)
		s = (struct span){ n, (size_t)len + 1 };
	der_put(out, DER_INTEGER, s);
	BN_free(bn);
	return len > 0;
}

/* RFC 5280 4.1.2.7: SubjectPublicKeyInfo */
static bool
put_spki(struct buf *out, const struct private_key *key)
{
	ROOM(room, LIMIT_RSA_MAX_BITS / 8 + 100);
	ROOM(more, LIMIT_RSA_MAX_BITS / 8 + 100);
	struct buf numbers = BUF_ON(room), bits = BUF_ON(more);

	if (!put_number(&numbers, key, OSSL_PKEY_PARAM_RSA_N) ||
	    !put_number(&numbers, key, OSSL_PKEY_PARAM_RSA_E))
		return false;
	buf_byte(&bits, 0);	/* no bits are left over */
	der_put(&bits, DER_SEQUENCE, buf_span(&numbers));
	numbers.len = 0;
	der_put(&numbers, DER_SEQUENCE, (struct span){ rsa_encryption,
	    sizeof(rsa_encryption) });
	der_put(&numbers, DER_BIT_STRING, buf_span(&bits));
	der_put(out, DER_SEQUENCE, buf_span(&numbers));
	return !bits.full && !numbers.full && !out->full;
}

bool
private_key_public(const struct private_key *key, struct buf *out)
{
	if (key->type == KEY_RSA)
		return put_spki(out, key);
	buf_put(out, (struct span){ key->public, sizeof(key->public) });
	return !out->full;
}

/* ---- writing ---- */

static void
put_info(struct buf *out, struct span alg, struct span key)
{
	static const uint8_t version[] = { 0 };
	uint8_t room[LIMIT_PRIVATE_KEY];
	struct buf b = BUF_ON(room);

	der_put(&b, DER_INTEGER, (struct span){ version, 1 });
	der_put(&b, DER_SEQUENCE, alg);
	der_put(&b, DER_OCTET_STRING, key);
	der_put(out, DER_SEQUENCE, buf_span(&b));
	if (b.full)
		out->full = true;
	private_wipe(&b);
}

static void
put_ed25519(const struct private_key *key, struct buf *out)
{
	uint8_t room[40];
	struct buf b = BUF_ON(room);

	der_put(&b, DER_OCTET_STRING, (struct span){ key->secret, 32 });
	put_info(out, (struct span){ ed25519_oid, sizeof(ed25519_oid) },
	    buf_span(&b));
	private_wipe(&b);
}

/* The encoder of OpenSSL gives PKCS#1 for RSA. */
static bool
put_rsa(const struct private_key *key, struct buf *out)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(key->pkey, &der);

	if (n > 0)
		put_info(out, (struct span){ rsa_encryption,
		    sizeof(rsa_encryption) }, (struct span){ der,
		    (size_t)n });
	if (n > 0)
		OPENSSL_cleanse(der, (size_t)n);
	OPENSSL_free(der);
	return n > 0;
}

bool
private_key_write(const struct private_key *key, struct buf *out)
{
	if (key->type == KEY_RSA)
		return put_rsa(key, out) && !out->full;
	put_ed25519(key, out);
	return !out->full;
}
