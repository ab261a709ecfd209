/* SPDX-License-Identifier: Apache-2.0 */
#include "ext/deflate.h"

#include "ext/inflate.h"
#include "test/t.h"

static size_t most = SIZE_MAX;

static bool
collect(void *ctx, struct assay_span s)
{
	struct buf *b = ctx;

	buf_put(b, s);
	return !b->full && b->len <= most;
}

/* text, n times, compressed in pieces. */
static struct span
pack(const char *text, size_t n, size_t step, struct arena *a)
{
	struct buf b = arena_buf(a, 1 << 20);
	struct deflate *z = deflate_new(a, collect, &b);
	bool ok = z != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		struct span s = assay_cstr(text);
		while (ok && s.len > 0) {
			ok = deflate_put(z, span_head(s, step));
			s = span_skip(s, step);
		}
	}
	return ok && deflate_end(z) ? buf_span(&b) : SPAN_NONE;
}

static void
test_back(const char *text, size_t n, struct arena *a)
{
	struct span packed = pack(text, n, 1000, a), in = packed;
	struct buf out = arena_buf(a, 4 << 20);
	struct inflate *z = inflate_new(a);
	size_t len = assay_cstr(text).len;
	bool same = true;

	T_OK(packed.len > 0, "packed");
	T_SPAN(span_head(packed, 10), SPAN("\x1f\x8b\x08\0\0\0\0\0\0\x03"),
	    "no time, no name");
	T_INT(inflate_step(z, &in, true, &out), INFLATE_END, "unpacked");
	T_INT(out.len, len * n, "as long");
	for (size_t i = 0; i < n && same; i++)
		same = span_eq(span_slice(buf_span(&out), i * len,
		    (i + 1) * len), assay_cstr(text));
	T_OK(same, "the same");
	T_OK(span_eq(pack(text, n, 7, a), packed),
	    "in other pieces the same file");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 64 << 20);
	test_back("", 0, &a);
	test_back("hello", 1, &a);
	test_back("<record><row><source_ip>192.0.2.1</source_ip>", 30000,
	    &a);
	most = 20;
	T_OK(span_absent(pack("<record><row>", 1, 100, &a)), "no room");
	arena_free(&a);
	arena_init(&a, 100 << 10);
	T_OK(deflate_new(&a, collect, NULL) == NULL, "no memory");
	arena_free(&a);
	return t_done();
}
