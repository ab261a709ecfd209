/* SPDX-License-Identifier: Apache-2.0 */
/* hash.h - SipHash-2-4 over libsodium: tables keyed by what strangers send. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/span.h"

uint64_t hash_keyed(const uint8_t key[16], struct span s);

#endif
