/* SPDX-License-Identifier: Apache-2.0 */
/* hash.h - a fast hash of octets for tables in memory; no secret in it, so
 * tables must bear that somebody makes it collide. */
#ifndef STORE_HASH_H
#define STORE_HASH_H

#include <string.h>

#include "base/span.h"

static inline uint64_t
hash_mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static inline uint64_t
hash_of(struct span s, uint64_t seed)
{
	uint64_t h = hash_mix(seed, s.len), v;

	while (s.len >= 8) {
		memcpy(&v, s.ptr, 8);
		h = hash_mix(h, v);
		s = span_skip(s, 8);
	}
	v = 0;
	if (s.len > 0)
		memcpy(&v, s.ptr, s.len);
	h = hash_mix(h, v);
	return h ^ h >> 32;
}

#endif
