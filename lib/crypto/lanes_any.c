/* SPDX-License-Identifier: Apache-2.0 */
/* Where nothing is known of the CPU: four lanes if asked, else one. */
#include "crypto/lanes.h"

bool
lanes_can(enum lanes_width width)
{
	return width == LANES_1 || width == LANES_4;
}

struct lanes_plan
lanes_best(void)
{
	return (struct lanes_plan){ LANES_1, 0 };
}

lanes_blocks_fn *
lanes_blocks(enum lanes_width width)
{
	return width == LANES_4 ? lanes4_blocks : NULL;
}
