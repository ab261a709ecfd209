/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmilter_oracle.c - Sendmail's library as the other side of our codec.
 *
 * A filter on libmilter runs in a child and writes down what it is told; we
 * play the mail server with lib/wire/milter.c, tell it what we know it must
 * have heard, and read everything that it can say.  The numbers of both are
 * compared by the compiler.
 */
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* mfdef.h and ours use some of the same words */
#undef MILTER_CHUNK_SIZE
#include "wire/milter.h"

#include "test/t.h"

#define SAME(a, b) _Static_assert((long)(a) == (long)(b), #a)
SAME(SMFI_PROT_VERSION, MILTER_NEWEST);
SAME(SMFIC_ABORT, MILTER_ABORT); SAME(SMFIC_BODY, MILTER_BODY);
SAME(SMFIC_CONNECT, MILTER_CONNECT); SAME(SMFIC_MACRO, MILTER_MACRO);
SAME(SMFIC_BODYEOB, MILTER_END); SAME(SMFIC_HELO, MILTER_HELO);
SAME(SMFIC_QUIT_NC, MILTER_QUIT_NC); SAME(SMFIC_HEADER, MILTER_HEADER);
SAME(SMFIC_MAIL, MILTER_MAIL); SAME(SMFIC_EOH, MILTER_EOH);
SAME(SMFIC_OPTNEG, MILTER_OPTIONS); SAME(SMFIC_QUIT, MILTER_QUIT);
SAME(SMFIC_RCPT, MILTER_RCPT); SAME(SMFIC_DATA, MILTER_DATA);
SAME(SMFIC_UNKNOWN, MILTER_UNKNOWN);
SAME(SMFIR_ADDRCPT, MILTER_ADD_RCPT); SAME(SMFIR_DELRCPT, MILTER_DEL_RCPT);
SAME(SMFIR_ADDRCPT_PAR, MILTER_ADD_RCPT_PAR);
SAME(SMFIR_SHUTDOWN, MILTER_SHUTDOWN); SAME(SMFIR_ACCEPT, MILTER_ACCEPT);
SAME(SMFIR_REPLBODY, MILTER_NEW_BODY);
SAME(SMFIR_CONTINUE, MILTER_CONTINUE); SAME(SMFIR_DISCARD, MILTER_DISCARD);
SAME(SMFIR_CHGFROM, MILTER_CHANGE_FROM);
SAME(SMFIR_CONN_FAIL, MILTER_CONN_FAIL);
SAME(SMFIR_ADDHEADER, MILTER_ADD_HEADER);
SAME(SMFIR_INSHEADER, MILTER_INSERT_HEADER);
SAME(SMFIR_CHGHEADER, MILTER_CHANGE_HEADER);
SAME(SMFIR_PROGRESS, MILTER_PROGRESS);
SAME(SMFIR_QUARANTINE, MILTER_QUARANTINE);
SAME(SMFIR_REJECT, MILTER_REJECT); SAME(SMFIR_SKIP, MILTER_SKIP);
SAME(SMFIR_TEMPFAIL, MILTER_TEMPFAIL);
SAME(SMFIR_REPLYCODE, MILTER_REPLY_CODE);
SAME(SMFIP_NOCONNECT, MILTER_NO_CONNECT); SAME(SMFIP_NOHELO, MILTER_NO_HELO);
SAME(SMFIP_NOMAIL, MILTER_NO_MAIL); SAME(SMFIP_NORCPT, MILTER_NO_RCPT);
SAME(SMFIP_NOBODY, MILTER_NO_BODY); SAME(SMFIP_NOHDRS, MILTER_NO_HEADERS);
SAME(SMFIP_NOEOH, MILTER_NO_EOH); SAME(SMFIP_NR_HDR, MILTER_NR_HEADER);
SAME(SMFIP_NOUNKNOWN, MILTER_NO_UNKNOWN);
SAME(SMFIP_NODATA, MILTER_NO_DATA); SAME(SMFIP_SKIP, MILTER_CAN_SKIP);
SAME(SMFIP_RCPT_REJ, MILTER_REJECTED_RCPT);
SAME(SMFIP_NR_CONN, MILTER_NR_CONNECT); SAME(SMFIP_NR_HELO, MILTER_NR_HELO);
SAME(SMFIP_NR_MAIL, MILTER_NR_MAIL); SAME(SMFIP_NR_RCPT, MILTER_NR_RCPT);
SAME(SMFIP_NR_DATA, MILTER_NR_DATA);
SAME(SMFIP_NR_UNKN, MILTER_NR_UNKNOWN); SAME(SMFIP_NR_EOH, MILTER_NR_EOH);
SAME(SMFIP_NR_BODY, MILTER_NR_BODY);
SAME(SMFIP_HDR_LEADSPC, MILTER_LEADING_SPACE);
SAME(SMFIF_ADDHDRS, MILTER_MAY_ADD_HEADERS);
SAME(SMFIF_CHGBODY, MILTER_MAY_CHANGE_BODY);
SAME(SMFIF_ADDRCPT, MILTER_MAY_ADD_RCPT);
SAME(SMFIF_DELRCPT, MILTER_MAY_DEL_RCPT);
SAME(SMFIF_CHGHDRS, MILTER_MAY_CHANGE_HEADERS);
SAME(SMFIF_QUARANTINE, MILTER_MAY_QUARANTINE);
SAME(SMFIF_CHGFROM, MILTER_MAY_CHANGE_FROM);
SAME(SMFIF_ADDRCPT_PAR, MILTER_MAY_ADD_RCPT_PAR);
SAME(SMFIF_SETSYMLIST, MILTER_MAY_SET_MACROS);
SAME(SMFIM_CONNECT, MILTER_AT_CONNECT); SAME(SMFIM_HELO, MILTER_AT_HELO);
SAME(SMFIM_ENVFROM, MILTER_AT_MAIL); SAME(SMFIM_ENVRCPT, MILTER_AT_RCPT);
SAME(SMFIM_DATA, MILTER_AT_DATA); SAME(SMFIM_EOM, MILTER_AT_END);
SAME(SMFIM_EOH, MILTER_AT_EOH);
SAME(SMFIA_UNKNOWN, MILTER_FAMILY_NONE); SAME(SMFIA_UNIX, MILTER_FAMILY_UNIX);
SAME(SMFIA_INET, MILTER_FAMILY_IPV4); SAME(SMFIA_INET6, MILTER_FAMILY_IPV6);

/* ---- the filter --------------- */

static int tell_fd;

/* One line; no threads but one connection at a time. */
static sfsistat
tell(const char *format, ...)
{
	char line[1000];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line) - 1, format, ap);
	va_end(ap);
	line[n] = '\n';
	if (write(tell_fd, line, (size_t)n + 1) != n + 1)
		_exit(3);
	return SMFIS_CONTINUE;
}

static const char *
macro(SMFICTX *ctx, const char *name)
{
	char room[50];
	const char *got;

	snprintf(room, sizeof(room), "%s", name);
	got = smfi_getsymval(ctx, room);
	return got == NULL ? "-" : got;
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, struct sockaddr *addr)
{
	return tell("connect %s %d j=%s", host,
	    addr == NULL ? 0 : addr->sa_family, macro(ctx, "j"));
}

static sfsistat
on_helo(SMFICTX *ctx, char *name)
{
	(void)ctx;
	return tell("helo %s", name);
}

static sfsistat
on_mail(SMFICTX *ctx, char **args)
{
	return tell("mail %s %s user=%s", args[0],
	    args[1] == NULL ? "-" : args[1], macro(ctx, "{auth_authen}"));
}

static sfsistat
on_rcpt(SMFICTX *ctx, char **args)
{
	(void)ctx;
	tell("rcpt %s", args[0]);
	return strcmp(args[0], "<no@b.example>") == 0 ? SMFIS_REJECT :
	    SMFIS_CONTINUE;
}

static sfsistat
on_data(SMFICTX *ctx)
{
	(void)ctx;
	return tell("data");
}

static sfsistat
on_unknown(SMFICTX *ctx, const char *command)
{
	(void)ctx;
	return tell("unknown %s", command);
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	(void)ctx;
	return tell("header %s:%s", name, value);
}

static sfsistat
on_eoh(SMFICTX *ctx)
{
	(void)ctx;
	return tell("eoh");
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *text, size_t n)
{
	(void)ctx;
	tell("body %zu %.*s", n, n > 20 ? 20 : (int)n, (char *)text);
	return n > 5 ? SMFIS_SKIP : SMFIS_CONTINUE;
}

static sfsistat
on_end(SMFICTX *ctx)
{
	static unsigned char body[] = "new body\r\n";

	tell("end i=%s", macro(ctx, "i"));
	if (strcmp(macro(ctx, "i"), "reject") == 0) {
		smfi_setreply(ctx, "550", "5.7.26", "not 100% good");
		return SMFIS_REJECT;
	}
	if (strcmp(macro(ctx, "i"), "later") == 0)
		return SMFIS_TEMPFAIL;
	smfi_progress(ctx);
	smfi_addheader(ctx, "X-Add", " last");
	smfi_insheader(ctx, 0, "X-Top", " first\n\tfolded");
	smfi_chgheader(ctx, "Old", 2, NULL);
	smfi_chgheader(ctx, "Old", 1, " new");
	smfi_addrcpt(ctx, "<add@b.example>");
	smfi_addrcpt_par(ctx, "<par@b.example>", "NOTIFY=NEVER");
	smfi_delrcpt(ctx, "<c@d.example>");
	smfi_chgfrom(ctx, "<new@b.example>", "SIZE=1");
	smfi_replacebody(ctx, body, sizeof(body) - 1);
	smfi_quarantine(ctx, "why not");
	return SMFIS_ACCEPT;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	(void)ctx;
	return tell("abort");
}

static sfsistat
on_close(SMFICTX *ctx)
{
	(void)ctx;
	return tell("close");
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1,
    unsigned long f2, unsigned long f3, unsigned long *pf0,
    unsigned long *pf1, unsigned long *pf2, unsigned long *pf3)
{
	static char connect[] = "j {client_ptr}", end[] = "i";

	(void)f2;
	(void)f3;
	tell("negotiate %lx %lx", f0, f1);
	smfi_setsymlist(ctx, SMFIM_CONNECT, connect);
	smfi_setsymlist(ctx, SMFIM_EOM, end);
	*pf0 = f0;
	*pf1 = f1 & (SMFIP_HDR_LEADSPC | SMFIP_SKIP | SMFIP_NR_HELO);
	*pf2 = *pf3 = 0;
	return SMFIS_CONTINUE;
}

static void
filter(const char *path)
{
	static char name[] = "oracle";
	struct smfiDesc d = { .xxfi_name = name,
		.xxfi_version = SMFI_VERSION, .xxfi_flags = SMFI_CURR_ACTS,
		.xxfi_connect = on_connect, .xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail, .xxfi_envrcpt = on_rcpt,
		.xxfi_header = on_header, .xxfi_eoh = on_eoh,
		.xxfi_body = on_body, .xxfi_eom = on_end,
		.xxfi_abort = on_abort, .xxfi_close = on_close,
		.xxfi_unknown = on_unknown, .xxfi_data = on_data,
		.xxfi_negotiate = on_negotiate };
	char where[200];

	alarm(60);
	snprintf(where, sizeof(where), "unix:%s", path);
	if (smfi_setconn(where) != MI_SUCCESS ||
	    smfi_register(d) != MI_SUCCESS || smfi_opensocket(1) !=
	    MI_SUCCESS)
		_exit(2);
	tell("ready");
	_exit(smfi_main());
}

/* ---- the mail server --------------- */

static int wire, heard_fd;
static uint8_t in_room[1 << 17], line_room[2000];
static struct buf in = { .ptr = in_room, .cap = sizeof(in_room) };
static struct span rest;

/* What the filter wrote down next. */
static struct span
heard(void)
{
	size_t n = 0;

	while (n < sizeof(line_room) && read(heard_fd, line_room + n, 1) == 1
	    && line_room[n] != '\n')
		n++;
	return (struct span){ line_room, n };
}

static void
send_packet(const struct milter_packet *p)
{
	static uint8_t room[1 << 17];
	struct buf b = { .ptr = room, .cap = sizeof(room) };

	milter_print(&b, p);
	T_OK(!b.full && write(wire, b.ptr, b.len) == (ssize_t)b.len, "sent");
}

static struct milter_packet
reply(void)
{
	struct milter_packet p = { .word = MILTER_ABORT };
	enum milter_fault what;
	struct span frame;
	ssize_t n;

	while ((what = milter_take(&frame, &rest)) == MILTER_MORE) {
		memmove(in.ptr, rest.ptr, rest.len);
		n = read(wire, in.ptr + rest.len, in.cap - rest.len);
		if (n <= 0)
			break;
		rest = (struct span){ in.ptr, rest.len + (size_t)n };
	}
	T_INT(what, MILTER_FINE, "a packet comes");
	if (what == MILTER_FINE)
		T_INT(milter_parse(&p, frame), MILTER_FINE, "and is one");
	return p;
}

static void
expect(int word, const char *label)
{
	T_INT(reply().word, word, label);
}

#define HEARD(text) T_SPAN(heard(), SPAN(text), "libmilter heard: " text)

static void
negotiate(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct milter_packet p;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	wire = socket(AF_UNIX, SOCK_STREAM, 0);
	T_OK(connect(wire, (struct sockaddr *)&a, sizeof(a)) == 0, "connect");
	rest = (struct span){ in.ptr, 0 };
	send_packet(&(struct milter_packet){ .word = MILTER_OPTIONS,
	    .version = 6, .actions = 0x1ff, .steps = 0x1fffff });
	p = reply();
	HEARD("negotiate 1ff 1fffff");
	T_INT(p.word, MILTER_OPTIONS, "options");
	T_INT(p.version, 6, "version");
	T_INT(p.actions, 0x1ff, "actions");
	T_INT(p.steps & (MILTER_LEADING_SPACE | MILTER_CAN_SKIP |
	    MILTER_NR_HELO), MILTER_LEADING_SPACE | MILTER_CAN_SKIP |
	    MILTER_NR_HELO, "steps");
	T_SPAN(p.requests, SPAN("\0\0\0\0j {client_ptr}\0\0\0\0\5i\0"),
	    "macro requests");
}

static void
open_client(uint8_t family, struct span address)
{
	send_packet(&(struct milter_packet){ .word = MILTER_MACRO,
	    .stage = 'C', .macros = SPAN("j\0mx.example\0") });
	send_packet(&(struct milter_packet){ .word = MILTER_CONNECT,
	    .family = family, .port = 2525, .name = SPAN("client.example"),
	    .address = address });
	expect('c', "connect is answered");
	send_packet(&(struct milter_packet){ .word = MILTER_HELO,
	    .text = SPAN("helo.example") });
}

static void
envelope(struct span args)
{
	send_packet(&(struct milter_packet){ .word = MILTER_MACRO,
	    .stage = 'M', .macros = SPAN("{auth_authen}\0joe\0") });
	send_packet(&(struct milter_packet){ .word = MILTER_MAIL,
	    .args = args });
	expect('c', "mail is answered");
	HEARD("helo helo.example");
	HEARD("mail <a@b.example> SMTPUTF8 user=joe");
	send_packet(&(struct milter_packet){ .word = MILTER_RCPT,
	    .args = SPAN("<no@b.example>\0") });
	expect('r', "a recipient is refused");
	HEARD("rcpt <no@b.example>");
	send_packet(&(struct milter_packet){ .word = MILTER_RCPT,
	    .args = SPAN("<c@d.example>\0NOTIFY=NEVER\0") });
	expect('c', "rcpt is answered");
	HEARD("rcpt <c@d.example>");
}

static void
content(void)
{
	send_packet(&(struct milter_packet){ .word = MILTER_DATA });
	expect('c', "data is answered");
	HEARD("data");
	send_packet(&(struct milter_packet){ .word = MILTER_HEADER,
	    .name = SPAN("Subject"), .value = SPAN("  two spaces") });
	expect('c', "a field is answered");
	HEARD("header Subject:  two spaces");
	send_packet(&(struct milter_packet){ .word = MILTER_EOH });
	expect('c', "end of header is answered");
	HEARD("eoh");
	send_packet(&(struct milter_packet){ .word = MILTER_BODY,
	    .data = SPAN("text") });
	expect('c', "a body is answered");
	HEARD("body 4 text");
	send_packet(&(struct milter_packet){ .word = MILTER_BODY,
	    .data = SPAN("longer text") });
	expect('s', "enough of it");
	HEARD("body 11 longer text");
}

static void
end(struct span macros)
{
	send_packet(&(struct milter_packet){ .word = MILTER_MACRO,
	    .stage = 'E', .macros = macros });
	send_packet(&(struct milter_packet){ .word = MILTER_END });
}

static void
changes(void)
{
	struct milter_packet p;

	end(SPAN("i\0Q1\0"));
	expect('p', "progress");
	p = reply();
	T_OK(p.word == 'h' && span_eq(p.name, SPAN("X-Add")) &&
	    span_eq(p.value, SPAN(" last")), "add a field");
	p = reply();
	T_OK(p.word == 'i' && p.index == 0 &&
	    span_eq(p.value, SPAN(" first\n\tfolded")), "insert a field");
	p = reply();
	T_OK(p.word == 'm' && p.index == 2 && p.value.len == 0 &&
	    span_eq(p.name, SPAN("Old")), "delete a field");
	p = reply();
	T_OK(p.word == 'm' && p.index == 1 &&
	    span_eq(p.value, SPAN(" new")), "change a field");
	p = reply();
	T_OK(p.word == '+' && span_eq(p.text, SPAN("<add@b.example>")),
	    "add a recipient");
	p = reply();
	T_OK(p.word == '2' && span_eq(p.args,
	    SPAN("<par@b.example>\0NOTIFY=NEVER\0")), "with parameters");
	p = reply();
	T_OK(p.word == '-' && span_eq(p.text, SPAN("<c@d.example>")),
	    "remove a recipient");
	p = reply();
	T_OK(p.word == 'e' && span_eq(p.args,
	    SPAN("<new@b.example>\0SIZE=1\0")), "change the sender");
	p = reply();
	T_OK(p.word == 'b' && span_eq(p.data, SPAN("new body\r\n")),
	    "replace the body");
	p = reply();
	T_OK(p.word == 'q' && span_eq(p.text, SPAN("why not")), "quarantine");
	expect('a', "accept");
	HEARD("end i=Q1");
}

/* libmilter passes over an end that has no header before it. */
static void
short_message(void)
{
	send_packet(&(struct milter_packet){ .word = MILTER_MAIL,
	    .args = SPAN("<>\0") });
	expect('c', "another message");
	HEARD("mail <> - user=joe");
	send_packet(&(struct milter_packet){ .word = MILTER_RCPT,
	    .args = SPAN("<c@d.example>\0") });
	expect('c', "its recipient");
	HEARD("rcpt <c@d.example>");
	send_packet(&(struct milter_packet){ .word = MILTER_HEADER,
	    .name = SPAN("A"), .value = SPAN("") });
	expect('c', "its header");
	HEARD("header A:");
	send_packet(&(struct milter_packet){ .word = MILTER_EOH });
	expect('c', "the end of it");
	HEARD("eoh");
}

static void
more_messages(void)
{
	struct milter_packet p;

	short_message();
	send_packet(&(struct milter_packet){ .word = MILTER_ABORT });
	HEARD("abort");
	short_message();
	end(SPAN("i\0reject\0"));
	p = reply();
	T_INT(p.word, 'y', "a reply code");
	t_show("libmilter's own", p.text);
	T_OK(span_starts(p.text, SPAN("550 5.7.26 not 100%")), "its text");
	HEARD("end i=reject");
	short_message();
	end(SPAN("i\0later\0"));
	expect('t', "later");
	HEARD("end i=later");
	send_packet(&(struct milter_packet){ .word = MILTER_UNKNOWN,
	    .text = SPAN("XYZ") });
	expect('c', "an unknown command");
	HEARD("unknown XYZ");
}

static void
conversation(const char *path)
{
	HEARD("ready");
	negotiate(path);
	open_client('4', SPAN("192.0.2.1"));
	HEARD("connect client.example 2 j=mx.example");
	envelope(SPAN("<a@b.example>\0SMTPUTF8\0"));
	content();
	changes();
	more_messages();
	send_packet(&(struct milter_packet){ .word = MILTER_QUIT_NC });
	HEARD("close");
	open_client('6', SPAN("IPv6:2001:db8::1"));
	HEARD("connect client.example 10 j=mx.example");
	HEARD("helo helo.example");
	send_packet(&(struct milter_packet){ .word = MILTER_QUIT });
	HEARD("close");
	close(wire);
	negotiate(path);
	open_client('U', SPAN_NONE);
	HEARD("connect client.example 0 j=mx.example");
	HEARD("helo helo.example");
	send_packet(&(struct milter_packet){ .word = MILTER_QUIT });
	HEARD("close");
	close(wire);
}

int
main(int argc, char **argv)
{
	int pipe_fd[2];
	pid_t child;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 2 || pipe(pipe_fd) != 0)
		return 2;
	alarm(60);
	child = fork();
	if (child == 0) {
		tell_fd = pipe_fd[1];
		filter(argv[1]);
	}
	close(pipe_fd[1]);
	heard_fd = pipe_fd[0];
	conversation(argv[1]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return t_done();
}
