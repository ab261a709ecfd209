/* SPDX-License-Identifier: Apache-2.0 */
/* arf_out.c - the mail and the fields of a failure report. */
#include "report/arf_out.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "report/arf_show.h"
#include "report/mail_word.h"
#include "wire/addr.h"
#include "wire/authres.h"
#include "wire/date.h"

enum { FOLD = 78, LINE = 900 };	/* RFC 5322 2.1.1: 78, and at most 998 */

/* ---- words -------------------------------------------------------------- */

/* Beside the comments that we write: nor their brackets. */
static bool
is_word(struct span s)
{
	return mail_word(s, LIMIT_AUTHRES_VALUE) && !span_has(s, '(') &&
	    !span_has(s, ')');
}

static bool
is_sound(const struct arf_out *m)
{
	bool known = m->failure != ARF_FAILURE_UNSAID &&
	    m->failure != ARF_ADSP && m->failure != ARF_FAILURE_OTHER;

	return known && is_word(m->reporter) && is_word(m->user_agent) &&
	    !domain_absent(m->reported);
}

static bool
has_head(const struct arf_out *m)
{
	return is_word(m->from) && is_word(m->to) &&
	    is_word(m->message_id) && !domain_absent(m->reported) &&
	    (span_absent(m->from_name) || mail_line(m->from_name, FOLD));
}

static void
put_field(struct buf *b, enum arf_name id, struct span value)
{
	buf_str(b, arf_name(id));
	buf_str(b, ": ");
	buf_put(b, value);
	buf_str(b, "\r\n");
}

static void
put_number(struct buf *b, enum arf_name id, uint64_t n)
{
	ROOM(room, 24);
	struct buf text = BUF_ON(room);

	buf_u64(&text, n);
	put_field(b, id, buf_span(&text));
}

static void
put_date(struct buf *b, const char *name, int64_t when)
{
	ROOM(room, DATE_TEXT);
	struct buf text = BUF_ON(room);

	date_print(&text, when);
	if (text.len == 0)
		return;
	buf_str(b, name);
	buf_put(b, buf_span(&text));
	buf_str(b, "\r\n");
}

/* RFC 5322 3.2.4: a quoted-string; what is not printable becomes "?".  It is
 * folded at a space of it, or cut. */
static void
put_quoted(struct buf *b, struct span s)
{
	size_t column = 0;

	buf_byte(b, '"');
	for (size_t i = 0; i < s.len && column < LINE; i++) {
		int c = span_at(s, i);
		bool pair = c == '"' || c == '\\';

		if (c == ' ' && column > FOLD && span_at(s, i + 1) > ' ') {
			buf_str(b, "\r\n");
			column = 0;
		}
		if (pair)
			buf_byte(b, '\\');
		buf_byte(b, is_vchar(c) || c == ' ' ? (uint8_t)c : '?');
		column += pair ? 2 : 1;
	}
	buf_byte(b, '"');
}

/* ---- the mail ---------------------------------------------------------- */

/* RFC 3834 5: nobody's vacation program shall answer.  The letter begins with
 * it; what follows is the boundary. */
static const char begins[] = "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=feedback-report;\r\n"
    " boundary=\"";
static const char mark[] = "=_assay_";

/* Of the message, under a key that its sender does not know: it cannot stand
 * in what he wrote. */
static void
make_boundary(struct buf *b, const struct arf_out *m)
{
	struct redact r = { .locals = true };

	for (size_t i = 0; i < REDACT_KEY; i++)
		r.key[i] = m->key[i];
	buf_str(b, mark);
	redact_token(b, m->reporter, m->message, &r);
}

bool
arf_head(struct buf *b, const struct arf_out *m)
{
	if (!has_head(m))
		return false;
	put_date(b, "Date: ", m->date);
	buf_str(b, "From: ");
	if (!span_absent(m->from_name)) {
		put_quoted(b, m->from_name);
		buf_str(b, "\r\n ");
	}
	buf_str(b, "<");
	buf_put(b, m->from);
	buf_str(b, ">\r\nTo: <");
	buf_put(b, m->to);
	buf_str(b, ">\r\nSubject: Authentication failure report for\r\n ");
	buf_put(b, m->reported.name);
	buf_str(b, "\r\nMessage-ID:\r\n <");
	buf_put(b, m->message_id);
	buf_str(b, ">\r\n");
	return !b->full;
}

static void
put_boundary(struct buf *b, struct span boundary, const char *rest)
{
	buf_str(b, "\r\n--");
	buf_put(b, boundary);
	buf_str(b, rest);
}

/* RFC 5965 2 (c): for a person. */
static void
put_text(struct buf *b, const struct arf_out *m, struct span boundary)
{
	put_boundary(b, boundary, "\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
	    "This is an authentication failure report for an email message"
	    "\r\n");
	if (m->source.family != 0) {
		buf_str(b, "received from IP ");
		addr_print(b, &m->source);
		buf_str(b, "\r\n");
	}
	if (m->has_arrival)
		put_date(b, "on ", m->arrival);
	buf_str(b, "that claims to be written by somebody at\r\n  ");
	buf_put(b, m->reported.name);
	buf_str(b, "\r\nwho asks for such reports in the DNS.\r\n");
	if (m->incidents > 1) {
		buf_u64(b, m->incidents);
		buf_str(b, " such messages came; this is one of them.\r\n");
	}
	if (m->show != ARF_SHOW_ALL)
		buf_str(b, "What stands before the @ of an address was "
		    "replaced by a token\r\n(RFC 6590).\r\n");
	buf_str(b, "Do not open what is reported: it may be an attack.\r\n");
}

/* ---- the fields (RFC 5965 3, RFC 6591 3, RFC 6692, RFC 9991 4) ----------- */

/* RFC 6591 3.1: "it MUST reflect only a single authentication method's
 * result". */
static void
put_authres(struct buf *b, const struct arf_out *m)
{
	struct authres_writer w;
	struct span result = assay_cstr(assay_result_name(m->result));

	buf_str(b, "Authentication-Results: ");
	authres_begin(&w, b, m->reporter);
	if (m->failure == ARF_DMARC) {
		authres_method(&w, SPAN("dmarc"), result);
		(void)authres_prop(&w, SPAN("header"), SPAN("from"),
		    m->reported.name);
	} else if (m->failure == ARF_SPF) {
		authres_method(&w, SPAN("spf"), result);
		(void)authres_prop(&w, SPAN("smtp"), SPAN("mailfrom"),
		    m->mail_from_domain.name);
	} else {
		authres_method(&w, SPAN("dkim"), result);
		(void)authres_prop(&w, SPAN("header"), SPAN("d"),
		    m->dkim_domain.name);
		(void)authres_prop(&w, SPAN("header"), SPAN("s"),
		    m->dkim_selector.name);
	}
	authres_end(&w);
	buf_str(b, "\r\n");
}

static void
put_alignment(struct buf *b, unsigned bits)
{
	bool dkim = (bits & ARF_ALIGN_DKIM) != 0;
	bool spf = (bits & ARF_ALIGN_SPF) != 0;

	put_field(b, ARF_F_IDENTITY_ALIGNMENT, dkim && spf ?
	    SPAN("dkim, spf") : dkim ? SPAN("dkim") : spf ? SPAN("spf") :
	    SPAN("none"));
}

/* An address as a field has it, its local part hidden where that is asked.
 * What has no domain, or octets that no address needs, is not written. */
static void
put_address(struct buf *b, const struct arf_out *m, enum arf_name id,
    const char *open, struct span address, const char *close)
{
	ROOM(room, LIMIT_AUTHRES_VALUE);
	struct buf text = BUF_ON(room);
	struct redact r = { .locals = m->show != ARF_SHOW_ALL };

	for (size_t i = 0; i < REDACT_KEY; i++)
		r.key[i] = m->key[i];
	if (!is_word(address) || !span_has(address, '@'))
		return;
	buf_str(&text, open);
	redact_put(&text, address, &r);
	buf_str(&text, close);
	if (!text.full)
		put_field(b, id, buf_span(&text));
}

static void
put_dkim(struct buf *b, const struct arf_out *m)
{
	if (domain_absent(m->dkim_domain))
		return;
	put_field(b, ARF_F_DKIM_DOMAIN, m->dkim_domain.name);
	if (!domain_absent(m->dkim_selector))
		put_field(b, ARF_F_DKIM_SELECTOR, m->dkim_selector.name);
	put_address(b, m, ARF_F_DKIM_IDENTITY, "", m->dkim_identity, "");
}

/* RFC 6591 4: "txt" ":" domain ":" quoted-string */
static void
put_spf(struct buf *b, const struct arf_out *m)
{
	static const struct redact defang = { .locals = false };

	for (size_t i = 0; i < m->n_spf; i++) {
		ROOM(room, LIMIT_ARF_VALUE / 4);
		struct buf text = BUF_ON(room);

		redact_put(&text, span_head(m->spf[i].record, text.cap),
		    &defang);
		buf_str(b, "SPF-DNS: txt : ");
		buf_put(b, m->spf[i].domain.name);
		buf_str(b, " :\r\n ");
		put_quoted(b, buf_span(&text));
		buf_str(b, "\r\n");
	}
}

static void
put_envelope(struct buf *b, const struct arf_out *m)
{
	ROOM(room, ADDR_TEXT);
	struct buf addr = BUF_ON(room);

	if (is_word(m->envelope_id))
		put_field(b, ARF_F_ENVELOPE_ID, m->envelope_id);
	if (!span_absent(m->mail_from) && m->mail_from.len == 0)
		put_field(b, ARF_F_MAIL_FROM, SPAN("<>"));
	else
		put_address(b, m, ARF_F_MAIL_FROM, "<", m->mail_from, ">");
	addr_print(&addr, &m->source);
	/* RFC 5965 3.2 points to RFC 5321 4.1.3, but 6591's and 9991's own
	 * examples, and all readers, have the address without "IPv6:" */
	if (addr.len > 0)
		put_field(b, ARF_F_SOURCE_IP, buf_span(&addr));
	if (addr.len > 0 && m->source_port != 0)
		put_number(b, ARF_F_SOURCE_PORT, m->source_port);
	if (m->has_arrival)
		put_date(b, "Arrival-Date: ", m->arrival);
}

static void
put_fields(struct buf *b, const struct arf_out *m, struct span boundary)
{
	put_boundary(b, boundary, "\r\n"
	    "Content-Type: message/feedback-report\r\n\r\n");
	put_field(b, ARF_F_FEEDBACK_TYPE, SPAN("auth-failure"));
	put_field(b, ARF_F_USER_AGENT, m->user_agent);
	put_field(b, ARF_F_VERSION, SPAN("1"));
	put_field(b, ARF_F_AUTH_FAILURE, assay_cstr(
	    arf_failure_name(m->failure)));
	put_authres(b, m);
	if (m->failure == ARF_DMARC)
		put_alignment(b, m->alignment);
	if (*arf_delivery_name(m->delivery) != '\0')
		put_field(b, ARF_F_DELIVERY_RESULT, assay_cstr(
		    arf_delivery_name(m->delivery)));
	put_field(b, ARF_F_REPORTED_DOMAIN, m->reported.name);
	put_dkim(b, m);
	put_spf(b, m);
	put_envelope(b, m);
	if (m->incidents > 1)
		put_number(b, ARF_F_INCIDENTS, m->incidents);
}

struct span
arf_letter(const struct arf_out *m, struct arena *a)
{
	ROOM(room, 40);
	struct buf boundary = BUF_ON(room), b;
	struct span third;

	if (!is_sound(m))
		return SPAN_NONE;
	make_boundary(&boundary, m);
	third = arf_show(m, a);
	if (span_absent(third))
		return SPAN_NONE;
	b = arena_buf(a, LIMIT_ARF_OUT);
	buf_str(&b, begins);
	buf_put(&b, buf_span(&boundary));
	buf_str(&b, "\"\r\n\r\n");
	put_text(&b, m, buf_span(&boundary));
	put_fields(&b, m, buf_span(&boundary));
	put_boundary(&b, buf_span(&boundary), "\r\n");
	buf_put(&b, third);
	put_boundary(&b, buf_span(&boundary), "--\r\n");
	return b.full ? SPAN_NONE : arena_done(a, &b);
}

struct span
arf_write(const struct arf_out *m, struct arena *a)
{
	struct span letter = arf_letter(m, a);
	struct buf b;

	if (span_absent(letter))
		return SPAN_NONE;
	b = arena_buf(a, letter.len + LIMIT_ARF_HEAD);
	if (!arf_head(&b, m))
		return SPAN_NONE;
	buf_put(&b, letter);
	return b.full ? SPAN_NONE : arena_done(a, &b);
}

/* ---- what may be one ---------------------------------------------------- */

/* RFC 6590's alphabet of our tokens: base32, see redact.c */
static bool
is_boundary(struct span s)
{
	if (!span_starts(s, assay_cstr(mark)))
		return false;
	s = span_skip(s, sizeof(mark) - 1);
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			return false;
	}
	return s.len == REDACT_TOKEN;
}

static bool
is_mail_text(struct span s)
{
	while (s.len > 0) {
		size_t end = span_search(s, SPAN("\r\n"));
		struct span line = span_head(s, end);

		if (end == s.len || end > 998)
			return false;
		for (size_t i = 0; i < line.len; i++)
			if (!is_vchar(span_at(line, i)) &&
			    !is_wsp(span_at(line, i)))
				return false;
		s = span_skip(s, end + 2);
	}
	return true;
}

bool
arf_letter_valid(struct span letter)
{
	struct span rest = span_skip(letter, sizeof(begins) - 1), boundary;

	if (letter.len > LIMIT_ARF_OUT ||
	    !span_starts(letter, assay_cstr(begins)))
		return false;
	boundary = span_cut(&rest, '"');
	return is_boundary(boundary) &&
	    span_starts(rest, SPAN("\r\n\r\n\r\n--")) &&
	    is_mail_text(letter);
}
