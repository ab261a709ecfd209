/* SPDX-License-Identifier: Apache-2.0 */
/* A message in, its content as a line of words out. */
#include "content/content.h"

#include "base/limits.h"
#include "test/t.h"


#define MIXED "Content-Type: multipart/mixed; boundary=b\n"
#define ALT "Content-Type: multipart/alternative; boundary=a\n"

static const struct {
	const char *label;
	struct span header, body;
	const char *text;
} texts[] = {
	{ "plain", SPAN_INIT("Subject: x\n"), SPAN_INIT("Hi\r\nyou"),
	    "Hi\nyou\n" },
	{ "base64, latin-1", SPAN_INIT("Content-Type: text/plain; charset="
	    "iso-8859-1\nContent-Transfer-Encoding: base64\n"),
	    SPAN_INIT("5Ag=\n"), "\xc3\xa4\n" },
	{ "quoted-printable", SPAN_INIT("Content-Type: text/plain; charset="
	    "utf-8\nContent-Transfer-Encoding: quoted-printable\n"),
	    SPAN_INIT("a=\nb=E2=82=AC\n"), "ab\xe2\x82\xac\n" },
	{ "two parts", SPAN_INIT(MIXED), SPAN_INIT("--b\n\n1\n--b\n\n2\n"
	    "--b--\n"), "1\n2\n" },
	{ "an attachment is no text", SPAN_INIT(MIXED), SPAN_INIT("--b\n\n1\n"
	    "--b\nContent-Disposition: attachment\n\n2\n--b--\n"), "1\n" },
	{ "of plain alternatives the last", SPAN_INIT(ALT), SPAN_INIT(
	    "--a\n\n1\n--a\n\n2\n--a--\n"), "2\n" },
	{ "a forwarded message is no text of this one", SPAN_INIT(MIXED),
	    SPAN_INIT("--b\n\n1\n--b\nContent-Type: message/rfc822\n\n"
	    "Subject: y\n\n2\n--b--\n"), "1\n" },
	{ "what does not show", SPAN_INIT("X: y\n"), SPAN_INIT("pay\xe2\x80"
	    "\x8bp\xc2\xad" "al\x01\xe2\x80\xae!\n"), "paypal!\n" },
	{ "joiners of emoji and of Persian stay", SPAN_INIT("X: y\n"),
	    SPAN_INIT("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9 "
	    "\xd9\x85\xe2\x80\x8c\xdb\x8c\n"),
	    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9 "
	    "\xd9\x85\xe2\x80\x8c\xdb\x8c\n" },
};

static const struct {
	const char *label;
	struct span body;
	const char *links;	/* "kind url;" */
} links[] = {
	{ "schemes", SPAN_INIT("see http://a.example/x, (https://b.example/y)"
	    " <ftp://c.example>."), "text http://a.example/x;"
	    "text https://b.example/y;text ftp://c.example;" },
	{ "brackets of its own", SPAN_INIT("http://a.example/x_(y) "
	    "[http://b.example/]"), "text http://a.example/x_(y);"
	    "text http://b.example/;" },
	{ "mailto", SPAN_INIT("mailto:a@b.example; x@c.example"),
	    "text mailto:a@b.example;" },
	{ "bare", SPAN_INIT("www.a.example, b.com/x? c.org."),
	    "bare http://www.a.example;bare http://b.com/x;"
	    "bare http://c.org;" },
	{ "no names", SPAN_INIT("e.g. a.b 1.2 file.c x..com .com a@b.com "
	    "main.html 3.14.org5"), "" },
	{ "defanged", SPAN_INIT("hxxp://a.example hxxps://b.com/ "
	    "a[.]com http[:]//c.com xhttp://d.com/"), "" },
	{ "host with invisible characters", SPAN_INIT("http://a\xe2\x80\x8b."
	    "example/"), "text http://a.example/;" },
	{ "quoted lines too", SPAN_INIT("> http://a.example/\n"),
	    "text http://a.example/;" },
};

static struct content
read(struct span header, struct span body, struct arena *a)
{
	struct content_in in = { header, body };
	struct content c;

	T_OK(content_read(&c, &in, a), "read");
	return c;
}

static void
test_links(struct arena *a)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct content c = read(SPAN("X: y\n"), links[i].body, a);
		uint8_t room[1000];
		struct buf b = BUF_ON(room);

		for (size_t k = 0; k < c.n_link; k++) {
			buf_str(&b, content_link_name(c.link[k].kind));
			buf_byte(&b, ' ');
			buf_put(&b, c.link[k].url.text);
			buf_byte(&b, ';');
		}
		T_SPAN(buf_span(&b), assay_cstr(links[i].links),
		    links[i].label);
	}
}

/* U+E0041 U+E0062, and the flag of Scotland. */
#define TAGS "\xf3\xa0\x81\x81\xf3\xa0\x81\xa2"
#define SCOTLAND "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2" \
	"\xf3\xa0\x81\xb3\xf3\xa0\x81\xa3\xf3\xa0\x81\xb4\xf3\xa0\x81\xbf"

static void
test_invisible(struct arena *a)
{
	struct content c = read(SPAN("X: y\n"), SPAN("x" TAGS "y" SCOTLAND
	    "\xe2\x80\x8b\xe2\x80\x8b\xe2\x80\xae\xc2\xad"
	    "\xe2\x9d\xa4\xef\xb8\x8f 1\xef\xb8\x8f" "a\xf3\xa0\x84\x80"
	    "\xf3\xa0\x84\x81\n"), a);

	T_INT(c.invisible.tags, 2, "tags, without those of the flag");
	T_INT(c.invisible.zero_width, 2, "zero width");
	T_INT(c.invisible.bidi, 1, "bidi");
	T_INT(c.invisible.variation, 2, "selectors in a run");
	T_INT(c.invisible.other, 1, "soft hyphen");
	T_SPAN(c.hidden, SPAN("Ab\n"), "tag characters are hidden text");
	T_SPAN(c.text, SPAN("xy" SCOTLAND "\xe2\x9d\xa4\xef\xb8\x8f "
	    "1\xef\xb8\x8f" "a\n"), "what is left");
}

/* It must do with the memory of one message. */
static void
test_in_a_message(struct span body)
{
	struct content_in in = { SPAN(MIXED), body };
	struct content c;
	struct arena a;

	arena_init(&a, LIMIT_EVAL_MEMORY);
	T_OK(content_read(&c, &in, &a) && c.html.present &&
	    c.n_part == LIMIT_CONTENT_PARTS, "200 parts of HTML");
	arena_free(&a);
}

static void
test_bounds(struct arena *a)
{
	static uint8_t big[LIMIT_CONTENT_TEXT + 100];
	struct content c;
	struct buf b;

	memset(big, 'x', sizeof(big));
	c = read(SPAN("X: y\n"), (struct span){ big, sizeof(big) }, a);
	T_OK(c.stopped == CONTENT_STOP_TEXT && c.part[0].cut &&
	    c.text.len == LIMIT_CONTENT_TEXT + 1, "a text too long");
	b = BUF_ON(big);
	for (unsigned i = 0; i <= LIMIT_CONTENT_LINKS; i++)
		buf_str(&b, "http://a.example/ ");
	c = read(SPAN("X: y\n"), buf_span(&b), a);
	T_OK(c.stopped == CONTENT_STOP_LINKS &&
	    c.n_link == LIMIT_CONTENT_LINKS, "too many links");
	b = BUF_ON(big);
	for (unsigned i = 0; i <= LIMIT_CONTENT_PARTS; i++)
		buf_str(&b, "--b\n\nx\n");
	c = read(SPAN(MIXED), buf_span(&b), a);
	T_OK(c.stopped == CONTENT_STOP_PARTS &&
	    c.n_part == LIMIT_CONTENT_PARTS, "too many parts");
	b = BUF_ON(big);
	for (unsigned i = 0; i < LIMIT_CONTENT_NESTED + 2; i++)
		buf_str(&b, "Content-Type: message/rfc822\n\n");
	c = read(SPAN("Content-Type: message/rfc822\n"), buf_span(&b), a);
	T_OK(c.stopped == CONTENT_STOP_NESTED, "nested too deeply");
	b = BUF_ON(big);
	for (unsigned i = 0; i < LIMIT_CONTENT_PARTS; i++)
		buf_str(&b, "--b\nContent-Type: text/html\n\n<style>a{color:"
		    "red}</style><p>x\n");
	test_in_a_message(buf_span(&b));
	b = BUF_ON(big);
	buf_str(&b, "--b\nContent-Type: message/rfc822\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    "Q29udGVudC1UeXBlOiB0ZXh0L3BsYWluCgpodHRwOi8vYS5leGFtcGxlLwo=\n");
	c = read(SPAN(MIXED), buf_span(&b), a);
	T_OK(c.n_part == 2 && c.part[1].inside == 1 && c.n_link == 1 &&
	    c.n_attachment == 1, "an encoded message is looked into");
}

int
main(void)
{
	struct arena a, small;
	struct content c;
	struct content_in in = { SPAN("X: y\n"), SPAN("http://a.example/") };

	arena_init(&a, 64 << 20);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		c = read(texts[i].header, texts[i].body, &a);
		T_SPAN(c.text, assay_cstr(texts[i].text), texts[i].label);
	}
	test_links(&a);
	test_invisible(&a);
	test_bounds(&a);
	arena_free(&a);
	arena_init(&small, 64);
	T_OK(!content_read(&c, &in, &small), "no memory");
	arena_free(&small);
	return t_done();
}
