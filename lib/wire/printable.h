/* SPDX-License-Identifier: Apache-2.0 */
/* printable.h - foreign octets made safe to show. */
#ifndef WIRE_PRINTABLE_H
#define WIRE_PRINTABLE_H

#include "base/arena.h"

/* s made printable: what is not %x20-7E becomes \xHH; cut at max octets. */
struct span printable(struct arena *a, struct span s, size_t max);

/* A text that is to be shown as it is, if it can be: the same, but a
 * backslash stands for itself when nothing had to be escaped. */
struct span printable_text(struct arena *a, struct span s, size_t max);

#endif
