/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mime_doubt.h"

#include "base/ascii.h"
#include "wire/head.h"

/* Readers differ about which of two is meant (RFC 2045 knows one). */
static bool
says_twice(struct span header)
{
	static const struct span once[] = { SPAN_INIT("Content-Type"),
		SPAN_INIT("Content-Disposition"),
		SPAN_INIT("Content-Transfer-Encoding") };
	unsigned seen[3] = { 0 };
	struct field f;

	while (head_next(&header, &f))
		for (unsigned i = 0; i < 3; i++)
			if (span_ieq(f.name, once[i]) && ++seen[i] > 1)
				return true;
	return false;
}

/* Some end a value at a control, some pass it over. */
static bool
has_controls(struct span header)
{
	static const struct span content = SPAN_INIT("Content-");
	struct field f;

	while (head_next(&header, &f)) {
		if (!span_ieq(span_head(f.name, content.len), content))
			continue;
		for (size_t i = 0; i < f.value.len; i++) {
			int c = span_at(f.value, i);

			if (c == 127 || (c < 32 && !is_fws(c)))
				return true;
		}
	}
	return false;
}

/* RFC 2045 6.1: identity has three words. */
static bool
is_plain(struct span encoding)
{
	return encoding.len == 0 || span_ieq(encoding, SPAN("7bit")) ||
	    span_ieq(encoding, SPAN("8bit")) ||
	    span_ieq(encoding, SPAN("binary"));
}

/* Some pass over what stands around the word, or know others. */
static bool
is_coded(struct span encoding)
{
	return span_ieq(encoding, SPAN("base64")) ||
	    span_ieq(encoding, SPAN("quoted-printable"));
}

/* "boundary", "boundary*0": who knows RFC 2231 joins them, others do not. */
static size_t
boundaries(struct span header)
{
	struct span value = head_value(header, SPAN("Content-Type")), name;
	size_t n = 0;

	while (mime_param_next(&value, &name))
		n += span_ieq(span_head(name, span_find(name, '*')),
		    SPAN("boundary"));
	return n;
}

const char *
mime_doubt(struct span header, const struct mime_type *t)
{
	struct span encoding = head_value(header,
	    SPAN("Content-Transfer-Encoding"));
	bool message = span_eq(t->type, SPAN("message/rfc822")) ||
	    span_eq(t->type, SPAN("message/global"));

	if (says_twice(header))
		return "a header says two things";
	if (has_controls(header))
		return "a header holds controls";
	if (t->multipart && (span_absent(t->boundary) ||
	    boundaries(header) != 1))
		return "nobody knows the boundary of its parts";
	/* RFC 2045 6.4, RFC 2046 5.2.1: never; some decode it all the same */
	if ((t->multipart || message) && !is_plain(encoding))
		return "what has parts is encoded";
	if (!is_plain(encoding) && !is_coded(encoding))
		return "nobody knows the encoding of a part";
	/* RFC 2046 5.2.2, 5.2.3: what is in it lies elsewhere */
	if (span_eq(t->type, SPAN("message/partial")) ||
	    span_eq(t->type, SPAN("message/external-body")))
		return "some of it is not in this message";
	return NULL;
}
