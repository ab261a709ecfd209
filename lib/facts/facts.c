/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/facts.h"

void
facts_find(struct facts *f, struct arena *a, enum assay_reason reason,
    enum severity severity, struct place place, struct span detail)
{
	if (f->finding == NULL)
		f->finding = arena_array(a, LIMIT_FINDINGS,
		    sizeof(*f->finding));
	if (f->finding == NULL)
		return;
	if (f->n_finding == LIMIT_FINDINGS) {
		f->finding_capped = true;
		return;
	}
	f->finding[f->n_finding++] = (struct finding){ .reason = reason,
		.severity = severity, .place = place, .detail = detail };
}
