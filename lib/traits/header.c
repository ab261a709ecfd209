/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.c - the fields of the message, once, those that are asked for by
 * name found by it.  Archives have LF alone, SMTP has CRLF: both end a line
 * (wire/message.h judges mail on arrival, and knows CRLF only).
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"

static const struct span names[N_KNOWN] = {
	[K_FROM] = SPAN_INIT("from"),
	[K_TO] = SPAN_INIT("to"),
	[K_CC] = SPAN_INIT("cc"),
	[K_SUBJECT] = SPAN_INIT("subject"),
	[K_DATE] = SPAN_INIT("date"),
	[K_MESSAGE_ID] = SPAN_INIT("message-id"),
	[K_MIME_VERSION] = SPAN_INIT("mime-version"),
	[K_CONTENT_TYPE] = SPAN_INIT("content-type"),
	[K_CTE] = SPAN_INIT("content-transfer-encoding"),
	[K_IN_REPLY_TO] = SPAN_INIT("in-reply-to"),
	[K_REFERENCES] = SPAN_INIT("references"),
	[K_REPLY_TO] = SPAN_INIT("reply-to"),
	[K_SENDER] = SPAN_INIT("sender"),
	[K_USER_AGENT] = SPAN_INIT("user-agent"),
	[K_X_MAILER] = SPAN_INIT("x-mailer"),
	[K_RECEIVED] = SPAN_INIT("received"),
	[K_DKIM_SIGNATURE] = SPAN_INIT("dkim-signature"),
	[K_LIST_ID] = SPAN_INIT("list-id"),
	[K_LIST_POST] = SPAN_INIT("list-post"),
	[K_LIST_UNSUBSCRIBE] = SPAN_INIT("list-unsubscribe"),
	[K_PRECEDENCE] = SPAN_INIT("precedence"),
	[K_FEEDBACK_ID] = SPAN_INIT("feedback-id"),
	[K_AUTO_SUBMITTED] = SPAN_INIT("auto-submitted"),
	[K_MAILING_LIST] = SPAN_INIT("mailing-list"),
	[K_LIST_SUBSCRIBE] = SPAN_INIT("list-subscribe"),
	[K_X_MAILING_LIST] = SPAN_INIT("x-mailing-list"),
	[K_X_BEENTHERE] = SPAN_INIT("x-beenthere"),
	[K_X_ORIGINAL_FROM] = SPAN_INIT("x-original-from"),
	[K_X_ORIGINAL_SENDER] = SPAN_INIT("x-original-sender"),
	[K_ARC_SEAL] = SPAN_INIT("arc-seal"),
	[K_RESENT_FROM] = SPAN_INIT("resent-from"),
	[K_DELIVERED_TO] = SPAN_INIT("delivered-to"),
	[K_X_FORWARDED_TO] = SPAN_INIT("x-forwarded-to"),
	[K_CONTENT_LANGUAGE] = SPAN_INIT("content-language"),
	[K_ORGANIZATION] = SPAN_INIT("organization"),
	[K_AUTOCRYPT] = SPAN_INIT("autocrypt"),
	[K_X_ORIGINATING_IP] = SPAN_INIT("x-originating-ip"),
};

static enum known
known_of(struct span name)
{
	int c = to_lower(span_at(name, 0));

	for (unsigned k = 0; k < N_KNOWN; k++)
		if (names[k].len == name.len && span_at(names[k], 0) == c &&
		    span_ieq(names[k], name))
			return (enum known)k;
	return K_OTHER;
}

/* The line at the head of *rest, without its end, which is taken off too. */
static struct span
take_line(struct span *rest)
{
	struct span line = span_cut(rest, '\n');

	return span_at(line, line.len - 1) == '\r' ?
	    span_head(line, line.len - 1) : line;
}

/* A field with the lines that continue it (RFC 5322 2.2.3); what has no
 * colon has no name. */
static struct line
take_field(struct span *rest)
{
	struct span start = *rest, all;
	struct line l = { .known = K_OTHER };
	size_t colon;

	all = take_line(rest);
	while (is_wsp(span_at(*rest, 0))) {
		(void)take_line(rest);
		all = span_head(start, start.len - rest->len);
	}
	colon = span_find(all, ':');
	if (colon == all.len)
		return l;
	l.name = span_trim_wsp(span_head(all, colon));
	l.value = span_trim_fws(span_skip(all, colon + 1));
	l.known = known_of(l.name);
	return l;
}

/* An upper bound of the fields. */
static size_t
count_fields(struct span rest)
{
	size_t n = 0;

	while (rest.len > 0 && n < LIMIT_HEADER_FIELDS) {
		(void)span_cut(&rest, '\n');
		n += !is_wsp(span_at(rest, 0));
	}
	return n;
}

bool
header_lines(struct reading *r)
{
	struct span rest = r->in->header;
	size_t cap = count_fields(rest), skip = r->in->border;

	r->line = arena_array(r->a, cap, sizeof(*r->line));
	if (r->line == NULL)
		return false;
	while (rest.len > 0 && r->n < cap) {
		struct line l = take_field(&rest);

		if (l.name.len == 0)
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		if (l.known != K_OTHER) {
			if (r->count[l.known]++ == 0)
				r->first[l.known] = r->n;
			r->last[l.known] = r->n;
		}
		r->line[r->n++] = l;
	}
	return true;
}

struct span
header_raw(const struct reading *r, enum known k)
{
	return r->count[k] == 0 ? SPAN_NONE : r->line[r->first[k]].value;
}

struct span
header_text(struct reading *r, enum known k)
{
	return unfolded(span_head(header_raw(r, k), LIMIT_TRAIT_FIELD), r->a);
}

struct span
unfolded(struct span text, struct arena *a)
{
	struct buf b;

	text = span_trim_fws(text);
	if (!span_has(text, '\n'))
		return text;
	b = arena_buf(a, text.len);
	while (text.len > 0) {
		buf_put(&b, take_line(&text));
		if (text.len > 0)
			buf_byte(&b, ' ');
		while (is_wsp(span_at(text, 0)))
			text = span_skip(text, 1);
	}
	return arena_done(a, &b);
}
