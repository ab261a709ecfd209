/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_clock.h - lets a test move the time of all roles (--test-clock).
 *
 * A datagram on the unix socket says where to: "+86400" (seconds from now)
 * or "1772366400" (Unix time, not before now).  Refused to root.
 */
#ifndef ASSAYD_TEST_CLOCK_H
#define ASSAYD_TEST_CLOCK_H

#include "log.h"
#include "loop.h"

struct test_clock;

/* moved is called after every move.  NULL: it was told why. */
struct test_clock *test_clock_new(const char *path, void (*moved)(void *),
    void *ctx, const struct log *log);
bool test_clock_join(struct test_clock *c, struct loop *loop);
void test_clock_free(struct test_clock *c);

/* NULL gives NULL and -1: the real time. */
const struct clock_page *test_clock_page(const struct test_clock *c);
int test_clock_fd(const struct test_clock *c);

#endif
