/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outcome.h - what each check concluded, typed.
 *
 * The evidence tells it to people; later checks, policy and the views read
 * these.  A check fills its part once, when it is done.
 */
#ifndef CHECK_OUTCOME_H
#define CHECK_OUTCOME_H

#include "facts/facts.h"

struct spf_outcome {
	enum assay_result result;
	enum assay_reason reason;
	struct domain domain;		/* the identity checked, or absent   */
	struct span explanation;	/* printable; only with FAIL         */
	unsigned lookups, voids;
};

struct iprev_outcome {
	enum assay_result result;
	enum assay_reason reason;
	struct domain name;		/* the verified name, if pass        */
};

struct sig_outcome {
	enum assay_result result;
	enum assay_reason reason;
	const struct sig_facts *sig;
	unsigned key_bits;		/* 0: no key was read                */
	bool testing;			/* key has t=y                       */
	bool secure;			/* key answer was DNSSEC-validated   */
	bool alignable;			/* may count for DMARC: pass, and no
					 * unsigned tail (DECISIONS 4)       */
};

struct dkim_outcome {
	enum assay_result overall;	/* pass, none, or the best of
					 * temperror fail permerror neutral
					 * policy                            */
	struct sig_outcome *sig;	/* as facts.dkim.sig                 */
	size_t n_sig;
};

struct arc_outcome {
	enum assay_result result;	/* NONE PASS FAIL                    */
	enum assay_reason reason;
	unsigned instances;
	unsigned oldest_pass;		/* RFC 8617 5.2 step 5; 0: all       */
	bool sealers_trusted;		/* every d= is on the list, and their
					 * signatures cover From and body    */
};

enum dmarc_policy { POLICY_ABSENT = 0, POLICY_NONE, POLICY_QUARANTINE,
    POLICY_REJECT };

struct dmarc_author {
	struct domain domain;
	enum assay_result result;
	enum assay_reason reason;
	enum dmarc_policy policy;	/* asked for after sp/np/t           */
	enum dmarc_policy published;	/* before t=y                        */
	bool test_mode;			/* t=y took effect                   */
	struct domain record_domain, org_domain;
	bool aligned_spf, aligned_dkim;
	bool guarded;			/* the TLD guard removed alignment   */
	bool sends_nothing;		/* v=spf1 -all and null MX; asked for
					 * only when DMARC fails             */
	bool own_from_outside;		/* a domain of ours, not proven      */
	const struct span *query;	/* names of the author's TXT queries */
	size_t n_query;
};

struct dmarc_outcome {
	enum assay_result result;
	enum assay_reason reason;
	enum dmarc_policy policy;	/* the strictest among failing       */
	struct dmarc_author author[LIMIT_AUTHORS];
	size_t n_author;
	size_t decisive;		/* index of the author that decided  */
};

struct impersonation_outcome {
	enum assay_result result;	/* NONE: nothing found; NEUTRAL, or
					 * POLICY when it weighs             */
	unsigned level;			/* 0..100                            */
};

/* One of the largest shares of a suspicion, or what speaks against it. */
struct behaviour_why {
	struct span name;		/* "time-zone"                       */
	struct span bits;		/* "+5.1"                            */
	struct span text;		/* in words                          */
	struct span value, usual;	/* "-0700", "+0100"; absent          */
	unsigned seen, usual_seen, of;	/* messages, faded                   */
	bool against;
};

enum { BEHAVIOUR_WHY = 6 };

struct behaviour_outcome {
	enum assay_result result;	/* NONE: not asked; NEUTRAL, POLICY:
					 * unusual; TEMPERROR: not known     */
	bool asked;
	bool known;			/* there is a profile                */
	bool alert, observed;		/* worth telling; told and no more   */
	unsigned level;			/* 0..100                            */
	unsigned messages;		/* in the profile, faded             */
	unsigned days;			/* from the first of them on         */
	struct span p;			/* "0.00042"                         */
	struct span one_in;		/* "2,400"; absent: p is too large   */
	struct span hypothesis, words;	/* "H2", what that is                */
	struct span why;		/* the terms that speak most for it  */
	struct behaviour_why because[BEHAVIOUR_WHY];
	size_t n_because;
};

struct account_outcome {
	enum assay_result result;	/* NONE: not asked, as nobody of ours
					 * logged in; NEUTRAL, POLICY: unlike
					 * the account, or more than it may;
					 * TEMPERROR: not known              */
	bool asked;
	bool known;			/* enough to say who it is not       */
	bool alert, over, observed;
	unsigned who, what;		/* 0..100                            */
	struct span words;
};

struct outcome {
	struct spf_outcome spf, helo;
	struct iprev_outcome iprev;
	struct dkim_outcome dkim;
	struct arc_outcome arc;
	struct dmarc_outcome dmarc;
	struct impersonation_outcome impersonation, content, age;
	struct behaviour_outcome behaviour;
	struct account_outcome account;
};

#endif
