/* SPDX-License-Identifier: Apache-2.0 */
/* Whole conversations, packet by packet, and what they leave behind. */
#include "wire/milter_session.h"

#include "test/t.h"

/* ---- a session with a sink that keeps everything --------------- */

static uint8_t sunk_room[1 << 20];
static struct buf sunk = { .ptr = sunk_room, .cap = sizeof(sunk_room) };
static size_t sink_refuses = SIZE_MAX;

static bool
sink(void *ctx, struct span bytes)
{
	(void)ctx;
	if (sunk.len + bytes.len > sink_refuses)
		return false;
	buf_put(&sunk, bytes);
	return true;
}

static struct milter_session s;
static struct milter_terms terms;
static uint8_t out_room[4096];
static struct buf out = { .ptr = out_room, .cap = sizeof(out_room) };

static void
start(const struct milter_terms *t)
{
	static const struct milter_sink to = { .write = sink };

	milter_session_free(&s);
	milter_session_init(&s, t, &to);
	sunk.len = 0;
	sink_refuses = SIZE_MAX;
}

/* One packet, without its length; out has just the answer. */
static enum milter_turn
say(struct span wire)
{
	struct milter_packet p;

	out.len = 0;
	if (milter_parse(&p, wire) != MILTER_FINE)
		return MILTER_WRONG;
	return milter_session_take(&s, &p, &out);
}

#define SAY(lit) say(SPAN(lit))

/* What Postfix 3.7 offers. */
#define OFFER "O\0\0\0\6\0\0\1\377\0\37\377\377"

static void
open_with(struct span offer, const struct milter_terms *t)
{
	start(t);
	T_INT(say(offer), MILTER_GO_ON, "options");
	T_INT(SAY("DCj\0mx.example\0{daemon_name}\0smtpd\0v\0Postfix 3\0"),
	    MILTER_GO_ON, "macros");
	T_INT(SAY("Cmail.example\0" "4\0\31" "192.0.2.7\0"), MILTER_GO_ON,
	    "connect");
	T_INT(SAY("Hhelo.example\0"), MILTER_GO_ON, "helo");
}

static struct span
message(void)
{
	if (!s.spilled)
		return buf_span(&s.text);
	return buf_span(&sunk);
}

/* ---- options --------------- */

static const struct {
	const char *label;
	struct span offer, want;
} offers[] = {
	{ "version 6", SPAN_INIT(OFFER),
	    SPAN_INIT("\0\0\0\134O\0\0\0\6\0\0\1\61\0\37\363\200"
	    "\0\0\0\0j v {daemon_name} {client_ptr}\0"
	    "\0\0\0\2i {auth_type} {auth_authen}\0"
	    "\0\0\0\3i\0\0\0\0\5i\0") },
	{ "version 2", SPAN_INIT("O\0\0\0\2\0\0\0\77\0\0\0\177"),
	    SPAN_INIT("\0\0\0\rO\0\0\0\2\0\0\0\61\0\0\0\0") },
	{ "a version to come", SPAN_INIT("O\0\0\0\7\0\0\0\0\0\20\0\0"),
	    SPAN_INIT("\0\0\0\rO\0\0\0\6\0\0\0\0\0\20\0\0") },
};

static void
test_options(void)
{
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		start(&terms);
		T_INT(say(offers[i].offer), MILTER_GO_ON, offers[i].label);
		T_SPAN(buf_span(&out), offers[i].want, offers[i].label);
	}
	start(&terms);
	T_INT(SAY("O\0\0\0\1\0\0\0\0\0\0\0\0"), MILTER_WRONG, "version 1");
	T_INT(s.fault, MILTER_VERSION, "version 1");
}

/* ---- a conversation --------------- */

static void
test_message(void)
{
	open_with(SPAN(OFFER), &terms);
	SAY("DM{auth_authen}\0joe\0{auth_type}\0PLAIN\0");
	T_INT(SAY("M<a@b.example>\0SIZE=5\0SMTPUTF8\0"), MILTER_GO_ON, "mail");
	T_INT(SAY("R<c@d.example>\0"), MILTER_GO_ON, "rcpt");
	T_INT(SAY("R<e@f.example>\0NOTIFY=NEVER\0"), MILTER_GO_ON, "rcpt");
	SAY("DLi\0" "4ZkQ2F\0");
	T_INT(SAY("LFrom\0 a@b.example\0"), MILTER_GO_ON, "field");
	SAY("DLi\0" "4ZkQ2F\0");
	T_INT(SAY("LSubject\0\t folded\n again\n\tand\0"), MILTER_GO_ON,
	    "folded");
	T_INT(SAY("LX\0\0"), MILTER_GO_ON, "empty field");
	T_INT(SAY("LX-Odd \0a\rb\r\n c\0"), MILTER_GO_ON, "lone CR, CR LF");
	T_INT(SAY("N"), MILTER_GO_ON, "end of header");
	T_INT(SAY("Bline\r\n.\nlone "), MILTER_GO_ON, "body");
	T_INT(SAY("B\rx\r\n"), MILTER_GO_ON, "body");
	T_INT(out.len, 0, "nothing was answered");
	T_INT(SAY("E"), MILTER_VERDICT_DUE, "end");
	T_SPAN(message(), SPAN("From: a@b.example\r\n"
	    "Subject:\t folded\r\n again\r\n\tand\r\n"
	    "X:\r\n"
	    "X-Odd :a\rb\r\n c\r\n"
	    "\r\n"
	    "line\r\n.\nlone \rx\r\n"), "the message as it was");
	T_INT(s.size, message().len, "its size");
	T_SPAN(s.queue_id, SPAN("4ZkQ2F"), "queue id");
	T_SPAN(s.auth_user, SPAN("joe"), "user");
	T_SPAN(s.mail_from, SPAN("a@b.example"), "sender");
	T_OK(s.smtputf8 && s.rcpts == 2, "envelope");
	T_SPAN(s.rcpt->path, SPAN("c@d.example"), "first recipient");
	T_SPAN(s.rcpt->next->path, SPAN("e@f.example"), "second");
	T_SPAN(milter_session_word(&s.helo), SPAN("helo.example"), "helo");
	T_SPAN(milter_session_word(&s.daemon_name), SPAN("smtpd"), "daemon");
	T_SPAN(milter_session_word(&s.client_ptr), SPAN_NONE, "no ptr");
	T_INT(s.client.family, 4, "client");
	T_INT(s.port, 25, "port");
	milter_session_done(&s);
	T_INT(s.state, MILTER_OPEN, "ready for the next");
	T_INT(SAY("M<>\0"), MILTER_GO_ON, "null sender");
	T_SPAN(s.mail_from, SPAN(""), "empty, not absent");
	T_SPAN(s.auth_user, SPAN_NONE, "nobody is logged in any more");
	T_SPAN(s.queue_id, SPAN_NONE, "nor is the queue id kept");
	T_OK(s.rcpt == NULL && s.rcpts == 0, "nor a recipient");
	T_INT(s.messages, 2, "messages of this connection");
	T_INT(s.domains, 2, "domains of this connection");
}

/* Version 2 answers everything and eats the space behind the colon. */
static void
test_old(void)
{
	static const struct span each[] = { SPAN_INIT("M<a@b>\0"),
	    SPAN_INIT("R<c@d>\0"), SPAN_INIT("LA\0b\n c\0"), SPAN_INIT("N"),
	    SPAN_INIT("Bx") };

	open_with(SPAN("O\0\0\0\2\0\0\0\77\0\0\0\177"), &terms);
	T_SPAN(buf_span(&out), SPAN("\0\0\0\1c"), "helo is answered");
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		T_INT(say(each[i]), MILTER_GO_ON, "version 2");
		T_SPAN(buf_span(&out), SPAN("\0\0\0\1c"), "is answered");
	}
	T_INT(SAY("Ey"), MILTER_VERDICT_DUE, "end with body");
	T_INT(out.len, 0, "end is answered by the verdict");
	T_SPAN(message(), SPAN("A: b\r\n c\r\n\r\nxy"), "message");
}

/* ---- what drops a message --------------- */

static void
to_header(void)
{
	open_with(SPAN(OFFER), &terms);
	SAY("DMi\0Q1\0");
	SAY("M<a@b>\0");
	SAY("R<c@d>\0");
	SAY("LA\0b\0");
}

static void
test_drops(void)
{
	to_header();
	T_INT(SAY("A"), MILTER_GO_ON, "abort");
	T_OK(s.state == MILTER_OPEN && s.mail_from.ptr == NULL, "forgotten");
	T_SPAN(milter_session_word(&s.helo), SPAN("helo.example"),
	    "helo is kept");
	T_INT(SAY("E"), MILTER_WRONG, "no end without a message");
	to_header();
	T_INT(SAY("Hnew.example\0"), MILTER_GO_ON, "EHLO in between");
	T_INT(s.state, MILTER_OPEN, "drops");
	to_header();
	T_INT(SAY("M<new@b>\0"), MILTER_GO_ON, "MAIL in between");
	T_SPAN(s.mail_from, SPAN("new@b"), "is a new message");
	T_INT(s.size, 0, "with nothing of the old");
	to_header();
	SAY("E");
	T_INT(SAY("A"), MILTER_DROPPED, "abort while judged");
	to_header();
	SAY("E");
	T_INT(SAY("Q"), MILTER_BYE, "quit while judged");
	to_header();
	SAY("E");
	T_INT(SAY("DMi\0Q2\0"), MILTER_GO_ON, "macros while judged");
	T_SPAN(s.queue_id, SPAN("Q1"), "change nothing");
	T_INT(SAY("M<x@y>\0"), MILTER_WRONG, "MAIL while judged");
	T_INT(s.fault, MILTER_ORDER, "MAIL while judged");
	to_header();
	T_INT(SAY("K"), MILTER_GO_ON, "another client follows");
	T_INT(SAY("M<x@y>\0"), MILTER_WRONG, "MAIL before he is there");
	to_header();
	SAY("K");
	T_INT(SAY("Clocalhost\0U"), MILTER_GO_ON, "he is there");
	T_OK(s.client.family == 0 && s.family == 'U' && !s.helo.there &&
	    s.messages == 0, "and is nobody");
}

static const struct {
	const char *label;
	struct span before, wire;
} disorder[] = {
	{ "before options", { NULL, 0 }, SPAN_INIT("Hx\0") },
	{ "macros before options", { NULL, 0 }, SPAN_INIT("DC") },
	{ "data before options", { NULL, 0 }, SPAN_INIT("T") },
	{ "helo before connect", SPAN_INIT(OFFER), SPAN_INIT("Hx\0") },
	{ "mail before connect", SPAN_INIT(OFFER), SPAN_INIT("M<>\0") },
	{ "options again", SPAN_INIT(OFFER), SPAN_INIT(OFFER) },
	{ "a reply", SPAN_INIT(OFFER), SPAN_INIT("c") },
	{ "rcpt without mail", SPAN_INIT("Cx\0U"), SPAN_INIT("R<a>\0") },
	{ "connect again", SPAN_INIT("Cx\0U"), SPAN_INIT("Cx\0U") },
	{ "field without mail", SPAN_INIT("Cx\0U"), SPAN_INIT("La\0b\0") },
	{ "end of header without mail", SPAN_INIT("Cx\0U"), SPAN_INIT("N") },
	{ "body without mail", SPAN_INIT("Cx\0U"), SPAN_INIT("Bx") },
	{ "rcpt in the header", SPAN_INIT("La\0b\0"), SPAN_INIT("R<a>\0") },
	{ "field in the body", SPAN_INIT("Bx"), SPAN_INIT("La\0b\0") },
	{ "two ends of header", SPAN_INIT("N"), SPAN_INIT("N") },
	{ "field after the end", SPAN_INIT("E"), SPAN_INIT("La\0b\0") },
	{ "end after the end", SPAN_INIT("E"), SPAN_INIT("E") },
	{ "helo after quit", SPAN_INIT("K"), SPAN_INIT("Hx\0") },
};

static void
test_disorder(void)
{
	for (size_t i = 0; i < sizeof(disorder) / sizeof(disorder[0]); i++) {
		int first = span_at(disorder[i].before, 0);

		start(&terms);
		if (first >= 0 && first != 'O')
			SAY(OFFER);
		if (first == 'L' || first == 'B' || first == 'N' ||
		    first == 'E') {
			SAY("Cx\0U");
			SAY("M<a@b>\0");
		}
		if (first >= 0)
			T_OK(say(disorder[i].before) != MILTER_WRONG,
			    disorder[i].label);
		T_INT(say(disorder[i].wire), MILTER_WRONG,
		    disorder[i].label);
	}
}

/* ---- large messages --------------- */

static void
fill(size_t n)
{
	static uint8_t wire[70000];

	wire[0] = 'B';
	for (size_t i = 1; i <= n; i++)
		wire[i] = (uint8_t)('a' + i % 23);
	(void)say((struct span){ wire, n + 1 });
}

static void
test_large(void)
{
	struct milter_terms small = { .most = 50000 };

	to_header();
	SAY("N");
	for (int i = 0; i < 5; i++)
		fill(20000);
	T_OK(!s.spilled && s.text.len == s.size, "100 KB stay in memory");
	for (int i = 0; i < 2; i++)
		fill(4000);
	T_OK(s.spilled, "spilled");
	fill(60000);
	T_INT(SAY("E"), MILTER_VERDICT_DUE, "end");
	T_INT(s.size, 7 + 108000 + 60000, "size");
	T_INT(sunk.len, s.size, "all of it is in the sink");
	T_OK(memcmp(sunk.ptr, "A:b\r\n\r\nbcd", 10) == 0, "from the start");
	open_with(SPAN(OFFER), &small);
	SAY("M<a@b>\0");
	fill(40000);
	T_OK(!s.over, "not too long yet");
	fill(40000);
	T_OK(s.over && sunk.len < 50000, "too long is not kept");
	T_INT(SAY("E"), MILTER_VERDICT_DUE, "and is judged, too");
	to_header();
	sink_refuses = 30000;
	for (int i = 0; i < 7; i++)
		fill(20000);
	T_INT(SAY("E"), MILTER_VERDICT_DUE, "the sink refused");
	T_OK(s.failed, "the sink refused");
}

/* Message and recipients go on as one packet, if they are not many. */
static void
test_large_to_many(void)
{
	static uint8_t path[1 + 200 + 1] = "R";

	for (size_t i = 1; i <= 200; i++)
		path[i] = 'r';
	for (unsigned n = 60; n <= 100; n += 40) {
		open_with(SPAN(OFFER), &terms);
		SAY("M<a@b>\0");
		for (unsigned i = 0; i < n; i++)
			say((struct span){ path, sizeof(path) });
		T_INT(s.rcpts, n, "recipients");
		fill(10000);
		fill(10000);
		T_OK(s.spilled == (n > 80), "spilled for many");
	}
}

/* ---- envelope --------------- */

static void
test_envelope(void)
{
	struct milter_terms hear = { .hear_rcpt = true };

	open_with(SPAN(OFFER), &hear);
	SAY("M a@b \0");
	T_SPAN(s.mail_from, SPAN("a@b"), "a path without <>");
	T_INT(SAY("R<c@d>\0"), MILTER_RCPT_DUE, "recipient to answer");
	milter_session_rcpt(&s, true, SPAN_NONE, &out);
	T_SPAN(buf_span(&out), SPAN("\0\0\0\1c"), "kept");
	T_INT(SAY("R<e@f>\0"), MILTER_RCPT_DUE, "another");
	milter_session_rcpt(&s, false, SPAN("452 4.5.3 later"), &out);
	T_SPAN(buf_span(&out), SPAN("\0\0\0\21y452 4.5.3 later\0"), "refused");
	T_INT(SAY("R<g@h>\0"), MILTER_RCPT_DUE, "a third");
	milter_session_rcpt(&s, true, SPAN_NONE, &out);
	T_OK(s.rcpts == 2 && s.rcpt->next->next == NULL, "two are left");
	T_SPAN(s.rcpt->next->path, SPAN("g@h"), "the third among them");
	start(&terms);
	SAY(OFFER);
	SAY("Cx\0" "6\0\0IPv6:::ffff:192.0.2.1\0");
	T_OK(s.client.family == 4 && s.family == '6', "IPv4 in IPv6");
	start(&terms);
	SAY(OFFER);
	SAY("Cx\0" "6\0\0" "2001:db8::1\0");
	T_INT(s.client.family, 6, "IPv6 without a prefix");
	start(&terms);
	SAY(OFFER);
	SAY("Cx\0" "4\0\0unknown\0");
	T_OK(s.client.family == 0 && s.family == '4', "no address");
	for (int i = 0; i < 40; i++) {
		uint8_t wire[] = "M<a@x..b>";

		wire[6] = (uint8_t)('A' + i);
		(void)say((struct span){ wire, sizeof(wire) });
		SAY("A");
	}
	T_INT(s.domains, LIMIT_MILTER_DOMAINS, "many domains are many");
	T_INT(s.messages, 40, "messages");
}

/* ---- changes --------------- */

static void
test_changes(void)
{
	open_with(SPAN(OFFER), &terms);
	T_OK(milter_session_may(&s, MILTER_MAY_CHANGE_HEADERS), "may change");
	out.len = 0;
	milter_put_delete(&out, 3, SPAN("A-R"));
	T_SPAN(buf_span(&out), SPAN("\0\0\0\12m\0\0\0\3A-R\0\0"), "delete");
	out.len = 0;
	milter_put_insert(&out, &s, 0, SPAN("A"), SPAN("x;\r\n\ty"));
	T_SPAN(buf_span(&out), SPAN("\0\0\0\16i\0\0\0\0A\0 x;\n\ty\0"),
	    "insert with its space");
	open_with(SPAN("O\0\0\0\2\0\0\0\17\0\0\0\177"), &terms);
	T_OK(!milter_session_may(&s, MILTER_MAY_CHANGE_HEADERS), "may not");
	out.len = 0;
	milter_put_append(&out, &s, SPAN("A"), SPAN("x"));
	T_SPAN(buf_span(&out), SPAN("\0\0\0\5hA\0x\0"), "the MTA adds it");
	out.len = 0;
	milter_put_quarantine(&out, SPAN("10%\nq"));
	T_SPAN(buf_span(&out), SPAN("\0\0\0\7q10% q\0"), "quarantine");
	out.len = 0;
	milter_put_code(&out, SPAN("550 5.7.26 no\r\n"), true);
	T_SPAN(buf_span(&out), SPAN("\0\0\0\21y550 5.7.26 no  \0"), "code");
	out.len = 0;
	milter_put_code(&out, SPAN("550 4.7.1 no"), true);
	milter_put_code(&out, SPAN("550 5.7.1 no"), false);
	milter_put_code(&out, SPAN_NONE, false);
	T_SPAN(buf_span(&out), SPAN("\0\0\0\1r\0\0\0\1t\0\0\0\1t"),
	    "codes that do not fit");
}

static void
test_long_value(void)
{
	static uint8_t value[100000], room[110000];
	struct buf big = { .ptr = room, .cap = sizeof(room) };

	memset(value, 'x', sizeof(value));
	milter_put_insert(&big, &s, 0, SPAN("A"),
	    (struct span){ value, sizeof(value) });
	T_INT(big.len, 5 + 4 + 2 + sizeof(value) + 1, "a long value");
	big = (struct buf){ .ptr = room, .cap = 1000 };
	milter_put_insert(&big, &s, 0, SPAN("A"),
	    (struct span){ value, 3000 });
	T_OK(big.full && big.len == 0, "does not fit");
}

int
main(void)
{
	test_options();
	test_message();
	test_old();
	test_drops();
	test_disorder();
	test_large();
	test_large_to_many();
	test_envelope();
	test_changes();
	test_long_value();
	milter_session_free(&s);
	return t_done();
}
