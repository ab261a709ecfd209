/* SPDX-License-Identifier: Apache-2.0 */
/* tlsrpt.c - the words of SMTP TLS reports (RFC 8460 4.3, 4.4). */
#include "report/tlsrpt.h"

static const char *const policies[] = { "", "tlsa", "sts",
    "no-policy-found", "" };

static const char *const results[] = { "", "starttls-not-supported",
    "certificate-host-mismatch", "certificate-expired",
    "certificate-not-trusted", "validation-failure", "tlsa-invalid",
    "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
    "sts-policy-invalid", "sts-webpki-invalid", "" };

const char *
tlsrpt_policy_name(enum tlsrpt_policy_type type)
{
	return type <= TLSRPT_POLICY_OTHER ? policies[type] : "";
}

const char *
tlsrpt_result_name(enum tlsrpt_result result)
{
	return result <= TLSRPT_R_OTHER ? results[result] : "";
}

enum tlsrpt_policy_type
tlsrpt_policy_of(struct span word)
{
	if (span_absent(word))
		return TLSRPT_UNSAID;
	for (enum tlsrpt_policy_type t = TLSRPT_TLSA; t < TLSRPT_POLICY_OTHER;
	    t++)
		if (span_ieq(word, assay_cstr(policies[t])))
			return t;
	return TLSRPT_POLICY_OTHER;
}

enum tlsrpt_result
tlsrpt_result_of(struct span word)
{
	if (span_absent(word))
		return TLSRPT_R_UNSAID;
	for (enum tlsrpt_result r = TLSRPT_R_UNSAID + 1; r < TLSRPT_R_OTHER;
	    r++)
		if (span_ieq(word, assay_cstr(results[r])))
			return r;
	return TLSRPT_R_OTHER;
}

const char *
tlsrpt_deviation_text(enum tlsrpt_deviation deviation)
{
	switch (deviation) {
	case TLSRPT_D_ENCODING: return "not plain UTF-8";
	case TLSRPT_D_TRAILING: return "text behind the report";
	case TLSRPT_D_MISSING: return "a required member is missing";
	case TLSRPT_D_KIND: return "a value of another kind than asked";
	case TLSRPT_D_NUMBER: return "not a whole number";
	case TLSRPT_D_DATE: return "not a date and time";
	case TLSRPT_D_WORD: return "a policy type that is not known";
	case TLSRPT_D_ADDRESS: return "not an IP address";
	case TLSRPT_D_DOMAIN: return "not a domain";
	case TLSRPT_D_SUM: return "the sums do not agree";
	case TLSRPT_D_TOO_MANY: return "more than was read";
	}
	return "";
}
