/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siphash.h - SipHash-2-4: a short name for a text that nobody without the
 * key can find again, and that nobody can make collide.
 *
 * For what is kept (profiles of senders): hash.h is faster and is for tables
 * that die with their message.
 */
#ifndef CRYPTO_SIPHASH_H
#define CRYPTO_SIPHASH_H

#include "base/span.h"

uint64_t siphash(const uint8_t key[16], struct span s);

#endif
