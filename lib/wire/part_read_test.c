/* SPDX-License-Identifier: Apache-2.0 */
/* What parts hold, read whole and through windows of every small size. */
#include "wire/mime_part.h"

#include "test/t.h"
#include "wire/base64.h"

static const struct {
	const char *label;
	enum part_encoding encoding;
	struct span in, out;
	bool bad;
} cases[] = {
	{ "plain", PART_PLAIN, SPAN_INIT("a=\r\n b \n"),
	    SPAN_INIT("a=\r\n b \n"), false },
	{ "base64", PART_BASE64, SPAN_INIT("aGVsbG8gd29y\r\nbGQh\r\n"),
	    SPAN_INIT("hello world!"), false },
	{ "padding", PART_BASE64, SPAN_INIT("aGVsbG8=\n"), SPAN_INIT("hello"),
	    false },
	{ "two of it", PART_BASE64, SPAN_INIT("aGVsbA==\n"),
	    SPAN_INIT("hell"), false },
	{ "padding left out", PART_BASE64, SPAN_INIT("aGVsbG8"),
	    SPAN_INIT("hello"), false },
	{ "odd lines", PART_BASE64, SPAN_INIT("aGV\nsbG8gd\n\n29y bGQ\th\n"),
	    SPAN_INIT("hello world!"), false },
	{ "indented", PART_BASE64, SPAN_INIT("  aGVs\n  bG8g\n"),
	    SPAN_INIT("hello "), false },
	{ "junk", PART_BASE64, SPAN_INIT("aGVs*bG8h\n"), SPAN_INIT("hello!"),
	    true },
	{ "a footer behind the end", PART_BASE64, SPAN_INIT("aGVsbG8=\n"
	    "Unsubscribe here\n"), SPAN_INIT("hello"), true },
	{ "one character over", PART_BASE64, SPAN_INIT("aGVsb"),
	    SPAN_INIT("hel"), true },
	{ "no base64 at all", PART_BASE64, SPAN_INIT("!!!\n"), SPAN_INIT(""),
	    true },
	{ "quoted-printable", PART_QP, SPAN_INIT("a=3Db=\r\nc =\nd  \r\n"
	    "e \nf\t"), SPAN_INIT("a=bc d\r\ne\nf"), false },
	{ "white space kept", PART_QP, SPAN_INIT("a  \t b =  \r\nc"),
	    SPAN_INIT("a  \t b c"), false },
	{ "lower case", PART_QP, SPAN_INIT("=c3=A4"), SPAN_INIT("\xc3\xa4"),
	    false },
	{ "not quoted-printable", PART_QP, SPAN_INIT("a=b =zz = x\n"),
	    SPAN_INIT("a=b =zz = x\n"), true },
	{ "ends in an escape", PART_QP, SPAN_INIT("ab=4"),
	    SPAN_INIT("ab=4"), true },
	{ "ends in a soft break", PART_QP, SPAN_INIT("ab="), SPAN_INIT("ab"),
	    false },
};

static struct span
through(struct buf *all, const struct part *p, size_t window, bool *bad)
{
	ROOM(room, 64);
	struct part_reader r;
	struct buf b = { .ptr = room, .cap = window };

	all->len = 0;
	part_open(&r, p);
	while (part_read(&r, &b)) {
		buf_put(all, buf_span(&b));
		b.len = 0;
	}
	*bad = r.bad;
	return buf_span(all);
}

static void
one(size_t i)
{
	ROOM(room, 1000);
	struct buf all = BUF_ON(room);
	struct part p = { .encoding = cases[i].encoding,
	    .content = cases[i].in };
	bool bad, same = true;

	T_SPAN(through(&all, &p, 64, &bad), cases[i].out, cases[i].label);
	T_OK(bad == cases[i].bad, cases[i].label);
	for (size_t w = PART_READ_MIN; w < 20; w++)
		same &= span_eq(through(&all, &p, w, &bad), cases[i].out) &&
		    bad == cases[i].bad;
	T_OK(same, cases[i].label);
}

/* Octets of every kind, in lines and in one line, through a small window. */
static void
large(struct arena *a)
{
	struct buf octets = arena_buf(a, 300000), text = arena_buf(a, 500000);
	struct buf lines = arena_buf(a, 500000), all = arena_buf(a, 400000);
	struct part p = { .encoding = PART_BASE64 };
	bool bad, more;
	uint32_t x = 1;

	while (octets.len < 299999)
		buf_byte(&octets, (uint8_t)((x = x * 69069 + 1) >> 24));
	base64_encode(&text, buf_span(&octets));
	for (struct span s = buf_span(&text); s.len > 0;
	    s = span_skip(s, 76)) {
		buf_put(&lines, span_head(s, 76));
		buf_str(&lines, "\r\n");
	}
	p.content = buf_span(&lines);
	T_OK(span_eq(through(&all, &p, 64, &bad), buf_span(&octets)) && !bad,
	    "lines");
	T_OK(span_eq(part_text(&p, 1 << 20, &more, a), buf_span(&octets)) &&
	    !more, "whole");
	T_OK(span_eq(part_text(&p, 1000, &more, a), span_head(
	    buf_span(&octets), 1000)) && more, "its head");
	T_OK(span_eq(part_text(&p, 299998, &more, a), span_head(
	    buf_span(&octets), 299998)) && more, "all but one octet");
	T_OK(span_eq(part_text(&p, 299999, &more, a), buf_span(&octets)) &&
	    !more, "not one octet more");
	p.content = buf_span(&text);
	T_OK(span_eq(through(&all, &p, 61, &bad), buf_span(&octets)) && !bad,
	    "one line");
	p.encoding = PART_PLAIN;
	T_OK(span_eq(part_text(&p, 10, &more, a), span_head(p.content, 10)) &&
	    more, "nothing to decode");
}

int
main(void)
{
	ROOM(room, PART_READ_MIN - 1);
	struct buf small = BUF_ON(room);
	struct part p = { .content = SPAN("abc") };
	struct part_reader r;
	struct arena a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		one(i);
	part_open(&r, &p);
	T_OK(!part_read(&r, &small) && small.len == 0, "no room to begin with");
	arena_init(&a, 8 << 20);
	large(&a);
	arena_free(&a);
	return t_done();
}
