/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live source against a small server of our own on loopback, in a child
 * process; test/integration asks a real one.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "test/t.h"

/* Octets of the question's name, and its type behind it. */
static size_t
question_end(const uint8_t *p, size_t n)
{
	size_t at = 12;

	while (at < n && p[at] != 0)
		at += p[at] + 1u;
	return at + 5;
}

/* A: 192.0.2.1, for "many" in the first label counted upwards; TXT: never
 * answered; others: no data.  Names that begin with "s": SERVFAIL. */
static void
serve(int fd)
{
	static const uint8_t rr[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0,
	    4, 192, 0, 2, 1 };
	uint8_t p[600];
	struct sockaddr_in peer;

	for (;;) {
		socklen_t len = sizeof(peer);
		ssize_t got = recvfrom(fd, p, 512, 0,
		    (struct sockaddr *)&peer, &len);
		size_t end;

		if (got < 17)
			continue;
		end = question_end(p, (size_t)got);
		if (end > (size_t)got || p[end - 3] == 16)
			continue;
		p[2] = 0x81;
		p[3] = p[13] == 's' ? 0x82 : 0x80;
		memset(p + 6, 0, 6);
		if (p[end - 3] == 1 && p[13] != 's') {
			p[7] = 1;
			memcpy(p + end, rr, sizeof(rr));
			end += sizeof(rr);
		}
		sendto(fd, p, end, 0, (struct sockaddr *)&peer, len);
	}
}

static pid_t
start(char server[64])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return -1;
	snprintf(server, 64, "127.0.0.1:%u", (unsigned)ntohs(at.sin_port));
	pid = fork();
	if (pid == 0) {
		alarm(60);
		serve(fd);
	}
	close(fd);
	return pid;
}

static struct assay_answer
ask(const struct assay_oracle *o, const char *name, uint16_t type)
{
	struct assay_question q = { ASSAY_Q_DNS, type, assay_cstr(name) };
	struct assay_answer a = { .ttl = 0 };

	T_INT(o->ask(o->self, &q, &a), ASSAY_OK, name);
	return a;
}

static void
test_answers(const char *server)
{
	struct assay_resolver_conf conf = { .server = server,
		.question_ms = 3000 };
	struct assay_oracle o;
	struct assay_answer a, first;
	struct assay_question q = { ASSAY_Q_SUFFIX, 0, assay_cstr("com") };
	char name[64];

	T_INT(assay_oracle_resolver(&o, &conf), ASSAY_OK, "resolver");
	first = ask(&o, "a.example", ASSAY_T_A);
	T_INT(first.kind, ASSAY_A_DATA, "an address");
	T_SPAN(first.item[0], ((struct assay_span){
	    (const uint8_t *)"\300\0\2\1", 4 }), "the address");
	T_OK(!first.secure && first.ttl > 0 && first.ttl <= 60, "its TTL");
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		q = (struct assay_question){ ASSAY_Q_DNS, ASSAY_T_A,
		    assay_cstr(name) };
		o.begin(o.self, &q);
	}
	a = ask(&o, "n299.example", ASSAY_T_A);
	T_INT(a.kind, ASSAY_A_DATA, "the last of 300 in flight");
	a = ask(&o, "n0.example", ASSAY_T_A);
	T_INT(a.kind, ASSAY_A_DATA, "the first of them");
	T_INT(first.item[0].ptr[0], 192, "the first answer still stands");
	a = ask(&o, "A.Example.", ASSAY_T_A);
	T_OK(a.item == first.item, "the same name is answered from memory");
	a = ask(&o, "a.example", ASSAY_T_MX);
	T_INT(a.kind, ASSAY_A_NODATA, "no data");
	a = ask(&o, "s.example", ASSAY_T_A);
	T_INT(a.kind, ASSAY_A_TEMPFAIL, "SERVFAIL");
	a = ask(&o, "", ASSAY_T_A);
	T_INT(a.kind, ASSAY_A_NXDOMAIN, "no name");
	a = ask(&o, "a..example", ASSAY_T_A);
	T_INT(a.kind, ASSAY_A_NXDOMAIN, "no name either");
	q.kind = ASSAY_Q_SUFFIX;
	T_INT(o.ask(o.self, &q, &a), ASSAY_PENDING, "another kind");
	/* questions may be in flight when the end comes */
	q = (struct assay_question){ ASSAY_Q_DNS, ASSAY_T_TXT,
	    assay_cstr("late.example") };
	o.begin(o.self, &q);
	assay_oracle_free(&o);
}

static void
test_deadlines(const char *server)
{
	struct assay_resolver_conf conf = { .server = server,
		.question_ms = 300, .total_ms = 700 };
	struct assay_oracle o;
	int64_t began;

	T_INT(assay_oracle_resolver(&o, &conf), ASSAY_OK, "resolver");
	began = clock_ms(NULL);
	T_INT(ask(&o, "a.example", ASSAY_T_TXT).kind, ASSAY_A_TEMPFAIL,
	    "never answered");
	T_OK(clock_ms(NULL) - began >= 290, "waited for it");
	T_INT(ask(&o, "a.example", ASSAY_T_TXT).kind, ASSAY_A_TEMPFAIL,
	    "known to fail");
	T_INT(ask(&o, "b.example", ASSAY_T_TXT).kind, ASSAY_A_TEMPFAIL, "b");
	T_INT(ask(&o, "c.example", ASSAY_T_TXT).kind, ASSAY_A_TEMPFAIL, "c");
	T_INT(ask(&o, "d.example", ASSAY_T_TXT).kind, ASSAY_A_TEMPFAIL, "d");
	T_OK(clock_ms(NULL) - began >= 690, "the total time");
	began = clock_ms(NULL);
	T_INT(ask(&o, "e.example", ASSAY_T_A).kind, ASSAY_A_TEMPFAIL,
	    "after it nothing is asked");
	T_OK(clock_ms(NULL) - began < 250, "nor waited for");
	o.start(o.self);
	T_INT(ask(&o, "f.example", ASSAY_T_A).kind, ASSAY_A_DATA,
	    "a new run has its own time");
	assay_oracle_free(&o);
}

static const struct {
	const char *label, *server, *anchor, *file;
	enum assay_status want;
} confs[] = {
	{ "a name for a server", "ns.example", NULL, NULL, ASSAY_FORMAT },
	{ "port 0", "127.0.0.1:0", NULL, NULL, ASSAY_FORMAT },
	{ "port too large", "127.0.0.1:65536", NULL, NULL, ASSAY_FORMAT },
	{ "no port", "127.0.0.1:", NULL, NULL, ASSAY_FORMAT },
	{ "half a bracket", "[::1", NULL, NULL, ASSAY_FORMAT },
	{ "behind the bracket", "[::1]53", NULL, NULL, ASSAY_FORMAT },
	{ "empty", "", NULL, NULL, ASSAY_FORMAT },
	{ "IPv4", "127.0.0.1", NULL, NULL, ASSAY_OK },
	{ "IPv6", "::1", NULL, NULL, ASSAY_OK },
	{ "IPv6 in brackets", "[::1]", NULL, NULL, ASSAY_OK },
	{ "IPv6 and port", "[::1]:5353", NULL, NULL, ASSAY_OK },
	{ "the root", "recursive", NULL, NULL, ASSAY_OK },
	{ "an anchor", "127.0.0.1:53", "ex. IN DS 1 13 2 "
	    "49fd46e6c4b45c55d4ac69cbd3cd34ac1afe51de4e5c3a4f8d0e5d5b1a2b3c4d",
	    NULL, ASSAY_OK },
	{ "an anchor that is none", "127.0.0.1:53", "ex. IN FOO bar", NULL,
	    ASSAY_FORMAT },
	{ "a file that is not there", "127.0.0.1:53", NULL,
	    "/nonexistent/root.key", ASSAY_FORMAT },
};

int
main(void)
{
	char server[64];
	pid_t pid = start(server);

	T_OK(pid > 0, "a server on loopback");
	test_answers(server);
	test_deadlines(server);
	for (size_t i = 0; i < sizeof(confs) / sizeof(confs[0]); i++) {
		struct assay_resolver_conf conf = {
			.server = confs[i].server,
			.trust_anchor = confs[i].anchor,
			.trust_anchor_file = confs[i].file };
		struct assay_oracle o;

		T_INT(assay_oracle_resolver(&o, &conf), confs[i].want,
		    confs[i].label);
		assay_oracle_free(&o);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return t_done();
}
