/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for lib/crypto/sha.c in legacy_dkim: the same interface, and
 * SHA-1 behind it when legacy_sha1 is set (20 octets, the rest zeros).
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "test/legacy/legacy.h"

#include <openssl/sha.h>

#include "crypto/sha.h"

bool legacy_sha1;

_Static_assert(sizeof(SHA_CTX) <= sizeof(struct sha256), "room");

bool
sha256_init(struct sha256 *s)
{
	if (legacy_sha1)
		return SHA1_Init((SHA_CTX *)(void *)s) == 1;
	return SHA256_Init((SHA256_CTX *)(void *)s) == 1;
}

void
sha256_put(struct sha256 *s, struct span bytes)
{
	if (legacy_sha1)
		SHA1_Update((SHA_CTX *)(void *)s, bytes.ptr, bytes.len);
	else
		SHA256_Update((SHA256_CTX *)(void *)s, bytes.ptr, bytes.len);
}

void
sha256_end(struct sha256 *s, uint8_t out[32])
{
	for (int i = 0; i < 32; i++)
		out[i] = 0;
	if (legacy_sha1)
		SHA1_Final(out, (SHA_CTX *)(void *)s);
	else
		SHA256_Final(out, (SHA256_CTX *)(void *)s);
}

bool
sha256_resume(struct sha256 *s, const uint32_t state[8], uint64_t blocks)
{
	(void)s;
	(void)state;
	(void)blocks;
	return false;
}
