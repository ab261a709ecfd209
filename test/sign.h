/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign.h - the private side, for tests alone: fixed keys that sign a hash.
 *
 * The keys are in sign.c in plain sight and protect nothing.  Linked into
 * every unit test and fuzz target.
 */
#ifndef TEST_SIGN_H
#define TEST_SIGN_H

#include "base/buf.h"

enum sign_key {
	SIGN_RSA_2048 = 1,	/* ours                                     */
	SIGN_RSA_1024,		/* ours                                     */
	SIGN_RSA_RFC8463,	/* RFC 8463 A.1, 1024 bits                  */
	SIGN_ED25519_RFC8463,	/* RFC 8463 A.1                             */
};

/* The octets of p= (before base64): SubjectPublicKeyInfo, or the 32 octets
 * of an Ed25519 key. */
bool sign_public(struct buf *out, enum sign_key key);

/* The private key as a file has it: PEM of PKCS#1, or the base64 of the
 * Ed25519 seed. */
const char *sign_file(enum sign_key key);

/* RSA only: bare PKCS#1 RSAPublicKey. */
bool sign_public_pkcs1(struct buf *out, enum sign_key key);

/* The octets of b= (before base64) over a SHA-256 hash. */
bool sign_hash(struct buf *out, enum sign_key key, const uint8_t sha256[32]);

/* RSA only: the bare private operation on a block as long as the modulus;
 * to forge paddings with. */
bool sign_block(struct buf *out, enum sign_key key, struct span block);

/* "p=..." text for a key record: base64 of sign_public(). */
bool sign_p_tag(struct buf *out, enum sign_key key);

#endif
