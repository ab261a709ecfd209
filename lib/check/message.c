/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structural findings as evidence.  They were made from the bytes, so this
 * check asks nothing; S1 is permerror because no later check may call such a
 * message authenticated (facts.from.unusable).
 */
#include "check/check.h"

static enum assay_result
result_of(enum severity s)
{
	switch (s) {
	case SEVERITY_S1:
		return ASSAY_PERMERROR;
	case SEVERITY_S2:
		return ASSAY_POLICY;
	case SEVERITY_S3:
		break;
	}
	return ASSAY_NEUTRAL;
}

enum step
check_message(struct run *r)
{
	for (size_t i = 0; i < r->facts->n_finding; i++) {
		const struct finding *f = &r->facts->finding[i];

		evidence_add(r, ASSAY_CHECK_MESSAGE, result_of(f->severity),
		    f->reason, SPAN_NONE, f->detail, f->place);
	}
	return STEP_DONE;
}
