/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/html.h"

#include "base/arena.h"
#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *want;	/* <name a=v ...> </name> "text" !comment! */
} cases[] = {
	{ "plain", SPAN_INIT("a<b>c</b>"), "'a'<b>'c'</b>" },
	{ "attributes", SPAN_INIT("<A HREF=x  b='1 2' c=\"3>\" d>"),
	    "<A HREF=x b=1 2 c=3> d=>" },
	{ "slash for a blank", SPAN_INIT("<a/href='x'/b=c/>"),
	    "<a href=x b=c/>" },
	{ "no blank between", SPAN_INIT("<a x='1'href='y'>"),
	    "<a x=1 href=y>" },
	{ "blanks around the sign", SPAN_INIT("<a\thref\n=\f'y'>"),
	    "<a href=y>" },
	{ "sign first", SPAN_INIT("<a =x href=y>"), "<a =x= href=y>" },
	{ "missing value", SPAN_INIT("<a href=>x"), "<a href=>'x'" },
	{ "quote in a bare value", SPAN_INIT("<a href=x\"y'>z"),
	    "<a href=x\"y'>'z'" },
	{ "bare value with a slash", SPAN_INIT("<a href=x/>"), "<a href=x/>" },
	{ "angle in a name", SPAN_INIT("<a<b href=x>"), "<a<b href=x>" },
	{ "self-closing", SPAN_INIT("<br/><br / ><br /x>"),
	    "<br/><br><br x=>" },
	{ "tag that does not end", SPAN_INIT("a<b href='x>y"), "'a'" },
	{ "no tags", SPAN_INIT("a < b <3 <"), "'a < b <3 <'" },
	{ "end of nothing", SPAN_INIT("a</>b</ c>d"), "'a''b'! c!'d'" },
	{ "end tag with attributes", SPAN_INIT("</a x=1>"), "</a>" },
	{ "comment", SPAN_INIT("<!--a--b->c-->d"), "!a--b->c!'d'" },
	{ "empty comments", SPAN_INIT("<!--><b><!---><i><!----><u>"),
	    "!!<b>!!<i>!!<u>" },
	{ "comment ended in the old way", SPAN_INIT("<!-- a --!>b"),
	    "! a !'b'" },
	{ "comment that does not end", SPAN_INIT("<!-- a <b>"),
	    "! a <b>!" },
	{ "bogus comments", SPAN_INIT("<?php <a href=x>?><![CDATA[x]]>"),
	    "!?php <a href=x!'?>'![CDATA[x]]!" },
	{ "doctype", SPAN_INIT("<!DOCTYPE html \">x\">"),
	    "?DOCTYPE html \"?'x\">'" },
	{ "title", SPAN_INIT("<title><b>&lt;</b></titlex></title >x"),
	    "<title>'<b>&lt;</b></titlex>'</title>'x'" },
	{ "textarea", SPAN_INIT("<textarea><a></TextArea><a>"),
	    "<textarea>'<a>'</TextArea><a>" },
	{ "style", SPAN_INIT("<style><!-- </style>-->"),
	    "<style>=<!-- =</style>'-->'" },
	{ "style that does not end", SPAN_INIT("<style><b>"),
	    "<style>=<b>=" },
	{ "noscript", SPAN_INIT("<noscript><a>"), "<noscript><a>" },
	{ "script in a comment in a script", SPAN_INIT("<script><!--<script>"
	    "</script>--></script><a>"),
	    "<script>=<!--<script></script>-->=</script><a>" },
	{ "comment in a script", SPAN_INIT("<script><!--</script><a>"),
	    "<script>=<!--=</script><a>" },
	{ "... that ends at once", SPAN_INIT("<script><!--><script></script>"
	    "<a>"), "<script>=<!--><script>=</script><a>" },
	{ "plaintext", SPAN_INIT("<plaintext></plaintext><a>"),
	    "<plaintext>=</plaintext><a>=" },
	{ "iframe", SPAN_INIT("<iframe><a></iframe>"),
	    "<iframe>=<a>=</iframe>" },
	{ "NUL", SPAN_INIT("a<b\0c d\0=e>"), "'a'<b\xef\xbf\xbd"
	    "c d\xef\xbf\xbd=e>" },
};

static const struct {
	struct span in;
	const char *text, *attribute;
} references[] = {
	{ SPAN_INIT("&amp;&lt;&nbsp;&eacute;"), "&<\xc2\xa0\xc3\xa9", NULL },
	{ SPAN_INIT("a&b &c; & &;"), "a&b &c; & &;", NULL },
	{ SPAN_INIT("&notit;"), "\xc2\xacit;", "&notit;" },
	{ SPAN_INIT("&notin;"), "\xe2\x88\x89", NULL },
	{ SPAN_INIT("?a=1&copy=2"), "?a=1\xc2\xa9=2", "?a=1&copy=2" },
	{ SPAN_INIT("?a=1&copy;=2"), "?a=1\xc2\xa9=2", NULL },
	{ SPAN_INIT("&copy 2"), "\xc2\xa9 2", NULL },
	{ SPAN_INIT("&NotEqualTilde;"), "\xe2\x89\x82\xcc\xb8", NULL },
	{ SPAN_INIT("&CounterClockwiseContourIntegral;"), "\xe2\x88\xb3",
	    NULL },
	{ SPAN_INIT("&zwnj;&Zwnj;"), "\xe2\x80\x8c&Zwnj;", NULL },
	{ SPAN_INIT("&#97;&#x62;&#X63;&#100"), "abcd", NULL },
	{ SPAN_INIT("&#x80;&#150;"), "\xe2\x82\xac\xe2\x80\x93", NULL },
	{ SPAN_INIT("&#0;&#xD800;&#x110000;&#99999999999;"),
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
	{ SPAN_INIT("&#;&#x;&#xg"), "&#;&#x;&#xg", NULL },
	{ SPAN_INIT("a\0b"), "a\xef\xbf\xbd" "b", NULL },
	{ SPAN_INIT("&"), "&", NULL },
};

static void
show(struct buf *out, const struct html_token *t)
{
	struct span attrs = t->attrs;
	struct html_attr a;
	const char *mark = t->kind == HTML_COMMENT ? "!" :
	    t->kind == HTML_DOCTYPE ? "?" : t->raw ? "=" : "'";

	if (t->kind != HTML_OPEN && t->kind != HTML_CLOSE) {
		buf_str(out, mark);
		buf_put(out, t->text);
		buf_str(out, mark);
		return;
	}
	buf_str(out, t->kind == HTML_OPEN ? "<" : "</");
	html_unescape(out, t->name, true);
	while (t->kind == HTML_OPEN && html_attr_next(&attrs, &a)) {
		buf_byte(out, ' ');
		html_unescape(out, a.name, true);
		buf_byte(out, '=');
		buf_put(out, a.value);
	}
	buf_str(out, t->self_closing ? "/>" : ">");
}

static void
foreign(void)
{
	struct html h = { .rest = SPAN("<![CDATA[<a>]]><style><b>"),
	    .foreign = true };
	struct html_token t;

	T_OK(html_next(&h, &t) && t.kind == HTML_TEXT && t.raw &&
	    span_eq(t.text, SPAN("<a>")), "CDATA in SVG");
	T_OK(html_next(&h, &t) && html_next(&h, &t) &&
	    t.kind == HTML_OPEN && span_eq(t.name, SPAN("b")),
	    "style in SVG is parsed");
}

int
main(void)
{
	uint8_t room[400];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct html h = { .rest = cases[i].in };
		struct buf b = BUF_ON(room);
		struct html_token t;

		while (html_next(&h, &t))
			show(&b, &t);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].label);
	}
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]);
	    i++) {
		const char *attr = references[i].attribute;
		struct buf b = BUF_ON(room);

		html_unescape(&b, references[i].in, false);
		T_SPAN(buf_span(&b), assay_cstr(references[i].text),
		    "in text");
		b.len = 0;
		html_unescape(&b, references[i].in, true);
		T_SPAN(buf_span(&b), assay_cstr(attr != NULL ? attr :
		    references[i].text), "in an attribute");
	}
	foreign();
	return t_done();
}
