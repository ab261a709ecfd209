/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weight.h - how often, and how long ago, in 16 bits.
 *
 * A count that fades: it halves every HALF_DAYS, and nobody has to write
 * for that.  What is kept is log2(count) plus the day in halves, in steps
 * of 1/256, so that the weight of an older day is simply the smaller
 * number.  Reading subtracts the day of reading.  The larger of two weights
 * is therefore the larger on every day: max() joins two nodes' counts in
 * any order, any number of times, with the same end.
 *
 * Days count from 2000-01-01 and end in 2060, with the range.
 */
#ifndef BEHAVE_WEIGHT_H
#define BEHAVE_WEIGHT_H

#include <stdint.h>

enum {
	WEIGHT_STEPS = 256,		/* of one doubling: 0.3 % a step     */
	HALF_DAYS = 180,
	DAY_LAST = 22000,
	DAY_UNIX = 10957		/* 2000-01-01 in days since 1970     */
};

typedef uint16_t weight;		/* 0: never */

/* The day of a moment, held in the range. */
uint16_t day_of(int64_t unix_second);

/* Once, on that day: another weight for each.  Below it there is room for a
 * sixteenth on day 0. */
static inline weight
weight_once(uint16_t day)
{
	return (weight)(day * WEIGHT_STEPS / HALF_DAYS + 4 * WEIGHT_STEPS);
}

float weight_read(weight w, uint16_t day);
/* One more (or amount more) on that day. */
weight weight_add(weight w, uint16_t day, float amount);
/* One less, that was added on the day then. */
weight weight_take_back(weight w, uint16_t then, uint16_t today);
/* Half of it, for ever. */
weight weight_halve(weight w);

#endif
