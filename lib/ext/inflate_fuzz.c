/* SPDX-License-Identifier: Apache-2.0 */
/* Windows do not matter; what comes out is bounded by what went in. */
#include "ext/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 18 };

struct got {
	enum inflate_result r;
	uint32_t crc;
	size_t n;
};

static struct got
unpack(struct inflate *z, enum inflate_form form, struct span in,
    size_t window)
{
	struct got g = { .r = INFLATE_MORE };
	uint8_t room[4096];
	struct span w = SPAN("");

	inflate_start(z, form);
	while (g.r == INFLATE_MORE && g.n < MOST) {
		struct buf out = { room, 0, window < sizeof(room) ? window :
		    sizeof(room), false };
		size_t before;
		if (w.len == 0) {
			w = span_head(in, window);
			in = span_skip(in, w.len);
		}
		before = w.len;
		g.r = inflate_step(z, &w, in.len == 0, &out);
		if (w.len > before || out.len > out.cap)
			__builtin_trap();
		g.crc = inflate_crc(g.crc, buf_span(&out));
		g.n += out.len;
	}
	return g;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena a;
	static struct inflate *z;
	struct span in = { data, size };
	enum inflate_form form;
	struct got one, two;

	if (size < 2)
		return 0;
	if (z == NULL) {
		arena_init(&a, 64 << 10);
		z = inflate_new(&a);
	}
	form = data[0] % 2 == 0 ? INFLATE_WRAPPED : INFLATE_RAW;
	in = span_skip(in, 2);
	one = unpack(z, form, in, SIZE_MAX);
	two = unpack(z, form, in, data[1] + 1u);
	if (one.n >= MOST || two.n >= MOST)
		return 0;
	if (one.r != two.r || one.n != two.n || one.crc != two.crc ||
	    one.n > size * 1040)
		__builtin_trap();
	return 0;
}
