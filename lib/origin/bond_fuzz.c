/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: each bond takes something; what is read is written the same. */
#include "origin/bond.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { data, size };
	struct bond t;
	bool bad;

	for (;;) {
		struct span before = rest;
		ROOM(room, BOND_OCTETS);
		struct buf b = BUF_ON(room);

		if (!bond_get(&t, &rest, &bad))
			return 0;
		bond_put(&b, &t);
		if (rest.len >= before.len || b.full ||
		    !span_eq(buf_span(&b), span_head(before,
		    before.len - rest.len)))
			__builtin_trap();
	}
}
