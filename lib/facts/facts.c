/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/facts.h"

static bool
grow(struct facts *f, struct arena *a)
{
	size_t cap = f->n_finding == 0 ? 4 : f->n_finding * 4;
	struct finding *more;

	/* full at 4, 16, 64: the sizes it had */
	if (f->n_finding != 0 && f->n_finding != 4 && f->n_finding != 16)
		return true;
	more = arena_array(a, cap, sizeof(*more));
	if (more == NULL)
		return false;
	for (size_t i = 0; i < f->n_finding; i++)
		more[i] = f->finding[i];
	f->finding = more;
	return true;
}

void
facts_find(struct facts *f, struct arena *a, enum assay_reason reason,
    enum severity severity, struct place place, struct span detail)
{
	/* A malformed message gets neither dmarc=pass nor dmarc=none. */
	if (severity == SEVERITY_S1)
		f->from.unusable = true;
	if (f->n_finding >= LIMIT_FINDINGS) {
		f->finding_capped = true;
		return;
	}
	if (!grow(f, a))
		return;
	f->finding[f->n_finding++] = (struct finding){ .reason = reason,
	    .severity = severity, .place = place, .detail = detail };
}
