/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <stddef.h>
#include <time.h>

static int64_t
moved(const struct clock_page *page)
{
	return page == NULL ? 0 : page->moved;
}

int64_t
clock_unix(const struct clock_page *page)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec + moved(page);
}

int64_t
clock_micros(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_ms(const struct clock_page *page)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec + moved(page)) * 1000 +
	    ts.tv_nsec / 1000000;
}
