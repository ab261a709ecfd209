/* SPDX-License-Identifier: Apache-2.0 */
/* Property: a head that is read, written again, is read as the same. */
#include "originals.h"

#include <stdlib.h>

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
	struct span in = { data, size }, again;
	struct buf out = { .ptr = malloc(2 * size + 200),
		.cap = 2 * size + 200 };
	struct original a, b;

	if (out.ptr != NULL && original_head_take(&in, &a) &&
	    original_head_put(&out, &a)) {
		again = buf_span(&out);
		must(original_head_take(&again, &b) && again.len == 0);
		must(a.at == b.at && a.size == b.size && span_eq(a.id, b.id));
		must(a.has_sender == b.has_sender &&
		    span_eq(a.sender, b.sender) && span_eq(a.rcpt, b.rcpt));
	}
	free(out.ptr);
	return 0;
}
