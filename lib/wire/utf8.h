/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h - UTF-8 (RFC 3629), and characters that do not show what they are.
 */
#ifndef WIRE_UTF8_H
#define WIRE_UTF8_H

#include "base/buf.h"

/* Takes one character off *s.  -1: not UTF-8 (one octet is taken), or the
 * end. */
int32_t utf8_next(struct span *s);

bool utf8_valid(struct span s);

/* Appends c, which must be a Unicode scalar value. */
void utf8_put(struct buf *out, uint32_t c);

enum utf8_kind {
	UTF8_PLAIN = 0,
	UTF8_CONTROL,		/* C0, DEL, C1, line and paragraph separator  */
	UTF8_BIDI,		/* embeddings, overrides, isolates, marks     */
	UTF8_INVISIBLE		/* Default_Ignorable_Code_Point, the rest     */
};
enum utf8_kind utf8_kind(uint32_t c);

/* The worst kind among the characters of s: what is not UTF-8 counts as
 * UTF8_CONTROL.  UTF8_PLAIN: s may be shown. */
enum utf8_kind utf8_worst(struct span s);

#endif
