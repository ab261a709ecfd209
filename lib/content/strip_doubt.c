/* SPDX-License-Identifier: Apache-2.0 */
#include "content/strip_doubt.h"

#include "base/ascii.h"
#include "content/inner.h"
#include "wire/head.h"
#include "wire/mime.h"

enum { SECTIONS = 20 };		/* of a name that mime_param() joins         */

/* Sections of the name, and names, that are more than is looked at. */
static bool
is_long(struct span value, struct span name)
{
	struct span rest = value, one;
	size_t n = 0;

	while (mime_param_next(&rest, &one))
		n += span_ieq(span_head(one, span_find(one, '*')), name);
	return n > SECTIONS || (n > 0 && value.len >= LIMIT_FILE_NAME);
}

/* What some program opens it with is another than what ours says. */
static bool
differs_from(struct span extension, struct span value, struct span name,
    struct arena *a)
{
	struct span one = mime_param(value, name, a);

	for (size_t n = 0; !span_absent(one); n++) {
		if (!span_eq(attach_extension(one, a), extension))
			return true;
		one = mime_param_plain(value, name, n, a);
	}
	return false;
}

/* Old programs take a file out of "begin 644 name" wherever it stands. */
static bool
has_uuencoded(struct span s)
{
	for (struct span line = head_line(s); line.len > 0;
	    line = head_line(s)) {
		struct span mode = span_skip(line, 6);

		s = span_skip(s, line.len);
		if (span_starts(line, SPAN("begin ")) &&
		    is_digit(span_at(mode, 0)) &&
		    is_digit(span_at(mode, 1)) && is_digit(span_at(mode, 2)))
			return true;
	}
	return false;
}

static bool
names_differ(const struct part *p, struct span type, struct span as,
    struct arena *a)
{
	struct arena_mark m = arena_mark(a);
	struct span extension = attach_extension(p->name, a);
	bool differ = differs_from(extension, as, SPAN("filename"), a) ||
	    differs_from(extension, type, SPAN("name"), a);

	arena_back(a, m);
	return differ;
}

const char *
strip_doubt(const struct part *p, struct arena *a)
{
	struct span type = head_value(p->header, SPAN("Content-Type"));
	struct span as = head_value(p->header, SPAN("Content-Disposition"));

	/* first: what is compared below is compared each with each */
	if (is_long(as, SPAN("filename")) || is_long(type, SPAN("name")))
		return "a name is too long";
	if (names_differ(p, type, as, a))
		return "a file has two names";
	if (p->encoding == PART_PLAIN && has_uuencoded(p->content))
		return "a text holds a file";
	return NULL;
}
