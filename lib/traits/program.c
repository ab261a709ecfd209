/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - which mail program wrote the header, by its habits. */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/date.h"
#include "wire/day.h"

/* ---- Message-ID ---------------------------------------------------------- */

/* What stands between < and >, or all of it. */
static struct span
bare_id(struct span id)
{
	if (span_has(id, '<'))
		(void)span_cut(&id, '<');
	return span_trim_wsp(span_cut(&id, '>'));
}

static void
read_message_id(struct reading *r)
{
	struct span id = bare_id(header_text(r, K_MESSAGE_ID));
	struct span left = id, right;
	struct buf v;

	r->t->message_id = id;
	left = span_cut(&id, '@');
	right = id;
	v = value_open(r, TRAIT_MESSAGE_ID_DOMAIN, 80);
	put_org(&v, r, right, SUFFIX_ICANN);
	value_close(r, TRAIT_MESSAGE_ID_DOMAIN, &v);
	v = value_open(r, TRAIT_MESSAGE_ID_SHAPE, 60);
	put_id_shape(&v, left);
	value_close(r, TRAIT_MESSAGE_ID_SHAPE, &v);
}

/* ---- what it answers ----------------------------------------------------- */

enum { REFERENCES = 50 };	/* RFC 5322 3.6.4 sets no bound; programs cut
				 * at 10 to 40                               */

static void
read_references(struct reading *r)
{
	struct span rest = header_raw(r, K_REFERENCES);
	struct traits *t = r->t;

	t->in_reply_to = bare_id(header_text(r, K_IN_REPLY_TO));
	t->reference = arena_array(r->a, REFERENCES, sizeof(*t->reference));
	if (t->reference == NULL)
		return;
	while (rest.len > 0 && t->n_reference < REFERENCES) {
		size_t end = span_rfind(rest, '>'), from;

		if (end == rest.len)
			break;
		rest = span_head(rest, end);
		from = span_rfind(rest, '<');
		if (from == rest.len)
			break;
		t->reference[t->n_reference++] = span_skip(rest, from + 1);
		rest = span_head(rest, from);
	}
	if (t->in_reply_to.len == 0 && t->n_reference > 0)
		t->in_reply_to = t->reference[0];
}

/* ---- its name ------------------------------------------------------------ */

static void
read_mailer(struct reading *r)
{
	struct span ua = header_text(r, K_USER_AGENT), s;
	struct buf v;
	size_t n = 0;

	if (ua.len == 0)
		ua = header_text(r, K_X_MAILER);
	v = value_open(r, TRAIT_MAILER_VERSION, LIMIT_TRAIT_TEXT);
	put_text(&v, span_head(ua, 120), false);
	value_close(r, TRAIT_MAILER_VERSION, &v);
	while (n < ua.len && n < 30) {
		int c = span_at(ua, n);

		if (c == '/' || c == ' ' || c == '(' || is_digit(c))
			break;
		n++;
	}
	/* "Mozilla/5.0 (...) Thunderbird/1.0": the last one is its name */
	s = span_head(ua, n);
	if (span_eq(s, SPAN("Mozilla"))) {
		size_t from = span_rfind(ua, ' ');

		s = from < ua.len ? span_skip(ua, from + 1) : s;
		s = span_cut(&s, '/');
	}
	v = value_open(r, TRAIT_MAILER, 40);
	put_text(&v, span_head(s, 30), true);
	value_close(r, TRAIT_MAILER, &v);
}

/* ---- Date ---------------------------------------------------------------- */

/* "+0100" in it, or the first letters of an old name. */
static struct span
zone_of(struct span date)
{
	for (size_t i = 0; i + 5 <= date.len; i++) {
		int c = span_at(date, i);

		if ((c == '+' || c == '-') && is_digit(span_at(date, i + 1)) &&
		    is_digit(span_at(date, i + 2)) &&
		    is_digit(span_at(date, i + 3)) &&
		    is_digit(span_at(date, i + 4)))
			return span_slice(date, i, i + 5);
	}
	for (size_t i = span_rfind(date, ':'); i < date.len; i++)
		if (is_alpha(span_at(date, i)))
			return span_slice(date, i, i + 3);
	return SPAN_NONE;
}

/* The hour before the first colon, as the author's clock has it. */
static int
hour_of(struct span date)
{
	size_t at = span_find(date, ':');
	int tens = span_at(date, at < 2 ? date.len : at - 2);
	int ones = span_at(date, at < 1 ? date.len : at - 1);
	int h = is_digit(ones) ? ones - '0' : -1;

	if (at == date.len || h < 0)
		return -1;
	h += is_digit(tens) ? (tens - '0') * 10 : 0;
	return h < 24 ? h : -1;
}

static void
put_date_shape(struct buf *b, struct span date)
{
	ROOM(room, 100);
	struct buf low = BUF_ON(room);

	if (span_has(date, '('))
		buf_str(b, "paren ");
	/* day and month alike, whatever their letters */
	buf_lower(&low, span_head(date, 100));
	put_shape(b, buf_span(&low), 20);
}

/* Seconds east of UTC that "+0530" says. */
static int64_t
seconds_of(struct span zone)
{
	uint64_t n = 0;
	int64_t s;

	if (!span_u64(span_skip(zone, 1), 9999, &n))
		return 0;
	s = (int64_t)(n / 100 * 3600 + n % 100 * 60);
	return span_at(zone, 0) == '-' ? -s : s;
}

static void
read_own_clock(struct reading *r, struct span date)
{
	static const struct span days[] = { SPAN_INIT("Mon"),
	    SPAN_INIT("Tue"), SPAN_INIT("Wed"), SPAN_INIT("Thu"),
	    SPAN_INIT("Fri"), SPAN_INIT("Sat"), SPAN_INIT("Sun") };
	struct traits *t = r->t;
	int64_t own;

	if (!t->has_date)
		return;
	t->date_hour = hour_of(date);
	if (t->date_hour >= 0)
		value_number(r, TRAIT_DATE_HOUR, (uint64_t)t->date_hour);
	own = t->date + seconds_of(zone_of(date));
	/* 1970-01-01 was a Thursday; dates before it have no day here */
	if (own >= 0)
		value_set(r, TRAIT_WEEKDAY, days[(own / DAY_SECONDS + 3) % 7]);
}

static void
read_date(struct reading *r)
{
	struct span date = header_text(r, K_DATE);
	struct traits *t = r->t;
	struct buf v;

	t->has_date = date_parse(&t->date, date);
	read_own_clock(r, date);
	v = value_open(r, TRAIT_TIME_ZONE, 16);
	put_text(&v, zone_of(date), false);
	value_close(r, TRAIT_TIME_ZONE, &v);
	if (date.len == 0)
		return;
	v = value_open(r, TRAIT_DATE_SHAPE, 40);
	put_date_shape(&v, date);
	value_close(r, TRAIT_DATE_SHAPE, &v);
}

/* ---- fields -------------------------------------------------------------- */

static void
read_order(struct reading *r)
{
	struct buf v = value_open(r, TRAIT_FIELD_ORDER, 120);

	for (size_t i = 0; i < r->n && !v.full; i++)
		switch ((int)r->line[i].known) {
		case K_FROM:
		case K_TO:
		case K_SUBJECT:
		case K_DATE:
		case K_MESSAGE_ID:
		case K_MIME_VERSION:
		case K_CONTENT_TYPE:
			if (v.len > 1)
				buf_byte(&v, ' ');
			put_text(&v, r->line[i].name, true);
			break;
		}
	value_close(r, TRAIT_FIELD_ORDER, &v);
}

static void
put_spelling(struct buf *b, const struct reading *r, enum known k,
    struct span usual)
{
	struct span name = SPAN_NONE;

	if (r->count[k] > 0)
		name = r->line[r->first[k]].name;
	if (name.len == 0 || span_eq(name, usual))
		return;
	if (b->len > 1)
		buf_byte(b, ' ');
	put_text(b, name, false);
}

/* Some are always told, so that "as usual" is told from "not there". */
static void
read_case(struct reading *r)
{
	struct buf v = value_open(r, TRAIT_FIELD_CASE, 200);

	put_spelling(&v, r, K_MESSAGE_ID, SPAN(""));
	put_spelling(&v, r, K_MIME_VERSION, SPAN(""));
	put_spelling(&v, r, K_CONTENT_TYPE, SPAN(""));
	put_spelling(&v, r, K_CTE, SPAN(""));
	put_spelling(&v, r, K_IN_REPLY_TO, SPAN("In-Reply-To"));
	put_spelling(&v, r, K_REFERENCES, SPAN("References"));
	put_spelling(&v, r, K_FROM, SPAN("From"));
	put_spelling(&v, r, K_TO, SPAN("To"));
	put_spelling(&v, r, K_SUBJECT, SPAN("Subject"));
	put_spelling(&v, r, K_DATE, SPAN("Date"));
	value_close(r, TRAIT_FIELD_CASE, &v);
}

/* Fields that servers and lists write, by the beginning of their names: they
 * say nothing of the program.  What ends in '$' is the whole name. */
static const struct span of_servers[] = {
	SPAN_INIT("arc-"), SPAN_INIT("archived-at$"),
	SPAN_INIT("authentication-results"), SPAN_INIT("content-length$"),
	SPAN_INIT("delivered-to$"), SPAN_INIT("dkim-"),
	SPAN_INIT("domainkey-"), SPAN_INIT("errors-to$"),
	SPAN_INIT("feedback-id$"), SPAN_INIT("lines$"), SPAN_INIT("list-"),
	SPAN_INIT("mailing-list$"), SPAN_INIT("message-id-hash$"),
	SPAN_INIT("precedence$"), SPAN_INIT("received"),
	SPAN_INIT("return-path$"), SPAN_INIT("sender$"), SPAN_INIT("status$"),
	SPAN_INIT("x-amp-"), SPAN_INIT("x-antiabuse$"),
	SPAN_INIT("x-authenticated-"), SPAN_INIT("x-barracuda-"),
	SPAN_INIT("x-beenthere$"), SPAN_INIT("x-cbid$"),
	SPAN_INIT("x-content-filtered-by$"), SPAN_INIT("x-cse-"),
	SPAN_INIT("x-extloop1$"), SPAN_INIT("x-forefront-"),
	SPAN_INIT("x-forwarded-"), SPAN_INIT("x-gm-"), SPAN_INIT("x-google-"),
	SPAN_INIT("x-greylist$"), SPAN_INIT("x-ibm-"), SPAN_INIT("x-ironport-"),
	SPAN_INIT("x-mailfrom$"), SPAN_INIT("x-mailing-list$"),
	SPAN_INIT("x-mailman-"), SPAN_INIT("x-me-"),
	SPAN_INIT("x-message-id-hash$"), SPAN_INIT("x-microsoft-"),
	SPAN_INIT("x-mimecast-"), SPAN_INIT("x-ms-exchange-"),
	SPAN_INIT("x-original-"), SPAN_INIT("x-originatororg$"),
	SPAN_INIT("x-ovh-"), SPAN_INIT("x-proofpoint-"),
	SPAN_INIT("x-provags-"), SPAN_INIT("x-received$"),
	SPAN_INIT("x-rspam"), SPAN_INIT("x-sender-ip$"),
	SPAN_INIT("x-spam"), SPAN_INIT("x-tm-"),
	SPAN_INIT("x-ui-"), SPAN_INIT("x-virus-"), SPAN_INIT("x-vr-"),
	SPAN_INIT("x-yandex-"),
};

static bool
is_of_server(struct span name)
{
	for (size_t i = 0; i < sizeof(of_servers) / sizeof(of_servers[0]);
	    i++) {
		struct span s = of_servers[i];
		bool whole = span_at(s, s.len - 1) == '$';

		s = span_head(s, s.len - whole);
		if (span_istarts(name, s) && (!whole || name.len == s.len))
			return true;
	}
	return false;
}

static void
add_name(struct reading *r, enum trait t, struct span name)
{
	struct buf v;

	if (r->t->many[t].cut)
		return;
	v = value_open(r, t, 240);
	put_text(&v, span_head(name, 60), true);
	value_add(r, t, &v);
}

/* What others claim to have proven says nothing, not even by its name. */
static bool
is_claim(struct span name)
{
	return span_istarts(name, SPAN("authentication-results")) ||
	    span_istarts(name, SPAN("arc-authentication-results")) ||
	    span_istarts(name, SPAN("received-spf"));
}

static void
read_names(struct reading *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct line *l = &r->line[i];

		if ((l->known != K_OTHER && l->known < K_UNUSUAL) ||
		    is_claim(l->name))
			continue;
		add_name(r, is_of_server(l->name) ? TRAIT_SERVER_FIELDS :
		    TRAIT_HEADER_NAMES, l->name);
	}
}

void
traits_program(struct reading *r)
{
	read_message_id(r);
	read_references(r);
	read_mailer(r);
	read_date(r);
	read_order(r);
	read_case(r);
	read_names(r);
}
