/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deflate.h - gzip (RFC 1952), written as a stream, by zlib.
 *
 * No time and no name are in it, so the same octets give the same file.
 * Memory is what deflate_new() takes from the arena, some 280 KiB.
 */
#ifndef EXT_DEFLATE_H
#define EXT_DEFLATE_H

#include "base/arena.h"

struct deflate;

/* What comes out goes to write.  NULL: the arena refuses. */
struct deflate *deflate_new(struct arena *a, assay_write_fn *write,
    void *ctx);

/* False: write said no. */
bool deflate_put(struct deflate *z, struct span s);
/* The end of the file; nothing may follow. */
bool deflate_end(struct deflate *z);

#endif
