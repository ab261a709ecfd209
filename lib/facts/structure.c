/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/structure.h"

#include "base/ascii.h"
#include "base/odd.h"
#include "facts/from.h"
#include "wire/printable.h"

/* RFC 5322 3.6: at most one of each; the last ones by RFC 2045 3. */
static const struct span singleton[] = {
	SPAN_INIT("Date"), SPAN_INIT("Sender"), SPAN_INIT("Reply-To"),
	SPAN_INIT("To"), SPAN_INIT("Cc"), SPAN_INIT("Bcc"),
	SPAN_INIT("Message-ID"), SPAN_INIT("In-Reply-To"),
	SPAN_INIT("References"), SPAN_INIT("Subject"),
	SPAN_INIT("MIME-Version"), SPAN_INIT("Content-Type"),
	SPAN_INIT("Content-Transfer-Encoding"), SPAN_INIT("Content-ID"),
	SPAN_INIT("Content-Description"), SPAN_INIT("Content-Disposition"),
};
enum { N_SINGLETON = sizeof(singleton) / sizeof(singleton[0]),
    DATE = 0, SENDER = 1 };

static struct place
place_of(const struct field *field)
{
	return (struct place){ field->at, field->raw.len };
}

/* Each name found twice is one finding, at the second field. */
static void
count_singletons(struct facts *f, const struct header *h, size_t *count,
    struct arena *a)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct field *field = &h->field[i];

		for (size_t k = 0; k < N_SINGLETON; k++) {
			if (!field_is(field, singleton[k]))
				continue;
			if (++count[k] == 2)
				facts_find(f, a, ASSAY_R_DUPLICATE_FIELD,
				    SEVERITY_S2, place_of(field),
				    singleton[k]);
			break;
		}
	}
}

static void
check_singletons(struct facts *f, const struct header *h, bool whole,
    struct arena *a)
{
	size_t count[N_SINGLETON] = { 0 };
	struct place nowhere = { 0, 0 };

	count_singletons(f, h, count, a);
	if (count[DATE] == 0 && whole)
		facts_find(f, a, ASSAY_R_DATE_MISSING, SEVERITY_S3, nowhere,
		    SPAN_NONE);
	if (f->from.mailboxes > 1 && f->from.fields == 1 &&
	    count[SENDER] == 0 && whole)
		facts_find(f, a, ASSAY_R_SENDER_MISSING, SEVERITY_S3, nowhere,
		    SPAN_NONE);
}

/* What the notices of the reader mean. */
static const struct {
	enum notice_kind kind;
	enum severity severity;
	enum assay_reason reason;
} meaning[] = {
	{ NOTICE_LEADING_WSP, SEVERITY_S1, ASSAY_R_HEADER_STARTS_WITH_SPACE },
	{ NOTICE_LONG_LINE, SEVERITY_S1, ASSAY_R_HEADER_LINE_LIMIT },
	{ NOTICE_NO_COLON, SEVERITY_S2, ASSAY_R_LINE_NOT_A_FIELD },
	{ NOTICE_BARE_CR, SEVERITY_S2, ASSAY_R_HEADER_BARE_NEWLINE },
	{ NOTICE_BARE_LF, SEVERITY_S2, ASSAY_R_HEADER_BARE_NEWLINE },
	{ NOTICE_NUL, SEVERITY_S2, ASSAY_R_HEADER_NUL },
	{ NOTICE_MBOX_FROM, SEVERITY_S3, ASSAY_R_MBOX_LINE },
	{ NOTICE_SPACE_COLON, SEVERITY_S3, ASSAY_R_SPACE_BEFORE_COLON },
};

static void
tell_notices(struct facts *f, const struct header *h, struct arena *a)
{
	for (size_t i = 0; i < sizeof(meaning) / sizeof(meaning[0]); i++) {
		const struct notice *n = &h->notice[meaning[i].kind];

		if (n->count > 0)
			facts_find(f, a, meaning[i].reason,
			    meaning[i].severity, (struct place){ n->at, 1 },
			    SPAN_NONE);
	}
}

/* Names that are no names and do not look like From; one finding. */
static void
tell_odd_name(struct facts *f, const struct header *h, struct arena *a)
{
	if (h->notice[NOTICE_BAD_NAME].count == 0 &&
	    h->notice[NOTICE_FOLDED_NAME].count == 0)
		return;
	for (size_t i = 0; i < h->n; i++) {
		const struct field *field = &h->field[i];

		/* a name may be empty: ": x"; a value at 0 had no colon */
		if (field->malformed &&
		    span_offset(field->raw, field->value) > 0 &&
		    !field_resembles(field, SPAN("From"))) {
			facts_find(f, a, ASSAY_R_ODD_FIELD_NAME, SEVERITY_S2,
			    place_of(field), printable(a, field->name, 60));
			return;
		}
	}
}

/* From, read as field_resembles() does, behind a lone CR, LF or NUL. */
struct twin {
	size_t letters;		/* of its name, so far                        */
	size_t at;		/* where they began                           */
	size_t fresh;		/* behind the last lone octet, and no letter
				 * since; or 0                                */
};

static void
twin_letter(struct twin *t, int c)
{
	static const struct span from = SPAN_INIT("from");

	/* no letter stands twice in it: one attempt at a time is enough */
	if (t->fresh > 0 && to_lower(c) == 'f') {
		t->letters = 1;
		t->at = t->fresh;
	} else if (t->letters > 0 && to_lower(c) == span_at(from, t->letters)) {
		t->letters++;
	} else {
		t->letters = 0;
	}
	t->fresh = 0;
}

/* Takes the octet at this place; true: it is the colon behind From. */
static bool
twin_take(struct twin *t, struct span raw, size_t at)
{
	int c = span_at(raw, at);
	bool crlf = c == '\n' && at > 0 && span_at(raw, at - 1) == '\r';

	if (c == ':' && t->letters == 4)
		return true;
	if (is_ftext(c))
		twin_letter(t, c);
	else if (c == ':' || (crlf && !is_wsp(span_at(raw, at + 1))))
		/* what comes then is read as a field anyhow */
		*t = (struct twin){ 0 };
	else if (c == 0 || (c == '\n' && !crlf) ||
	    (c == '\r' && span_at(raw, at + 1) != '\n'))
		t->fresh = at + 1;
	return false;
}

/* A lone CR or LF, then "From:": a field for those who end lines there. */
static void
find_hidden_from(struct facts *f, const struct header *h, struct arena *a)
{
	struct twin t = { 0 };
	size_t at = 0;

	if (h->notice[NOTICE_BARE_CR].count == 0 &&
	    h->notice[NOTICE_BARE_LF].count == 0 &&
	    h->notice[NOTICE_NUL].count == 0)
		return;
	for (; at < h->raw.len; at++) {
		if (t.letters == 0 && t.fresh == 0)
			at += span_find_odd(span_skip(h->raw, at));
		if (!twin_take(&t, h->raw, at))
			continue;
		facts_find(f, a, ASSAY_R_FROM_HIDDEN, SEVERITY_S1,
		    (struct place){ t.at, at - t.at }, SPAN_NONE);
		return;
	}
}

static void
read_list_id(struct facts *f, const struct header *h, struct arena *a)
{
	for (size_t i = 0; i < h->n; i++)
		if (field_is(&h->field[i], SPAN("List-Id"))) {
			f->list_id = printable(a,
			    span_trim_fws(h->field[i].value), 200);
			return;
		}
}

void
structure_header(struct facts *f, const struct header *h, bool whole,
    struct arena *a)
{
	struct place end = { h->raw.len, 0 };

	f->fields = h->n;
	f->header_bytes = h->raw.len;
	if (!whole)
		facts_find(f, a, ASSAY_R_HEADER_LIMIT, SEVERITY_S1, end,
		    SPAN_NONE);
	from_collect(f, h, a);
	tell_notices(f, h, a);
	tell_odd_name(f, h, a);
	find_hidden_from(f, h, a);
	check_singletons(f, h, whole, a);
	if (whole && !h->ended)
		facts_find(f, a, ASSAY_R_HEADER_NOT_ENDED, SEVERITY_S3, end,
		    SPAN_NONE);
	read_list_id(f, h, a);
}
