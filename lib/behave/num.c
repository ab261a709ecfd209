/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"

float
num_exp2(float x)
{
	union num_single v;
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
