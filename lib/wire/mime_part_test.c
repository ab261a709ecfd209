/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mime_part.h"

#include "test/t.h"

#define MIXED "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
#define INNER "Content-Type: multipart/alternative; boundary=c\n\n"

static const struct {
	const char *label;
	struct span in;
	const char *parts;	/* "depth type name {content};", "!": cut */
} cases[] = {
	{ "no MIME", SPAN_INIT("Subject: x\r\n\r\nhi\r\n--b\r\n"),
	    "0 text/plain {hi\r\n--b\r\n};" },
	{ "two parts, LF", SPAN_INIT(MIXED "pre\n--b\n\nhi\n\n--b\n"
	    "Content-Type: text/xml; name=\"a.xml\"\n\n<a/>\n--b--\nepi\n"
	    "--b\n\nx\n"), "1 text/plain {hi\n};1 text/xml a.xml {<a/>};" },
	{ "two parts, CRLF", SPAN_INIT("Content-Type: multipart/mixed;"
	    "\r\n boundary=\"b\"\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n\r\nho\r\n"
	    "--b--\r\n"), "1 text/plain {hi};1 text/plain {ho};" },
	{ "nested", SPAN_INIT(MIXED "--b\n" INNER "--c\n\n1\n--c\n\n2\n"
	    "--c--\n--b\n\n3\n--b--\n"),
	    "2 text/plain {1};2 text/plain {2};1 text/plain {3};" },
	{ "outer boundary ends the inner", SPAN_INIT(MIXED "--b\n" INNER
	    "--c\n\n1\n--b\n\n2\n--c\n\nx\n--b--\n"),
	    "2 text/plain {1};1 text/plain {2\n--c\n\nx};" },
	{ "boundary in a part's header", SPAN_INIT(MIXED "--b\nX: y\n--b\n\n1"
	    "\n--b--"), "1 text/plain {1};" },
	{ "not a boundary", SPAN_INIT(MIXED "--b\n\n1\n--bb\n--\n --b\n--b \n"
	    "\n2\n--b-- \t\n"), "1 text/plain {1\n--bb\n--\n --b};"
	    "1 text/plain {2};" },
	{ "the last boundary is missing", SPAN_INIT(MIXED "--b\n\n1\n"),
	    "1 text/plain {1\n}!;" },
	{ "ends behind a boundary", SPAN_INIT(MIXED "--b\n\n1\n--b\n"),
	    "1 text/plain {1};" },
	{ "ends in a header", SPAN_INIT(MIXED "--b\nContent-Type: a/b"),
	    "1 a/b {}!;" },
	{ "an empty part", SPAN_INIT(MIXED "--b\n\n--b--\n"),
	    "1 text/plain {};" },
	{ "no boundary is met", SPAN_INIT(MIXED "--x\n\n1\n"),
	    "1 text/plain {--x\n\n1\n}!;" },
	{ "... inside", SPAN_INIT(MIXED "--b\n" INNER "1\n--b--\n"),
	    "2 text/plain {1};" },
	{ "the end of the outer one is missing", SPAN_INIT(MIXED "--b\n" INNER
	    "--c\n\n1\n--c--\nbetween\n"), "2 text/plain {1};" },
	{ "no boundary is named", SPAN_INIT("Content-Type: multipart/mixed\n"
	    "\n--b\n\n1\n"), "0 multipart/mixed {--b\n\n1\n};" },
	{ "a message", SPAN_INIT(MIXED "--b\nContent-Type: message/rfc822\n\n"
	    MIXED "--b\n\n1\n--b--\n--b--\n"),
	    "3 text/plain {1};" },
	{ "an encoded message", SPAN_INIT(MIXED "--b\nContent-Type: "
	    "message/rfc822\nContent-Transfer-Encoding: base64\n\neA==\n"
	    "--b--\n"), "1 message/rfc822 {eA==};" },
	{ "digest", SPAN_INIT("Content-Type: multipart/digest; boundary=b\n\n"
	    "--b\n\nSubject: x\n\nhi\n--b--\n"),
	    "2 text/plain {hi};" },
	{ "empty lines before the header", SPAN_INIT("\r\n\n" MIXED
	    "--b\n\n1\n--b--"), "1 text/plain {1};" },
	{ "mbox", SPAN_INIT("From a@x.test Tue Apr 30 02:09:16 2019\n" MIXED
	    "--b\n\n1\n--b--"), "1 text/plain {1};" },
	{ "names", SPAN_INIT(MIXED "--b\nContent-Type: a/b; name=x\n"
	    "Content-Disposition: attachment;\n filename*0*=utf-8''%c3%a4;\n"
	    " filename*1=\"!b\"\n\n--b\nContent-Disposition: inline;"
	    " filename=\"=?utf-8?B?w6Q=?= \\\"c\x07\"\n\n--b--"),
	    "1 a/b \xc3\xa4!b {};1 text/plain \xc3\xa4 \"c {};" },
	{ "nothing", SPAN_INIT(""), "" },
};

static struct span
walk(struct buf *b, struct span in, bool into)
{
	struct part_walk w;
	struct part p;
	struct arena a;

	arena_init(&a, 1 << 20);
	b->len = 0;
	part_walk_start(&w, in, into, &a);
	while (part_next(&w, &p)) {
		buf_u64(b, p.depth);
		buf_byte(b, ' ');
		buf_put(b, p.type);
		buf_byte(b, ' ');
		if (!span_absent(p.name)) {
			buf_put(b, p.name);
			buf_byte(b, ' ');
		}
		buf_byte(b, '{');
		buf_put(b, p.content);
		buf_str(b, p.cut ? "}!;" : "};");
	}
	if (w.why != NULL)
		buf_str(b, w.why);
	arena_free(&a);
	return buf_span(b);
}

/* Neither may cost more than a look at the octets. */
static void
limits(void)
{
	struct arena a;
	struct part_walk w;
	struct part p;
	struct buf b;
	unsigned n = 0;

	arena_init(&a, 64 << 20);
	b = arena_buf(&a, 8 << 20);
	buf_str(&b, MIXED);
	for (unsigned i = 0; i < 10000; i++)
		buf_str(&b, "--b\nContent-Type: multipart/mixed; boundary=b\n"
		    "\n");
	part_walk_start(&w, buf_span(&b), true, &a);
	T_OK(!part_next(&w, &p), "10,000 nested multiparts");
	T_SPAN(assay_cstr(w.why), SPAN("parts are nested too deeply"),
	    "... are refused");
	T_OK(w.at < 2000, "... at once");
	T_OK(!part_next(&w, &p), "... for good");
	b.len = 0;
	for (unsigned i = 0; i < 10000; i++)
		buf_str(&b, "Content-Type: message/rfc822\n\n");
	part_walk_start(&w, buf_span(&b), true, &a);
	T_OK(!part_next(&w, &p) && w.why != NULL, "10,000 nested messages");
	b.len = 0;
	buf_str(&b, MIXED);
	for (unsigned i = 0; i < 10000; i++)
		buf_str(&b, "--b\n\nx\n");
	part_walk_start(&w, buf_span(&b), true, &a);
	while (part_next(&w, &p))
		n++;
	T_OK(n <= LIMIT_REPORT_PARTS && n + 2 > LIMIT_REPORT_PARTS,
	    "10,000 parts");
	T_SPAN(assay_cstr(w.why), SPAN("there are too many parts"),
	    "... are too many");
	arena_free(&a);
}

/* Header and body apart; alternatives in alternatives are one. */
static void
alternatives(void)
{
	static const unsigned want[] = { 0, 1, 1, 1, 0, 2 };
	struct part_walk w;
	struct arena a;
	struct part p;
	size_t n = 0;

	arena_init(&a, 1 << 20);
	part_walk_split(&w, SPAN("Content-Type: multipart/mixed; boundary=b\n"),
	    SPAN("--b\n\n0\n--b\n" INNER "--c\n\n1\n--c\nContent-Type: "
	    "multipart/mixed; boundary=d\n\n--d\n\n2\n--d\n"
	    "Content-Type: multipart/alternative; boundary=e\n\n--e\n\n3\n"
	    "--e--\n--d--\n--c--\n--b\n\n4\n--b\n" INNER
	    "--c\n\n5\n--c--\n--b--\n"), &a);
	while (part_next(&w, &p) && n < 6) {
		T_INT(span_at(p.content, 0), '0' + (int)n, "part");
		T_INT(p.alternative, want[n], "its alternative");
		n++;
	}
	T_INT(n, 6, "parts");
	part_walk_split(&w, SPAN("X: y\n"), SPAN("Z: z\n\nhi"), &a);
	T_OK(part_next(&w, &p), "no multipart");
	T_SPAN(p.content, SPAN("Z: z\n\nhi"), "... its body is all of it");
	arena_free(&a);
}

int
main(void)
{
	ROOM(room, 4000);
	struct buf b = BUF_ON(room);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		T_SPAN(walk(&b, cases[i].in, true),
		    assay_cstr(cases[i].parts), cases[i].label);
	T_SPAN(walk(&b, SPAN(MIXED "--b\nContent-Type: message/rfc822\n\n"
	    "Subject: y\n\nhi\n--b--\n"), false),
	    SPAN("1 message/rfc822 {Subject: y\n\nhi};"),
	    "a message is a part where that is asked");
	alternatives();
	limits();
	return t_done();
}
