/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is accepted prints as text that is accepted and prints the same;
 * a mistake is told for every text that is not. */
#include "conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	unsigned *n = ctx;

	(void)near;
	if (line == 0 || what == NULL)
		__builtin_trap();
	++*n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf first, second;
	struct arena arena;
	struct span a, b;
	unsigned told = 0;

	if (size > 65536)
		return 0;
	arena_init(&arena, 4 << 20);
	if (conf_parse(&first, (struct span){ data, size }, tell, &told) !=
	    (told == 0))
		__builtin_trap();
	if (told == 0) {
		a = conf_print(&first, &arena);
		if (!conf_parse(&second, a, tell, &told))
			__builtin_trap();
		b = conf_print(&second, &arena);
		if (!arena.failed && !span_eq(a, b))
			__builtin_trap();
		conf_free(&second);
	}
	conf_free(&first);
	arena_free(&arena);
	return 0;
}
