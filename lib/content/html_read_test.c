/* SPDX-License-Identifier: Apache-2.0 */
/* HTML in; the text that is seen, what hides, links out. */
#include "content/content.h"

#include "base/limits.h"
#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *text, *hidden;	/* "kind octets;" */
} cases[] = {
	{ "blocks and spaces", SPAN_INIT("<p>a  b\n c</p><div>d<br>e</div>"
	    "<span>f</span> g"), "a b c\nd\ne\nf g\n", "" },
	{ "references", SPAN_INIT("a&nbsp;&amp;b&zwnj;c &copy=2"),
	    "a &bc \xc2\xa9=2\n", "" },
	{ "quotes", SPAN_INIT("hi<blockquote>a<br>b<blockquote>c"
	    "</blockquote></blockquote>d"), "hi\n> a\n> b\n> > c\nd\n", "" },
	{ "pre", SPAN_INIT("<pre>a  b\n c\n</pre>d"), "a  b\n c\nd\n", "" },
	{ "title, script, style, comment", SPAN_INIT("<html><head><title>t"
	    "</title><style>p{x:y}</style><script>s</script></head><body>"
	    "<!--c-->a"), "a\n", "comment 1;title 1;" },
	{ "display", SPAN_INIT("<div style='display:none'>x<p>y</div>a"),
	    "a\n", "display 2;" },
	{ "... in tricks", SPAN_INIT("<p style=\"DISPLAY : none ! important;"
	    "display:block\">x</p><p style='d\\69splay:n\\6fne'>y</p><p "
	    "style='color:red;/*;*/display:/**/none'>z</p>a"), "a\n",
	    "display 3;" },
	{ "... that does not hold", SPAN_INIT("<p style='display:none;"
	    "display:block'>a<p style='x-display:none'>b"), "a\nb\n", "" },
	{ "visibility, and back", SPAN_INIT("<p style=visibility:hidden>x<b "
	    "style=visibility:visible>a</b></p>"), "a\n", "visibility 1;" },
	{ "opacity", SPAN_INIT("<p style=opacity:0>x</p><p style='opacity:"
	    "0.04'>y</p><p style=opacity:.5>a"), "a\n", "opacity 2;" },
	{ "font-size", SPAN_INIT("<p style=font-size:1px>x</p><p style="
	    "font-size:0>y</p><p style='font:0/0 a'>z<b style=font-size:"
	    "12px>a</b></p><p style=font-size:.1em>w"), "a\n",
	    "font-size 4;" },
	{ "percent of percent", SPAN_INIT("<p style=font-size:20%><b style="
	    "font-size:20%>x</b>a"), "a\n", "font-size 1;" },
	{ "colour", SPAN_INIT("<font color=white>x</font><p style='color:#fefe"
	    "fe'>y</p><p style='color:rgb(255,255,250)'>z</p><p style='color:"
	    "#eee'>u</p><p style='color:transparent'>v"), "",
	    "colour 5;" },
	{ "colour on a ground", SPAN_INIT("<table bgcolor=#000080><tr><td>"
	    "<font color=navy>x</font><font color=white>a"), "a\n",
	    "colour 1;" },
	{ "colour that is seen", SPAN_INIT("<p style='color:#999'>a<p style="
	    "'background:url(x) white;color:white'>b<p style='background:#222"
	    ";color:white'>c"), "a\nb\nc\n", "" },
	{ "off screen", SPAN_INIT("<p style='position:absolute;left:-9999px'>"
	    "x</p><p style=text-indent:-999em>y</p><p style=margin-left:"
	    "-10000px>z</p><p style=left:-9999px>a"), "a\n",
	    "off-screen 3;" },
	{ "zero box", SPAN_INIT("<div style='max-height:0;overflow:hidden'>x"
	    "</div><div style='height:0px;overflow:hidden'>y</div><div style="
	    "'height:0'>a</div>"), "a\n", "zero-box 2;" },
	{ "clip", SPAN_INIT("<p style='clip:rect(0 0 0 0)'>x</p><p style='"
	    "clip-path:inset(100%)'>y</p><p style='clip:rect(0,99px,99px,0)'>"
	    "a"), "a\n", "clip 2;" },
	{ "attribute", SPAN_INIT("<p hidden>x</p><dialog>y</dialog><dialog "
	    "open>a</dialog>"), "a\n", "attribute 1;not-rendered 1;" },
	{ "alt and title", SPAN_INIT("<img alt='x y' src=z><a title=t>a"),
	    "a\n", "alt 3;title 1;" },
	{ "rules", SPAN_INIT("<style>.x, #y {display:none} p.z{font-size:0}"
	    "/* .a{display:none} */ @media (max-width:9px){.a{display:none}} "
	    "@media screen{.w{display:none}} div .v{display:none} "
	    ".a:hover{display:none}</style><p class='q x'>1</p><p id=y>2<p "
	    "class=z>3<b class=z></b><p class=a>a<p class=w>4<p class=v>b"
	    "<div><p class=v>5</div>"), "a\nb\n",
	    "display 4;font-size 1;" },
	{ "rules by weight and order", SPAN_INIT("<style>#i{display:block}"
	    ".c{display:none}p{display:block}.d{display:none!important}"
	    "</style><p class=c id=i>a<p class=c>1<p class=d style='display:"
	    "block'>2<p class=c style='display:block'>b"), "a\nb\n",
	    "display 2;" },
	{ "paragraphs end by themselves", SPAN_INIT("<p style=display:none>x"
	    "<p>a<p style=display:none>y<div>b"), "a\nb\n", "display 2;" },
	{ "items and cells, too", SPAN_INIT("<ul><li style=display:none>x<li>"
	    "a</ul><table><tr><td style=display:none>y<td>b<tr><td>c"
	    "</table>"), "a\nb\nc\n", "display 2;" },
	{ "an inner list ends no outer item", SPAN_INIT("<ul><li style=display"
	    ":none>x<ul><li>y</ul>z</ul>a"), "a\n", "display 3;" },
	{ "formatting goes on behind its paragraph", SPAN_INIT("<p><font "
	    "color=white>x</p><p>y</font>a"), "a\n", "colour 2;" },
	{ "... and ends before what began in it", SPAN_INIT("<b style=display:"
	    "none><p>x</b>a"), "a\n", "display 1;" },
	{ "an end tag without a beginning", SPAN_INIT("<p style=display:none>"
	    "x</div>y</p>a"), "a\n", "display 2;" },
	{ "a cell keeps what is in it", SPAN_INIT("<div style=display:none>"
	    "<table><tr><td>x</div>y</table></div>a"), "a\n",
	    "display 2;" },
	{ "SVG", SPAN_INIT("<svg style=display:none><path d=x /><g>x</svg>a"
	    "<svg style=display:none><p>b"), "a\nb\n", "display 1;" },
	{ "noscript is rendered, iframe's text is not", SPAN_INIT("<noscript>"
	    "a</noscript><iframe>x</iframe>"), "a\n", "not-rendered 1;" },
	{ "behind the end", SPAN_INIT("<body>a</body></html>b"), "ab\n", "" },
};

static const struct {
	const char *label;
	struct span in;
	const char *links;	/* "kind url [text] shown! -;" */
} links[] = {
	{ "anchor", SPAN_INIT("<a href='http://a.example/'>go <b>there</b>"
	    "</a>"), "anchor http://a.example/ [go there];" },
	{ "the same place", SPAN_INIT("<a href=http://www.a.example/x>"
	    "a.example</a>"), "anchor http://www.a.example/x [a.example] "
	    "a.example;" },
	{ "a lie", SPAN_INIT("<a href=http://evil.example/>https://bank.test"
	    "</a>"), "anchor http://evil.example/ [https://bank.test] "
	    "bank.test!;" },
	{ "a lie without a scheme", SPAN_INIT("<a href=http://1.2.3.4/>"
	    "www.bank.test now</a>"), "anchor http://1.2.3.4/ "
	    "[www.bank.test now] www.bank.test!;" },
	{ "a lie in pieces", SPAN_INIT("<a href=http://evil.example/>ba<b>nk"
	    "</b>&#46;te<!-- -->st</a>"), "anchor http://evil.example/ "
	    "[bank.test] bank.test!;" },
	{ "an address that lies", SPAN_INIT("<a href=mailto:x@evil.example>"
	    "x@bank.test</a>"), "anchor mailto:x@evil.example [x@bank.test] "
	    "bank.test!;" },
	{ "no lie", SPAN_INIT("<a href=http://a.example>report.pdf</a><a href="
	    "http://a.example>x@bank.test</a>"),
	    "anchor http://a.example [report.pdf];"
	    "anchor http://a.example [x@bank.test];" },
	{ "rewritten by a gateway", SPAN_INIT("<a href='https://x.safelinks."
	    "protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb'>"
	    "a.example</a><a href='https://urldefense.com/v3/__http:/evil."
	    "example/a.example'>a.example</a>"), "anchor https://x.safelinks."
	    "protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb "
	    "[a.example] a.example;anchor https://urldefense.com/v3/__http:/"
	    "evil.example/a.example [a.example] a.example!;" },
	{ "hidden", SPAN_INIT("<a href=http://a.example><span style="
	    "display:none>x</span></a>"), "anchor http://a.example [] -;" },
	{ "not closed", SPAN_INIT("<a href=http://a.example>x<a href="
	    "http://b.example>y"), "anchor http://a.example [x];"
	    "anchor http://b.example [y];" },
	{ "base", SPAN_INIT("<base href=http://a.example/><base href="
	    "http://b.example/><a href=x>y</a>"),
	    "anchor http://a.example/x [y];" },
	{ "relative without base", SPAN_INIT("<a href=x>y</a><a href=#z>"),
	    "" },
	{ "forms", SPAN_INIT("<form action=http://a.example><input formaction"
	    "=http://b.example><button formaction=http://c.example></form>"),
	    "form http://a.example [];form http://b.example [];"
	    "form http://c.example [];" },
	{ "images and pixels", SPAN_INIT("<img src=http://a.example/1><img "
	    "width=1 height=1 src=http://a.example/2><img style='display:none'"
	    " src=http://a.example/3><img src=cid:x><img src=data:,>"),
	    "image http://a.example/1 [];pixel http://a.example/2 [];"
	    "pixel http://a.example/3 [];" },
	{ "refresh", SPAN_INIT("<meta http-equiv=Refresh content='0; URL="
	    "&quot;http://a.example/&quot;'>"),
	    "refresh http://a.example/ [];" },
	{ "the rest", SPAN_INIT("<script src=//a.example/x></script><iframe "
	    "src=http://b.example></iframe><link href=http://c.example>"
	    "<area href=http://d.example>"), "script https://a.example/x [];"
	    "frame http://b.example [];other http://c.example [];"
	    "anchor http://d.example [];" },
	{ "tags as browsers read them", SPAN_INIT("<a/href='http://a.example'>"
	    "x</a><!--><a href=http://b.example>y</a>"),
	    "anchor http://a.example [x];anchor http://b.example [y];" },
	{ "program", SPAN_INIT("<a href='java\nscript:x'>y</a>"),
	    "anchor javascript:x [y];" },
};

static struct content
read(struct span html, struct arena *a)
{
	struct content_in in = { SPAN("Content-Type: text/html\n"), html };
	struct content c;

	T_OK(content_read(&c, &in, a), "read");
	return c;
}

static struct span
show_links(const struct content *c, struct buf *b)
{
	for (size_t k = 0; k < c->n_link; k++) {
		const struct content_link *l = &c->link[k];

		buf_str(b, content_link_name(l->kind));
		buf_byte(b, ' ');
		buf_put(b, l->url.text);
		buf_str(b, " [");
		buf_put(b, l->text);
		buf_byte(b, ']');
		if (!domain_absent(l->shown))
			buf_byte(b, ' ');
		buf_put(b, l->shown.name);
		buf_str(b, l->lies ? "!" : "");
		buf_str(b, l->hidden ? " -;" : ";");
	}
	return buf_span(b);
}

static void
test_facts(struct arena *a)
{
	struct content c = read(SPAN("<meta name=generator content='Word 15'>"
	    "<form onsubmit=x><input type=PassWord><input></form><a href="
	    "'data:text/html,x'>y</a><script></script><object data="
	    "http://a.example/></object>"), a), d, e;

	T_OK(c.html.present && c.html.forms == 1 && c.html.inputs == 2 &&
	    c.html.passwords == 1 && c.html.handlers == 1 &&
	    c.html.data_urls == 1 && c.html.scripts == 1, "counts");
	T_SPAN(c.html.generator_name, SPAN("Word 15"), "generator");
	c = read(SPAN("<div><p style='margin:0;color:red'>a</p></div>"), a);
	d = read(SPAN("<DIV><P style='color:blue;margin:9px'>b</P></DIV>"), a);
	e = read(SPAN("<p><div style='margin:0'>a</div></p>"), a);
	T_OK(c.html.generator == d.html.generator &&
	    c.html.generator_css == d.html.generator_css, "one habit");
	T_OK(c.html.generator != e.html.generator &&
	    c.html.generator_css != e.html.generator_css, "another");
	c = read(SPAN("<p>aaaaa<p style=display:none>bbbb"), a);
	T_INT(c.hidden_share, 400, "share");
	T_SPAN(c.hidden, SPAN("bbbb\n"), "hidden text");
}

#define ALT "Content-Type: multipart/alternative; boundary=a\n"

static void
test_alternatives(struct arena *a)
{
	struct content_in in = { SPAN(ALT), SPAN("--a\n\nplease confirm this "
	    "http://a.example/long/path\n--a\nContent-Type: text/html\n\n"
	    "<p>please <b>refuse</b> this\n--a--\n") };
	struct content c;

	T_OK(content_read(&c, &in, a), "read");
	T_SPAN(c.text, SPAN("please refuse this\n"), "HTML is shown");
	T_INT(c.differs, 333, "a third differs");
	T_OK(!c.part[0].shown && c.part[1].shown, "one is shown");
}

static void
test_bounds(struct arena *a)
{
	static uint8_t big[LIMIT_CONTENT_HTML + 100];
	struct content c;
	struct buf b = BUF_ON(big);

	for (size_t i = 0; i < sizeof(big) / 3; i++)
		buf_str(&b, "<b>");
	c = read(span_head(buf_span(&b), 200000), a);
	T_INT(c.stopped, CONTENT_STOP_DEPTH, "nested too deeply");
	c = read((struct span){ big, sizeof(big) }, a);
	T_INT(c.stopped, CONTENT_STOP_HTML, "too large to be parsed");
	T_OK(!c.html.present && c.text.len == 0, "... so it is not");
	b.len = 0;
	buf_str(&b, "<style>");
	for (unsigned i = 0; i <= LIMIT_CONTENT_RULES; i++)
		buf_str(&b, ".a{display:none}");
	buf_str(&b, "</style><p class=a>x");
	c = read(buf_span(&b), a);
	T_OK(c.stopped == CONTENT_STOP_DEPTH &&
	    c.hidden_octets[CONTENT_HIDDEN_DISPLAY] == 1, "too many rules");
}

int
main(void)
{
	uint8_t room[1000];
	struct arena a;

	arena_init(&a, 64 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct content c = read(cases[i].in, &a);
		struct buf b = BUF_ON(room);

		for (unsigned k = 0; k < CONTENT_N_HIDDEN; k++) {
			if (c.hidden_octets[k] == 0)
				continue;
			buf_str(&b, content_hidden_name(
			    (enum content_hidden_kind)k));
			buf_byte(&b, ' ');
			buf_u64(&b, c.hidden_octets[k]);
			buf_byte(&b, ';');
		}
		T_SPAN(c.text, assay_cstr(cases[i].text), cases[i].label);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].hidden),
		    cases[i].label);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct content c = read(links[i].in, &a);
		struct buf b = BUF_ON(room);

		T_SPAN(show_links(&c, &b), assay_cstr(links[i].links),
		    links[i].label);
	}
	test_facts(&a);
	test_alternatives(&a);
	test_bounds(&a);
	arena_free(&a);
	return t_done();
}
