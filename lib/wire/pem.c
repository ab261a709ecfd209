/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/pem.h"

#include "base/ascii.h"
#include "wire/base64.h"

enum { OCTETS_A_LINE = 48, LABEL_MAX = 64 };

/* The label of the boundary that *rest begins with, behind its first word;
 * takes the boundary.  Absent: it is none. */
static struct span
boundary(struct span *rest, struct span word)
{
	struct span s = span_skip(*rest, word.len), label;
	size_t n = span_search(span_head(s, LABEL_MAX + 5), SPAN("-----"));

	if (!span_starts(*rest, word) || n > LABEL_MAX || n == s.len)
		return SPAN_NONE;
	label = span_head(s, n);
	if (!span_starts(span_skip(s, n), SPAN("-----")) ||
	    span_has(label, '\n'))
		return SPAN_NONE;
	*rest = span_skip(s, n + 5);
	return label;
}

/* RFC 1421 4.6: "Proc-Type: 4,ENCRYPTED" and others, up to an empty line;
 * a colon is no letter of base64. */
static void
skip_headers(struct pem *p)
{
	p->headers = span_has(p->text, ':');
	while (span_has(p->text, ':'))
		span_cut(&p->text, '\n');
}

bool
pem_next(struct pem *out, struct span *rest)
{
	for (;;) {
		size_t at = span_search(*rest, SPAN("-----BEGIN ")), end;
		struct span text, last;

		*rest = span_skip(*rest, at);
		if (rest->len == 0)
			return false;
		out->label = boundary(rest, SPAN("-----BEGIN "));
		if (span_absent(out->label)) {
			*rest = span_skip(*rest, 1);
			continue;
		}
		end = span_search(*rest, SPAN("-----END "));
		text = span_head(*rest, end);
		*rest = span_skip(*rest, end);
		last = boundary(rest, SPAN("-----END "));
		if (span_absent(last) || !span_eq(last, out->label))
			continue;
		out->text = text;
		skip_headers(out);
		return true;
	}
}

void
pem_write(struct buf *out, struct span label, struct span bytes)
{
	buf_str(out, "-----BEGIN ");
	buf_put(out, label);
	buf_str(out, "-----\n");
	while (bytes.len > 0) {
		base64_encode(out, span_head(bytes, OCTETS_A_LINE));
		buf_byte(out, '\n');
		bytes = span_skip(bytes, OCTETS_A_LINE);
	}
	buf_str(out, "-----END ");
	buf_put(out, label);
	buf_str(out, "-----\n");
}
