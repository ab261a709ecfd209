/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a name is found or not whatever pieces the octets come in, and
 * is found if it stands there as it is; the one who looks may do so again. */
#include "look.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
look(struct look *l, struct span s, size_t step)
{
	look_start(l, SPAN("jo@a.example"));
	for (; s.len > 0; s = span_skip(s, step))
		look_take(l, span_head(s, step));
	return look_found(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { data, size };
	struct look *l = look_new();
	bool found;

	if (l == NULL)
		return 0;
	found = look(l, all, size + 1);
	if (found != look(l, all, 1) || found != look(l, all, 7) ||
	    (!found && size <= 4096 && look_names(all,
	    SPAN("jo@a.example"))))
		__builtin_trap();
	look_free(l);
	return 0;
}
