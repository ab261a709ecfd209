/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The semantics are libevent's, as libunbound expects them: an event fires
 * for its descriptor or its timeout; without UB_EV_PERSIST it fires once;
 * with it, each firing starts the timeout again.  A callback may free any
 * event, its own too: nothing is touched after it.
 */
#include "oracle/ub_events.h"

#include <stdlib.h>
#include <sys/time.h>

#include <unbound-event.h>

enum { NEVER = -1 };

struct base {
	struct ub_event_base super;	/* first: libunbound's view       */
	struct loop *loop;
	struct event *all;
};

struct event {
	struct ub_event super;		/* first                          */
	struct base *base;
	struct event *next, **link;	/* in base->all                   */
	struct watch watch;
	struct timer timer;
	bool watched;
	int fd;
	short bits;
	int64_t timeout;		/* ms; NEVER                      */
	void (*cb)(int, short, void *);
	void *arg;
};

/* ---- what the loop tells ------------------------------------------------- */

static void
disarm(struct event *e)
{
	if (e->watched)
		loop_unwatch(e->base->loop, &e->watch);
	e->watched = false;
	loop_untimer(e->base->loop, &e->timer);
}

static void
fire(struct event *e, short what)
{
	if ((e->bits & UB_EV_PERSIST) == 0)
		disarm(e);
	else if (e->timeout != NEVER)
		loop_timer(e->base->loop, &e->timer, e->timeout);
	e->cb(e->fd, what, e->arg);
}

static void
on_ready(void *ctx, unsigned events)
{
	struct event *e = ctx;
	short got = 0;

	if ((events & (LOOP_READ | LOOP_HUP)) != 0)
		got |= UB_EV_READ;
	if ((events & (LOOP_WRITE | LOOP_HUP)) != 0)
		got |= UB_EV_WRITE;
	got = (short)(got & e->bits);
	if (got != 0)
		fire(e, got);
}

static void
on_time(void *ctx)
{
	fire(ctx, UB_EV_TIMEOUT);
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

	disarm(e);
	*e->link = e->next;
	if (e->next != NULL)
		e->next->link = e->link;
	free(e);
}

static bool
watch(struct event *e)
{
	struct loop *loop = e->base->loop;
	unsigned want = 0;

	if ((e->bits & UB_EV_READ) != 0)
		want |= LOOP_READ;
	if ((e->bits & UB_EV_WRITE) != 0)
		want |= LOOP_WRITE;
	if (e->watched && e->watch.fd == e->fd)
		return loop_change(loop, &e->watch, want);
	if (e->watched)
		loop_unwatch(loop, &e->watch);
	e->watch = (struct watch){ .fd = e->fd, .want = want,
		.fn = on_ready, .ctx = e };
	e->watched = want != 0 && e->fd >= 0 && loop_watch(loop, &e->watch);
	return e->watched || want == 0 || e->fd < 0;
}

static int
event_add(struct ub_event *ev, struct timeval *tv)
{
	struct event *e = (struct event *)ev;

	e->timeout = tv == NULL ? NEVER : (int64_t)tv->tv_sec * 1000 +
	    (tv->tv_usec + 999) / 1000;
	loop_untimer(e->base->loop, &e->timer);
	if (!watch(e))
		return -1;
	if (e->timeout != NEVER &&
	    !loop_timer(e->base->loop, &e->timer, e->timeout))
		return -1;
	return 0;
}

static int
event_del(struct ub_event *ev)
{
	disarm((struct event *)ev);
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
	struct base *b = (struct base *)base;
	struct event *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	*e = (struct event){ .super = { UB_EVENT_MAGIC, &event_vmt },
		.base = b, .fd = fd, .bits = bits, .cb = cb, .arg = arg,
		.timeout = NEVER, .timer = { .fn = on_time, .ctx = e },
		.next = b->all, .link = &b->all };
	if (e->next != NULL)
		e->next->link = &e->next;
	b->all = e;
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
ub_events_free(struct ub_event_base *base)
{
	struct base *b = (struct base *)base;

	if (b == NULL)
		return;
	while (b->all != NULL)
		event_free(&b->all->super);
	free(b);
}

static struct ub_event_base_vmt loop_vmt = {
	.free = ub_events_free, .dispatch = loop_dispatch,
	.loopexit = loop_exit, .new_event = loop_event,
	.new_signal = loop_signal, .winsock_register_wsaevent = loop_winsock,
};

struct ub_event_base *
ub_events_new(struct loop *loop)
{
	struct base *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->super = (struct ub_event_base){ UB_EVENT_MAGIC, &loop_vmt };
	b->loop = loop;
	return &b->super;
}
