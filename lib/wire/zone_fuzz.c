/* SPDX-License-Identifier: Apache-2.0 */
/* Names of any master file are canonical, items fit their type, and the end
 * is reached. */
#include "wire/zone.h"

#include "wire/dname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
canonical(struct span name)
{
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);

	if (!dname_read(&b, name, SPAN_NONE) ||
	    !span_eq(buf_span(&b), name))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct zone z;
	struct zone_rr rr;

	arena_init(&a, 64u << 20);
	z = zone_open((struct span){ data, size }, &a);
	while (zone_next(&z, &rr)) {
		canonical(rr.owner);
		if (rr.ttl > INT32_MAX || rr.type == 0)
			__builtin_trap();
		if (!rr.has_item)
			continue;
		if (rr.type == ASSAY_T_A && rr.item.len != 4)
			__builtin_trap();
		if (rr.type == ASSAY_T_AAAA && rr.item.len != 16)
			__builtin_trap();
		if (rr.type == ASSAY_T_MX)
			canonical(span_skip(rr.item, 2));
		if (rr.type == ASSAY_T_CNAME || rr.type == ASSAY_T_PTR)
			canonical(rr.item);
	}
	if (z.why == NULL && !a.failed && !cur_end(&z.in))
		__builtin_trap();
	arena_free(&a);
	return 0;
}
