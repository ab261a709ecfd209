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

/* Of a number above zero; right to about 2^-22. */
float num_log2(float x);
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
