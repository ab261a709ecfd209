/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/taglist.h"

#include <stdlib.h>

#include "base/limits.h"
#include "test/t.h"

static const struct {
	const char *label, *text;
	bool bad, duplicate;
	size_t n;
	const char *x;		/* value of x=, NULL: none */
} list[] = {
	{ "one", "x=1", false, false, 1, "1" },
	{ "final ;", "x=1;", false, false, 1, "1" },
	{ "white space behind the final ;", "x=1; \r\n\t", false, false, 1,
	    "1" },
	{ "two", "v=DKIM1; x=a b", false, false, 2, "a b" },
	{ "white space everywhere", " \tv \t= 1 ; \r\n\tx\r\n =\r\n\ty ",
	    false, false, 2, "y" },
	{ "empty value", "x=; y=1", false, false, 2, "" },
	{ "= in a value", "x=a=b==", false, false, 1, "a=b==" },
	{ "folded value", "x=a\r\n b", false, false, 1, "a\r\n b" },
	{ "blank folded line", "x=a\r\n \r\n\tb", false, false, 1,
	    "a\r\n \r\n\tb" },
	{ "UTF-8 in a value", "x=\xc3\xa9", false, false, 1, "\xc3\xa9" },
	{ "digits and _ in a name", "a_9=1;x=2", false, false, 2, "2" },
	{ "case of names matters", "X=1; x=2", false, false, 2, "2" },
	{ "empty", "", true, false, 0, NULL },
	{ "only white space", " \r\n ", true, false, 0, NULL },
	{ "only ;", ";", true, false, 0, NULL },
	{ "empty spec", "v=1;;x=1", true, false, 2, "1" },
	{ "; first", ";x=1", true, false, 1, "1" },
	{ "no =", "v=1; x", true, false, 1, NULL },
	{ "no name", "=1; x=1", true, false, 1, "1" },
	{ "name starts with a digit", "9x=1; x=1", true, false, 1, "1" },
	{ "name starts with _", "_x=1; x=1", true, false, 1, "1" },
	{ "- in a name", "a-b=1; x=1", true, false, 1, "1" },
	{ "white space in a name", "x y=1", true, false, 0, NULL },
	{ "bare CR", "x=a\rb", true, false, 0, NULL },
	{ "bare LF", "x=a\nb", true, false, 0, NULL },
	{ "CRLF without WSP", "x=a\r\nb", true, false, 0, NULL },
	{ "DEL", "x=\x7f", true, false, 0, NULL },
	{ "escape", "x=\x1b[2J", true, false, 0, NULL },
	{ "duplicate", "x=1; y=2; x=1", false, true, 3, "1" },
	{ "duplicate and bad", "x=1; x=2; ?", true, true, 2, "1" },
};

static void
test_lists(struct arena *a)
{
	struct taglist l;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		bool ok = taglist_parse(&l, assay_cstr(list[i].text), a);

		T_OK(ok == (!list[i].bad && !list[i].duplicate) &&
		    l.bad == list[i].bad && l.duplicate == list[i].duplicate,
		    list[i].label);
		T_INT(l.n, list[i].n, list[i].label);
		T_SPAN(taglist_value(&l, SPAN("x")), assay_cstr(list[i].x),
		    list[i].label);
	}
}

static void
test_wrong(struct arena *a)
{
	struct taglist l;

	T_OK(!taglist_parse(&l, SPAN("s=a\0b; d=ex.org"), a),
	    "NUL in a value");
	T_SPAN(l.what, SPAN("s=a\0b"), "the first wrong tag is named");
	T_SPAN(taglist_value(&l, SPAN("d")), SPAN("ex.org"),
	    "the others are legible");
}

/* 100,000 tags and as many octets of white space: linear, and refused. */
static void
test_limits(struct arena *a)
{
	struct taglist l;
	struct buf b = arena_buf(a, 1000000);
	struct span full;

	for (unsigned i = 0; i < LIMIT_TAGS; i++) {
		buf_str(&b, "t");
		buf_u64(&b, i);
		buf_str(&b, "=1;");
	}
	full = buf_span(&b);
	T_OK(taglist_parse(&l, full, a), "as many tags as allowed");
	buf_str(&b, "more=1");
	T_OK(!taglist_parse(&l, buf_span(&b), a) && l.bad, "one too many");
	for (unsigned i = 0; i < 100000; i++)
		buf_str(&b, ";a=1");
	for (unsigned i = 0; i < 100000; i++)
		buf_str(&b, " ");
	T_OK(!taglist_parse(&l, buf_span(&b), a) && l.bad &&
	    l.n == LIMIT_TAGS, "far too many");
}

static void
test_items(void)
{
	struct span rest = SPAN(" From : to:\r\n subject:");

	T_SPAN(taglist_item(&rest), SPAN("From"), "first item");
	T_SPAN(taglist_item(&rest), SPAN("to"), "second item");
	T_SPAN(taglist_item(&rest), SPAN("subject"), "last item");
	T_INT(rest.len, 0, "a colon at the end leaves nothing");
	T_OK(taglist_has_item(SPAN("sha1 : SHA256"), SPAN("sha256")),
	    "item found in any case");
	T_OK(!taglist_has_item(SPAN("sha1:sha2567"), SPAN("sha256")),
	    "a longer word is another word");
	T_OK(!taglist_has_item(SPAN_NONE, SPAN("x")), "nothing in nothing");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 4u << 20);
	test_lists(&a);
	test_wrong(&a);
	test_limits(&a);
	test_items();
	arena_free(&a);
	return t_done();
}
