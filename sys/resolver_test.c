/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many questions at once, against a small server of our own on loopback in
 * a child process.
 */
#include "resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/span.h"
#include "test/t.h"

static size_t
question_end(const uint8_t *p, size_t n)
{
	size_t at = 12;

	while (at < n && p[at] != 0)
		at += p[at] + 1u;
	return at + 5;
}

/* By the first letter of the name: a: an address; s: SERVFAIL; g: garbage;
 * b: nothing; l: an address after 1.7 s; else: no such name.  The last
 * octet of the address says how many questions were asked so far. */
static void
serve(int fd)
{
	static const uint8_t rr[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0,
	    4, 192, 0, 2 };
	uint8_t p[600], asked = 0;
	struct sockaddr_in peer;

	for (;;) {
		socklen_t len = sizeof(peer);
		ssize_t got = recvfrom(fd, p, 512, 0,
		    (struct sockaddr *)&peer, &len);
		size_t end;
		uint8_t kind;

		if (got < 17)
			continue;
		end = question_end(p, (size_t)got);
		kind = p[13];
		asked++;
		if (end > (size_t)got || kind == 'b')
			continue;
		p[2] = 0x81;
		p[3] = kind == 's' ? 0x82 : kind == 'a' || kind == 'l' ?
		    0x80 : 0x83;
		memset(p + 6, 0, 6);
		if (kind == 'a' || kind == 'l') {
			p[7] = 1;
			memcpy(p + end, rr, sizeof(rr));
			end += sizeof(rr);
			p[end++] = asked;
		}
		if (kind == 'g')
			memset(p + 12, 0xff, end - 12);
		if (kind == 'l' && fork() == 0) {
			usleep(1700000);
			sendto(fd, p, end, 0, (struct sockaddr *)&peer, len);
			_exit(0);
		}
		if (kind != 'l')
			sendto(fd, p, end, 0, (struct sockaddr *)&peer, len);
	}
}

static pid_t
start(char server[64])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	snprintf(server, 64, "127.0.0.1:%u", (unsigned)ntohs(at.sin_port));
	pid = fork();
	if (pid == 0) {
		alarm(60);
		signal(SIGCHLD, SIG_IGN);
		serve(fd);
	}
	close(fd);
	return pid;
}

struct mine {
	struct want want;
	unsigned told;
	enum assay_akind kind;
	uint8_t last;
	int64_t when;
};

struct rig {
	struct loop *loop;
	struct resolver *r;
	struct stats stats, *own;
	int rw, ro;
};

static unsigned open_wants;

static void
told(struct want *w, const struct assay_answer *a)
{
	struct mine *m = (struct mine *)w;

	m->told++;
	m->kind = a->kind;
	m->when = clock_micros() / 1000;
	if (a->n_item == 1 && a->item[0].len == 4)
		m->last = a->item[0].ptr[3];
	open_wants--;
}

static void
ask(struct rig *rig, struct mine *m, const char *name)
{
	struct assay_question q = { ASSAY_Q_DNS, ASSAY_T_A,
		assay_cstr(name) };

	*m = (struct mine){ .want = { .fn = told } };
	open_wants++;
	resolver_ask(rig->r, &q, &m->want);
}

/* False: not all were told within so many milliseconds. */
static bool
run(struct rig *rig, int64_t ms)
{
	int64_t until = loop_ms(rig->loop) + ms;

	while (open_wants > 0 && loop_ms(rig->loop) < until)
		loop_once(rig->loop, 50);
	return open_wants == 0;
}

static struct rig
rig_new(const char *server, unsigned question_ms)
{
	struct rig rig = { .loop = loop_new(NULL) };
	struct assay_resolver_conf dns = { .server = server,
		.question_ms = question_ms };
	struct resolver_conf conf = { .loop = rig.loop, .dns = &dns };
	int page = stats_make();

	conf.stats = &rig.stats;
	if (!answers_make(0, &rig.rw, &rig.ro) || !stats_open(&rig.stats,
	    page, ROLE_RESOLVE, 0, 0))
		exit(1);
	conf.answers = rig.rw;
	rig.own = malloc(sizeof(rig.stats));
	*rig.own = rig.stats;	/* the page is shared */
	conf.stats = rig.own;
	close(page);
	T_INT(resolver_new(&rig.r, &conf), ASSAY_OK, "a resolver");
	return rig;
}

static void
rig_free(struct rig *rig)
{
	resolver_free(rig->r);
	stats_close(&rig->stats);
	free(rig->own);
	loop_free(rig->loop);
	close(rig->rw);
	close(rig->ro);
}

static uint64_t
counted(struct rig *rig, enum stat_counter what)
{
	return rig->stats.page->counter[what];
}

static void
answers(const char *server)
{
	static struct mine m[6000];
	struct rig rig = rig_new(server, 3000);
	struct mine x, y, z;
	unsigned right = 0;
	char name[64];

	ask(&rig, &x, "a.example");
	ask(&rig, &y, "a.example");
	T_INT(resolver_pending(rig.r), 1, "the same question goes out once");
	T_OK(run(&rig, 3000), "answered");
	T_OK(x.kind == ASSAY_A_DATA && y.kind == ASSAY_A_DATA, "both");
	T_INT(x.last, y.last, "with the same answer");
	ask(&rig, &z, "a.example");
	T_OK(z.told == 1 && z.last == x.last, "then known at once");
	T_INT(counted(&rig, STAT_DNS_CACHED), 1, "and counted");
	ask(&rig, &x, "s.example");
	ask(&rig, &y, "nothing.example");
	ask(&rig, &z, "g.example");
	T_OK(run(&rig, 4000), "answered");
	T_INT(x.kind, ASSAY_A_TEMPFAIL, "SERVFAIL");
	T_INT(y.kind, ASSAY_A_NXDOMAIN, "no such name");
	T_INT(z.kind, ASSAY_A_TEMPFAIL, "garbage");
	ask(&rig, &x, "");
	ask(&rig, &y, "a..example");
	ask(&rig, &z, "a234567890123456789012345678901234567890123456789012"
	    "345678901234567890.example");
	T_OK(x.kind == ASSAY_A_NXDOMAIN && y.kind == ASSAY_A_NXDOMAIN &&
	    z.kind == ASSAY_A_NXDOMAIN, "names that cannot be");
	for (unsigned i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "a%u.example", i);
		ask(&rig, &m[i], name);
	}
	T_OK(run(&rig, 20000), "6,000 at once");
	for (unsigned i = 0; i < 6000; i++)
		right += m[i].told == 1 && m[i].kind == ASSAY_A_DATA;
	printf("# %u of 6000 with data\n", right);
	T_OK(right > 5000, "each told once, with data");
	T_INT(resolver_pending(rig.r), 0, "nothing is left");
	rig_free(&rig);
}

static void
deadlines(const char *server)
{
	static struct mine m[RESOLVER_FLIGHTS + 500];
	struct rig rig = rig_new(server, 1000);
	int64_t began = clock_micros() / 1000;
	struct mine x, y;
	unsigned told_once = 0;
	char name[64];

	ask(&rig, &x, "b.example");
	ask(&rig, &y, "a.example");
	T_OK(run(&rig, 8000), "answered");
	T_INT(x.kind, ASSAY_A_TEMPFAIL, "a black hole is a failure");
	T_OK(x.when - began >= 990 && x.when - began < 6000, "in time");
	T_OK(y.kind == ASSAY_A_DATA && y.when < x.when,
	    "others do not wait for it");
	ask(&rig, &x, "l.example");
	T_OK(run(&rig, 8000) && x.kind == ASSAY_A_TEMPFAIL, "slow: failed");
	for (int i = 0; i < 80 && resolver_pending(rig.r) > 1; i++)
		loop_once(rig.loop, 100);
	ask(&rig, &x, "l.example");
	T_OK(x.told == 1 && x.kind == ASSAY_A_DATA,
	    "what came late is known to the next");
	began = clock_micros() / 1000;
	for (unsigned i = 0; i < RESOLVER_FLIGHTS + 500; i++) {
		snprintf(name, sizeof(name), "b%u.example", i);
		ask(&rig, &m[i], name);
	}
	T_OK(counted(&rig, STAT_DNS_REFUSED) >= 500, "more than fit: refused");
	T_OK(run(&rig, 10000), "and all are told");
	for (unsigned i = 0; i < RESOLVER_FLIGHTS + 500; i++)
		told_once += m[i].told == 1 && m[i].kind == ASSAY_A_TEMPFAIL;
	T_INT(told_once, RESOLVER_FLIGHTS + 500, "once each, that it failed");
	T_OK(clock_micros() / 1000 - began < 9000, "in time");
	T_OK(resolver_pending(rig.r) <= RESOLVER_SENT + 1, "the rest is gone");
	rig_free(&rig);
}

static void
other_kinds(const char *server)
{
	struct rig rig = rig_new(server, 400);
	struct assay_question q = { ASSAY_Q_SUFFIX, 0,
		assay_cstr("a.b.co.uk") };
	struct mine x = { .want = { .fn = told } };

	open_wants += 3;
	resolver_ask(rig.r, &q, &x.want);
	T_INT(x.kind, ASSAY_A_DATA, "a public suffix");
	q.kind = ASSAY_Q_PROFILE;
	resolver_ask(rig.r, &q, &x.want);
	T_INT(x.kind, ASSAY_A_UNKNOWN, "nobody here knows of profiles");
	q.kind = ASSAY_Q_INTEL;
	resolver_ask(rig.r, &q, &x.want);
	T_INT(x.kind, ASSAY_A_UNKNOWN, "nor of feeds");
	rig_free(&rig);
}

int
main(void)
{
	char server[64];
	pid_t pid;

	alarm(100);
	pid = start(server);
	T_OK(pid > 0, "a server on loopback");
	answers(server);
	deadlines(server);
	other_kinds(server);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return t_done();
}
