/* SPDX-License-Identifier: Apache-2.0 */
/*
 * der.h - the little of DER (X.690) that RSA and Ed25519 keys need.
 *
 * Reads from a struct cur with its sticky error: one look at .bad when done.
 * Strict: definite lengths in their shortest form, integers in their
 * shortest form.
 */
#ifndef CRYPTO_DER_H
#define CRYPTO_DER_H

#include "base/buf.h"
#include "base/cur.h"

enum der_tag { DER_INTEGER = 0x02, DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04, DER_NULL = 0x05, DER_OID = 0x06,
    DER_SEQUENCE = 0x30 };

/* The contents of the next element, which must have this tag. */
struct span der_take(struct cur *c, enum der_tag tag);

/* The next element is a positive INTEGER: its magnitude, without a leading
 * zero octet. */
struct span der_positive(struct cur *c);

/* Appends an element. */
void der_put(struct buf *out, enum der_tag tag, struct span contents);

#endif
