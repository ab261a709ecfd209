/* SPDX-License-Identifier: Apache-2.0 */
/* Property: of a list that is taken, every piece lies in the message or in the
 * list, and the pieces of the message come in order. */
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_in(struct span whole, struct span part)
{
	return part.len == 0 || (part.ptr >= whole.ptr &&
	    part.len <= whole.len && (size_t)(part.ptr - whole.ptr) <=
	    whole.len - part.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span list = { data, size }, message, piece;
	const uint8_t *last;
	struct cuts c;
	size_t n = 0;

	message = span_head(list, size / 2);
	last = message.ptr;
	if (!cuts_open(&c, span_skip(list, size / 2), message.len))
		return 0;
	while (cuts_piece(&c, message, &piece)) {
		if (++n > size || (!is_in(message, piece) &&
		    !is_in(list, piece)))
			__builtin_trap();
		if (piece.len > 0 && is_in(message, piece)) {
			if (piece.ptr < last)
				__builtin_trap();
			last = piece.ptr + piece.len;
		}
	}
	return 0;
}
