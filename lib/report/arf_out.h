/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf_out.h - writes a failure report (RFC 9991 on RFC 6591, RFC 5965).
 *
 * A multipart/report of a text, the fields, and what may be shown of the
 * message.  Seven bits, CRLF, lines of at most 998 octets; whatever the
 * message, its envelope and its DNS records hold, the report has the parts
 * and fields that are meant and no other.  The same input gives the same
 * octets.  Whether a report may go out, and to whom, is decided before:
 * arf_when.h, check/report_auth.h.
 */
#ifndef REPORT_ARF_OUT_H
#define REPORT_ARF_OUT_H

#include "report/arf.h"
#include "report/redact.h"

/* How much is shown.  In every case "http:" becomes "hxxp:", attachments and
 * Bcc are left out, and Message-ID stays; the first is the default. */
enum arf_show {
	ARF_SHOW_HEADER = 0,	/* text/rfc822-headers, local parts hidden   */
	ARF_SHOW_TEXT,		/* message/rfc822 with the texts of the body,
				 * local parts hidden                        */
	ARF_SHOW_ALL		/* the same, nothing of people hidden        */
};

struct arf_spf_record {		/* SPF-DNS (RFC 6591 3.2.6)                  */
	struct domain domain;
	struct span record;
};

struct arf_out {
	/* The mail that carries the report: ours. */
	struct span from, to;	/* addresses without <>                      */
	struct span from_name;	/* or absent                                 */
	struct span message_id;	/* without <>                                */
	int64_t date;		/* Unix seconds                              */
	struct span reporter;	/* our authserv-id                           */
	struct span user_agent;	/* "Assay/0.1"                               */

	/* What failed: ARF_DMARC, ARF_SIGNATURE, ARF_BODYHASH, ARF_REVOKED or
	 * ARF_SPF, and .result is that method's. */
	enum arf_failure failure;
	enum assay_result result;
	unsigned alignment;	/* ARF_ALIGN_, of ARF_DMARC                  */
	struct domain reported;	/* the Author Domain                         */
	enum arf_delivery delivery;	/* 0: left out                       */
	uint32_t incidents;	/* 0 and 1: one                              */

	/* Absent, 0: not known.  mail_from empty: the null path. */
	struct domain dkim_domain, dkim_selector;
	struct span dkim_identity;	/* i=, as the signature has it       */
	const struct arf_spf_record *spf;
	size_t n_spf;
	struct span mail_from, envelope_id;
	struct domain mail_from_domain;
	struct assay_addr source;
	uint16_t source_port;
	bool has_arrival;
	int64_t arrival;

	/* The message as it came, CRLF or LF. */
	struct span message;
	enum arf_show show;
	uint8_t key[REDACT_KEY];	/* of the tokens; a secret           */
};

/* The whole mail, in the arena, at most LIMIT_ARF_OUT octets.  A message that
 * is larger is cut: header fields, then text, and the report says so.
 * Absent: something of ours (from, to, message_id, reporter, user_agent) is
 * no word that can stand there, or failure is not one of those above, or
 * there was no memory. */
struct span arf_write(const struct arf_out *m, struct arena *a);

/* The same in two, for the message is at one place and who sends reports at
 * another: the letter, without .from, .to, .from_name, .message_id and .date;
 * and what stands before it, of these and .reported alone. */
struct span arf_letter(const struct arf_out *m, struct arena *a);
bool arf_head(struct buf *out, const struct arf_out *m);

/* Whether arf_letter() may have written it: its fields are these and no
 * others, seven bits, lines with CRLF of at most 998 octets. */
bool arf_letter_valid(struct span letter);

#endif
