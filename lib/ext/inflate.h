/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflate.h - gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951),
 * decompressed in windows, by zlib.
 *
 *	inflate_start(z, INFLATE_WRAPPED);
 *	do {
 *		give(&in, &last);
 *		what = inflate_step(z, &in, last, &out);
 *		use(out); out.len = 0;
 *	} while (what == INFLATE_MORE);
 *
 * Memory is what inflate_new() takes from the arena, some 48 KiB; zlib gets
 * its own from there, once.  How much may come out is the caller's to bound:
 * one octet becomes at most 1032.
 */
#ifndef EXT_INFLATE_H
#define EXT_INFLATE_H

#include "base/arena.h"

struct inflate;

enum inflate_form {
	INFLATE_WRAPPED = 0,	/* zlib, or members of gzip one behind the
				 * other; what stands behind is passed over */
	INFLATE_RAW
};

enum inflate_result {
	INFLATE_MORE = 0,	/* in is used up, or out is full            */
	INFLATE_END,		/* in begins behind the end                 */
	INFLATE_CUT,		/* in ends before the end                   */
	INFLATE_BAD		/* not compressed so, or the sum is wrong   */
};

/* NULL: the arena refuses. */
struct inflate *inflate_new(struct arena *a);

void inflate_start(struct inflate *z, enum inflate_form form);

/* Takes from *in, appends to out.  last: nothing comes behind *in. */
enum inflate_result inflate_step(struct inflate *z, struct span *in,
    bool last, struct buf *out);

/* CRC-32 of what crc is of, and s behind it (RFC 1952 8); 0 to begin. */
uint32_t inflate_crc(uint32_t crc, struct span s);

#endif
