/* SPDX-License-Identifier: Apache-2.0 */
/* arf.c - where in a mail a feedback report is, and the message it is about
 * (RFC 5965 2). */
#include "report/arf_read.h"

#include "base/limits.h"
#include "wire/head.h"
#include "wire/mime_part.h"

/* The first part of each kind, in one message. */
struct found {
	struct part report;	/* message/feedback-report                   */
	struct part label;	/* begins with its fields, under another type */
	struct part original;	/* the message, or its header                */
	struct part text;	/* for people                                */
	const char *why;
};

static bool
is_none(const struct part *p)
{
	return span_absent(p->type);
}

static bool
is_report(const struct part *p)
{
	return span_ends(p->type, SPAN("/feedback-report"));
}

/* RFC 6522 3, RFC 6532 3.7, and what is written for them. */
static bool
is_original(const struct part *p)
{
	return span_eq(p->type, SPAN("message/rfc822")) ||
	    span_eq(p->type, SPAN("message/global")) ||
	    span_eq(p->type, SPAN("text/rfc822-headers")) ||
	    span_eq(p->type, SPAN("text/rfc822-header")) ||
	    span_eq(p->type, SPAN("text/rfc822")) ||
	    span_eq(p->type, SPAN("message/rfc822-headers")) ||
	    span_eq(p->type, SPAN("message/global-headers"));
}

/* Passes over everything that stands before the block of lines with a
 * Feedback-Type.  False: there is none. */
static bool
find_block(struct span *text)
{
	struct span rest = *text;

	while (rest.len > 0) {
		struct span block = head_take(&rest);

		if (!span_absent(head_value(block, SPAN("Feedback-Type")))) {
			*text = span_skip(*text, span_offset(*text, block));
			return true;
		}
	}
	return false;
}

/* A part under a type that says nothing: are there fields at its head? */
static bool
is_label(const struct part *p, struct arena *a)
{
	struct arena_mark mark = arena_mark(a);
	struct span text;
	bool more, found;

	if (!span_starts(p->type, SPAN("text/")) &&
	    !span_starts(p->type, SPAN("message/")) &&
	    !span_eq(p->type, SPAN("application/octet-stream")))
		return false;
	text = part_text(p, LIMIT_ARF_PROSE, &more, a);
	found = find_block(&text);
	arena_back(a, mark);
	return found;
}

static void
look(struct found *f, struct span message, struct arena *a)
{
	struct part_walk w;
	struct part p;

	*f = (struct found){ .why = NULL };
	part_walk_start(&w, message, false, a);
	while (part_next(&w, &p)) {
		if (is_none(&f->report) && is_report(&p))
			f->report = p;
		else if (is_none(&f->original) && is_original(&p))
			f->original = p;
		else if (is_none(&f->text) &&
		    span_eq(p.type, SPAN("text/plain")))
			f->text = p;
		if (is_none(&f->label) && !is_report(&p) && !is_original(&p) &&
		    is_label(&p, a))
			f->label = p;
	}
	f->why = w.why;
}

/* A mail that carries another one, until there is a report. */
static void
look_inside(struct arf *out, struct found *f, struct span message,
    struct arena *a)
{
	struct found inner;
	bool more;

	look(f, message, a);
	inner = *f;
	for (unsigned n = 0; n < LIMIT_ARF_FORWARDS; n++) {
		if (!is_none(&inner.report) || !is_none(&inner.label)) {
			out->forwarded = n > 0;
			*f = inner;
			return;
		}
		if (is_none(&inner.original))
			return;
		message = part_text(&inner.original, LIMIT_ARF_BYTES, &more,
		    a);
		look(&inner, message, a);
	}
}

static struct span
text_of(struct arf *out, const struct part *p, struct arena *a)
{
	bool more;
	struct span text = part_text(p, LIMIT_ARF_BYTES, &more, a);

	if (more && p->encoding != PART_PLAIN)
		out->deviations |= ARF_D_TOO_MANY;
	/* RFC 5965 7.1: "7bit" is sufficient and MUST be used */
	if (p->encoding != PART_PLAIN || p->bad_encoding)
		out->deviations |= ARF_D_ENCODING;
	return p->encoding == PART_PLAIN ? p->content : text;
}

static void
read_found(struct arf *out, const struct found *f, struct span *rest,
    struct arena *a)
{
	struct span text;

	if (!is_none(&f->report)) {
		out->form = span_eq(f->report.type,
		    SPAN("message/feedback-report")) ? ARF_PART : ARF_LABEL;
		arf_fields(out, text_of(out, &f->report, a), a);
	} else if (!is_none(&f->label)) {
		out->form = ARF_LABEL;
		text = text_of(out, &f->label, a);
		(void)find_block(&text);
		*rest = text;
		(void)head_take(rest);
		arf_fields(out, text, a);
	} else if (!is_none(&f->text)) {
		arf_prose(out, text_of(out, &f->text, a), rest, a);
	}
	if (out->form != ARF_NONE && out->form != ARF_PART)
		out->deviations |= ARF_D_FORM;
}

/* The message has a part of its own, or stands in the text behind what was
 * read of it. */
static void
read_original(struct arf *out, const struct found *f, struct span rest,
    struct arena *a)
{
	bool more;
	struct span header;

	if (!is_none(&f->original)) {
		out->original.whole = span_ends(f->original.type,
		    SPAN("/rfc822")) || span_ends(f->original.type,
		    SPAN("/global"));
		arf_original(out, f->original.encoding == PART_PLAIN ?
		    f->original.content : part_text(&f->original,
		    LIMIT_ARF_BYTES, &more, a), a);
	} else if (out->form != ARF_NONE) {
		while (head_is_empty(head_line(rest)))
			rest = span_skip(rest, head_line(rest).len);
		header = rest;
		header = head_take(&header);
		if (!span_absent(head_value(header, SPAN("From"))))
			arf_original(out, rest, a);
	}
	if (out->form != ARF_NONE && span_absent(out->original.from) &&
	    span_absent(out->original.date) &&
	    span_absent(out->original.message_id))
		out->deviations |= ARF_D_ORIGINAL;
}

bool
arf_read(struct arf *out, struct span message, const char **why,
    struct arena *a)
{
	struct found f;
	struct span rest = SPAN_NONE;

	*out = (struct arf){ .incidents = 1 };
	look_inside(out, &f, message, a);
	read_found(out, &f, &rest, a);
	read_original(out, &f, rest, a);
	*why = f.why != NULL ? f.why : "there is no feedback report in it";
	if (out->form != ARF_NONE && out->n_field == 0) {
		*why = "the feedback report has no fields";
		out->form = ARF_NONE;
	}
	if (a->failed)
		*why = "no memory";
	return out->form != ARF_NONE && !a->failed;
}
