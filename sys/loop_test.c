/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include <stdlib.h>
#include <unistd.h>

#include "test/t.h"

struct seen {
	struct loop *loop;
	struct watch *other;
	struct timer *timer;
	int calls, order[8], n;
};

struct one { struct seen *seen; int name; };

static void
on_timer(void *ctx)
{
	struct one *o = ctx;

	if (o->seen->n < 8)
		o->seen->order[o->seen->n++] = o->name;
	if (o->name == 9)
		loop_stop(o->seen->loop);
}

static void
timers_in_order(void)
{
	static struct clock_page page;
	struct seen s = { .loop = loop_new(&page) };
	struct one o[4] = { { &s, 2 }, { &s, 1 }, { &s, 3 }, { &s, 9 } };
	int64_t in[4] = { 20000, 10000, 30000, 40000 };
	struct timer t[4];

	for (int i = 0; i < 4; i++) {
		t[i] = (struct timer){ .fn = on_timer, .ctx = &o[i] };
		loop_timer(s.loop, &t[i], in[i]);
	}
	loop_untimer(s.loop, &t[2]);
	loop_timer(s.loop, &t[0], 5000);
	T_INT(s.n, 0, "nothing is due");
	page.moved = 100;
	loop_run(s.loop);
	T_INT(s.n, 3, "three fired");
	T_INT(s.order[0], 2, "the moved one first");
	T_INT(s.order[1], 1, "then the next");
	T_INT(s.order[2], 9, "the last one");
	loop_free(s.loop);
}

enum { MANY = 1000 };

struct many {
	struct loop *loop;
	int64_t last;
	int fired;
	bool sorted;
	struct timer t[MANY];
};

struct many_one { struct many *all; int i; };

static void
on_many(void *ctx)
{
	struct many_one *o = ctx;
	struct many *m = o->all;

	m->sorted = m->sorted && m->t[o->i].due >= m->last;
	m->last = m->t[o->i].due;
	if (++m->fired == MANY - (MANY + 2) / 3)
		loop_stop(m->loop);
}

static void
many_timers(void)
{
	static struct clock_page page;
	static struct many m;
	static struct many_one o[MANY];
	bool off = true;

	m.loop = loop_new(&page);
	m.sorted = true;
	for (int i = 0; i < MANY; i++) {
		o[i] = (struct many_one){ &m, i };
		m.t[i].fn = on_many;
		m.t[i].ctx = &o[i];
		loop_timer(m.loop, &m.t[i], 1000 + (i * 7919) % 1000);
	}
	for (int i = 0; i < MANY; i += 3)
		loop_untimer(m.loop, &m.t[i]);
	for (int i = 0; i < MANY; i++)
		off = off && (i % 3 == 0) == (m.t[i].place == 0);
	T_OK(off, "taken off are those asked for");
	page.moved = 10;
	loop_run(m.loop);
	T_OK(m.sorted, "a thousand timers fire in order");
	T_INT(m.fired, 666, "all that were left");
	loop_free(m.loop);
}

static void
on_read(void *ctx, unsigned events)
{
	struct seen *s = ctx;

	(void)events;
	s->calls++;
	loop_unwatch(s->loop, s->other);
	loop_stop(s->loop);
}

static void
unwatched_in_the_batch(void)
{
	struct seen s = { .loop = loop_new(NULL) };
	int a[2], b[2];
	struct watch wa, wb;

	if (pipe(a) != 0 || pipe(b) != 0)
		exit(1);
	wa = (struct watch){ a[0], LOOP_READ, on_read, &s };
	wb = (struct watch){ b[0], LOOP_READ, on_read, &s };
	s.other = &wb;
	loop_watch(s.loop, &wa);
	loop_watch(s.loop, &wb);
	T_INT((int)write(a[1], "x", 1), 1, "a pipe is written");
	loop_run(s.loop);
	T_INT(s.calls, 1, "told once");
	loop_free(s.loop);
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

int
main(void)
{
	timers_in_order();
	many_timers();
	unwatched_in_the_batch();
	return t_done();
}
