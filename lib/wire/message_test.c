/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/message.h"

#include "base/limits.h"
#include "test/t.h"

/* The fields as "name=value|", malformed ones with a "!" in front. */
static const struct {
	const char *label;
	struct span in;
	const char *want;
	int notice;		/* which kind must have been noted, or 0 */
	bool ended;
	size_t body_at;
} cases[] = {
	{ "plain", SPAN_INIT("A: b\r\nC: d\r\n\r\nbody"), "A= b|C= d|", 0,
	    true, 14 },
	{ "folded", SPAN_INIT("A: b\r\n c\r\n\td\r\nE:\r\n\r\n"),
	    "A= b\r\n c\r\n\td|E=|", 0, true, 20 },
	{ "no body", SPAN_INIT("A: b\r\n"), "A= b|", 0, false, 6 },
	{ "cut short", SPAN_INIT("A: b\r\nC: d"), "A= b|C= d|", 0, false,
	    10 },
	{ "no header", SPAN_INIT("\r\nbody"), "", 0, true, 2 },
	{ "nothing", SPAN_INIT(""), "", 0, false, 0 },
	{ "space before the colon", SPAN_INIT("From \t: x\r\n\r\n"),
	    "From= x|", NOTICE_SPACE_COLON, true, 13 },
	{ "first line begins with a space",
	    SPAN_INIT(" From: x\r\nTo: y\r\n\r\n"), "!From= x|To= y|",
	    NOTICE_LEADING_WSP, true, 19 },
	{ "name folded", SPAN_INIT("From\r\n : x\r\n\r\n"), "!From= x|",
	    NOTICE_FOLDED_NAME, true, 14 },
	{ "name folded, space too", SPAN_INIT("From \r\n : x\r\n\r\n"),
	    "!From= x|", NOTICE_FOLDED_NAME, true, 15 },
	{ "no colon", SPAN_INIT("A: b\r\nhello\r\n\r\n"), "A= b|!=hello|",
	    NOTICE_NO_COLON, true, 15 },
	{ "empty name", SPAN_INIT(": x\r\n\r\n"), "!= x|",
	    NOTICE_BAD_NAME, true, 7 },
	{ "NUL in a name", SPAN_INIT("Fr\0om: x\r\n\r\n"), "!Fr\\0om= x|",
	    NOTICE_BAD_NAME, true, 12 },
	{ "NUL is noted too", SPAN_INIT("From\0: x\r\n\r\n"),
	    "!From\\0= x|", NOTICE_NUL, true, 12 },
	{ "8-bit name", SPAN_INIT("From\xff: x\r\n\r\n"), "!From\xff= x|",
	    NOTICE_BAD_NAME, true, 12 },
	{ "byte order mark", SPAN_INIT("\xef\xbb\xbf" "From: x\r\n\r\n"),
	    "!\xef\xbb\xbf" "From= x|", NOTICE_BAD_NAME, true, 14 },
	{ "space inside a name", SPAN_INIT("From x: y\r\n\r\n"),
	    "!From x= y|", NOTICE_BAD_NAME, true, 13 },
	{ "mbox line", SPAN_INIT("From a@b.test Sat Jan  3 01:05:34 1996\r\n"
	    "A: b\r\n\r\n"),
	    "!=From a@b.test Sat Jan  3 01:05:34 1996|A= b|",
	    NOTICE_MBOX_FROM, true, 48 },
	{ "mbox line further down is none",
	    SPAN_INIT("A: b\r\nFrom a@b.test Sat Jan  3 01:05:34\r\n\r\n"),
	    "A= b|!From a@b.test Sat Jan  3 01=05:34|",
	    NOTICE_BAD_NAME, true, 43 },
	{ "bare LF stays inside", SPAN_INIT("A: b\nFrom: x\r\nC: d\r\n\r\n"),
	    "A= b\nFrom: x|C= d|", NOTICE_BARE_LF, true, 22 },
	{ "bare CR stays inside", SPAN_INIT("A: b\rFrom: x\r\n\r\n"),
	    "A= b\rFrom: x|", NOTICE_BARE_CR, true, 16 },
	{ "LF LF does not end it", SPAN_INIT("A: b\n\nC: d\r\n\r\n"),
	    "A= b\n\nC: d|", NOTICE_BARE_LF, true, 14 },
	{ "but some see an empty line", SPAN_INIT("A: b\n\nC: d\r\n\r\n"),
	    "A= b\n\nC: d|", NOTICE_BARE_EMPTY, true, 14 },
	{ "LF in front of all", SPAN_INIT("\nC: d\r\n\r\n"), "!C= d|",
	    NOTICE_BARE_EMPTY, true, 9 },
	{ "LF behind CRLF", SPAN_INIT("A: b\r\n\nC: d\r\n\r\n"),
	    "A= b|!C= d|", NOTICE_BARE_EMPTY, true, 15 },
	{ "LF CRLF", SPAN_INIT("A: b\n\r\nC: d\r\n\r\n"), "A= b\n|C= d|",
	    NOTICE_BARE_EMPTY, true, 15 },
	{ "CR CR LF", SPAN_INIT("A: b\r\r\nC: d\r\n\r\n"), "A= b\r|C= d|",
	    NOTICE_BARE_EMPTY, true, 15 },
	{ "line of white space continues", SPAN_INIT("A: b\r\n \r\nC: d\r\n"),
	    "A= b\r\n |C= d|", 0, false, 15 },
};

static struct span
print(const struct header *h, struct arena *a, size_t len)
{
	struct buf b = arena_buf(a, 4 * len + 100);

	for (size_t i = 0; i < h->n; i++) {
		const struct field *f = &h->field[i];

		buf_str(&b, f->malformed ? "!" : "");
		for (size_t k = 0; k < f->name.len; k++)
			if (span_at(f->name, k) == 0)
				buf_str(&b, "\\0");
			else
				buf_byte(&b, (uint8_t)span_at(f->name, k));
		buf_byte(&b, '=');
		buf_put(&b, f->value);
		buf_byte(&b, '|');
	}
	return buf_span(&b);
}

static void
one(struct arena *a, size_t i)
{
	struct header h;

	T_OK(header_parse(&h, cases[i].in, 100, a), cases[i].label);
	T_SPAN(print(&h, a, cases[i].in.len), assay_cstr(cases[i].want),
	    cases[i].label);
	T_OK(h.ended == cases[i].ended, cases[i].label);
	T_INT(h.body_at, cases[i].body_at, cases[i].label);
	for (int k = 1; k < NOTICE_LAST; k++)
		if (k == cases[i].notice)
			T_OK(h.notice[k].count > 0, cases[i].label);
		else if (cases[i].notice == 0)
			T_OK(h.notice[k].count == 0, cases[i].label);
}

static void
names(void)
{
	static const struct {
		struct span name;
		bool malformed, want;
	} t[] = {
		{ SPAN_INIT("FROM"), false, true },
		{ SPAN_INIT("From\0"), true, true },
		{ SPAN_INIT("\xef\xbb\xbf" "From"), true, true },
		{ SPAN_INIT("F r o m"), true, true },
		{ SPAN_INIT("Fro"), true, false },
		{ SPAN_INIT("From-x"), true, false },
		{ SPAN_INIT("\xff"), true, false },
		{ SPAN_INIT(""), true, false },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct field f = { .name = t[i].name,
		    .malformed = t[i].malformed };

		T_OK(field_resembles(&f, SPAN("from")) == t[i].want,
		    "resembles From");
		T_OK(field_is(&f, SPAN("from")) == (i == 0), "is From");
	}
}

static void
large(struct arena *a)
{
	struct buf b = arena_buf(a, 2 << 20);
	struct header h;
	size_t len = 0;

	for (int i = 0; i < 10000; i++)
		buf_str(&b, "X-A: b\r\n");
	T_OK(header_parse(&h, buf_span(&b), 10000, a) && h.n == 10000 &&
	    !h.capped, "10,000 fields");
	for (size_t i = 0; i < h.n; i++)
		len += h.field[i].at == len ? h.field[i].raw.len : 0;
	T_INT(len, b.len, "each in its place");
	buf_str(&b, "X-A: b\r\n");
	T_OK(header_parse(&h, buf_span(&b), 10000, a) && h.n == 10000 &&
	    h.capped, "10,001 fields");
	b.len = 0;
	buf_str(&b, "X: ");
	for (int i = 0; i < 1 << 18; i++)
		buf_str(&b, "a\nb\n");
	T_OK(header_parse(&h, buf_span(&b), 10000, a) && h.n == 1 &&
	    h.notice[NOTICE_BARE_LF].count == 1 << 19,
	    "a line of 1 MiB with bare LF");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 16 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		one(&a, i);
	names();
	large(&a);
	arena_free(&a);
	return t_done();
}
