/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: tags are spans of the text, in order and disjoint, free of ";"
 * and NUL; a good list printed from its tags parses to the same tags. */
#include "wire/taglist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_tag(struct span text, const struct tag *t, size_t *from)
{
	must(t->name.len > 0 && !span_has(t->name, '='));
	must(t->name.ptr >= text.ptr + *from);
	must(!span_has(t->value, ';') && !span_has(t->value, 0));
	*from = (size_t)(t->value.ptr - text.ptr) + t->value.len;
	must(*from <= text.len);
}

static void
print_and_parse(const struct taglist *l, size_t size, struct arena *a)
{
	struct buf b = arena_buf(a, size * 3 + 8);
	struct taglist again;

	for (size_t i = 0; i < l->n; i++) {
		buf_put(&b, l->tag[i].name);
		buf_str(&b, "=");
		buf_put(&b, l->tag[i].value);
		buf_str(&b, ";");
	}
	must(!b.full && taglist_parse(&again, buf_span(&b), a));
	must(again.n == l->n);
	for (size_t i = 0; i < l->n; i++)
		must(span_eq(again.tag[i].name, l->tag[i].name) &&
		    span_eq(again.tag[i].value, l->tag[i].value) &&
		    span_eq(taglist_value(l, l->tag[i].name),
		    l->tag[i].value));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size };
	struct taglist l;
	struct arena a;
	size_t from = 0;
	bool ok;

	if (size > 65536)
		return 0;
	arena_init(&a, 1u << 20);
	ok = taglist_parse(&l, text, &a);
	must(ok == (!l.bad && !l.duplicate));
	for (size_t i = 0; i < l.n; i++)
		check_tag(text, &l.tag[i], &from);
	if (ok)
		print_and_parse(&l, size, &a);
	else
		must(l.what.len <= size);
	arena_free(&a);
	return 0;
}
