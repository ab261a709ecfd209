/* SPDX-License-Identifier: Apache-2.0 */
/*
 * punycode.h - A-labels back to characters: Punycode (RFC 3492).
 *
 * What a label shows, not whether IDNA allows it: hostile ones matter most.
 */
#ifndef WIRE_PUNYCODE_H
#define WIRE_PUNYCODE_H

#include "base/span.h"

/* The characters of a label; ASCII in lower case. */
struct points {
	uint32_t c[64];		/* RFC 1035 2.3.4: 63 octets, and each
				 * character takes one at least           */
	size_t n;
};

/* Reads text, what follows "xn--".  False: it is not Punycode. */
bool punycode_read(struct points *out, struct span text);

/* Reads a label, A-label or not.  False: longer than a label can be, or
 * "xn--" and no Punycode; then *out has its octets as they are, cut. */
bool label_read(struct points *out, struct span label);

#endif
