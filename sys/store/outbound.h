/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbound.h - the reports that we send, in the store (doc/adr/0021).
 *
 * Messages are counted under the report they belong to.  When its day is
 * over the report is made: it counts no more and gets its name, which is
 * made of what it is about, so that it is the same however often it is sent.
 * Then it is known where it may go; then each address has its mail, and an
 * attempt is noted before it is made.
 *
 * All verbs but the reading ones belong into a transaction.  Times are Unix
 * seconds.
 */
#ifndef STORE_OUTBOUND_H
#define STORE_OUTBOUND_H

#include "report/bounce.h"
#include "report/tally.h"
#include "store.h"

enum {
	OUTBOUND_ROWS = 100000,		/* of one report: what is beyond is
					 * counted as lost, and told; honest
					 * ones have some 10,000             */
	OUTBOUND_ID = 32,		/* octets of a report-id             */
	OUTBOUND_TOKEN = 32,		/* of what only who has a mail knows */
	OUTBOUND_BOUNCES = 3,		/* within so many days: one may be an
					 * accident of its host              */
	OUTBOUND_BOUNCE_DAYS = 14,
	OUTBOUND_SUPPRESS_DAYS = 7,	/* a mailbox that is not there today
					 * is looked for in a week           */
	OUTBOUND_LETTERS = 1000		/* failure reports that wait: who can
					 * be reached gets his in seconds    */
};

enum outbound_kind { OUTBOUND_AGGREGATE = 0, OUTBOUND_FAILURE };

enum outbound_state {
	OUTBOUND_COUNTS = 1,
	OUTBOUND_MADE,		/* ... and not known where it may go        */
	OUTBOUND_ROUTED,	/* its mails are due, or tried again        */
	OUTBOUND_DONE,		/* no mail of it is due any more            */
	OUTBOUND_NONE		/* not sent to anybody: why                 */
};
enum outbound_mail_state {
	OUTBOUND_DUE = 1, OUTBOUND_SENT, OUTBOUND_FAILED,
	OUTBOUND_SUPPRESSED,	/* mail does not reach this address         */
	OUTBOUND_REFUSED,	/* its host does not want it (RFC 9990 4),
				 * or it had enough that day                */
	OUTBOUND_BOUNCED	/* it was sent, and came back                */
};

/* ---- counting ------------------------------------------------------------ */

/* The entry is taken now; false: it was, or an error. */
bool outbound_entry(struct store *s, uint64_t spool, uint64_t number);
/* That spool is gone. */
bool outbound_forget_spool(struct store *s, uint64_t spool);

/* due: when the report of that day shall be made. */
bool outbound_count(struct store *s, const struct tally_parts *t,
    int64_t due);
/* That spool has dropped so many in all. */
bool outbound_lost(struct store *s, uint64_t spool, int64_t day,
    struct span domain, uint64_t messages);

/* ---- reports ------------------------------------------------------------- */

struct outbound_report {
	int64_t id, day, part;
	struct span domain, policy, rua, error;
	uint64_t rows, messages, letters, lost;
	enum outbound_state state;
	int64_t due, tries, made;
	struct span why, submitter, report_id;
	bool old_form;
	enum outbound_kind kind;	/* FAILURE: .rua is its ruf, .policy
					 * says nothing                      */
};

/* One in that state whose time has come, with an id above `above`; the first
 * of them, its spans in a.  False: there is none, or an error. */
bool outbound_next(struct store *s, enum outbound_state state, int64_t now,
    int64_t above, struct outbound_report *out, struct arena *a);
bool outbound_get(struct store *s, int64_t id, struct outbound_report *out,
    struct arena *a);

/* It is made, as submitter's. */
bool outbound_make(struct store *s, const struct outbound_report *r,
    struct span submitter, bool old_form, int64_t now);
/* What it would be if that were done now, in the arena.  False: no room. */
bool outbound_would(struct outbound_report *out,
    const struct outbound_report *r, struct span submitter, bool old_form,
    struct arena *a);
/* It will not be sent. */
bool outbound_none(struct store *s, int64_t id, struct span why);
/* Where it may go is asked again then. */
bool outbound_later(struct store *s, int64_t id, int64_t due,
    struct span why);
/* One of its addresses; refused: it gets none, why. */
bool outbound_address(struct store *s, int64_t id, struct span address,
    bool refused, struct span why, int64_t due);
/* How many mails of this kind that were not refused go to this host about
 * that day and domains within this one; most is enough.  0 may be an error,
 * too. */
uint64_t outbound_mails_to(struct store *s, int64_t day,
    enum outbound_kind kind, struct span within, struct span host,
    uint64_t most);
bool outbound_routed(struct store *s, int64_t id);

/* Its rows, in the order of their octets.  False: take said no, or an
 * error. */
typedef bool outbound_row_fn(void *ctx, struct span row, uint64_t messages);
bool outbound_rows(struct store *s, int64_t id, outbound_row_fn *take,
    void *ctx);

/* ---- failure reports ----------------------------------------------------- */

struct outbound_failure {
	int64_t at;
	struct span domain, ruf, letter;	/* lib/report/failure_item.h */
	uint64_t spool, number;		/* the entry that it was in, and its
					 * place there                       */
	unsigned index;
};

/* It is made, as submitter's, and due.  Not taken: there were so many within
 * an hour because of its domain and the neighbours, or too many wait. */
bool outbound_failure(struct store *s, const struct outbound_failure *f,
    struct span submitter, uint64_t most, bool *taken);
/* False: it has none (any more), or an error. */
bool outbound_letter(struct store *s, int64_t report, struct span *out,
    struct arena *a);

/* ---- mails --------------------------------------------------------------- */

struct outbound_mail {
	int64_t id, report, due, tried, answered;
	struct span address, why;
	enum outbound_mail_state state;
	unsigned tries, code;
	struct span token;	/* in its Message-ID; empty: an old one      */
};

/* The first that is due; false: none, or an error. */
bool outbound_mail_next(struct store *s, int64_t now,
    struct outbound_mail *out, struct arena *a);
bool outbound_mail_get(struct store *s, int64_t mail,
    struct outbound_mail *out, struct arena *a);
/* An attempt begins; when nobody hears of it again, another may at due. */
bool outbound_attempt(struct store *s, int64_t mail, int64_t now,
    int64_t due);
/* How it went.  DUE: another attempt at due. */
bool outbound_answer(struct store *s, int64_t mail,
    enum outbound_mail_state state, unsigned code, struct span why,
    int64_t now, int64_t due);
/* Reports of days that are over and are not made yet, and mails that wait to
 * be tried again, are due now: of that policy domain, or of all (empty).
 * What is on its way is left alone. */
struct outbound_hurried { uint32_t reports, mails, counting; };
bool outbound_hurry(struct store *s, struct span domain, int64_t now,
    struct outbound_hurried *out);
/* Attempts whose end nobody saw (we were killed) are due now. */
bool outbound_recover(struct store *s, int64_t now);

/* Mail does not reach this address: not before until. */
bool outbound_suppress(struct store *s, struct span address, int64_t now,
    int64_t until, struct span why);
bool outbound_release(struct store *s, struct span address);
/* False: it may be tried, or an error. */
bool outbound_is_suppressed(struct store *s, struct span address,
    int64_t now);

/* A bounce came.  mail 0: it is about none of ours, as far as it knows. */
struct outbound_bounced {
	int64_t mail;
	struct span address;
	enum outbound_mail_state was;	/* anything but SENT: nothing is done */
	bool hard;		/* it is BOUNCED now                         */
	unsigned times;		/* its address, lately, with this one        */
	bool suppressed;	/* ... which was enough                      */
};
bool outbound_bounce(struct store *s, const struct bounce *b, int64_t now,
    struct outbound_bounced *out, struct arena *a);
/* A person says that the address is alive: how many were suppressed (0, 1). */
bool outbound_lift(struct store *s, struct span address, uint32_t *n);
struct outbound_suppressed {
	struct span address, why;
	int64_t since, until;
};
typedef bool outbound_suppressed_fn(void *ctx,
    const struct outbound_suppressed *o);
bool outbound_suppressions(struct store *s, int64_t now,
    outbound_suppressed_fn *take, void *ctx);

/* What is done with, of days before this one, is forgotten; rows earlier:
 * they go with the last mail. */
bool outbound_age(struct store *s, int64_t before_day);

/* ---- looking ------------------------------------------------------------- */

/* Each report with a mail of its own, newest first; mail is NULL for a
 * report that has none.  Spans live until take returns. */
typedef bool outbound_list_fn(void *ctx, const struct outbound_report *r,
    const struct outbound_mail *mail);
bool outbound_list(struct store *s, outbound_list_fn *take, void *ctx);

#endif
