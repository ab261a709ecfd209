/* SPDX-License-Identifier: Apache-2.0 */
#include "ext/deflate.h"

#include <limits.h>

#define ZLIB_CONST
#include <zlib.h>

/* Of zlib's manual: 15 is the largest window, 16 more makes gzip of it. */
enum { WBITS_GZIP = 15 + 16, MEMORY_LEVEL = 8, PIECE = 4 << 10 };

struct deflate {
	z_stream z;
	struct arena *arena;
	assay_write_fn *write;
	void *ctx;
	bool bad;
	uint8_t out[PIECE];
};

/* zalloc of zlib: what the arena gives is never given back */
static void *
take(void *ctx, unsigned items, unsigned size)
{
	struct deflate *z = ctx;

	return arena_array(z->arena, items, size);
}

static void
give_back(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

struct deflate *
deflate_new(struct arena *a, assay_write_fn *write, void *ctx)
{
	struct deflate *z = arena_alloc(a, sizeof(*z));

	if (z == NULL)
		return NULL;
	z->arena = a;
	z->write = write;
	z->ctx = ctx;
	z->z = (z_stream){ .zalloc = take, .zfree = give_back, .opaque = z };
	return deflateInit2(&z->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
	    WBITS_GZIP, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK ? z : NULL;
}

/* Lets zlib write until it has nothing more to say. */
static bool
run(struct deflate *z, int flush)
{
	int what = Z_OK;

	do {
		z->z.next_out = z->out;
		z->z.avail_out = PIECE;
		what = deflate(&z->z, flush);
		if (what == Z_STREAM_ERROR || (z->z.avail_out < PIECE &&
		    !z->write(z->ctx, (struct span){ z->out,
		    PIECE - z->z.avail_out })))
			z->bad = true;
	} while (!z->bad && z->z.avail_out == 0);
	if (flush == Z_FINISH && what != Z_STREAM_END)
		z->bad = true;
	return !z->bad;
}

bool
deflate_put(struct deflate *z, struct span s)
{
	while (s.len > 0 && !z->bad) {
		struct span piece = span_head(s, UINT_MAX);

		z->z.next_in = piece.ptr;
		z->z.avail_in = (unsigned)piece.len;
		s = span_skip(s, piece.len);
		(void)run(z, Z_NO_FLUSH);
	}
	return !z->bad;
}

bool
deflate_end(struct deflate *z)
{
	z->z.avail_in = 0;
	return !z->bad && run(z, Z_FINISH);
}
