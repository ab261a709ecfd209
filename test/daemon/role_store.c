/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role_store ASSAYD: plays the parent, front and two evals for the process
 * that stores records, and kills it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bus.h"
#include "clock.h"
#include "spool.h"
#include "test/t.h"

enum { PARENT, FRONT, ENDS };

struct play {
	const char *assayd;
	char dir[40];
	int state, spool, conf, clock, ring[2];
	struct clock_page *page;
	struct spool *w[2];
	struct bus *bus[ENDS];
	int raw[ENDS];
	pid_t role;
};

static const uint8_t salt[SPOOL_SALT];

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
write_conf(struct play *p, const char *more)
{
	char text[400];
	int n = snprintf(text, sizeof(text), "authserv-id mx.example.org\n"
	    "listen milter inet:127.0.0.1:9\nresolver 127.0.0.1:9\n%s", more);

	p->conf = memfd_create("conf", 0);
	must(p->conf >= 0 && write(p->conf, text, (size_t)n) == n, "conf");
}

static void
begin(struct play *p)
{
	char name[] = "/tmp/assay-store.XXXXXX";

	must(mkdtemp(name) != NULL, "directory");
	snprintf(p->dir, sizeof(p->dir), "%s", name);
	p->state = open(name, O_RDONLY | O_DIRECTORY);
	must(mkdirat(p->state, "spool", 0700) == 0, "spool");
	p->spool = openat(p->state, "spool", O_RDONLY | O_DIRECTORY);
	/* as the parent does: who a role becomes without a user of its own */
	if (geteuid() == 0)
		must(fchown(p->state, 65534, 65534) == 0 &&
		    fchown(p->spool, 65534, 65534) == 0, "fchown");
	p->clock = memfd_create("clock", 0);
	must(ftruncate(p->clock, sizeof(*p->page)) == 0, "clock");
	p->page = mmap(NULL, sizeof(*p->page), PROT_READ | PROT_WRITE,
	    MAP_SHARED, p->clock, 0);
	must(p->page != MAP_FAILED, "clock");
	for (int i = 0; i < 2; i++) {
		char ring[16];
		snprintf(ring, sizeof(ring), "ring.1.%d", i);
		p->ring[i] = spool_make(p->spool, ring, 0, salt);
		p->w[i] = p->ring[i] < 0 ? NULL : spool_open(p->ring[i]);
		must(p->w[i] != NULL, "ring");
	}
}

static void
start(struct play *p)
{
	static const enum role_kind kind[ENDS] = { ROLE_PARENT, ROLE_FRONT };
	int theirs[ENDS];
	char fds[300];
	struct msg m;

	for (int i = 0; i < ENDS; i++) {
		int fd[2];
		must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) == 0,
		    "socket");
		fcntl(fd[0], F_SETFD, FD_CLOEXEC);
		p->bus[i] = bus_new(fd[0], kind[i], ROLE_STORE, 0);
		p->raw[i] = fd[0];
		theirs[i] = fd[1];
	}
	snprintf(fds, sizeof(fds), "--fds=conf.0=%d,parent.0=%d,front.0=%d,"
	    "ring.0=%d,ring.1=%d,state.0=%d,clock.0=%d", p->conf,
	    theirs[PARENT], theirs[FRONT], p->ring[0], p->ring[1], p->state,
	    p->clock);
	p->role = fork();
	if (p->role == 0) {
		fcntl(p->ring[0], F_SETFD, 0);
		fcntl(p->ring[1], F_SETFD, 0);
		execl(p->assayd, p->assayd, "--role=store.0", fds,
		    (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < ENDS; i++)
		close(theirs[i]);
	struct pollfd pfd = { .fd = p->raw[PARENT], .events = POLLIN };
	must(poll(&pfd, 1, 20000) > 0 && bus_receive(p->bus[PARENT], &m,
	    NULL) > 0 && m.kind == MSG_READY, "the role is not ready");
}

static void
stop(struct play *p, int sig)
{
	kill(p->role, sig);
	waitpid(p->role, NULL, 0);
	for (int i = 0; i < ENDS; i++)
		bus_free(p->bus[i]);
}

/* How many lines of the journal hold this; SPAN_NONE: all. */
static unsigned
count(struct play *p, const char *needle)
{
	int fd = openat(p->state, "records", O_RDONLY | O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	static char room[4 << 20];
	struct dirent *e;
	unsigned n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct span text = { (uint8_t *)room, 0 }, line;
		int f = openat(fd, e->d_name, O_RDONLY);
		ssize_t got = f < 0 ? -1 : read(f, room, sizeof(room));
		if (f >= 0)
			close(f);
		text.len = got < 0 ? 0 : (size_t)got;
		while (text.len > 0) {
			line = span_cut(&text, '\n');
			n += span_search(line, assay_cstr(needle)) <
			    line.len || needle[0] == 0;
		}
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static bool
comes(struct play *p, const char *needle, unsigned n, int ms)
{
	for (; ms > 0; ms -= 20) {
		if (count(p, needle) >= n)
			return count(p, needle) == n;
		usleep(20000);
	}
	return false;
}

static bool
put(struct play *p, int ring, uint64_t id, const char *what)
{
	char text[300];

	snprintf(text, sizeof(text), "{\"format\":\"assay-record\","
	    "\"version\":1,\"what\":\"%s\",\"id\":%llu}\n", what,
	    (unsigned long long)id);
	return spool_put(p->w[ring], id, SPAN("example.org"), 20000,
	    assay_cstr(text));
}

static void
say_open(struct play *p, uint64_t id)
{
	struct msg_opened m = { .first = id, .count = 1 };

	bus_send_opened(p->bus[FRONT], &m, -1);
}

static void
life(struct play *p)
{
	put(p, 0, 1, "before");
	start(p);
	T_OK(comes(p, "before", 1, 20000), "what was there before it");
	for (uint64_t id = 10; id < 20; id++) {
		say_open(p, id);
		put(p, id % 2 == 0, id, "usual");
	}
	T_OK(comes(p, "usual", 10, 20000), "records of two evals");
	T_OK(comes(p, "\"entry\":\"", 11, 5000), "each with its mark");
	say_open(p, 20);
	put(p, 0, 20, "twice");
	put(p, 1, 20, "twice");
	T_OK(comes(p, "twice", 1, 20000), "one record a message");
	spool_put(p->w[0], 20, SPAN("x"), 1, SPAN("{\"format\":\"other\"}"));
	spool_put(p->w[0], 20, SPAN("x"), 1,
	    SPAN("{\"format\":\"assay-record\",\"a\":\n1}"));
	say_open(p, 21);
	put(p, 0, 21, "behind");
	T_OK(comes(p, "behind", 1, 20000), "nonsense is passed over");
	T_INT(count(p, ""), 13, "and not stored");
	stop(p, SIGKILL);
}

/* An eval that was taken over invents mail. */
static void
unsaid(struct play *p)
{
	struct msg_opened range = { .first = 500, .count = 40 };
	struct msg_peer gone = { .role = ROLE_FRONT, .up = 0 };

	start(p);
	p->page->moved += 60;		/* it could be of one before us */
	bus_send_opened(p->bus[FRONT], &range, -1);
	for (uint64_t id = 490; id < 550; id++)
		put(p, 0, id, "unsaid");
	/* one waits for front's word; then it, and those like it, are late */
	for (int i = 0; i < 400 && count(p, "unsaid") < 40; i++) {
		p->page->moved += 1;
		usleep(60000);
	}
	T_OK(comes(p, "unsaid", 40, 1000), "all that front has opened");
	T_INT(count(p, "\"id\":499,"), 0, "none below");
	T_INT(count(p, "\"id\":540,"), 0, "none above");
	put(p, 0, 600, "orphan");
	for (int i = 0; i < 60; i++) {
		p->page->moved += 1;
		usleep(60000);
	}
	T_INT(count(p, "orphan"), 0, "a message that front knows not");
	bus_send_peer(p->bus[PARENT], &gone, -1);
	usleep(100000);
	put(p, 1, 601, "orphan");
	T_OK(comes(p, "orphan", 1, 20000), "or had no time to tell of");
	stop(p, SIGKILL);
}

/* Killed while it writes, many times: every record once, in order. */
static void
kills(struct play *p)
{
	uint64_t id = 1000;

	for (int round = 0; round < 8; round++) {
		start(p);
		for (int i = 0; i < 200; i++, id++) {
			say_open(p, id);
			put(p, i % 2, id, "killed");
			if (i % 20 == 0)
				usleep(5000);
		}
		usleep(2000 + (unsigned)round * 8000);
		stop(p, SIGKILL);
	}
	start(p);
	T_OK(comes(p, "killed", 1600, 20000), "1,600 records over 8 kills");
	printf("# %u lines\n", count(p, "killed"));
	for (uint64_t i = 1000; i < 2600; i += 111) {
		char needle[32];
		snprintf(needle, sizeof(needle), "\"id\":%llu,",
		    (unsigned long long)i);
		T_INT(count(p, needle), 1, "once");
	}
	stop(p, SIGKILL);
}

static void
full(struct play *p)
{
	unsigned dropped = 0;
	struct msg_drain drain = { .max_ms = 1000 };
	int status = 1;

	while (put(p, 0, 1, "full"))
		;
	for (int i = 0; i < 7; i++)
		dropped += !put(p, 0, 1, "full");
	start(p);
	T_OK(comes(p, "assay-drops", 1, 15000), "drops are told");
	T_OK(count(p, "\"day\":\"2024-10-04\",\"domain\":\"example.org\","
	    "\"dropped\":8,") == 1, "by day and domain");
	T_INT(dropped, 7, "all of them");
	T_OK(bus_send_drain(p->bus[PARENT], &drain, -1) &&
	    waitpid(p->role, &status, 0) == p->role && status == 0,
	    "and it ends when it is asked to");
	for (int i = 0; i < ENDS; i++)
		bus_free(p->bus[i]);
}

/* Nothing more fits: journal-size is reached and nothing may go. */
static void
stuck(struct play *p)
{
	unsigned before = count(p, "stuck");
	static char big[900 << 10];

	close(p->conf);
	write_conf(p, "journal-size 8M\njournal-full stop\n");
	memset(big, 'x', sizeof(big));
	memcpy(big, "{\"format\":\"assay-record\",\"big\":\"", 32);
	memcpy(big + 100000, "\"}", 2);
	start(p);
	for (int i = 0, tries = 0; i < 90 && tries < 100; i++) {
		uint64_t id = 9000 + (uint64_t)i;
		say_open(p, id);
		/* on a slow disk the spool is full before the journal */
		for (tries = 0; tries < 100 && !spool_put(p->w[1], id,
		    SPAN("x"), 20000, (struct span){ (uint8_t *)big,
		    100002 }); tries++)
			usleep(50000);
		usleep(60000);
	}
	usleep(500000);
	while (!put(p, 1, 9500, "stuck"))
		usleep(100000);
	T_OK(!comes(p, "stuck", before + 1, 1500), "it is full");
	stop(p, SIGKILL);
	close(p->conf);
	write_conf(p, "journal-size 8M\njournal-full remove\n");
	start(p);
	T_OK(comes(p, "stuck", before + 1, 20000),
	    "records waited in the spool, and go on when there is room");
	stop(p, SIGKILL);
}

/* A spool of an earlier life is emptied and goes. */
static void
left(struct play *p)
{
	int fd = spool_make(p->spool, "ring.0.7", 0, salt);
	struct spool *w = spool_open(fd);
	struct stat st;

	must(w != NULL, "ring");
	spool_put(w, 5, SPAN("x"), 1,
	    SPAN("{\"format\":\"assay-record\",\"what\":\"left\"}"));
	start(p);
	T_OK(!comes(p, "left", 1, 1000), "of somebody who lives: not ours");
	stop(p, SIGKILL);
	spool_close(w);
	close(fd);
	start(p);
	T_OK(comes(p, "left", 1, 20000), "of nobody: taken");
	for (int i = 0; i < 100 && fstatat(p->spool, "ring.0.7", &st, 0) == 0;
	    i++)
		usleep(20000);
	T_OK(fstatat(p->spool, "ring.0.7", &st, 0) != 0, "and removed");
	stop(p, SIGKILL);
}

int
main(int argc, char **argv)
{
	struct play p = { .assayd = argv[1] };
	char rm[80];

	if (argc != 2)
		return 2;
	alarm(100);
	signal(SIGPIPE, SIG_IGN);
	begin(&p);
	write_conf(&p, "");
	life(&p);
	unsaid(&p);
	kills(&p);
	full(&p);
	stuck(&p);
	left(&p);
	for (int i = 0; i < 2; i++)
		spool_close(p.w[i]);
	snprintf(rm, sizeof(rm), "rm -rf %s", p.dir);
	return system(rm) == 0 ? t_done() : 1;
}
