/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/siphash.h"

#include <sodium.h>

_Static_assert(crypto_shorthash_KEYBYTES == 16, "the key of SipHash-2-4");
_Static_assert(crypto_shorthash_BYTES == 8, "and what comes of it");

uint64_t
siphash(const uint8_t key[16], struct span s)
{
	uint8_t out[crypto_shorthash_BYTES];
	uint64_t v = 0;

	(void)crypto_shorthash(out, s.ptr, s.len, key);
	/* octet by octet: a kept hash must not depend on the machine */
	for (size_t i = sizeof(out); i > 0; i--)
		v = v << 8 | out[i - 1];
	return v;
}
