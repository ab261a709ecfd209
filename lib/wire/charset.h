/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset.h - the text of a part as UTF-8.
 *
 * The charsets of nearly all mail are read by our own tables.  iconv(3)
 * knows more (those of Asia), but opens files (gconv) and keeps state for
 * the process, so it has no place in what must be pure.  Of any other
 * charset the ASCII is kept and each other octet becomes U+FFFD.
 */
#ifndef WIRE_CHARSET_H
#define WIRE_CHARSET_H

#include "base/buf.h"

/* Octets of UTF-8 that one octet becomes at most. */
enum { CHARSET_GROWTH = 3 };

/* Appends in, which is in the charset of this name, as UTF-8: valid whatever
 * goes in.  An absent name, us-ascii and utf-8 are UTF-8 if that is what it
 * is, else windows-1252, which is what such mail holds; iso-8859-1 is
 * windows-1252 as in the Encoding Standard.  False: the name is not known, or
 * out is full. */
bool charset_to_utf8(struct buf *out, struct span in, struct span name);

/* The code point that an octet of windows-1252 stands for; others are
 * themselves. */
uint32_t charset_1252(uint32_t c);

#endif
