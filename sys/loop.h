/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.h - one epoll loop with timers; every role has one.
 *
 * Watches and timers belong to the caller, who keeps them where they are
 * until they are taken off.  A function that is called may take off any
 * watch or timer, its own too.
 */
#ifndef SYS_LOOP_H
#define SYS_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HUP = 4 };

struct loop;

struct watch {
	int fd;
	unsigned want;			/* LOOP_READ, LOOP_WRITE          */
	void (*fn)(void *ctx, unsigned events);
	void *ctx;
};

struct timer {
	int64_t due;			/* of loop_ms(); set by the loop  */
	void (*fn)(void *ctx);
	void *ctx;
	size_t place;			/* 0: not set                     */
};

/* page: the shared clock, or NULL.  NULL: no memory or no descriptor. */
struct loop *loop_new(const struct clock_page *page);
void loop_free(struct loop *loop);

/* False: no memory, or the kernel refused (errno). */
bool loop_watch(struct loop *loop, struct watch *w);
bool loop_change(struct loop *loop, struct watch *w, unsigned want);
void loop_unwatch(struct loop *loop, struct watch *w);
/* The same for a descriptor that nobody else has and that is closed next:
 * the kernel takes it off by itself. */
void loop_forget(struct loop *loop, struct watch *w);

/* Once, in that many milliseconds; setting it again moves it. */
bool loop_timer(struct loop *loop, struct timer *t, int64_t in_ms);
void loop_untimer(struct loop *loop, struct timer *t);

int64_t loop_ms(const struct loop *loop);	/* milliseconds, monotonic */
int64_t loop_time(const struct loop *loop);	/* Unix seconds            */

/* Until loop_stop(); false: epoll failed. */
bool loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* One round: waits at most max_ms (-1: as long as the timers let it). */
bool loop_once(struct loop *loop, int max_ms);

#endif
