/* SPDX-License-Identifier: Apache-2.0 */
#include "sources/sums.h"

#include "test/t.h"

int
main(void)
{
	static const uint8_t secret[16] = { 1 };
	struct arena a;
	struct sums s;
	uint64_t wrong = 0, k;

	arena_init(&a, 16 << 20);
	sums_init(&s, &a, secret);
	T_INT(sums_get(&s, 7), 0, "nothing is in an empty table");
	k = sums_key(&s, 1, 2, SPAN("x"));
	T_OK(k != 0 && k == sums_key(&s, 1, 2, SPAN("x")), "a key is stable");
	T_OK(k != sums_key(&s, 2, 2, SPAN("x")) &&
	    k != sums_key(&s, 1, 3, SPAN("x")) &&
	    k != sums_key(&s, 1, 2, SPAN("y")), "each part of it counts");
	T_INT(sums_add(&s, k, 3), 3, "a first number");
	T_INT(sums_add(&s, k, 4), 7, "and a second");
	for (uint64_t i = 1; i <= 20000; i++)
		(void)sums_add(&s, i * 0x9e3779b97f4a7c15, i);
	for (uint64_t i = 1; i <= 20000; i++)
		wrong += sums_get(&s, i * 0x9e3779b97f4a7c15) != i;
	T_INT(wrong, 0, "sums survive growth");
	T_INT(sums_get(&s, k), 7, "the first one, too");
	arena_free(&a);
	arena_init(&a, 1 << 10);
	sums_init(&s, &a, secret);
	T_INT(sums_add(&s, 5, 5), 0, "no memory: nothing was added");
	T_OK(a.failed, "and that is told");
	arena_free(&a);
	return t_done();
}
