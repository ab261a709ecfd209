/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf.h - feedback reports, read: complaints (RFC 5965) and authentication
 * failures (RFC 6591, RFC 6692, RFC 9991).
 *
 * One report is about one message, or about .incidents of them.  Real ones
 * depart from the RFCs in every way (RFC 5965 4 lets us ignore them; then
 * hardly one would be left): what can be understood is understood, and the
 * departure noted.  All text is what a stranger wrote, made one line, never
 * trusted: whoever shows it makes it harmless for the place where it goes.
 */
#ifndef REPORT_ARF_H
#define REPORT_ARF_H

#include "base/arena.h"
#include "wire/domain.h"

/* How the fields were found. */
enum arf_form {
	ARF_NONE = 0,		/* there are none                            */
	ARF_PART,		/* message/feedback-report                   */
	ARF_LABEL,		/* the same under another media type         */
	ARF_PROSE		/* in a text for people, in words of its own */
};

/* Feedback-Type (RFC 5965 7.3 and the IANA registry). */
enum arf_type {
	ARF_TYPE_UNSAID = 0, ARF_ABUSE, ARF_FRAUD, ARF_VIRUS,
	ARF_NOT_SPAM, ARF_AUTH_FAILURE, ARF_TYPE_OTHER
};

/* Auth-Failure (RFC 6591 3.3, RFC 9991 4). */
enum arf_failure {
	ARF_FAILURE_UNSAID = 0, ARF_ADSP, ARF_BODYHASH, ARF_REVOKED,
	ARF_SIGNATURE, ARF_SPF, ARF_DMARC, ARF_FAILURE_OTHER
};

/* Delivery-Result (RFC 6591 3.2.2); UNKNOWN: a word that is none of them. */
enum arf_delivery {
	ARF_DELIVERY_UNSAID = 0, ARF_DELIVERED, ARF_SPAM, ARF_POLICY,
	ARF_REJECT, ARF_DELIVERY_OTHER, ARF_DELIVERY_UNKNOWN
};

/* Identity-Alignment (RFC 9991 4): bits of the methods that gave no aligned
 * identifier; ARF_ALIGN_SAID alone is "none". */
enum { ARF_ALIGN_SAID = 1, ARF_ALIGN_DKIM = 2, ARF_ALIGN_SPF = 4 };

/* Fields that have a name in an RFC or the IANA registry. */
enum arf_name {
	ARF_F_OTHER = 0, ARF_F_ARRIVAL_DATE, ARF_F_AUTH_FAILURE,
	ARF_F_AUTHRES, ARF_F_DELIVERY_RESULT, ARF_F_DKIM_ADSP_DNS,
	ARF_F_DKIM_BODY, ARF_F_DKIM_HEADER, ARF_F_DKIM_DOMAIN,
	ARF_F_DKIM_IDENTITY, ARF_F_DKIM_SELECTOR, ARF_F_DKIM_SELECTOR_DNS,
	ARF_F_FEEDBACK_TYPE, ARF_F_IDENTITY_ALIGNMENT, ARF_F_INCIDENTS,
	ARF_F_ENVELOPE_ID, ARF_F_MAIL_FROM, ARF_F_RCPT_TO,
	ARF_F_RECEIVED_DATE, ARF_F_REPORTED_DOMAIN, ARF_F_REPORTED_URI,
	ARF_F_REPORTING_MTA, ARF_F_SOURCE_IP,
	ARF_F_SOURCE_PORT, ARF_F_SPF_DNS, ARF_F_USER_AGENT, ARF_F_VERSION,
	ARF_F_LAST
};

/* How a report departs from the RFCs: bits of .deviations. */
enum arf_deviation {
	ARF_D_FORM = 1 << 0,	/* not found as ARF_PART                     */
	ARF_D_ENCODING = 1 << 1, /* base64 or worse: 7bit is a MUST (5965
				  * 7.1), or not in its own encoding         */
	ARF_D_MISSING = 1 << 2,	/* a required field is not there             */
	ARF_D_REPEATED = 1 << 3, /* one that may stand once stands twice: the
				  * first one counts                         */
	ARF_D_WORD = 1 << 4,	/* a word outside of the registry            */
	ARF_D_NUMBER = 1 << 5,	/* not a number, or out of range             */
	ARF_D_DATE = 1 << 6,	/* not a date-time                           */
	ARF_D_ADDRESS = 1 << 7,	/* Source-IP is no address                   */
	ARF_D_DOMAIN = 1 << 8,	/* no domain where one must be               */
	ARF_D_ALIGNMENT = 1 << 9, /* dmarc without Identity-Alignment        */
	ARF_D_ORIGINAL = 1 << 10, /* the message's header is not there       */
	ARF_D_TOO_MANY = 1 << 11 /* fields, or their octets, left out        */
};

struct arf_field {
	enum arf_name id;
	struct span name;	/* as the RFC writes it, else as found       */
	struct span value;	/* one line; may be empty, never absent      */
};

/* Of the message that the report is about.  Values are one line, as written
 * (encoded-words too), absent: not there. */
struct arf_original {
	bool found;		/* the part is there                         */
	bool whole;		/* with its body: message/rfc822             */
	struct span header;	/* its lines as they are                     */
	struct span from, to, subject, message_id, date;
};

struct arf {
	enum arf_form form;
	bool forwarded;		/* it came in a message that this mail carries:
				 * who sent the mail does not vouch for it   */
	struct arf_field *field;	/* as they stand in the report       */
	size_t n_field;
	uint32_t deviations;

	enum arf_type type;
	enum arf_failure failure;
	enum arf_delivery delivery;
	unsigned alignment;		/* 0: unsaid                         */
	struct assay_addr source;	/* family 0: unsaid or unreadable    */
	uint16_t source_port;		/* RFC 6692; 0: unsaid               */
	bool has_arrival;
	int64_t arrival;		/* Unix seconds                      */
	uint32_t incidents;		/* 1 when unsaid (RFC 5965 3.2)      */
	struct domain *reported;	/* in order, each once               */
	size_t n_reported;
	struct span user_agent, version, authres;	/* absent: unsaid    */
	struct span envelope_id;
	struct span mail_from, rcpt_to;	/* without <>; from empty: null path */
	struct domain dkim_domain;	/* absent: unsaid or unreadable      */
	struct span dkim_selector, dkim_identity, spf_dns;
	struct arf_original original;
};

/* Reads a whole message: a file, a mail off a mailbox; LF or CRLF, with or
 * without an mbox line.  Report and original are looked for in it and, if
 * they are not there, in messages that it carries.  Spans are of message or
 * of the arena.
 *
 * False: there is no feedback report in it; out->original is filled all the
 * same if a message was found.  *why says, in one static clause, why not. */
bool arf_read(struct arf *out, struct span message, const char **why,
    struct arena *a);

/* The first value of a field; absent: not there. */
struct span arf_value(const struct arf *r, enum arf_name id);

/* As the RFC writes it: "Feedback-Type".  "" for ARF_F_OTHER. */
const char *arf_name(enum arf_name id);

/* The word of the registry; "" for unsaid and others. */
const char *arf_type_name(enum arf_type type);
const char *arf_failure_name(enum arf_failure failure);
const char *arf_delivery_name(enum arf_delivery delivery);

/* One deviation as a clause. */
const char *arf_deviation_text(enum arf_deviation deviation);

#endif
