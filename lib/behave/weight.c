/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/weight.h"

uint16_t
day_of(int64_t unix_second)
{
	int64_t day = unix_second / 86400 - DAY_UNIX;

	return (uint16_t)(day < 0 ? 0 : day > DAY_LAST ? DAY_LAST : day);
}

/* 2 to the i / 16, and to the i / 256. */
static const float coarse[16] = {
	1.000000000f, 1.044273782f, 1.090507733f, 1.138788635f,
	1.189207115f, 1.241857812f, 1.296839555f, 1.354255547f,
	1.414213562f, 1.476826146f, 1.542210825f, 1.610490332f,
	1.681792831f, 1.756252160f, 1.834008086f, 1.915206561f
};
static const float fine[16] = {
	1.000000000f, 1.002711275f, 1.005429901f, 1.008155898f,
	1.010889286f, 1.013630085f, 1.016378315f, 1.019133996f,
	1.021897149f, 1.024667793f, 1.027445949f, 1.030231638f,
	1.033024879f, 1.035825694f, 1.038634102f, 1.041450125f
};

float
weight_read(weight w, uint16_t day)
{
	int steps = (int)w - weight_once(day), whole, part;
	union { uint32_t u; float f; } power;

	if (w == 0)
		return 0;
	/* rounded down, so that part is 0 .. 255 */
	whole = (steps + 512 * WEIGHT_STEPS) / WEIGHT_STEPS - 512;
	part = steps - whole * WEIGHT_STEPS;
	if (whole < -126)
		return 0;
	power.u = (uint32_t)(whole + 127) << 23;
	return power.f * coarse[part / 16] * fine[part % 16];
}

weight
weight_add(weight w, uint16_t day, float amount)
{
	float count = weight_read(w, day) + amount;
	float v = num_log2(count) * WEIGHT_STEPS + (float)weight_once(day);

	return (weight)num_within(v + 0.5f, 1, 65535);
}

weight
weight_take_back(weight w, uint16_t then, uint16_t today)
{
	float left = weight_read(w, today) -
	    weight_read(weight_add(0, then, 1), today);

	/* less than one of a year ago is rounding */
	return left > 0.1f ? weight_add(0, today, left) : 0;
}

weight
weight_halve(weight w)
{
	return w > WEIGHT_STEPS ? (weight)(w - WEIGHT_STEPS) : 0;
}
