/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include "test/run_fixture.h"
#include "test/t.h"

static const struct {
	enum severity severity;
	enum assay_result want;
} table[] = {
	{ SEVERITY_S1, ASSAY_PERMERROR },
	{ SEVERITY_S2, ASSAY_POLICY },
	{ SEVERITY_S3, ASSAY_NEUTRAL },
};
enum { N = sizeof(table) / sizeof(table[0]) };

int
main(void)
{
	struct fixture f;

	fixture_init(&f, NULL, 0);
	for (size_t i = 0; i < N; i++)
		facts_find(&f.facts, &f.arena, ASSAY_R_DUPLICATE_FIELD,
		    table[i].severity, (struct place){ 10 + i, 5 },
		    SPAN("Subject"));
	T_OK(f.facts.from.unusable, "S1 makes the author unusable");
	T_INT(fixture_check(&f, ASSAY_CHECK_MESSAGE, check_message), 1,
	    "one pass");
	T_INT(f.run.n_evidence, N, "a line of evidence a finding");
	for (size_t i = 0; i < f.run.n_evidence; i++) {
		const struct assay_evidence *e = &f.run.evidence[i];

		T_OK(e->check == ASSAY_CHECK_MESSAGE &&
		    e->result == table[i].want &&
		    e->reason == ASSAY_R_DUPLICATE_FIELD, "its result");
		T_OK(e->at == 10 + i && e->at_len == 5, "its place");
		T_SPAN(e->detail, SPAN("Subject"), "its detail");
		T_INT(e->n_asked, 0, "nothing was asked");
	}
	fixture_free(&f);
	return t_done();
}
