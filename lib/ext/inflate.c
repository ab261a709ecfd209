/* SPDX-License-Identifier: Apache-2.0 */
#include "ext/inflate.h"

#include <limits.h>

#include <zlib.h>

/* Of zlib's manual: 15 is the largest window, and 32 more tells gzip from
 * zlib by itself; less than 0 is raw. */
enum { WBITS_WRAPPED = 15 + 32, WBITS_RAW = -15 };

/* inflate() asks twice: for its state, 7 KiB, and for the window, 32 KiB. */
enum { INFLATE_MEMORY = 44 << 10 };

struct inflate {
	z_stream z;
	enum inflate_form form;
	bool ready;		/* zlib has its state                       */
	bool between;		/* a member of gzip is over                 */
	bool over;
	bool members;		/* it is gzip: more may follow              */
	struct buf room;
	uint8_t memory[INFLATE_MEMORY];
};

/* zalloc of zlib; nothing is given back, since it asks but once. */
static void *
take(void *ctx, unsigned items, unsigned size)
{
	struct inflate *z = ctx;
	size_t n = ((size_t)items * size + 15) / 16 * 16;
	void *p = z->memory + z->room.len;

	if (n > z->room.cap - z->room.len)
		return NULL;
	z->room.len += n;
	return p;
}

static void
give_back(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

struct inflate *
inflate_new(struct arena *a)
{
	struct inflate *z = arena_alloc(a, sizeof(*z));

	if (z != NULL)
		inflate_start(z, INFLATE_WRAPPED);
	return z;
}

void
inflate_start(struct inflate *z, enum inflate_form form)
{
	int bits = form == INFLATE_RAW ? WBITS_RAW : WBITS_WRAPPED;

	z->form = form;
	z->between = z->over = z->members = false;
	if (z->ready) {
		z->ready = inflateReset2(&z->z, bits) == Z_OK;
		return;
	}
	z->room = (struct buf){ z->memory, 0, INFLATE_MEMORY, false };
	z->z = (z_stream){ .zalloc = take, .zfree = give_back, .opaque = z };
	z->ready = inflateInit2(&z->z, bits) == Z_OK;
}

/* RFC 1952 2.2: another member, or the end.  What is no member is padding,
 * as gzip(1) has it. */
static enum inflate_result
next_member(struct inflate *z, struct span in, bool last)
{
	if (in.len == 0)
		return last ? INFLATE_END : INFLATE_MORE;
	if (!z->members || in.ptr[0] != 0x1f) {
		z->over = true;
		return INFLATE_END;
	}
	z->between = false;
	return inflateReset(&z->z) == Z_OK ? INFLATE_MORE : INFLATE_BAD;
}

static unsigned
bounded(size_t n)
{
	return n > INT_MAX ? INT_MAX : (unsigned)n;
}

static int
run(struct inflate *z, struct span *in, struct buf *out)
{
	unsigned n_in = bounded(in->len), n_out = bounded(out->cap - out->len);
	int rc;

	/* zlib takes no const here and does not write */
	z->z.next_in = (Bytef *)(uintptr_t)in->ptr;
	z->z.avail_in = n_in;
	z->z.next_out = out->ptr + out->len;
	z->z.avail_out = n_out;
	rc = inflate(&z->z, Z_NO_FLUSH);
	*in = span_skip(*in, n_in - z->z.avail_in);
	out->len += n_out - z->z.avail_out;
	return rc;
}

enum inflate_result
inflate_step(struct inflate *z, struct span *in, bool last, struct buf *out)
{
	bool first = z->z.total_in == 0 && !z->members;
	int rc;

	if (!z->ready)
		return INFLATE_BAD;
	if (z->over)
		return INFLATE_END;
	if (z->between) {
		enum inflate_result r = next_member(z, *in, last);
		if (r != INFLATE_MORE || z->between)
			return r;
	}
	if (first && in->len > 0)
		z->members = z->form == INFLATE_WRAPPED &&
		    in->ptr[0] == 0x1f;
	rc = run(z, in, out);
	if (rc == Z_STREAM_END) {
		z->between = z->form == INFLATE_WRAPPED;
		z->over = !z->between;
		return z->between ? next_member(z, *in, last) : INFLATE_END;
	}
	if (rc != Z_OK && rc != Z_BUF_ERROR)
		return INFLATE_BAD;
	return in->len == 0 && last && out->len < out->cap ? INFLATE_CUT :
	    INFLATE_MORE;
}

uint32_t
inflate_crc(uint32_t crc, struct span s)
{
	while (s.len > 0) {
		unsigned n = bounded(s.len);

		crc = (uint32_t)crc32(crc, s.ptr, n);
		s = span_skip(s, n);
	}
	return crc;
}
