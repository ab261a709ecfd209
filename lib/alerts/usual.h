/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usual.h - what is usual, out of few and wild numbers.
 *
 * Mail has weekdays, holidays and single days on which a newsletter goes out,
 * so a mean and its deviation are no measure: one such day spoils both for
 * weeks.  The measure here is the median of the same weekday of the last
 * eight weeks and the median distance from it; up to half of the days may be
 * wild without any effect.
 *
 * A number is out of the usual when it is far from the median in each of
 * three ways, so that small numbers, calm series and wild ones are all
 * quiet: by factor (twice, or half), by distance (four spreads), and by
 * messages (a minimum).  The spread is never taken for less than a tenth of
 * the median, its square root (what chance alone does to counts) or 5.
 */
#ifndef ALERTS_USUAL_H
#define ALERTS_USUAL_H

#include "base/span.h"

enum {
	USUAL_WEEKS = 8,
	USUAL_LEAST = 4		/* days needed: fewer have no middle        */
};

struct usual {
	bool known;
	uint64_t median, spread;
};

/* Sorts the sample, which has n <= USUAL_WEEKS. */
struct usual usual_of(uint64_t *sample, size_t n);

/* least: messages more, or less, than usual. */
bool usual_spike(const struct usual *u, uint64_t x, uint64_t least);
bool usual_drop(const struct usual *u, uint64_t x, uint64_t least);

#endif
