/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mime.h"

#include "test/t.h"
#include "wire/encword.h"

static const struct {
	const char *label;
	struct span in;
	const char *type, *boundary;
	bool named, bad;
} cases[] = {
	{ "plain", SPAN_INIT(" text/plain"), "text/plain", NULL, false,
	    false },
	{ "case", SPAN_INIT("Text/HTML; charset=x"), "text/html", NULL,
	    false, false },
	{ "comments", SPAN_INIT("(a(b)) text (c) / (d) plain (e)"),
	    "text/plain", NULL, false, false },
	{ "boundary", SPAN_INIT("multipart/mixed; boundary=abc"),
	    "multipart/mixed", "abc", false, false },
	{ "quoted, folded", SPAN_INIT("multipart/mixed;\r\n\tboundary="
	    "\"a b=c\""), "multipart/mixed", "a b=c", false, false },
	{ "quoted pairs", SPAN_INIT("multipart/mixed; boundary=\"a\\\"\\\\b\""),
	    "multipart/mixed", "a\"\\b", false, false },
	{ "semicolon in quotes", SPAN_INIT("multipart/mixed; x=\";boundary=a"
	    "\"; boundary=b"), "multipart/mixed", "b", false, false },
	{ "first counts", SPAN_INIT("multipart/mixed; boundary=a; boundary=b"),
	    "multipart/mixed", "a", false, false },
	{ "junk between", SPAN_INIT("multipart/mixed; ;; =; x; boundary=a"),
	    "multipart/mixed", "a", false, false },
	{ "space round the sign", SPAN_INIT("multipart/mixed; BOUNDARY = a"),
	    "multipart/mixed", "a", false, false },
	{ "empty boundary", SPAN_INIT("multipart/mixed; boundary=\"\""),
	    "multipart/mixed", NULL, false, false },
	{ "not of a multipart", SPAN_INIT("text/plain; boundary=a"),
	    "text/plain", NULL, false, false },
	{ "name", SPAN_INIT("image/png; name*0=\"a\""), "image/png", NULL,
	    true, false },
	{ "open quote", SPAN_INIT("multipart/mixed; boundary=\"a"),
	    "multipart/mixed", "a", false, false },
	{ "open comment", SPAN_INIT("text/(plain"), "text/plain", NULL,
	    false, true },
	{ "no subtype", SPAN_INIT("text"), "text/plain", NULL, false, true },
	{ "empty", SPAN_INIT(""), "text/plain", NULL, false, true },
	{ "NUL", SPAN_INIT("text/\0plain"), "text/plain", NULL, false,
	    true },
};

static const struct {
	const char *label;
	struct span in;
	const char *name;
} names[] = {
	{ "none", SPAN_INIT("a/b; names=x"), NULL },
	{ "token", SPAN_INIT("a/b; NAME=r!d!1!2.xml.gz"), "r!d!1!2.xml.gz" },
	{ "quoted", SPAN_INIT("a/b; name=\"a \\\"b\r\n c\""), "a \"b c" },
	{ "encoded-word", SPAN_INIT("a/b; name=\"=?utf-8?Q?=C3=A4_b?=\""),
	    "\xc3\xa4 b" },
	{ "extended", SPAN_INIT("a/b; name=x; name*=utf-8'de'%C3%a4%zz"),
	    "\xc3\xa4%zz" },
	{ "other charset", SPAN_INIT("a/b; name*=iso-8859-1''%e4"),
	    "\xc3\xa4" },
	{ "sections, any order", SPAN_INIT("a/b; name*1*=%62; name*2=%63; "
	    "name*0*=us-ascii''a"), "ab%63" },
	{ "sections, plain", SPAN_INIT("a/b; name*0=\"a'b'\"; name*1=c"),
	    "a'b'c" },
	{ "a section is missing", SPAN_INIT("a/b; name*1=c"), NULL },
	{ "controls and what hides", SPAN_INIT("a/b; name*=utf-8''a%00%0d"
	    "%0a%E2%80%AEb"), "ab" },
};

int
main(void)
{
	struct mime_disposition d;
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mime_type t;

		mime_type_read(&t, cases[i].in, &a);
		T_SPAN(t.type, assay_cstr(cases[i].type), cases[i].label);
		T_SPAN(t.boundary, assay_cstr(cases[i].boundary),
		    cases[i].label);
		T_OK(t.named == cases[i].named && t.bad == cases[i].bad,
		    cases[i].label);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		T_SPAN(mime_param(names[i].in, SPAN("name"), &a),
		    assay_cstr(names[i].name), names[i].label);
	mime_disposition_read(&d, SPAN(" Attachment; filename=\"a\""));
	T_OK(d.attachment && d.named, "attachment");
	mime_disposition_read(&d, SPAN("inline; filename*0*=utf-8''a"));
	T_OK(!d.attachment && d.named, "inline with a name");
	mime_disposition_read(&d, SPAN("attachments; x=\"filename=a\""));
	T_OK(!d.attachment && !d.named, "neither");
	{
		struct encword_seen seen;

		(void)mime_param_seen(SPAN("a/b; name*=utf-8''a%E2%80%AEb"),
		    SPAN("name"), &seen, &a);
		T_OK(seen.bidi && seen.hidden && !seen.control, "turns round");
		(void)mime_param_seen(SPAN("a/b; name=\"=?utf-8?Q?a=E2=80=8Bb"
		    "?=\""), SPAN("name"), &seen, &a);
		T_OK(!seen.bidi && seen.hidden, "does not show");
		(void)mime_param_seen(SPAN("a/b; name=a"), SPAN("name"), &seen,
		    &a);
		T_OK(!seen.bidi && !seen.hidden && !seen.control, "plain");
	}
	arena_free(&a);
	return t_done();
}
