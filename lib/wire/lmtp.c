/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/lmtp.h"

#include "base/ascii.h"

static void
reply(struct buf *out, const char *text)
{
	buf_str(out, text);
	buf_str(out, "\r\n");
}

static enum lmtp_turn
fine(struct buf *out, const char *text)
{
	reply(out, text);
	return LMTP_MORE;
}

/* Who is wrong all the time is no mail server. */
static enum lmtp_turn
wrong(struct lmtp_session *s, struct buf *out, const char *text)
{
	reply(out, text);
	if (++s->errors < LIMIT_LMTP_ERRORS)
		return LMTP_MORE;
	reply(out, "421 4.7.0 Too many errors");
	return LMTP_BYE;
}

void
lmtp_greet(struct lmtp_session *s, const struct lmtp_terms *terms,
    struct buf *out)
{
	*s = (struct lmtp_session){ .terms = terms };
	buf_str(out, "220 ");
	buf_put(out, terms->name);
	reply(out, " LMTP assay");
}

static void
forget_mail(struct lmtp_session *s)
{
	if (s->state > LMTP_READY)
		s->state = LMTP_READY;
	s->rcpts = 0;
	s->from_len = 0;
	s->size = 0;
	s->over = false;
}

/* ---- arguments ----------------------------------------------------------- */

/* "FROM:<path>" and what follows it.  RFC 5321 4.1.2: a ">" in quotes ends
 * nothing.  A space behind the colon is no syntax, but is seen. */
static bool
take_path(struct span *args, struct span keyword, struct span *path)
{
	bool quoted = false;
	size_t i = 1;

	if (!span_istarts(*args, keyword))
		return false;
	*args = span_trim_wsp(span_skip(*args, keyword.len));
	if (span_at(*args, 0) != '<')
		return false;
	for (; i < args->len; i++) {
		int c = span_at(*args, i);
		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && quoted)
			i++;
		else if (c == '>' && !quoted)
			break;
	}
	if (i >= args->len)
		return false;
	*path = span_slice(*args, 1, i);
	*args = span_skip(*args, i + 1);
	return args->len == 0 || span_at(*args, 0) == ' ';
}

/* NULL, or the reply. */
static const char *
parameter(const struct lmtp_session *s, struct span word)
{
	struct span name = span_cut(&word, '=');
	uint64_t size = 0;

	/* RFC 1870 3: at most 20 digits */
	if (span_ieq(name, SPAN("SIZE"))) {
		if (word.len > 20 || !span_u64(word, UINT64_MAX, &size))
			return "501 5.5.4 SIZE is a number";
		return size <= s->terms->most ? NULL :
		    "552 5.3.4 Longer than is taken here";
	}
	/* RFC 6152 2 */
	if (span_ieq(name, SPAN("BODY")) && (span_ieq(word, SPAN("7BIT")) ||
	    span_ieq(word, SPAN("8BITMIME"))))
		return NULL;
	/* RFC 5321 4.1.1.11 */
	return "555 5.5.4 No such parameter";
}

/* ---- commands ------------------------------------------------------------ */

/* RFC 2033 4.1, with what RFC 1870, 2034, 2920 and 6152 add. */
static enum lmtp_turn
lhlo(struct lmtp_session *s, struct span args, struct buf *out)
{
	if (args.len == 0)
		return wrong(s, out, "501 5.5.4 LHLO and your name");
	forget_mail(s);
	s->state = LMTP_READY;
	buf_str(out, "250-");
	buf_put(out, s->terms->name);
	buf_str(out, "\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n"
	    "250-8BITMIME\r\n250 SIZE ");
	buf_u64(out, s->terms->most);
	return fine(out, "");
}

static enum lmtp_turn
mail(struct lmtp_session *s, struct span args, struct buf *out)
{
	struct buf from = BUF_ON(s->from);
	struct span path;
	const char *no = NULL;

	if (s->state != LMTP_READY)
		return wrong(s, out, s->state == LMTP_NEW ?
		    "503 5.5.1 LHLO comes first" :
		    "503 5.5.1 There is a sender already");
	if (!take_path(&args, SPAN("FROM:"), &path))
		return wrong(s, out, "501 5.1.7 MAIL FROM:<sender>");
	while (args.len > 0 && no == NULL) {
		struct span word = span_cut(&args, ' ');
		if (word.len > 0)
			no = parameter(s, word);
	}
	if (no != NULL)
		return wrong(s, out, no);
	buf_put(&from, path);
	s->from_len = from.len;
	s->state = LMTP_ENVELOPE;
	return fine(out, "250 2.1.0 Sender ok");
}

static enum lmtp_turn
rcpt(struct lmtp_session *s, struct span args, struct buf *out)
{
	if (s->state != LMTP_ENVELOPE)
		return wrong(s, out, "503 5.5.1 MAIL comes first");
	if (!take_path(&args, SPAN("TO:"), &s->path))
		return wrong(s, out, "501 5.1.3 RCPT TO:<recipient>");
	if (span_trim_wsp(args).len > 0)
		return wrong(s, out, "555 5.5.4 No such parameter");
	/* RFC 5321 4.5.3.1.10 */
	if (s->rcpts == LIMIT_LMTP_RCPTS)
		return fine(out, "452 4.5.3 Too many recipients");
	return LMTP_RCPT_DUE;
}

void
lmtp_rcpt(struct lmtp_session *s, bool wanted, struct buf *out)
{
	s->rcpts += wanted;
	reply(out, wanted ? "250 2.1.5 Recipient ok" :
	    "550 5.1.1 No reports are taken at this address");
}

static enum lmtp_turn
data(struct lmtp_session *s, struct span args, struct buf *out)
{
	if (args.len > 0)
		return wrong(s, out, "501 5.5.4 DATA has no arguments");
	/* RFC 2033 4.2: without a recipient it must fail, with 503 */
	if (s->state != LMTP_ENVELOPE || s->rcpts == 0)
		return wrong(s, out, "503 5.5.1 No valid recipients");
	s->state = LMTP_IN_TEXT;
	s->at = LMTP_START;
	return fine(out, "354 Go on; end with CR LF . CR LF");
}

static enum lmtp_turn
rset(struct lmtp_session *s, struct span args, struct buf *out)
{
	if (args.len > 0)
		return wrong(s, out, "501 5.5.4 RSET has no arguments");
	forget_mail(s);
	return fine(out, "250 2.0.0 Ok");
}

static enum lmtp_turn
noop(struct lmtp_session *s, struct span args, struct buf *out)
{
	(void)s;
	(void)args;
	return fine(out, "250 2.0.0 Ok");
}

/* RFC 5321 3.5.3, 7.3: nobody is told who is here. */
static enum lmtp_turn
vrfy(struct lmtp_session *s, struct span args, struct buf *out)
{
	if (args.len == 0)
		return wrong(s, out, "501 5.5.4 VRFY and an address");
	return fine(out, "252 2.5.0 Send mail and see");
}

static enum lmtp_turn
quit(struct lmtp_session *s, struct span args, struct buf *out)
{
	(void)s;
	(void)args;
	reply(out, "221 2.0.0 Bye");
	return LMTP_BYE;
}

/* RFC 2033 4.1: to the words of SMTP no server of LMTP says yes. */
static enum lmtp_turn
helo(struct lmtp_session *s, struct span args, struct buf *out)
{
	(void)args;
	return wrong(s, out, "500 5.5.1 This is LMTP: LHLO");
}

static const struct command {
	struct span verb;
	enum lmtp_turn (*run)(struct lmtp_session *s, struct span args,
	    struct buf *out);
} commands[] = {
	{ SPAN_INIT("LHLO"), lhlo }, { SPAN_INIT("MAIL"), mail },
	{ SPAN_INIT("RCPT"), rcpt }, { SPAN_INIT("DATA"), data },
	{ SPAN_INIT("RSET"), rset }, { SPAN_INIT("NOOP"), noop },
	{ SPAN_INIT("VRFY"), vrfy }, { SPAN_INIT("QUIT"), quit },
	{ SPAN_INIT("HELO"), helo }, { SPAN_INIT("EHLO"), helo },
};

/* A stranger's words before LHLO are another protocol (a browser can be made
 * to POST to a port), and what follows BDAT is a mail, not commands. */
static enum lmtp_turn
unknown(struct lmtp_session *s, struct span verb, struct buf *out)
{
	if (s->state != LMTP_NEW && !span_ieq(verb, SPAN("BDAT")))
		return wrong(s, out, "500 5.5.1 No such command");
	reply(out, "500 5.5.1 This is LMTP");
	return LMTP_BYE;
}

static bool
has_control(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		int c = span_at(line, i);
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* line: with its LF. */
static enum lmtp_turn
on_line(struct lmtp_session *s, struct span line, struct buf *out)
{
	struct span args = span_head(line, line.len - 1), verb;

	if (!span_ends(args, SPAN("\r")))
		return wrong(s, out, "500 5.5.2 A line ends with CR LF");
	args = span_head(args, args.len - 1);
	if (has_control(args))
		return wrong(s, out, "500 5.5.2 Controls in a command");
	verb = span_cut(&args, ' ');
	args = span_trim_wsp(args);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (span_ieq(verb, commands[i].verb))
			return commands[i].run(s, args, out);
	return unknown(s, verb, out);
}

/* A line, when it is whole: true. */
static bool
take_line(struct lmtp_session *s, struct span *in)
{
	size_t n = span_find(*in, '\n');
	bool whole = n < in->len;
	struct buf b = BUF_ON(s->line);

	b.len = s->line_len;
	b.full = s->line_long;
	buf_put(&b, span_head(*in, n + whole));
	*in = span_skip(*in, n + whole);
	s->line_len = b.len;
	s->line_long = b.full;
	return whole;
}

static enum lmtp_turn
command(struct lmtp_session *s, struct span *in, struct buf *out)
{
	bool was_long;
	size_t len;

	if (!take_line(s, in))
		return LMTP_MORE;
	was_long = s->line_long;
	len = s->line_len;
	s->line_len = 0;
	s->line_long = false;
	if (was_long)
		return wrong(s, out, "500 5.5.2 The line is too long");
	return on_line(s, (struct span){ s->line, len }, out);
}

/* ---- the mail ------------------------------------------------------------ */

/* How many octets of in are of the mail, up to a dot that may not be. */
static size_t
run_of(struct lmtp_session *s, struct span in)
{
	size_t at = 0;

	while (at < in.len) {
		size_t lf = at + span_find(span_skip(in, at), '\n');
		bool cr = lf > 0 ? span_at(in, lf - 1) == '\r' :
		    s->at == LMTP_CR;

		if (lf >= in.len) {
			s->at = cr ? LMTP_CR : LMTP_WITHIN;
			return in.len;
		}
		at = lf + 1;
		s->at = cr ? LMTP_START : LMTP_WITHIN;
		if (cr && span_at(in, at) == '.')
			break;
	}
	return at;
}

static bool
is_text(struct lmtp_session *s, struct span bytes)
{
	s->text = bytes;
	s->size += bytes.len;
	s->over = s->over || s->size > s->terms->most;
	return !s->over && bytes.len > 0;
}

/* RFC 5321 4.5.2 */
static enum lmtp_turn
text(struct lmtp_session *s, struct span *in)
{
	bool dot, some;

	while (in->len > 0) {
		int c = span_at(*in, 0);

		if (s->at == LMTP_DOT_CR && c == '\n') {
			*in = span_skip(*in, 1);
			s->state = LMTP_JUDGED;
			return LMTP_WHOLE;
		}
		if (s->at == LMTP_DOT_CR) {	/* it was held back */
			s->at = LMTP_CR;
			if (is_text(s, SPAN("\r")))
				return LMTP_TEXT;
		}
		dot = s->at == LMTP_START && c == '.';
		if (dot || (s->at == LMTP_DOT && c == '\r')) {
			s->at = dot ? LMTP_DOT : LMTP_DOT_CR;
			*in = span_skip(*in, 1);
			continue;
		}
		if (s->at != LMTP_CR)
			s->at = LMTP_WITHIN;
		some = is_text(s, span_head(*in, run_of(s, *in)));
		*in = span_skip(*in, s->text.len);
		if (some)
			return LMTP_TEXT;
	}
	return LMTP_MORE;
}

void
lmtp_done(struct lmtp_session *s, struct span words, struct buf *out)
{
	for (unsigned i = 0; i < s->rcpts; i++) {
		buf_put(out, words);
		buf_str(out, "\r\n");
	}
	forget_mail(s);
}

enum lmtp_turn
lmtp_take(struct lmtp_session *s, struct span *in, struct buf *out)
{
	enum lmtp_turn turn = LMTP_MORE;

	while (turn == LMTP_MORE && in->len > 0) {
		if (s->state == LMTP_IN_TEXT)
			return text(s, in);
		if (out->cap - out->len < LIMIT_LMTP_REPLY)
			return LMTP_SAY;
		turn = command(s, in, out);
		/* RFC 2920 3.1: nothing follows DATA before its answer */
		if (s->state == LMTP_IN_TEXT && in->len > 0) {
			reply(out, "554 5.5.0 The mail came unasked");
			return LMTP_BYE;
		}
	}
	return turn;
}
