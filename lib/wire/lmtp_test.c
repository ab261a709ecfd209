/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/lmtp.h"

#include "test/t.h"

#define HELLO "220 us.test LMTP assay\r\n"
#define LHLO_OK "250-us.test\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES" \
    "\r\n250-8BITMIME\r\n250 SIZE 100\r\n"
#define BEGIN "LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<r@us>\r\n"
#define BEGUN HELLO LHLO_OK FROM_OK RCPT_OK
#define FROM_OK "250 2.1.0 Sender ok\r\n"
#define RCPT_OK "250 2.1.5 Recipient ok\r\n"
#define RCPT_NO "550 5.1.1 No reports are taken at this address\r\n"
#define GO "354 Go on; end with CR LF . CR LF\r\n"
#define KEPT "250 2.0.0 kept\r\n"

/* client, server: all that is said, but for DATA's text, which stands behind
 * "|" in client; [..] in mails is a mail that was kept. */
static const struct {
	const char *label, *client, *server, *mails;
} cases[] = {
	{ "a mail", BEGIN "DATA\r\n|hi\r\n.\r\nQUIT\r\n",
	  BEGUN GO KEPT "221 2.0.0 Bye\r\n", "[hi\r\n]" },
	{ "RFC 2033 4.2: a reply for each recipient that was taken",
	  "LHLO mx\r\nMAIL FROM:<a@b> BODY=8BITMIME SIZE=9\r\nRCPT TO:<r@us>"
	  "\r\nRCPT TO:<no@us>\r\nRCPT TO:<r@us>\r\nDATA\r\n|x\r\n.\r\n",
	  HELLO LHLO_OK FROM_OK RCPT_OK RCPT_NO RCPT_OK GO KEPT KEPT,
	  "[x\r\n]" },
	{ "RFC 2033 4.2: nobody to take it for", "LHLO mx\r\n"
	  "MAIL FROM:<a@b>\r\nRCPT TO:<no@us>\r\nDATA\r\n",
	  HELLO LHLO_OK FROM_OK RCPT_NO "503 5.5.1 No valid recipients\r\n",
	  "" },
	{ "RFC 2033 4.1: no words of SMTP", "HELO mx\r\nEHLO mx\r\n",
	  HELLO "500 5.5.1 This is LMTP: LHLO\r\n"
	  "500 5.5.1 This is LMTP: LHLO\r\n", "" },
	{ "LHLO comes first", "MAIL FROM:<a@b>\r\nLHLO\r\nlhlo mx\r\n", HELLO
	  "503 5.5.1 LHLO comes first\r\n501 5.5.4 LHLO and your name\r\n"
	  LHLO_OK, "" },
	{ "one after the other", BEGIN "DATA\r\n|1\r\n.\r\n"
	  "MAIL FROM:<>\r\nRCPT TO:<r@us>\r\nDATA\r\n|2\r\n.\r\n",
	  BEGUN GO KEPT FROM_OK RCPT_OK GO KEPT, "[1\r\n][2\r\n]" },
	{ "recipients do not stay", BEGIN "DATA\r\n|1\r\n.\r\n"
	  "MAIL FROM:<>\r\nDATA\r\n", BEGUN GO KEPT FROM_OK
	  "503 5.5.1 No valid recipients\r\n", "[1\r\n]" },
	{ "RSET and LHLO forget", BEGIN "RSET\r\nDATA\r\nMAIL FROM:<a@b>\r\n"
	  "LHLO mx\r\nRCPT TO:<r@us>\r\n", BEGUN "250 2.0.0 Ok\r\n"
	  "503 5.5.1 No valid recipients\r\n" FROM_OK LHLO_OK
	  "503 5.5.1 MAIL comes first\r\n", "" },
	{ "one sender", BEGIN "MAIL FROM:<a@b>\r\n", BEGUN
	  "503 5.5.1 There is a sender already\r\n", "" },
	{ "NOOP, VRFY", "NOOP x\r\nVRFY a@b\r\nVRFY\r\n", HELLO
	  "250 2.0.0 Ok\r\n252 2.5.0 Send mail and see\r\n"
	  "501 5.5.4 VRFY and an address\r\n", "" },
	{ "what is not offered", "LHLO mx\r\nSTARTTLS\r\n"
	  "MAIL FROM:<a@b> SMTPUTF8\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\n"
	  "MAIL FROM:<a@b>\r\nRCPT TO:<r@us> NOTIFY=NEVER\r\n", HELLO LHLO_OK
	  "500 5.5.1 No such command\r\n555 5.5.4 No such parameter\r\n"
	  "555 5.5.4 No such parameter\r\n" FROM_OK
	  "555 5.5.4 No such parameter\r\n", "" },
	{ "RFC 1870: too long is said before", "LHLO mx\r\n"
	  "MAIL FROM:<a@b> SIZE=101\r\nMAIL FROM:<a@b> SIZE=x\r\n"
	  "MAIL FROM:<a@b> SIZE=999999999999999999999\r\n"
	  "MAIL FROM:<a@b> SIZE=100\r\n", HELLO LHLO_OK
	  "552 5.3.4 Longer than is taken here\r\n"
	  "501 5.5.4 SIZE is a number\r\n501 5.5.4 SIZE is a number\r\n"
	  FROM_OK, "" },
	{ "paths", "LHLO mx\r\nMAIL FROM:a@b\r\nMAIL FROM:<a@b\r\n"
	  "MAIL FROM:<a@b>x\r\nMAIL FROM: <\"a>\\\"b\"@b>\r\nRCPT TO:r@us\r\n"
	  "RCPT FROM:<r@us>\r\nRCPT to:<r@us>\r\n", HELLO LHLO_OK
	  "501 5.1.7 MAIL FROM:<sender>\r\n501 5.1.7 MAIL FROM:<sender>\r\n"
	  "501 5.1.7 MAIL FROM:<sender>\r\n" FROM_OK
	  "501 5.1.3 RCPT TO:<recipient>\r\n"
	  "501 5.1.3 RCPT TO:<recipient>\r\n" RCPT_OK, "" },
	{ "a browser is told nothing", "POST / HTTP/1.1\r\nLHLO mx\r\n",
	  HELLO "500 5.5.1 This is LMTP\r\n", "" },
	{ "RFC 3030 is not offered", "LHLO mx\r\nBDAT 20\r\nLHLO mx\r\n",
	  HELLO LHLO_OK "500 5.5.1 This is LMTP\r\n", "" },
	{ "lines end with CR LF", "LHLO mx\nLHLO mx\r\r\nNO\rOP\r\n", HELLO
	  "500 5.5.2 A line ends with CR LF\r\n"
	  "500 5.5.2 Controls in a command\r\n"
	  "500 5.5.2 Controls in a command\r\n", "" },
	/* ends that others see, and we do not */
	{ "LF . LF", BEGIN "DATA\r\n|a\n.\nMAIL\r\n.\r\n", BEGUN GO KEPT,
	  "[a\n.\nMAIL\r\n]" },
	{ "LF . CR LF", BEGIN "DATA\r\n|a\n.\r\nb\r\n.\r\n", BEGUN GO KEPT,
	  "[a\n.\r\nb\r\n]" },
	{ "CR LF . LF", BEGIN "DATA\r\n|a\r\n.\nb\r\n.\r\n", BEGUN GO KEPT,
	  "[a\r\n\nb\r\n]" },
	{ "CR LF . CR x", BEGIN "DATA\r\n|a\r\n.\rb\r\n.\r\r\n.\r\n",
	  BEGUN GO KEPT, "[a\r\n\rb\r\n\r\r\n]" },
	{ "CR . CR", BEGIN "DATA\r\n|a\r.\rb\r\n.\r\n", BEGUN GO KEPT,
	  "[a\r.\rb\r\n]" },
	{ "CR CR LF . CR LF is one", BEGIN "DATA\r\n|a\r\r\n.\r\n",
	  BEGUN GO KEPT, "[a\r\r\n]" },
	{ "dots", BEGIN "DATA\r\n|..\r\n.a\r\nb.\r\n...\r\n.\r\n",
	  BEGUN GO KEPT, "[.\r\na\r\nb.\r\n..\r\n]" },
	{ "nothing at all", BEGIN "DATA\r\n|.\r\n", BEGUN GO KEPT, "[]" },
	{ "longer than was said", BEGIN "DATA\r\n|"
	  "1234567890123456789012345678901234567890123456789012345678901234"
	  "1234567890123456789012345678901234567890123456789012345678901234"
	  "\r\n.\r\nNOOP\r\n", BEGUN GO "552 5.3.4 over\r\n250 2.0.0 Ok\r\n",
	  "" },
};

struct talk {
	struct lmtp_session s;
	struct buf said, mails;
	size_t mail_at;
	bool ended;
};

static uint8_t said_room[LIMIT_LMTP_RCPTS * 1024], mail_room[8192];
static const struct lmtp_terms terms = { SPAN_INIT("us.test"), 100 };

static void
begin(struct talk *t)
{
	*t = (struct talk){ .said = BUF_ON(said_room),
		.mails = BUF_ON(mail_room) };
	lmtp_greet(&t->s, &terms, &t->said);
}

static void
whole(struct talk *t)
{
	ROOM(room, 8192);
	struct buf mail = BUF_ON(room);

	buf_put(&mail, span_skip(buf_span(&t->mails), t->mail_at));
	t->mails.len = t->mail_at;
	if (t->s.over) {
		lmtp_done(&t->s, SPAN("552 5.3.4 over"), &t->said);
		return;
	}
	buf_byte(&t->mails, '[');
	buf_put(&t->mails, buf_span(&mail));
	buf_byte(&t->mails, ']');
	t->mail_at = t->mails.len;
	lmtp_done(&t->s, SPAN("250 2.0.0 kept"), &t->said);
}

static void
hear(struct talk *t, struct span all, size_t step)
{
	while (all.len > 0 && !t->ended) {
		struct span in = span_head(all, step);

		all = span_skip(all, in.len);
		while (in.len > 0 && !t->ended)
			switch (lmtp_take(&t->s, &in, &t->said)) {
			case LMTP_MORE: case LMTP_SAY:
				break;
			case LMTP_RCPT_DUE:
				lmtp_rcpt(&t->s, span_eq(t->s.path,
				    SPAN("r@us")), &t->said);
				break;
			case LMTP_TEXT:
				buf_put(&t->mails, t->s.text);
				break;
			case LMTP_WHOLE:
				whole(t);
				break;
			case LMTP_BYE:
				t->ended = true;
				break;
			}
	}
}

static void
test_cases(size_t step)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct span client = assay_cstr(cases[i].client);
		struct talk t;

		begin(&t);
		while (client.len > 0)
			hear(&t, span_cut(&client, '|'), step);
		T_SPAN(buf_span(&t.said), assay_cstr(cases[i].server),
		    cases[i].label);
		T_SPAN(buf_span(&t.mails), assay_cstr(cases[i].mails),
		    cases[i].label);
	}
}

static struct span
last_line(const struct talk *t)
{
	struct span all = buf_span(&t->said), line = SPAN("");

	while (all.len > 0)
		line = span_cut(&all, '\n');
	return line;
}

static void
test_bounds(void)
{
	static uint8_t big[LIMIT_LMTP_LINE + 100];
	struct buf b = BUF_ON(big);
	struct talk t;

	while (b.len < LIMIT_LMTP_LINE + 10)
		buf_str(&b, "NOOP ");
	buf_str(&b, "\r\n");
	begin(&t);
	hear(&t, buf_span(&b), 100);
	T_SPAN(last_line(&t), SPAN("500 5.5.2 The line is too long\r"),
	    "a line that is too long");
	hear(&t, SPAN("NOOP\r\n"), 100);
	T_SPAN(last_line(&t), SPAN("250 2.0.0 Ok\r"), "and the next one");

	begin(&t);
	hear(&t, SPAN("LHLO mx\r\nMAIL FROM:<a@b>\r\n"), 100);
	for (unsigned i = 0; i < LIMIT_LMTP_RCPTS; i++)
		hear(&t, SPAN("RCPT TO:<r@us>\r\n"), 100);
	T_SPAN(last_line(&t), SPAN("250 2.1.5 Recipient ok\r"), "the last");
	hear(&t, SPAN("RCPT TO:<r@us>\r\n"), 100);
	T_SPAN(last_line(&t), SPAN("452 4.5.3 Too many recipients\r"),
	    "one recipient more");

	begin(&t);
	hear(&t, SPAN("LHLO mx\r\n"), 100);
	for (unsigned i = 1; i < LIMIT_LMTP_ERRORS; i++)
		hear(&t, SPAN("DATA\r\n"), 100);
	T_OK(!t.ended, "errors are borne");
	hear(&t, SPAN("DATA\r\n"), 100);
	T_OK(t.ended, "not for ever");
	T_SPAN(last_line(&t), SPAN("421 4.7.0 Too many errors\r"), "told so");
}

/* What came with DATA was not asked for; and a full buffer waits. */
static void
test_turns(void)
{
	struct talk t;
	struct span in = SPAN("NOOP\r\n");
	ROOM(room, LIMIT_LMTP_REPLY);
	struct buf small = BUF_ON(room);

	begin(&t);
	hear(&t, SPAN(BEGIN "DATA\r\nFrom: x\r\n"), 1000);
	T_OK(t.ended, "a mail before it was asked for");
	T_SPAN(last_line(&t), SPAN("554 5.5.0 The mail came unasked\r"),
	    "is told so");
	begin(&t);
	buf_byte(&small, 'x');
	T_INT(lmtp_take(&t.s, &in, &small), LMTP_SAY, "no room: say it");
	T_INT(in.len, 6, "nothing was taken");
	small.len = 0;
	T_INT(lmtp_take(&t.s, &in, &small), LMTP_MORE, "then it goes on");
	T_SPAN(buf_span(&small), SPAN("250 2.0.0 Ok\r\n"), "as if");
}

int
main(void)
{
	test_cases(1000);
	test_cases(1);
	test_cases(3);
	test_bounds();
	test_turns();
	return t_done();
}
