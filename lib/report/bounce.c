/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bounce.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/head.h"
#include "wire/mime_part.h"

/* ---- words --------------------------------------------------------------- */

static enum bounce_action
action_of(struct span word)
{
	static const struct { struct span word; enum bounce_action is; }
	    known[] = { { SPAN_INIT("failed"), BOUNCE_FAILED },
		{ SPAN_INIT("delayed"), BOUNCE_DELAYED },
		{ SPAN_INIT("delivered"), BOUNCE_DELIVERED },
		{ SPAN_INIT("relayed"), BOUNCE_RELAYED },
		{ SPAN_INIT("expanded"), BOUNCE_EXPANDED } };

	/* a comment may stand behind it */
	word = span_head(word, span_find(word, '('));
	word = span_trim_fws(word);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (span_ieq(word, known[i].word))
			return known[i].is;
	return BOUNCE_UNSAID;
}

/* One line, cut. */
static struct span
line_of(struct span value, struct arena *a)
{
	struct buf b = arena_buf(a, LIMIT_BOUNCE_TEXT);

	value = head_tidy(value, a);
	for (size_t i = 0; i < value.len && b.len < b.cap; i++) {
		int c = span_at(value, i);
		buf_byte(&b, is_vchar(c) || c == ' ' ? (uint8_t)c : '?');
	}
	return b.len == 0 ? SPAN_NONE : arena_done(a, &b);
}

static bool
digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) < '0' || span_at(s, i) > '9')
			return false;
	return s.len > 0 && s.len <= 3;
}

/* RFC 3464 2.3.4: DIGIT "." 1*3DIGIT "." 1*3DIGIT, a comment may follow. */
static void
read_status(struct bounce *b, struct span value, struct arena *a)
{
	struct span rest, class, subject, detail;

	value = span_trim_fws(span_head(value, span_find(value, '(')));
	rest = value = span_head(value, span_find(value, ' '));
	class = span_cut(&rest, '.');
	subject = span_cut(&rest, '.');
	detail = rest;
	if (class.len != 1 || !digits(class) || !digits(subject) ||
	    !digits(detail))
		return;
	switch (span_at(class, 0)) {
	case '2': b->status = 2; break;
	case '4': b->status = 4; break;
	case '5': b->status = 5; break;
	}
	if (b->status != 0)
		b->code = line_of(value, a);
}

/* ---- fields -------------------------------------------------------------- */

static int
weight(const struct bounce *b)
{
	return bounce_is_hard(b) ? 3 : b->action == BOUNCE_FAILED ? 2 :
	    b->action == BOUNCE_DELAYED;
}

static void
read_recipient(struct bounce *out, struct span fields, struct arena *a)
{
	struct bounce one = { .action = action_of(head_value(fields,
	    SPAN("Action"))) };

	read_status(&one, head_value(fields, SPAN("Status")), a);
	one.diagnostic = line_of(head_value(fields,
	    SPAN("Diagnostic-Code")), a);
	if (out->action == BOUNCE_UNSAID || weight(&one) > weight(out))
		*out = one;
}

/* RFC 3464 2.1: fields of the message, then of each recipient, with an empty
 * line between them. */
static void
read_fields(struct bounce *out, struct span text, struct arena *a)
{
	bool first = true;

	for (unsigned n = 0; text.len > 0 && n < LIMIT_BOUNCE_RECIPIENTS;
	    n++) {
		struct span fields;

		while (head_is_empty(head_line(text)))
			text = span_skip(text, head_line(text).len);
		fields = head_take(&text);
		/* some leave out those of the message, or the line */
		if (!first || !span_absent(head_value(fields,
		    SPAN("Action"))))
			read_recipient(out, fields, a);
		first = false;
	}
}

/* RFC 5322 3.6.4: "<" id ">" */
static struct span
read_id(struct span header, struct arena *a)
{
	struct span id = head_value(header, SPAN("Message-ID"));
	size_t open = span_find(id, '<');

	id = span_skip(id, open == id.len ? 0 : open + 1);
	id = span_trim_fws(span_head(id, span_find(id, '>')));
	if (id.len > LIMIT_BOUNCE_TEXT || span_has(id, ' '))
		return SPAN_NONE;
	return line_of(id, a);
}

/* ---- parts --------------------------------------------------------------- */

static bool
is_status(const struct part *p)
{
	return span_eq(p->type, SPAN("message/delivery-status")) ||
	    span_eq(p->type, SPAN("message/global-delivery-status"));
}

/* RFC 6522 3: the mail, or its header. */
static bool
is_returned(const struct part *p)
{
	return span_eq(p->type, SPAN("message/rfc822")) ||
	    span_eq(p->type, SPAN("message/global")) ||
	    span_eq(p->type, SPAN("text/rfc822-headers")) ||
	    span_eq(p->type, SPAN("message/rfc822-headers")) ||
	    span_eq(p->type, SPAN("message/global-headers"));
}

static struct span
content_of(const struct part *p, struct arena *a)
{
	bool more;

	return part_text(p, LIMIT_BOUNCE_BYTES, &more, a);
}

bool
bounce_read(struct bounce *out, struct span message, struct arena *a)
{
	struct span id = SPAN_NONE, returned;
	bool found = false;
	struct part_walk w;
	struct part p;

	*out = (struct bounce){ .action = BOUNCE_UNSAID };
	part_walk_start(&w, message, false, a);
	while (part_next(&w, &p)) {
		if (!found && is_status(&p)) {
			found = true;
			read_fields(out, content_of(&p, a), a);
		} else if (found && span_absent(id) && is_returned(&p)) {
			returned = content_of(&p, a);
			while (head_is_empty(head_line(returned)))
				returned = span_skip(returned,
				    head_line(returned).len);
			id = read_id(head_take(&returned), a);
		}
	}
	out->message_id = id;
	return found && !a->failed;
}

bool
bounce_is_hard(const struct bounce *b)
{
	return b->action == BOUNCE_FAILED && b->status == 5;
}
