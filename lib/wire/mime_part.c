/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mime_part.h"

#include "base/ascii.h"
#include "base/odd.h"
#include "wire/head.h"
#include "wire/mime.h"
#include "wire/mime_doubt.h"

/* A boundary line, or the end of the message. */
struct edge {
	size_t at, end;		/* places of its "--" and of what follows it */
	unsigned level;
	bool found, final;
	bool near;		/* a line before it is one to some readers   */
};

void
part_walk_start(struct part_walk *w, struct span message, bool into_messages,
    struct arena *a)
{
	*w = (struct part_walk){ .message = message, .arena = a,
	    .into_messages = into_messages, .state = PART_IN_HEADER };
	/* some tools leave an empty line before the header */
	while (head_is_empty(head_line(span_skip(message, w->at))))
		w->at += head_line(span_skip(message, w->at)).len;
}

void
part_walk_split(struct part_walk *w, struct span header, struct span body,
    struct arena *a)
{
	*w = (struct part_walk){ .message = body, .arena = a, .split = true,
	    .top = header, .state = PART_IN_HEADER };
}

/* ---- boundaries ------------------------------------------------------ */

/* line begins with "--".  RFC 2046 5.1.1 lets a boundary have anything behind
 * it; few readers do, and few pass white space before it. */
static bool
is_boundary(const struct part_walk *w, struct span line, struct edge *e)
{
	bool space = is_wsp(span_at(line, 2));

	line = span_trim_fws(span_skip(line, 2));
	for (unsigned i = w->n_level; i > 0; i--) {
		struct span b = w->level[i - 1].boundary, rest;

		if (span_absent(b) || !span_starts(line, b))
			continue;
		rest = span_skip(line, b.len);
		e->final = span_eq(rest, SPAN("--"));
		e->found = rest.len == 0 || e->final;
		e->level = i - 1;
		e->near |= space || !e->found;
		if (e->found)
			return true;
	}
	return false;
}

/* The next one from the line that begins at this place. */
static struct edge
find_edge(const struct part_walk *w, size_t at)
{
	struct span rest = span_skip(w->message, at), line;
	struct edge e = { .at = w->message.len, .end = w->message.len };

	while (w->n_level > 0 && rest.len > 0) {
		if (!span_starts(rest, SPAN("--")))
			rest = span_skip(rest, span_find_dashes(rest) + 1);
		line = head_line(rest);
		if (line.len > 0 && is_boundary(w, line, &e)) {
			e.at = span_offset(w->message, line);
			e.end = e.at + line.len;
			break;
		}
		rest = span_skip(rest, line.len);
	}
	return e;
}

static const char near[] = "a line is a boundary to some readers alone";

static void
pass_edge(struct part_walk *w, const struct edge *e)
{
	w->at = e->end;
	w->state = PART_AT_END;
	w->n_level = 0;
	if (e->near && w->doubt == NULL)
		w->doubt = near;
	if (!e->found)
		return;
	w->n_level = e->final ? e->level : e->level + 1;
	w->level[e->level].begun = true;
	w->state = e->final ? PART_IN_BODY : PART_IN_HEADER;
}

/* Octets from place at; the line end before a boundary belongs to the
 * boundary (RFC 2046 5.1.1). */
static struct span
content_to(const struct part_walk *w, size_t at, const struct edge *e)
{
	struct span s = span_slice(w->message, at, e->at);

	if (!e->found)
		return s;
	if (span_ends(s, SPAN("\n")))
		s = span_head(s, s.len - 1);
	return span_ends(s, SPAN("\r")) ? span_head(s, s.len - 1) : s;
}

/* ---- parts ----------------------------------------------------------- */

/* From the place of the walk to the empty line, which is passed.  False: a
 * boundary stood first (*e), or nothing at all. */
static bool
take_header(struct part_walk *w, struct span *header, struct edge *e)
{
	size_t begin = w->at;
	struct span line;

	*e = (struct edge){ .end = w->message.len };
	if (w->split) {
		w->split = false;
		*header = w->top;
		return true;
	}
	for (;;) {
		line = head_line(span_skip(w->message, w->at));
		if (line.len == 0 || head_is_empty(line))
			break;
		if (span_starts(line, SPAN("--")) && is_boundary(w, line, e)) {
			e->end = w->at + line.len;
			return false;
		}
		w->at += line.len;
	}
	*header = span_slice(w->message, begin, w->at);
	w->at += line.len;
	return w->at > begin;
}

static void
give_up(struct part_walk *w, const char *why)
{
	w->why = why;
	w->state = PART_AT_END;
}

static void
push(struct part_walk *w, struct part_level level)
{
	if (w->n_level == LIMIT_MIME_DEPTH)
		give_up(w, "parts are nested too deeply");
	else
		w->level[w->n_level++] = level;
}

/* RFC 2045 6.1, in the words that real mail has behind it. */
static void
read_encoding(struct part *p, struct span value)
{
	size_t n = 0;

	while (is_alnum(span_at(value, n)) || span_at(value, n) == '-')
		n++;
	value = span_head(value, n);
	p->encoding = span_ieq(value, SPAN("base64")) ? PART_BASE64 :
	    span_ieq(value, SPAN("quoted-printable")) ? PART_QP : PART_PLAIN;
	p->bad_encoding = p->encoding == PART_PLAIN && value.len > 0 &&
	    !span_ieq(value, SPAN("7bit")) &&
	    !span_ieq(value, SPAN("8bit")) && !span_ieq(value, SPAN("binary"));
}

static void
describe(struct part *p, struct mime_type *t, struct span header,
    bool digest, struct arena *a)
{
	struct span type = head_value(header, SPAN("Content-Type"));

	*p = (struct part){ .header = header };
	*t = (struct mime_type){ .type = digest ? SPAN("message/rfc822") :
	    SPAN("text/plain") };
	if (!span_absent(type))
		mime_type_read(t, type, a);
	p->type = t->type;
	read_encoding(p, head_value(header,
	    SPAN("Content-Transfer-Encoding")));
	p->name = mime_param(head_value(header, SPAN("Content-Disposition")),
	    SPAN("filename"), a);
	if (span_absent(p->name))
		p->name = mime_param(type, SPAN("name"), a);
}

/* A message whose parts shall be looked at.  An encoded one (against RFC
 * 2046 5.2.1) has to be decoded first, which is not done here. */
static bool
is_message(const struct part_walk *w, const struct part *p)
{
	return w->into_messages && p->encoding == PART_PLAIN &&
	    (span_eq(p->type, SPAN("message/rfc822")) ||
	    span_eq(p->type, SPAN("message/global")));
}

static void
set_place(struct part_walk *w, struct part *p, size_t at,
    const struct edge *e)
{
	const struct part_level *in = w->n_level == 0 ? NULL :
	    &w->level[w->n_level - 1];

	p->content = content_to(w, at, e);
	p->depth = w->n_level;
	p->top = in == NULL || span_absent(in->boundary);
	p->sealed = in != NULL && in->sealed;
	p->alternative = w->n_level == 0 ? 0 :
	    w->level[w->n_level - 1].alternative;
	for (unsigned i = 0; i < w->n_level && !e->found; i++)
		p->cut |= !span_absent(w->level[i].boundary);
}

/* Alternatives in alternatives are one choice. */
static unsigned
alternative_of(struct part_walk *w, const struct mime_type *t)
{
	if (w->n_level > 0 && w->level[w->n_level - 1].alternative > 0)
		return w->level[w->n_level - 1].alternative;
	return span_eq(t->type, SPAN("multipart/alternative")) ?
	    ++w->n_alternative : 0;
}

/* RFC 1847 2: what is in it is signed or encrypted octet by octet. */
static bool
is_sealed(const struct part_walk *w, const struct mime_type *t)
{
	return span_eq(t->type, SPAN("multipart/signed")) ||
	    span_eq(t->type, SPAN("multipart/encrypted")) ||
	    (w->n_level > 0 && w->level[w->n_level - 1].sealed);
}

/* The header of a part begins here.  True: the part is in *out; false: what
 * follows has to be looked at. */
static bool
take_part(struct part_walk *w, struct part *out)
{
	struct mime_type t;
	struct span header;
	struct edge e;
	bool digest = w->n_level > 0 && w->level[w->n_level - 1].digest;

	if (!take_header(w, &header, &e)) {
		pass_edge(w, &e);
		return false;
	}
	if (w->n_part++ == LIMIT_REPORT_PARTS) {
		give_up(w, "there are too many parts");
		return false;
	}
	describe(out, &t, header, digest, w->arena);
	if (e.near)
		w->doubt = near;
	if (w->doubts && w->doubt == NULL)
		w->doubt = mime_doubt(header, &t);
	if (is_message(w, out)) {
		push(w, (struct part_level){ .header = header,
		    .sealed = is_sealed(w, &t) });
		return false;
	}
	if (t.multipart && !span_absent(t.boundary)) {
		w->state = PART_IN_BODY;
		push(w, (struct part_level){ .boundary = t.boundary,
		    .header = header, .alternative = alternative_of(w, &t),
		    .sealed = is_sealed(w, &t),
		    .digest = span_eq(t.type, SPAN("multipart/digest")) });
		return false;
	}
	e = find_edge(w, w->at);
	set_place(w, out, w->at, &e);
	pass_edge(w, &e);
	return true;
}

/* A boundary is looked for.  A multipart of which not one boundary is there
 * is given as one text: better than nothing. */
static bool
pass_body(struct part_walk *w, struct part *out)
{
	struct edge e = find_edge(w, w->at);
	const struct part_level *in = w->n_level == 0 ? NULL :
	    &w->level[w->n_level - 1];
	bool whole = in != NULL && !in->begun && !span_absent(in->boundary) &&
	    (!e.found || e.level + 1 < w->n_level);

	if (whole) {
		*out = (struct part){ .type = SPAN("text/plain"),
		    .header = in->header };
		set_place(w, out, w->at, &e);
		out->top = true;	/* for it is the multipart itself */
	}
	pass_edge(w, &e);
	return whole;
}

bool
part_next(struct part_walk *w, struct part *out)
{
	for (;;) {
		bool got = false;

		switch (w->state) {
		case PART_IN_HEADER:
			got = take_part(w, out);
			break;
		case PART_IN_BODY:
			got = pass_body(w, out);
			break;
		case PART_AT_END:
			return false;
		}
		if (got)
			return true;
	}
}
