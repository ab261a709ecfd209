/* SPDX-License-Identifier: Apache-2.0 */
/* The small change of the public interface: names and version. */
#include <assay/assay.h>

#include "base/span.h"

const char *
assay_version(void)
{
	return "0.1.0";
}

struct assay_span
assay_cstr(const char *s)
{
	size_t n = 0;

	if (s == NULL)
		return SPAN_NONE;
	while (s[n] != '\0')
		n++;
	return (struct span){ (const uint8_t *)s, n };
}

const char *
assay_status_str(enum assay_status s)
{
	switch (s) {
	case ASSAY_OK:		return "done";
	case ASSAY_PENDING:	return "questions are open";
	case ASSAY_NOMEM:	return "out of memory";
	case ASSAY_LIMIT:	return "a limit was reached";
	case ASSAY_MISUSE:	return "called out of order";
	case ASSAY_IO:		return "input or output failed";
	case ASSAY_FORMAT:	return "not in the expected format";
	}
	return "unknown status";
}

const char *
assay_check_name(enum assay_check check)
{
	switch (check) {
	case ASSAY_CHECK_MESSAGE: return "message";
	case ASSAY_CHECK_IPREV:	return "iprev";
	case ASSAY_CHECK_HELO:	return "helo";
	case ASSAY_CHECK_SPF:	return "spf";
	case ASSAY_CHECK_DKIM:	return "dkim";
	case ASSAY_CHECK_ARC:	return "arc";
	case ASSAY_CHECK_DMARC:	return "dmarc";
	case ASSAY_CHECK_IMPERSONATION: return "impersonation";
	case ASSAY_CHECK_BEHAVIOUR: return "behaviour";
	case ASSAY_CHECK_CONTENT: return "content";
	case ASSAY_CHECK_AGE: return "age";
	}
	return "unknown";
}

const char *
assay_result_name(enum assay_result result)
{
	switch (result) {
	case ASSAY_NONE:	return "none";
	case ASSAY_PASS:	return "pass";
	case ASSAY_FAIL:	return "fail";
	case ASSAY_SOFTFAIL:	return "softfail";
	case ASSAY_NEUTRAL:	return "neutral";
	case ASSAY_TEMPERROR:	return "temperror";
	case ASSAY_PERMERROR:	return "permerror";
	case ASSAY_POLICY:	return "policy";
	}
	return "unknown";
}

unsigned
assay_disposition_strength(enum assay_disposition d)
{
	switch (d) {
	case ASSAY_ACCEPT: return 0;
	case ASSAY_TAG: return 1;
	case ASSAY_DEFER_ONCE: return 2;
	case ASSAY_STRIP: return 3;
	case ASSAY_HOLD: return 4;
	case ASSAY_QUARANTINE: return 5;
	case ASSAY_DEFER: return 6;
	case ASSAY_REJECT: return 7;
	}
	return 0;
}

const char *
assay_disposition_name(enum assay_disposition d)
{
	switch (d) {
	case ASSAY_ACCEPT:	return "accept";
	case ASSAY_QUARANTINE:	return "quarantine";
	case ASSAY_REJECT:	return "reject";
	case ASSAY_DEFER:	return "defer";
	case ASSAY_TAG:		return "tag";
	case ASSAY_HOLD:	return "hold";
	case ASSAY_DEFER_ONCE:	return "defer-once";
	case ASSAY_STRIP:	return "strip";
	}
	return "unknown";
}
