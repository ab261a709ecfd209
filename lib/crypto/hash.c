/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash.h"

#include <sodium/crypto_shorthash.h>

uint64_t
hash_keyed(const uint8_t key[16], struct span s)
{
	uint8_t out[crypto_shorthash_BYTES];
	uint64_t h = 0;

	crypto_shorthash(out, s.ptr, s.len, key);
	for (size_t i = 0; i < sizeof(out); i++)
		h = h << 8 | out[i];
	return h;
}
