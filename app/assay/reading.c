/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "letter.h"
#include "sandbox.h"
#include "whole.h"

enum { PATIENCE_S = 60 };	/* without a word: a report of a million rows
				 * says something every millisecond          */

/* Of the descriptor that comes with it; from SHARED: to octets of what both
 * have. */
struct order { uint64_t from, to; };
#define SHARED UINT64_MAX

/* ---- the process --------------------------------------------------------- */

static bool
write_all(void *ctx, struct assay_span s)
{
	return whole_write(*(const int *)ctx, s.ptr, s.len);
}

static bool
nowhere(void *ctx, struct assay_span s)
{
	(void)ctx;
	(void)s;
	return true;
}

/* Libraries open what they need when they are first used. */
static void
warm_up(struct letter *l)
{
	(void)letter_read(l, assay_cstr("{\"report-id\":\"x\",\"policies\":"
	    "[]}"), SPAN_NONE, nowhere, NULL);
	(void)letter_read(l, assay_cstr("<feedback></feedback>"), SPAN_NONE,
	    nowhere, NULL);
}

static ssize_t
receive(int fd, struct order *order, int *given)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; }
	    control;
	struct iovec io = { order, sizeof(*order) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	*given = -1;
	c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(given, CMSG_DATA(c), sizeof(int));
	return n;
}

/* What was read of a large file need not stay in memory: the kernel has it,
 * and brings back the page that is being read. */
struct way_out {
	int fd;
	uint8_t *map;
	size_t octets;			/* of the map                        */
	size_t told;			/* since it was let go               */
};

enum { LET_GO = 256 << 10 };		/* octets of a parcel, then once     */

static bool
write_and_let_go(void *ctx, struct assay_span s)
{
	struct way_out *w = ctx;

	w->told += s.len;
	if (w->told >= LET_GO) {
		(void)madvise(w->map, w->octets, MADV_DONTNEED);
		w->told = 0;
	}
	return write_all(&w->fd, s);
}

/* A file that becomes shorter ends us by SIGBUS, which is told as any other
 * end. */
static bool
read_one(struct letter *l, int out, int fd, const struct order *o)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t from = o->from - o->from % page;
	size_t n = (size_t)(o->to - from);
	uint8_t *map = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd,
	    (off_t)from);
	struct way_out way = { .fd = out, .map = map, .octets = n };
	bool ok;

	close(fd);
	if (map == MAP_FAILED)
		return false;
	(void)madvise(map, n, MADV_SEQUENTIAL);
	ok = letter_read(l, (struct assay_span){ map + (o->from - from),
	    (size_t)(o->to - o->from) }, SPAN_NONE, write_and_let_go, &way);
	munmap(map, n);
	return ok;
}

static bool
read_shared(struct letter *l, int out, const uint8_t *shared,
    const struct order *o)
{
	return o->to <= INGEST_PIECE && letter_read(l, (struct assay_span){
	    shared, (size_t)o->to }, SPAN_NONE, write_all, &out);
}

static _Noreturn void
be_reader(int fd, pid_t parent, const uint8_t *shared)
{
	struct sandbox_want want = { .dir = -1, .parent = parent };
	struct letter *l = letter_new();
	struct order o;
	const char *why;
	int given;

	if (l == NULL)
		_exit(1);
	warm_up(l);
	if (!sandbox_enter(ROLE_EVAL, &want, &why)) {
		fprintf(stderr, "assay: cannot build the walls of a reader: "
		    "%s: %s\n", why, strerror(errno));
		_exit(1);
	}
	if (write(fd, "+", 1) != 1)
		_exit(1);
	while (receive(fd, &o, &given) == (ssize_t)sizeof(o))
		if (!(o.from == SHARED ? read_shared(l, fd, shared, &o) :
		    given >= 0 && read_one(l, fd, given, &o)))
			_exit(1);
	_exit(0);
}

/* ---- its parent ---------------------------------------------------------- */

void
reading_stop(struct reading *r)
{
	if (r->pid == 0)
		return;
	close(r->fd);
	kill(r->pid, SIGKILL);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
	munmap(r->shared, INGEST_PIECE);
}

/* Behind its walls, or not at all. */
static bool
is_ready(const struct reading *r)
{
	char c;
	ssize_t n;

	do
		n = read(r->fd, &c, 1);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ECHILD;
	return n == 1;
}

static bool
close_pair(struct reading *r, const int pair[2])
{
	int err = errno;

	close(pair[0]);
	close(pair[1]);
	if (r->shared != MAP_FAILED)
		munmap(r->shared, INGEST_PIECE);
	errno = err;
	return false;
}

static bool
start(struct reading *r)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	pid_t parent = getpid();
	int pair[2], err;

	if (r->pid != 0)
		return true;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	r->shared = mmap(NULL, INGEST_PIECE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->shared == MAP_FAILED || setsockopt(pair[0], SOL_SOCKET,
	    SO_RCVTIMEO, &patience, sizeof(patience)) != 0)
		return close_pair(r, pair);
	fflush(stdout);
	r->pid = fork();
	if (r->pid == 0) {
		sandbox_alone(pair[1]);
		be_reader(pair[1], parent, r->shared);
	}
	if (r->pid < 0) {
		r->pid = 0;
		return close_pair(r, pair);
	}
	close(pair[1]);
	r->fd = pair[0];
	if (is_ready(r))
		return true;
	err = errno;
	reading_stop(r);
	errno = err;
	return false;
}

static bool
give_shared(struct reading *r, struct assay_span whole)
{
	struct order o = { SHARED, whole.len };
	ssize_t n;

	memcpy(r->shared, whole.ptr, whole.len);
	do
		n = send(r->fd, &o, sizeof(o), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(o);
}

static bool
give(struct reading *r, const struct ingest_bytes *b)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; }
	    control = { .room = "" };
	struct order o = { b->from, b->to };
	struct iovec io = { &o, sizeof(o) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	if (b->whole.ptr != NULL)
		return give_shared(r, b->whole);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &b->fd, sizeof(int));
	do
		n = sendmsg(r->fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(o);
}

/* How it ended, and that it is over. */
static void
bury(struct reading *r, char *how, size_t cap)
{
	int status = 0;

	close(r->fd);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
	munmap(r->shared, INGEST_PIECE);
	if (WIFSIGNALED(status))
		snprintf(how, cap, "the reader was ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(how, cap, "the reader ended with status %d",
		    WEXITSTATUS(status));
}

/* Octets of its answer; 0: it has ended; -1: it says nothing. */
static ssize_t
hear(struct reading *r, uint8_t *room, size_t cap)
{
	ssize_t n;

	do
		n = read(r->fd, room, cap);
	while (n < 0 && errno == EINTR);
	return n >= 0 ? n : errno == EAGAIN ? -1 : 0;
}

static enum ingest_state
listen_to(struct reading *r, struct ingest *in)
{
	enum ingest_state st = INGEST_MORE;
	char how[100];

	while (st == INGEST_MORE) {
		size_t cap;
		uint8_t *room = ingest_room(in, &cap);
		ssize_t n = hear(r, room, cap);

		if (n > 0) {
			st = ingest_got(in, (size_t)n);
			continue;
		}
		if (n < 0) {
			reading_stop(r);
			snprintf(how, sizeof(how), "the reader took too "
			    "long");
		} else {
			bury(r, how, sizeof(how));
		}
		ingest_died(in, how);
		return INGEST_DONE;
	}
	/* one that was interrupted, or lied, has more to say: no more */
	if (st != INGEST_DONE)
		reading_stop(r);
	return st;
}

bool
reading_run(struct reading *r, struct ingest *in,
    const struct ingest_bytes *b, enum ingest_state *state)
{
	if (!start(r))
		return false;
	if (!give(r, b)) {
		/* it died after the last input: another one, once */
		reading_stop(r);
		if (!start(r) || !give(r, b))
			return false;
	}
	*state = listen_to(r, in);
	return true;
}
