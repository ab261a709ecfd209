/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a name has two labels or more and, alone on a line of a list
 * without an origin, is read as itself. */
#include "origin/name_line.h"

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
	struct name_lines file = { .origin = { SPAN_NONE } }, plain = file;
	struct span rest = { data, size };
	struct arena a;

	arena_init(&a, 16 << 20);
	while (rest.len > 0 && !a.failed) {
		struct name_line l, again;
		struct span line = span_cut(&rest, '\n');

		if (name_line_read(&l, &file, line, &a) != NAME_LINE_NAME) {
			must(domain_absent(l.name));
			continue;
		}
		must(domain_labels(l.name) >= 2);
		must(name_line_read(&again, &plain, l.name.name, &a) ==
		    NAME_LINE_NAME && domain_eq(again.name, l.name));
	}
	arena_free(&a);
	return 0;
}
