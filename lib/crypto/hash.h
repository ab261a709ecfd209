/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - a hash for tables keyed by what strangers send.
 *
 * Who does not know the key cannot choose texts that collide.  Not for
 * signatures, and equal hashes do not mean equal texts.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/span.h"

uint64_t hash_keyed(const uint8_t key[16], struct span s);

#endif
