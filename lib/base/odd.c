/* SPDX-License-Identifier: Apache-2.0 */
#include "base/odd.h"

#include <string.h>

#define STEP 16

struct vec {
	uint8_t v __attribute__((vector_size(STEP)));
};

static inline struct vec
load(const uint8_t *p)
{
	struct vec x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static inline bool
any(struct vec x)
{
	uint64_t half[2];

	memcpy(half, &x, sizeof(half));
	return (half[0] | half[1]) != 0;
}

/* Not 0 where an octet, or the one behind it, is odd. */
static inline struct vec
odd(const uint8_t *p)
{
	struct vec a = load(p), b = load(p + 1), r;

	r.v = (uint8_t __attribute__((vector_size(STEP))))
	    ((a.v == 0) | ((a.v == '\r') ^ (b.v == '\n')));
	return r;
}

static inline struct vec
dashes(const uint8_t *p)
{
	struct vec a = load(p), b = load(p + 1), c = load(p + 2), r;

	r.v = (uint8_t __attribute__((vector_size(STEP))))
	    ((a.v == '\n') & (b.v == '-') & (c.v == '-'));
	return r;
}

size_t
span_find_odd(struct span s)
{
	const uint8_t *p = s.ptr;
	size_t i = 0, n = s.len;

	if (n > 0 && p[0] == '\n')
		return 0;
	while (n - i > 4 * STEP) {
		struct vec x = odd(p + i), y = odd(p + i + STEP),
		    z = odd(p + i + 2 * STEP), w = odd(p + i + 3 * STEP);

		x.v |= y.v | z.v | w.v;
		if (any(x))
			break;
		i += 4 * STEP;
	}
	for (; i < n; i++) {
		int behind = i + 1 < n ? p[i + 1] : -1;

		if (p[i] == 0 || (p[i] == '\r' && behind != '\n'))
			return i;
		if (p[i] != '\r' && behind == '\n')
			return i + 1;
	}
	return n;
}

size_t
span_find_dashes(struct span s)
{
	const uint8_t *p = s.ptr;
	size_t i = 0, n = s.len;

	while (n - i > 4 * STEP + 1) {
		struct vec x = dashes(p + i), y = dashes(p + i + STEP),
		    z = dashes(p + i + 2 * STEP), w = dashes(p + i + 3 * STEP);

		x.v |= y.v | z.v | w.v;
		if (any(x))
			break;
		i += 4 * STEP;
	}
	for (; i + 2 < n; i++)
		if (p[i] == '\n' && p[i + 1] == '-' && p[i + 2] == '-')
			return i;
	return n;
}
