/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is read is a time between the years 1900 and 10000. */
#include "wire/date.h"

#include "base/arena.h"

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
	struct span in = { data, size };
	struct arena a;

	arena_init(&a, 64 << 20);
	{
		int64_t v;

		if (date_parse(&v, in))
			must(v > -2208988800 - 400000 && v < 253402900000);
	}
	arena_free(&a);
	return 0;
}
