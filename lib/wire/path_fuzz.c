/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a path that is read has one kind of host, and printed with
 * quotes it reads the same. */
#include "wire/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
again(const struct path *p, struct arena *a)
{
	struct buf b = arena_buf(a, 2 * p->local.len +
	    p->domain.name.len + 3);
	struct path q;

	buf_byte(&b, '"');
	for (size_t i = 0; i < p->local.len; i++) {
		int c = span_at(p->local, i);

		if (c == '"' || c == '\\')
			buf_byte(&b, '\\');
		buf_byte(&b, (uint8_t)c);
	}
	buf_str(&b, "\"@");
	buf_put(&b, p->domain.name);
	must(path_parse(&q, buf_span(&b), a));
	must(span_eq(p->local, q.local) && domain_eq(p->domain, q.domain));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct arena a;

	arena_init(&a, 64 << 20);
	{
		struct path p;

		if (!path_parse(&p, in, &a))
			must(domain_absent(p.domain));
		else if (!p.null_path && !p.has_domain_literal)
			again(&p, &a);
		else
			must(domain_absent(p.domain) &&
			    p.null_path == (size == 0));
	}
	arena_free(&a);
	return 0;
}
