/* SPDX-License-Identifier: Apache-2.0 */
/* The identifier, the file name and the Subject of a report (RFC 9990
 * 3.5.1, 3.5.2). */
#include "base/ascii.h"
#include "base/limits.h"
#include "report/aggregate_out.h"

/* RFC 5322 3.2.3. */
static bool
is_atext(int c)
{
	return is_alnum(c) || (c > 0 && span_has(SPAN("!#$%&'*+-/=?^_`{|}~"),
	    (uint8_t)c));
}

static bool
is_dot_atom(struct span s)
{
	bool dot = true;	/* as if one stood before */

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (c == '.' ? dot : !is_atext(c))
			return false;
		dot = c == '.';
	}
	return !dot;
}

/* domain-name of RFC 6376 3.5, as A-labels; underscores are met, too. */
static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_alnum(c) && c != '-' && c != '_' && c != '.')
			return false;
	}
	return s.len <= LIMIT_NAME && is_dot_atom(s);
}

bool
aggregate_id_valid(struct span id)
{
	struct span left;

	if (span_starts(id, SPAN("<")) && span_ends(id, SPAN(">")))
		id = span_slice(id, 1, id.len - 1);
	if (!span_has(id, '@'))
		return is_dot_atom(id);
	left = span_cut(&id, '@');
	return is_dot_atom(left) && is_dot_atom(id);
}

static void
put_alnum(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_alnum(span_at(s, i)))
			buf_byte(out, (uint8_t)span_at(s, i));
}

bool
aggregate_id_make(struct buf *out, int64_t begin, struct span domain,
    struct span distinct, struct span submitter)
{
	if (!is_name(domain) || !is_name(submitter) || begin < 0)
		return false;
	buf_u64(out, (uint64_t)begin);
	buf_str(out, "-");
	buf_put(out, domain);
	if (distinct.len > 0)
		buf_str(out, "-");
	put_alnum(out, distinct);
	buf_str(out, "@");
	buf_put(out, submitter);
	return !out->full;
}

bool
aggregate_file_name(struct buf *out, struct span receiver, struct span domain,
    int64_t begin, int64_t end, struct span unique, bool gzip)
{
	size_t at;

	if (!is_name(receiver) || !is_name(domain) || begin < 0 || end < 0)
		return false;
	buf_put(out, receiver);
	buf_str(out, "!");
	buf_put(out, domain);
	buf_str(out, "!");
	buf_u64(out, (uint64_t)begin);
	buf_str(out, "!");
	buf_u64(out, (uint64_t)end);
	at = out->len;
	buf_str(out, "!");
	put_alnum(out, unique);
	if (out->len == at + 1)
		out->len = at;	/* 1*(ALPHA / DIGIT), or none of it */
	buf_str(out, gzip ? ".xml.gz" : ".xml");
	return !out->full;
}

bool
aggregate_subject(struct buf *out, struct span domain, struct span submitter,
    struct span id)
{
	if (!is_name(domain) || !is_name(submitter) || !aggregate_id_valid(id))
		return false;
	buf_str(out, "Report Domain: ");
	buf_put(out, domain);
	buf_str(out, " Submitter: ");
	buf_put(out, submitter);
	buf_str(out, " Report-ID: ");
	buf_put(out, id);
	return !out->full;
}
