/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/from.h"

#include "facts/display.h"
#include "wire/address.h"
#include "wire/printable.h"

static enum assay_reason
reason_of(enum address_error e)
{
	switch (e) {
	case ADDRESS_OK:
	case ADDRESS_JUNK:
	case ADDRESS_ANGLE:
	case ADDRESS_LOCAL:
		break;
	case ADDRESS_CONTROL:
	case ADDRESS_UTF8:
		return ASSAY_R_FROM_CONTROL;
	case ADDRESS_QUOTE:
	case ADDRESS_COMMENT:
		return ASSAY_R_FROM_COMMENT;
	case ADDRESS_TRAILING:
		return ASSAY_R_FROM_TRAILING_TEXT;
	case ADDRESS_NO_AT:
		return ASSAY_R_FROM_NO_ADDRESS;
	case ADDRESS_NO_DOMAIN:
	case ADDRESS_BAD_DOMAIN:
		return ASSAY_R_FROM_BAD_DOMAIN;
	case ADDRESS_TOO_MANY:
		return ASSAY_R_FROM_LIMIT;
	}
	return ASSAY_R_FROM_SYNTAX;
}

static void
s1(struct facts *f, struct arena *a, enum assay_reason reason,
    struct place place, struct span detail)
{
	facts_find(f, a, reason, SEVERITY_S1, place,
	    span_absent(detail) ? detail : printable(a, detail, 100));
}

/* A domain counts once, however many mailboxes it has (RFC 9989 5.3.1). */
static void
add_author(struct facts *f, struct domain d, struct place place,
    struct arena *a)
{
	struct from_facts *from = &f->from;

	for (size_t i = 0; i < from->n_author; i++)
		if (domain_eq(from->author[i].domain, d))
			return;
	if (from->n_author < LIMIT_AUTHORS) {
		from->author[from->n_author++] = (struct author){
		    .domain = d, .place = place };
		return;
	}
	/* RFC 9989 11.5: beyond the cap the evaluation is incomplete */
	if (!from->capped)
		s1(f, a, ASSAY_R_FROM_LIMIT, place, d.name);
	from->capped = true;
}

static void
one_mailbox(struct facts *f, const struct mailbox *box, struct place place,
    struct arena *a)
{
	/* RFC 2047 5: never in an addr-spec */
	if (span_starts(box->local, SPAN("=?")) &&
	    span_ends(box->local, SPAN("?=")))
		s1(f, a, ASSAY_R_FROM_ENCODED_ADDRESS, place, box->addr);
	if (box->route)
		s1(f, a, ASSAY_R_FROM_SOURCE_ROUTE, place, box->addr);
	if (domain_absent(box->domain))
		s1(f, a, ASSAY_R_FROM_DOMAIN_LITERAL, place, box->literal);
	else
		add_author(f, box->domain, place, a);
}

static void
refused(struct facts *f, const struct address_list *l, struct span value,
    size_t at, struct arena *a)
{
	size_t where = l->error_at < value.len ? l->error_at : 0;
	struct place place = { at + where, value.len - where };
	struct place all = { at, value.len };

	s1(f, a, reason_of(l->error), place, span_skip(value, where));
	if (l->error == ADDRESS_NO_AT &&
	    span_search(value, SPAN("=?")) < value.len &&
	    display_holds_address(value, a))
		s1(f, a, ASSAY_R_FROM_ENCODED_ADDRESS, all, SPAN_NONE);
}

void
from_value(struct facts *f, struct span value, size_t at, struct arena *a)
{
	struct place all = { at, value.len };
	struct address_list l;

	if (!address_list_parse(&l, value, a)) {
		refused(f, &l, value, at, a);
		return;
	}
	/* RFC 6854 2.1: a group is allowed, and may be empty */
	if (l.n == 0)
		s1(f, a, ASSAY_R_FROM_NO_ADDRESS, all, value);
	for (size_t i = 0; i < l.n; i++) {
		const struct mailbox *box = &l.box[i];
		struct place place = { at + span_offset(value, box->addr),
		    box->addr.len };

		one_mailbox(f, box, place, a);
		if (i < LIMIT_AUTHORS)
			display_check(f, box, place, a);
	}
	if (l.raw_8bit)
		facts_find(f, a, ASSAY_R_FROM_RAW_8BIT, SEVERITY_S2, all,
		    SPAN_NONE);
	f->from.mailboxes += l.n;
}

static struct place
place_of(const struct field *field)
{
	return (struct place){ field->at, field->raw.len };
}

/* A field that is From only for some readers (ATTACKS.md A7). */
static void
odd_from(struct facts *f, const struct header *h, const struct field *field,
    struct arena *a)
{
	enum assay_reason reason = ASSAY_R_FROM_ODD_NAME;

	if (span_has(span_head(field->raw, span_find(field->raw, ':')), '\n'))
		reason = ASSAY_R_FROM_FOLDED_NAME;
	/* the line that begins with white space has its own finding */
	if (field != h->field || h->notice[NOTICE_LEADING_WSP].count == 0)
		s1(f, a, reason, place_of(field), field->name);
}

static bool
is_behind(const struct field *field, const struct notice *n)
{
	return n->count > 0 && field->at > n->at;
}

static void
good_from(struct facts *f, const struct header *h,
    const struct field *field, struct arena *a)
{
	/* RFC 5322 2.1: only CRLF CRLF ends the header; not for everyone */
	if (is_behind(field, &h->notice[NOTICE_NO_COLON]) ||
	    is_behind(field, &h->notice[NOTICE_BARE_EMPTY]))
		s1(f, a, ASSAY_R_FROM_HIDDEN, place_of(field), SPAN_NONE);
	/* constant work for 1,000 From fields */
	if (f->from.fields <= LIMIT_AUTHORS)
		from_value(f, field->value,
		    field->at + span_offset(field->raw, field->value), a);
}

void
from_collect(struct facts *f, const struct header *h, struct arena *a)
{
	struct place first = { 0, 0 };

	for (size_t i = 0; i < h->n; i++) {
		const struct field *field = &h->field[i];

		if (!field_resembles(field, SPAN("From")))
			continue;
		if (++f->from.fields == 2)
			/* RFC 5322 3.6: from 1, min 1, max 1 */
			s1(f, a, ASSAY_R_FROM_MULTIPLE, place_of(field),
			    SPAN_NONE);
		if (field->malformed)
			odd_from(f, h, field, a);
		else
			good_from(f, h, field, a);
	}
	if (f->from.fields == 0)
		s1(f, a, ASSAY_R_FROM_MISSING, first, SPAN_NONE);
	/* RFC 9989 5.3.1: DMARC ends, or goes on for each */
	if (f->from.n_author > 1 && f->from.fields == 1)
		facts_find(f, a, ASSAY_R_FROM_SEVERAL_DOMAINS, SEVERITY_S2,
		    f->from.author[1].place, f->from.author[1].domain.name);
}
