/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/smtp.h"

#include "test/t.h"

#define EHLO_OK "250-relay.test\r\n250-PIPELINING\r\n250 SIZE 1000\r\n"

/* server: what it says, one string a turn; client: what we must have said,
 * all of it; "{}" is the mail. */
static const struct {
	const char *label, *server[9], *client;
	enum smtp_result result;
	unsigned code;
	const char *text;
	const char *to;			/* NULL: a@b.test */
	uint64_t size;
} cases[] = {
	{ "sent", { "220 hi\r\n", EHLO_OK, "250 ok\r\n", "250 ok\r\n",
	  "354 go\r\n", "250 2.0.0 queued as X\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test> SIZE=7\r\n"
	  "RCPT TO:<a@b.test>\r\nDATA\r\n{}QUIT\r\n", SMTP_SENT, 250,
	  "2.0.0 queued as X", NULL, 7 },
	{ "nobody says good bye", { "220 hi\r\n", EHLO_OK, "250 ok\r\n",
	  "250 ok\r\n", "354 go\r\n", "250 taken\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test> SIZE=7\r\n"
	  "RCPT TO:<a@b.test>\r\nDATA\r\n{}QUIT\r\n", SMTP_SENT, 250,
	  "taken", NULL, 7 },
	{ "HELO, and replies without a text", { "220\r\n", "502 what\r\n",
	  "250\r\n", "250\r\n", "250\r\n", "354\r\n", "250\r\n", "221\r\n" },
	  "EHLO us.test\r\nHELO us.test\r\nMAIL FROM:<f@us.test>\r\n"
	  "RCPT TO:<a@b.test>\r\nDATA\r\n{}QUIT\r\n", SMTP_SENT, 250, "",
	  NULL, 7 },
	{ "a greeting of many lines", { "220-one\r\n220-two\r\n", "220 x\r\n",
	  "250 relay\r\n", "451 4.3.0 later\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nQUIT\r\n", SMTP_LATER,
	  451, "4.3.0 later", NULL, 7 },
	{ "not at home", { "554 no\r\n" }, "", SMTP_LATER, 554, "no",
	  NULL, 7 },
	{ "busy", { "220 x\r\n", "421 4.3.2 closing\r\n" },
	  "EHLO us.test\r\n", SMTP_LATER, 421, "4.3.2 closing", NULL, 7 },
	{ "we are not welcome, which can be mended", { "220 x\r\n",
	  "250 relay\r\n", "550 5.7.1 who are you\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nQUIT\r\n", SMTP_LATER,
	  550, "5.7.1 who are you", NULL, 7 },
	{ "no such user", { "220 x\r\n", "250 relay\r\n", "250 ok\r\n",
	  "550 5.1.1 who\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nRCPT TO:<a@b.test>\r\n"
	  "QUIT\r\n", SMTP_NOBODY, 550, "5.1.1 who", NULL, 7 },
	{ "mailbox busy", { "220 x\r\n", "250 relay\r\n", "250 ok\r\n",
	  "450 4.2.0 busy\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nRCPT TO:<a@b.test>\r\n"
	  "QUIT\r\n", SMTP_LATER, 450, "4.2.0 busy", NULL, 7 },
	{ "not this mail", { "220 x\r\n", "250 relay\r\n", "250 ok\r\n",
	  "250 ok\r\n", "354 go\r\n", "554 5.7.0 spam\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nRCPT TO:<a@b.test>\r\n"
	  "DATA\r\n{}QUIT\r\n", SMTP_NEVER, 554, "5.7.0 spam", NULL, 7 },
	{ "disk full", { "220 x\r\n", "250 relay\r\n", "250 ok\r\n",
	  "250 ok\r\n", "354 go\r\n", "452 4.3.1 full\r\n", "221 bye\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nRCPT TO:<a@b.test>\r\n"
	  "DATA\r\n{}QUIT\r\n", SMTP_LATER, 452, "4.3.1 full", NULL, 7 },
	{ "250 is no answer to DATA", { "220 x\r\n", "250 relay\r\n",
	  "250 ok\r\n", "250 ok\r\n", "250 ok\r\n" },
	  "EHLO us.test\r\nMAIL FROM:<f@us.test>\r\nRCPT TO:<a@b.test>\r\n"
	  "DATA\r\nQUIT\r\n", SMTP_LATER, 250, "ok", NULL, 7 },
	{ "too long", { "220 x\r\n", EHLO_OK, "221 bye\r\n" },
	  "EHLO us.test\r\nQUIT\r\n", SMTP_NEVER, 0,
	  "it is longer than the relay takes", NULL, 1001 },
	{ "answers before it is asked", { "220 x\r\n250 relay\r\n" }, "",
	  SMTP_LATER, 0, "the relay speaks out of turn", NULL, 7 },
	{ "answers to all at once", { "220 x\r\n", "250 relay\r\n250 ok\r\n"
	  "250 ok\r\n354 go\r\n250 ok\r\n" }, "EHLO us.test\r\n",
	  SMTP_LATER, 0, "the relay speaks out of turn", NULL, 7 },
	{ "HTTP", { "HTTP/1.1 400 Bad Request\r\n" }, "", SMTP_LATER, 0,
	  "the relay's answer is no SMTP", NULL, 7 },
	{ "a code that is none", { "99 x\r\n" }, "", SMTP_LATER, 0,
	  "the relay's answer is no SMTP", NULL, 7 },
	{ "a sign that is none", { "220+x\r\n" }, "", SMTP_LATER, 0,
	  "the relay's answer is no SMTP", NULL, 7 },
	{ "controls in its words", { "554 \033[2Jno\x80\r\n" }, "",
	  SMTP_LATER, 554, "?[2Jno?", NULL, 7 },
	{ "an address with more in it", { "220 x\r\n", "250 relay\r\n",
	  "221 bye\r\n" }, "EHLO us.test\r\nQUIT\r\n", SMTP_NEVER, 0,
	  "an address that SMTP cannot say", "a@b.test> SIZE=1", 7 },
	{ "an address with a line in it", { "220 x\r\n", "250 relay\r\n",
	  "221 bye\r\n" }, "EHLO us.test\r\nQUIT\r\n", SMTP_NEVER, 0,
	  "an address that SMTP cannot say", "a@b.test\r\nDATA", 7 },
};

struct talk {
	struct smtp_dialog d;
	struct buf said;
	bool ended;
};

static uint8_t room[8192];

static void
begin(struct talk *t, const char *to, uint64_t size)
{
	*t = (struct talk){ .said = BUF_ON(room) };
	t->d = (struct smtp_dialog){ .helo = SPAN("us.test"),
		.from = SPAN("f@us.test"), .size = size,
		.to = assay_cstr(to == NULL ? "a@b.test" : to) };
}

/* The server says so, in pieces of step octets. */
static void
hear(struct talk *t, struct span all, size_t step)
{
	while (all.len > 0 && !t->ended) {
		struct span in = span_head(all, step);

		ROOM(words, LIMIT_SMTP_COMMAND);
		struct buf say = BUF_ON(words);
		enum smtp_step next = smtp_step(&t->d, &in, &say);

		all = span_skip(all, step);
		buf_put(&t->said, buf_span(&say));
		switch (next) {
		case SMTP_END:
			t->ended = true;
			break;
		case SMTP_BODY:
			buf_str(&t->said, "{}");
			break;
		case SMTP_READ: case SMTP_SAY:
			break;
		}
	}
}

static void
test_dialogs(size_t step)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *l = cases[i].label;
		struct talk t;

		/* cut in pieces, turns are not told apart any more */
		if (step == 1 && span_eq(assay_cstr(cases[i].text),
		    SPAN("the relay speaks out of turn")))
			continue;
		begin(&t, cases[i].to, cases[i].size);
		for (size_t k = 0; cases[i].server[k] != NULL; k++)
			hear(&t, assay_cstr(cases[i].server[k]), step);
		if (!t.ended)
			smtp_broken(&t.d, "gone");
		T_SPAN(buf_span(&t.said).len == 0 ? SPAN("") :
		    buf_span(&t.said), assay_cstr(cases[i].client), l);
		T_INT(t.d.result, cases[i].result, l);
		T_INT(t.d.code, cases[i].code, l);
		T_SPAN(((struct span){ t.d.text, t.d.text_len }),
		    assay_cstr(cases[i].text), l);
	}
}

static void
test_bounds(void)
{
	static char big[3000];
	struct talk t;

	memset(big, 'x', sizeof(big) - 1);
	memcpy(big, "220 ", 4);
	begin(&t, NULL, 7);
	hear(&t, assay_cstr(big), 100);
	T_OK(t.ended && t.d.result == SMTP_LATER, "a line without end");
	begin(&t, NULL, 7);
	for (int i = 0; i < 200 && !t.ended; i++)
		hear(&t, SPAN("220-x\r\n"), 100);
	T_OK(t.ended && t.d.result == SMTP_LATER, "a reply without end");
	begin(&t, NULL, 7);
	smtp_broken(&t.d, "cannot connect");
	T_INT(t.d.result, SMTP_LATER, "broken");
	T_SPAN(((struct span){ t.d.text, t.d.text_len }),
	    SPAN("cannot connect"), "and why");
}

static const struct {
	const char *in, *out;
} stuffed[] = {
	{ "", ".\r\n" }, { "a\r\n", "a\r\n.\r\n" }, { "a", "a\r\n.\r\n" },
	{ ".\r\n", "..\r\n.\r\n" }, { "a\r\n.b\r\n..\r\n",
	  "a\r\n..b\r\n...\r\n.\r\n" }, { "a.b\r\n", "a.b\r\n.\r\n" },
	/* RFC 5321 2.3.8, and what smugglers would like */
	{ "a\n.\nb", "a\r\n..\r\nb\r\n.\r\n" },
	{ "a\r.\rb", "a\r\n..\r\nb\r\n.\r\n" },
	{ "a\r\r\n.\r\n", "a\r\n\r\n..\r\n.\r\n" },
	{ "a\r", "a\r\n.\r\n" },
};

static void
test_stuffing(void)
{
	for (size_t i = 0; i < sizeof(stuffed) / sizeof(*stuffed); i++)
		for (size_t cap = 8; cap < 40; cap += 7) {
			struct span mail = assay_cstr(stuffed[i].in);
			struct smtp_stuffing s = { .within = false };
			struct buf all = BUF_ON(room);
			bool done = false;

			for (int n = 0; !done && n < 100; n++) {
				uint8_t piece[40];
				struct buf b = { .ptr = piece, .cap = cap };
				done = smtp_stuff(&s, &mail, &b);
				buf_put(&all, buf_span(&b));
			}
			T_SPAN(buf_span(&all), assay_cstr(stuffed[i].out),
			    "stuffed");
		}
}

int
main(void)
{
	test_dialogs(10000);
	test_dialogs(1);
	test_bounds();
	test_stuffing();
	return t_done();
}
