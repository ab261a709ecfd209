/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - what is kept of reports, behind verbs (doc/adr/0008).
 *
 * Everything here is a fact that is added, under a key that is made of the
 * fact itself, so that adding it a second time, or in another order, or on
 * another machine, gives the same sums.  No verb reads something to write it
 * back changed: sums are added to, first and last times are smaller or
 * larger of two, and of several versions of a report the greatest by trust,
 * time and content counts.  So another store (columns, a cluster) can stand
 * behind the same verbs.
 *
 * Today it is one SQLite file with one writer, which has the lock of
 * FILE.lock as long as it lives; readers need no lock.
 *
 * Errors are sticky within a transaction: after the first one every verb
 * does nothing, store_commit() says what it was, and nothing was written.
 * Times are microseconds since 1970, days are days since 1970, UTC.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/limits.h"
#include "report/aggregate.h"

enum {
	STORE_HASH = 16,	/* octets of a key or of a content hash      */
	STORE_WHY = 256,	/* octets of an error in words               */
	STORE_ROWS_BITS = 24,	/* a report has fewer than 2^24 rows: a
				 * hundred times the largest one seen        */
	STORE_SALT = 16,
	STORE_TEXT_MAX = 4096,	/* octets of a name or address in a report:
				 * longer ones are no names                  */
	STORE_VERSIONS = 16	/* of one report: reporters correct one once
				 * or twice; each more costs all that a
				 * version costs.  One that is more trusted
				 * than all still comes in, so that nobody
				 * keeps out the true one, and his own alone
				 * count against its author: at most twice
				 * as many, and 3                            */
};
/* Of a report's period: what readers of reports give, so no day overflows. */
#define STORE_LAST_SECOND LIMIT_AGGREGATE_SECOND
#define STORE_ROWS ((uint32_t)1 << STORE_ROWS_BITS)
/* Messages of one report: 2^40, more than a year of the world's mail to one
 * domain; so 2^22 of them, all lies, fit the sum. */
#define STORE_MESSAGES ((uint64_t)1 << 40)

enum store_status {
	STORE_OK = 0,
	STORE_HELD,		/* another process writes: see .pid          */
	STORE_BUSY,		/* locked by somebody who has not our lock   */
	STORE_FULL,		/* disk full, or a limit of sizes            */
	STORE_READ_ONLY,	/* the disk or the file cannot be written    */
	STORE_CORRUPT,		/* not a store, or damaged                   */
	STORE_NEWER,		/* made by a newer version                   */
	STORE_ABSENT,		/* no such file                              */
	STORE_NOWHERE,		/* no directory to make it in                */
	STORE_UNREADABLE,	/* this user may not read it                 */
	STORE_NOMEM,
	STORE_REFUSED,		/* what was given breaks a bound             */
	STORE_FAILED		/* anything else; the words say what         */
};

struct store_error {
	enum store_status status;
	int64_t pid;		/* HELD: who, 0: unknown                     */
	char text[STORE_WHY];
};

enum store_kind { STORE_AGGREGATE = 1, STORE_TLS, STORE_FAILURE };

/* Of a sum in the store, and of what is asked: it ends here, and two of them
 * do not overflow. */
#define STORE_SUM ((uint64_t)1 << 62)

/* In this order: a report that comes again replaces the first one only if it
 * is trusted as much, and has the same author if it is PASSED. */
enum store_trust {
	STORE_T_FAILED = 0,	/* its mail failed DMARC                     */
	STORE_T_UNKNOWN,	/* nobody looked                             */
	STORE_T_FILE,		/* somebody of ours gave it to us            */
	STORE_T_PASSED		/* aligned pass of the reporter's domain     */
};

struct store;

struct store_conf {
	const char *path;
	bool here;		/* path is a name in the working directory,
				 * which may not be reachable by its own     */
	bool create;		/* when it is not there                      */
	bool read_only;		/* no lock, no migration                     */
	bool beside;		/* while another process has the lock: to add
				 * a decision, a hold, an answer of DNS, that
				 * an alert was told; nothing else           */
	bool any_version;	/* read only: an older schema will do        */
	bool identities;	/* local parts as they are, not as hashes    */
	unsigned busy_ms;	/* wait so long for a lock; 0: 5000          */
	/* Tests alone: called between any two steps of a transaction. */
	void (*step)(void *ctx, const char *where);
	void *step_ctx;
};

/* NULL: *why, which may not be NULL, says why. */
struct store *store_open(const struct store_conf *conf,
    struct store_error *why);
void store_close(struct store *s);

/* The last error. */
const struct store_error *store_why(const struct store *s);
/* Of the schema, as it is in the file. */
int store_version(const struct store *s);
/* What a newly made store would have. */
int store_newest_version(void);

/* ---- transactions ------------------------------------------------------- */

/* How sure a commit is.  SOON survives the end of any process, and a power
 * cut when a later SYNCED commit has succeeded; SYNCED is on the disk.  What
 * is acknowledged to somebody else (a 250, a summary) waits for SYNCED. */
enum store_sure { STORE_SOON, STORE_SYNCED };

bool store_begin(struct store *s);
/* False: store_why(); nothing of the transaction is there. */
bool store_commit(struct store *s, enum store_sure sure);
void store_rollback(struct store *s);
/* A part of a transaction that may go back alone. */
bool store_part(struct store *s);
bool store_part_end(struct store *s);
void store_part_back(struct store *s);
/* What was committed SOON is on the disk.  Outside of a transaction. */
bool store_sync(struct store *s);

/* ---- raw bytes ---------------------------------------------------------- */

enum store_codec { STORE_AS_IS, STORE_DEFLATE };

enum store_kept {
	STORE_KEPT = 1,
	STORE_AGED,		/* gone, by retention                        */
	STORE_ERASED		/* gone, because a person asked              */
};

/* The bytes are given in pieces, while reports out of them are taken, and
 * kept compressed, unless they are already.  A hash that is there is not
 * written again: then _add does nothing.  *id is for origins and for what is
 * set aside. */
bool store_raw_begin(struct store *s, const uint8_t hash[STORE_HASH],
    bool compressed, int64_t received, int64_t *id);
bool store_raw_add(struct store *s, struct span piece);
bool store_raw_end(struct store *s);

/* What became of an input with these bytes before. */
struct store_raw_state {
	bool known;
	enum store_kept kept;
	int64_t id;
	unsigned reports;	/* taken out of it, in whatever state        */
	unsigned asides, partly;	/* of these: STORE_A_PARTLY          */
	enum store_trust trust;	/* the least of these reports                */
};
bool store_raw_known(struct store *s, const uint8_t hash[STORE_HASH],
    struct store_raw_state *out);

/* Gives the bytes back, as they came, in pieces.  False: error, or they are
 * not kept, or take said no. */
typedef bool store_take_fn(void *ctx, struct span piece);
bool store_raw_read(struct store *s, int64_t id, store_take_fn *take,
    void *ctx);

/* ---- reports ------------------------------------------------------------ */

struct store_origin {
	enum store_trust trust;
	struct span author;	/* whom the mail was proven to be from, an
				 * address: PASSED holds for reports of his
				 * domain, and of those above it; absent: of
				 * anybody's                                 */
	bool posted;		/* by HTTP: TLS reports need no proof        */
	int64_t received;	/* microseconds                              */
	struct span from;	/* file, mailbox, session: for people        */
	int64_t raw;		/* of store_raw_begin(); 0: none             */
};

/* What is the same in every copy of one report, and in a corrected one,
 * which keeps its period (RFC 9990 3.5.4).  Reporters who say no id, or one
 * and the same, are told apart by the period alone.  What was taken before
 * begin, the first second, went into it has another key: given once more
 * under another hash of its bytes, such a report is a new one. */
void store_key(uint8_t out[STORE_HASH], enum store_kind kind,
    struct span reporter, struct span org, struct span report_id,
    struct span domain, int64_t begin);
/* The domain of an address, lower case; else the whole.  A part of it. */
struct span store_reporter(struct span email);

/* "pass", "softfail", ...; NULL: unsaid.  Static. */
const char *store_result_name(enum aggregate_result r);
const char *store_action_name(enum aggregate_action a);
const char *store_scope_name(enum aggregate_scope s);
const char *store_why_name(enum aggregate_why w);

enum store_outcome {
	STORE_NEW,		/* counted                                   */
	STORE_DUPLICATE,	/* it was here: nothing was counted          */
	STORE_REPLACED,		/* counted in place of an earlier one        */
	STORE_OUTRANKED,	/* kept, not counted: what we have of this
				 * report is more trusted, or another
				 * author's, who was first                   */
	STORE_TOO_LATE,		/* not kept: the rows of the first one are
				 * gone, so it cannot be taken back          */
	STORE_CROWDED,		/* not kept: STORE_VERSIONS of it are here,
				 * and one is trusted as much                */
	STORE_OUTCOMES
};

struct store_taken {
	enum store_outcome outcome;
	int64_t report;		/* the one that was given, or its twin       */
	uint32_t rows;
	uint64_t messages;
};

/* Within a transaction: begin, the rows, end.  Spans are not needed after
 * the call, but .from is, until the end.  A head that was not whole at the
 * first row is given once more, and makes the report no more trusted.
 * content: hash of all that the report says (parcel.h). */
bool store_report_begin(struct store *s, const struct store_origin *from,
    const struct aggregate_head *head);
bool store_report_head(struct store *s, enum store_trust trust,
    const struct aggregate_head *head);
bool store_report_row(struct store *s, const struct aggregate_row *row);
bool store_report_end(struct store *s, const uint8_t content[STORE_HASH],
    struct store_taken *out);
/* What was given since _begin is forgotten; the transaction goes on. */
void store_report_abort(struct store *s);

/* The day a report is about: that of the middle of its period, so that the
 * day of another time zone is the day it mostly was. */
int64_t store_day(int64_t begin, int64_t end);

/* ---- set aside ---------------------------------------------------------- */

enum store_aside_reason {
	STORE_A_UNREADABLE = 1,	/* the bytes could not be had                */
	STORE_A_NO_REPORT,	/* no report in it                           */
	STORE_A_MALFORMED,	/* a report, of which nothing can be used    */
	STORE_A_BOUNDS,		/* a bomb, or past another bound             */
	STORE_A_FOREIGN,	/* of a domain that is not ours              */
	STORE_A_OUTRANKED,	/* see STORE_OUTRANKED                       */
	STORE_A_TOO_LATE,	/* see STORE_TOO_LATE                        */
	STORE_A_UNTRUSTED,	/* its kind wants proof, and there is none   */
	STORE_A_READER_DIED,	/* the sandboxed reader ended on it          */
	STORE_A_PARTLY,		/* taken, but not all of it was understood   */
	STORE_A_NOT_STORABLE,	/* it was read, and the store cannot take
				 * it                                        */
	STORE_A_REASONS		/* their number, plus one                    */
};
/* "foreign-domain", ...; static. */
const char *store_aside_name(enum store_aside_reason reason);

struct store_aside {
	enum store_aside_reason reason;
	enum store_kind kind;	/* 0: unknown                                */
	enum store_trust trust;
	int64_t received;
	struct span from, detail;
	struct span domain, reporter, org, report_id;	/* as claimed        */
	int64_t raw;		/* 0: none                                   */
};
/* The same input for the same reason is set aside once. */
bool store_set_aside(struct store *s, const struct store_aside *a);

/* ---- failure reports (RFC 6591, 9991; RFC 5965) ------------------------- */

struct store_failure {
	struct span type;	/* auth-failure, abuse, ...                  */
	struct span auth_failure;	/* dmarc, dkim, spf, ...             */
	struct span reporter;	/* the address in From of the report         */
	struct span user_agent, reported_domain;
	struct assay_addr source;
	int64_t arrival;	/* Unix seconds; 0: unsaid                   */
	uint32_t incidents;
	struct span identity_alignment, delivery_result;
	struct span mail_from, rcpt_to;	/* addresses: hidden at rest         */
	struct span header_from;	/* the same                          */
	struct span dkim_domain, dkim_selector, dkim_identity, spf_dns;
	struct span authentication_results, message_id, envelope_id;
	uint32_t deviations;
};
/* *again: it was here. */
bool store_failure_put(struct store *s, const struct store_origin *from,
    const struct store_failure *f, bool *again);

/* How an address is kept: its local part as a salted hash. */
enum { STORE_HIDDEN = 24 };	/* octets of "h-" and the hash               */
bool store_hide(struct store *s, struct span local, char out[STORE_HIDDEN]);

/* ---- TLS reports (RFC 8460) --------------------------------------------- */

struct store_tls {
	struct span org, contact, report_id;
	int64_t begin, end;	/* Unix seconds                              */
	uint32_t deviations;
};
struct store_tls_policy {
	struct span type, domain;	/* tlsa, sts, no-policy-found        */
	struct span strings;	/* of the policy, joined by LF               */
	struct span mx;		/* hosts, joined by LF                       */
	uint64_t good, bad;	/* sessions                                  */
};
struct store_tls_detail {	/* of the policy before it                   */
	struct span type;	/* of the result, as written                 */
	struct span sending_ip, receiving_mx, receiving_helo, receiving_ip;
	struct span information, code;
	uint64_t sessions;
};
/* As with aggregate reports; the report counts as one of every domain in
 * it. */
bool store_tls_begin(struct store *s, const struct store_origin *from,
    const struct store_tls *head);
bool store_tls_policy(struct store *s, const struct store_tls_policy *p);
bool store_tls_detail(struct store *s, const struct store_tls_detail *d);
bool store_tls_end(struct store *s, const uint8_t content[STORE_HASH],
    struct store_taken *out);

/* ---- what people decided, what DNS said --------------------------------- */

enum store_scope { STORE_S_ADDRESS = 1, STORE_S_NETWORK, STORE_S_DKIM,
    STORE_S_ASN };

/* Nothing is changed by a later decision: the latest one holds. */
struct store_decision {
	enum store_scope scope;
	struct span what;	/* "192.0.2.1", "192.0.2.0/24", "d.example",
				 * "64496"                                   */
	struct span domain;	/* whose reports; empty: all                 */
	struct span class, who, note;
	int64_t at;
};
bool store_decide(struct store *s, const struct store_decision *d);

/* At this moment, this was the answer.  answer: the records in a fixed
 * order, or "" for none. */
bool store_dns_seen(struct store *s, struct span name, struct span type,
    struct span answer, int64_t at);

/* ---- what was told of them ---------------------------------------------- */

/* At this moment the key had this state; the latest of a key holds. */
struct store_alert {
	struct span key, domain, state;
	struct span cause;		/* as it was told                    */
	int64_t at;
};
bool store_alert_seen(struct store *s, const struct store_alert *a);

/* ---- mailboxes ---------------------------------------------------------- */

/* A mail of a mailbox, as IMAP names it: no other mail ever has the same
 * three (RFC 9051 section 2.3.1.1). */
struct store_mail {
	struct span mailbox;
	uint32_t uidvalidity, uid;
};
/* It was taken: what it says is in the store, or set aside. */
bool store_mail_taken(struct store *s, const struct store_mail *m,
    int64_t at);
bool store_mail_known(struct store *s, const struct store_mail *m,
    bool *known);

/* ---- questions ---------------------------------------------------------- */

/* What the sums are told apart by. */
enum store_by {
	STORE_BY_DOMAIN = 1, STORE_BY_DAY = 2, STORE_BY_SOURCE = 4,
	STORE_BY_REPORTER = 8, STORE_BY_FROM = 16,
	STORE_BY_RESULT = 32,	/* aligned dkim and spf                      */
	STORE_BY_DONE = 64,	/* disposition and reasons                   */
	STORE_BY_AUTH = 128,	/* the set of raw results                    */
	STORE_BY_TRUST = 256,
	STORE_BY_ALL = 511
};

struct store_ask {
	unsigned by;
	struct span domain;	/* policy domain; absent: all                */
	int64_t day_from, day_to;	/* both included; 0, 0: all          */
	struct assay_addr source;	/* family 0: all                     */
	struct span reporter;	/* its domain; absent: all                   */
	enum store_trust trust;	/* at least                                  */
	uint32_t limit;		/* the largest first; 0: all, in the order of
				 * the bits above                            */
};

/* Spans live until the next call.  What was not asked for is absent, 0.
 * auth: JSON, what every mechanism said, in the order of the report:
 * [["dkim",result,domain,selector,human],["spf",result,domain,scope,human]];
 * what is unsaid is null. */
struct store_tally {
	struct span domain, reporter, org, header_from, auth;
	int64_t day;
	struct assay_addr source;	/* family 0: was unreadable          */
	enum aggregate_aligned dkim, spf;
	enum aggregate_action disposition;
	uint32_t why;		/* bits: 1 << enum aggregate_why             */
	enum store_trust trust;
	uint64_t messages;
};

struct store_cursor;
/* NULL: store_why(). */
struct store_cursor *store_tallies(struct store *s,
    const struct store_ask *ask);
bool store_tally_next(struct store_cursor *c, struct store_tally *out);

/* Lists: a name below, and what it is about. */
enum store_list {
	STORE_L_REPORTS, STORE_L_ROWS, STORE_L_ROLLUP, STORE_L_ASIDES,
	STORE_L_FAILURES, STORE_L_TLS, STORE_L_DECISIONS, STORE_L_DNS,
	STORE_L_REPORTERS, STORE_L_HOLDS, STORE_L_ALERTS, STORE_LISTS
};
const char *store_list_name(enum store_list list);
struct store_cursor *store_list(struct store *s, enum store_list list,
    const struct store_ask *ask);

enum store_type { STORE_NOTHING, STORE_NUMBER, STORE_TEXT };
struct store_cell {
	const char *name;	/* of the column                             */
	enum store_type type;
	int64_t number;
	struct span text;	/* until the next row                        */
};
/* The next row of a list: its cells, of which there are *n. */
bool store_list_next(struct store_cursor *c, const struct store_cell **cell,
    size_t *n);

/* Whether it ended because there was no more.  Frees it. */
bool store_cursor_end(struct store_cursor *c);

/* ---- care --------------------------------------------------------------- */

/* Told one by one; takes each finding. */
typedef void store_finding_fn(void *ctx, const char *finding);
/* False: store_why(); *found: how many. */
bool store_check(struct store *s, store_finding_fn *tell, void *ctx,
    unsigned *found);
bool store_vacuum(struct store *s);
/* Octets of the pages in use, without those that wait to be used again. */
bool store_size(struct store *s, uint64_t *size);
/* Into a file that is not there yet; while others read and write. */
bool store_backup(struct store *s, const char *to);
/* From a backup to a path where nothing is. */
bool store_restore(const char *from, const char *to,
    struct store_error *why);

struct store_retention { unsigned raw, rows, failures, asides; };  /* days */
struct store_retained {
	uint64_t raw, rows, failures, asides;	/* removed                   */
	uint64_t held;		/* would have been, but for a legal hold     */
};
/* Rollups stay.  now: microseconds. */
bool store_retain(struct store *s, const struct store_retention *keep,
    int64_t now, struct store_retained *out);

struct store_erased {
	uint64_t failures, raw, texts;	/* what had it, and has it no more   */
	uint64_t held;
};
/* Everything of a person: "local@domain", or a local part alone. */
bool store_erase(struct store *s, struct span person, int64_t now,
    struct store_erased *out);

/* Legal hold: what is about this domain (empty: everything) is neither
 * erased nor aged before the end of last_day. */
struct store_hold {
	struct span domain, reason, owner;
	int64_t last_day, at;
};
bool store_hold(struct store *s, const struct store_hold *h);
/* The hold ends now. */
bool store_release(struct store *s, int64_t hold, struct span who,
    int64_t now);

#endif
