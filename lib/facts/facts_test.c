/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/facts.h"

#include "test/t.h"

int
main(void)
{
	struct facts f = { .fields = 0 };
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < LIMIT_FINDINGS; i++)
		facts_find(&f, &a, ASSAY_R_DUPLICATE_FIELD, SEVERITY_S2,
		    (struct place){ i, 1 }, SPAN_NONE);
	T_OK(f.n_finding == LIMIT_FINDINGS && !f.finding_capped, "full");
	for (size_t i = 0; i < f.n_finding; i++)
		T_INT(f.finding[i].place.at, i, "in order");
	T_OK(!f.from.unusable, "S2 leaves the author usable");
	facts_find(&f, &a, ASSAY_R_FROM_MULTIPLE, SEVERITY_S1,
	    (struct place){ 0, 0 }, SPAN_NONE);
	T_OK(f.n_finding == LIMIT_FINDINGS && f.finding_capped, "capped");
	T_OK(f.from.unusable, "S1 counts even then");
	arena_free(&a);
	arena_init(&a, 64);
	f = (struct facts){ .fields = 0 };
	facts_find(&f, &a, ASSAY_R_FROM_MULTIPLE, SEVERITY_S1,
	    (struct place){ 0, 0 }, SPAN_NONE);
	T_OK(f.n_finding == 0 && f.from.unusable && a.failed, "no memory");
	arena_free(&a);
	return t_done();
}
