/* SPDX-License-Identifier: Apache-2.0 */
#include "alerts/usual.h"

static void
sort(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* Of sorted numbers; of two in the middle the smaller. */
static uint64_t
middle(const uint64_t *v, size_t n)
{
	return v[(n - 1) / 2];
}

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* The whole part, by Newton; x is a count of messages. */
static uint64_t
root(uint64_t x)
{
	uint64_t r = x, next = x / 2 + 1;

	while (next < r) {
		r = next;
		next = (r + x / r) / 2;
	}
	return r;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

struct usual
usual_of(uint64_t *sample, size_t n)
{
	uint64_t away[USUAL_WEEKS];
	struct usual u = { .known = n >= USUAL_LEAST };

	if (!u.known || n > USUAL_WEEKS)
		return (struct usual){ .known = false };
	sort(sample, n);
	u.median = middle(sample, n);
	for (size_t i = 0; i < n; i++)
		away[i] = distance(sample[i], u.median);
	sort(away, n);
	/* 3/2: what makes it the deviation of a normal series */
	u.spread = middle(away, n) / 2 * 3;
	u.spread = larger(larger(u.spread, u.median / 10),
	    larger(root(u.median), 5));
	return u;
}

bool
usual_spike(const struct usual *u, uint64_t x, uint64_t least)
{
	return u->known && x > u->median && x - u->median >= least &&
	    x / 2 >= u->median && (x - u->median) / 4 >= u->spread;
}

bool
usual_drop(const struct usual *u, uint64_t x, uint64_t least)
{
	return u->known && x < u->median && u->median - x >= least &&
	    x <= u->median / 2 && (u->median - x) / 4 >= u->spread;
}
