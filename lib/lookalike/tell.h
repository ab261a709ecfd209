/* SPDX-License-Identifier: Apache-2.0 */
/* tell.h - a likeness in words: "digit one for letter l". */
#ifndef LOOKALIKE_TELL_H
#define LOOKALIKE_TELL_H

#include "lookalike/lookalike.h"

enum { LOOKALIKE_TELL = 1024 };	/* octets that hold any of them */

/* How name differs from what it reads like; printable ASCII. */
void lookalike_tell(struct buf *out, struct span name,
    const struct lookalike_hit *hit);

/* "homograph"; stable, for programs. */
struct span lookalike_kind_name(enum lookalike_kind kind);
struct span edit_name(enum edit_op op);

#endif
