/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_versions.c - of several versions of a report one counts.
 *
 * Which one is a maximum over all of them, so the order in which they came
 * is of no matter.  When another one counts, the sums of the first are taken
 * back, computed from its rows: they were added as sums, and sums commute.
 *
 * A domain may be that of millions, each of whom can prove it: so a report
 * belongs to the author who proved it first, and no other one replaces it.
 */
#include "sqlite_inner.h"

#include "base/ascii.h"
#include "base/limits.h"

int64_t
reporter_id(struct store *s, struct span domain, struct span org)
{
	sqlite3_stmt *st = db_get(s, Q_REPORTER_FIND);
	int64_t id = 0;

	db_text(st, 1, domain);
	db_text(st, 2, org);
	if (db_row(s, st))
		id = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	if (s->failed || id != 0)
		return id;
	st = db_get(s, Q_REPORTER_ADD);
	db_text(st, 1, domain);
	db_text(st, 2, org);
	return db_run(s, st) ? sqlite3_last_insert_rowid(s->db) : 0;
}

struct counting
versions_counting(struct store *s, const uint8_t key[STORE_HASH])
{
	struct counting c = { .id = 0 };
	sqlite3_stmt *st = db_get(s, Q_REPORT_COUNTS);

	db_blob(st, 1, hash_span(key));
	if (db_row(s, st)) {
		c.id = sqlite3_column_int64(st, 0);
		c.rows_kept = sqlite3_column_int(st, 1) != 0;
		c.trust = (enum store_trust)sqlite3_column_int(st, 2);
		c.received = sqlite3_column_int64(st, 3);
	}
	sqlite3_reset(st);
	return c;
}

struct span
version_author(const struct store_origin *from)
{
	return from->trust != STORE_T_PASSED || span_absent(from->author) ?
	    SPAN("") : from->author;
}

/* The one that is being taken is among them. */
bool
versions_crowded(struct store *s, const uint8_t key[STORE_HASH],
    const struct store_origin *from, enum store_trust best)
{
	sqlite3_stmt *st = db_get(s, Q_REPORT_VERSIONS);
	bool full;

	db_blob(st, 1, hash_span(key));
	db_int(st, 2, STORE_VERSIONS + 1);
	db_text(st, 3, version_author(from));
	full = db_row(s, st) &&
	    sqlite3_column_int(st, 0) > STORE_VERSIONS;
	sqlite3_reset(st);
	return full && from->trust <= best;
}

static bool
set_state(struct store *s, int64_t id, int state)
{
	sqlite3_stmt *st = db_get(s, Q_REPORT_STATE);

	db_int(st, 1, id);
	db_int(st, 2, state);
	return db_run(s, st);
}

bool
versions_settle(struct store *s, const uint8_t key[STORE_HASH])
{
	struct counting now = versions_counting(s, key);
	sqlite3_stmt *st = db_get(s, Q_REPORT_BEST);
	int64_t best = 0;
	bool kept = false;

	db_blob(st, 1, hash_span(key));
	if (db_row(s, st)) {
		best = sqlite3_column_int64(st, 0);
		kept = sqlite3_column_int(st, 2) != 0;
	}
	sqlite3_reset(st);
	/* what has no rows any more can neither come nor go */
	if (s->failed || best == 0 || best == now.id || !kept ||
	    (now.id != 0 && !now.rows_kept))
		return !s->failed;
	if (now.id != 0 && (!rollup_take_back(s, now.id) ||
	    !set_state(s, now.id, 2)))
		return false;
	db_step(s, "taken-back");
	return rollup_add(s, best) && set_state(s, best, 1);
}

static bool
set_trust(struct store *s, int64_t id, const struct store_origin *now)
{
	sqlite3_stmt *st = db_get(s, Q_REPORT_TRUST);

	db_int(st, 1, id);
	db_int(st, 2, now->trust);
	db_text(st, 3, version_author(now));
	db_int(st, 4, now->received);
	return db_run(s, st);
}

bool
versions_seen(struct store *s, int64_t id, enum store_trust old,
    const struct store_origin *now, const uint8_t key[STORE_HASH])
{
	struct counting c = versions_counting(s, key);

	if (s->failed || now->trust <= old)
		return !s->failed;
	if (c.id != id)
		return set_trust(s, id, now) && versions_settle(s, key);
	if (!c.rows_kept)	/* its sums cannot be told from others' */
		return true;
	return rollup_take_back(s, id) && set_trust(s, id, now) &&
	    rollup_add(s, id);
}
