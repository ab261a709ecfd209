/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/canon.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/scan.h"

/* Collects small pieces, so that the hash is called about once a field. */
struct sink {
	struct sha256 *sha;
	struct buf out;
	bool content;		/* of the value, something was put     */
	bool wsp;		/* white space is owed before the next */
};

static void
sink_flush(struct sink *k)
{
	sha256_put(k->sha, buf_span(&k->out));
	k->out.len = 0;
}

static void
sink_put(struct sink *k, struct span s)
{
	if (s.len > k->out.cap - k->out.len)
		sink_flush(k);
	if (s.len > k->out.cap)
		sha256_put(k->sha, s);
	else
		buf_put(&k->out, s);
}

/* RFC 6376 3.4.2: unfolded, runs of WSP as one SP, none at the start and
 * (because it is only owed) none at the end. */
static void
relaxed_value(struct sink *k, struct span v)
{
	while (v.len > 0) {
		int c = span_at(v, 0);
		size_t n;

		if (is_wsp(c)) {
			k->wsp = true;
			v = span_skip(v, 1);
			continue;
		}
		/* A fold; its WSP comes next. */
		if (c == '\r' && span_at(v, 1) == '\n' &&
		    is_wsp(span_at(v, 2))) {
			v = span_skip(v, 2);
			continue;
		}
		if (k->wsp && k->content)
			sink_put(k, SPAN(" "));
		n = scan_tidy_line(v);
		if (n == 0)
			n = 1;	/* a CR that folds nothing */
		k->wsp = span_at(v, n - 1) == ' ';
		k->content = true;
		sink_put(k, span_head(v, k->wsp ? n - 1 : n));
		v = span_skip(v, n);
	}
}

/* The name in lower case, no WSP round the colon. */
static void
relaxed_name(struct sink *k, struct span name)
{
	name = span_trim_wsp(name);
	while (name.len > 0) {
		struct span part = span_head(name, k->out.cap);

		if (part.len > k->out.cap - k->out.len)
			sink_flush(k);
		buf_lower(&k->out, part);
		name = span_skip(name, part.len);
	}
}

/* The field without the octets from..to-1, which lie behind the colon. */
static void
relaxed(struct sha256 *sha, struct span raw, size_t from, size_t to,
    struct span end)
{
	ROOM(room, 512);
	struct sink k = { .sha = sha, .out = BUF_ON(room) };
	size_t colon = span_find(raw, ':');

	relaxed_name(&k, span_head(raw, colon));
	if (colon < raw.len)
		sink_put(&k, SPAN(":"));
	relaxed_value(&k, span_slice(raw, colon + 1, from));
	relaxed_value(&k, span_skip(raw, to));
	sink_put(&k, end);
	sink_flush(&k);
}

static struct span
without_crlf(struct span raw)
{
	return span_ends(raw, SPAN("\r\n")) ? span_head(raw, raw.len - 2) :
	    raw;
}

/* RFC 6376 3.4.1: not changed in any way. */
static void
simple(struct sha256 *sha, struct span raw, size_t from, size_t to,
    struct span end)
{
	sha256_put(sha, span_head(raw, from));
	sha256_put(sha, span_skip(raw, to));
	sha256_put(sha, end);
}

void
canon_field(struct sha256 *sha, enum canon kind, struct span raw)
{
	raw = without_crlf(raw);
	if (kind == CANON_RELAXED)
		relaxed(sha, raw, raw.len, raw.len, SPAN("\r\n"));
	else
		simple(sha, raw, raw.len, raw.len, SPAN("\r\n"));
}

void
canon_sig_field(struct sha256 *sha, enum canon kind, struct span raw,
    size_t b_from, size_t b_to)
{
	raw = without_crlf(raw);
	if (kind == CANON_RELAXED)
		relaxed(sha, raw, b_from, b_to, SPAN_NONE);
	else
		simple(sha, raw, b_from, b_to, SPAN_NONE);
}
