/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an x86-64 can do.  CPU names the features by number, the operating
 * system must have switched the registers on: the compiler's run-time asks
 * both.
 */
#include "crypto/lanes.h"

#include <cpuid.h>

bool
lanes_can(enum lanes_width width)
{
	__builtin_cpu_init();
	switch (width) {
	case LANES_1:
	case LANES_4:
		return true;
	case LANES_8:
		return __builtin_cpu_supports("avx2") != 0;
	case LANES_16:
		return __builtin_cpu_supports("avx512f") != 0 &&
		    __builtin_cpu_supports("avx512bw") != 0 &&
		    __builtin_cpu_supports("avx512vl") != 0;
	}
	return false;
}

/* The SHA extensions: leaf 7, EBX bit 29. */
static bool
sha_instructions(void)
{
	unsigned a = 0, b = 0, c = 0, d = 0;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
	    (b >> 29 & 1) != 0;
}

struct lanes_plan
lanes_best(void)
{
	bool sha = sha_instructions();

	if (lanes_can(LANES_16))
		return (struct lanes_plan){ LANES_16, sha ? 8 : 3 };
	if (sha)
		return (struct lanes_plan){ LANES_1, 0 };
	if (lanes_can(LANES_8))
		return (struct lanes_plan){ LANES_8, 3 };
	return (struct lanes_plan){ LANES_1, 0 };
}

lanes_blocks_fn *
lanes_blocks(enum lanes_width width)
{
	switch (width) {
	case LANES_1:
		break;
	case LANES_4:
		return lanes4_blocks;
	case LANES_8:
		return lanes8_blocks;
	case LANES_16:
		return lanes16_blocks;
	}
	return NULL;
}
