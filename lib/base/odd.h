/* SPDX-License-Identifier: Apache-2.0 */
/*
 * odd.h - two questions asked of every octet of a body, many at a time.
 *
 * Written with the compiler's vector types: no run-time dispatch, 16 octets
 * a step on any CPU, faster than any hash that follows.
 */
#ifndef BASE_ODD_H
#define BASE_ODD_H

#include "base/span.h"

/* Index of the first NUL, CR without LF behind it, or LF without CR before
 * it; or the length.  Nothing stands before or behind s. */
size_t span_find_odd(struct span s);

/* Index of the first LF that has "--" behind it, or the length. */
size_t span_find_dashes(struct span s);

#endif
