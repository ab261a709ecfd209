/* SPDX-License-Identifier: Apache-2.0 */
/* AVX-512 F, BW and VL. */
#define LANES 16
#define lanes_n_blocks lanes16_blocks
#define LANES_TARGET __attribute__((target("avx512f,avx512bw,avx512vl")))
#define WEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, \
	    3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define WEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, \
	    26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define SWAP_BYTES(a) __builtin_shufflevector(a, a, 3, 2, 1, 0, 7, 6, 5, 4, \
	    11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20, \
	    27, 26, 25, 24, 31, 30, 29, 28, 35, 34, 33, 32, 39, 38, 37, 36, \
	    43, 42, 41, 40, 47, 46, 45, 44, 51, 50, 49, 48, 55, 54, 53, 52, \
	    59, 58, 57, 56, 63, 62, 61, 60)
#include "crypto/lanes_block.h"
