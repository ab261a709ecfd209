/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Against OpenSSL's own reader: a key that we take, it takes, with the same
 * numbers; and our bounds hold of what was taken.  (It takes more than we
 * do: BER, other algorithms, other sizes.)
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/key.h"

#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
compare(const struct public_key *key, struct span in)
{
	const unsigned char *p = in.ptr;
	RSA *rsa = d2i_RSA_PUBKEY(NULL, &p, (long)in.len);

	if (rsa == NULL) {
		p = in.ptr;
		rsa = d2i_RSAPublicKey(NULL, &p, (long)in.len);
	}
	if (rsa == NULL || p != in.ptr + in.len ||
	    (unsigned)RSA_bits(rsa) != key_bits(key))
		__builtin_trap();
	RSA_free(rsa);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	static const uint8_t hash[32];
	struct public_key *key;
	struct arena a;

	arena_init(&a, 1 << 16);
	if (key_read(&key, KEY_RSA, in, &a) == KEY_OK) {
		if (key_bits(key) < LIMIT_RSA_MIN_BITS ||
		    key_bits(key) > LIMIT_RSA_MAX_BITS)
			__builtin_trap();
		compare(key, in);
		if (key_verify(key, span_head(in, key_bits(key) / 8), hash))
			__builtin_trap();
		key_drop(key);
	} else if (key != NULL) {
		__builtin_trap();
	}
	if (key_read(&key, KEY_ED25519, span_head(in, 32), &a) == KEY_OK)
		key_drop(key);
	arena_free(&a);
	return 0;
}
