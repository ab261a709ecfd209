/* SPDX-License-Identifier: Apache-2.0 */
/* A name read from the wire or from text is canonical: reading its text
 * again gives the same. */
#include "wire/dname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
again(struct span canonical)
{
	uint8_t room[DNAME_TEXT_MAX], room2[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room), c = BUF_ON(room2);

	if (!dname_read(&b, canonical, SPAN_NONE) ||
	    !span_eq(buf_span(&b), canonical))
		__builtin_trap();
	dname_loose(&c, canonical);
	if (!span_eq(buf_span(&c), canonical))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { data, size };
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);
	struct cur c = cur_of(span_skip(all, size / 2));

	if (dname_unwire(&b, &c, all))
		again(buf_span(&b));
	b = BUF_ON(room);
	if (dname_read(&b, span_head(all, size / 2),
	    SPAN("origin.example")))
		again(buf_span(&b));
	return 0;
}
