/* SPDX-License-Identifier: Apache-2.0 */
#include "open_ids.h"

#include "test/t.h"

int
main(void)
{
	struct open_ids *ids = open_ids_new();
	unsigned known = 0, unknown = 0;

	T_INT(open_ids_take(ids, 1, 1), OPEN_ID_UNKNOWN, "nobody said so");
	open_ids_add(ids, 1);
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_YES, "the first");
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_YES, "the same again");
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_TAKEN, "another");
	open_ids_add(ids, 1);
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_TAKEN, "said twice");
	for (uint64_t i = 0; i < 200000; i++)
		open_ids_add(ids, (UINT64_C(3) << 56) + i);
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_UNKNOWN, "long ago");
	for (uint64_t i = 200000 - OPEN_IDS; i < 200000; i++)
		known += open_ids_take(ids, (UINT64_C(3) << 56) + i, i) ==
		    OPEN_ID_YES;
	T_OK(known > OPEN_IDS - 8, "the latest are all known");
	for (uint64_t i = 300000; i < 400000; i++)
		unknown += open_ids_take(ids, (UINT64_C(3) << 56) + i, i) ==
		    OPEN_ID_UNKNOWN;
	T_OK(unknown > 99990, "others are not");
	open_ids_free(ids);
	return t_done();
}
