/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces in XML 1.0: which prefix means which name. */
#include "wire/xml_inner.h"

static const struct span xml_ns = SPAN_INIT(
    "http://www.w3.org/XML/1998/namespace");
static const struct span xmlns_ns = SPAN_INIT(
    "http://www.w3.org/2000/xmlns/");

/* The innermost binding of prefix. */
static bool
look_up(const struct xml *x, struct span prefix, struct span *uri)
{
	for (size_t i = x->n_binding; i > 0; i--)
		if (span_eq(x->binding[i - 1].prefix, prefix)) {
			*uri = x->binding[i - 1].uri;
			return true;
		}
	*uri = xml_ns;
	return span_eq(prefix, SPAN("xml"));
}

static void
set_default(struct xml *x)
{
	if (!look_up(x, SPAN(""), &x->dflt) || x->dflt.len == 0)
		x->dflt = SPAN_NONE;
}

/* A copy that lives as long as the binding. */
static struct span
store(struct xml *x, struct span s)
{
	struct span at = buf_span(&x->uris);

	if (s.len > x->uris.cap - x->uris.len) {
		xml_stop(x, "namespaces are too long");
		return SPAN("");
	}
	buf_put(&x->uris, s);
	return span_skip(buf_span(&x->uris), at.len);
}

/* Namespaces 3: what may not be bound, and to what.  References and line
 * ends are refused (xml.h). */
static const char *
may_bind(struct span prefix, struct span uri)
{
	if (span_eq(prefix, SPAN("xmlns")))
		return "the prefix xmlns is reserved";
	if (span_eq(prefix, SPAN("xml")) != span_eq(uri, xml_ns) ||
	    span_eq(uri, xmlns_ns))
		return "a reserved namespace";
	if (prefix.len > 0 && uri.len == 0)
		return "a prefix without a namespace";
	for (size_t i = 0; i < uri.len; i++)
		if (span_at(uri, i) < 0x20 || span_at(uri, i) == '&')
			return "a namespace that is not read here";
	return NULL;
}

static const char *
bind(struct xml *x, struct span prefix, struct span uri)
{
	const char *why = may_bind(prefix, uri);
	struct xml_binding *b;

	if (why != NULL)
		return why;
	if (x->n_binding == LIMIT_XML_BINDINGS)
		return "too many namespaces";
	b = &x->binding[x->n_binding];
	b->mark = x->uris.len;
	b->depth = x->depth + 1;
	b->prefix = store(x, prefix);
	b->uri = store(x, uri);
	x->n_binding++;
	if (prefix.len == 0)
		x->dflt = b->uri.len > 0 ? b->uri : SPAN_NONE;
	return NULL;
}

static bool
is_declaration(const struct xml_attr *a, struct span *prefix)
{
	bool has_colon = a->colon < a->name.len;

	*prefix = has_colon ? span_skip(a->name, a->colon + 1) : SPAN("");
	return span_eq(span_head(a->name, a->colon), SPAN("xmlns"));
}

/* Namespaces 6.3: the same name with prefixes of the same namespace. */
static const char *
prefixed_attributes(const struct xml *x)
{
	struct span uri[LIMIT_XML_ATTRS], none;

	for (size_t i = 0; i < x->n_attr; i++) {
		const struct xml_attr *a = &x->attr[i];
		uri[i] = SPAN_NONE;
		if (a->colon == a->name.len || is_declaration(a, &none))
			continue;
		if (!look_up(x, span_head(a->name, a->colon), &uri[i]))
			return "a prefix that is not declared";
		for (size_t k = 0; k < i; k++)
			if (!span_absent(uri[k]) && span_eq(uri[k], uri[i]) &&
			    span_eq(span_skip(x->attr[k].name,
			    x->attr[k].colon), span_skip(a->name, a->colon)))
				return "an attribute stands twice";
	}
	return NULL;
}

const char *
xml_bind(struct xml *x, struct span qname, size_t colon)
{
	const char *why = NULL, *first = NULL;
	struct span prefix;

	for (size_t i = 0; i < x->n_attr; i++) {
		if (!is_declaration(&x->attr[i], &prefix))
			continue;
		why = bind(x, prefix, x->attr[i].value);
		first = first == NULL ? why : first;
	}
	why = prefixed_attributes(x);
	first = first == NULL ? why : first;
	if (colon < qname.len &&
	    !look_up(x, span_head(qname, colon), &x->ns)) {
		x->ns = SPAN_NONE;
		first = first == NULL ? "a prefix that is not declared" : first;
	}
	return first;
}

void
xml_unbind(struct xml *x, size_t depth)
{
	bool gone = false;

	while (x->n_binding > 0 &&
	    x->binding[x->n_binding - 1].depth > depth) {
		x->n_binding--;
		x->uris.len = x->binding[x->n_binding].mark;
		gone = true;
	}
	if (gone)
		set_default(x);
}
