/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/stream.h"

#include "facts/bodyhash.h"
#include "facts/bodyscan.h"
#include "facts/claims.h"
#include "facts/outline.h"
#include "facts/sig.h"
#include "facts/structure.h"

enum phase { PHASE_HEADER = 0, PHASE_BODY, PHASE_IGNORE };

/* Small enough that every reader of a body finds it in the first cache. */
enum { SLICE = 16 << 10, FIRST = 16 << 10 };

struct stream {
	struct facts *facts;
	struct arena *arena;
	const struct assay_session *session;
	const struct assay_options *options;
	const struct assay_limits *limits;
	enum phase phase;
	struct buf text;		/* the header as far as it is here  */
	struct header header;
	struct bodyhash *hash;
	bool defer;			/* bytes stay; hash bodies later    */
	bool closed;
	struct bodyscan scan;
	struct outline *outline;
	bool want[2];			/* bodies, by enum canon            */
	int slot[2];
	struct buf crlf;		/* LF made CRLF, before it goes on  */
	int last;			/* octet before, of the raw input   */
};

struct stream *
stream_new(struct facts *facts, struct arena *a,
    const struct assay_session *session, const struct assay_options *options,
    const struct assay_limits *limits)
{
	struct stream *s = arena_alloc(a, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->facts = facts;
	s->arena = a;
	s->session = session;
	s->options = options;
	s->limits = limits;
	s->last = -1;
	if (options->lf_input)
		s->crlf = arena_buf(a, SLICE);
	return a->failed ? NULL : s;
}

/* Octets of text up to the empty line and with it; 0: it is not there.
 * The first known octets are known to be without it. */
static size_t
header_end(struct span text, size_t known)
{
	size_t from = known < 3 ? 0 : known - 3, at;

	if (span_starts(text, SPAN("\r\n")))
		return 2;
	at = span_search(span_skip(text, from), SPAN("\r\n\r\n"));
	return from + at < text.len ? from + at + 4 : 0;
}

/* The text up to the last CRLF: the last line is cut off. */
static struct span
whole_lines(struct span text)
{
	while (text.len > 0 && !span_ends(text, SPAN("\r\n")))
		text = span_head(text, text.len - 1);
	return text;
}

/* The header is complete, or too large to be read on. */
static void
header_done(struct stream *s, bool too_large)
{
	struct span raw = buf_span(&s->text);
	bool whole;

	s->phase = PHASE_IGNORE;
	if (too_large)
		raw = whole_lines(raw);
	if (!header_parse(&s->header, raw, s->limits->header_fields,
	    s->arena))
		return;
	whole = !too_large && !s->header.capped;
	structure_header(s->facts, &s->header, whole, s->arena);
	claims_collect(s->facts, &s->header, s->arena, s->session,
	    s->options);
	if (!whole)
		return;
	s->hash = bodyhash_new(s->arena);
	if (s->defer && s->hash != NULL)
		bodyhash_defer(s->hash);
	for (int k = CANON_SIMPLE; s->hash != NULL && k <= CANON_RELAXED; k++)
		s->slot[k] = !s->want[k] ? -1 :
		    bodyhash_want(s->hash, (enum canon)k, false, 0);
	s->outline = outline_new(s->facts, &s->header, s->arena);
	bodyscan_init(&s->scan, s->facts, s->header.body_at, s->arena);
	if (s->arena->failed)
		return;
	sig_collect(s->facts, &s->header, s->hash, s->arena, s->limits);
	s->phase = PHASE_BODY;
}

static bool
grow(struct stream *s, size_t need)
{
	size_t cap = s->text.cap == 0 ? FIRST : s->text.cap * 32;
	struct buf more;

	if (need <= s->text.cap)
		return true;
	if (cap > s->limits->header_bytes)
		cap = s->limits->header_bytes;
	if (cap < need)
		cap = need;
	more = arena_buf(s->arena, cap);
	buf_put(&more, buf_span(&s->text));
	if (more.full || s->arena->failed)
		return false;
	s->text = more;
	return true;
}

/* Takes what belongs to the header, and says how much that was. */
static size_t
take_header(struct stream *s, struct span bytes)
{
	size_t old = s->text.len, room = s->limits->header_bytes - old;
	struct span part = span_head(bytes, room);
	size_t end = old == 0 ? header_end(part, 0) : 0;

	/* most often the whole header is in the first piece */
	if (end > 0)
		part = span_head(part, end);
	if (!grow(s, old + part.len)) {
		s->phase = PHASE_IGNORE;
		return bytes.len;
	}
	buf_put(&s->text, part);
	if (end == 0 && old > 0)
		end = header_end(buf_span(&s->text), old);
	if (end > 0) {
		s->text.len = end;
		header_done(s, false);
		return end - old;
	}
	if (part.len < bytes.len)
		header_done(s, true);
	return part.len;
}

static void
take_body(struct stream *s, struct span bytes)
{
	while (bytes.len > 0) {
		struct span slice = span_head(bytes, SLICE);

		bodyhash_data(s->hash, slice);
		bodyscan_data(&s->scan, slice);
		outline_data(s->outline, slice);
		bytes = span_skip(bytes, slice.len);
	}
}

/* Lines end with CRLF here. */
static void
take(struct stream *s, struct span bytes)
{
	if (s->phase == PHASE_HEADER)
		bytes = span_skip(bytes, take_header(s, bytes));
	if (s->phase != PHASE_HEADER)
		s->facts->body_bytes += bytes.len;
	if (s->phase == PHASE_BODY)
		take_body(s, bytes);
}

static void
flush(struct stream *s)
{
	take(s, buf_span(&s->crlf));
	s->crlf.len = 0;
}

/* Every LF without its CR gets one. */
static void
take_lf(struct stream *s, struct span bytes)
{
	while (bytes.len > 0) {
		size_t room = s->crlf.cap - s->crlf.len, n;

		if (room < 2) {
			flush(s);
			continue;
		}
		n = span_find(span_head(bytes, room - 2), '\n');
		buf_put(&s->crlf, span_head(bytes, n));
		if (n > 0)
			s->last = span_at(bytes, n - 1);
		bytes = span_skip(bytes, n);
		if (span_at(bytes, 0) == '\n') {
			if (s->last != '\r') {
				buf_byte(&s->crlf, '\r');
				s->facts->lf_input = true;
			}
			buf_byte(&s->crlf, '\n');
			s->last = '\n';
			bytes = span_skip(bytes, 1);
		} else if (room == 2) {
			flush(s);
		}
	}
	flush(s);
}

void
stream_data(struct stream *s, struct span bytes)
{
	if (s->arena->failed)
		return;
	if (s->options->lf_input)
		take_lf(s, bytes);
	else
		take(s, bytes);
}

void
stream_defer(struct stream *s)
{
	/* what lf_input makes of the body does not stay anywhere */
	s->defer = !s->options->lf_input;
}

struct bodyhash *
stream_close(struct stream *s)
{
	if (s->closed)
		return NULL;
	s->closed = true;
	if (s->phase == PHASE_HEADER)
		header_done(s, false);
	if (s->phase != PHASE_BODY || s->arena->failed)
		return NULL;
	bodyhash_end(s->hash);
	bodyscan_end(&s->scan);
	outline_end(s->outline);
	return s->defer ? s->hash : NULL;
}

void
stream_end(struct stream *s)
{
	struct facts *f = s->facts;

	stream_close(s);
	if (s->phase == PHASE_BODY && !s->arena->failed)
		sig_finish(f, s->hash, s->arena);
	if (s->options->lf_converted)
		f->lf_input = true;
	if (f->lf_input)
		facts_find(f, s->arena, ASSAY_R_LF_LINE_ENDS, SEVERITY_S3,
		    (struct place){ 0, 0 }, SPAN_NONE);
}

struct span
stream_header(const struct stream *s)
{
	return span_head(buf_span(&s->text), s->header.body_at);
}

void
stream_want_body(struct stream *s, enum canon kind)
{
	s->want[kind] = true;
}

struct body_digest
stream_body(const struct stream *s, enum canon kind)
{
	struct body_digest none = { .ok = false };

	return s->phase != PHASE_BODY || s->hash == NULL ? none :
	    bodyhash_get(s->hash, s->slot[kind]);
}

const struct header *
stream_fields(const struct stream *s)
{
	return s->phase == PHASE_HEADER || s->header.field == NULL ? NULL :
	    &s->header;
}
