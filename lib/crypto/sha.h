/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha.h - SHA-256 of a stream of bytes; lives on the stack, allocates
 * nothing, may be copied with = (a copy goes on by itself, which is how one
 * pass over a body serves many l=).
 */
#ifndef CRYPTO_SHA_H
#define CRYPTO_SHA_H

#include "base/span.h"

/* Room for the library's own state; sha.c asserts that it suffices. */
struct sha256 { uint64_t state[14]; };

bool sha256_init(struct sha256 *s);
void sha256_put(struct sha256 *s, struct span bytes);
/* s is spent afterwards, until the next sha256_init(). */
void sha256_end(struct sha256 *s, uint8_t out[32]);

/* Goes on where something else has hashed whole blocks of 64 octets. */
bool sha256_resume(struct sha256 *s, const uint32_t state[8],
    uint64_t blocks);

#endif
