/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message is one packet.  What the kernel does not take at once waits in a
 * bounded queue, in order.  At most one descriptor comes with a message;
 * more are closed and are a fault.
 */
#include "bus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct parcel {
	struct parcel *next;
	size_t len;
	int fd;
	uint8_t bytes[];
};

struct bus {
	int fd;
	enum role_kind me, peer;
	unsigned index;
	struct loop *loop;
	struct watch watch;
	struct bus_calls calls;
	struct parcel *first, **last;
	size_t waiting;
	uint8_t *in, *out;		/* BUS_MAX each, touched as needed */
};

struct bus *
bus_new(int fd, enum role_kind me, enum role_kind peer, unsigned index)
{
	struct bus *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->fd = fd;
	b->me = me;
	b->peer = peer;
	b->index = index;
	b->last = &b->first;
	b->in = malloc(BUS_MAX + 1);
	b->out = malloc(BUS_MAX);
	if (b->in == NULL || b->out == NULL) {
		bus_free(b);
		return NULL;
	}
	return b;
}

static void
drop_first(struct bus *b)
{
	struct parcel *p = b->first;

	b->first = p->next;
	if (b->first == NULL)
		b->last = &b->first;
	b->waiting -= p->len;
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

void
bus_forget(struct bus *b)
{
	while (b->first != NULL)
		drop_first(b);
}

void
bus_free(struct bus *b)
{
	if (b == NULL)
		return;
	if (b->loop != NULL)
		loop_unwatch(b->loop, &b->watch);
	bus_forget(b);
	free(b->in);
	free(b->out);
	close(b->fd);
	free(b);
}

enum role_kind
bus_peer(const struct bus *b)
{
	return b->peer;
}

unsigned
bus_peer_index(const struct bus *b)
{
	return b->index;
}

size_t
bus_waiting(const struct bus *b)
{
	return b->waiting;
}

/* ---- sending ------------------------------------------------------------- */

/* 1 sent, 0 not now, -1 never. */
static int
push(struct bus *b, const uint8_t *bytes, size_t len, int fd)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } c;
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		memset(&c, 0, sizeof(c));
		mh.msg_control = c.room;
		mh.msg_controllen = sizeof(c.room);
		c.head.cmsg_level = SOL_SOCKET;
		c.head.cmsg_type = SCM_RIGHTS;
		c.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&c.head), &fd, sizeof(int));
	}
	for (;;) {
		if (sendmsg(b->fd, &mh, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return 1;
		if (errno == EAGAIN || errno == ENOBUFS)
			return 0;
		if (errno != EINTR)
			return -1;
	}
}

static bool
queue(struct bus *b, const uint8_t *bytes, size_t len, int fd)
{
	struct parcel *p;

	if (b->loop == NULL || b->waiting + len > BUS_QUEUE)
		return false;
	p = malloc(sizeof(*p) + len);
	if (p == NULL)
		return false;
	*p = (struct parcel){ .len = len, .fd = fd < 0 ? -1 :
		fcntl(fd, F_DUPFD_CLOEXEC, 0) };
	if (fd >= 0 && p->fd < 0) {
		free(p);
		return false;
	}
	memcpy(p->bytes, bytes, len);
	*b->last = p;
	b->last = &p->next;
	b->waiting += len;
	return loop_change(b->loop, &b->watch, LOOP_READ | LOOP_WRITE);
}

bool
bus_send(struct bus *b, enum msg_kind kind, const void *fields, int fd)
{
	struct buf out = { .ptr = b->out, .cap = BUS_MAX };
	int sent = 0;

	if (!msg_allowed(kind, b->me, b->peer) ||
	    !msg_encode(&out, kind, fields))
		return false;
	if (b->first == NULL)
		sent = push(b, b->out, out.len, fd);
	if (sent == 0)
		return queue(b, b->out, out.len, fd);
	return sent > 0;
}

static void
push_queue(struct bus *b)
{
	while (b->first != NULL) {
		struct parcel *p = b->first;
		if (push(b, p->bytes, p->len, p->fd) == 0)
			return;
		drop_first(b);
	}
	loop_change(b->loop, &b->watch, LOOP_READ);
}

/* ---- receiving ----------------------------------------------------------- */

/* The descriptor that came with it, or -1; *more if there were others. */
static int
take_fd(struct msghdr *mh, bool *more)
{
	int got = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c != NULL;
	    c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = CMSG_LEN(0); at + sizeof(int) <= c->cmsg_len;
		    at += sizeof(int)) {
			int fd;
			memcpy(&fd, (uint8_t *)c + at, sizeof(fd));
			if (got < 0) {
				got = fd;
			} else {
				*more = true;
				close(fd);
			}
		}
	}
	return got;
}

static bool
understand(struct bus *b, struct msg *m, size_t len, bool cut,
    const char **what)
{
	*what = "a message that is too long, or with many descriptors";
	if (cut || !msg_decode(m, (struct span){ b->in, len }, what))
		return false;
	*what = "a message that this process may not send";
	return msg_allowed(m->kind, b->peer, b->me);
}

int
bus_receive(struct bus *b, struct msg *m, const char **what)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(4 * sizeof(int))]; }
	    c;
	struct iovec iov = { b->in, BUS_MAX + 1 };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = c.room, .msg_controllen = sizeof(c.room) };
	const char *why;
	ssize_t n;
	bool cut;
	int fd;

	if (what == NULL)
		what = &why;
	*what = "the peer is gone";
	*m = (struct msg){ .fd = -1 };
	do
		n = recvmsg(b->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return BUS_GONE;
	cut = (mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || n > BUS_MAX;
	fd = take_fd(&mh, &cut);
	if (understand(b, m, (size_t)n, cut, what)) {
		m->fd = fd;
		return 1;
	}
	if (fd >= 0)
		close(fd);
	*m = (struct msg){ .fd = -1 };
	return BUS_BROKEN;
}

/* Nobody will ever speak here again. */
static void
is_gone(struct bus *b)
{
	loop_unwatch(b->loop, &b->watch);
	b->loop = NULL;
	if (b->calls.gone != NULL)
		b->calls.gone(b->calls.ctx, b);
}

/* True: there may be more. */
static bool
on_message(struct bus *b)
{
	const char *what;
	struct msg m;
	int got = bus_receive(b, &m, &what);

	if (got > 0) {
		b->calls.fn(b->calls.ctx, b, &m);
		if (m.fd >= 0)
			close(m.fd);
	} else if (got == BUS_BROKEN && b->calls.fault != NULL) {
		b->calls.fault(b->calls.ctx, b, what);
	} else if (got == BUS_GONE) {
		is_gone(b);
	}
	return got > 0;
}

void
bus_hear(struct bus *b)
{
	while (b->loop != NULL && on_message(b))
		;
}

static void
on_event(void *ctx, unsigned events)
{
	struct bus *b = ctx;

	if (events & LOOP_WRITE)
		push_queue(b);
	if (events & LOOP_READ)
		(void)on_message(b);
	else if (events & LOOP_HUP)
		is_gone(b);
}

bool
bus_join(struct bus *b, struct loop *loop, const struct bus_calls *calls)
{
	b->calls = *calls;
	b->watch = (struct watch){ .fd = b->fd, .want = LOOP_READ,
		.fn = on_event, .ctx = b };
	if (!loop_watch(loop, &b->watch))
		return false;
	b->loop = loop;
	return true;
}
