/* SPDX-License-Identifier: Apache-2.0 */
/*
 * private_key.h - the keys that sign: RSA with PKCS#1 v1.5 and SHA-256
 * (RFC 6376 3.3, bounds of RFC 8301 3.2), Ed25519 over the 32 octets of the
 * SHA-256 hash (RFC 8463 3).
 *
 * A key never leaves this room but by private_key_write(); what held it is
 * overwritten when it is dropped.  Making keys is the one thing in lib/ that
 * is not a function of its input: the crypto library draws the numbers.
 */
#ifndef CRYPTO_PRIVATE_KEY_H
#define CRYPTO_PRIVATE_KEY_H

#include "base/arena.h"
#include "crypto/key.h"

enum private_error { PRIVATE_OK = 0, PRIVATE_MALFORMED, PRIVATE_ENCRYPTED,
    PRIVATE_OTHER_KIND, PRIVATE_TOO_SMALL, PRIVATE_TOO_LARGE,
    PRIVATE_INCONSISTENT, PRIVATE_NOMEM };

struct private_key;

/* A sentence for a person.  Static text. */
const char *private_error_text(enum private_error e);

/* bytes: PKCS#8 PrivateKeyInfo of either kind (RFC 5208, RFC 8410), PKCS#1
 * RSAPrivateKey (RFC 8017 A.1.2), or the 32 octets of an Ed25519 seed.  The
 * key lives in the arena and holds memory of the crypto library besides:
 * private_key_drop() must be called before the arena goes. */
enum private_error private_key_read(struct private_key **out,
    struct span bytes, struct arena *a);

/* A new one; bits of RSA are 2048, 3072 or 4096. */
enum private_error private_key_new(struct private_key **out,
    enum key_type type, unsigned bits, struct arena *a);

/* Wipes; NULL is fine. */
void private_key_drop(struct private_key *key);

enum key_type private_key_type(const struct private_key *key);

/* Of the modulus; 256 for Ed25519. */
unsigned private_key_bits(const struct private_key *key);

/* Appends the octets of b=. */
bool private_key_sign(const struct private_key *key, struct buf *out,
    const uint8_t sha256[32]);

/* Appends the octets of p=: SubjectPublicKeyInfo for RSA, the 32 octets of
 * an Ed25519 key (RFC 8463 4.2). */
bool private_key_public(const struct private_key *key, struct buf *out);

/* Appends PKCS#8 as DER.  The caller wipes it. */
bool private_key_write(const struct private_key *key, struct buf *out);

/* Overwrites what is in the buffer, and empties it. */
void private_wipe(struct buf *b);

#endif
