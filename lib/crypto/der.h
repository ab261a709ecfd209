/* SPDX-License-Identifier: Apache-2.0 */
/*
 * der.h - the little of DER (X.690) that an RSA public key needs.
 *
 * Reads from a struct cur with its sticky error: one look at .bad when done.
 * Strict: definite lengths in their shortest form, integers in their
 * shortest form.
 */
#ifndef CRYPTO_DER_H
#define CRYPTO_DER_H

#include "base/cur.h"

enum der_tag { DER_INTEGER = 0x02, DER_BIT_STRING = 0x03, DER_NULL = 0x05,
    DER_OID = 0x06, DER_SEQUENCE = 0x30 };

/* The contents of the next element, which must have this tag. */
struct span der_take(struct cur *c, enum der_tag tag);

/* The next element is a positive INTEGER: its magnitude, without a leading
 * zero octet. */
struct span der_positive(struct cur *c);

#endif
