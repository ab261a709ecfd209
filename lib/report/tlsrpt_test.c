/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tlsrpt.h"

#include "test/t.h"

int
main(void)
{
	for (enum tlsrpt_policy_type t = TLSRPT_TLSA; t < TLSRPT_POLICY_OTHER;
	    t++)
		T_INT(tlsrpt_policy_of(assay_cstr(tlsrpt_policy_name(t))), t,
		    tlsrpt_policy_name(t));
	for (enum tlsrpt_result r = TLSRPT_STARTTLS_NOT_SUPPORTED;
	    r < TLSRPT_R_OTHER; r++)
		T_INT(tlsrpt_result_of(assay_cstr(tlsrpt_result_name(r))), r,
		    tlsrpt_result_name(r));
	T_INT(tlsrpt_policy_of(SPAN("STS")), TLSRPT_STS, "case");
	T_INT(tlsrpt_policy_of(SPAN("")), TLSRPT_POLICY_OTHER, "empty");
	T_INT(tlsrpt_policy_of(SPAN_NONE), TLSRPT_UNSAID, "unsaid");
	T_INT(tlsrpt_result_of(SPAN("new")), TLSRPT_R_OTHER, "other");
	T_INT(tlsrpt_result_of(SPAN_NONE), TLSRPT_R_UNSAID, "unsaid");
	for (unsigned bit = 0; bit < 11; bit++)
		T_OK(*tlsrpt_deviation_text(
		    (enum tlsrpt_deviation)(1u << bit)) != '\0',
		    "a clause for each deviation");
	return t_done();
}
