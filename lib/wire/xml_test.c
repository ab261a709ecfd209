/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents and what is told of them: "(name" and ")" are tags, the texts
 * stand between, "!" is the end of a document that is not well formed.  Each
 * is read in windows of every size from 1 to 9, and whole.
 */
#include "wire/xml_inner.h"

#include "test/t.h"

static struct xml x;

static void
say(struct buf *b, const char *before, struct span s)
{
	buf_str(b, before);
	buf_put(b, span_trim_fws(s));
}

static struct span
told(struct span doc, size_t window, bool lenient, struct buf *b)
{
	b->len = 0;
	b->full = false;
	xml_start(&x, lenient);
	for (;;) {
		struct span w = span_head(doc, window);
		switch (xml_next(&x)) {
		case XML_NEED:
			doc = span_skip(doc, w.len);
			xml_feed(&x, w, doc.len == 0);
			break;
		case XML_OPEN:
			say(b, "", x.before);
			say(b, "(", x.name);
			buf_byte(b, ' ');
			break;
		case XML_LEAF:
			say(b, "", x.before);
			say(b, "(", x.name);
			say(b, " ", x.text);
			buf_byte(b, ')');
			break;
		case XML_CLOSE:
			say(b, "", x.text);
			buf_byte(b, ')');
			break;
		case XML_END:
			if (x.malformed)
				buf_byte(b, '~');
			return buf_span(b);
		case XML_BAD:
			buf_byte(b, '!');
			return buf_span(b);
		case XML_AGAIN:
			return SPAN_NONE;
		}
	}
}

static const struct {
	const char *label;
	struct span doc;
	const char *strict, *lenient;	/* NULL: as strict */
} cases[] = {
#define DOC(text) SPAN_INIT(text)
	{ "a leaf", DOC("<a>b</a>"), "(a b)", NULL },
	{ "declaration, blanks, elements",
	    DOC("<?xml version='1.0'?>\n<a>\n\t<b>1</b> <c/>\r\n</a>\n"),
	    "(a (b 1)(c ))", NULL },
	{ "references", DOC("<a>&lt;&#65;&#x42;&amp;&gt;&quot;&apos;</a>"),
	    "(a <AB&>\"')", NULL },
	{ "CDATA, comment, instruction",
	    DOC("<a>x<![CDATA[<&]]]>y<!-- - -->z<?p q?></a>"), "(a x<&]yz)",
	    NULL },
	{ "line ends", DOC("<a>x\r\ny\rz</a>"), "(a x\ny\nz)", NULL },
	{ "UTF-8 and a mark", DOC("\xef\xbb\xbf<a>\xc3\xa4</a>"),
	    "(a \xc3\xa4)", NULL },
	{ "Latin-1",
	    DOC("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>"),
	    "(a \xc3\xa4)", NULL },
	{ "windows-1252",
	    DOC("<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>"),
	    "(a \xe2\x82\xac)", NULL },
	{ "a prefix", DOC("<n:a xmlns:n='u'><n:b>1</n:b></n:a>"),
	    "(a (b 1))", NULL },
	{ "tags with blanks", DOC("<a ><b\n/></a\t>"), "(a (b ))", NULL },
	{ "text around children", DOC("<a>x<b>y</b>z</a>"), "(a x(b y)z)",
	    NULL },
	{ "a DTD", DOC("<!DOCTYPE a><a/>"), "!", "!" },
	{ "UTF-16", DOC("\xff\xfe<\0a\0/\0>\0"), "!", "!" },
	{ "nothing", DOC(" \n"), "!", "!" },
	{ "an entity that nobody declared", DOC("<a>x&nbsp;y</a>"), "(a !",
	    "(a x&nbsp;y)~" },
	{ "no reference", DOC("<a>AT&T</a>"), "(a !", "(a AT&T)~" },
	{ "\"<\" in text", DOC("<a><b>x<y z</b><b>1 < 2</b></a>"),
	    "(a (b !", "(a (b x)(b 1 < 2))~" },
	{ "an address in brackets", DOC("<a><b><c@d.example></b></a>"),
	    "(a (b !", "(a (b ))~" },
	{ "an end that is missing", DOC("<x><a><b>1</b></a>"),
	    "(x (a (b 1))!", "(x (a (b 1))~" },
	{ "cut in a tag", DOC("<a><b>1</b><c"), "(a (b 1)!", "(a (b 1)~" },
	{ "crossed tags", DOC("<a><b><c>1</b>2</a>"), "(a (b (c !",
	    "(a (b (c 1))2)~" },
	{ "an end tag of nothing", DOC("<a>1</b>2</a>"), "(a !",
	    "(a 12)~" },
	{ "attributes without quotes", DOC("<a b=c><d>1</d></a>"), "!",
	    "(a (d 1))~" },
	{ "an attribute twice", DOC("<a b='1' b='2'>x</a>"), "!",
	    "(a x)~" },
	{ "the same attribute by two prefixes",
	    DOC("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''>x</a>"), "!",
	    "(a x)~" },
	{ "a prefix that is not declared", DOC("<p:a>x</p:a>"), "!",
	    "(a x)~" },
	{ "text behind", DOC("<a>x</a> y"), "(a x)!", "(a x)~" },
	{ "a second root", DOC("<a>x</a><a>y</a>"), "(a x)!",
	    "(a x)(a y)~" },
	{ "blanks before the declaration",
	    DOC("\n<?xml version='1.0'?><a>x</a>"), "!", "(a x)~" },
	{ "no UTF-8", DOC("<a>J\xf6rg</a>"), "(a !", "(a J\xc3\xb6rg)~" },
	{ "a control character", DOC("<a>x\x01y</a>"), "(a !",
	    "(a x\xef\xbf\xbdy)~" },
	{ "beyond ASCII in ASCII",
	    DOC("<?xml version='1.0' encoding='us-ascii'?><a>\xc3\xa4</a>"),
	    "(a !", "(a \xc3\x83\xc2\xa4)~" },
	{ "an unknown encoding",
	    DOC("<?xml version='1.0' encoding='utf8'?><a>\xc3\xa4</a>"), "!",
	    "(a \xc3\xa4)~" },
	{ "UTF-16 that is UTF-8",
	    DOC("<?xml version='1.0' encoding='utf-16'?><a>x</a>"), "!",
	    "(a x)~" },
	{ "\"--\" in a comment", DOC("<a><!-- x--y -->z</a>"), "(a !",
	    "(a z)~" },
	{ "\"]]>\" in text", DOC("<a>x]]>y</a>"), "(a !", "(a xy)~" },
};

static void
table(void)
{
	uint8_t one[400], two[400];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span doc = cases[i].doc;
		struct buf a = BUF_ON(one), b = BUF_ON(two);
		bool same = true;
		T_SPAN(told(doc, SIZE_MAX, false, &a),
		    assay_cstr(cases[i].strict), cases[i].label);
		for (size_t n = 1; n < 10; n++)
			same = same && span_eq(buf_span(&a),
			    told(doc, n, false, &b));
		T_SPAN(told(doc, SIZE_MAX, true, &a),
		    assay_cstr(cases[i].lenient == NULL ? cases[i].strict :
		    cases[i].lenient), "... to a lenient reader");
		for (size_t n = 1; n < 10; n++)
			same = same && span_eq(buf_span(&a),
			    told(doc, n, true, &b));
		T_OK(same, "... in windows of any size");
	}
}

/* ---- bounds ------------------------------------------------------------ */

static uint8_t big[LIMIT_XML_WINDOW * 3], seen[LIMIT_XML_WINDOW * 3];

static const char *
why(struct buf *doc)
{
	struct buf out = BUF_ON(seen);

	told(buf_span(doc), 1000, true, &out);
	return x.why == NULL ? "" : x.why;
}

static void
many(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_str(b, s);
}

static void
bounds(void)
{
	struct buf b = BUF_ON(big), out = BUF_ON(seen);

	many(&b, "<a>", LIMIT_XML_DEPTH);
	T_OK(strcmp(why(&b), "") == 0, "as deep as may be");
	many(&b, "<a>", 1);
	T_OK(strcmp(why(&b), "elements are nested too deep") == 0,
	    "too deep");
	b.len = 0;
	buf_str(&b, "<a x='");
	many(&b, "y", LIMIT_XML_TAG);
	buf_str(&b, "'/>");
	T_OK(strcmp(why(&b), "a tag is too long") == 0, "a tag too long");
	b.len = 0;
	many(&b, "<", 1);
	many(&b, "a", LIMIT_XML_NAMES + 1);
	many(&b, ">", 1);
	T_OK(strcmp(why(&b), "the names of elements are too long") == 0,
	    "a name too long");
	b.len = 0;
	many(&b, "<a>", 1);
	many(&b, "<", LIMIT_XML_WINDOW);
	T_OK(strcmp(why(&b), "") == 0 && x.repairs == LIMIT_XML_WINDOW + 1,
	    "many mistakes");
	x.repairs = LIMIT_XML_REPAIRS - 1;
	T_OK(xml_off(&x, "one more") && !xml_off(&x, "the last") &&
	    x.why != NULL, "... but not too many");
	b.len = 0;
	buf_str(&b, "<a>");
	many(&b, "text", LIMIT_XML_WINDOW / 2);
	buf_str(&b, "</a>");
	xml_start(&x, false);
	xml_next(&x);
	xml_feed(&x, buf_span(&b), true);
	T_OK(xml_next(&x) == XML_OPEN && xml_next(&x) == XML_CLOSE &&
	    x.text.len == LIMIT_XML_TEXT && x.cut && xml_next(&x) == XML_END &&
	    !x.cut, "a long text is cut");
	b.len = 0;
	buf_str(&b, "<a><!--");
	many(&b, "text", LIMIT_XML_WINDOW / 2);
	buf_str(&b, "--></a>");
	T_SPAN(told(buf_span(&b), SIZE_MAX, false, &out), SPAN("(a )"),
	    "a comment longer than the window");
}

static void
namespaces(void)
{
	struct span doc = SPAN("<a xmlns='u'><b xmlns='v'/><c/>"
	    "<p:d xmlns:p='w'/><e xmlns=''/></a>");
	uint8_t room[100];
	struct buf b = BUF_ON(room);
	enum xml_event e;

	xml_start(&x, false);
	xml_next(&x);
	xml_feed(&x, doc, true);
	while ((e = xml_next(&x)) == XML_OPEN || e == XML_LEAF) {
		buf_put(&b, x.name);
		buf_byte(&b, '=');
		buf_put(&b, x.ns);
		buf_byte(&b, ' ');
	}
	T_SPAN(buf_span(&b), SPAN("a=u b=v c=u d=w e= "), "namespaces");
}

int
main(void)
{
	table();
	bounds();
	namespaces();
	return t_done();
}
