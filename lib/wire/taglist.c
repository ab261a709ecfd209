/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/taglist.h"

#include "base/ascii.h"
#include "base/limits.h"

/* VALCHAR of RFC 6376 3.2 (a vchar but not ";"), WSP, and UTF-8. */
static const struct byteset value_set = { { 1ull << 9 |
    (0xffffffff00000000ull & ~(1ull << ';')), ~0ull >> 1, ~0ull, ~0ull } };
/* ALNUMPUNC: letters, digits and "_". */
static const struct byteset name_set = { { 0x03ff000000000000ull,
    0x07fffffe87fffffeull, 0, 0 } };

/* CR and LF only as CRLF before WSP: FWS of RFC 6376 2.8. */
static bool
value_ok(struct span value)
{
	struct span rest = value;

	for (;;) {
		size_t run = span_run_set(rest, &value_set);

		rest = span_skip(rest, run);
		if (rest.len == 0)
			return true;
		if (!span_starts(rest, SPAN("\r\n")) ||
		    !is_wsp(span_at(rest, 2)))
			return false;
		rest = span_skip(rest, 2);
	}
}

static bool
name_ok(struct span name)
{
	return is_alpha(span_at(name, 0)) &&
	    span_run_set(name, &name_set) == name.len;
}

/* tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS] */
static bool
spec(struct tag *out, struct span text)
{
	size_t eq = span_find(text, '=');

	if (eq == text.len || !value_ok(text))
		return false;
	out->name = span_trim_fws(span_head(text, eq));
	out->value = span_trim_fws(span_skip(text, eq + 1));
	return name_ok(out->name);
}

static void
wrong(struct taglist *l, struct span what)
{
	if (!l->bad && !l->duplicate)
		l->what = what;
}

static void
add(struct taglist *l, struct span text)
{
	struct tag t;

	if (l->n >= LIMIT_TAGS || !spec(&t, text)) {
		wrong(l, text);
		l->bad = true;
		return;
	}
	if (taglist_get(l, t.name) != NULL) {
		wrong(l, text);
		l->duplicate = true;
	}
	l->tag[l->n++] = t;
}

/* How many specs at most, so that a usual list costs a small array. */
static size_t
count(struct span text)
{
	size_t n = 0;

	while (text.len > 0 && n < LIMIT_TAGS) {
		span_cut(&text, ';');
		n++;
	}
	return n;
}

bool
taglist_parse(struct taglist *out, struct span text, struct arena *a)
{
	*out = (struct taglist){ .n = 0 };
	text = span_trim_fws(text);
	out->tag = arena_array(a, count(text), sizeof(*out->tag));
	if (out->tag == NULL)
		return false;
	/* RFC 6376 3.2: tag-list = tag-spec *( ";" tag-spec ) [ ";" ] */
	do {
		add(out, span_cut(&text, ';'));
	} while (text.len > 0 && (out->n < LIMIT_TAGS || !out->bad));
	return !out->bad && !out->duplicate;
}

const struct tag *
taglist_get(const struct taglist *list, struct span name)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_eq(list->tag[i].name, name))
			return &list->tag[i];
	return NULL;
}

struct span
taglist_value(const struct taglist *list, struct span name)
{
	const struct tag *t = taglist_get(list, name);

	return t == NULL ? SPAN_NONE : t->value;
}

struct span
taglist_item(struct span *rest)
{
	return span_trim_fws(span_cut(rest, ':'));
}

bool
taglist_has_item(struct span list, struct span word)
{
	while (list.len > 0)
		if (span_ieq(taglist_item(&list), word))
			return true;
	return false;
}
