/* SPDX-License-Identifier: Apache-2.0 */
/*
 * num.h - logarithms, powers and chance of our own.
 *
 * lib asks nothing of libm, and a record must replay to the same score on
 * another machine: sums and products of floats do, a libm need not.
 */
#ifndef BEHAVE_NUM_H
#define BEHAVE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

union num_single {
	float f;
	uint32_t u;
};

/* Of a number above zero; right to about 2^-22.  Asked some hundred times a
 * message. */
static inline float
num_log2(float x)
{
	union num_single v = { .f = x };
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

/* 2 to the x, x held in -126 .. 126. */
float num_exp2(float x);
/* 1 / (1 + e^-x) */
float num_logistic(float x);

static inline float
num_least(float a, float b)
{
	return a < b ? a : b;
}

static inline float
num_most(float a, float b)
{
	return a > b ? a : b;
}

/* x held in low .. high. */
static inline float
num_within(float x, float low, float high)
{
	return num_least(num_most(x, low), high);
}

/* All bits of x count in each bit of the result (splitmix64). */
static inline uint64_t
num_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* Chance from a seed: the same in every run. */
struct chance {
	uint64_t state;
};

static inline uint32_t
chance_bits(struct chance *c)
{
	c->state++;
	return (uint32_t)(num_mix(c->state) >> 32);
}

/* 0 .. n-1; n at least 1. */
static inline uint32_t
chance_below(struct chance *c, uint32_t n)
{
	return (uint32_t)((uint64_t)chance_bits(c) * n >> 32);
}

#endif
