/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/smtp.h"

#include "base/ascii.h"

/* ---- what became of it --------------------------------------------------- */

static void
keep_text(struct smtp_dialog *d, struct span s)
{
	struct buf b = BUF_ON(d->text);

	s = span_head(span_trim_fws(s), sizeof(d->text));
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		buf_byte(&b, is_vchar(c) || c == ' ' ? (uint8_t)c : '?');
	}
	d->text_len = b.len;
}

static void
decide(struct smtp_dialog *d, enum smtp_result result, unsigned code,
    struct span text)
{
	if (d->result != SMTP_OPEN)
		return;		/* what comes later changes nothing */
	d->result = result;
	d->code = code;
	keep_text(d, text);
}

void
smtp_broken(struct smtp_dialog *d, const char *why)
{
	decide(d, SMTP_LATER, 0, assay_cstr(why));
	d->state = SMTP_QUIT;
}

static enum smtp_step
broken(struct smtp_dialog *d, const char *why)
{
	smtp_broken(d, why);
	return SMTP_END;
}

/* ---- commands ------------------------------------------------------------ */

static enum smtp_step
say(struct smtp_dialog *d, enum smtp_state state, struct buf *out,
    const char *verb, struct span word)
{
	buf_str(out, verb);
	buf_put(out, word);
	buf_str(out, "\r\n");
	d->state = state;
	d->lines = 0;
	return out->full ? broken(d, "a command that is too long") :
	    SMTP_SAY;
}

/* RFC 5321 4.1.1.10 */
static enum smtp_step
quit(struct smtp_dialog *d, struct buf *out)
{
	return say(d, SMTP_QUIT, out, "QUIT", SPAN_NONE);
}

static bool
is_argument(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_vchar(c) || c == '<' || c == '>')
			return false;
	}
	return true;
}

/* RFC 5321 4.1.1.2; SIZE: RFC 1870 3 */
static enum smtp_step
say_mail(struct smtp_dialog *d, struct buf *out)
{
	if (!is_argument(d->from) || !is_argument(d->to) ||
	    d->to.len == 0) {
		decide(d, SMTP_NEVER, 0, SPAN("an address that SMTP cannot "
		    "say"));
		return quit(d, out);
	}
	if (d->size_most > 0 && d->size > d->size_most) {
		decide(d, SMTP_NEVER, 0, SPAN("it is longer than the relay "
		    "takes"));
		return quit(d, out);
	}
	buf_str(out, "MAIL FROM:<");
	buf_put(out, d->from);
	buf_byte(out, '>');
	if (d->has_size) {
		buf_str(out, " SIZE=");
		buf_u64(out, d->size);
	}
	return say(d, SMTP_MAIL, out, "", SPAN_NONE);
}

static enum smtp_step
say_rcpt(struct smtp_dialog *d, struct buf *out)
{
	buf_str(out, "RCPT TO:<");
	buf_put(out, d->to);
	return say(d, SMTP_RCPT, out, ">", SPAN_NONE);
}

/* ---- replies ------------------------------------------------------------- */

/* What is wrong with us, or with the server, may be mended; what is wrong
 * with the recipient or the mail will not be (RFC 5321 4.2.1). */
static enum smtp_step
refused(struct smtp_dialog *d, unsigned code, struct span text,
    struct buf *out)
{
	enum smtp_result never = d->state == SMTP_RCPT ? SMTP_NOBODY :
	    d->state == SMTP_DATA || d->state == SMTP_DOT ? SMTP_NEVER :
	    SMTP_LATER;

	decide(d, code >= 500 ? never : SMTP_LATER, code, text);
	/* RFC 5321 3.8: 421 closes the channel */
	if (code == 421 || d->state == SMTP_GREETING) {
		d->state = SMTP_QUIT;
		return SMTP_END;
	}
	return quit(d, out);
}

/* A whole reply; text is that of its last line. */
static enum smtp_step
on_reply(struct smtp_dialog *d, unsigned code, struct span text,
    struct buf *out)
{
	unsigned class = code / 100;

	if (d->state == SMTP_QUIT)
		return SMTP_END;
	/* RFC 5321 3.2: who knows no EHLO is greeted by HELO */
	if (d->state == SMTP_EHLO && (code == 500 || code == 502))
		return say(d, SMTP_HELO, out, "HELO ", d->helo);
	if (class != (d->state == SMTP_DATA ? 3 : 2))
		return refused(d, code, text, out);
	switch (d->state) {
	case SMTP_GREETING:
		return say(d, SMTP_EHLO, out, "EHLO ", d->helo);
	case SMTP_EHLO: case SMTP_HELO:
		return say_mail(d, out);
	case SMTP_MAIL:
		return say_rcpt(d, out);
	case SMTP_RCPT:
		return say(d, SMTP_DATA, out, "DATA", SPAN_NONE);
	case SMTP_DATA:
		d->state = SMTP_DOT;
		d->lines = 0;
		return SMTP_BODY;
	case SMTP_DOT:
		decide(d, SMTP_SENT, code, text);
		return quit(d, out);
	case SMTP_QUIT:
		break;
	}
	return SMTP_END;
}

/* RFC 1870 3: "SIZE" or "SIZE 10240000" */
static void
on_extension(struct smtp_dialog *d, struct span text)
{
	struct span word = span_cut(&text, ' ');

	if (!span_ieq(word, SPAN("SIZE")))
		return;
	d->has_size = true;
	(void)span_u64(span_trim_wsp(text), UINT64_MAX, &d->size_most);
}

static enum smtp_step
on_line(struct smtp_dialog *d, struct span line, struct buf *out)
{
	uint64_t code = 0;
	int sign = span_at(line, 3);
	struct span text = span_skip(line, 4);

	if (line.len < 3 || !span_u64(span_head(line, 3), 599, &code) ||
	    code < 200 || (sign != ' ' && sign != '-' && sign != -1))
		return broken(d, "the relay's answer is no SMTP");
	if (++d->lines > LIMIT_SMTP_LINES)
		return broken(d, "the relay's answer does not end");
	if (d->state == SMTP_EHLO && d->lines > 1 && code == 250)
		on_extension(d, text);
	if (sign == '-')
		return SMTP_READ;
	return on_reply(d, (unsigned)code, text, out);
}

/* A line, when it is whole: false. */
static bool
take_line(struct smtp_dialog *d, struct span *in, bool *long_line)
{
	size_t n = span_find(*in, '\n');
	bool whole = n < in->len;
	struct buf b = BUF_ON(d->line);

	b.len = d->line_len;
	buf_put(&b, span_head(*in, n));
	*in = span_skip(*in, whole ? n + 1 : n);
	d->line_len = b.len;
	*long_line = b.full;
	return whole;
}

enum smtp_step
smtp_step(struct smtp_dialog *d, struct span *in, struct buf *say)
{
	enum smtp_step step = SMTP_READ;
	bool long_line;

	while (step == SMTP_READ) {
		if (!take_line(d, in, &long_line) && !long_line)
			return SMTP_READ;
		if (long_line)
			return broken(d, "the relay's line is too long");
		step = on_line(d, span_trim_fws((struct span){ d->line,
		    d->line_len }), say);
		d->line_len = 0;
	}
	/* an answer to what was not asked yet */
	if (in->len > 0 && d->state != SMTP_QUIT)
		step = broken(d, "the relay speaks out of turn");
	if (step == SMTP_END)
		say->len = 0;
	return step;
}

/* ---- the mail ------------------------------------------------------------ */

bool
smtp_stuff(struct smtp_stuffing *s, struct span *mail, struct buf *out)
{
	bool last = mail->len == 0;

	/* room for what one octet may become, and for the end */
	while (mail->len > 0 && out->cap - out->len >= 8) {
		int c = span_at(*mail, 0);
		/* RFC 5321 2.3.8: CR and LF stand together only */
		if (c == '\n' && !s->cr)
			buf_byte(out, '\r');
		if (c != '\n' && s->cr) {
			buf_byte(out, '\n');
			s->within = false;
		}
		if (c == '.' && !s->within)
			buf_byte(out, '.');
		buf_byte(out, (uint8_t)c);
		s->cr = c == '\r';
		s->within = c != '\n';
		*mail = span_skip(*mail, 1);
	}
	if (!last || out->cap - out->len < 8 || s->ended)
		return s->ended;
	if (s->within)
		buf_str(out, s->cr ? "\n" : "\r\n");
	buf_str(out, ".\r\n");
	s->ended = true;
	return true;
}
