/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_mail.c - a multipart/mixed of a few words and the file.
 *
 * RFC 9990 3.5.2 wants application/gzip or text/xml, as an attachment with
 * its name; all is seven bits, so nobody on the way has to change it and
 * break its signature.
 */
#include "report/report_mail.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "report/mail_word.h"
#include "wire/base64.h"
#include "wire/date.h"

/* "=_" stands in no base64 text, and our own lines begin otherwise. */
#define BOUNDARY "=_assay_report"

enum {
	LINE = 57,		/* octets of a line of 76, RFC 2045 6.8     */
	FOLD = 78,		/* RFC 5322 2.1.1                           */
	TEXT_LINE = 998,	/* the same                                 */
	ROOM_OCTETS = 1024
};

struct out {
	assay_write_fn *write;
	void *ctx;
	bool bad;
};

static void
put(struct out *o, struct span s)
{
	if (!o->bad && s.len > 0 && !o->write(o->ctx, s))
		o->bad = true;
}

static void
put_str(struct out *o, const char *s)
{
	put(o, assay_cstr(s));
}

static bool
is_text(struct span text)
{
	while (text.len > 0) {
		struct span line = span_cut(&text, '\n');
		if (line.len > 0 && !mail_line(line, TEXT_LINE))
			return false;
		if (span_starts(line, SPAN("--" BOUNDARY)))
			return false;
	}
	return true;
}

static bool
is_sound(const struct report_mail *m)
{
	return mail_word(m->from, 320) && mail_word(m->to, 320) &&
	    mail_word(m->message_id, TEXT_LINE - 20) &&
	    mail_word(m->file_name, TEXT_LINE - 20) &&
	    mail_line(m->subject, 4 * LIMIT_NAME) && is_text(m->text) &&
	    (span_absent(m->from_name) || mail_line(m->from_name, 200));
}

/* A field of words that is folded before the word which is too much
 * (RFC 5322 2.2.3). */
static void
put_folded(struct out *o, const char *name, struct span text)
{
	size_t column = assay_cstr(name).len;
	bool first = true;

	put_str(o, name);
	while (text.len > 0) {
		struct span word = span_cut(&text, ' ');
		if (word.len == 0)
			continue;
		if (!first && column + 1 + word.len > FOLD) {
			put_str(o, "\r\n");
			column = 0;
		}
		put_str(o, " ");
		put(o, word);
		column += 1 + word.len;
		first = false;
	}
	put_str(o, "\r\n");
}

/* RFC 5322 3.2.4: a quoted string. */
static void
put_quoted(struct out *o, struct span s)
{
	ROOM(room, ROOM_OCTETS);
	struct buf b = BUF_ON(room);

	buf_byte(&b, '"');
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (c == '"' || c == '\\')
			buf_byte(&b, '\\');
		buf_byte(&b, (uint8_t)c);
	}
	buf_byte(&b, '"');
	put(o, buf_span(&b));
}

static void
put_from(struct out *o, const struct report_mail *m)
{
	put_str(o, "From: ");
	if (!span_absent(m->from_name)) {
		put_quoted(o, m->from_name);
		put_str(o, "\r\n ");
	}
	put_str(o, "<");
	put(o, m->from);
	put_str(o, ">\r\n");
}

static void
put_date(struct out *o, int64_t when)
{
	ROOM(room, DATE_TEXT);
	struct buf b = BUF_ON(room);

	date_print(&b, when);
	put_str(o, "Date: ");
	put(o, buf_span(&b));
	put_str(o, "\r\n");
}

static void
put_header(struct out *o, const struct report_mail *m)
{
	put_date(o, m->date);
	put_from(o, m);
	put_str(o, "To: <");
	put(o, m->to);
	put_str(o, ">\r\n");
	put_folded(o, "Subject:", m->subject);
	put_str(o, "Message-ID:\r\n <");
	put(o, m->message_id);
	/* RFC 3834 5: nobody's vacation program shall answer */
	put_str(o, ">\r\nAuto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\r\n");
}

static void
put_text(struct out *o, struct span text)
{
	put_str(o, "--" BOUNDARY "\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n");
	while (text.len > 0) {
		put(o, span_cut(&text, '\n'));
		put_str(o, "\r\n");
	}
	put_str(o, "\r\n");
}

static void
put_base64(struct out *o, struct span file)
{
	while (file.len > 0 && !o->bad) {
		ROOM(room, 4 * LINE / 3 + 4);
		struct buf b = BUF_ON(room);

		base64_encode(&b, span_head(file, LINE));
		buf_str(&b, "\r\n");
		put(o, buf_span(&b));
		file = span_skip(file, LINE);
	}
}

static void
put_file(struct out *o, const struct report_mail *m)
{
	bool gz = span_ends(m->file_name, SPAN(".gz"));

	put_str(o, "--" BOUNDARY "\r\nContent-Type: ");
	put_str(o, gz ? "application/gzip" : "text/xml");
	put_str(o, ";\r\n name=\"");
	put(o, m->file_name);
	put_str(o, "\"\r\nContent-Disposition: attachment;\r\n filename=\"");
	put(o, m->file_name);
	put_str(o, "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	put_base64(o, m->file);
	put_str(o, "--" BOUNDARY "--\r\n");
}

enum assay_status
report_mail_write(const struct report_mail *m, assay_write_fn *write,
    void *ctx)
{
	struct out o = { .write = write, .ctx = ctx };

	if (!is_sound(m))
		return ASSAY_MISUSE;
	put_header(&o, m);
	put_str(&o, "\r\n");
	put_text(&o, m->text);
	put_file(&o, m);
	return o.bad ? ASSAY_IO : ASSAY_OK;
}
