/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is valid is the same once decoded and encoded; what is not
 * ends nowhere but at its end. */
#include "wire/utf8.h"

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
		struct buf b = arena_buf(&a, 4 * size + 4);
		struct span rest = in;
		bool valid = true;

		while (rest.len > 0) {
			size_t before = rest.len;
			int32_t c = utf8_next(&rest);

			must(rest.len < before);
			valid &= c >= 0;
			must(c < 0xd800 || (c > 0xdfff && c <= 0x10ffff));
			if (c >= 0)
				utf8_put(&b, (uint32_t)c);
		}
		must(valid == utf8_valid(in));
		must(!valid || span_eq(buf_span(&b), in));
		must(valid || utf8_worst(in) == UTF8_CONTROL);
	}
	arena_free(&a);
	return 0;
}
