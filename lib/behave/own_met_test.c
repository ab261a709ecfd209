/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/own_met.h"

#include "behave/num.h"
#include "test/t.h"

enum { SETS = 64 };

/* Whichever octet of an entry becomes whatever else. */
static void
each_octet(void)
{
	static uint64_t entry[MET_WAYS];
	unsigned seen = 0, kept = 0;
	uint64_t was;

	met_add(entry, 1, num_mix(1), 100);
	was = entry[0];
	for (int shift = 0; shift < 64; shift += 8)
		for (uint64_t by = 1; by < 256; by++) {
			entry[0] = was ^ by << shift;
			seen += met_first(entry, 1, num_mix(1)) != 0;
			kept += met_mend(entry, 1) != 1 || entry[0] != 0;
		}
	T_OK(seen == 0, "what is damaged was not met");
	T_OK(kept == 0, "and is thrown away");
	entry[0] = was;
	T_OK(met_mend(entry, 1) == 0 && met_first(entry, 1, num_mix(1)) ==
	    100, "what is whole stays");
}

int
main(void)
{
	static uint64_t entry[SETS * MET_WAYS];
	unsigned known = 0;

	T_OK(met_first(entry, SETS, 5) == 0, "never");
	met_add(entry, SETS, 5, 100);
	met_add(entry, SETS, 5, 140);
	T_OK(met_first(entry, SETS, 5) == 100, "the first day stays");
	T_OK(met_first(entry, SETS, 5 + (UINT64_C(1) << 40)) == 0,
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
	each_octet();
	return t_done();
}
