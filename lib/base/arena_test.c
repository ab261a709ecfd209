/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>

#include "test/t.h"

static bool
zeroed(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void
test_limit(void)
{
	struct arena a;
	size_t got = 0;

	arena_init(&a, 100000);
	while (arena_alloc(&a, 1000) != NULL)
		got++;
	T_OK(got >= 80 && got <= 100, "the limit is used, and held");
	T_OK(a.failed && !a.nomem, "refused by the limit");
	T_OK(a.used <= a.limit, "never above the limit");
	arena_reset(&a);
	T_OK(!a.failed, "reset forgives");
	T_OK(arena_alloc(&a, 100001) == NULL, "larger than all of it");
	T_OK(arena_array(&a, SIZE_MAX / 2, 4) == NULL, "product overflows");
	arena_free(&a);
	T_INT(a.used, 0, "all is given back");
}

static void
test_memory(void)
{
	struct arena a;
	uint8_t *p, *q;
	struct arena_mark m;

	arena_init(&a, 1 << 20);
	p = arena_alloc(&a, 100);
	for (size_t i = 0; i < 100; i++)
		p[i] = 0xff;
	m = arena_mark(&a);
	q = arena_alloc(&a, 100);
	for (size_t i = 0; i < 100; i++)
		q[i] = 0xee;
	arena_back(&a, m);
	q = arena_alloc(&a, 100);
	T_OK(zeroed(q, 100), "memory used again is zero again");
	T_OK((uintptr_t)arena_alloc(&a, 1) % alignof(max_align_t) == 0,
	    "aligned");
	p = arena_alloc(&a, 200000);
	T_OK(p != NULL && zeroed(p, 200000), "larger than a block");
	arena_back(&a, m);
	arena_reset(&a);
	p = arena_alloc(&a, 100);
	T_OK(zeroed(p, 100), "zero after reset");
	arena_free(&a);
}

static void
test_spans(void)
{
	struct arena a;
	struct buf b;
	struct span s;
	size_t used;

	arena_init(&a, 1 << 20);
	T_OK(span_absent(arena_dup(&a, SPAN_NONE)), "absent stays absent");
	s = arena_dup(&a, SPAN(""));
	T_OK(!span_absent(s) && s.len == 0, "empty stays present");
	T_SPAN(arena_dup(&a, SPAN("abc")), SPAN("abc"), "copy");
	b = arena_buf(&a, 10000);
	buf_put(&b, SPAN("short"));
	s = arena_done(&a, &b);
	used = arena_mark(&a).at;
	T_SPAN(s, SPAN("short"), "buffer as a span");
	arena_alloc(&a, 16);
	T_OK(arena_mark(&a).at - used < 100 && used < 1000,
	    "the rest is given back");
	arena_free(&a);
}

int
main(void)
{
	test_limit();
	test_memory();
	test_spans();
	return t_done();
}
