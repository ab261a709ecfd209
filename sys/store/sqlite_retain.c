/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_retain.c - what is old goes, what a person asks for goes, and what
 * is under a legal hold stays.
 *
 * In transactions of a few things each, so that nobody waits long; SQLite
 * overwrites what is deleted (secure_delete), and the log is emptied when a
 * person was erased.
 */
#include <string.h>

#include "look.h"
#include "sqlite_inner.h"

enum { BATCH = 64 };	/* as in statements.def */

static const int64_t day_us = INT64_C(86400000000);

struct old { int64_t id, raw; bool held; };

/* The next ones behind id; their number. */
static size_t
list_old(struct store *s, enum statement q, struct old out[BATCH],
    int64_t id, int64_t today)
{
	sqlite3_stmt *st = db_get(s, q);
	size_t n = 0;

	db_int(st, 2, today);
	db_int(st, 3, id);
	while (n < BATCH && db_row(s, st)) {
		out[n].id = sqlite3_column_int64(st, 0);
		out[n].held = sqlite3_column_int(st, 1) != 0;
		out[n].raw = sqlite3_column_count(st) > 2 ?
		    sqlite3_column_int64(st, 2) : 0;
		n++;
	}
	if (st != NULL)
		sqlite3_reset(st);
	return n;
}

static bool
run_id(struct store *s, enum statement q, int64_t id)
{
	sqlite3_stmt *st = db_get(s, q);

	db_int(st, 1, id);
	return db_run(s, st);
}

static bool
drop_raw(struct store *s, int64_t id, enum store_kept why)
{
	sqlite3_stmt *st;

	if (id == 0)
		return true;
	if (!run_id(s, Q_RAW_DROP, id))
		return false;
	st = db_get(s, Q_RAW_KEPT);
	db_int(st, 1, id);
	db_int(st, 2, why);
	return db_run(s, st);
}

/* ---- retention ---------------------------------------------------------- */

static bool
drop_rows(struct store *s, int64_t id)
{
	return run_id(s, Q_ROWS_DROP, id) && run_id(s, Q_ROWS_GONE, id);
}

/* A failure report's own bytes are more private than it is. */
static bool
drop_old(struct store *s, enum statement q, const struct old *o)
{
	if (q == Q_OLD_RAW)
		return drop_raw(s, o->id, STORE_AGED);
	if (q == Q_OLD_ROWS)
		return drop_rows(s, o->id);
	if (q == Q_OLD_FAILURES)
		return drop_raw(s, o->raw, STORE_AGED) &&
		    run_id(s, Q_FAILURE_DROP, o->id);
	return run_id(s, Q_ASIDE_DROP, o->id);
}

static bool
retain_class(struct store *s, enum statement q, int64_t before, int64_t now,
    uint64_t *gone, uint64_t *held)
{
	struct old old[BATCH];
	int64_t last = 0;
	size_t n;

	do {
		sqlite3_stmt *st;

		if (!store_begin(s))
			return false;
		st = db_get(s, q);
		db_int(st, 1, before);
		n = list_old(s, q, old, last, now / day_us);
		for (size_t i = 0; i < n && !s->failed; i++) {
			last = old[i].id;
			*held += old[i].held;
			if (old[i].held)
				continue;
			*gone += drop_old(s, q, &old[i]);
			db_step(s, "aged");
		}
		if (!store_commit(s, STORE_SOON))
			return false;
	} while (n == BATCH);
	return true;
}

bool
store_retain(struct store *s, const struct store_retention *keep,
    int64_t now, struct store_retained *out)
{
	*out = (struct store_retained){ .raw = 0 };
	return retain_class(s, Q_OLD_FAILURES, now - keep->failures * day_us,
	    now, &out->failures, &out->held) &&
	    retain_class(s, Q_OLD_RAW, now - keep->raw * day_us, now,
	    &out->raw, &out->held) &&
	    retain_class(s, Q_OLD_ROWS, now / day_us - keep->rows, now,
	    &out->rows, &out->held) &&
	    retain_class(s, Q_OLD_ASIDES, now - keep->asides * day_us, now,
	    &out->asides, &out->held) &&
	    store_sync(s);
}

/* ---- a person ----------------------------------------------------------- */

/* assay_names(text, person): person as it is, or hidden. */
static void
word_names(sqlite3_context *c, int n, sqlite3_value **v)
{
	const struct person *p = sqlite3_user_data(c);
	const void *t = sqlite3_value_blob(v[0]);
	struct span text = { t, (size_t)sqlite3_value_bytes(v[0]) };

	(void)n;
	sqlite3_result_int(c, t != NULL && (look_names(text, p->plain)
	    || look_names(text, p->hidden) || look_names(text, p->older)));
}

bool
person_make(struct store *s, struct person *p, struct span who)
{
	int rc;

	if (!person_read(s, p, who))
		return false;
	rc = sqlite3_create_function(s->db, "assay_names", 2, SQLITE_UTF8 |
	    SQLITE_DIRECTONLY, p, word_names, NULL, NULL);
	return rc == SQLITE_OK || db_error(s, rc);
}

static bool
erase_failures(struct store *s, int64_t now, struct store_erased *out)
{
	struct old old[BATCH];
	int64_t last = 0;
	size_t n;

	do {
		n = list_old(s, Q_PERSON_FAILURES, old, last, now / day_us);
		for (size_t i = 0; i < n && !s->failed; i++) {
			last = old[i].id;
			out->held += old[i].held;
			if (old[i].held)
				continue;
			out->raw += old[i].raw != 0;
			out->failures += drop_raw(s, old[i].raw,
			    STORE_ERASED) && run_id(s, Q_FAILURE_DROP,
			    old[i].id);
		}
	} while (n == BATCH && !s->failed);
	return !s->failed;
}

static bool
look_at(void *ctx, struct span piece)
{
	look_take(ctx, piece);
	return true;
}

/* Once a name in front of <> was hashed with the address: whose it is only
 * the bytes can tell that it came in.  The number that went. */
static uint64_t
drop_older(struct store *s, int64_t raw)
{
	return run_id(s, Q_FAILURE_OLDER, raw) ?
	    (uint64_t)sqlite3_changes(s->db) : 0;
}

/* l: of all bytes that can be looked into, those where he is found; NULL:
 * those that a text that names him came in, compressed or not. */
static bool
erase_raw(struct store *s, enum statement q, struct look *l,
    const struct person *p, int64_t now, struct store_erased *out)
{
	struct old old[BATCH];
	int64_t last = 0;
	size_t n;

	do {
		n = list_old(s, q, old, last, now / day_us);
		for (size_t i = 0; i < n && !s->failed; i++) {
			last = old[i].id;
			if (l != NULL) {
				look_start(l, p->plain);
				store_raw_read(s, old[i].id, look_at, l);
				if (!look_found(l))
					continue;
			}
			out->held += old[i].held;
			if (old[i].held)
				continue;
			out->failures += drop_older(s, old[i].id);
			out->raw += drop_raw(s, old[i].id, STORE_ERASED);
		}
	} while (n == BATCH && !s->failed);
	return !s->failed;
}

static bool
erase_bytes(struct store *s, const struct person *p, int64_t now,
    struct store_erased *out)
{
	struct look *l = look_new();
	bool ok = l != NULL ?
	    erase_raw(s, Q_PERSON_RAW_OF, NULL, p, now, out) &&
	    erase_raw(s, Q_PERSON_RAW, l, p, now, out) :
	    db_refuse(s, STORE_NOMEM, "out of memory");

	look_free(l);
	return ok;
}

static bool
erase_texts(struct store *s, int64_t now, struct store_erased *out)
{
	static const enum statement q[] = { Q_PERSON_REPORTS, Q_PERSON_TLS,
		Q_PERSON_TLS_DETAILS, Q_PERSON_ASIDES, Q_PERSON_ALERTS,
		Q_PERSON_DECISIONS, Q_PERSON_OUT_STOP, Q_PERSON_OUT_MAILS,
		Q_PERSON_OUT_REPORTS, Q_PERSON_OUT_LETTERS,
		Q_PERSON_OUT_SUPPRESSED, Q_PERSON_STRINGS };

	for (size_t i = 0; i < sizeof(q) / sizeof(*q); i++) {
		sqlite3_stmt *st = db_get(s, q[i]);

		db_null(st, 1);
		db_int(st, 2, now / day_us);
		if (!db_run(s, st))
			return false;
		out->texts += (uint64_t)sqlite3_changes(s->db);
	}
	return true;
}

/* What is in the log still has him.  It is emptied unless somebody reads what
 * is in it. */
static bool
empty_log(struct store *s)
{
	sqlite3_stmt *st = db_prepare(s, "PRAGMA wal_checkpoint(TRUNCATE)");
	bool busy = db_row(s, st) && sqlite3_column_int(st, 0) != 0;

	sqlite3_finalize(st);
	return busy ? db_refuse(s, STORE_BUSY, "it is gone, but not yet from "
	    "the log beside the store, which somebody reads: try again") :
	    !s->failed;
}

bool
store_erase(struct store *s, struct span person, int64_t now,
    struct store_erased *out)
{
	struct person p;
	bool ok;

	*out = (struct store_erased){ .failures = 0 };
	if (!store_begin(s))
		return false;
	ok = person_make(s, &p, person) && erase_failures(s, now, out) &&
	    erase_bytes(s, &p, now, out) && erase_texts(s, now, out);
	(void)ok;	/* an error is kept, and the commit says it */
	strings_forget(s->strings);
	if (!store_commit(s, STORE_SYNCED))
		return false;
	/* the function has borrowed from us */
	for (size_t i = Q_PERSON_FAILURES; i <= Q_PERSON_STRINGS; i++) {
		sqlite3_finalize(s->stmt[i]);
		s->stmt[i] = NULL;
	}
	sqlite3_create_function(s->db, "assay_names", 2, SQLITE_UTF8, NULL,
	    NULL, NULL, NULL);
	return empty_log(s);
}
