/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout.h - under which layout octets of this room were made (their first
 * octet says it), and which one this build reads.
 *
 * Records outlive builds: what another one wrote is told, not left out.
 */
#ifndef BEHAVE_LAYOUT_H
#define BEHAVE_LAYOUT_H

#include "base/span.h"

struct layout { unsigned made, read; };	/* made 0: there are no octets       */

static inline struct layout
layout_of(struct span in, unsigned read)
{
	return (struct layout){ in.len == 0 ? 0 : (unsigned)span_at(in, 0),
	    read };
}

#endif
