/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look.h - whether octets name a person, as they stand or in an encoding.
 *
 * A mail has most of what it says in quoted-printable or base64 (RFC 2045 6.7,
 * 6.8), one within the other where it was forwarded.  Nothing is parsed here:
 * every octet is seen as it is, as a piece of either, and of either of
 * either, as if all of it were written so; a name that nobody can read in the
 * mail may be found then, which costs its bytes, and none is missed for a
 * header that lies.  What is compressed is not opened.
 */
#ifndef STORE_LOOK_H
#define STORE_LOOK_H

#include "base/span.h"

/* text names person, which is an address, or a local part and "@"; neither
 * as the end of a longer one nor as the front of a longer domain. */
bool look_names(struct span text, struct span person);

struct look;

/* NULL: no memory. */
struct look *look_new(void);
void look_free(struct look *l);

/* person stays until the last octet. */
void look_start(struct look *l, struct span person);
void look_take(struct look *l, struct span piece);
/* No octets follow. */
bool look_found(struct look *l);

#endif
