/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/weight.h"

uint16_t
day_of(int64_t unix_second)
{
	int64_t day = unix_second / 86400 - DAY_UNIX;

	return (uint16_t)(day < 0 ? 0 : day > DAY_LAST ? DAY_LAST : day);
}

/* In steps, of the day alone: what a count of 1 would be. */
static float
level(uint16_t day)
{
	return (float)day * ((float)WEIGHT_STEPS / HALF_DAYS);
}

/* Below 1 there is room for counts of 1/16 on day 0. */
#define WEIGHT_ONE (4.0f * WEIGHT_STEPS)

float
weight_read(weight w, uint16_t day)
{
	if (w == 0)
		return 0;
	return num_exp2(((float)w - WEIGHT_ONE - level(day)) *
	    (1.0f / WEIGHT_STEPS));
}

weight
weight_add(weight w, uint16_t day, float amount)
{
	float count = weight_read(w, day) + amount;
	float v = num_log2(count) * WEIGHT_STEPS + WEIGHT_ONE + level(day);

	return (weight)num_within(v + 0.5f, 1, 65535);
}

weight
weight_halve(weight w)
{
	return w > WEIGHT_STEPS ? (weight)(w - WEIGHT_STEPS) : 0;
}
