/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assay.h - the public interface of libassay.
 *
 * The shape of the library, in one paragraph:
 *
 *   You hand an evaluation the bytes of one message and what your mail
 *   server knows of the session.  You call assay_eval_step().  Either it is
 *   done, or it names the questions it needs answered (DNS records).  You
 *   answer them in any order, from any source - a live resolver, a zone
 *   file, a recorded trace - and step again.  The evaluation performs no
 *   I/O, starts no thread, reads no clock, keeps no global.  The same bytes
 *   and the same answers always give the same evidence and verdict.
 *
 * Ownership: objects made by an assay_X_new() are yours; release them with
 * assay_X_free(), which accepts NULL.  Everything reached through a const
 * pointer is borrowed from the object you asked and lives exactly as long
 * as that object (or until its next _reset).  Spans are not NUL-terminated.
 *
 * Errors: a function that can fail returns enum assay_status, and the
 * compiler makes you look at it.  A bad message, a forged signature or a
 * broken DNS record is never an error: it is evidence.
 *
 * Stability: this is version 0.x; see CHANGES.md.  Frozen at 1.0.
 */
#ifndef ASSAY_ASSAY_H
#define ASSAY_ASSAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <assay/reason.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_VERSION_MAJOR 0
#define ASSAY_VERSION_MINOR 1

#if defined(__GNUC__)
#define ASSAY_API      __attribute__((visibility("default")))
#define ASSAY_MUST_USE __attribute__((warn_unused_result))
#else
#define ASSAY_API
#define ASSAY_MUST_USE
#endif

/* "0.1.0".  Static text. */
ASSAY_API const char *assay_version(void);

/* ---- bytes ---------------------------------------------------------- */

/* A borrowed run of bytes.  { NULL, 0 } means absent; a non-NULL pointer
 * with len 0 means present and empty. */
struct assay_span {
	const uint8_t *ptr;
	size_t len;
};

/* The bytes of a C string without its NUL; borrowed.  NULL gives absent. */
ASSAY_API struct assay_span assay_cstr(const char *s);

/* ---- status: what became of your call -------------------------------- */

enum assay_status {
	ASSAY_OK = 0,
	ASSAY_PENDING,	/* not an error: answer the questions, step again */
	ASSAY_NOMEM,	/* the allocator said no                          */
	ASSAY_LIMIT,	/* a bound in struct assay_limits was reached     */
	ASSAY_MISUSE,	/* called out of order, or an impossible value    */
	ASSAY_IO,	/* only from oracles and helpers that do I/O      */
	ASSAY_FORMAT	/* only from readers of zones, records, policies  */
};

/* A short English sentence without a full stop.  Static text. */
ASSAY_API const char *assay_status_str(enum assay_status s);

/* ---- input: what is known before the message is opened ---------------- */

struct assay_addr {
	uint8_t family;		/* 4, 6, or 0 when unknown (a local file) */
	uint8_t bytes[16];	/* network order; 4 or 16 of them count   */
};

/* Reads "192.0.2.1", "2001:db8::1", "[IPv6:2001:db8::1]" or "[192.0.2.1]".
 * ASSAY_FORMAT when it is none of these. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_addr_parse(struct assay_addr *out, struct assay_span text);

struct assay_session {
	struct assay_addr client;
	struct assay_span helo;		/* as said in HELO/EHLO          */
	struct assay_span mail_from;	/* without <>; present and empty
					 * for the null reverse-path     */
	const struct assay_span *rcpt;
	size_t n_rcpt;
	struct assay_span auth_user;	/* submission, if any            */
	struct assay_span queue_id;	/* for the log, never judged     */
	struct assay_span receiver;	/* our host name: the authserv-id
					 * of RFC 8601 and %{r} of SPF   */
	int64_t now;			/* Unix seconds; the only clock  */
	struct assay_span origin;	/* where the above came from when not
					 * from SMTP, in words for a person;
					 * shown, never judged; or absent */
	bool relay;			/* the client is a server of ours in
					 * front: what it (trusted_authserv)
					 * says of its own client stands in
					 * for SPF and iprev of ours         */
	bool own;			/* mail of our own people: only what
					 * the account does is looked at, and
					 * who sent it needs no proof        */
};

enum assay_profile {
	ASSAY_RFC9989 = 0,	/* DNS tree walk, np, psd, t              */
	ASSAY_RFC7489		/* public suffix list, pct; to compare    */
};

struct assay_ours;

/* How to judge.  All zero is a sound default. */
struct assay_options {
	enum assay_profile profile;
	bool no_tld_guard;	/* let a record of a single-label or public
				 * suffix name align everybody (RFC 9989 11.8)*/
	bool lf_input;		/* the bytes have LF line ends (a file):
				 * read LF as CRLF and say so              */
	bool lf_converted;	/* they had, and the caller has made CRLF
				 * of LF: say so                           */
	const struct assay_span *trusted_sealer; /* ARC d= that count       */
	size_t n_trusted_sealer;
	const struct assay_span *trusted_authserv; /* A-R ids believed, on
				 * mail that comes from a relay         */
	size_t n_trusted_authserv;
	const struct assay_span *own_domain; /* ours: mail "from" them that
				 * comes from outside unproven is suspect  */
	size_t n_own_domain;
	const struct assay_span *person; /* people whose name others borrow:
				 * "NAME" or "NAME <ADDRESS>, <ADDRESS>"
				 * with what is hers outside; not in records */
	size_t n_person;
	const struct assay_span *own_name; /* how the organisation and its
				 * brands are called; not in records       */
	size_t n_own_name;
	const struct assay_span *protect_domain; /* besides own_domain: names
				 * that others like to look like; not in
				 * records                                 */
	size_t n_protect_domain;
	const struct assay_ours *ours;	/* all of these, made once for many
					 * evaluations, or NULL              */
};

/* What is ours and protected, in the form in which it is looked up.  The texts
 * of options must live as long as it, and it as long as evaluations with it. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_ours_new(struct assay_ours **out, const struct assay_options *options);
ASSAY_API void assay_ours_free(struct assay_ours *ours);

/* Zero means: the default.  Bytes are bytes, counts are counts. */
struct assay_limits {
	size_t memory_bytes;	/* of one evaluation, body excluded; 16 MiB */
	size_t header_bytes;	/* 8 MiB                                    */
	size_t header_fields;	/* 20,000                                   */
	size_t signatures;	/* verified of each kind; 10                */
	size_t questions;	/* asked in all; 512                        */
};

/* ---- questions: the only way an evaluation learns anything ------------ */

enum assay_qkind {
	ASSAY_Q_DNS = 1,	/* key = lower-case owner name without a final
				 * dot, type = RR type                       */
	ASSAY_Q_SUFFIX,		/* key = A-label name; one item: its public
				 * suffix (RFC 7489 3.2), from a dated list  */
	ASSAY_Q_PROFILE,	/* key = relationship, type = profile id     */
	ASSAY_Q_INTEL		/* key = domain or address, type = feed id   */
};

enum { ASSAY_T_A = 1, ASSAY_T_NS = 2, ASSAY_T_CNAME = 5, ASSAY_T_PTR = 12,
    ASSAY_T_MX = 15, ASSAY_T_TXT = 16, ASSAY_T_AAAA = 28,
    ASSAY_T_DS = 43, ASSAY_T_DNSKEY = 48 };

struct assay_question {
	enum assay_qkind kind;
	uint16_t type;
	struct assay_span key;
};

enum assay_akind {
	ASSAY_A_DATA = 1,	/* one or more items                          */
	ASSAY_A_NODATA,		/* the name exists, this type does not        */
	ASSAY_A_NXDOMAIN,	/* the name does not exist                    */
	ASSAY_A_TEMPFAIL,	/* timeout, SERVFAIL, REFUSED                 */
	ASSAY_A_BOGUS,		/* DNSSEC said forged                         */
	ASSAY_A_UNKNOWN		/* nobody here can answer such a question     */
};

/* Items: A 4 octets; AAAA 16 octets; TXT the character-strings joined
 * (RFC 7208 3.3); MX two octets of preference, then the host as text; PTR,
 * NS, CNAME a name as text; DS, DNSKEY the rdata as it is.  Names are lower
 * case, without a final dot, and octets that are not printable ASCII, and
 * dots inside a label, are \DDD (RFC 1035 5.1); the root is ".". */
struct assay_answer {
	enum assay_akind kind;
	bool secure;			/* DNSSEC-validated           */
	uint32_t ttl;			/* seconds                    */
	struct assay_span canonical;	/* after CNAMEs; absent: none */
	const struct assay_span *item;
	size_t n_item;
};

/* ---- sources of answers ------------------------------------------------ */

/* ask: ASSAY_OK and *a filled, borrowed from self until self is freed;
 * ASSAY_PENDING when this source does not know (the next one is asked);
 * another status ends the run.
 * begin (may be NULL): a hint that q will be asked soon, so that a live
 * source can have many questions in flight at once.
 * start (may be NULL): assay_eval_run() begins; a live source starts the
 * clock of the total time that it has. */
struct assay_oracle {
	enum assay_status (*ask)(void *self, const struct assay_question *q,
	    struct assay_answer *a);
	void (*begin)(void *self, const struct assay_question *q);
	void (*start)(void *self);
	void (*free)(void *self);
	void *self;
};

ASSAY_API void assay_oracle_free(struct assay_oracle *oracle);

/* A zone: text that starts with '[' is a JSON array of rows, anything else
 * is an RFC 1035 master file; see assay-zone(5).  Knows every name: what is
 * not there is NXDOMAIN.  On ASSAY_FORMAT, *line and *why (static text) say
 * what is wrong; both may be NULL. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_oracle_zone(struct assay_oracle *out, struct assay_span text,
    unsigned *line, const char **why);

/* The answers kept in a record (assay_record_write); knows nothing else. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_oracle_trace(struct assay_oracle *out, struct assay_span record);

/* Public suffixes (ASSAY_Q_SUFFIX) by the list at path, NULL: the system's. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_oracle_suffix(struct assay_oracle *out, const char *path);

/* Live DNS through libunbound: cached, and validating where a trust anchor
 * is given ("recursive" takes the system's root.key without one).  A bogus
 * answer has the validator's reason as its item.  Not to be used across
 * fork().  server is NULL for the system's resolvers, "recursive" to ask the
 * root, or "ADDR[:PORT]" (IPv6 in brackets when a port follows) to forward
 * to. */
struct assay_resolver_conf {
	const char *server;
	const char *trust_anchor;	/* a DS or DNSKEY line, or NULL  */
	const char *trust_anchor_file;	/* root.key style, or NULL       */
	unsigned question_ms;		/* 0: 5,000                      */
	unsigned total_ms;		/* of one assay_eval_run(); 0:
					 * 20,000, RFC 7208 4.6.4        */
};
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_oracle_resolver(struct assay_oracle *out,
    const struct assay_resolver_conf *conf);

/* ---- what is worth keeping between messages ---------------------------- */

/* Parsed records and public keys, found again by their content, so never
 * stale.  Give the same one to every evaluation of a process; not for two
 * threads at once.  max_bytes 0: 16 MiB.  seed: 16 octets from a random
 * source, so that nobody can choose colliding content. */
struct assay_keep;
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_keep_new(struct assay_keep **out, size_t max_bytes,
    const uint8_t seed[16]);
ASSAY_API void assay_keep_free(struct assay_keep *keep);

/* ---- evaluation -------------------------------------------------------- */

struct assay_eval;
struct assay_policy;

/* session and options are copied; limits and options may be NULL; keep may
 * be NULL and otherwise must outlive the evaluation. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_new(struct assay_eval **out, const struct assay_session *session,
    const struct assay_options *options, const struct assay_limits *limits,
    struct assay_keep *keep);
ASSAY_API void assay_eval_free(struct assay_eval *ev);

/* The same object for the next message: its memory is used again; sources
 * given to assay_eval_warm() stay. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_reset(struct assay_eval *ev, const struct assay_session *session);

/* A source that is asked at once, inside a step, because it never waits and
 * always says the same: a cache, a zone.  It must outlive the evaluation. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_warm(struct assay_eval *ev, const struct assay_oracle *oracle);

/* Feed the message as it arrives, in pieces of any size, then end it.  The
 * body is hashed as it passes and not kept. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_data(struct assay_eval *ev, struct assay_span bytes);
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_end(struct assay_eval *ev);

/* Many messages at once, for batches whose bytes are all in memory: after
 * assay_eval_stays(), and before any data, what is fed to ev must stay where
 * it is until assay_eval_end_all() has returned, which ends all n and hashes
 * their bodies side by side where the CPU gains by that.  The results are
 * those of assay_eval_end().  On an error, the first one of any of them. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_stays(struct assay_eval *ev);
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_end_all(struct assay_eval *const *ev, size_t n);

/* Whether this CPU gains by that: it has vectors wide enough. */
ASSAY_API bool assay_together_gains(void);

/* ASSAY_OK: done.  ASSAY_PENDING: see assay_eval_questions(). */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_step(struct assay_eval *ev);

/* The questions open now.  Valid until the next call on ev. */
ASSAY_API size_t
assay_eval_questions(const struct assay_eval *ev,
    const struct assay_question **out);

/* The answer is copied.  Answers may come in any order and any number. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_answer(struct assay_eval *ev, const struct assay_question *q,
    const struct assay_answer *a);

/* Behaviour: is the message like its sender?  To be called when
 * assay_eval_step() has said ASSAY_OK, with the message, of which the first
 * 256 KiB are read; then step again.  There is one question more,
 * ASSAY_Q_PROFILE, for who keeps profiles: what he needs to know of the
 * message, and learns of it, is the sample (numbers; names are hashed with
 * key, which is secret and the same for ever).  Absent: the message could not
 * be read, or has no sender. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_behaviour(struct assay_eval *ev, struct assay_span message,
    const uint8_t key[16]);
ASSAY_API struct assay_span
assay_eval_sample(const struct assay_eval *ev);
/* The same of an account of ours: numbers, and hashes of names. */
ASSAY_API struct assay_span
assay_eval_account(const struct assay_eval *ev);
/* How well it stands for the account, once the checks are done: of what is
 * unlike it, or more than it may send, nothing is to be learned; what comes
 * from an account that is hardly known vouches for nobody. */
enum assay_standing {
	ASSAY_STANDING_NONE,	/* not asked                                 */
	ASSAY_STANDING_UNLIKE, ASSAY_STANDING_UNKNOWN, ASSAY_STANDING_USUAL
};
ASSAY_API enum assay_standing
assay_eval_standing(const struct assay_eval *ev);
/* ... and as such a hash the address of a path, without <>: whom mail comes
 * back to. */
ASSAY_API uint32_t
assay_account_address(struct assay_span path, const uint8_t key[16]);

/* Reads what the message says and carries, which authentication never needs.
 * After assay_eval_step() has said ASSAY_OK, with the message as it was fed;
 * then assay_eval_step() again.  What it finds is put into records. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_content(struct assay_eval *ev, struct assay_span message);

/* Both of these in one reading of the message, which is most of what either
 * costs.  Of what is compared with its sender, 256 KiB are read. */
struct assay_reading {
	bool content;
	const uint8_t *behaviour;	/* 16 octets of key, or NULL         */
	/* 16 octets of key, or NULL: which domains, accounts and numbers of the
	 * text are new.  Asks ASSAY_Q_INTEL of type ASSAY_INTEL_AGE about each
	 * domain, ASSAY_Q_PROFILE of type ASSAY_PROFILE_DEALING about each
	 * account and number; answers are made by who remembers. */
	const uint8_t *memory;
	const uint8_t *account;		/* the same; of an own session that
					 * somebody logged in to: asks
					 * ASSAY_Q_PROFILE of type
					 * ASSAY_PROFILE_ACCOUNT             */
	uint32_t provider;		/* AS number of its client, if a table
					 * says; else 0                      */
	struct assay_span country;	/* ... and the country, two letters  */
	bool text;			/* its clean text, for the JSON: what a
					 * person sees, of at most 64 KiB    */
	bool cut;			/* the message goes on               */
};
/* The author as who remembers knows him, a hash; 0: nobody. */
ASSAY_API uint64_t assay_eval_dealer(const struct assay_eval *ev);
enum { ASSAY_INTEL_AGE = 1, ASSAY_PROFILE_SENDER = 1,
    ASSAY_PROFILE_ACCOUNT = 2, ASSAY_PROFILE_DEALING = 5 };
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_read(struct assay_eval *ev, struct assay_span message,
    const struct assay_reading *what);

/* Steps to the end, asking each oracle in turn.  For tools and tests. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_run(struct assay_eval *ev, const struct assay_oracle *oracle,
    size_t n_oracle);

/* A mandate of that name (struct assay_verdict) has no more budget today:
 * decide again, and evidence that assay_decide() has noted since the checks
 * were done is gone.  It stands in the record. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_spent(struct assay_eval *ev, struct assay_span mandate);

/* ---- evidence: what was observed --------------------------------------- */

enum assay_check {
	ASSAY_CHECK_MESSAGE = 1, ASSAY_CHECK_IPREV, ASSAY_CHECK_HELO,
	ASSAY_CHECK_SPF, ASSAY_CHECK_DKIM, ASSAY_CHECK_ARC,
	ASSAY_CHECK_DMARC,
	ASSAY_CHECK_IMPERSONATION, /* neutral or policy, by how much; what a
				 * name, an address shown, a Reply-To pretend */
	ASSAY_CHECK_BEHAVIOUR,	/* neutral, or policy when it is unlike its
				 * sender: assay_eval_behaviour()            */
	ASSAY_CHECK_CONTENT,	/* neutral or policy, by how much; what links
				 * and files do: assay_eval_content()        */
	ASSAY_CHECK_AGE		/* neutral or policy, by how much; how young
				 * its domains are: assay_eval_read()        */
};

enum assay_result {			/* the words of RFC 8601 */
	ASSAY_NONE = 0, ASSAY_PASS, ASSAY_FAIL, ASSAY_SOFTFAIL,
	ASSAY_NEUTRAL, ASSAY_TEMPERROR, ASSAY_PERMERROR, ASSAY_POLICY
};

/* "spf", "dkim", ...; "pass", "fail", ...  Static text. */
ASSAY_API const char *assay_check_name(enum assay_check check);
ASSAY_API const char *assay_result_name(enum assay_result result);

struct assay_evidence {
	enum assay_check check;
	enum assay_result result;
	enum assay_reason reason;
	struct assay_span subject;	/* domain, address or selector judged */
	struct assay_span detail;	/* one plain clause, safe to print    */
	size_t at, at_len;		/* octets of the message; 0, 0: none  */
	const uint16_t *asked;		/* the questions it rests on          */
	size_t n_asked;
};

ASSAY_API size_t
assay_eval_evidence(const struct assay_eval *ev,
    const struct assay_evidence **out);

/* Question i (an index from .asked) and its answer, if it has one. */
ASSAY_API bool
assay_eval_asked(const struct assay_eval *ev, size_t i,
    struct assay_question *q, struct assay_answer *a);

/* ---- verdict: what we say about it ------------------------------------- */

enum assay_disposition {
	ASSAY_ACCEPT = 1, ASSAY_QUARANTINE, ASSAY_REJECT, ASSAY_DEFER,
	ASSAY_TAG,		/* accepted, with a field that says why     */
	ASSAY_HOLD,		/* as quarantine, for some hours            */
	ASSAY_DEFER_ONCE,	/* 451 for the first try, then as tag       */
	ASSAY_STRIP		/* accepted, without the files that can run;
				 * the whole of it is kept apart            */
};
ASSAY_API const char *assay_disposition_name(enum assay_disposition d);
/* From mild, 0 for accept, to strong: of two that differ, neither is the
 * other. */
ASSAY_API unsigned assay_disposition_strength(enum assay_disposition d);

struct assay_verdict {
	enum assay_disposition disposition;
	struct assay_span from_domain;	/* the Author Domain; absent: none  */
	enum assay_result dmarc;
	uint8_t suspicion_who;		/* 0..100: not who it says it is    */
	uint8_t suspicion_what;		/* 0..100: asks what harms          */
	const uint16_t *because;	/* indices into the evidence        */
	size_t n_because;
	struct assay_span smtp_reply;	/* "550 5.7.26 ..." or absent       */
	const char *departure;		/* why not what DMARC asked for, a
					 * word of RFC 9990 3.1.6, or NULL  */
	struct assay_span authentication_results; /* field body, RFC 8601   */
	struct assay_span statement;	/* of the policy, the first that said
					 * so; absent: none spoke           */
	unsigned statement_line;	/* in its text; 0: built in         */
	struct assay_span mandate;	/* its name, if the disposition rests on
					 * one: a hold when it is spent     */
	unsigned mandate_budget;	/* how often it may be used a day   */
	bool second_signal;		/* RFC 9989 7.4: something else than
					 * p=reject speaks against it       */
	/* The disposition if behaviour were not only observed, and acts on
	 * suspicion not only told; and the first statement that says so. */
	enum assay_disposition would;
	struct assay_span would_statement;
	unsigned would_line;
	struct assay_span behaviour;	/* "p=0.00042; h=H2; why=...", or
					 * absent: nothing is known         */
};

/* policy NULL: the built-in one (assay.conf(5)).  The verdict lives as long
 * as the evaluation. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_decide(const struct assay_verdict **out, struct assay_eval *ev,
    const struct assay_policy *policy);

/* Fields that claim to be ours and have to be taken away before our own is
 * added (RFC 8601 5), or that assayd writes (X-Assay-Tag and its like, unless
 * the session's client is a relay of ours), from the top down; a server that
 * names a field by its number deletes from the end of this list.  Of a
 * message that was fed, not of a record. */
struct assay_removal {
	struct assay_span name;	/* absent: no server can be told to, for
				 * its name is malformed                    */
	size_t index;		/* among the fields of that name, from 1    */
	size_t at;		/* octet of the message where it begins     */
};
ASSAY_API size_t
assay_eval_removals(struct assay_eval *ev, const struct assay_removal **out);

/* What the topmost Authentication-Results field of that authserv-id that
 * speaks of check says, to compare with; of several results the best.
 * False: none does. */
ASSAY_API bool
assay_eval_said(struct assay_eval *ev, struct assay_span authserv_id,
    enum assay_check check, enum assay_result *out);

/* On ASSAY_FORMAT, *line and *why (static text) say what is wrong. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_policy_parse(struct assay_policy **out, struct assay_span text,
    unsigned *line, const char **why);
ASSAY_API void assay_policy_free(struct assay_policy *policy);

/* The text of the built-in policy.  Static. */
ASSAY_API const char *assay_policy_builtin(void);
/* ... and of mail of our own people. */
ASSAY_API const char *assay_policy_builtin_own(void);

/* What is legal in a policy and yet deserves a word at start-up, such as
 * rejecting for DMARC alone (RFC 9989 7.4): remark i, counted from 0, as a
 * line of the policy and static text.  False: there are no more. */
ASSAY_API bool
assay_policy_remark(const struct assay_policy *policy, size_t i,
    unsigned *line, const char **what);

/* Exceptions of a policy that have expired, and are ignored, or will within
 * two weeks; as above. */
ASSAY_API bool
assay_policy_aged(const struct assay_policy *policy, int64_t now, size_t i,
    unsigned *line, const char **what);

/* ---- keys that sign ------------------------------------------------------ */

enum assay_algorithm { ASSAY_RSA_SHA256 = 1, ASSAY_ED25519_SHA256 };

/* A private key; what held it is overwritten by assay_key_free(). */
struct assay_key;

/* file: PEM or DER, PKCS#8 or (RSA) PKCS#1, or an Ed25519 seed of 32 octets
 * as base64.  On ASSAY_FORMAT, *why (static text, may be NULL) says what is
 * wrong. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_key_read(struct assay_key **out, struct assay_span file,
    const char **why);
/* A new one; bits of RSA: 2048, 3072 or 4096. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_key_new(struct assay_key **out, enum assay_algorithm algorithm,
    unsigned bits);
ASSAY_API void assay_key_free(struct assay_key *key);

ASSAY_API enum assay_algorithm
assay_key_algorithm(const struct assay_key *key);
ASSAY_API unsigned assay_key_bits(const struct assay_key *key);

/* Signs 32 octets; returns how many it put into out (ASSAY_SIGNATURE_MAX are
 * enough), 0 when that failed. */
enum { ASSAY_SIGNATURE_MAX = 1024 };
ASSAY_API size_t
assay_key_sign(const struct assay_key *key, const uint8_t digest[32],
    uint8_t *out, size_t cap);

/* Fills *cap with the length of the text; false: it does not fit.  The key
 * itself as PKCS#8 PEM, and the text of its DNS record (RFC 6376 3.6.1). */
enum { ASSAY_KEY_TEXT_MAX = 16384 };
ASSAY_API bool
assay_key_write(const struct assay_key *key, char *out, size_t *cap);
ASSAY_API bool
assay_key_record(const struct assay_key *key, char *out, size_t *cap);

/* What a key record in DNS is good for. */
struct assay_key_report {
	enum assay_reason flaw;	/* not 0: nobody can verify with it, why    */
	enum assay_algorithm algorithm;
	unsigned bits;
	bool testing;		/* t=y                                      */
	bool strict;		/* t=s: i= must be exactly d=               */
	bool sha256;		/* h= allows what we sign with              */
	bool matches;		/* it is the public part of key             */
};
/* key may be NULL. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_key_judge(struct assay_key_report *out, struct assay_span record,
    const struct assay_key *key);

/* Whether those who find this record will find the signature good. */
ASSAY_API bool
assay_signature_good(struct assay_span record,
    enum assay_algorithm algorithm, const uint8_t digest[32],
    struct assay_span signature);

/* ---- signing ------------------------------------------------------------- */

/* A message is signed by whoever evaluates it, without the key: a draft has
 * 32 octets to be signed, elsewhere, and takes the signature.
 *
 *	assay_eval_will_sign(ev, ASSAY_RELAXED);	before any data
 *	...
 *	st = assay_sign_begin(&d, ev, &signing);
 *	while (st == ASSAY_PENDING)
 *		st = assay_draft_put(d, signature of assay_draft_digest(d));
 *	put the fields of assay_draft_fields(d) on top, one after the other
 */
enum assay_canon { ASSAY_SIMPLE = 0, ASSAY_RELAXED };

struct assay_signing {
	struct assay_span domain, selector;	/* d=, s=               */
	enum assay_algorithm algorithm;
	enum assay_canon header, body;
	int64_t lifetime;	/* seconds until x=; 0: no x=           */
	bool no_time;		/* no t=                                */
	struct assay_span identity;		/* i=, or absent        */
	/* Fields to sign besides the usual ones (or, when they are of those,
	 * instead): "Name" (as often as it is there), "Name+" (once more, so
	 * that none can be added) or "Name?" (once more if it is there). */
	const struct assay_span *field;
	size_t n_field;
};

struct assay_draft;
struct assay_field { struct assay_span name, body; };

/* The domain of the author, after assay_eval_end(), when there is one author
 * and no doubt who it is; else absent. */
ASSAY_API struct assay_span
assay_eval_author(const struct assay_eval *ev);

/* The domain whose DMARC record decided, or was looked for: that of the
 * author where there is none.  Absent before the checks are done. */
ASSAY_API struct assay_span
assay_eval_policy_domain(const struct assay_eval *ev);
/* A name that .field may have, without its sign. */
ASSAY_API bool assay_field_signable(struct assay_span name);

/* The body will have been hashed in this form. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_eval_will_sign(struct assay_eval *ev, enum assay_canon body);

/* A DKIM-Signature (RFC 6376), after assay_eval_end().  ASSAY_OK: the
 * message is not signed, assay_draft_refused() says why.  Drafts live as
 * long as the evaluation of their message. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_sign_begin(struct assay_draft **out, struct assay_eval *ev,
    const struct assay_signing *signing);

/* An ARC set (RFC 8617), when the evaluation is done; results is the body of
 * the Authentication-Results field that goes with it.  Takes two signatures.
 * signing: header, body and lifetime do not count; the body must have been
 * hashed as ASSAY_RELAXED. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_seal_begin(struct assay_draft **out, struct assay_eval *ev,
    const struct assay_signing *signing, struct assay_span results);

/* ASSAY_R_NONE: not refused.  detail (may be NULL): what was in the way. */
ASSAY_API enum assay_reason
assay_draft_refused(const struct assay_draft *d, struct assay_span *detail);

/* The 32 octets to be signed now. */
ASSAY_API const uint8_t *assay_draft_digest(const struct assay_draft *d);

/* ASSAY_PENDING: there is another digest to be signed.  ASSAY_OK: done. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_draft_put(struct assay_draft *d, struct assay_span signature);

/* The finished fields, in the order in which to put each on top; bodies are
 * folded with CRLF and stand behind "Name: ".  0: it is not finished. */
ASSAY_API size_t
assay_draft_fields(const struct assay_draft *d,
    const struct assay_field **out);

/* ---- views: all of it as text ------------------------------------------ */

/* Returns false to stop; the view then returns ASSAY_IO. */
typedef bool assay_write_fn(void *ctx, struct assay_span bytes);

/* The JSON object of a message (doc/assay-result.schema.json), one line
 * with its LF.  name is a label for the message, or absent. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_result_write(struct assay_eval *ev, const struct assay_verdict *v,
    struct assay_span name, assay_write_fn *write, void *ctx);

/* The record: facts, answers, evidence, verdict as one line of JSON.  The
 * raw header goes with it only if with_message (what that keeps of people: see
 * assay-record(5)).  assay_record_replay() makes a finished message of it
 * again, ready for assay_eval_run() with assay_oracle_trace().  Everything
 * is concluded anew: signatures from the digests in the record, or from the
 * raw header where the record has it, which must then say what the facts
 * say.  *why (static text, may be NULL) says which on ASSAY_OK, and what is
 * wrong on ASSAY_FORMAT. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_record_write(struct assay_eval *ev, const struct assay_verdict *v,
    bool with_message, assay_write_fn *write, void *ctx);
/* The record without what names people: local parts are replaced by hashes
 * that need the salt (of a random source, and secret), texts copied from the
 * message are left out.  It replays as the other does. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_record_write_veiled(struct assay_eval *ev,
    const struct assay_verdict *v, const uint8_t salt[16],
    assay_write_fn *write, void *ctx);
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_record_replay(struct assay_eval **out, struct assay_span record,
    struct assay_keep *keep, const char **why);

/* One message in a few aligned lines, or with brief in a single one. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_summary_write(struct assay_eval *ev, const struct assay_verdict *v,
    struct assay_span name, bool brief, unsigned width, bool colour,
    assay_write_fn *write, void *ctx);

/* The story in plain English for a person, lines of at most width columns
 * (0: 78); colour: ANSI escapes. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_explain_write(struct assay_eval *ev, const struct assay_verdict *v,
    unsigned width, bool colour, assay_write_fn *write, void *ctx);

/* What one check concluded. */
ASSAY_API enum assay_result
assay_check_result(const struct assay_eval *ev, enum assay_check check);

/* The story of one check; for DMARC the search for the policy of each
 * author, step by step. */
ASSAY_API ASSAY_MUST_USE enum assay_status
assay_check_write(struct assay_eval *ev, enum assay_check check,
    unsigned width, bool colour, assay_write_fn *write, void *ctx);

#ifdef __cplusplus
}
#endif
#endif
