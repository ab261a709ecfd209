/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tlsrpt.h - what an SMTP TLS report says, as types (RFC 8460 4).
 *
 * One vocabulary for everybody: the reader (sys/tlsrpt) fills it from JSON,
 * the store keeps it.  Text is UTF-8 as the reporter wrote it, never trusted:
 * whoever shows it makes it harmless for the place where it goes.  A report
 * lives whole in one arena; its size is bounded before it is read.
 */
#ifndef REPORT_TLSRPT_H
#define REPORT_TLSRPT_H

#include "wire/domain.h"

enum tlsrpt_policy_type {	/* policy-type                             */
	TLSRPT_UNSAID = 0, TLSRPT_TLSA, TLSRPT_STS, TLSRPT_NO_POLICY,
	TLSRPT_POLICY_OTHER
};

/* result-type, RFC 8460 4.3; the list "is expected to grow". */
enum tlsrpt_result {
	TLSRPT_R_UNSAID = 0,
	TLSRPT_STARTTLS_NOT_SUPPORTED, TLSRPT_HOST_MISMATCH, TLSRPT_EXPIRED,
	TLSRPT_NOT_TRUSTED, TLSRPT_VALIDATION_FAILURE, TLSRPT_TLSA_INVALID,
	TLSRPT_DNSSEC_INVALID, TLSRPT_DANE_REQUIRED, TLSRPT_STS_FETCH_ERROR,
	TLSRPT_STS_INVALID, TLSRPT_STS_WEBPKI_INVALID,
	TLSRPT_R_OTHER		/* .result_text says which                 */
};

/* How a report departs from RFC 8460: bits of .deviations. */
enum tlsrpt_deviation {
	TLSRPT_D_ENCODING = 1 << 0,	/* not UTF-8; a byte order mark      */
	TLSRPT_D_TRAILING = 1 << 1,	/* something behind the report       */
	TLSRPT_D_MISSING = 1 << 2,	/* a required member is not there    */
	TLSRPT_D_KIND = 1 << 3,		/* a string for a number, an object
					 * for an array: what could be read
					 * of it was read                    */
	TLSRPT_D_NUMBER = 1 << 4,	/* negative, a fraction, too large   */
	TLSRPT_D_DATE = 1 << 5,		/* no RFC 3339 date-time, no offset,
					 * or the end before the start       */
	TLSRPT_D_WORD = 1 << 6,		/* a policy-type of nobody           */
	TLSRPT_D_ADDRESS = 1 << 7,	/* no IP address                     */
	TLSRPT_D_DOMAIN = 1 << 8,	/* policy-domain is no domain        */
	TLSRPT_D_SUM = 1 << 9,		/* failures in details, none in the
					 * summary                           */
	TLSRPT_D_TOO_MANY = 1 << 10	/* policies, details, text left out  */
};

struct tlsrpt_failure {			/* failure-details                   */
	enum tlsrpt_result result;
	struct span result_text;
	struct assay_addr sending, receiving;	/* family 0: unsaid, or
						 * unreadable               */
	struct span sending_text, receiving_text;
	struct span mx, helo;		/* receiving-mx-hostname, -helo      */
	uint64_t sessions;
	struct span info, code;		/* additional-information (a URI that
					 * nobody opens), failure-reason-code */
};

struct tlsrpt_policy {
	enum tlsrpt_policy_type type;
	struct span type_text;
	struct domain domain;		/* absent: unsaid, or no domain      */
	struct span domain_text;
	struct span *string, *mx;	/* policy-string, mx-host            */
	size_t n_string, n_mx;
	uint64_t successful, failed;	/* sessions, of the summary          */
	struct tlsrpt_failure *failure;
	size_t n_failure;
};

/* Absent spans: unsaid. */
struct tlsrpt {
	struct span organization, contact, report_id;
	struct span start_text, end_text;
	bool has_range;			/* both could be read                */
	int64_t start, end;		/* Unix seconds                      */
	struct tlsrpt_policy *policy;
	size_t n_policy;
	uint32_t deviations;
};

/* The word of the RFC; "" for unsaid and others. */
const char *tlsrpt_policy_name(enum tlsrpt_policy_type type);
const char *tlsrpt_result_name(enum tlsrpt_result result);
enum tlsrpt_policy_type tlsrpt_policy_of(struct span word);
enum tlsrpt_result tlsrpt_result_of(struct span word);

/* One deviation as a clause. */
const char *tlsrpt_deviation_text(enum tlsrpt_deviation deviation);

#endif
