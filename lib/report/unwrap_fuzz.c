/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever comes, it ends; windows lie in what may be read; a document that
 * is not read changes nothing for those behind it. */
#include "report/unwrap_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4 << 20 };

/* Documents; every window is looked at, when read. */
static unsigned
go_through(struct unwrap *u, struct arena *a, struct span file, bool read,
    size_t *octets)
{
	struct unwrap_doc d;
	unsigned n = 0;

	arena_reset(a);
	unwrap_start(u, file, SPAN_NONE, a);
	while (unwrap_next(u, &d)) {
		bool last = !read || d.kind < UNWRAP_AGGREGATE ||
		    d.kind == UNWRAP_FEEDBACK;
		uint32_t crc = 0;
		n++;
		if (n > LIMIT_ZIP_ENTRIES + LIMIT_REPORT_PARTS + 2)
			__builtin_trap();
		while (!last && *octets < MOST) {
			struct span w;
			enum unwrap_why why = unwrap_read(u, &w, &last);
			if (why != UNWRAP_FINE && !last)
				__builtin_trap();
			crc = inflate_crc(crc, w);
			*octets += w.len;
		}
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena own, a;
	static struct unwrap *u;
	struct span file = { data, size };
	size_t octets = 0;
	unsigned n;

	if (u == NULL) {
		arena_init(&own, 512 << 10);
		arena_init(&a, 16 << 20);
		u = unwrap_new(&own);
	}
	n = go_through(u, &a, file, true, &octets);
	if (n == 0)
		__builtin_trap();
	if (octets < MOST && n != go_through(u, &a, file, false, &octets))
		__builtin_trap();
	return 0;
}
