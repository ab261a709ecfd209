/* SPDX-License-Identifier: Apache-2.0 */
/* ours.c - what is ours, once for all evaluations of a process. */
#include "eval.h"

#include "base/limits.h"

enum assay_status
assay_ours_new(struct assay_ours **out, const struct assay_options *options)
{
	struct arena *home = arena_new(LIMIT_LOOKALIKE_MEMORY);
	struct assay_ours *o = home == NULL ? NULL :
	    arena_alloc(home, sizeof(*o));

	*out = NULL;
	if (o != NULL && ours_make(&o->ours, options, home) &&
	    !home->failed) {
		o->home = home;
		*out = o;
		return ASSAY_OK;
	}
	arena_delete(home);
	return ASSAY_LIMIT;
}

void
assay_ours_free(struct assay_ours *ours)
{
	if (ours != NULL)
		arena_delete(ours->home);
}
