/* SPDX-License-Identifier: Apache-2.0 */
/* lib/crypto/key.c with another smallest key and another hash. */
#include "test/legacy/legacy.h"

#include <openssl/evp.h>

#include "base/limits.h"

#undef LIMIT_RSA_MIN_BITS
#define LIMIT_RSA_MIN_BITS 512u

static const EVP_MD *
legacy_md(void)
{
	return legacy_sha1 ? EVP_sha1() : EVP_sha256();
}

/* The context was made when the key was read, maybe for the other hash. */
static int
legacy_verify(EVP_PKEY_CTX *ctx, const unsigned char *sig, size_t len,
    const unsigned char *hash)
{
	if (EVP_PKEY_CTX_set_signature_md(ctx, legacy_md()) != 1)
		return 0;
	return EVP_PKEY_verify(ctx, sig, len, hash, legacy_sha1 ? 20 : 32);
}

#define EVP_sha256 legacy_md
#define EVP_PKEY_verify(ctx, sig, len, hash, n) \
	legacy_verify((ctx), (sig), (len), (hash))

#include "../../lib/crypto/key.c"
