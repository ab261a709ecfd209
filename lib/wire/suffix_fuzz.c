/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list, NUL, names one a line: whatever the list says, the organization of
 * a name is a tail of it that begins at a label, and its own organization.
 */
#include "wire/suffix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
one(const struct suffixes *list, struct span name, enum suffix_kind kind)
{
	struct span org = suffix_org(list, name, kind);

	must(span_ends(name, org));
	must(org.len > 0 || name.len == 0 || span_ends(name, SPAN(".")));
	must(org.len == name.len ||
	    span_at(name, name.len - org.len - 1) == '.');
	must(org.len == 0 || span_eq(suffix_org(list, org, kind), org));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { data, size };
	struct span text = span_cut(&rest, 0);
	struct suffixes *list;
	struct arena a;

	arena_init(&a, 16u << 20);
	list = suffixes_read(text, &a);
	while (rest.len > 0) {
		struct span name = span_cut(&rest, '\n');

		one(list, name, SUFFIX_ICANN);
		one(list, name, SUFFIX_PRIVATE);
		one(NULL, name, SUFFIX_ICANN);
	}
	arena_free(&a);
	return 0;
}
