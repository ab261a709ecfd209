/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_inner.h - what the parts of the SQLite store share.
 *
 * Every statement stands in statements.def and is prepared once.  A helper
 * that meets an error notes it in the store and does nothing from then on,
 * until the transaction ends.
 */
#ifndef STORE_SQLITE_INNER_H
#define STORE_SQLITE_INNER_H

#include <sqlite3.h>

#include "base/arena.h"
#include "store.h"

enum statement {
#define X(ID, sql) Q_##ID,
#include "statements.def"
#undef X
	STATEMENTS
};

extern const char *const store_migration[];
extern const int store_migrations;

enum {
	STRINGS = 1 << 15,	/* slots of the cache of strings             */
	STRINGS_TEXT = 2 << 20,	/* octets of text in it                      */
	ROWS = 256,		/* of a report that are inserted at once     */
	TALLIES = 1 << 16,	/* places for sums, of which three quarters
				 * are used before they are flushed: 4 MiB
				 * with what it takes to sort them           */
	AUTH_TEXT = 448 << 10	/* octets of the longest set: the longest row
				 * of a parcel, every octet escaped, fits    */
};

struct strings;
struct tallies;
struct raw_writer;

/* A report that is being taken. */
struct taking {
	bool open, tls;
	bool flushed;			/* some sums are in the rollup       */
	bool spoilt;			/* ... under another head: they were
					 * taken back, and are made again of
					 * the rows                          */
	int64_t id, received;
	enum store_trust trust;
	uint8_t key[STORE_HASH];
	int64_t domain, day, reporter;	/* ids                       */
	struct store_origin from;	/* borrowed                  */
	uint32_t rows, policies, details;
	uint64_t messages;
	uint32_t deviations, head_deviations;
};

/* Rows in memory that a statement reads as the table assay_feed. */
struct feed {
	size_t n;
	void (*column)(void *ctx, size_t row, int column,
	    sqlite3_context *out);
	void *ctx;
};

/* A row of a report, as it goes into its table. */
struct row {
	int64_t id, messages;
	uint8_t source[16];
	uint8_t source_len, disposition, dkim, spf;
	uint32_t why, deviations;
	int64_t from, auth;
	int64_t envelope_from, envelope_to, comment, source_text; /* 0: NULL */
};

struct store {
	sqlite3 *db;
	struct store_conf conf;
	struct store_error why;
	int lock;			/* descriptor, -1: a reader          */
	int version;
	bool begun, failed;
	bool words;			/* functions of sqlite_words.c       */
	enum store_sure sure;		/* as SQLite is told                 */
	sqlite3_stmt *stmt[STATEMENTS];
	struct strings *strings;
	struct tallies *tallies;
	struct raw_writer *raw;
	struct taking taking;
	struct feed feed;		/* of the statement that runs        */
	bool fed;			/* its module is there               */
	size_t n_row;			/* waiting                           */
	struct row row[ROWS];
	uint8_t salt[STORE_SALT];
};

/* ---- errors ---- */

/* Notes what SQLite says; false. */
bool db_error(struct store *s, int rc);
/* Notes what we say; false. */
bool db_refuse(struct store *s, enum store_status status, const char *text);
void db_error_text(struct store_error *out, sqlite3 *db, int rc);
/* A step of a transaction, for tests. */
void db_step(struct store *s, const char *where);

/* ---- statements ---- */

/* Whoever steps by db_row() resets it.  NULL: an error was or is noted. */
sqlite3_stmt *db_get(struct store *s, enum statement id);
/* Binding NULL statements does nothing.  An absent span is NULL. */
void db_int(sqlite3_stmt *st, int at, int64_t v);
void db_text(sqlite3_stmt *st, int at, struct span text);
void db_blob(sqlite3_stmt *st, int at, struct span bytes);
void db_null(sqlite3_stmt *st, int at);
/* For a statement without rows. */
bool db_run(struct store *s, sqlite3_stmt *st);
/* True: a row is there. */
bool db_row(struct store *s, sqlite3_stmt *st);
struct span db_col(sqlite3_stmt *st, int at);
/* A statement that is no constant.  NULL: noted. */
sqlite3_stmt *db_prepare(struct store *s, const char *sql);
bool db_exec(struct store *s, const char *sql);

/* A statement that reads the feed, as db_get(). */
sqlite3_stmt *feed_get(struct store *s, enum statement q,
    const struct feed *feed);

static inline struct span
hash_span(const uint8_t hash[STORE_HASH])
{
	return (struct span){ hash, STORE_HASH };
}

/* sqlite_make.c: makes a file with mode 0640; made by root it belongs to the
 * owner of its directory.  Its descriptor, or -1 and errno: EEXIST. */
int make_file(const char *path);

/* ---- strings (sqlite_strings.c) ---- */

struct strings *strings_new(void);
void strings_free(struct strings *c);
/* What a rollback undid must not be remembered. */
void strings_forget(struct strings *c);
/* The id of text, which is there afterwards; 0: an error. */
int64_t strings_id(struct store *s, struct span text);
/* By other octets that stand for a text: 0: not known. */
int64_t strings_known(struct store *s, struct span octets);
void strings_learn(struct store *s, struct span octets, int64_t id);

/* ---- sets (sqlite_sets.c): ids of strings ---- */

int64_t sets_auth(struct store *s, const struct aggregate_row *r);
int64_t sets_reasons(struct store *s, const struct aggregate_row *r);

/* ---- sums (sqlite_rollup.c) ---- */

struct tally_key {
	uint8_t source[16];
	uint8_t source_len, dkim, spf, disposition;
	uint32_t why;
	uint32_t from, auth;
};
struct tallies *tallies_new(void);
void tallies_free(struct tallies *t);
void tallies_forget(struct tallies *t);
/* False: flush first. */
bool tallies_add(struct tallies *t, const struct tally_key *key,
    uint64_t messages);
/* Adds them to the rollup as sums of the report that is being taken. */
bool tallies_flush(struct store *s);
/* Adds (or takes back) all that the rows of a report say. */
bool rollup_add(struct store *s, int64_t report);
bool rollup_take_back(struct store *s, int64_t report);

/* ---- versions (sqlite_versions.c) ---- */

/* Lets the right version of key count, after one was added or became more
 * trusted. */
bool versions_settle(struct store *s, const uint8_t key[STORE_HASH]);
/* The version that counts now, before another one comes. */
struct counting {
	int64_t id;			/* 0: none                           */
	bool rows_kept;
	enum store_trust trust;
	int64_t received;
};
/* Who is noted as its author: nobody of a report whose author proves
 * nothing. */
struct span version_author(const struct store_origin *from);
/* There are so many that another one, from there, is not kept. */
bool versions_crowded(struct store *s, const uint8_t key[STORE_HASH],
    const struct store_origin *from, enum store_trust best);
struct counting versions_counting(struct store *s,
    const uint8_t key[STORE_HASH]);
/* A version that is there was seen once more, from there. */
bool versions_seen(struct store *s, int64_t id, enum store_trust old,
    const struct store_origin *now, const uint8_t key[STORE_HASH]);
int64_t reporter_id(struct store *s, struct span domain, struct span org);

/* Lower case (ASCII), appended to room. */
struct span lower_of(struct buf *room, struct span text);
/* A domain as DNS has it; of what is none, no more than can be mistaken for
 * nothing else: "?" for each octet that no name has. */
struct span name_of(struct buf *room, struct span text);

bool words_add(struct store *s);

/* ---- reports that we send (sqlite_outbound.c) ---- */

struct outbound_report;
/* Its report-id. */
void outbound_name(char *out, const struct outbound_report *r,
    struct span submitter);

/* ---- persons (sqlite_people.c) ---- */

/* Every address of a field with its local part hidden, appended to room;
 * what is no address is hidden as a whole. */
struct span people_hide(struct store *s, struct buf *room, struct span field);
/* Replaces what looks like the local part of an address anywhere in text
 * ("smtp.mailfrom=jo@x.example"). */
struct span people_hide_within(struct store *s, struct buf *room,
    struct span text);

/* As texts may name it. */
struct person {
	struct span plain, hidden, older;
	uint8_t room[STORE_TEXT_MAX], room2[STORE_TEXT_MAX],
	    room3[STORE_TEXT_MAX], room4[STORE_TEXT_MAX];
};
bool person_read(struct store *s, struct person *p, struct span who);
/* ... with assay_names() for it (sqlite_retain.c). */
bool person_make(struct store *s, struct person *p, struct span who);

void raw_forget(struct store *s);
void raw_writer_free(struct raw_writer *w);

/* sqlite_here.c: the file system for struct store_conf.here, by name; NULL:
 * the usual one, as there is none. */
const char *db_here(void);

#endif
