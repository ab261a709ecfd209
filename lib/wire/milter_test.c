/* SPDX-License-Identifier: Apache-2.0 */
/* Octets as Sendmail's and Postfix's clients send them, and what cannot be. */
#include "wire/milter.h"

#include "base/limits.h"
#include "test/t.h"

/* Word and data, without the length, and the packet that they are. */
static const struct {
	const char *label;
	struct span wire;
	struct milter_packet want;
} whole[] = {
	{ "options", SPAN_INIT("O\0\0\0\6\0\0\1\377\0\37\377\377"),
	    { .word = MILTER_OPTIONS, .version = 6, .actions = 0x1ff,
	    .steps = 0x1fffff } },
	{ "options that ask for macros", SPAN_INIT("O\0\0\0\6\0\0\1\0"
	    "\0\20\0\0" "\0\0\0\0j _\0" "\0\0\0\5i\0"),
	    { .word = MILTER_OPTIONS, .version = 6, .actions = 0x100,
	    .steps = 0x100000,
	    .requests = SPAN_INIT("\0\0\0\0j _\0\0\0\0\5i\0") } },
	{ "macros", SPAN_INIT("DCj\0mx.example\0{x}\0\0"),
	    { .word = MILTER_MACRO, .stage = 'C',
	    .macros = SPAN_INIT("j\0mx.example\0{x}\0\0") } },
	{ "no macros", SPAN_INIT("DM"), { .word = MILTER_MACRO,
	    .stage = 'M', .macros = SPAN_INIT("") } },
	{ "client, IPv4", SPAN_INIT("Ca.b\0" "4\0\31" "192.0.2.1\0"),
	    { .word = MILTER_CONNECT, .family = '4', .port = 25,
	    .name = SPAN_INIT("a.b"), .address = SPAN_INIT("192.0.2.1") } },
	{ "client, IPv6", SPAN_INIT("C[x]\0" "6\377\376IPv6:2001:db8::1\0"),
	    { .word = MILTER_CONNECT, .family = '6', .port = 65534,
	    .name = SPAN_INIT("[x]"),
	    .address = SPAN_INIT("IPv6:2001:db8::1") } },
	{ "client, Unix", SPAN_INIT("Cl\0L\0\0/run/s\0"),
	    { .word = MILTER_CONNECT, .family = 'L', .name = SPAN_INIT("l"),
	    .address = SPAN_INIT("/run/s") } },
	{ "no client", SPAN_INIT("Clocalhost\0U"),
	    { .word = MILTER_CONNECT, .family = 'U',
	    .name = SPAN_INIT("localhost") } },
	{ "helo", SPAN_INIT("Hmail.example\0"), { .word = MILTER_HELO,
	    .text = SPAN_INIT("mail.example") } },
	{ "empty helo", SPAN_INIT("H\0"), { .word = MILTER_HELO,
	    .text = SPAN_INIT("") } },
	{ "mail", SPAN_INIT("M<a@b.example>\0SIZE=100\0SMTPUTF8\0"),
	    { .word = MILTER_MAIL,
	    .args = SPAN_INIT("<a@b.example>\0SIZE=100\0SMTPUTF8\0") } },
	{ "rcpt", SPAN_INIT("R<>\0"), { .word = MILTER_RCPT,
	    .args = SPAN_INIT("<>\0") } },
	{ "data", SPAN_INIT("T"), { .word = MILTER_DATA } },
	{ "field", SPAN_INIT("LSubject\0 a\n b\0"), { .word = MILTER_HEADER,
	    .name = SPAN_INIT("Subject"), .value = SPAN_INIT(" a\n b") } },
	{ "field without a value", SPAN_INIT("LX\0\0"),
	    { .word = MILTER_HEADER, .name = SPAN_INIT("X"),
	    .value = SPAN_INIT("") } },
	{ "NUL in a value", SPAN_INIT("LX\0a\0b\0"),
	    { .word = MILTER_HEADER, .name = SPAN_INIT("X"),
	    .value = SPAN_INIT("a\0b") } },
	{ "end of header", SPAN_INIT("N"), { .word = MILTER_EOH } },
	{ "body", SPAN_INIT("Ba\r\n\0b"), { .word = MILTER_BODY,
	    .data = SPAN_INIT("a\r\n\0b") } },
	{ "empty body", SPAN_INIT("B"), { .word = MILTER_BODY,
	    .data = SPAN_INIT("") } },
	{ "end", SPAN_INIT("E"), { .word = MILTER_END,
	    .data = SPAN_INIT("") } },
	{ "end with body", SPAN_INIT("Erest"), { .word = MILTER_END,
	    .data = SPAN_INIT("rest") } },
	{ "abort", SPAN_INIT("A"), { .word = MILTER_ABORT } },
	{ "quit", SPAN_INIT("Q"), { .word = MILTER_QUIT } },
	{ "quit, another follows", SPAN_INIT("K"),
	    { .word = MILTER_QUIT_NC } },
	{ "unknown command", SPAN_INIT("UXYZ a\0"),
	    { .word = MILTER_UNKNOWN, .text = SPAN_INIT("XYZ a") } },
	{ "continue", SPAN_INIT("c"), { .word = MILTER_CONTINUE } },
	{ "accept", SPAN_INIT("a"), { .word = MILTER_ACCEPT } },
	{ "reject", SPAN_INIT("r"), { .word = MILTER_REJECT } },
	{ "tempfail", SPAN_INIT("t"), { .word = MILTER_TEMPFAIL } },
	{ "discard", SPAN_INIT("d"), { .word = MILTER_DISCARD } },
	{ "skip", SPAN_INIT("s"), { .word = MILTER_SKIP } },
	{ "progress", SPAN_INIT("p"), { .word = MILTER_PROGRESS } },
	{ "shutdown", SPAN_INIT("4"), { .word = MILTER_SHUTDOWN } },
	{ "connection failure", SPAN_INIT("f"),
	    { .word = MILTER_CONN_FAIL } },
	{ "reply code", SPAN_INIT("y550 5.7.26 no 100%%\0"),
	    { .word = MILTER_REPLY_CODE,
	    .text = SPAN_INIT("550 5.7.26 no 100%%") } },
	{ "add a field", SPAN_INIT("hA\0 b\0"),
	    { .word = MILTER_ADD_HEADER, .name = SPAN_INIT("A"),
	    .value = SPAN_INIT(" b") } },
	{ "insert a field", SPAN_INIT("i\0\0\0\1A\0b\0"),
	    { .word = MILTER_INSERT_HEADER, .index = 1,
	    .name = SPAN_INIT("A"), .value = SPAN_INIT("b") } },
	{ "delete a field", SPAN_INIT("m\0\1\0\2A\0\0"),
	    { .word = MILTER_CHANGE_HEADER, .index = 65538,
	    .name = SPAN_INIT("A"), .value = SPAN_INIT("") } },
	{ "quarantine", SPAN_INIT("qwhy\0"), { .word = MILTER_QUARANTINE,
	    .text = SPAN_INIT("why") } },
	{ "add a recipient", SPAN_INIT("+<a@b>\0"),
	    { .word = MILTER_ADD_RCPT, .text = SPAN_INIT("<a@b>") } },
	{ "with parameters", SPAN_INIT("2<a@b>\0NOTIFY=NEVER\0"),
	    { .word = MILTER_ADD_RCPT_PAR,
	    .args = SPAN_INIT("<a@b>\0NOTIFY=NEVER\0") } },
	{ "remove a recipient", SPAN_INIT("-<a@b>\0"),
	    { .word = MILTER_DEL_RCPT, .text = SPAN_INIT("<a@b>") } },
	{ "change the sender", SPAN_INIT("e<>\0"),
	    { .word = MILTER_CHANGE_FROM, .args = SPAN_INIT("<>\0") } },
	{ "replace the body", SPAN_INIT("bnew"),
	    { .word = MILTER_NEW_BODY, .data = SPAN_INIT("new") } },
};

static bool
same(struct span a, struct span b)
{
	/* where the packet has no such part, empty and absent are the same */
	return span_eq(a, b) && (a.ptr == NULL || b.ptr != NULL ||
	    a.len == 0);
}

static bool
packets_equal(const struct milter_packet *a, const struct milter_packet *b)
{
	return a->word == b->word && a->version == b->version &&
	    a->actions == b->actions && a->steps == b->steps &&
	    same(a->requests, b->requests) && a->stage == b->stage &&
	    same(a->macros, b->macros) && a->family == b->family &&
	    a->port == b->port && same(a->address, b->address) &&
	    same(a->name, b->name) && same(a->value, b->value) &&
	    a->index == b->index && same(a->args, b->args) &&
	    same(a->text, b->text) && same(a->data, b->data);
}

static void
test_words(void)
{
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		ROOM(room, 300);
		struct buf b = BUF_ON(room);
		struct milter_packet p;
		struct span in, frame;

		T_INT(milter_parse(&p, whole[i].wire), MILTER_FINE,
		    whole[i].label);
		T_OK(packets_equal(&p, &whole[i].want), whole[i].label);
		milter_print(&b, &whole[i].want);
		in = buf_span(&b);
		T_INT(milter_need(in), in.len, whole[i].label);
		T_INT(milter_take(&frame, &in), MILTER_FINE, whole[i].label);
		T_SPAN(frame, whole[i].wire, whole[i].label);
		T_INT(in.len, 0, whole[i].label);
	}
}

/* ---- what is not a packet --------------------------------------------- */

static const struct {
	const char *label;
	struct span wire;
	enum milter_fault want;
} broken[] = {
	{ "nothing", SPAN_INIT(""), MILTER_EMPTY },
	{ "no such word", SPAN_INIT("Zx"), MILTER_NO_WORD },
	{ "NUL as a word", SPAN_INIT("\0"), MILTER_NO_WORD },
	{ "an octet above 127", SPAN_INIT("\377"), MILTER_NO_WORD },
	{ "options too short", SPAN_INIT("O\0\0\0\6\0\0\1\377\0\37\377"),
	    MILTER_SHAPE },
	{ "request without its NUL", SPAN_INIT("O\0\0\0\6\0\0\0\0\0\0\0\0"
	    "\0\0\0\1x"), MILTER_SHAPE },
	{ "request without a stage", SPAN_INIT("O\0\0\0\6\0\0\0\0\0\0\0\0"
	    "\0\0"), MILTER_SHAPE },
	{ "macros of nothing", SPAN_INIT("D"), MILTER_SHAPE },
	{ "a name without its value", SPAN_INIT("DCj\0"), MILTER_SHAPE },
	{ "a value without its NUL", SPAN_INIT("DCj\0x"), MILTER_SHAPE },
	{ "client without a NUL", SPAN_INIT("Cabc"), MILTER_SHAPE },
	{ "client without a family", SPAN_INIT("Ca\0"), MILTER_SHAPE },
	{ "a family nobody knows", SPAN_INIT("Ca\0" "5\0\0x\0"),
	    MILTER_SHAPE },
	{ "half a port", SPAN_INIT("Ca\0" "4\0"), MILTER_SHAPE },
	{ "no address", SPAN_INIT("Ca\0" "4\0\0"), MILTER_SHAPE },
	{ "address without its NUL", SPAN_INIT("Ca\0" "4\0\0" "1"),
	    MILTER_SHAPE },
	{ "something behind it", SPAN_INIT("Ca\0" "4\0\0" "1\0x\0"),
	    MILTER_SHAPE },
	{ "helo without a NUL", SPAN_INIT("Hx"), MILTER_SHAPE },
	{ "helo of nothing", SPAN_INIT("H"), MILTER_SHAPE },
	{ "helo with a NUL", SPAN_INIT("Ha\0b\0"), MILTER_SHAPE },
	{ "mail of nothing", SPAN_INIT("M"), MILTER_SHAPE },
	{ "mail without a NUL", SPAN_INIT("M<a>\0x"), MILTER_SHAPE },
	{ "field of nothing", SPAN_INIT("L"), MILTER_SHAPE },
	{ "field without a value", SPAN_INIT("Lx\0"), MILTER_SHAPE },
	{ "field without its last NUL", SPAN_INIT("Lx\0y"), MILTER_SHAPE },
	{ "field without a name", SPAN_INIT("L\0y\0"), MILTER_SHAPE },
	{ "insert without an index", SPAN_INIT("i\0\0x\0y\0"),
	    MILTER_SHAPE },
	{ "continue with data", SPAN_INIT("cx"), MILTER_SHAPE },
	{ "reply code 250", SPAN_INIT("y250 ok\0"), MILTER_SHAPE },
	{ "reply code too short", SPAN_INIT("y55\0"), MILTER_SHAPE },
	{ "reply code without a NUL", SPAN_INIT("y550 x"), MILTER_SHAPE },
};

static void
test_broken(void)
{
	struct milter_packet p;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		T_INT(milter_parse(&p, broken[i].wire), broken[i].want,
		    broken[i].label);
	/* libmilter looks away, too */
	T_INT(milter_parse(&p, SPAN("Qx")), MILTER_FINE, "quit with data");
	T_INT(milter_parse(&p, SPAN("Ca\0Uxyz")), MILTER_FINE,
	    "no client, and more");
}

/* ---- packets in a stream ------------------------------------------------ */

static const struct {
	const char *label;
	struct span in;
	enum milter_fault want;
	size_t left;
} streams[] = {
	{ "nothing", SPAN_INIT(""), MILTER_MORE, 0 },
	{ "part of a length", SPAN_INIT("\0\0\0"), MILTER_MORE, 3 },
	{ "a length", SPAN_INIT("\0\0\0\1"), MILTER_MORE, 4 },
	{ "one", SPAN_INIT("\0\0\0\1Q"), MILTER_FINE, 0 },
	{ "one and a half", SPAN_INIT("\0\0\0\1Q\0\0"), MILTER_FINE, 2 },
	{ "not all data", SPAN_INIT("\0\0\0\3Ha"), MILTER_MORE, 6 },
	{ "length 0", SPAN_INIT("\0\0\0\0"), MILTER_EMPTY, 4 },
	{ "2^32 - 1", SPAN_INIT("\377\377\377\377"), MILTER_TOO_LONG, 4 },
	{ "1 MiB + 1", SPAN_INIT("\0\20\0\1B"), MILTER_TOO_LONG, 5 },
	{ "1 MiB", SPAN_INIT("\0\20\0\0B"), MILTER_MORE, 5 },
	{ "a HELO of 64 KiB + 1", SPAN_INIT("\0\1\0\1H"), MILTER_TOO_LONG,
	    5 },
	{ "unknown, before it is there", SPAN_INIT("\0\0\1\0Z"),
	    MILTER_NO_WORD, 5 },
	{ "SMTP, not milter", SPAN_INIT("EHLO x\r\n"), MILTER_TOO_LONG, 8 },
	{ "HTTP, not milter", SPAN_INIT("GET / HTTP/1.0\r\n"),
	    MILTER_TOO_LONG, 16 },
};

static void
test_streams(void)
{
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		struct span in = streams[i].in, frame = SPAN_NONE;

		T_INT(milter_take(&frame, &in), streams[i].want,
		    streams[i].label);
		T_INT(in.len, streams[i].left, streams[i].label);
	}
	T_INT(milter_need(SPAN("\0\0\0")), 0, "need: not known");
	T_INT(milter_need(SPAN("\0\0\1\1x")), 261, "need");
	for (int f = MILTER_FINE; f <= MILTER_ORDER; f++)
		T_OK(milter_fault_str((enum milter_fault)f)[0] != 0,
		    "a fault has words");
}

/* ---- the rest ------------------------------------------------------ */

static void
test_macros(void)
{
	struct span m = SPAN("j\0mx.example\0{auth_authen}\0u\0{i}\0Q1\0"
	    "e\0\0");

	T_SPAN(milter_macro(m, SPAN("j")), SPAN("mx.example"), "j");
	T_SPAN(milter_macro(m, SPAN("auth_authen")), SPAN("u"), "braces");
	T_SPAN(milter_macro(m, SPAN("i")), SPAN("Q1"), "{i} is i");
	T_SPAN(milter_macro(m, SPAN("e")), SPAN(""), "empty");
	T_SPAN(milter_macro(m, SPAN("u")), SPAN_NONE, "a value, no name");
	T_SPAN(milter_macro(SPAN("x"), SPAN("x")), SPAN_NONE, "no pairs");
	T_SPAN(milter_macro(SPAN("{\0a\0"), SPAN("{")), SPAN("a"),
	    "a lone brace");
}

static const struct {
	const char *label;
	struct span in, want;
} values[] = {
	{ "as it is", SPAN_INIT(" a\n\tb"), SPAN_INIT(" a\n\tb") },
	{ "CRLF", SPAN_INIT("a\r\n b\r\n c"), SPAN_INIT("a\n b\n c") },
	{ "lone CR", SPAN_INIT("a\rb\r"), SPAN_INIT("a b ") },
	{ "CR CR LF", SPAN_INIT("a\r\r\nb"), SPAN_INIT("a \nb") },
	{ "NUL", SPAN_INIT("a\0b"), SPAN_INIT("a b") },
	{ "empty", SPAN_INIT(""), SPAN_INIT("") },
};

static void
test_text(void)
{
	ROOM(room, 100);
	struct buf b = BUF_ON(room);
	struct milter_packet p = { .word = MILTER_HELO, .text = SPAN("12345") };
	struct buf little = { .ptr = room, .cap = 10 };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		b.len = 0;
		milter_value_put(&b, values[i].in);
		T_SPAN(buf_span(&b), values[i].want, values[i].label);
	}
	b.len = 0;
	milter_reply_text(&b, SPAN("550 5.7.1 100%\r\nno\0"));
	T_SPAN(buf_span(&b), SPAN("550 5.7.1 100%%  no "), "reply text");
	milter_print(&little, &p);
	T_OK(little.full && little.len == 0, "all or nothing");
	little = (struct buf){ .ptr = room, .cap = 11 };
	milter_print(&little, &p);
	T_SPAN(buf_span(&little), SPAN("\0\0\0\7H12345\0"), "just fits");
	b.len = 0;
	milter_print_word(&b, MILTER_CONTINUE);
	T_SPAN(buf_span(&b), SPAN("\0\0\0\1c"), "a word alone");
	b.len = 0;
	milter_request_put(&b, MILTER_AT_END, SPAN("i"));
	T_SPAN(buf_span(&b), SPAN("\0\0\0\5i\0"), "a macro request");
}

int
main(void)
{
	test_words();
	test_broken();
	test_streams();
	test_macros();
	test_text();
	return t_done();
}
