/* SPDX-License-Identifier: Apache-2.0 */
/* SSE2, which every x86-64 has; or what else the compiler finds. */
#define LANES 4
#define lanes_n_blocks lanes4_blocks
#define LANES_TARGET
#define WEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define WEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define SWAP_BYTES(a) __builtin_shufflevector(a, a, 3, 2, 1, 0, 7, 6, 5, 4, \
	    11, 10, 9, 8, 15, 14, 13, 12)
#include "crypto/lanes_block.h"
