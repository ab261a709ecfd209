/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_fixture.h - bytes to facts for tests and fuzz targets, and facts as
 * text, so that they can be compared.
 */
#ifndef TEST_FACTS_FIXTURE_H
#define TEST_FACTS_FIXTURE_H

#include <stdio.h>

#include "base/limits.h"
#include "facts/stream.h"

struct feed {
	bool lf_input;
	size_t step;		/* octets a piece; 0: all at once            */
	uint32_t seed;		/* not 0: pieces of random size, up to step  */
	size_t header_bytes, header_fields;
};

static inline uint32_t
feed_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Facts of a message, in the arena. */
static inline struct facts
facts_of(struct span message, struct feed how, struct arena *a)
{
	static const struct assay_session session = { .now = 1767225600 };
	static struct assay_options options;
	static struct assay_limits limits;
	struct facts f = { .fields = 0 };
	struct stream *s;

	options.lf_input = how.lf_input;
	limits = (struct assay_limits){
	    .memory_bytes = LIMIT_EVAL_MEMORY,
	    .header_bytes = how.header_bytes ? how.header_bytes :
	    LIMIT_HEADER_BYTES,
	    .header_fields = how.header_fields ? how.header_fields :
	    LIMIT_HEADER_FIELDS,
	    .signatures = LIMIT_SIGS_VERIFIED,
	    .questions = LIMIT_QUESTIONS };
	s = stream_new(&f, a, &session, &options, &limits);
	if (s == NULL)
		return f;
	while (message.len > 0) {
		size_t n = how.step == 0 ? message.len : how.step;

		if (how.seed != 0)
			n = 1 + feed_random(&how.seed) % n;
		stream_data(s, span_head(message, n));
		message = span_skip(message, n);
	}
	stream_end(s);
	return f;
}

static inline void
facts_put_number(struct buf *b, const char *name, size_t v)
{
	buf_str(b, name);
	buf_u64(b, v);
}

static inline void
facts_put_findings(struct buf *b, const struct facts *f, bool places)
{
	for (size_t i = 0; i < f->n_finding; i++) {
		const struct finding *n = &f->finding[i];

		if (b->len > 0)
			buf_byte(b, ' ');
		buf_str(b, n->severity == SEVERITY_S1 ? "S1:" :
		    n->severity == SEVERITY_S2 ? "S2:" : "S3:");
		buf_str(b, assay_reason_text(n->reason)->name);
		if (!places)
			continue;
		facts_put_number(b, "@", n->place.at);
		facts_put_number(b, "+", n->place.len);
		buf_byte(b, '(');
		buf_put(b, n->detail);
		buf_byte(b, ')');
	}
}

static inline void
facts_put_authors(struct buf *b, const struct facts *f)
{
	for (size_t i = 0; i < f->from.n_author; i++) {
		buf_str(b, i > 0 ? " " : "");
		buf_put(b, f->from.author[i].domain.name);
	}
	if (f->from.unusable)
		buf_str(b, "!");
}

static inline void
facts_put_parts(struct buf *b, const struct facts *f, bool places)
{
	for (size_t i = 0; i < f->n_part; i++) {
		const struct mime_part *p = &f->part[i];

		buf_str(b, i > 0 ? " " : "");
		facts_put_number(b, "", p->depth);
		buf_byte(b, ':');
		buf_put(b, p->type);
		buf_str(b, p->attachment ? "*" : "");
		if (!places)
			continue;
		facts_put_number(b, "@", p->place.at);
		facts_put_number(b, "+", p->place.len);
	}
}

/* Everything, for comparing. */
static inline struct span
facts_print(const struct facts *f, struct arena *a)
{
	struct buf b = arena_buf(a, 1 << 15);

	facts_put_number(&b, "header ", f->header_bytes);
	facts_put_number(&b, " body ", f->body_bytes);
	facts_put_number(&b, " fields ", f->fields);
	facts_put_number(&b, " lf ", f->lf_input);
	facts_put_number(&b, " from ", f->from.fields);
	facts_put_number(&b, " boxes ", f->from.mailboxes);
	facts_put_number(&b, " capped ", f->from.capped);
	facts_put_number(&b, " sigs ", f->dkim.seen);
	facts_put_number(&b, " claims ", f->n_claim);
	buf_byte(&b, ' ');
	facts_put_findings(&b, f, true);
	buf_byte(&b, ' ');
	facts_put_authors(&b, f);
	buf_byte(&b, ' ');
	facts_put_parts(&b, f, true);
	buf_byte(&b, ' ');
	buf_put(&b, f->list_id);
	return buf_span(&b);
}

#endif
