/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: decoding what was encoded gives it back; decoding never grows. */
#include "wire/qp.h"

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
		struct buf b = arena_buf(&a, 4 * size + 8);
		struct buf c = arena_buf(&a, size + 1);

		qp_encode(&b, in);
		must(!b.full && qp_decode(&c, buf_span(&b)));
		must(span_eq(buf_span(&c), in));
		c.len = 0;
		(void)qp_decode(&c, in);
		must(!c.full);
		c.len = 0;
		(void)qp_decode_word(&c, in);
		must(!c.full);
	}
	arena_free(&a);
	return 0;
}
