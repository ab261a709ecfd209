/* SPDX-License-Identifier: Apache-2.0 */
/* AVX2. */
#define LANES 8
#define lanes_n_blocks lanes8_blocks
#define LANES_TARGET __attribute__((target("avx2")))
#define WEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, \
	    11)
#define WEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, \
	    7, 15)
#define SWAP_BYTES(a) __builtin_shufflevector(a, a, 3, 2, 1, 0, 7, 6, 5, 4, \
	    11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20, \
	    27, 26, 25, 24, 31, 30, 29, 28)
#include "crypto/lanes_block.h"
