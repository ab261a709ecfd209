/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What decodes, encodes again and decodes to the same octets; white space
 * does not matter when it may stand; nothing is written beyond the room.
 */
#include "wire/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t once[4096], text[6000], twice[4096];
	struct buf a = BUF_ON(once), t = BUF_ON(text), b = BUF_ON(twice);
	struct span in = { data, size < 4000 ? size : 4000 };
	bool strict = base64_decode(&a, in, false);

	if (base64_room(in.len) < a.len)
		__builtin_trap();
	a.len = 0;
	a.full = false;
	if (!base64_decode(&a, in, true)) {
		if (strict)
			__builtin_trap();
		return 0;
	}
	base64_encode(&t, buf_span(&a));
	if (!base64_decode(&b, buf_span(&t), false) ||
	    !span_eq(buf_span(&a), buf_span(&b)))
		__builtin_trap();
	return 0;
}
