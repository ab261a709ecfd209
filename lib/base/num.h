/* SPDX-License-Identifier: Apache-2.0 */
/* num.h - arithmetic that says when it does not fit.  Proven. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*@ requires \valid(out); assigns *out;
    ensures \result ==> *out == a + b;
    ensures !\result ==> a + b > SIZE_MAX; */
static inline bool
add_ok(size_t a, size_t b, size_t *out)
{
	if (a > SIZE_MAX - b)
		return false;
	*out = a + b;
	return true;
}

/* v * 10 + d, or false when that is above max. */
/*@ requires \valid(v) && d <= 9; assigns *v;
    ensures \result ==> *v == \old(*v) * 10 + d && *v <= max;
    ensures !\result ==> *v == \old(*v) && *v * 10 + d > max; */
static inline bool
digit_ok(uint64_t *v, uint8_t d, uint64_t max)
{
	if (d > max || *v > (max - d) / 10)
		return false;
	*v = *v * 10 + d;
	return true;
}

#endif
