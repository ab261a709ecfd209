/* SPDX-License-Identifier: Apache-2.0 */
/* body.c - traits of the body: its parts, its text, what hangs on it. */
#include "traits/inner.h"

#include "base/limits.h"
#include "wire/mime.h"

enum { TREE = 200 };

static void
read_type(struct reading *r, const struct part *top)
{
	struct span value = header_raw(r, K_CONTENT_TYPE), format;
	struct mime_type type;
	struct buf v;

	if (r->count[K_CTE] > 0) {
		v = value_open(r, TRAIT_TRANSFER_ENCODING, 20);
		put_text(&v, span_head(top->cte, 20), true);
		value_close(r, TRAIT_TRANSFER_ENCODING, &v);
	}
	if (r->count[K_CONTENT_TYPE] == 0)
		return;
	value_set(r, TRAIT_CONTENT_TYPE, span_head(top->type, 60));
	v = value_open(r, TRAIT_CHARSET, 20);
	put_text(&v, span_head(top->charset, 20), true);
	value_close(r, TRAIT_CHARSET, &v);
	format = mime_param(value, SPAN("format"), r->a);
	v = value_open(r, TRAIT_FORMAT, 20);
	put_text(&v, span_head(format, 20), true);
	value_close(r, TRAIT_FORMAT, &v);
	mime_type_read(&type, value, r->a);
	v = value_open(r, TRAIT_BOUNDARY_SHAPE, 30);
	put_id_shape(&v, type.boundary);
	value_close(r, TRAIT_BOUNDARY_SHAPE, &v);
}

static void
read_tree(struct reading *r, const struct parts *parts)
{
	struct buf v = value_open(r, TRAIT_MIME_TREE, TREE);

	for (size_t i = 0; i < parts->n && i < 10; i++) {
		if (i > 0)
			buf_byte(&v, ' ');
		/* what is not said is a habit too */
		if (i == 0 && r->count[K_CONTENT_TYPE] == 0)
			buf_str(&v, "unsaid");
		else
			put_text(&v, parts->part[i].type, false);
	}
	value_close(r, TRAIT_MIME_TREE, &v);
}

/* The extension of a file name, as far as it is one. */
static void
add_file(struct reading *r, struct span name)
{
	size_t dot = span_rfind(name, '.');
	struct span ext = span_skip(name, dot + 1);
	struct buf v;

	if (name.len == 0)
		return;
	v = value_open(r, TRAIT_ATTACHMENTS, 12);
	if (dot == name.len || ext.len == 0 || ext.len > 8)
		buf_str(&v, "(none)");
	else
		put_text(&v, ext, true);
	value_add(r, TRAIT_ATTACHMENTS, &v);
}

/* The text that is read: the first plain one, or the first one of HTML. */
static const struct part *
main_text(const struct parts *parts, bool *html)
{
	const struct part *found = NULL;

	*html = false;
	for (size_t i = 0; i < parts->n; i++) {
		const struct part *p = &parts->part[i];

		if (span_eq(p->type, SPAN("text/html")))
			*html = true;
		if (is_text(p) && (found == NULL ||
		    (span_eq(p->type, SPAN("text/plain")) &&
		    !span_eq(found->type, SPAN("text/plain")))))
			found = p;
	}
	return found;
}

static void
quick_look(struct reading *r, const struct parts *parts)
{
	bool html;
	const struct part *p = main_text(parts, &html);
	struct span text = SPAN_NONE;

	for (size_t i = 0; i < parts->n; i++) {
		const struct part *one = &parts->part[i];

		add_file(r, one->name);
		if (is_text(one))
			quick_links(r, quick_text(one, r->a,
			    LIMIT_TRAIT_BODY));
	}
	if (p != NULL)
		text = quick_text(p, r->a, LIMIT_TRAIT_BODY);
	if (p != NULL && span_eq(p->type, SPAN("text/html")))
		text = quick_tags_off(text, r->a);
	traits_words(r, text);
	traits_scripts(r, text);
	traits_sketch(r, text);
	value_set(r, TRAIT_HTML, html ? SPAN("yes") : SPAN("no"));
}

void
traits_body(struct reading *r)
{
	struct parts *parts = arena_alloc(r->a, sizeof(*parts));

	if (parts == NULL)
		return;
	quick_parts(parts, r);
	read_type(r, &parts->part[0]);
	read_tree(r, parts);
	traits_subject(r);
	if (r->in->content != NULL)
		traits_content(r, r->in->content);
	else
		quick_look(r, parts);
	value_number(r, TRAIT_LENGTH, size_class(r->in->body.len));
	value_number(r, TRAIT_LINK_COUNT,
	    size_class(r->t->many[TRAIT_LINKS].n));
}
