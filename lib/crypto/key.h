/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.h - public keys of DKIM and ARC, and what they verify.
 *
 * RSA with PKCS#1 v1.5 and SHA-256 (RFC 6376 3.3, bounds of RFC 8301 3.2);
 * Ed25519 over the 32 octets of the SHA-256 hash (RFC 8463 3).  A key is
 * read once and then verifies any number of signatures without allocating;
 * not for two threads at once.
 */
#ifndef CRYPTO_KEY_H
#define CRYPTO_KEY_H

#include "base/arena.h"

enum key_type { KEY_RSA = 1, KEY_ED25519 };

enum key_error { KEY_OK = 0, KEY_MALFORMED, KEY_TOO_SMALL, KEY_TOO_LARGE,
    KEY_BAD_EXPONENT, KEY_NOMEM };

struct public_key;

/* bytes: the decoded p=.  RSA: SubjectPublicKeyInfo, or the bare PKCS#1
 * RSAPublicKey of old records; Ed25519: the 32 octets (RFC 8463 4.2).  The
 * key lives in the arena and holds memory of the crypto library besides:
 * key_drop() must be called before the arena goes. */
enum key_error key_read(struct public_key **out, enum key_type type,
    struct span bytes, struct arena *a);

/* Takes a struct public_key; NULL is fine. */
void key_drop(const void *key);

enum key_type key_type(const struct public_key *key);

/* Of the modulus; 256 for Ed25519. */
unsigned key_bits(const struct public_key *key);

/* Any length of signature may be given; a wrong one is just false. */
bool key_verify(const struct public_key *key, struct span signature,
    const uint8_t sha256[32]);

#endif
