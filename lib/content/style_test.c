/* SPDX-License-Identifier: Apache-2.0 */
#include "content/style.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *first, *greeting, *sign_off, *attribution;
	enum content_reply reply;
	unsigned lines, quoted;
} cases[] = {
	{ "plain", SPAN_INIT("\n Hi Bob,\n\nit works.\n\nBest regards,\nAl\n"),
	    "Hi Bob,", "hi", "best regards", NULL, CONTENT_REPLY_NONE,
	    4, 0 },
	{ "top", SPAN_INIT("Sure.\n\nThx!\nAl\n\nOn Monday Bob wrote:\n> a\n"
	    "> b\n"), "Sure.", NULL, "thx", "On Monday Bob wrote:",
	    CONTENT_REPLY_TOP, 6, 2 },
	{ "bottom", SPAN_INIT("On Monday Bob wrote:\n> a\n\nHallo Bob,\nja\n"
	    "MfG Al\n"), "Hallo Bob,", "hallo", "mfg al",
	    "On Monday Bob wrote:", CONTENT_REPLY_BOTTOM, 5, 1 },
	{ "attribution in two lines", SPAN_INIT("On Monday, 1 January,\nBob "
	    "<b@a.example> wrote:\n> a\nyes\n"), NULL, NULL, NULL,
	    "Bob <b@a.example> wrote:", CONTENT_REPLY_BOTTOM, 4, 1 },
	{ "inline", SPAN_INIT("Bob wrote:\n> a\nyes\n> b\nno\n"), NULL, NULL,
	    NULL, "Bob wrote:", CONTENT_REPLY_INLINE, 5, 2 },
	{ "no greeting in a long line", SPAN_INIT("Hello is the word with "
	    "which many of them begin\n"), "Hello is the word with which many "
	    "of them begin", NULL, NULL, NULL, CONTENT_REPLY_NONE, 1, 0 },
	{ "no sign-off", SPAN_INIT("Bring it here\nThe breakfast\n"),
	    "Bring it here", NULL, NULL, NULL, CONTENT_REPLY_NONE, 2, 0 },
	{ "empty", SPAN_INIT("\n \n"), NULL, NULL, NULL, NULL,
	    CONTENT_REPLY_NONE, 0, 0 },
};

#define L60 "aaaa aaaa. aaaa aaaa. aaaa aaaa. aaaa aaaa. aaaa aaaa. aaaa"

static void
test_shape(struct arena *a)
{
	struct content_style s;

	style_read(&s, SPAN(L60 "\n" L60 " x\n" L60 "\nab\n-- \nAl\nCEO\n"),
	    a);
	T_OK(s.wrap == 61 && !s.double_space, "wrapped");
	T_OK(s.delimiter && s.lines == 4, "the signature is no text");
	T_SPAN(s.signature, SPAN("Al\nCEO"), "signature");
	style_read(&s, SPAN("A.  B.  C.  D. E\n"), a);
	T_OK(s.double_space && s.wrap == 0 && !s.delimiter, "two spaces");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *label = cases[i].label, *first = cases[i].first;
		struct content_style s;

		style_read(&s, cases[i].in, &a);
		if (first != NULL)
			T_SPAN(s.first_line, assay_cstr(first), label);
		T_SPAN(s.greeting, assay_cstr(cases[i].greeting), label);
		T_SPAN(s.sign_off, assay_cstr(cases[i].sign_off), label);
		T_SPAN(s.attribution, assay_cstr(cases[i].attribution),
		    label);
		T_INT(s.reply, cases[i].reply, label);
		T_OK(s.lines == cases[i].lines &&
		    s.quoted == cases[i].quoted, label);
	}
	test_shape(&a);
	arena_free(&a);
	return t_done();
}
