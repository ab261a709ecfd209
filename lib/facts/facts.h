/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h - what was read off the message, once, by one parser.
 *
 * Everything a check needs after the bytes are gone.  Checks see facts,
 * never the message; a record stores facts, and replay fills this struct
 * from a record instead of from bytes.  All spans live in the evaluation's
 * arena.  Places (at, at_len) are octets of the message as it was fed.
 */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include "base/arena.h"
#include "base/limits.h"
#include "wire/domain.h"

struct place { size_t at, len; };	/* len 0: nowhere in particular */

/* ---- structure: what is wrong or strange with the message -------- */

/* S1: the author is ambiguous; S2: a rule of RFC 5322 is broken in a way
 * that matters; S3: worth knowing. */
enum severity { SEVERITY_S3 = 1, SEVERITY_S2, SEVERITY_S1 };

struct finding {
	enum assay_reason reason;
	enum severity severity;
	struct place place;
	struct span detail;	/* printable clause, may be absent */
};

/* ---- authors: the From field (RFC 5322 3.6.2, RFC 9989 5.3.1) ----- */

struct author {
	struct domain domain;
	struct place place;	/* of the addr-spec */
};

struct from_facts {
	size_t fields;			/* From fields counted              */
	struct author author[LIMIT_AUTHORS]; /* distinct domains, in order  */
	size_t n_author;
	size_t mailboxes;		/* addresses in all                 */
	bool capped;			/* there were more than that        */
	bool unusable;			/* an S1 finding: never pass        */
};

/* ---- DKIM-Signature and ARC-Message-Signature --------------------- */

enum canon { CANON_SIMPLE = 0, CANON_RELAXED };
enum sig_alg { ALG_UNKNOWN = 0, ALG_RSA_SHA256, ALG_ED25519_SHA256,
    ALG_RSA_SHA1 };

/* A signature field with its two digests; the signature is then a function
 * of this and the public key. */
struct sig_facts {
	struct place place;		/* of the whole field               */
	enum assay_reason flaw;		/* not 0: unusable, and why; domain,
					 * selector, alg are what was legible */
	struct span flaw_detail;
	struct domain d, identity;	/* d=, domain of i= (default d)     */
	struct domain selector;		/* s=: one or more labels           */
	struct span alg_text;		/* a= as printed, a safe token      */
	enum sig_alg alg;
	enum canon header_canon, body_canon;
	struct span b;			/* decoded signature                */
	struct span b_text;		/* first octets of b= as written,
					 * for header.b (RFC 6008)          */
	struct span bh;			/* decoded body hash                */
	bool has_l, has_t, has_x;
	uint64_t l;
	int64_t t, x;			/* Unix seconds                     */
	size_t unsigned_tail;		/* canonical octets behind l=       */
	bool l_too_long;		/* l= is more than the body         */
	bool covers_from;		/* h= names From                    */
	int slot;			/* body hash while streaming, or -1 */
	uint8_t header_hash[32];	/* SHA-256 of the signed header     */
	uint8_t body_hash[32];		/* SHA-256 of the canonical body    */
	bool body_hash_ok;		/* equal to bh                      */
	struct span not_signed;		/* important fields present but not
					 * covered: "Subject, To", or absent */
	struct span unsigned_twin;	/* a signed field that also stands
					 * unsigned above: "Subject"        */
};

struct dkim_facts {
	struct sig_facts *sig;		/* in header order, top first       */
	size_t n_sig;			/* parsed                           */
	size_t seen;			/* in the header                    */
};

struct arc_set {
	unsigned instance;
	struct sig_facts ams, seal;	/* seal: no body hash, no h=        */
	enum assay_result cv;		/* of the seal: NONE, PASS, FAIL    */
	bool cv_valid;
	struct span aar;		/* value behind "i=N;", as written  */
};

struct arc_facts {
	struct arc_set *set;		/* by instance, 1 first             */
	size_t n_set;
	enum assay_reason flaw;		/* structure broken: chain fails    */
	struct place place;		/* of what is broken                */
	unsigned instance;		/* of what is broken; 0: unknown    */
};

/* ---- the rest -------------------------------------------------------- */

/* An Authentication-Results (or Received-SPF) field on arrival. */
struct claim {
	struct place place;
	struct span authserv_id;	/* decoded; absent: does not parse  */
	struct span value;		/* the field body as written        */
	bool ours;			/* claims our id: to be removed     */
	bool trusted;			/* of a listed upstream             */
	bool relayed;			/* on top, of the listed server that
					 * gave us the message              */
};

/* What a server of ours in front found out about its client, from the field
 * that it put on top: stands in for a check of ours. */
struct imported {
	enum assay_check check;		/* IPREV, HELO or SPF               */
	enum assay_result result;
	struct domain domain;		/* the identity; SPF and HELO       */
	struct assay_addr client;	/* IPREV: the address judged        */
	struct span authserv_id;	/* printable                        */
	struct place place;		/* of the field                     */
};

/* What the header makes a reader believe of its author (origin/impersonate);
 * text of people in .detail alone. */
struct guise {
	enum assay_reason reason;
	uint8_t level;			/* 0..100; 0: explains, accuses not */
	struct domain author;		/* of the From address, or absent   */
	struct domain shown;		/* what is shown instead, or absent:
					 * no guise if it is the same
					 * organisation after all           */
	struct place place;		/* of the address, or the field     */
	struct span detail;		/* printable clause                 */
};

/* Domains that may be young, or known from before. */
enum named_place { NAMED_AUTHOR = 1, NAMED_REPLY, NAMED_SENDER,
    NAMED_SIGNER, NAMED_LINK };

struct named {
	enum named_place place;
	struct domain domain;
};

/* Where money goes or is asked for: an account, a wallet, a phone number of
 * the text, as hashes under a key of the installation. */
enum dealing_kind { DEALING_ACCOUNT = 1, DEALING_WALLET, DEALING_PHONE };

struct dealing {
	enum dealing_kind kind;
	bool proven;			/* its check digits hold            */
	uint64_t sort;			/* the author and the kind          */
	uint64_t pair;			/* the author and the identifier    */
};

struct mime_part {
	struct span type;		/* "text/plain", lower case         */
	struct place place;		/* body of the part                 */
	uint8_t depth;			/* 0: the message itself            */
	bool attachment;
};

/* A file that was taken out of the message; spans are printable. */
struct stripped {
	struct span name, type, why;
	struct span sha256;		/* in hex                           */
	uint64_t size;
};

struct facts {
	size_t header_bytes, body_bytes, fields;
	bool lf_input;			/* LF line ends were read as CRLF   */
	struct finding *finding;
	size_t n_finding;
	bool finding_capped;
	struct from_facts from;
	struct dkim_facts dkim;
	struct arc_facts arc;
	struct claim *claim;
	size_t n_claim;
	struct imported imported[LIMIT_IMPORTED]; /* one a check at most    */
	size_t n_imported;
	struct mime_part *part;
	size_t n_part;
	struct span list_id;		/* printable, or absent             */
	struct guise *guise;
	size_t n_guise;
	struct guise *act;		/* what in the content acts, if it was
					 * read (origin/acts); .author: where a
					 * link goes                        */
	size_t n_act;
	struct named *named;		/* ... if somebody remembers such    */
	size_t n_named;
	uint64_t dealer;		/* the author, as a hash; 0: not asked
					 * for, or nobody                   */
	struct dealing *dealing;
	size_t n_dealing;
	const struct span *spent;	/* mandates whose budget of the day is
					 * used up, by name; of the session  */
	size_t n_spent;
	struct stripped *stripped;	/* what was taken out of it, if a
					 * policy asked for that            */
	size_t n_stripped;
	struct span unstripped;		/* ... or why it was not            */
	bool observing;			/* what a policy does on suspicion is
					 * told and not done, in the first
					 * days; of the session             */
	struct span sample;		/* how it was made, packed, of hashes
					 * (behave/pack.h), or absent      */
	unsigned layout;		/* ... under which it and the answer
					 * about it were written; 0: older  */
	struct span account;		/* what our account does with it, the
					 * same (behave/own.h), or absent  */
};

/* NULL: nothing stands in for this check. */
static inline const struct imported *
facts_imported(const struct facts *f, enum assay_check check)
{
	for (size_t i = 0; i < f->n_imported; i++)
		if (f->imported[i].check == check)
			return &f->imported[i];
	return NULL;
}

/* Adds a structural finding; beyond LIMIT_FINDINGS only counts. */
void facts_find(struct facts *f, struct arena *a, enum assay_reason reason,
    enum severity severity, struct place place, struct span detail);

#endif
