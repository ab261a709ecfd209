/* SPDX-License-Identifier: Apache-2.0 */
/* What is usual, and what is not: literal series. */
#include "alerts/usual.h"

#include "test/t.h"

static const struct test {
	const char *label;
	uint64_t sample[USUAL_WEEKS];
	size_t n;
	uint64_t x, least;
	bool spike, drop;
} tests[] = {
	{ "as ever", { 100, 100, 100, 100, 100, 100, 100, 100 }, 8,
	  100, 50, false, false },
	{ "twice is not enough when chance does as much",
	  { 10, 12, 9, 11, 10, 8, 12, 10 }, 8, 25, 10, false, false },
	{ "a real spike", { 100, 110, 90, 105, 95, 100, 100, 98 }, 8,
	  400, 50, true, false },
	{ "a real drop", { 1000, 1100, 900, 1050, 950, 1000, 990, 1010 }, 8,
	  100, 50, false, true },
	{ "nothing where there was much",
	  { 100, 110, 90, 105, 95, 100, 100, 98 }, 8, 0, 50, false, true },
	{ "half and a bit", { 1000, 1000, 1000, 1000 }, 4,
	  501, 50, false, false },
	{ "half", { 1000, 1000, 1000, 1000 }, 4, 500, 50, false, true },
	{ "small numbers", { 3, 2, 4, 3, 3, 2, 4, 3 }, 8, 30, 50, false,
	  false },
	{ "small numbers fall", { 3, 2, 4, 3, 3, 2, 4, 3 }, 8, 0, 50, false,
	  false },
	{ "from nothing", { 0, 0, 0, 0, 0, 0, 0, 0 }, 8, 50, 50, true,
	  false },
	{ "from nothing to little", { 0, 0, 0, 0, 0, 0, 0, 0 }, 8, 49, 50,
	  false, false },
	{ "a wild series is not surprised",
	  { 10, 900, 20, 700, 400, 1200, 50, 300 }, 8, 1500, 50, false,
	  false },
	{ "nor by nothing", { 1000, 100, 900, 300, 1200, 80, 1000, 90 }, 8,
	  0, 50, false, false },
	{ "one newsletter in eight weeks does not spoil it",
	  { 100, 100, 100, 9000, 100, 100, 100, 100 }, 8, 900, 50, true,
	  false },
	{ "three days are no habit", { 100, 100, 100 }, 3, 9000, 50, false,
	  false },
	{ "numbers at the end of numbers", { UINT64_MAX, UINT64_MAX,
	  UINT64_MAX, UINT64_MAX }, 4, 0, 50, false, true },
	{ "up to the end of numbers", { 100, 100, 100, 100 }, 4, UINT64_MAX,
	  50, true, false },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const struct test *t = &tests[i];
		uint64_t sample[USUAL_WEEKS];
		struct usual u;

		memcpy(sample, t->sample, sizeof(sample));
		u = usual_of(sample, t->n);
		T_OK(usual_spike(&u, t->x, t->least) == t->spike, t->label);
		T_OK(usual_drop(&u, t->x, t->least) == t->drop, t->label);
	}
	return t_done();
}
