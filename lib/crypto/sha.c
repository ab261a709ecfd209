/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL's low-level SHA-256, deprecated since 3.0 but not replaced: its
 * context is a plain struct, so that it needs no allocation, no fetch and no
 * global, and can be copied.  Measured (OpenSSL 3.0, SHA instructions)
 * against EVP with a fetched EVP_MD and a kept context, ns a hash:
 *
 *	octets		64	256	1024	4096	1 MiB
 *	EVP		193	366	986	3318	878909
 *	low level	129	284	966	3443	828835
 *
 * Both run the same assembler; a message is many hashes of a few hundred
 * octets.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/sha.h"

#include <openssl/sha.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256), "room");
_Static_assert(_Alignof(SHA256_CTX) <= _Alignof(struct sha256), "alignment");

static SHA256_CTX *
inner(struct sha256 *s)
{
	return (SHA256_CTX *)(void *)s;
}

bool
sha256_init(struct sha256 *s)
{
	return SHA256_Init(inner(s)) == 1;
}

void
sha256_put(struct sha256 *s, struct span bytes)
{
	if (bytes.len > 0)
		SHA256_Update(inner(s), bytes.ptr, bytes.len);
}

void
sha256_end(struct sha256 *s, uint8_t out[32])
{
	SHA256_Final(out, inner(s));
}

bool
sha256_resume(struct sha256 *s, const uint32_t state[8], uint64_t blocks)
{
	SHA256_CTX *c = inner(s);

	if (SHA256_Init(c) != 1)
		return false;
	for (size_t i = 0; i < 8; i++)
		c->h[i] = state[i];
	c->Nl = (SHA_LONG)(blocks << 9);	/* bits */
	c->Nh = (SHA_LONG)(blocks >> 23);
	return true;
}
