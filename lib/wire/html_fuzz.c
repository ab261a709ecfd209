/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Oracle: gumbo, which builds the tree of the standard.  Whatever has a link
 * or a source there has it here: a link that a browser would show is never
 * missed.  (The other way round does not hold: a tree drops tags.)  Besides:
 * every token takes something, and its spans are of the text.
 */
#include "wire/html.h"

#include <gumbo.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 400, LARGEST = 4096 };

struct seen {
	struct arena *arena;
	struct span value[MAX];
	size_t n;
	unsigned foreign;
};

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

/* The standard makes LF of CR before all else (13.2.3.5). */
static struct span
newlines(struct span s, struct arena *a)
{
	struct buf b = arena_buf(a, s.len);

	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) != '\r')
			buf_byte(&b, (uint8_t)span_at(s, i));
		else if (span_at(s, i + 1) != '\n')
			buf_byte(&b, '\n');
	return arena_done(a, &b);
}

static bool
is_wanted(struct span name)
{
	return span_ieq(name, SPAN("href")) || span_ieq(name, SPAN("src"));
}

static void
take(struct seen *seen, const struct html_token *t)
{
	struct span attrs = t->attrs;
	struct html_attr attr;
	struct buf b;

	while (html_attr_next(&attrs, &attr)) {
		if (!is_wanted(attr.name) || seen->n == MAX)
			continue;
		b = arena_buf(seen->arena, attr.value.len * HTML_GROWTH + 1);
		html_unescape(&b, attr.value, true);
		seen->value[seen->n++] = newlines(buf_span(&b), seen->arena);
	}
}

static void
find(const struct seen *seen, struct span value)
{
	for (size_t i = 0; i < seen->n; i++)
		if (span_eq(seen->value[i], value))
			return;
	must(seen->n == MAX);
}

static void
walk(const GumboNode *node, const struct seen *seen)
{
	const GumboElement *e = &node->v.element;

	if (node->type != GUMBO_NODE_ELEMENT &&
	    node->type != GUMBO_NODE_TEMPLATE)
		return;
	for (unsigned i = 0; i < e->attributes.length; i++) {
		const GumboAttribute *a = e->attributes.data[i];

		if (is_wanted(assay_cstr(a->name)))
			find(seen, newlines(assay_cstr(a->value),
			    seen->arena));
	}
	for (unsigned i = 0; i < e->children.length; i++)
		walk(e->children.data[i], seen);
}

/* What the two do not agree on by design: gumbo is of 2015, its strings end
 * at NUL and controls are U+FFFD; SVG and MathML are the reader's to tell. */
/* A number that does not fit an int: gumbo takes what is left of it. */
static bool
is_huge(struct span s)
{
	size_t n = 2;

	while (hex_value(span_at(s, n)) >= 0 || to_lower(span_at(s, n)) == 'x')
		n++;
	return span_starts(s, SPAN("&#")) && n > 9;
}

static bool
is_comparable(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		struct span rest = span_skip(s, i);

		if (span_at(rest, 0) >= 0x7f || (span_at(rest, 0) < ' ' &&
		    !is_fws(span_at(rest, 0))) ||
		    span_istarts(rest, SPAN("<svg")) ||
		    span_istarts(rest, SPAN("<math")) ||
		    span_istarts(rest, SPAN("<noscript")) ||
		    span_istarts(rest, SPAN("<isindex")) || is_huge(rest))
			return false;
	}
	return s.len <= LARGEST;
}

/* In a select, and where frames are, the tree drops the tags whose text is
 * not parsed, and then the text is. */
static bool
is_dropped(const struct html_token *t)
{
	return t->kind == HTML_OPEN && (span_ieq(t->name, SPAN("select")) ||
	    span_ieq(t->name, SPAN("frameset")) ||
	    span_ieq(t->name, SPAN("frame")) ||
	    span_ieq(t->name, SPAN("colgroup")) ||
	    span_ieq(t->name, SPAN("template")) ||
	    span_ieq(t->name, SPAN("textarea")) ||
	    span_ieq(t->name, SPAN("title")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct html h = { .rest = in };
	struct html_token t;
	struct arena a;
	bool compare = is_comparable(in);
	struct seen *seen;

	arena_init(&a, 64 << 20);
	seen = arena_alloc(&a, sizeof(*seen));
	seen->arena = &a;
	while (html_next(&h, &t)) {
		must(h.rest.len < in.len);
		must(t.text.len + t.name.len + t.attrs.len <= size);
		if (t.kind == HTML_OPEN)
			take(seen, &t);
		compare &= !is_dropped(&t);
	}
	if (compare) {
		GumboOutput *tree = gumbo_parse_with_options(
		    &kGumboDefaultOptions, (const char *)data, size);

		walk(tree->root, seen);
		gumbo_destroy_output(&kGumboDefaultOptions, tree);
	}
	arena_free(&a);
	return 0;
}
