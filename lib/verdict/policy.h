/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - from evidence to a disposition, by statements.
 *
 *	dmarc-fail policy reject then quarantine
 *	dmarc-fail policy reject and second-signal then reject
 *	author "bulk.example" then signal
 *
 * One statement a line (or ";"), "#" begins a comment; the whole may stand
 * in 'policy "NAME" { ... }'.  All statements are tried and the strongest
 * disposition wins: accept < tag < defer once < strip < hold < quarantine <
 * defer < reject.  There is no "not" and no way to name a pass but the one of
 * trusted ARC sealers, so a statement can raise a verdict and never lower
 * it: a pass proves who, not what (RFC 9989 5.4), and a List-Id can be
 * written by anybody.
 *
 *	except client 192.0.2.7 reason "old scanner" owner "ops"
 *	    until 2026-12-31 [as local_policy] [then accept]
 *
 * (on one line) is the one way down: it excuses mail that it names from what
 * the other statements would do, never from evidence, and says why, who
 * answers for it and the last day (UTC) on which it holds.
 *
 * Conditions:
 *	dmarc-fail [policy none|quarantine|reject]
 *	dmarc none|temperror|permerror [policy ...]
 *	spf, helo, iprev, dkim RESULT	(no pass)
 *	arc fail|none			arc pass trusted
 *	structure S1|S2|S3		that severe, or worse
 *	second-signal			see below
 *	list-id				the message has one
 *	list "ID"			its List-Id is this one
 *	author "D", sender "D"		the domain of From, of MAIL FROM, is
 *					D or below it
 *	client A[/BITS]			the address that delivered it
 *	who >= N, what >= N		suspicion, 1 to 100
 *	impersonation [KIND]		whom the From makes believe: KIND is
 *					person, own-name, address, reply-to,
 *					disguise or lookalike; without one,
 *					any that weighs (40 of 100)
 *	evidence "REASON"		a line of the evidence has that reason
 *	own				mail that somebody of ours submitted
 *	own "ACCOUNT"			... who logged in so; "@D": as somebody
 *					of D
 *	own over-rate			... more than he may send now
 *
 * A statement that says "own" speaks of our own mail alone, and all others of
 * mail from outside.  A policy that has no rule for own mail gets those of
 * assay_policy_builtin_own().
 *
 * Suspicion has two axes, who and what (ladder.h).  A statement that rests on
 * them asks for no more than a tag, unless it names both of them, or DMARC
 * or the structure of the message as well; and what it then cannot take back
 * (defer, reject, strip) becomes a hold, unless a mandate allows it:
 *
 *	mandate "wave" author "a.test" owner "ops" until 2026-12-31
 *	    budget 20 then reject
 *
 * (on one line) so many times a day, for the mail that it names.  "then strip
 * signed" allows it also where a signature that holds covers the body, which
 * nothing but such a mandate does (DECISIONS 25); what cannot be stripped
 * cleanly (content/strip.h) is held.
 *
 * "then signal" says that a match counts as a second signal.  Others are: a
 * finding S1; iprev fail with SPF fail; an own domain from outside; an
 * author domain that says it sends nothing (RFC 9989 7.4 wants knowledge
 * beyond p=reject before mail is rejected).
 */
#ifndef VERDICT_POLICY_H
#define VERDICT_POLICY_H

#include "check/check.h"

enum condition_kind {
	COND_DMARC = 1, COND_SPF, COND_HELO, COND_IPREV, COND_DKIM, COND_ARC,
	COND_ARC_TRUSTED, COND_STRUCTURE, COND_SECOND_SIGNAL, COND_LIST_ID,
	COND_AUTHOR, COND_SENDER, COND_CLIENT, COND_WHO, COND_WHAT, COND_LIST,
	COND_IMPERSONATION, COND_EVIDENCE, COND_OWN
};

/* Mail of our own people; of one account; of one that sends too much. */
enum own_kind { OWN_ANY = 0, OWN_ACCOUNT, OWN_OVER };

enum guise_kind {
	GUISE_ANY = 0, GUISE_PERSON, GUISE_OWN_NAME, GUISE_ADDRESS,
	GUISE_REPLY_TO, GUISE_DISGUISE, GUISE_LOOKALIKE
};

struct condition {
	enum condition_kind kind;
	enum assay_result result;	/* of the checks                    */
	enum dmarc_policy policy;	/* DMARC; ABSENT: any               */
	enum severity severity;		/* STRUCTURE                        */
	struct domain domain;		/* AUTHOR, SENDER                   */
	struct span list;		/* LIST                             */
	struct assay_addr net;		/* CLIENT                           */
	unsigned bits;
	unsigned level;			/* WHO, WHAT: 1..100                */
	enum guise_kind guise;		/* IMPERSONATION                    */
	enum assay_reason reason;	/* EVIDENCE                         */
	enum own_kind own;		/* OWN                              */
	struct span account;		/* of OWN_ACCOUNT: "name", or
					 * "@domain"                        */
};

struct statement {
	const struct condition *cond;
	size_t n;
	bool signal;			/* "then signal"                    */
	enum assay_disposition then;
	unsigned line;
	const struct exception *except;	/* both NULL: an ordinary statement */
	const struct mandate *mandate;
};

struct mandate {
	struct span name, owner;	/* printable ASCII                  */
	int64_t until;			/* as of an exception               */
	unsigned budget;		/* a day                            */
	bool signed_too;		/* strips what is signed            */
};

struct exception {
	struct span reason, owner;	/* printable ASCII                  */
	int64_t until;			/* its last day, the first moment   */
	const char *as;			/* a word of RFC 9990 3.1.6; NULL:
					 * what its conditions suggest      */
};

struct assay_policy {
	struct arena *home;		/* NULL: of somebody else's arena   */
	struct span name;		/* absent: none                     */
	struct statement *statement;
	size_t n;
};

/* Into a; false with *line and *why (static text). */
bool policy_parse(struct assay_policy *out, struct span text, unsigned *line,
    const char **why, struct arena *a);

/* The normal form: parsed again it is the same. */
void statement_print(struct buf *out, const struct statement *s);
/* Octets that statement_print() writes, at most. */
size_t statement_room(const struct statement *s);
void policy_print(struct buf *out, const struct assay_policy *policy);

/* Does it speak of our own mail? */
bool statement_is_own(const struct statement *s);
/* With the built-in rules for own mail, if it has none; they live as long as
 * they are needed.  NULL: no memory. */
const struct assay_policy *policy_for_own(const struct assay_policy *policy,
    const struct assay_policy *rules, struct arena *a);

/* "person", ...; NULL for GUISE_ANY. */
const char *guise_kind_name(enum guise_kind kind);
/* What a finding of impersonation is; GUISE_ANY: none of these. */
/* Besides guises, evidence that "what" rests on; ages only when they count. */
bool is_what(const struct run *r, enum assay_check check);

enum guise_kind guise_kind_of(enum assay_reason reason);

/* Its last day is over. */
bool until_expired(int64_t until, int64_t now);

/* RFC 9989 7.4, 8: a statement that rejects for nothing but DMARC and what
 * makes it fail. */
bool statement_is_plain_reject(const struct statement *s);

/* What a policy makes of a message. */
struct ruling {
	enum assay_disposition disposition;
	uint32_t spoke;		/* bits of enum condition_kind, of all that
				 * matched                                  */
	uint32_t decided;	/* ... of those with this disposition       */
	const struct statement *first;	/* ... and the first of these; NULL:
				 * none matched                             */
	bool signalled;		/* there is a second signal                 */
	const struct statement *excused;	/* the exception that made it
				 * milder; NULL: none                       */
	enum assay_disposition would;	/* without it                       */
	const struct statement *mandate;	/* it rests on this; NULL: on
				 * none                                     */
	bool softened;		/* a hold, for want of a mandate            */
	bool unstripped;	/* ... as nothing can be cut out cleanly    */
	const uint16_t *because;	/* evidence, the deciding lines first */
	size_t n_because;
};

/* All checks are done.  May add evidence (a list that matched), once. */
void policy_rule(struct ruling *out, struct run *r,
    const struct assay_policy *policy, unsigned who, unsigned what);

#endif
