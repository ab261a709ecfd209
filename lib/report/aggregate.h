/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate.h - what a DMARC aggregate report says, as types (RFC 9990;
 * RFC 7489 7.2 and Appendix C).
 *
 * One vocabulary for everybody: the reader fills it from XML, the writer
 * makes XML of it, the store keeps it.  Words of the standard are enums; a
 * word that is not in any standard becomes OTHER and counts as a deviation.
 * Text is what the reporter wrote, trimmed, never trusted: whoever shows it
 * makes it harmless for the place where it goes.
 *
 * A report has one head and any number of rows.  It is complete, and only
 * then worth anything, when its end was read.
 */
#ifndef REPORT_AGGREGATE_H
#define REPORT_AGGREGATE_H

#include "base/span.h"

enum aggregate_dialect {	/* by the namespace of <feedback>          */
	AGGREGATE_NO_NS = 0,	/* none: what most reporters write         */
	AGGREGATE_7489,		/* http://dmarc.org/dmarc-xml/0.1          */
	AGGREGATE_9990,		/* urn:ietf:params:xml:ns:dmarc-2.0        */
	AGGREGATE_OTHER_NS
};

/* Of p, sp, np and of what was done.  PASS is only said of what was done
 * (RFC 9990 3.1.1.8). */
enum aggregate_action {
	AGGREGATE_UNSAID = 0, AGGREGATE_NONE, AGGREGATE_PASS,
	AGGREGATE_QUARANTINE, AGGREGATE_REJECT, AGGREGATE_ACTION_OTHER
};

/* Aligned results of policy_evaluated. */
enum aggregate_aligned {
	AGGREGATE_ALIGNED_UNSAID = 0, AGGREGATE_ALIGNED_PASS,
	AGGREGATE_ALIGNED_FAIL
};

/* Raw results of auth_results (RFC 8601 2.7.1, 2.7.2); the old words
 * hardfail, unknown and error are read as fail, temperror and permerror (RFC
 * 7489 Appendix C). */
enum aggregate_result {
	AGGREGATE_R_UNSAID = 0, AGGREGATE_R_NONE, AGGREGATE_R_PASS,
	AGGREGATE_R_FAIL, AGGREGATE_R_SOFTFAIL, AGGREGATE_R_NEUTRAL,
	AGGREGATE_R_POLICY, AGGREGATE_R_TEMPERROR, AGGREGATE_R_PERMERROR,
	AGGREGATE_R_OTHER
};

enum aggregate_scope {
	AGGREGATE_SCOPE_UNSAID = 0, AGGREGATE_MFROM, AGGREGATE_HELO,
	AGGREGATE_SCOPE_OTHER
};

/* Why what was done is not what the policy asks (RFC 9990 3.1.1.9); the
 * last two are of RFC 7489. */
enum aggregate_why {
	AGGREGATE_WHY_UNSAID = 0, AGGREGATE_LOCAL_POLICY,
	AGGREGATE_MAILING_LIST, AGGREGATE_OTHER_REASON,
	AGGREGATE_TEST_MODE, AGGREGATE_TRUSTED_FORWARDER,
	AGGREGATE_FORWARDED, AGGREGATE_SAMPLED_OUT, AGGREGATE_WHY_OTHER
};

enum aggregate_discovery {
	AGGREGATE_DISCOVERY_UNSAID = 0, AGGREGATE_PSL, AGGREGATE_TREEWALK
};

/* How a report departs from the standard: bits of .deviations. */
enum aggregate_deviation {
	AGGREGATE_D_MALFORMED = 1 << 0,	/* XML not well formed; repaired    */
	AGGREGATE_D_NAMESPACE = 1 << 1,	/* of nobody's                      */
	AGGREGATE_D_ENCODING = 1 << 2,	/* not UTF-8, and not said to be    */
	AGGREGATE_D_MISSING = 1 << 3,	/* a required element is not there  */
	AGGREGATE_D_REPEATED = 1 << 4,	/* one that may stand once stands
					 * twice: the first one counts      */
	AGGREGATE_D_ORDER = 1 << 5,	/* a row before the policy          */
	AGGREGATE_D_WORD = 1 << 6,	/* a word outside the enumeration   */
	AGGREGATE_D_NUMBER = 1 << 7,	/* not a whole number, out of range */
	AGGREGATE_D_DATE = 1 << 8,	/* end before begin; ISO or fraction
					 * instead of seconds               */
	AGGREGATE_D_ADDRESS = 1 << 9,	/* source_ip is no address          */
	AGGREGATE_D_DOMAIN = 1 << 10,	/* no domain where one must be      */
	AGGREGATE_D_TOO_LONG = 1 << 11,	/* text cut at its bound            */
	AGGREGATE_D_TOO_MANY = 1 << 12,	/* results or reasons left out      */
	AGGREGATE_D_UNKNOWN = 1 << 13,	/* an element that nobody defined   */
	AGGREGATE_D_EMPTY = 1 << 14,	/* no rows                          */
	AGGREGATE_D_TRUNCATED = 1 << 15	/* it ends before its end; always
					 * with MALFORMED                   */
};

struct aggregate_policy {
	struct span domain;	/* where the record was found               */
	enum aggregate_action p, sp, np;
	char adkim, aspf;	/* 'r', 's', or 0: unsaid                   */
	int8_t testing;		/* 1 y, 0 n, -1 unsaid                      */
	int16_t pct;		/* RFC 7489; -1 unsaid                      */
	enum aggregate_discovery discovery;
	struct span fo;		/* as written, or absent                    */
};

struct aggregate_head {
	enum aggregate_dialect dialect;
	struct span version;	/* as written, or absent                    */
	struct span org_name, email, extra_contact, report_id, generator;
	struct span error;	/* the first one                            */
	int64_t begin, end;	/* Unix seconds; 0: unsaid                  */
	struct aggregate_policy policy;
	uint32_t deviations;
};

struct aggregate_reason {
	enum aggregate_why type;
	struct span comment;
};

struct aggregate_dkim {
	struct span domain, selector, human;
	enum aggregate_result result;
};

struct aggregate_spf {
	struct span domain, human;
	enum aggregate_scope scope;
	enum aggregate_result result;
};

/* Messages that look alike.  Spans live until the next row is read. */
struct aggregate_row {
	struct assay_addr source;	/* family 0: unreadable             */
	struct span source_text;	/* as written                       */
	uint64_t count;
	enum aggregate_action disposition;
	enum aggregate_aligned dkim, spf;
	const struct aggregate_reason *reason;
	size_t n_reason;
	struct span header_from;	/* lower case, else as written      */
	struct span envelope_from;	/* absent: unsaid; empty: null path */
	struct span envelope_to;
	const struct aggregate_dkim *auth_dkim;
	size_t n_dkim;
	const struct aggregate_spf *auth_spf;
	size_t n_spf;
	uint32_t deviations;
};

#endif
