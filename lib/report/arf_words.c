/* SPDX-License-Identifier: Apache-2.0 */
/* arf_words.c - the registered words of feedback reports. */
#include "report/arf_read.h"

#include "base/ascii.h"

/* RFC 5965 3.1-3.3, RFC 6591 4, RFC 6692 2, RFC 9991 4. */
static const struct {
	const char *name;
	bool many;
} fields[ARF_F_LAST] = {
	[ARF_F_OTHER] = { "", true },
	[ARF_F_ARRIVAL_DATE] = { "Arrival-Date", false },
	[ARF_F_AUTH_FAILURE] = { "Auth-Failure", false },
	[ARF_F_AUTHRES] = { "Authentication-Results", true },
	[ARF_F_DELIVERY_RESULT] = { "Delivery-Result", false },
	[ARF_F_DKIM_ADSP_DNS] = { "DKIM-ADSP-DNS", false },
	[ARF_F_DKIM_BODY] = { "DKIM-Canonicalized-Body", false },
	[ARF_F_DKIM_HEADER] = { "DKIM-Canonicalized-Header", false },
	[ARF_F_DKIM_DOMAIN] = { "DKIM-Domain", false },
	[ARF_F_DKIM_IDENTITY] = { "DKIM-Identity", false },
	[ARF_F_DKIM_SELECTOR] = { "DKIM-Selector", false },
	[ARF_F_DKIM_SELECTOR_DNS] = { "DKIM-Selector-DNS", false },
	[ARF_F_FEEDBACK_TYPE] = { "Feedback-Type", false },
	[ARF_F_IDENTITY_ALIGNMENT] = { "Identity-Alignment", false },
	[ARF_F_INCIDENTS] = { "Incidents", false },
	[ARF_F_ENVELOPE_ID] = { "Original-Envelope-Id", false },
	[ARF_F_MAIL_FROM] = { "Original-Mail-From", false },
	[ARF_F_RCPT_TO] = { "Original-Rcpt-To", true },
	[ARF_F_RECEIVED_DATE] = { "Received-Date", false },
	[ARF_F_REPORTED_DOMAIN] = { "Reported-Domain", true },
	[ARF_F_REPORTED_URI] = { "Reported-URI", true },
	[ARF_F_REPORTING_MTA] = { "Reporting-MTA", false },
	[ARF_F_SOURCE_IP] = { "Source-IP", false },
	[ARF_F_SOURCE_PORT] = { "Source-Port", false },
	[ARF_F_SPF_DNS] = { "SPF-DNS", true },
	[ARF_F_USER_AGENT] = { "User-Agent", false },
	[ARF_F_VERSION] = { "Version", false },
};

static const char *const types[] = { "", "abuse", "fraud", "virus",
    "not-spam", "auth-failure", "" };
static const char *const failures[] = { "", "adsp", "bodyhash", "revoked",
    "signature", "spf", "dmarc", "" };
static const char *const deliveries[] = { "", "delivered", "spam", "policy",
    "reject", "other", "" };

const char *
arf_name(enum arf_name id)
{
	return id < ARF_F_LAST ? fields[id].name : "";
}

bool
arf_many(enum arf_name id)
{
	return fields[id].many;
}

enum arf_name
arf_name_of(struct span name)
{
	for (enum arf_name id = ARF_F_OTHER + 1; id < ARF_F_LAST; id++)
		if (span_ieq(name, assay_cstr(fields[id].name)))
			return id;
	return ARF_F_OTHER;
}

const char *
arf_type_name(enum arf_type type)
{
	return type <= ARF_TYPE_OTHER ? types[type] : "";
}

const char *
arf_failure_name(enum arf_failure failure)
{
	return failure <= ARF_FAILURE_OTHER ? failures[failure] : "";
}

const char *
arf_delivery_name(enum arf_delivery delivery)
{
	return delivery <= ARF_DELIVERY_UNKNOWN ? deliveries[delivery] : "";
}

enum arf_type
arf_type_of(struct span word)
{
	for (enum arf_type t = ARF_ABUSE; t < ARF_TYPE_OTHER; t++)
		if (span_ieq(word, assay_cstr(types[t])))
			return t;
	return ARF_TYPE_OTHER;
}

enum arf_failure
arf_failure_of(struct span word)
{
	for (enum arf_failure f = ARF_ADSP; f < ARF_FAILURE_OTHER; f++)
		if (span_ieq(word, assay_cstr(failures[f])))
			return f;
	return ARF_FAILURE_OTHER;
}

enum arf_delivery
arf_delivery_of(struct span word)
{
	for (enum arf_delivery d = ARF_DELIVERED; d < ARF_DELIVERY_UNKNOWN;
	    d++)
		if (span_ieq(word, assay_cstr(deliveries[d])))
			return d;
	return ARF_DELIVERY_UNKNOWN;
}

const char *
arf_deviation_text(enum arf_deviation deviation)
{
	switch (deviation) {
	case ARF_D_FORM: return "not a message/feedback-report";
	case ARF_D_ENCODING: return "encoded where 7bit must be";
	case ARF_D_MISSING: return "a required field is missing";
	case ARF_D_REPEATED: return "a field stands twice";
	case ARF_D_WORD: return "a word that is not registered";
	case ARF_D_NUMBER: return "not a number";
	case ARF_D_DATE: return "not a date";
	case ARF_D_ADDRESS: return "not an IP address";
	case ARF_D_DOMAIN: return "not a domain";
	case ARF_D_ALIGNMENT: return "Identity-Alignment is missing";
	case ARF_D_ORIGINAL: return "the header of the message is missing";
	case ARF_D_TOO_MANY: return "more than was read";
	}
	return "";
}
