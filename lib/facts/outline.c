/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/outline.h"

#include "base/ascii.h"
#include "base/odd.h"
#include "wire/mime.h"

enum mode {
	MODE_BODY = 0,		/* looking for a line with "--"              */
	MODE_LINE,		/* such a line, behind its "--"              */
	MODE_HEADER		/* the header of a part                      */
};

/* What has been seen of LF "--": the octets, as a count. */
enum { SEEN_NOTHING = 0, SEEN_LF, SEEN_DASH };

struct level {
	struct span boundary;	/* absent: the message in a message/rfc822   */
	size_t part;		/* the multipart itself                      */
	bool digest;		/* its parts are messages (RFC 2046 5.1.5)   */
};

struct outline {
	struct facts *facts;
	struct arena *arena;
	size_t at;		/* place of the next octet                   */
	enum mode mode;
	unsigned seen;
	size_t line_at;		/* place of the "--"                         */
	uint8_t line_room[LIMIT_BOUNDARY + 8];
	struct buf line;	/* what stands behind the "--"               */
	struct buf header;	/* of the part; room comes with the first    */
	size_t line_start;	/* in it, of the line being read             */
	size_t line_begin;	/* place of that line                        */
	struct level level[LIMIT_MIME_DEPTH];
	size_t n_level, cap_part;
	bool open;		/* the last part has not ended               */
	/* Findings wait for the end, so that their order among others does
	 * not depend on how the body was cut. */
	bool limit, no_boundary;
	size_t limit_at, no_boundary_at;
};

/* ---- parts ----------------------------------------------------------- */

static bool
grow(struct outline *o)
{
	struct facts *f = o->facts;
	size_t cap = o->cap_part == 0 ? 4 : o->cap_part * 4;
	struct mime_part *more;

	if (f->n_part < o->cap_part)
		return true;
	if (cap > LIMIT_MIME_PARTS)
		cap = LIMIT_MIME_PARTS;
	more = arena_array(o->arena, cap, sizeof(*more));
	if (more == NULL)
		return false;
	for (size_t i = 0; i < f->n_part; i++)
		more[i] = f->part[i];
	f->part = more;
	o->cap_part = cap;
	return true;
}

static void
over_limit(struct outline *o)
{
	if (!o->limit)
		o->limit_at = o->at;
	o->limit = true;
}

static bool
push_level(struct outline *o, struct span boundary, bool digest)
{
	if (o->n_level == LIMIT_MIME_DEPTH) {
		over_limit(o);
		return false;
	}
	o->level[o->n_level++] = (struct level){ .boundary = boundary,
	    .part = o->facts->n_part - 1, .digest = digest };
	o->open = false;
	return true;
}

static void
begin_header(struct outline *o)
{
	if (o->header.cap == 0)
		o->header = arena_buf(o->arena, LIMIT_PART_HEADER);
	o->mode = MODE_HEADER;
	o->header.len = o->line_start = 0;
	o->header.full = false;
	o->line_begin = o->at;
}

/* What stands inside of the part that was just added. */
static void
enter(struct outline *o, const struct mime_type *t)
{
	if (span_eq(t->type, SPAN("message/rfc822")) ||
	    span_eq(t->type, SPAN("message/global"))) {
		if (push_level(o, SPAN_NONE, false))
			begin_header(o);
	} else if (t->multipart && !span_absent(t->boundary)) {
		(void)push_level(o, t->boundary,
		    span_eq(t->type, SPAN("multipart/digest")));
	} else if (t->multipart && !o->no_boundary) {
		o->no_boundary = true;
		o->no_boundary_at = o->at;
	}
}

/* A part whose body begins here. */
static void
add_part(struct outline *o, const struct mime_type *t,
    const struct mime_disposition *d)
{
	struct facts *f = o->facts;

	if (f->n_part == LIMIT_MIME_PARTS) {
		over_limit(o);
		return;
	}
	if (!grow(o))
		return;
	f->part[f->n_part++] = (struct mime_part){ .type = t->type,
	    .place = { o->at, 0 }, .depth = (uint8_t)o->n_level,
	    .attachment = d->attachment ||
	    ((t->named || d->named) && !t->multipart) };
	o->open = true;
	enter(o, t);
}

static void
end_part(struct outline *o, size_t i, size_t at)
{
	struct mime_part *p = &o->facts->part[i];

	p->place.len = at > p->place.at ? at - p->place.at : 0;
}

/* The parts end that stand inside of level n; the line end before the
 * boundary belongs to it (RFC 2046 5.1.1). */
static void
close_inside(struct outline *o, size_t n, size_t at)
{
	if (o->open && o->n_level >= n)
		end_part(o, o->facts->n_part - 1, at);
	o->open = false;
	while (o->n_level > n)
		end_part(o, o->level[--o->n_level].part, at);
}

/* ---- the header of a part ------------------------------------------- */

static void
read_part(struct outline *o, struct span header)
{
	struct mime_type t = { .type = SPAN("text/plain") };
	struct mime_disposition d = { .named = false };
	struct field f;
	bool typed = false, disposed = false;

	if (o->n_level > 0 && o->level[o->n_level - 1].digest)
		t.type = SPAN("message/rfc822");
	while (field_next(&header, &f)) {
		if (!typed && field_is(&f, SPAN("Content-Type"))) {
			mime_type_read(&t, f.value, o->arena);
			typed = true;
		}
		if (!disposed && field_is(&f, SPAN("Content-Disposition"))) {
			mime_disposition_read(&d, f.value);
			disposed = true;
		}
	}
	add_part(o, &t, &d);
}

/* ---- boundaries ------------------------------------------------------ */

/* The innermost level whose boundary the line is, or n_level. */
static size_t
level_of(const struct outline *o, struct span line, bool *final)
{
	for (size_t i = o->n_level; i > 0; i--) {
		struct span b = o->level[i - 1].boundary, rest;

		if (span_absent(b) || !span_starts(line, b))
			continue;
		rest = span_skip(line, b.len);
		*final = span_starts(rest, SPAN("--"));
		if (rest.len == 0 || (*final && rest.len == 2))
			return i - 1;
	}
	return o->n_level;
}

/* The line, without its "--", which stand at place at.  False: it is no
 * boundary; otherwise what it ends has ended. */
static bool
boundary_line(struct outline *o, struct span line, size_t at)
{
	bool final = false;
	size_t level = level_of(o, span_trim_fws(line), &final);

	if (level == o->n_level)
		return false;
	/* the line end before the boundary is part of it (5.1.1) */
	close_inside(o, level + 1, at < 2 ? 0 : at - 2);
	o->mode = MODE_BODY;
	o->seen = SEEN_LF;
	if (final) {
		o->n_level = level;
		end_part(o, o->level[level].part, o->at);
	} else {
		begin_header(o);
	}
	return true;
}

/* ---- octets ----------------------------------------------------------- */

static void
begin_line(struct outline *o, size_t at)
{
	o->mode = MODE_LINE;
	o->line_at = at;
	o->line.len = 0;
	o->line.full = false;
}

static size_t
take_line(struct outline *o, struct span s)
{
	size_t n = span_find(s, '\n'), all = n < s.len ? n + 1 : n;

	buf_put(&o->line, span_head(s, n));
	o->at += all;
	if (n == s.len)
		return all;
	o->mode = MODE_BODY;
	o->seen = SEEN_LF;
	if (!o->line.full)
		(void)boundary_line(o, buf_span(&o->line), o->line_at);
	return all;
}

/* A LF and "--" that a cut between two pieces has torn apart. */
static size_t
take_torn(struct outline *o, struct span s)
{
	size_t n = 0;

	while (n < s.len && o->seen != SEEN_NOTHING) {
		int c = span_at(s, n);

		o->seen = c == '\n' ? SEEN_LF : c == '-' ? o->seen + 1 : 0;
		n++;
		if (o->seen > SEEN_DASH) {
			begin_line(o, o->at + n - 2);
			break;
		}
	}
	o->at += n;
	return n;
}

static size_t
take_body(struct outline *o, struct span s)
{
	size_t n;

	if (o->seen != SEEN_NOTHING)
		return take_torn(o, s);
	n = span_find_dashes(s);
	if (n < s.len) {
		o->at += n + 3;
		begin_line(o, o->at - 2);
		return n + 3;
	}
	/* the end may be the beginning of one */
	if (span_ends(s, SPAN("\n-")))
		o->seen = SEEN_DASH;
	else if (span_ends(s, SPAN("\n")))
		o->seen = SEEN_LF;
	o->at += s.len;
	return s.len;
}

/* A line of a part's header is there, line_start to len; if it did not fit
 * it is dropped. */
static void
header_line(struct outline *o)
{
	struct span line = span_skip(buf_span(&o->header), o->line_start);
	bool empty = span_eq(line, SPAN("\r\n")) ||
	    span_eq(line, SPAN("\n"));
	size_t begin = o->line_begin;

	if (o->header.full) {
		o->header.len = o->line_start;
		o->header.full = empty = false;
	}
	o->line_start = o->header.len;
	o->line_begin = o->at;
	if (empty) {
		o->mode = MODE_BODY;
		o->seen = SEEN_LF;
		read_part(o, buf_span(&o->header));
	} else if (span_starts(line, SPAN("--"))) {
		/* a boundary where the empty line is missing */
		(void)boundary_line(o, span_skip(line, 2), begin);
	}
}

static size_t
take_header(struct outline *o, struct span s)
{
	size_t n = span_find(s, '\n'), all = n < s.len ? n + 1 : n;
	size_t room = o->header.cap - o->header.len;

	buf_put(&o->header, span_head(span_head(s, all), room));
	if (all > room)
		o->header.full = true;
	o->at += all;
	if (n < s.len)
		header_line(o);
	return all;
}

void
outline_data(struct outline *o, struct span bytes)
{
	while (bytes.len > 0) {
		size_t n = bytes.len;

		if (o->n_level == 0) {
			o->at += n;	/* nothing to look for */
			return;
		}
		switch (o->mode) {
		case MODE_BODY:
			n = take_body(o, bytes);
			break;
		case MODE_LINE:
			n = take_line(o, bytes);
			break;
		case MODE_HEADER:
			n = take_header(o, bytes);
			break;
		}
		bytes = span_skip(bytes, n);
	}
}

struct outline *
outline_new(struct facts *f, const struct header *h, struct arena *a)
{
	struct outline *o = arena_alloc(a, sizeof(*o));
	const struct field *type = NULL, *disposition = NULL;
	struct mime_type t = { .type = SPAN("text/plain") };
	struct mime_disposition d = { .named = false };

	if (o == NULL)
		return NULL;
	o->facts = f;
	o->arena = a;
	o->at = h->body_at;
	o->seen = SEEN_LF;
	o->line = (struct buf){ .ptr = o->line_room,
	    .cap = sizeof(o->line_room) };
	for (size_t i = 0; i < h->n; i++) {
		const struct field *field = &h->field[i];

		if (type == NULL && field_is(field, SPAN("Content-Type")))
			type = field;
		else if (disposition == NULL &&
		    field_is(field, SPAN("Content-Disposition")))
			disposition = field;
	}
	if (type != NULL)
		mime_type_read(&t, type->value, a);
	if (disposition != NULL)
		mime_disposition_read(&d, disposition->value);
	add_part(o, &t, &d);
	return a->failed ? NULL : o;
}

void
outline_end(struct outline *o)
{
	if (o->mode == MODE_LINE && !o->line.full)
		(void)boundary_line(o, buf_span(&o->line), o->line_at);
	if (o->mode == MODE_HEADER && o->header.len > 0)
		read_part(o, buf_span(&o->header));
	close_inside(o, 0, o->at);
	if (o->facts->n_part > 0)
		end_part(o, 0, o->at);
	if (o->no_boundary)
		facts_find(o->facts, o->arena, ASSAY_R_MIME_NO_BOUNDARY,
		    SEVERITY_S3, (struct place){ o->no_boundary_at, 0 },
		    SPAN_NONE);
	if (o->limit)
		facts_find(o->facts, o->arena, ASSAY_R_MIME_LIMIT,
		    SEVERITY_S3, (struct place){ o->limit_at, 0 }, SPAN_NONE);
}
