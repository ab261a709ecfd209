/* SPDX-License-Identifier: Apache-2.0 */
/* Any packet gives an answer whose items fit their type, or none. */
#include "wire/dnsrr.h"

#include "base/limits.h"
#include "wire/dname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
canonical(struct span name)
{
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);

	if (!dname_read(&b, name, SPAN_NONE) || !span_eq(buf_span(&b), name))
		__builtin_trap();
}

static void
look(const struct assay_answer *a, uint16_t type)
{
	if (a->kind < ASSAY_A_DATA || a->kind > ASSAY_A_TEMPFAIL ||
	    (a->kind == ASSAY_A_DATA) != (a->n_item > 0) ||
	    a->n_item > LIMIT_ITEMS || a->ttl > INT32_MAX)
		__builtin_trap();
	if (a->canonical.ptr != NULL)
		canonical(a->canonical);
	for (size_t i = 0; i < a->n_item; i++) {
		if (type == ASSAY_T_A && a->item[i].len != 4)
			__builtin_trap();
		if (type == ASSAY_T_AAAA && a->item[i].len != 16)
			__builtin_trap();
		if (type == ASSAY_T_MX)
			canonical(span_skip(a->item[i], 2));
		if (type == ASSAY_T_PTR || type == ASSAY_T_CNAME)
			canonical(a->item[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { 1, 5, 12, 15, 16, 28, 43, 48 };
	struct arena a;
	struct assay_answer got;

	arena_init(&a, 16 << 20);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (reply_read(&got, (struct span){ data, size }, types[i],
		    &a))
			look(&got, types[i]);
		arena_reset(&a);
	}
	arena_free(&a);
	return 0;
}
