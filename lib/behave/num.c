/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"

union single {
	float f;
	uint32_t u;
};

float
num_log2(float x)
{
	union single v = { .f = x };
	int exponent = (int)(v.u >> 23 & 255) - 127;
	float t, s;

	v.u = (v.u & 0x7fffffu) | 0x3f800000u;
	if (v.f > 1.41421356f) {
		v.f *= 0.5f;
		exponent++;
	}
	/* ln m = 2 artanh t, t = (m - 1) / (m + 1), |t| < 0.172 */
	t = (v.f - 1) / (v.f + 1);
	s = t * t;
	s = t * (1 + s * (1 / 3.0f + s * (1 / 5.0f + s * (1 / 7.0f))));
	return (float)exponent + s * 2.88539008f;
}

float
num_exp2(float x)
{
	union single v;
	int whole;
	float r, e;

	x = num_within(x, -126, 126);
	whole = (int)(x + (x < 0 ? -0.5f : 0.5f));
	r = (x - (float)whole) * 0.69314718f;
	e = 1 + r * (1 + r * (1 / 2.0f + r * (1 / 6.0f + r * (1 / 24.0f +
	    r * (1 / 120.0f + r * (1 / 720.0f))))));
	v.u = (uint32_t)(whole + 127) << 23;
	return e * v.f;
}

float
num_logistic(float x)
{
	return 1 / (1 + num_exp2(x * -1.44269504f));
}
