/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts.h - what is known of our own accounts: a file that is mapped.
 *
 * store writes, every eval looks (DECISIONS 24).  It is allocated whole and
 * never grows: profiles (behave/own.h), each twice, of which one is written
 * while the other one is read, so that a process may be killed at any moment
 * and nothing is half of anything; memories of who was written to and of
 * links (behave/own_met.h); which entry of which spool was taken last; and
 * what is to be told of an account, the one place where its name stands,
 * until it was told.
 *
 * The end of the machine may forget the last seconds.  Everything has a sum;
 * what is damaged then falls back to what it was before, and is counted.
 */
#ifndef SYS_ACCOUNTS_H
#define SYS_ACCOUNTS_H

#include "behave/own.h"
#include "pledges.h"

enum {
	ACCOUNTS_KEY = 16,
	ACCOUNTS_ITEM = 'o',		/* behind a record: an own message   */
	ACCOUNTS_BOUNCE = 'K',		/* ... one that came back            */
	ACCOUNTS_NAME = 128,		/* octets of an account's name       */
	ACCOUNTS_NOTICES = 16,		/* that wait to be told              */
	ACCOUNTS_PAUSE_S = 3 * 86400,	/* without a sign: an episode is over */
	ACCOUNTS_ANSWER = 2 * OWN_VIEW	/* of base64                         */
};

struct accounts;

/* What there was of the file; all but KEPT begins anew. */
enum accounts_was { ACCOUNTS_NONE, ACCOUNTS_KEPT, ACCOUNTS_OTHER_SIZE,
	ACCOUNTS_OTHER_LAYOUT, ACCOUNTS_DAMAGED };
/* Opens the file for so many accounts, or makes it; what fits in it stays.
 * False: errno. */
bool accounts_make(int dir, const char *name, unsigned n, int *writer,
    int *reader, enum accounts_was *was);

/* What was damaged, and is as it was before it was written last. */
struct accounts_bad { uint64_t profiles, others; };
/* fd is not needed afterwards.  NULL: not such a file, or no memory.  A
 * writer looks through it. */
struct accounts *accounts_open(int fd, bool write, struct accounts_bad *bad);
void accounts_close(struct accounts *a);

/* The key of facts. */
const uint8_t *accounts_key(const struct accounts *a);

/* ---- eval --------------------------------------------------------------- */

/* The answer of a PROFILE question, base64, until the next call.  Absent: it
 * is no fact, or could not be read whole.  way is locked, or NULL: what is on
 * its way counts then, and the message goes into it under its id. */
struct span accounts_ask(struct accounts *a, struct span fact,
    struct own_limits limits, int64_t observe_s, struct pledges *way,
    uint64_t id);

/* ---- store -------------------------------------------------------------- */

struct accounts_told {
	bool noted;			/* false: it was known, or is none   */
	bool odd, over;
	bool begins;			/* an episode: somebody is to know   */
	uint32_t episode;		/* 0: none                           */
	char words[OWN_WORDS + 1];	/* if it begins                      */
};

/* The first call of all begins the days of observing. */
void accounts_begin(struct accounts *a, int64_t now);
int64_t accounts_began(const struct accounts *a);

/* An item that stood behind entry number of a spool: how it ended, the id of
 * its pledge, the name (absent: not needed), then the fact. */
void accounts_put(struct buf *out, enum own_end end, uint64_t id,
    struct span name, struct span fact);
/* Its pledge is in the profile now, and no more in way (locked, or NULL). */
struct accounts_told accounts_take(struct accounts *a, uint64_t spool,
    uint64_t number, struct span item, struct own_limits limits,
    struct pledges *way);
/* One of a message that nobody says anything of: it was sent, for all we
 * know. */
void accounts_overdue(struct accounts *a, const struct pledge *one);
/* A message came back to these addresses. */
void accounts_bounced(struct accounts *a, uint64_t spool, uint64_t number,
    const uint32_t *address, size_t n, int64_t at);

unsigned accounts_count(const struct accounts *a);

/* The next notice that was not told by this way, or is due again; false: there
 * is none.  Names a moment after which it is due again: told, when never. */
enum accounts_by { ACCOUNTS_BY_MAIL, ACCOUNTS_BY_WEB, ACCOUNTS_TOLD_BY };
struct accounts_notice {
	uint32_t episode;
	int64_t at;
	char name[ACCOUNTS_NAME + 1], words[OWN_WORDS + 1];
};
bool accounts_notice(struct accounts *a, enum accounts_by by, int64_t now,
    struct accounts_notice *out);
void accounts_notice_later(struct accounts *a, enum accounts_by by,
    uint32_t episode, int64_t due);
/* How often that was said of it. */
uint32_t accounts_notice_tries(struct accounts *a, enum accounts_by by,
    uint32_t episode);
void accounts_notice_done(struct accounts *a, enum accounts_by by,
    uint32_t episode);

#endif
