/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The semantics are libevent's, as libunbound expects them: an event fires
 * for its descriptor or its timeout; without UB_EV_PERSIST it fires once;
 * with it, each firing starts the timeout again.  A callback may free any
 * event, its own too: while the loop runs, the dead wait in a list.
 */
#include "oracle/ub_loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include <unbound-event.h>

enum { NEVER = -1 };

struct event {
	struct ub_event super;		/* first: libunbound's view       */
	struct loop *loop;
	struct event *next, **link;	/* in loop->all or loop->dead     */
	int fd;
	short bits;
	bool active, dead;
	int64_t timeout, due;		/* ms; NEVER                      */
	void (*cb)(int, short, void *);
	void *arg;
};

struct loop {
	struct ub_event_base super;	/* first                          */
	struct event *all, *dead;
	struct pollfd *pfd;
	struct event **ready;
	size_t cap;
	bool running;
};

int64_t
ub_loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
arm(struct event *e)
{
	e->due = e->timeout == NEVER ? NEVER : ub_loop_now() + e->timeout;
}

static void
unlink_event(struct event *e)
{
	*e->link = e->next;
	if (e->next != NULL)
		e->next->link = e->link;
}

static void
link_event(struct event **list, struct event *e)
{
	e->next = *list;
	e->link = list;
	if (e->next != NULL)
		e->next->link = &e->next;
	*list = e;
}

/* ---- what libunbound calls --------------------------------------------- */

static void
event_add_bits(struct ub_event *ev, short bits)
{
	((struct event *)ev)->bits |= bits;
}

static void
event_del_bits(struct ub_event *ev, short bits)
{
	struct event *e = (struct event *)ev;

	e->bits = (short)(e->bits & ~bits);
}

static void
event_set_fd(struct ub_event *ev, int fd)
{
	((struct event *)ev)->fd = fd;
}

static void
event_free(struct ub_event *ev)
{
	struct event *e = (struct event *)ev;

	unlink_event(e);
	e->active = false;
	e->dead = true;
	if (e->loop->running)
		link_event(&e->loop->dead, e);
	else
		free(e);
}

static int
event_add(struct ub_event *ev, struct timeval *tv)
{
	struct event *e = (struct event *)ev;

	e->timeout = tv == NULL ? NEVER : (int64_t)tv->tv_sec * 1000 +
	    (tv->tv_usec + 999) / 1000;
	e->active = true;
	arm(e);
	return 0;
}

static int
event_del(struct ub_event *ev)
{
	((struct event *)ev)->active = false;
	return 0;
}

static int
event_add_timer(struct ub_event *ev, struct ub_event_base *base,
    void (*cb)(int, short, void *), void *arg, struct timeval *tv)
{
	struct event *e = (struct event *)ev;

	(void)base;
	e->cb = cb;
	e->arg = arg;
	e->fd = -1;
	e->bits = UB_EV_TIMEOUT;
	return event_add(ev, tv);
}

static int
no_signal(struct ub_event *ev, struct timeval *tv)
{
	(void)ev;
	(void)tv;
	return -1;
}

static void
no_winsock(struct ub_event *ev)
{
	(void)ev;
}

static void
no_wouldblock(struct ub_event *ev, int bits)
{
	(void)ev;
	(void)bits;
}

static struct ub_event_vmt event_vmt = {
	.add_bits = event_add_bits, .del_bits = event_del_bits,
	.set_fd = event_set_fd, .free = event_free, .add = event_add,
	.del = event_del, .add_timer = event_add_timer,
	.del_timer = event_del, .add_signal = no_signal,
	.del_signal = event_del, .winsock_unregister_wsaevent = no_winsock,
	.winsock_tcp_wouldblock = no_wouldblock,
};

static struct ub_event *
loop_event(struct ub_event_base *base, int fd, short bits,
    void (*cb)(int, short, void *), void *arg)
{
	struct loop *l = (struct loop *)base;
	struct event *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	*e = (struct event){ .super = { UB_EVENT_MAGIC, &event_vmt },
		.loop = l, .fd = fd, .bits = bits, .cb = cb, .arg = arg,
		.timeout = NEVER, .due = NEVER };
	link_event(&l->all, e);
	return &e->super;
}

static struct ub_event *
loop_signal(struct ub_event_base *base, int fd,
    void (*cb)(int, short, void *), void *arg)
{
	(void)base;
	(void)fd;
	(void)cb;
	(void)arg;
	return NULL;
}

static struct ub_event *
loop_winsock(struct ub_event_base *base, void *event,
    void (*cb)(int, short, void *), void *arg)
{
	(void)base;
	(void)event;
	(void)cb;
	(void)arg;
	return NULL;
}

static int
loop_dispatch(struct ub_event_base *base)
{
	(void)base;
	return -1;
}

static int
loop_exit(struct ub_event_base *base, struct timeval *tv)
{
	(void)base;
	(void)tv;
	return 0;
}

void
ub_loop_free(struct ub_event_base *base)
{
	struct loop *l = (struct loop *)base;

	if (l == NULL)
		return;
	while (l->all != NULL)
		event_free(&l->all->super);
	free(l->pfd);
	free(l->ready);
	free(l);
}

static struct ub_event_base_vmt loop_vmt = {
	.free = ub_loop_free, .dispatch = loop_dispatch,
	.loopexit = loop_exit, .new_event = loop_event,
	.new_signal = loop_signal, .winsock_register_wsaevent = loop_winsock,
};

struct ub_event_base *
ub_loop_new(void)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->super = (struct ub_event_base){ UB_EVENT_MAGIC, &loop_vmt };
	return &l->super;
}

/* ---- running ------------------------------------------------------------- */

static bool
make_room(struct loop *l, size_t n)
{
	struct pollfd *pfd;
	struct event **ready;

	if (n <= l->cap)
		return true;
	pfd = realloc(l->pfd, n * 2 * sizeof(*pfd));
	if (pfd != NULL)
		l->pfd = pfd;
	ready = realloc(l->ready, n * 2 * sizeof(struct event *));
	if (ready != NULL)
		l->ready = ready;
	if (pfd == NULL || ready == NULL)
		return false;
	l->cap = n * 2;
	return true;
}

/* Every active event gets a place; one without a descriptor has fd -1,
 * which poll() passes over.  *until comes nearer if one is due before. */
static bool
list_active(struct loop *l, size_t *n, int64_t *until)
{
	*n = 0;
	for (struct event *e = l->all; e != NULL; e = e->next) {
		if (!e->active)
			continue;
		if (!make_room(l, *n + 1))
			return false;
		l->pfd[*n] = (struct pollfd){ .fd = e->fd };
		if ((e->bits & UB_EV_READ) != 0)
			l->pfd[*n].events |= POLLIN;
		if ((e->bits & UB_EV_WRITE) != 0)
			l->pfd[*n].events |= POLLOUT;
		l->ready[(*n)++] = e;
		if (e->due != NEVER && e->due < *until)
			*until = e->due;
	}
	return true;
}

static void
fire(struct event *e, const struct pollfd *p, int64_t now)
{
	short got = 0;

	if (e->dead || !e->active || e->fd != p->fd)
		return;
	if ((p->revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		got |= UB_EV_READ;
	if ((p->revents & (POLLOUT | POLLHUP | POLLERR)) != 0)
		got |= UB_EV_WRITE;
	got = (short)(got & e->bits);
	if (got == 0 && e->due != NEVER && e->due <= now)
		got = UB_EV_TIMEOUT;
	if (got == 0)
		return;
	if ((e->bits & UB_EV_PERSIST) == 0)
		e->active = false;
	else
		arm(e);
	e->cb(e->fd, got, e->arg);
}

bool
ub_loop_once(struct ub_event_base *base, int64_t until)
{
	struct loop *l = (struct loop *)base;
	int64_t now = ub_loop_now();
	size_t n;

	if (!list_active(l, &n, &until))
		return false;
	until = until <= now ? 0 : until - now;
	if (poll(l->pfd, n, until > 60000 ? 60000 : (int)until) < 0 &&
	    errno != EINTR)
		return false;
	now = ub_loop_now();
	l->running = true;
	for (size_t i = 0; i < n; i++)
		fire(l->ready[i], &l->pfd[i], now);
	l->running = false;
	while (l->dead != NULL)
		event_free(&l->dead->super);
	return true;
}
