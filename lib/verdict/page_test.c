/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/page.h"

#include "test/t.h"

static uint8_t out_bytes[65536];
static struct buf out;

static bool
collect(void *ctx, struct assay_span bytes)
{
	buf_put(ctx, bytes);
	return true;
}

static bool
refuse(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	(void)bytes;
	return false;
}

static void
start(struct page *p, unsigned width, bool colour)
{
	out = BUF_ON(out_bytes);
	page_init(p, width, colour, collect, &out);
}

static void
test_raw(void)
{
	struct page p;

	start(&p, 40, false);
	page_str(&p, STYLE_PLAIN, "before");
	page_raw(&p, SPAN("a line that is longer than the page is wide "
	    "is not wrapped\nnor \033[31mharmful\n"));
	page_str(&p, STYLE_PLAIN, "behind");
	page_end(&p, 0);
	T_SPAN(buf_span(&out), SPAN("before\na line that is longer than the "
	    "page is wide is not wrapped\nnor \\x1b[31mharmful\nbehind\n"),
	    "lines as they are");
}

int
main(void)
{
	struct page p;

	start(&p, 40, false);
	page_str(&p, STYLE_PLAIN, "one two three four five six seven eight "
	    "nine ten");
	page_end(&p, 0);
	T_SPAN(buf_span(&out), SPAN("one two three four five six seven eight\n"
	    "nine ten\n"), "wraps at the width");

	start(&p, 40, false);
	page_str(&p, STYLE_PLAIN, "key");
	page_tab(&p, 8);
	page_str(&p, STYLE_PLAIN, "value that is long enough to hang over");
	page_end(&p, 0);
	T_SPAN(buf_span(&out), SPAN("key     value that is long enough to\n"
	    "        hang over\n"), "hangs at the tab");

	start(&p, 40, false);
	page_str(&p, STYLE_PLAIN, "none ");
	page_tab(&p, 20);
	page_end(&p, 0);
	page_end(&p, 0);
	T_SPAN(buf_span(&out), SPAN("none\n\n"), "nothing at the line's end");

	start(&p, 40, false);
	page_str(&p, STYLE_PLAIN, "a\033[31mb\ac\n\xff");
	page_end(&p, 0);
	T_SPAN(buf_span(&out), SPAN("a\\x1b[31mb\\x07c\\x0a\\xff\n"),
	    "nothing reaches the terminal");

	start(&p, 40, true);
	page_str(&p, STYLE_BAD, "bad thing");
	page_str(&p, STYLE_PLAIN, ".");
	page_end(&p, 0);
	T_SPAN(buf_span(&out), SPAN("\033[1;31mbad\033[0m "
	    "\033[1;31mthing\033[0m.\n"), "colour is by word, glue holds");

	start(&p, 40, false);
	for (int i = 0; i < 100; i++)
		page_str(&p, STYLE_PLAIN, "0123456789");
	page_end(&p, 0);
	T_OK(out.len > 1000 && out.len < 1040, "a long word is cut");
	T_OK(span_find(buf_span(&out), '\n') <= 40, "within the width");

	start(&p, 10, false);
	T_INT(p.width, LIMIT_PAGE_NARROW, "not too narrow");
	page_init(&p, 100000, true, refuse, NULL);
	T_INT(p.width, LIMIT_PAGE_WIDE, "not too wide");
	for (int i = 0; i < 1000; i++)
		page_str(&p, STYLE_BAD, "\001");
	page_end(&p, 0);
	T_OK(p.failed, "a writer that stops is noticed");
	T_OK(!p.line.full && !p.word.full, "buffers are large enough");
	test_raw();
	return t_done();
}
