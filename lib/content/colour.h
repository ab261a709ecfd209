/* SPDX-License-Identifier: Apache-2.0 */
/* colour.h - how far two colours are apart for an eye. */
#ifndef CONTENT_COLOUR_H
#define CONTENT_COLOUR_H

#include <stdint.h>

/* Of two 0xRRGGBB the distance in CIELAB, rounded up; below 8 letters are
 * not seen on such a ground. */
unsigned colour_distance(uint32_t one, uint32_t other);

enum { COLOUR_NOT_SEEN = 8 };

#endif
