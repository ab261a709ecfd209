/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers are a binary heap by due time.  A watch that is taken off while a
 * batch of events is being told is struck from the rest of the batch.
 *
 * With a test clock the time may jump while the loop sleeps, so no sleep is
 * longer than JUMP_MS then.
 */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 64, JUMP_MS = 50 };

struct loop {
	int epoll;
	const struct clock_page *page;
	bool stopped;
	struct epoll_event batch[BATCH];
	int n_batch, at;
	struct timer **heap;		/* heap[1] is due first */
	size_t n, cap;
};

struct loop *
loop_new(const struct clock_page *page)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->page = page;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		free(l);
		return NULL;
	}
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	close(l->epoll);
	free(l->heap);
	free(l);
}

int64_t
loop_ms(const struct loop *l)
{
	return clock_ms(l->page);
}

int64_t
loop_time(const struct loop *l)
{
	return clock_unix(l->page);
}

/* ---- descriptors --------------------------------------------------------- */

static bool
control(struct loop *l, int op, struct watch *w)
{
	struct epoll_event e = { .data.ptr = w };

	if (w->want & LOOP_READ)
		e.events |= EPOLLIN | EPOLLRDHUP;
	if (w->want & LOOP_WRITE)
		e.events |= EPOLLOUT;
	return epoll_ctl(l->epoll, op, w->fd, &e) == 0;
}

bool
loop_watch(struct loop *l, struct watch *w)
{
	return control(l, EPOLL_CTL_ADD, w);
}

bool
loop_change(struct loop *l, struct watch *w, unsigned want)
{
	if (w->want == want)
		return true;
	w->want = want;
	return control(l, EPOLL_CTL_MOD, w);
}

void
loop_unwatch(struct loop *l, struct watch *w)
{
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	loop_forget(l, w);
}

void
loop_forget(struct loop *l, struct watch *w)
{
	for (int i = l->at; i < l->n_batch; i++)
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
}

/* ---- timers -------------------------------------------------------------- */

static void
put(struct loop *l, size_t i, struct timer *t)
{
	l->heap[i] = t;
	t->place = i;
}

static void
sift(struct loop *l, size_t i, struct timer *t)
{
	while (i > 1 && l->heap[i / 2]->due > t->due) {
		put(l, i, l->heap[i / 2]);
		i /= 2;
	}
	for (;;) {
		size_t c = 2 * i;
		if (c > l->n)
			break;
		if (c < l->n && l->heap[c + 1]->due < l->heap[c]->due)
			c++;
		if (l->heap[c]->due >= t->due)
			break;
		put(l, i, l->heap[c]);
		i = c;
	}
	put(l, i, t);
}

static bool
room(struct loop *l)
{
	struct timer **heap;
	size_t cap = l->cap == 0 ? 64 : 2 * l->cap;

	if (l->n + 1 < l->cap)
		return true;
	heap = realloc(l->heap, cap * sizeof(*heap));
	if (heap == NULL)
		return false;
	l->heap = heap;
	l->cap = cap;
	return true;
}

bool
loop_timer(struct loop *l, struct timer *t, int64_t in_ms)
{
	if (t->place == 0) {
		if (!room(l))
			return false;
		l->n++;
		t->place = l->n;
	}
	t->due = loop_ms(l) + in_ms;
	sift(l, t->place, t);
	return true;
}

void
loop_untimer(struct loop *l, struct timer *t)
{
	struct timer *last;
	size_t i = t->place;

	if (i == 0)
		return;
	t->place = 0;
	last = l->heap[l->n--];
	if (last != t)
		sift(l, i, last);
}

static void
run_due(struct loop *l)
{
	int64_t now = loop_ms(l);

	while (l->n > 0 && l->heap[1]->due <= now && !l->stopped) {
		struct timer *t = l->heap[1];
		loop_untimer(l, t);
		t->fn(t->ctx);
	}
}

/* ---- the loop ------------------------------------------------------------ */

static int
patience(const struct loop *l, int max_ms)
{
	int64_t wait = max_ms < 0 ? INT_MAX : max_ms;

	if (l->n > 0) {
		int64_t until = l->heap[1]->due - loop_ms(l);
		if (until < wait)
			wait = until < 0 ? 0 : until;
	} else if (max_ms < 0) {
		wait = -1;
	}
	if (l->page != NULL && (wait < 0 || wait > JUMP_MS) && l->n > 0)
		wait = JUMP_MS;
	return (int)wait;
}

static unsigned
told(uint32_t e)
{
	unsigned out = 0;

	if (e & (EPOLLIN | EPOLLRDHUP))
		out |= LOOP_READ;
	if (e & EPOLLOUT)
		out |= LOOP_WRITE;
	if (e & (EPOLLHUP | EPOLLERR))
		out |= LOOP_HUP;
	return out;
}

bool
loop_once(struct loop *l, int max_ms)
{
	int n = epoll_wait(l->epoll, l->batch, BATCH, patience(l, max_ms));

	if (n < 0 && errno != EINTR)
		return false;
	l->n_batch = n < 0 ? 0 : n;
	for (l->at = 0; l->at < l->n_batch && !l->stopped; ) {
		struct epoll_event *e = &l->batch[l->at++];
		struct watch *w = e->data.ptr;
		if (w != NULL)
			w->fn(w->ctx, told(e->events));
	}
	l->n_batch = 0;
	run_due(l);
	return true;
}

bool
loop_run(struct loop *l)
{
	l->stopped = false;
	while (!l->stopped)
		if (!loop_once(l, -1))
			return false;
	return true;
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
}
