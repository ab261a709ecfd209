/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to facts, whole and in pieces of every size. */
#include "facts/stream.h"

#include "test/facts_fixture.h"
#include "test/t.h"

#define DATE "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
#define GOOD "From: a@x.test\r\n" DATE "\r\n"

static const struct {
	const char *label;
	struct span in;
	const char *findings, *authors;
} cases[] = {
	{ "plain", SPAN_INIT(GOOD "hello\r\n"), "", "x.test" },
	{ "A6 two From", SPAN_INIT("From: <first@attack.example>\r\n"
	    "From: <admin@legit.example>\r\n" DATE "\r\n"),
	    "S1:from-multiple", "attack.example legit.example!" },
	{ "A7a", SPAN_INIT(" From: <first@attack.example>\r\n"
	    "From: <admin@legit.example>\r\n" DATE "\r\n"),
	    "S1:from-multiple S1:header-starts-with-space",
	    "legit.example!" },
	{ "A7b alone", SPAN_INIT("From : <admin@legit.example>\r\n" DATE
	    "\r\n"), "S3:space-before-colon", "legit.example" },
	{ "A7b with another", SPAN_INIT("From : <admin@legit.example>\r\n"
	    "From: b@y.test\r\n" DATE "\r\n"),
	    "S1:from-multiple S3:space-before-colon",
	    "legit.example y.test!" },
	{ "A7c", SPAN_INIT("From\r\n : <first@attack.example>\r\n"
	    "From: <admin@legit.example>\r\n" DATE "\r\n"),
	    "S1:from-folded-name S1:from-multiple", "legit.example!" },
	{ "A7c alone", SPAN_INIT("From\r\n : <a@x.test>\r\n" DATE "\r\n"),
	    "S1:from-folded-name", "!" },
	{ "A7d case", SPAN_INIT("fRoM: a@x.test\r\n" DATE "\r\n"), "",
	    "x.test" },
	{ "A7d NUL", SPAN_INIT("From\0: a@x.test\r\n" DATE "\r\n"),
	    "S1:from-odd-name S2:header-nul", "!" },
	{ "A7d 8-bit", SPAN_INIT("From\xff: a@x.test\r\nFrom: b@y.test\r\n"
	    DATE "\r\n"), "S1:from-odd-name S1:from-multiple", "y.test!" },
	{ "A7d BOM", SPAN_INIT("\xef\xbb\xbf" "From: a@x.test\r\n" DATE
	    "\r\n"), "S1:from-odd-name", "!" },
	{ "A8", SPAN_INIT("Sender: <admin@legit.example>\r\n" DATE "\r\n"),
	    "S1:from-missing", "!" },
	{ "A8 Resent-From", SPAN_INIT("Resent-From: <a@x.test>\r\n" DATE
	    "\r\n"), "S1:from-missing", "!" },
	{ "A9", SPAN_INIT("From: <first@attack.example>, "
	    "<admin@legit.example>\r\nSender: a@x.test\r\n" DATE "\r\n"),
	    "S2:from-several-domains", "attack.example legit.example" },
	{ "A9 one domain twice", SPAN_INIT("From: a@x.test, b@X.TEST\r\n"
	    DATE "\r\n"), "S3:sender-missing", "x.test" },
	{ "A10 first", SPAN_INIT("From: "
	    "=?utf-8?B?PGFkbWluQGxlZ2l0LmV4YW1wbGU+?=, "
	    "<second@attack.example>\r\n" DATE "\r\n"),
	    "S1:from-no-address S1:from-encoded-address", "!" },
	{ "A10 second", SPAN_INIT("From: "
	    "=?utf-8?B?PGFkbWluQGxlZ2l0LmV4YW1wbGU+?=\r\n" DATE "\r\n"),
	    "S1:from-no-address S1:from-encoded-address", "!" },
	{ "A10 as a display name", SPAN_INIT("From: "
	    "=?utf-8?B?PGFkbWluQGxlZ2l0LmV4YW1wbGU+?= "
	    "<second@attack.example>\r\n" DATE "\r\n"),
	    "S3:display-name-address", "attack.example" },
	{ "A11", SPAN_INIT("From: <@attack.example,@any.com:"
	    "admin@legit.example>\r\n" DATE "\r\n"),
	    "S1:from-source-route", "legit.example!" },
	{ "A12", SPAN_INIT("From: <admin@legit.example>\\,"
	    "<second@attack.example>\r\n" DATE "\r\n"),
	    "S1:from-trailing-text", "!" },
	{ "A13b", SPAN_INIT("From: <any@attack.example>admin@legit.example"
	    "\r\n" DATE "\r\n"), "S1:from-trailing-text", "!" },
	{ "A13c", SPAN_INIT("From: \"admin@legit.example\" "
	    "<x@attack.example>\r\n" DATE "\r\n"),
	    "S3:display-name-address", "attack.example" },
	{ "A13c same domain", SPAN_INIT("From: \"a@x.test\" <a@x.test>\r\n"
	    DATE "\r\n"), "", "x.test" },
	{ "B1", SPAN_INIT("From: admin@legit.example\xe2\x80\x80\r\n" DATE
	    "\r\n"), "S1:from-bad-domain", "!" },
	{ "Mailsploit", SPAN_INIT("From: "
	    "=?utf-8?b?cG90dXNAbGVnaXQuZXhhbXBsZQA=?= "
	    "<x@attack.example>\r\n" DATE "\r\n"),
	    "S2:display-name-control S3:display-name-address",
	    "attack.example" },
	{ "bidi in a display name", SPAN_INIT("From: "
	    "\"\xe2\x80\xaetset\" <a@x.test>\r\n" DATE "\r\n"),
	    "S3:display-name-invisible", "x.test" },
	{ "group", SPAN_INIT("From: legit: admin@legit.example, "
	    "x@attack.example;\r\nSender: a@x.test\r\n" DATE "\r\n"),
	    "S2:from-several-domains", "legit.example attack.example" },
	{ "empty group", SPAN_INIT("From: undisclosed:;\r\n" DATE "\r\n"),
	    "S1:from-no-address", "!" },
	{ "domain literal", SPAN_INIT("From: a@[192.0.2.1]\r\n" DATE
	    "\r\n"), "S1:from-domain-literal", "!" },
	{ "four domains", SPAN_INIT("From: a@a.test,a@b.test,a@c.test,"
	    "a@d.test,a@e.test\r\nSender: a@x.test\r\n" DATE "\r\n"),
	    "S1:from-limit S2:from-several-domains",
	    "a.test b.test c.test!" },
	{ "encoded-word as an address",
	    SPAN_INIT("From: <=?utf-8?Q?a?=@x.test>\r\n" DATE "\r\n"),
	    "S1:from-encoded-address", "x.test!" },
	{ "Latin-1 beside the address",
	    SPAN_INIT("From: J\xf6rg <a@x.test>\r\n" DATE "\r\n"),
	    "S2:from-raw-8bit", "x.test" },
	{ "A15", SPAN_INIT("Subject: a\r\nFrom: a@x.test\r\nsubject: b\r\n"
	    "Subject: c\r\n" DATE "\r\n"), "S2:duplicate-field", "x.test" },
	{ "From behind a bare LF", SPAN_INIT("Subject: a\nFrom: b@y.test\r\n"
	    GOOD), "S2:header-bare-newline S1:from-hidden", "x.test!" },
	{ "From behind a bare CR", SPAN_INIT("Subject: a\rfrom : b@y.test"
	    "\r\n" GOOD), "S2:header-bare-newline S1:from-hidden",
	    "x.test!" },
	{ "From behind LF LF", SPAN_INIT("X: y\n\nhello\r\n" GOOD),
	    "S1:from-hidden S2:header-bare-newline", "x.test!" },
	{ "LF LF behind From", SPAN_INIT("From: a@x.test\r\nX: y\n\nhello"
	    "\r\n" DATE "\r\n"), "S2:header-bare-newline", "x.test" },
	{ "From behind a bare LF, in pieces", SPAN_INIT("X: y\n\0Fr\noM \r\n"
	    "\t: b@y.test\r\n" GOOD),
	    "S2:header-bare-newline S2:header-nul S1:from-hidden",
	    "x.test!" },
	{ "no From behind a bare LF", SPAN_INIT("X: y\nFro: z\0Froom: z\n"
	    "From-X: z\nXFrom: z\nFrom\r\n" GOOD),
	    "S2:header-bare-newline S2:header-nul", "x.test" },
	{ "empty name", SPAN_INIT(": y\r\n" GOOD), "S2:odd-field-name",
	    "x.test" },
	{ "From behind a broken line", SPAN_INIT("hello\r\n" GOOD),
	    "S1:from-hidden S2:line-not-a-field", "x.test!" },
	{ "broken line below From", SPAN_INIT("From: a@x.test\r\nhello\r\n"
	    DATE "\r\n"), "S2:line-not-a-field", "x.test" },
	{ "odd name", SPAN_INIT("Fr\xc3\xb6m: b\r\n" GOOD),
	    "S2:odd-field-name", "x.test" },
	{ "no body", SPAN_INIT("From: a@x.test\r\n" DATE),
	    "S3:header-not-ended", "x.test" },
	{ "no Date", SPAN_INIT("From: a@x.test\r\n\r\n"), "S3:date-missing",
	    "x.test" },
	{ "nothing", SPAN_INIT(""),
	    "S1:from-missing S3:date-missing S3:header-not-ended", "!" },
	{ "bare LF in the body", SPAN_INIT(GOOD "a\nb\r\n"),
	    "S3:bare-newline", "x.test" },
	{ "bare CR in the body", SPAN_INIT(GOOD "a\rb\r\n"),
	    "S3:bare-newline", "x.test" },
	{ "CR at the very end", SPAN_INIT(GOOD "a\r\n\r"),
	    "S3:bare-newline", "x.test" },
	{ "NUL in the body", SPAN_INIT(GOOD "a\0b\r\n"), "S3:body-nul",
	    "x.test" },
	{ "dot lines with CRLF", SPAN_INIT(GOOD "a\r\n.\r\nMAIL FROM:<b>"),
	    "", "x.test" },
	{ "smuggling \\n.\\n", SPAN_INIT(GOOD
	    "a\n.\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "smuggling \\n.\\r\\n", SPAN_INIT(GOOD "a\n.\r\nmail from:<a@b>"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "smuggling \\r\\n.\\n", SPAN_INIT(GOOD "a\r\n.\nEHLO x\r\n"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "smuggling \\r\\n.\\r", SPAN_INIT(GOOD "a\r\n.\rMAIL FROM:<>"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "smuggling \\r.\\r\\n", SPAN_INIT(GOOD "a\r.\r\nMAIL FROM:<>"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "smuggling \\r\\n.\\r\\r\\n", SPAN_INIT(GOOD
	    "a\r\n.\r\r\nMAIL FROM:<>"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "smuggling \\r\\n\\0.\\r\\n", SPAN_INIT(GOOD
	    "a\r\n\0.\r\nMAIL FROM:<>"),
	    "S3:body-nul S2:end-of-data-look-alike S1:smuggling-pattern",
	    "x.test!" },
	{ "smuggling at the start of the body",
	    SPAN_INIT(GOOD ".\nMAIL FROM:<>"),
	    "S3:bare-newline S2:end-of-data-look-alike "
	    "S1:smuggling-pattern", "x.test!" },
	{ "lone dot, no command", SPAN_INIT(GOOD "a\n.\nbye\r\n"),
	    "S3:bare-newline S2:end-of-data-look-alike", "x.test" },
	{ "dot at the end of a sentence", SPAN_INIT(GOOD "a.\nb\n.c\r\n"),
	    "S3:bare-newline", "x.test" },
};

static void
one(struct arena *a, size_t i)
{
	struct facts f = facts_of(cases[i].in, (struct feed){ .step = 0 },
	    a);
	struct span whole = facts_print(&f, a);
	struct buf b = arena_buf(a, 1000), authors = arena_buf(a, 1000);
	bool same = true;

	facts_put_findings(&b, &f, false);
	facts_put_authors(&authors, &f);
	T_SPAN(buf_span(&b), assay_cstr(cases[i].findings), cases[i].label);
	T_SPAN(buf_span(&authors), assay_cstr(cases[i].authors),
	    cases[i].label);
	for (size_t step = 1; step < 40; step++) {
		struct facts g = facts_of(cases[i].in,
		    (struct feed){ .step = step }, a);

		same &= span_eq(whole, facts_print(&g, a));
	}
	T_OK(same, cases[i].label);
}

static void
lf_files(struct arena *a)
{
	struct span crlf = SPAN(GOOD "a\r\n.\r\nb\r\n");
	struct span lf = SPAN("From: a@x.test\nDate: Thu, 1 Jan 2026 00:00:00"
	    " +0000\n\na\n.\r\nb\n");
	struct facts f = facts_of(crlf, (struct feed){ .lf_input = true }, a);
	struct buf b = arena_buf(a, 1000);

	T_OK(!f.lf_input && f.n_finding == 0, "CRLF read as a file");
	for (size_t step = 0; step < 20; step++) {
		struct facts g = facts_of(lf, (struct feed){
		    .lf_input = true, .step = step }, a);

		T_OK(g.lf_input && g.header_bytes == f.header_bytes &&
		    g.body_bytes == f.body_bytes &&
		    g.from.n_author == 1, "LF read as CRLF");
		b.len = 0;
		facts_put_findings(&b, &g, false);
		T_SPAN(buf_span(&b), SPAN("S3:lf-line-ends"), "and said");
	}
}

static void
limits(struct arena *a)
{
	struct buf b = arena_buf(a, 4 << 20);
	struct facts f;

	buf_str(&b, GOOD);
	f = facts_of(buf_span(&b), (struct feed){ .header_bytes = b.len },
	    a);
	T_OK(!f.from.unusable, "header of just the limit");
	for (size_t step = 0; step < 70; step++) {
		f = facts_of(buf_span(&b), (struct feed){ .step = step,
		    .header_bytes = b.len - 1 }, a);
		T_OK(f.from.unusable && f.finding[0].reason ==
		    ASSAY_R_HEADER_LIMIT && f.body_bytes == 1 &&
		    f.from.n_author == 1, "one octet above it");
	}
	f = facts_of(buf_span(&b), (struct feed){ .header_fields = 1 }, a);
	T_OK(f.from.unusable, "too many fields");
	b.len = 0;
	buf_str(&b, "Subject: ");
	for (unsigned i = 0; i < LIMIT_HEADER_LINE; i++)
		buf_byte(&b, 'a');
	buf_str(&b, "\r\n" GOOD);
	f = facts_of(buf_span(&b), (struct feed){ .step = 0 }, a);
	T_OK(f.from.unusable && f.finding[0].reason ==
	    ASSAY_R_HEADER_LINE_LIMIT, "a long line");
	b.len = 0;
	for (int i = 0; i < 100000; i++)
		buf_str(&b, "From: a@x.test\r\n");
	f = facts_of(buf_span(&b), (struct feed){ .step = 1000 }, a);
	T_OK(f.from.unusable && f.fields == LIMIT_HEADER_FIELDS &&
	    f.from.n_author == 1, "100,000 From fields");
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
	lf_files(&a);
	arena_free(&a);
	arena_init(&a, 64 << 20);
	limits(&a);
	arena_free(&a);
	return t_done();
}
