/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_fixture.h - a message as those see it who sign, and a message with
 * more fields on top, for tests and fuzz targets.
 */
#ifndef TEST_SIGN_FIXTURE_H
#define TEST_SIGN_FIXTURE_H

#include "base/limits.h"
#include "facts/stream.h"
#include "sign/dkim_sign.h"

struct sign_fixture {
	struct facts facts;
	struct body_digest body[2];
	struct sign_source m;
};

static inline void
sign_fixture(struct sign_fixture *f, struct span message, struct arena *a)
{
	static const struct assay_session session = { .now = 1767225600 };
	static const struct assay_options options;
	static const struct assay_limits limits = {
		.memory_bytes = LIMIT_EVAL_MEMORY,
		.header_bytes = LIMIT_HEADER_BYTES,
		.header_fields = LIMIT_HEADER_FIELDS,
		.signatures = LIMIT_SIGS_VERIFIED,
		.questions = LIMIT_QUESTIONS };
	struct stream *s;

	f->facts = (struct facts){ .fields = 0 };
	f->body[0].ok = f->body[1].ok = false;
	f->m = (struct sign_source){ .facts = &f->facts, .body = f->body,
		.arena = a };
	s = stream_new(&f->facts, a, &session, &options, &limits);
	if (s == NULL)
		return;
	stream_want_body(s, CANON_SIMPLE);
	stream_want_body(s, CANON_RELAXED);
	stream_data(s, message);
	stream_end(s);
	f->m.header = stream_fields(s);
	f->body[CANON_SIMPLE] = stream_body(s, CANON_SIMPLE);
	f->body[CANON_RELAXED] = stream_body(s, CANON_RELAXED);
}

/* The message with "name: body" on top. */
static inline struct span
on_top(struct span message, struct span name, struct span body,
    struct arena *a)
{
	struct buf b = arena_buf(a, message.len + name.len + body.len + 4);

	buf_put(&b, name);
	buf_str(&b, ": ");
	buf_put(&b, body);
	buf_str(&b, "\r\n");
	buf_put(&b, message);
	return buf_span(&b);
}

/* The longest line of "name: body" that has white space to fold at is at
 * most 78 octets wide, a tab counted as 8. */
static inline bool
folded_well(struct span name, struct span body)
{
	size_t column = name.len + 2;
	bool could = false;

	for (size_t i = 0; i < body.len; i++) {
		int c = span_at(body, i);

		if (c == '\r')
			continue;
		if (c == '\n') {
			column = 0;
			could = false;
			continue;
		}
		if (c == ' ')
			could = true;
		column += c == '\t' ? 8 : 1;
		if (column > 78 && could)
			return false;
	}
	return true;
}

#endif
