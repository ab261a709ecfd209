/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is cut out is the whole part and nothing else: every other octet stays,
 * every other part reads as it did, and what is left holds no danger.
 */
#include "content/strip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/t.h"
#include "wire/mime_part.h"

static struct arena arena;

#define HEAD "From: a@b.example\r\nSubject: bill\r\nMIME-Version: 1.0\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=\"xx\"\r\n\r\n"
#define WORDS "--xx\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
#define EXE "--xx\r\nContent-Type: application/octet-stream\r\n" \
	"Content-Transfer-Encoding: base64\r\nContent-Disposition: " \
	"attachment; filename=\"bill.exe\"\r\n\r\n" MZ "\r\n"
/* "MZ", the bytes of a DOS header, and a sentence that harms nobody */
#define MZ "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAB0aGlzIGlzIG5vIHBy" \
	"b2dyYW0="
#define PNG "--xx\r\nContent-Type: image/png; name=\"a.png\"\r\n" \
	"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUg==\r\n"
#define END "--xx--\r\nbehind\r\n"

static bool
plan(struct strip *s, struct span message)
{
	struct strip_in in = { .message = message, .by = SPAN("mx.b.example"),
		.id = SPAN("4ABC") };

	arena_reset(&arena);
	return strip_plan(s, &in, &arena);
}

static struct span
applied(const struct strip *s, struct span message)
{
	struct buf out = arena_buf(&arena, message.len + s->n * 2048 + 1);
	size_t at = 0, next = 0;
	struct span piece;

	while (!span_absent(piece = strip_piece(s, message, &at, &next)))
		buf_put(&out, piece);
	return buf_span(&out);
}

/* ---- one by one ------------------------------------------------------- */

static const struct { const char *label, *text; size_t n;
    const char *unclean; } cases[] = {
	{ "an executable", MIXED WORDS EXE END, 1, NULL },
	{ "two of them", MIXED EXE WORDS EXE PNG END, 2, NULL },
	{ "nothing", MIXED WORDS PNG END, 0, NULL },
	{ "no multipart", HEAD "\r\nHello.\r\n", 0, NULL },
	{ "by its bytes, whatever it is called", MIXED WORDS
	  "--xx\r\nContent-Type: image/png; name=a.png\r\n"
	  "Content-Transfer-Encoding: base64\r\n\r\n" MZ "\r\n" END, 1, NULL },
	{ "by its name", MIXED WORDS "--xx\r\nContent-Type: text/plain; "
	  "name=a.vbs\r\n\r\nMsgBox 1\r\n" END, 1, NULL },
	{ "a page as a file", MIXED WORDS "--xx\r\nContent-Type: text/html; "
	  "name=a.htm\r\n\r\n<html><body>log in</body></html>\r\n" END, 1,
	  NULL },
	{ "a dot behind its name", MIXED WORDS "--xx\r\nContent-Type: "
	  "application/x-a; name=\"a.vbs. \"\r\n\r\nMsgBox 1\r\n" END, 1,
	  NULL },
	{ "a quoted pair in its name", MIXED WORDS "--xx\r\nContent-Type: "
	  "application/x-a; name=\"a.v\\bs\"\r\n\r\nMsgBox 1\r\n" END, 1,
	  NULL },
	{ "one name in three ways", MIXED WORDS EXE "--xx\r\nContent-Type: "
	  "application/pdf; name=\"=?utf-8?Q?b=C3=BC.PDF?=\"\r\n"
	  "Content-Disposition: attachment; filename=\"b.pdf\"; "
	  "filename*=utf-8''b%C3%BC.pdf\r\n\r\n%PDF-1.4\r\n" END, 1, NULL },
	{ "a page as the text", MIXED "--xx\r\nContent-Type: text/html\r\n\r\n"
	  "<html><body>log in</body></html>\r\n" END, 0, NULL },
	{ "in a message in the message", MIXED WORDS
	  "--xx\r\nContent-Type: message/rfc822\r\n\r\n" HEAD
	  "Content-Type: multipart/mixed; boundary=yy\r\n\r\n"
	  "--yy\r\n\r\nhi\r\n--yy\r\nContent-Type: application/x-a; "
	  "name=b.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n" MZ
	  "\r\n--yy--\r\n" END, 1, NULL },
	{ "that is nothing else", MIXED WORDS
	  "--xx\r\nContent-Type: message/rfc822\r\n\r\n" HEAD
	  "Content-Type: application/x-a; name=b.exe\r\n"
	  "Content-Transfer-Encoding: base64\r\n\r\n" MZ "\r\n" END, 0,
	  "the message is nothing but the file" },
	{ "nothing but the file", HEAD "Content-Type: application/x-a; "
	  "name=b.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n" MZ
	  "\r\n", 0, "the message is nothing but the file" },
	{ "no end", MIXED WORDS "--xx\r\nContent-Type: application/x-a; "
	  "name=b.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n" MZ, 0,
	  "the end of the part is missing" },
	{ "two types", MIXED WORDS "--xx\r\nContent-Type: application/x-a; "
	  "name=b.exe\r\nContent-Type: image/png\r\n\r\nMZ\r\n" END, 0,
	  "a header says two things" },
	{ "two types of the message", HEAD "Content-Type: multipart/mixed; "
	  "boundary=xx\r\nContent-Type: text/plain\r\n\r\n" WORDS EXE END, 0,
	  "a header says two things" },
	{ "an encoding of nobody", MIXED WORDS "--xx\r\nContent-Type: "
	  "application/x-a; name=b.exe\r\nContent-Transfer-Encoding: x-odd"
	  "\r\n\r\nMZ\r\n" END, 0, "nobody knows the encoding of the part" },
	{ "signed (RFC 3156)", HEAD "Content-Type: multipart/signed; "
	  "boundary=zz\r\n\r\n--zz\r\nContent-Type: multipart/mixed; "
	  "boundary=xx\r\n\r\n" WORDS EXE END "\r\n--zz\r\nContent-Type: "
	  "application/pgp-signature\r\n\r\nx\r\n--zz--\r\n", 0,
	  "the part is signed or encrypted as it stands" },
	{ "beside what is signed", MIXED
	  "--xx\r\nContent-Type: multipart/signed; boundary=zz\r\n\r\n"
	  "--zz\r\n\r\nhi\r\n--zz\r\nContent-Type: application/pgp-signature"
	  "\r\n\r\nx\r\n--zz--\r\n" EXE END, 1, NULL },
	{ "a part without a line", MIXED "--xx\r\nContent-Disposition: "
	  "attachment; filename=a.exe\r\n\r\n--xx--\r\n", 1, NULL },
	{ "a part without a header", MIXED "--xx\r\n\r\nhi\r\n" EXE END, 1,
	  NULL },
};

/* What reads it afterwards: as many parts, and those that stay the same. */
static bool
parts_stay(struct span was, struct span now, const struct strip *s)
{
	struct part_walk *a = arena_alloc(&arena, sizeof(*a));
	struct part_walk *b = arena_alloc(&arena, sizeof(*b));
	struct part p, q;
	size_t n = 0;

	part_walk_start(a, was, true, &arena);
	part_walk_start(b, now, true, &arena);
	while (part_next(a, &p)) {
		size_t at = span_offset(was, p.header);

		if (!part_next(b, &q) || q.depth != p.depth)
			return false;
		if (n < s->n && s->cut[n].begin == at) {
			if (!span_eq(q.type, SPAN("text/plain")) ||
			    q.cut)
				return false;
			n++;
		} else if (!span_eq(p.header, q.header) ||
		    !span_eq(p.content, q.content)) {
			return false;
		}
	}
	return !part_next(b, &q) && n == s->n;
}

/* Every octet outside of the cuts, in its order; the cuts are the texts. */
static bool
octets_stay(struct span was, struct span now, const struct strip *s)
{
	size_t from = 0, at = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct strip_cut *c = &s->cut[i];
		size_t n = c->begin - from;

		if (c->begin < from || c->end < c->begin ||
		    !span_eq(span_slice(was, from, c->begin),
		    span_slice(now, at, at + n)) ||
		    !span_eq(c->text, span_slice(now, at + n,
		    at + n + c->text.len)))
			return false;
		from = c->end;
		at += n + c->text.len;
	}
	return span_eq(span_skip(was, from), span_skip(now, at));
}

static void
sound(struct span was, const struct strip *s, const char *label)
{
	struct span now = applied(s, was);
	struct strip again;

	T_OK(octets_stay(was, now, s), label);
	T_OK(parts_stay(was, now, s), label);
	T_OK(strip_plan(&again, &(struct strip_in){ .message = now }, &arena)
	    && again.n == 0 && again.unclean == NULL,
	    "nothing is left to be taken out");
}

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span m = assay_cstr(cases[i].text);
		struct strip s;

		T_OK(plan(&s, m), cases[i].label);
		T_INT(s.n, cases[i].n, cases[i].label);
		T_SPAN(assay_cstr(s.unclean != NULL ? s.unclean : "-"),
		    assay_cstr(cases[i].unclean != NULL ? cases[i].unclean :
		    "-"), "why not");
		if (s.unclean == NULL)
			sound(m, &s, cases[i].label);
	}
}

static void
test_text(void)
{
	struct span m = SPAN(MIXED WORDS EXE END);
	struct span t;
	struct strip s;

	(void)plan(&s, m);
	t = s.cut[0].text;
	T_OK(span_search(t, SPAN("assay at mx.b.example\r\n")) < t.len &&
	    span_search(t, SPAN("name     bill.exe\r\n")) < t.len &&
	    span_search(t, SPAN("type     exe\r\n")) < t.len &&
	    span_search(t, SPAN("why      it runs when it is opened\r\n")) <
	    t.len && span_search(t, SPAN("size     50 octets\r\n")) < t.len &&
	    span_search(t, SPAN("SHA-256  8555f99c015f"
	    "a0f236ad5c0f459fce5c2c8cb16cc33c8b37c556b2416d6222ab"
	    "\r\n")) < t.len,
	    "says who, what, why, and its SHA-256");
	T_OK(span_ends(t, SPAN("assay release 4ABC")), "and how to get it");
	T_INT(s.body, sizeof(MIXED) - 1, "where the body begins");
	T_OK(span_starts(span_skip(m, s.cut[0].begin), SPAN("Content-Type: "
	    "application/octet-stream")) && span_starts(span_skip(m,
	    s.cut[0].end), SPAN("\r\n--xx--")), "from boundary to boundary");
}

/* ---- what two readers read differently -------------------------------- */

#define JS "Content-Type: application/x-a; name=b.js\r\n\r\nvar a;\r\n"

/* Beside a file that all know, one that some reader finds: to take out the
 * first would vouch for the second. */
static const struct { const char *label, *text, *why; } doubts[] = {
	{ "two types of another part", "--xx\r\nContent-Type: text/plain\r\n"
	  "Content-Type: application/x-a; name=b.js\r\n\r\nvar a;\r\n",
	  "a header says two things" },
	{ "two types of a multipart", "--xx\r\nContent-Type: multipart/mixed; "
	  "boundary=yy\r\nContent-Type: multipart/mixed; boundary=zz\r\n"
	  "\r\n--zz\r\n" JS "--zz--\r\n--yy\r\n\r\nhi\r\n--yy--\r\n",
	  "a header says two things" },
	{ "two boundaries", "--xx\r\nContent-Type: multipart/mixed; "
	  "boundary=yy; boundary=zz\r\n\r\n--zz\r\n" JS "--zz--\r\n--yy"
	  "\r\n\r\nhi\r\n--yy--\r\n",
	  "nobody knows the boundary of its parts" },
	{ "a boundary in sections", "--xx\r\nContent-Type: multipart/mixed; "
	  "boundary*0=z; boundary*1=z\r\n\r\n--zz\r\n" JS "--zz--\r\n",
	  "nobody knows the boundary of its parts" },
	{ "no boundary at all", "--xx\r\nContent-Type: multipart/mixed\r\n\r\n"
	  "--zz\r\n" JS "--zz--\r\n",
	  "nobody knows the boundary of its parts" },
	{ "words behind a boundary", "--xx\r\n\r\nhi\r\n--xxx\r\n" JS,
	  "a line is a boundary to some readers alone" },
	{ "words behind an end", "--xx\r\n\r\nhi\r\n--xx--x\r\n",
	  "a line is a boundary to some readers alone" },
	{ "white space before a boundary", "--xx\r\n\r\nhi\r\n-- xx\r\n\r\n"
	  "hi\r\n", "a line is a boundary to some readers alone" },
	{ "... in a header", "--xx\r\nX-A: b\r\n--xxx\r\n" JS,
	  "a line is a boundary to some readers alone" },
	{ "a bare CR", "--xx\r\n\r\nhi\r--xx\r" JS,
	  "its lines end in more than one way" },
	{ "a bare LF", "--xx\r\n\r\nhi\nho\r\n",
	  "its lines end in more than one way" },
	{ "an encoded message", "--xx\r\nContent-Type: message/rfc822\r\n"
	  "Content-Transfer-Encoding: base64\r\n\r\nRnJvbTogYUBi\r\n",
	  "what has parts is encoded" },
	{ "an encoded multipart", "--xx\r\nContent-Type: multipart/mixed; "
	  "boundary=yy\r\nContent-Transfer-Encoding: base64\r\n\r\n--yy\r\n"
	  "\r\nhi\r\n--yy--\r\n", "what has parts is encoded" },
	{ "a comment before an encoding", "--xx\r\nContent-Type: "
	  "application/x-a; name=a.txt\r\nContent-Transfer-Encoding: (a) "
	  "base64\r\n\r\n" MZ "\r\n", "nobody knows the encoding of a part" },
	{ "another encoding", "--xx\r\nContent-Type: application/x-a; "
	  "name=a.txt\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nM\r\n",
	  "nobody knows the encoding of a part" },
	{ "a piece of a message", "--xx\r\nContent-Type: message/partial; "
	  "number=1; id=a\r\n\r\nTVqQ\r\n",
	  "some of it is not in this message" },
	{ "two names", "--xx\r\nContent-Type: application/x-a; name=a.js\r\n"
	  "Content-Disposition: attachment; filename=a.txt\r\n\r\nvar a;\r\n",
	  "a file has two names" },
	{ "two names in one field", "--xx\r\nContent-Disposition: attachment; "
	  "filename=a.txt; filename=a.js\r\n\r\nvar a;\r\n",
	  "a file has two names" },
	{ "two names, one of RFC 2231", "--xx\r\nContent-Disposition: "
	  "attachment; filename=a.js; filename*=utf-8''a.txt\r\n\r\nvar a;"
	  "\r\n", "a file has two names" },
	{ "a name that is empty", "--xx\r\nContent-Type: application/x-a; "
	  "name=a.js\r\nContent-Disposition: attachment; filename=\"\"\r\n"
	  "\r\nvar a;\r\n", "a file has two names" },
	{ "a control in a type", "--xx\r\nContent-Type: text/plain;\vname=a.js"
	  "\r\n\r\nvar a;\r\n", "a header holds controls" },
	{ "a control in a name", "--xx\r\nContent-Disposition: attachment; "
	  "filename*=utf-8''a.js%00.txt\r\n\r\nvar a;\r\n",
	  "a name holds what is not seen" },
	{ "uuencoded", "--xx\r\n\r\nhi\r\nbegin 644 a.js\r\n#0V%T\r\n`\r\n"
	  "end\r\n", "a text holds a file" },
};

static void
test_doubts(void)
{
	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++) {
		uint8_t room[4096];
		struct buf b = BUF_ON(room);
		struct strip s;

		buf_str(&b, MIXED EXE);
		buf_str(&b, doubts[i].text);
		buf_str(&b, END);
		T_OK(plan(&s, buf_span(&b)), doubts[i].label);
		T_INT(s.n, 0, doubts[i].label);
		T_SPAN(assay_cstr(s.unclean != NULL ? s.unclean : "-"),
		    assay_cstr(doubts[i].why), doubts[i].label);
	}
}

static void
test_long_names(void)
{
	static uint8_t room[16 << 10];
	struct buf b = BUF_ON(room);
	struct strip s;

	buf_str(&b, MIXED EXE "--xx\r\nContent-Disposition: attachment; "
	    "filename=\"");
	for (size_t i = 0; i < LIMIT_FILE_NAME; i++)
		buf_byte(&b, 'a');
	buf_str(&b, ".js\"\r\n\r\nvar a;\r\n" END);
	T_OK(plan(&s, buf_span(&b)) && s.n == 0 && s.unclean != NULL,
	    "a name whose end is not seen");
}

/* ---- whatever it is made of ------------------------------------------- */

static uint32_t dice_state = 4711;

static unsigned
dice(unsigned n)
{
	dice_state = dice_state * 1664525u + 1013904223u;
	return (dice_state >> 8) % n;
}

static void
compose(struct buf *out, unsigned depth)
{
	static const char *const leaf[] = {
		"Content-Type: text/plain\r\n\r\nwords -- of\r\n--nobody\r\n",
		"Content-Type: text/html; charset=utf-8\r\n\r\n<p>hi",
		"\r\n", "\r\nno header", "Content-Type: image/gif; "
		"name=a.gif\r\n\r\nGIF89a..\r\n\r\n",
		"Content-Type: application/x-a; name=\"a.scr\"\r\n\r\nMZ\r\n"
		"\r\nends with lines\r\n\r\n",
		"Content-Disposition: attachment; filename=b.js\r\n\r\n"
		"var a;", "Content-Type: application/zip; name=c.exe\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\n" MZ };
	char b[16];
	unsigned n = 1 + dice(4);

	if (depth == 0 || dice(3) == 0) {
		buf_str(out, leaf[dice(8)]);
		return;
	}
	snprintf(b, sizeof(b), "b%u", dice(1000000));
	buf_str(out, "Content-Type: multipart/mixed; boundary=");
	buf_str(out, b);
	buf_str(out, "\r\n\r\npreamble");
	for (unsigned i = 0; i < n; i++) {
		buf_str(out, "\r\n--");
		buf_str(out, b);
		buf_str(out, "\r\n");
		compose(out, depth - 1);
	}
	buf_str(out, "\r\n--");
	buf_str(out, b);
	buf_str(out, dice(9) == 0 ? "\r\n" : "--\r\nepilogue");
}

static void
test_any(void)
{
	static uint8_t room[64 << 10];
	size_t cuts = 0, unclean = 0;

	for (unsigned i = 0; i < 3000; i++) {
		struct buf b = BUF_ON(room);
		struct strip s;

		buf_str(&b, HEAD);
		compose(&b, 4);
		if (!plan(&s, buf_span(&b)))
			abort();
		cuts += s.n;
		unclean += s.unclean != NULL;
		if (s.unclean == NULL && s.n > 0) {
			struct span now = applied(&s, buf_span(&b));

			if (!octets_stay(buf_span(&b), now, &s) ||
			    !parts_stay(buf_span(&b), now, &s)) {
				T_OK(false, "everything else stays");
				printf("# %u\n", i);
				return;
			}
		}
	}
	printf("# %zu cuts, %zu not clean\n", cuts, unclean);
	T_OK(cuts > 1000 && unclean > 100, "everything else stays, of 3000");
}

int
main(void)
{
	arena_init(&arena, 32 << 20);
	test_cases();
	test_text();
	test_doubts();
	test_long_names();
	test_any();
	arena_free(&arena);
	return t_done();
}
