/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_file.h"

#include "ext/inflate.h"
#include "test/t.h"

static bool
collect(void *ctx, struct assay_span s)
{
	struct buf *b = ctx;

	buf_put(b, s);
	return !b->full;
}

int
main(void)
{
	static uint8_t packed[4096], plain[4096];
	struct buf out = BUF_ON(packed), back = BUF_ON(plain);
	struct report_file *f;
	struct inflate *z;
	struct arena a;
	struct span in;

	arena_init(&a, 1 << 20);
	f = report_file_new(&a, collect, &out);
	T_OK(f != NULL && report_file_put(f, SPAN("<feedback>")) &&
	    report_file_put(f, SPAN("</feedback>")) && report_file_end(f),
	    "written");
	in = buf_span(&out);
	z = inflate_new(&a);
	T_INT(inflate_step(z, &in, true, &back), INFLATE_END, "read");
	T_SPAN(buf_span(&back), SPAN("<feedback></feedback>"), "the same");
	arena_free(&a);
	arena_init(&a, 1 << 20);
	out.cap = out.len = 0;
	f = report_file_new(&a, collect, &out);
	(void)report_file_put(f, SPAN("x"));
	T_OK(!report_file_end(f), "nobody takes it");
	arena_free(&a);
	arena_init(&a, 64 << 10);
	T_OK(report_file_new(&a, collect, &out) == NULL, "no memory");
	arena_free(&a);
	return t_done();
}
