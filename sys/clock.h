/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - the one clock of every role.
 *
 * A page that the parent shares with all roles holds how far the time has
 * been moved, in seconds; 0 unless --test-clock was given.  Everybody asks
 * the loop (loop.h), which asks here, so that timers, day borders and the
 * life of answers follow.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

struct clock_page {
	_Atomic int64_t moved;		/* seconds ahead of the real time */
};

/* Unix seconds.  page may be NULL: nobody moved it. */
int64_t clock_unix(const struct clock_page *page);

/* Unix time in microseconds, never moved: to measure with. */
int64_t clock_micros(void);

/* Milliseconds of a clock that never goes back (if the page does not). */
int64_t clock_ms(const struct clock_page *page);

#endif
