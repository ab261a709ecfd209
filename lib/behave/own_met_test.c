/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/own_met.h"

#include "behave/num.h"
#include "test/t.h"

enum { SETS = 64 };

int
main(void)
{
	static uint64_t entry[SETS * MET_WAYS];
	unsigned known = 0;

	T_OK(met_first(entry, SETS, 5) == 0, "never");
	met_add(entry, SETS, 5, 100);
	met_add(entry, SETS, 5, 140);
	T_OK(met_first(entry, SETS, 5) == 100, "the first day stays");
	T_OK(met_first(entry, SETS, 5 + (UINT64_C(1) << 32)) == 0,
	    "a neighbour in the set is another");
	for (uint64_t i = 0; i < 400; i++)
		met_add(entry, SETS, num_mix(i), 141);
	for (uint64_t i = 0; i < 400; i++)
		known += met_first(entry, SETS, num_mix(i)) != 0;
	printf("# of 400 in 512: %u\n", known);
	T_OK(known > 340, "most are there");
	for (uint64_t i = 0; i < 100000; i++)
		met_add(entry, SETS, num_mix(i + 1000), 150);
	T_OK(met_first(entry, SETS, 5) == 0, "a flood pushes out");
	met_add(entry, SETS, 9, 160);
	met_add(entry, SETS, 9, 161);
	met_forget(entry, SETS, 9, 161);
	T_OK(met_first(entry, SETS, 9) == 160, "known since longer");
	met_forget(entry, SETS, 9, 160);
	T_OK(met_first(entry, SETS, 9) == 0, "forgotten");
	met_add(entry, SETS, 7, 0);
	T_OK(met_first(entry, SETS, 7) == 0, "day 0 is never");
	return t_done();
}
