/* SPDX-License-Identifier: Apache-2.0 */
/* What zlib packs comes back, in windows of any size, a thousand times with
 * the same memory. */
#include "ext/inflate.h"

#include <zlib.h>

#include "test/t.h"

enum { PLAIN = 100000, GZIP = 15 + 16, ZLIB = 15, RAW = -15 };

static uint8_t plain[PLAIN], packed[PLAIN * 3], back[PLAIN * 3];

static size_t
pack(uint8_t *to, size_t room, const uint8_t *from, size_t n, int bits)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)from,
		.avail_in = (uInt)n, .next_out = to, .avail_out = (uInt)room };

	if (deflateInit2(&z, 6, Z_DEFLATED, bits, 8, 0) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		return 0;
	deflateEnd(&z);
	return z.total_out;
}

/* Unpacks into back; the result, and how much in *n. */
static enum inflate_result
unpack(struct inflate *z, enum inflate_form form, struct span in,
    size_t window_in, size_t window_out, size_t *n)
{
	enum inflate_result r = INFLATE_MORE;
	struct span w = SPAN("");

	*n = 0;
	inflate_start(z, form);
	while (r == INFLATE_MORE) {
		struct buf out = { back + *n, 0, window_out, false };
		if (window_out > sizeof(back) - *n)
			return INFLATE_BAD;
		if (w.len == 0) {
			w = span_head(in, window_in);
			in = span_skip(in, w.len);
		}
		r = inflate_step(z, &w, in.len == 0, &out);
		*n += out.len;
	}
	return r;
}

static bool
comes_back(struct inflate *z, enum inflate_form form, size_t len,
    size_t times)
{
	static const size_t windows[] = { 1, 7, 4096, PLAIN };
	struct span in = { packed, len };
	bool ok = true;
	size_t n;

	for (size_t i = 0; i < 4; i++)
		for (size_t k = 1; k < 4; k++) {
			ok = ok && unpack(z, form, in, windows[i], windows[k],
			    &n) == INFLATE_END && n == times * PLAIN;
			for (size_t t = 0; t < times; t++)
				ok = ok && memcmp(back + t * PLAIN, plain,
				    PLAIN) == 0;
		}
	return ok;
}

static void
members(struct inflate *z)
{
	size_t n = pack(packed, sizeof(packed), plain, PLAIN, GZIP), m;

	memcpy(packed + n, packed, n);
	T_OK(comes_back(z, INFLATE_WRAPPED, 2 * n, 2), "two members");
	memset(packed + 2 * n, 0, 50);
	T_OK(comes_back(z, INFLATE_WRAPPED, 2 * n + 50, 2),
	    "zeros behind the last one");
	T_INT(unpack(z, INFLATE_WRAPPED, (struct span){ packed, n + 20 },
	    100, 100, &m), INFLATE_CUT, "cut in the second member");
	T_INT(m, PLAIN, "... the first is there");
}

static void
damage(struct inflate *z)
{
	size_t n = pack(packed, sizeof(packed), plain, PLAIN, GZIP), m;
	struct span in = { packed, n };

	T_INT(unpack(z, INFLATE_WRAPPED, span_head(in, n - 1), n, 1000, &m),
	    INFLATE_CUT, "cut before its end");
	T_INT(m, PLAIN, "... all of it is there");
	T_INT(unpack(z, INFLATE_WRAPPED, SPAN(""), 1, 1000, &m), INFLATE_CUT,
	    "nothing");
	packed[n - 5] ^= 1;
	T_INT(unpack(z, INFLATE_WRAPPED, in, n, 1000, &m), INFLATE_BAD,
	    "the sum is wrong");
	T_INT(unpack(z, INFLATE_WRAPPED, SPAN("\x1f\x8bno gzip"), 100, 1000,
	    &m), INFLATE_BAD, "not compressed");
	T_INT(inflate_crc(inflate_crc(0, SPAN("1234")), SPAN("56789")),
	    0xcbf43926, "CRC-32");
}

int
main(void)
{
	struct arena a;
	struct inflate *z;
	size_t used, n;
	bool ok = true;

	arena_init(&a, 64 << 10);
	z = inflate_new(&a);
	used = a.used;
	for (size_t i = 0; i < PLAIN; i++)
		plain[i] = (uint8_t)("<row>\n "[i % 7] + (int)(i * i / 999 %
		    3));
	T_OK(z != NULL, "64 KiB are enough");
	n = pack(packed, sizeof(packed), plain, PLAIN, GZIP);
	T_OK(comes_back(z, INFLATE_WRAPPED, n, 1), "gzip");
	n = pack(packed, sizeof(packed), plain, PLAIN, ZLIB);
	T_OK(comes_back(z, INFLATE_WRAPPED, n, 1), "zlib");
	n = pack(packed, sizeof(packed), plain, PLAIN, RAW);
	T_OK(comes_back(z, INFLATE_RAW, n, 1), "raw deflate");
	members(z);
	damage(z);
	n = pack(packed, sizeof(packed), plain, 100, RAW);
	for (size_t i = 0; i < 1000; i++) {
		size_t m;
		ok = ok && unpack(z, INFLATE_RAW, (struct span){ packed, n },
		    n, 1000, &m) == INFLATE_END && m == 100;
		ok = ok && unpack(z, INFLATE_WRAPPED, SPAN("\x1f\x8b"), 1,
		    1000, &m) == INFLATE_CUT;
	}
	T_OK(ok && a.used == used && !a.failed, "a thousand times more");
	arena_free(&a);
	return t_done();
}
