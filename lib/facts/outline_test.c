/* SPDX-License-Identifier: Apache-2.0 */
/* Outlines through the stream, whole and in pieces. */
#include "facts/outline.h"

#include "test/facts_fixture.h"
#include "test/t.h"

#define HEAD "From: a@x.test\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define HTML "Content-Type: text/html\r\n\r\n"

static const struct {
	const char *label;
	struct span in;
	const char *parts;	/* depth:type, "*" for an attachment */
	const char *findings;
} cases[] = {
	{ "no MIME", SPAN_INIT(HEAD "\r\nhello\r\n--b\r\n"),
	    "0:text/plain", "" },
	{ "type of its own", SPAN_INIT(HEAD "Content-Type: TEXT/HTML; "
	    "charset=utf-8\r\n\r\n--b\r\n"), "0:text/html", "" },
	{ "two parts", SPAN_INIT(MIXED "preamble\r\n--b\r\n\r\nhi\r\n--b\r\n"
	    HTML "<p>\r\n--b--\r\nepilogue\r\n--b\r\n" HTML),
	    "0:multipart/mixed 1:text/plain 1:text/html", "" },
	{ "body begins with the boundary", SPAN_INIT(MIXED "--b\r\n" HTML
	    "x\r\n--b--\r\n"), "0:multipart/mixed 1:text/html", "" },
	{ "not a boundary", SPAN_INIT(MIXED "--bb\r\n\r\n--\r\n--b x\r\n"
	    "x--b\r\n"), "0:multipart/mixed", "" },
	{ "white space behind it", SPAN_INIT(MIXED "--b \t \r\n" HTML
	    "x\r\n--b-- \r\n"), "0:multipart/mixed 1:text/html", "" },
	{ "LF alone", SPAN_INIT(MIXED "--b\nContent-Type: text/html\r\n\r\n"
	    "--b--\n"), "0:multipart/mixed 1:text/html",
	    "S3:bare-newline" },
	{ "nested", SPAN_INIT(MIXED "--b\r\nContent-Type: "
	    "multipart/alternative;\r\n boundary=\"c d\"\r\n\r\n--c d\r\n\r\n"
	    "one\r\n--c d\r\n" HTML "two\r\n--c d--\r\n--b\r\n\r\nthree\r\n"
	    "--b--\r\n"), "0:multipart/mixed 1:multipart/alternative "
	    "2:text/plain 2:text/html 1:text/plain", "" },
	{ "outer boundary ends the inner", SPAN_INIT(MIXED "--b\r\n"
	    "Content-Type: multipart/alternative; boundary=c\r\n\r\n"
	    "--c\r\n" HTML "x\r\n--b\r\n\r\n--c\r\n" HTML),
	    "0:multipart/mixed 1:multipart/alternative 2:text/html "
	    "1:text/plain", "" },
	{ "attachments", SPAN_INIT(MIXED "--b\r\nContent-Disposition: "
	    "attachment\r\n\r\n--b\r\nContent-Type: image/png; name=a\r\n"
	    "\r\n--b\r\nContent-Disposition: inline; filename*=utf-8''x"
	    "\r\n\r\n--b\r\nContent-Disposition: inline\r\n\r\n"),
	    "0:multipart/mixed 1:text/plain* 1:image/png* 1:text/plain* "
	    "1:text/plain", "" },
	{ "message in a message", SPAN_INIT(MIXED "--b\r\nContent-Type: "
	    "message/rfc822\r\n\r\nSubject: x\r\nContent-Type: text/html\r\n"
	    "\r\nhi\r\n--b--\r\n"),
	    "0:multipart/mixed 1:message/rfc822 2:text/html", "" },
	{ "a message that is one", SPAN_INIT(HEAD "Content-Type: "
	    "message/rfc822\r\n\r\nSubject: x\r\n\r\nhi\r\n"),
	    "0:message/rfc822 1:text/plain", "" },
	{ "digest", SPAN_INIT(HEAD "Content-Type: multipart/digest; "
	    "boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\nhi\r\n--b--"),
	    "0:multipart/digest 1:message/rfc822 2:text/plain", "" },
	{ "no boundary", SPAN_INIT(HEAD "Content-Type: multipart/mixed\r\n"
	    "\r\n--b\r\n"), "0:multipart/mixed", "S3:mime-no-boundary" },
	{ "unreadable type", SPAN_INIT(HEAD "Content-Type: html\r\n\r\n"),
	    "0:text/plain", "" },
	{ "boundary in a part's header", SPAN_INIT(MIXED "--b\r\n"
	    "X: y\r\n--b\r\n" HTML), "0:multipart/mixed 1:text/html", "" },
	{ "cut inside a part's header", SPAN_INIT(MIXED "--b\r\n"
	    "Content-Type: text/html\r\n"),
	    "0:multipart/mixed 1:text/html", "" },
};

static void
one(struct arena *a, size_t i)
{
	struct facts f = facts_of(cases[i].in, (struct feed){ .step = 0 },
	    a);
	struct span whole = facts_print(&f, a);
	struct buf b = arena_buf(a, 1000), c = arena_buf(a, 1000);
	bool same = true;

	facts_put_parts(&b, &f, false);
	facts_put_findings(&c, &f, false);
	T_SPAN(buf_span(&b), assay_cstr(cases[i].parts), cases[i].label);
	T_SPAN(buf_span(&c), assay_cstr(cases[i].findings), cases[i].label);
	for (size_t step = 1; step < 60; step++) {
		struct facts g = facts_of(cases[i].in,
		    (struct feed){ .step = step }, a);

		same &= span_eq(whole, facts_print(&g, a));
	}
	T_OK(same, cases[i].label);
}

static void
places(struct arena *a)
{
	struct span in = SPAN(MIXED "--b\r\n\r\nhi\r\n--b\r\n" HTML
	    "<p>\r\n\r\n"
	    "--b--\r\nend");
	struct facts f = facts_of(in, (struct feed){ .step = 0 }, a);

	T_INT(f.n_part, 3, "three parts");
	T_SPAN(span_slice(in, f.part[0].place.at, f.part[0].place.at +
	    f.part[0].place.len), span_skip(in, f.header_bytes + 2), "all");
	T_SPAN(span_slice(in, f.part[1].place.at, f.part[1].place.at +
	    f.part[1].place.len), SPAN("hi"), "first");
	T_SPAN(span_slice(in, f.part[2].place.at, f.part[2].place.at +
	    f.part[2].place.len), SPAN("<p>\r\n"), "second");
}

static void
limits(struct arena *a)
{
	struct buf b = arena_buf(a, 1 << 20);
	struct facts f;
	struct span whole;

	buf_str(&b, MIXED);
	for (unsigned i = 0; i < LIMIT_MIME_PARTS + 50; i++)
		buf_str(&b, "--b\r\n\r\nx\r\n");
	f = facts_of(buf_span(&b), (struct feed){ .step = 0 }, a);
	T_OK(f.n_part == LIMIT_MIME_PARTS && f.n_finding == 1 &&
	    f.finding[0].reason == ASSAY_R_MIME_LIMIT, "many parts");
	b.len = 0;
	buf_str(&b, MIXED "--b\r\n");
	for (unsigned i = 0; i < 100; i++)
		buf_str(&b, "Content-Type: multipart/mixed; boundary=b\r\n"
		    "\r\n--b\r\n");
	f = facts_of(buf_span(&b), (struct feed){ .step = 0 }, a);
	T_OK(f.n_part <= LIMIT_MIME_PARTS && f.n_finding == 1 &&
	    f.finding[0].reason == ASSAY_R_MIME_LIMIT, "many levels");
	b.len = 0;
	buf_str(&b, MIXED "--b\r\nX: ");
	for (unsigned i = 0; i < LIMIT_PART_HEADER; i++)
		buf_byte(&b, 'x');
	buf_str(&b, "\r\n" HTML "hi\r\n");
	f = facts_of(buf_span(&b), (struct feed){ .step = 0 }, a);
	whole = facts_print(&f, a);
	T_OK(f.n_part == 2 && span_eq(f.part[1].type, SPAN("text/html")),
	    "a long line in a part's header is passed over");
	f = facts_of(buf_span(&b), (struct feed){ .step = 7 }, a);
	T_SPAN(facts_print(&f, a), whole, "... in pieces too");
}

int
main(void)
{
	struct arena a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		arena_init(&a, 64 << 20);
		one(&a, i);
		arena_free(&a);
	}
	arena_init(&a, 64 << 20);
	places(&a);
	limits(&a);
	arena_free(&a);
	return t_done();
}
