/* SPDX-License-Identifier: Apache-2.0 */
/* Property: what was read and is printed is read to the same. */
#include "wire/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ROOM(room, 40);
	struct buf b = BUF_ON(room);
	int64_t when, again;
	bool zoned;

	if (!stamp_parse(&when, (struct span){ data, size }, &zoned))
		return 0;
	stamp_print(&b, when);
	/* an offset may lead out of the years that are printed */
	if (b.len > 0)
		must(b.len == 20 &&
		    stamp_parse(&again, buf_span(&b), &zoned) && zoned &&
		    again == when);
	else
		must(when < 0 || when >= 253402300800);
	return 0;
}
