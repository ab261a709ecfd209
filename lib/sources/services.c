/* SPDX-License-Identifier: Apache-2.0 */
/* services.c - the table of well-known services. */
#include "sources/services.h"

#include "wire/taglist.h"

static bool
kind_of(enum service_kind *out, struct span word)
{
	*out = SERVICE_SENDS;
	if (span_absent(word) || span_eq(word, SPAN("sends")))
		return true;
	*out = SERVICE_MAILBOXES;
	if (span_eq(word, SPAN("mailboxes")))
		return true;
	*out = SERVICE_FORWARDS;
	return span_eq(word, SPAN("forwards"));
}

static bool
line_read(struct service *out, struct span line, struct arena *a)
{
	struct taglist list;

	if (!taglist_parse(&list, line, a))
		return false;
	*out = (struct service){
		.name = taglist_value(&list, SPAN("name")),
		.set = taglist_value(&list, SPAN("set")),
		.page = taglist_value(&list, SPAN("page")),
		.d = taglist_value(&list, SPAN("d")),
		.spf = taglist_value(&list, SPAN("spf")),
		.path = taglist_value(&list, SPAN("path")),
	};
	return out->name.len > 0 &&
	    kind_of(&out->kind, taglist_value(&list, SPAN("kind")));
}

bool
services_read(struct services *out, struct span text, struct arena *a)
{
	const struct service **end = &out->first;
	size_t number = 0;

	*out = (struct services){ .first = NULL };
	while (text.len > 0) {
		struct span line = span_trim_fws(span_cut(&text, '\n'));
		struct service read, *s;

		number++;
		if (line.len == 0 || span_at(line, 0) == '#')
			continue;
		if (!line_read(&read, line, a)) {
			if (out->bad_line == 0)
				out->bad_line = number;
			continue;
		}
		s = arena_alloc(a, sizeof(*s));
		if (s == NULL)
			return false;
		*s = read;
		*end = s;
		end = &s->next;
		out->n++;
	}
	return !a->failed;
}

static bool
has(struct span list, struct domain name)
{
	while (list.len > 0) {
		struct domain d = { taglist_item(&list) };

		if (d.name.len > 0 && domain_within(name, d))
			return true;
	}
	return false;
}

const struct service *
services_of(const struct services *table, struct domain name)
{
	const struct service *s = table == NULL ? NULL : table->first;

	while (s != NULL && !has(s->d, name) && !has(s->path, name))
		s = s->next;
	return s;
}

const struct service *
services_of_spf(const struct services *table, struct domain include)
{
	const struct service *s = table == NULL ? NULL : table->first;

	while (s != NULL && !has(s->spf, include))
		s = s->next;
	return s;
}
