/* SPDX-License-Identifier: Apache-2.0 */
/* policy_new.c - policies of the public interface, each with its memory. */
#include "verdict/policy.h"

enum assay_status
assay_policy_parse(struct assay_policy **out, struct assay_span text,
    unsigned *line, const char **why)
{
	/* statements by their number, names and conditions by their text */
	struct arena *home = arena_new(LIMIT_POLICY_BYTES * 64);
	struct assay_policy *p;

	*out = NULL;
	p = home == NULL ? NULL : arena_alloc(home, sizeof(*p));
	if (p == NULL) {
		arena_delete(home);
		return ASSAY_NOMEM;
	}
	if (!policy_parse(p, text, line, why, home)) {
		arena_delete(home);
		return ASSAY_FORMAT;
	}
	p->home = home;
	*out = p;
	return ASSAY_OK;
}

void
assay_policy_free(struct assay_policy *policy)
{
	if (policy != NULL)
		arena_delete(policy->home);
}
