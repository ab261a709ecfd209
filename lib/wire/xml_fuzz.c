/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a strict reader takes, expat takes with namespaces, and both tell
 * the same elements and texts; windows of any size tell the same; a lenient
 * reader tells of a well-formed document what a strict one does.  The first
 * octet chooses the size of the windows.
 */
#include "wire/xml.h"

#include <stdio.h>
#include <string.h>

#include <expat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOMY = 1 << 19, SEPARATOR = '\n' };

struct story {
	uint8_t room[ROOMY];
	struct buf b;
	uint8_t chars[ROOMY];	/* expat */
	struct buf text;
};

static void
tell(struct buf *b, char what, struct span text)
{
	buf_byte(b, (uint8_t)what);
	buf_put(b, span_trim_fws(text));
	buf_byte(b, 0);
}

/* ---- ours ---- */

static bool
read_all(struct xml *x, struct span doc, size_t window, bool lenient,
    struct story *s)
{
	s->b = (struct buf){ s->room, 0, ROOMY, false };
	xml_start(x, lenient);
	for (;;) {
		struct span w = span_head(doc, window);
		switch (xml_next(x)) {
		case XML_NEED:
			doc = span_skip(doc, w.len);
			xml_feed(x, w, doc.len == 0);
			break;
		case XML_OPEN:
			tell(&s->b, 't', x->before);
			tell(&s->b, 'o', x->name);
			tell(&s->b, 'n', x->ns);
			break;
		case XML_LEAF:
			tell(&s->b, 't', x->before);
			tell(&s->b, 'o', x->name);
			tell(&s->b, 'n', x->ns);
			tell(&s->b, 't', x->text);
			tell(&s->b, 'c', SPAN(""));
			break;
		case XML_CLOSE:
			tell(&s->b, 't', x->text);
			tell(&s->b, 'c', SPAN(""));
			break;
		case XML_END:
			return true;
		case XML_BAD:
			tell(&s->b, 'x', assay_cstr(x->why));
			return false;
		case XML_AGAIN:
			__builtin_trap();
		}
	}
}

/* ---- expat ---- */

static void
flush(struct story *s)
{
	tell(&s->b, 't', buf_span(&s->text));
	s->text.len = 0;
}

static void
on_open(void *ctx, const XML_Char *name, const XML_Char **attr)
{
	struct story *s = ctx;
	struct span n = assay_cstr(name);
	size_t at = span_rfind(n, SEPARATOR);

	(void)attr;
	flush(s);
	tell(&s->b, 'o', at < n.len ? span_skip(n, at + 1) : n);
	tell(&s->b, 'n', at < n.len ? span_head(n, at) : SPAN(""));
}

static void
on_close(void *ctx, const XML_Char *name)
{
	struct story *s = ctx;

	(void)name;
	flush(s);
	tell(&s->b, 'c', SPAN(""));
}

static void
on_text(void *ctx, const XML_Char *text, int len)
{
	struct story *s = ctx;

	buf_put(&s->text, (struct span){ (const uint8_t *)text, (size_t)len });
}

static int
on_encoding(void *ctx, const XML_Char *name, XML_Encoding *e)
{
	static const int high[32] = { 0x20ac, -1, 0x201a, 0x192, 0x201e,
	    0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, -1,
	    0x17d, -1, -1, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
	    0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, -1, 0x17e, 0x178 };

	(void)ctx;
	if (!span_ieq(assay_cstr(name), SPAN("windows-1252")))
		return XML_STATUS_ERROR;
	for (int i = 0; i < 256; i++)
		e->map[i] = i < 0x80 || i >= 0xa0 ? i : high[i - 0x80];
	e->data = NULL;
	e->convert = NULL;
	e->release = NULL;
	return XML_STATUS_OK;
}

static bool
expat_reads(struct span doc, struct story *s)
{
	XML_Parser p = XML_ParserCreateNS(NULL, SEPARATOR);
	bool ok;

	if (p == NULL)
		__builtin_trap();
	s->b = (struct buf){ s->room, 0, ROOMY, false };
	s->text = (struct buf){ s->chars, 0, ROOMY, false };
	XML_SetUserData(p, s);
	XML_SetElementHandler(p, on_open, on_close);
	XML_SetCharacterDataHandler(p, on_text);
	XML_SetUnknownEncodingHandler(p, on_encoding, NULL);
	ok = XML_Parse(p, doc.len == 0 ? "" : (const char *)doc.ptr,
	    (int)doc.len, 1) == XML_STATUS_OK;
	XML_ParserFree(p);
	return ok;
}

static void
must(bool ok, const char *what, const struct story *a, const struct story *b)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	fwrite(a->room, 1, a->b.len, stderr);
	fputs("\n--\n", stderr);
	fwrite(b->room, 1, b->b.len, stderr);
	__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct xml x;
	static struct story one, two, theirs;
	struct span doc = { data, size };
	size_t window;
	bool ok, malformed;

	if (size < 1 || size > LIMIT_XML_TEXT - 100)
		return 0;
	window = data[0] % 40 + 1u;
	doc = span_skip(doc, 1);
	ok = read_all(&x, doc, SIZE_MAX, false, &one);
	must(read_all(&x, doc, window, false, &two) == ok &&
	    span_eq(buf_span(&one.b), buf_span(&two.b)),
	    "windows matter", &one, &two);
	if (ok) {
		must(expat_reads(doc, &theirs), "expat refuses", &one,
		    &theirs);
		must(span_eq(buf_span(&one.b), buf_span(&theirs.b)),
		    "expat reads something else", &one, &theirs);
		must(read_all(&x, doc, window, true, &two) && !x.malformed &&
		    span_eq(buf_span(&one.b), buf_span(&two.b)),
		    "a lenient reader differs", &one, &two);
		return 0;
	}
	ok = read_all(&x, doc, SIZE_MAX, true, &one);
	malformed = x.malformed;
	must(malformed || !ok, "no repair is noted", &one, &one);
	must(read_all(&x, doc, window, true, &two) == ok &&
	    x.malformed == malformed &&
	    span_eq(buf_span(&one.b), buf_span(&two.b)),
	    "windows matter to a lenient reader", &one, &two);
	return 0;
}
