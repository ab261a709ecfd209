/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is shown is UTF-8 without controls and without what hides,
 * and no longer than three times the text. */
#include "wire/encword.h"

#include "base/arena.h"
#include "wire/utf8.h"

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
		struct buf b = arena_buf(&a, 3 * size + 3);
		struct encword_seen seen;

		encword_show(&b, in, &seen);
		must(!b.full);
		must(utf8_valid(buf_span(&b)));
		must(utf8_worst(buf_span(&b)) == UTF8_PLAIN);
	}
	arena_free(&a);
	return 0;
}
