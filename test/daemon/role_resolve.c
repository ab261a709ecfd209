/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role_resolve ASSAYD: plays the parent, an honest eval and a hostile one
 * for the process that asks the network (DECISIONS: what an eval that was
 * taken over may ask for is bounded).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answers.h"
#include "bus.h"
#include "qa.h"
#include "test/t.h"

enum { PARENT, EVAL0, EVAL1, ENDS };

struct play {
	struct bus *bus[ENDS];		/* our end of each                */
	int raw[ENDS];			/* the same, to send nonsense     */
	int theirs[ENDS];
	int conf, rw, ro;
	pid_t dns, role;
	char server[32];
};

/* Every name has the address 192.0.2.7; "b..." is never answered. */
static void
serve(int fd)
{
	static const uint8_t rr[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0,
	    4, 192, 0, 2, 7 };
	uint8_t p[600];
	struct sockaddr_in peer;

	for (;;) {
		socklen_t len = sizeof(peer);
		ssize_t got = recvfrom(fd, p, 512, 0,
		    (struct sockaddr *)&peer, &len);
		size_t end = 12;

		while (got > 17 && end < (size_t)got && p[end] != 0)
			end += p[end] + 1u;
		end += 5;
		if (got < 17 || end > (size_t)got || p[13] == 'b')
			continue;
		p[2] = 0x81;
		p[3] = 0x80;
		memset(p + 6, 0, 6);
		p[7] = 1;
		memcpy(p + end, rr, sizeof(rr));
		sendto(fd, p, end + sizeof(rr), 0, (struct sockaddr *)&peer,
		    len);
	}
}

static void
start_dns(struct play *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		exit(1);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	snprintf(p->server, sizeof(p->server), "127.0.0.1:%u",
	    (unsigned)ntohs(at.sin_port));
	p->dns = fork();
	if (p->dns == 0) {
		alarm(100);
		serve(fd);
	}
	close(fd);
}

static void
write_conf(struct play *p)
{
	char text[400];
	int n = snprintf(text, sizeof(text), "authserv-id mx.example.org\n"
	    "listen milter inet:127.0.0.1:9\nresolver %s\n"
	    "question-timeout 1s\n", p->server);

	p->conf = memfd_create("conf", 0);
	if (p->conf < 0 || write(p->conf, text, (size_t)n) != n)
		exit(1);
}

static void
start_role(struct play *p, const char *assayd)
{
	char fds[200];

	snprintf(fds, sizeof(fds), "--fds=conf.0=%d,parent.0=%d,eval.0=%d,"
	    "eval.1=%d,answers.0=%d", p->conf, p->theirs[PARENT],
	    p->theirs[EVAL0], p->theirs[EVAL1], p->rw);
	p->role = fork();
	if (p->role == 0) {
		execl(assayd, assayd, "--role=resolve.0", fds, (char *)NULL);
		_exit(127);
	}
}

static void
begin(struct play *p, const char *assayd)
{
	static const struct { enum role_kind kind; unsigned index; }
	    ends[ENDS] = { { ROLE_PARENT, 0 }, { ROLE_EVAL, 0 },
	    { ROLE_EVAL, 1 } };

	start_dns(p);
	write_conf(p);
	for (int i = 0; i < ENDS; i++) {
		int fd[2];
		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) != 0)
			exit(1);
		p->bus[i] = bus_new(fd[0], ends[i].kind, ROLE_RESOLVE, 0);
		p->raw[i] = fd[0];
		p->theirs[i] = fd[1];
	}
	if (!answers_make(0, &p->rw, &p->ro))
		exit(1);
	fcntl(p->rw, F_SETFD, 0);
	start_role(p, assayd);
}

/* The next message at that end, passing over those of another kind. */
static bool
next(struct play *p, int end, enum msg_kind kind, struct msg *m, int ms)
{
	struct pollfd pfd = { .fd = p->raw[end], .events = POLLIN };

	while (poll(&pfd, 1, ms) > 0) {
		if (bus_receive(p->bus[end], m, NULL) < 0)
			return false;
		if (m->kind == kind)
			return true;
	}
	return false;
}

/* n questions for names that begin with a letter and a number. */
static bool
ask(struct play *p, int end, uint64_t id, char letter, unsigned from,
    unsigned n)
{
	static uint8_t room[BUS_MAX];
	struct buf list = BUF_ON(room);
	struct msg_ask m = { .id = id };

	for (unsigned i = 0; i < n; i++) {
		uint8_t item_room[64];
		struct buf item = BUF_ON(item_room);
		char name[32];
		struct assay_question q = { ASSAY_Q_DNS, ASSAY_T_A,
			{ (const uint8_t *)name, 0 } };

		q.key.len = (size_t)snprintf(name, sizeof(name), "%c%u.ex",
		    letter, from + i);
		qa_put_question(&item, &q);
		bus_list_put(&list, buf_span(&item));
	}
	m.questions = buf_span(&list);
	return bus_send_ask(p->bus[end], &m, -1);
}

struct got {
	unsigned n, data, failed;
	uint64_t id;
};

static struct got
answers(struct play *p, int end, unsigned n, int ms)
{
	struct got g = { .n = 0 };
	struct arena a;
	struct msg m;

	arena_init(&a, 1 << 20);
	while (g.n < n && next(p, end, MSG_ANSWERS, &m, ms)) {
		struct span list = m.answers.answers, item;
		g.id = m.answers.id;
		while (bus_list_next(&list, &item)) {
			struct assay_question q;
			struct assay_answer answer;
			arena_reset(&a);
			if (!qa_get_answer(&q, &answer, item, &a))
				exit(1);
			g.n++;
			g.data += answer.kind == ASSAY_A_DATA;
			g.failed += answer.kind == ASSAY_A_TEMPFAIL;
		}
	}
	arena_free(&a);
	return g;
}

static void
honest(struct play *p)
{
	struct answers_reader *r = answers_reader_new(p->ro);
	struct assay_oracle o = answers_oracle(r);
	struct assay_question q = { ASSAY_Q_DNS, ASSAY_T_A,
		assay_cstr("a2.ex") };
	struct assay_answer a;
	struct got g;

	T_OK(ask(p, EVAL0, 7, 'a', 0, 5), "five questions");
	g = answers(p, EVAL0, 5, 9000);
	T_OK(g.n == 5 && g.data == 5 && g.id == 7, "five answers");
	answers_begin(r, clock_ms(NULL) / 1000);
	T_OK(o.ask(o.self, &q, &a) == ASSAY_OK && a.n_item == 1,
	    "which every eval can read");
	answers_reader_free(r);
	T_OK(ask(p, EVAL0, 8, 'b', 0, 3), "into a black hole");
	T_OK(ask(p, EVAL0, 9, 'a', 10, 3), "and others");
	g = answers(p, EVAL0, 3, 9000);
	T_OK(g.id == 9 && g.data == 3, "the others do not wait");
	g = answers(p, EVAL0, 3, 9000);
	T_OK(g.id == 8 && g.failed == 3, "the first are told in time");
	T_OK(ask(p, EVAL0, 10, 'a', 1000, 512), "as many as may be asked");
	g = answers(p, EVAL0, 512, 9000);
	T_INT(g.data, 512, "answered, all of them");
}

static bool
accused(struct play *p, const char *word)
{
	struct msg m;
	char text[200];

	if (!next(p, PARENT, MSG_FAULT, &m, 9000))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)m.fault.text.len,
	    (const char *)m.fault.text.ptr);
	printf("# %s\n", text);
	return m.fault.role == ROLE_EVAL && m.fault.index == 1 &&
	    strstr(text, word) != NULL;
}

enum { FLOOD = 80 };

/* The same questions for many messages, as fast as they are taken. */
static struct got
flood(struct play *p)
{
	struct got all = { .n = 0 };

	for (unsigned i = 0; i < FLOOD; ) {
		struct got g = { .n = 0 };
		if (ask(p, EVAL1, 100 + i, 'a', 1000, 512))
			i++;
		else
			g = answers(p, EVAL1, 512, 1000);
		all.n += g.n;
		all.data += g.data;
		all.failed += g.failed;
	}
	while (all.n < FLOOD * 512) {
		struct got g = answers(p, EVAL1, 512, 1000);
		if (g.n == 0)
			break;
		all.n += g.n;
		all.data += g.data;
		all.failed += g.failed;
	}
	return all;
}

static void
hostile(struct play *p)
{
	static const uint8_t junk[] = "\xff\xfe\xfd nonsense";
	struct msg_ask m = { .id = 1, .questions = assay_cstr("abc") };
	struct got g;

	T_OK(send(p->raw[EVAL1], junk, sizeof(junk), 0) > 0 &&
	    accused(p, ""), "nonsense");
	T_OK(bus_send_ask(p->bus[EVAL1], &m, -1) &&
	    accused(p, "no question"), "a list that is none");
	m.questions = assay_cstr("");
	T_OK(bus_send_ask(p->bus[EVAL1], &m, -1) &&
	    accused(p, "no question"), "an empty list");
	T_OK(ask(p, EVAL1, 20, 'a', 0, 513) && accused(p, "more than"),
	    "too many at once");
	T_OK(ask(p, EVAL1, 21, 'a', 1000, 512), "as many as may be");
	g = answers(p, EVAL1, 512, 9000);
	T_INT(g.data, 512, "are answered");
	T_OK(ask(p, EVAL1, 21, 'a', 0, 1) && accused(p, "more than"),
	    "one more for the same message");
	g = answers(p, EVAL1, 1, 1000);
	T_INT(g.failed, 1, "is not asked");
	g = flood(p);
	printf("# %u asked at once: %u answered, %u refused\n", FLOOD * 512,
	    g.data, g.failed);
	T_OK(g.n == FLOOD * 512 && g.data > 15000 && g.failed > 1000,
	    "more than it may in a second");
	T_OK(ask(p, EVAL0, 30, 'a', 2000, 100), "the honest one");
	T_INT(answers(p, EVAL0, 100, 9000).data, 100, "is not harmed");
}

static void
deaths(struct play *p)
{
	struct msg_peer down = { .role = ROLE_EVAL, .index = 1 };
	struct got g;

	ask(p, EVAL1, 300, 'b', 100, 4);
	usleep(100000);
	T_OK(bus_send_peer(p->bus[PARENT], &down, -1), "an eval dies");
	usleep(100000);
	ask(p, EVAL1, 21, 'a', 1000, 5);
	g = answers(p, EVAL1, 5, 9000);
	T_OK(g.id == 21 && g.data == 5, "the next one asks anew");
	T_INT(answers(p, EVAL1, 1, 1500).n, 0,
	    "and hears nothing of what the dead one asked");
}

int
main(int argc, char **argv)
{
	struct play p = { .conf = -1 };
	struct msg m;
	int status;

	if (argc != 2)
		return 2;
	alarm(100);
	signal(SIGPIPE, SIG_IGN);
	begin(&p, argv[1]);
	if (!next(&p, PARENT, MSG_READY, &m, 20000)) {
		T_OK(false, "the role is ready");
		return t_done();
	}
	honest(&p);
	hostile(&p);
	deaths(&p);
	T_INT(waitpid(p.role, &status, WNOHANG), 0, "it lives");
	kill(p.role, SIGKILL);
	kill(p.dns, SIGKILL);
	waitpid(p.role, NULL, 0);
	waitpid(p.dns, NULL, 0);
	for (int i = 0; i < ENDS; i++)
		bus_free(p.bus[i]);
	return t_done();
}
