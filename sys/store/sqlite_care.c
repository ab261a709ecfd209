/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_care.c - is all well, making it smaller, backup and restore.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sqlite_inner.h"

/* ---- check -------------------------------------------------------------- */

struct finder {
	struct store *s;
	store_finding_fn *tell;
	void *ctx;
	unsigned found;
};

enum { MOST = 100 };	/* findings told: more of the same help nobody */

static void
found(struct finder *f, const char *what, int64_t a, int64_t b)
{
	char text[200];

	if (f->found++ >= MOST || f->tell == NULL)
		return;
	snprintf(text, sizeof(text), "%s (%lld, %lld)", what, (long long)a,
	    (long long)b);
	f->tell(f->ctx, text);
}

/* Every row of these is a finding, with two numbers that say where. */
static const struct { const char *sql, *text; } invariant[] = {
	{ "SELECT domain, day FROM (SELECT domain, day, messages AS m FROM "
	  "rollup UNION ALL SELECT domain, day, -messages FROM report WHERE "
	  "state = 1) GROUP BY 1, 2 HAVING sum(m) <> 0",
	  "the rollup of a domain on a day is not the sum of its reports" },
	{ "SELECT r.id, r.messages FROM report r WHERE r.rows_kept = 1 AND "
	  "(r.rows, r.messages) <> (SELECT count(*), coalesce(sum(messages), "
	  "0) FROM row w WHERE w.id BETWEEN r.id << 24 AND (r.id << 24) + "
	  "16777215)",
	  "the rows of a report do not sum up to its messages" },
	{ "SELECT w.id >> 24, count(*) FROM row w WHERE NOT EXISTS (SELECT 1 "
	  "FROM report r WHERE r.id = w.id >> 24 AND r.rows_kept = 1) "
	  "GROUP BY 1",
	  "a report is not there, but has rows" },
	{ "SELECT max(id), sum(state = 1) FROM report GROUP BY key "
	  "HAVING sum(state = 1) <> 1",
	  "of the versions of a report not one alone counts" },
	{ "SELECT domain, day FROM rollup u WHERE messages <= 0 OR NOT EXISTS "
	  "(SELECT 1 FROM string WHERE id = u.header_from) OR NOT EXISTS "
	  "(SELECT 1 FROM string WHERE id = u.auth) OR NOT EXISTS (SELECT 1 "
	  "FROM reporter WHERE id = u.reporter)",
	  "a sum of a domain on a day stands for nothing" },
	{ "SELECT w.id, w.size FROM raw w WHERE (w.kept = 1 AND w.size > 0) "
	  "<> EXISTS (SELECT 1 FROM raw_piece WHERE id BETWEEN w.id << 20 AND "
	  "(w.id << 20) + 1048575)",
	  "the bytes of an input are not as they are said to be" },
};

static void
check_invariants(struct finder *f)
{
	for (size_t i = 0; i < sizeof(invariant) / sizeof(*invariant); i++) {
		sqlite3_stmt *st = db_prepare(f->s, invariant[i].sql);

		while (db_row(f->s, st))
			found(f, invariant[i].text,
			    sqlite3_column_int64(st, 0),
			    sqlite3_column_int64(st, 1));
		sqlite3_finalize(st);
	}
}

/* Day by day, so that a large store is not sorted as a whole.  Days of which
 * rows are gone cannot be summed up again. */
static void
check_rollup(struct finder *f)
{
	sqlite3_stmt *days = db_prepare(f->s, "SELECT domain, day FROM report "
	    "WHERE state = 1 GROUP BY 1, 2 HAVING min(rows_kept) = 1");
	sqlite3_stmt *st = db_prepare(f->s, "SELECT count(*) FROM (SELECT "
	    "r.domain, r.day, w.source, r.reporter, r.trust, w.header_from, "
	    "w.dkim, w.spf, w.disposition, w.why, w.auth, CAST(min("
	    "total(w.messages), 4611686018427387904) AS INTEGER) "
	    "FROM report r JOIN row w ON w.id BETWEEN r.id << 24 AND (r.id "
	    "<< 24) + 16777215 WHERE r.state = 1 AND r.domain = ?1 AND r.day "
	    "= ?2 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 HAVING "
	    "total(w.messages) > 0 EXCEPT SELECT * FROM rollup WHERE domain = "
	    "?1 AND day = ?2)");

	while (db_row(f->s, days)) {
		int64_t domain = sqlite3_column_int64(days, 0);
		int64_t day = sqlite3_column_int64(days, 1);

		db_int(st, 1, domain);
		db_int(st, 2, day);
		if (db_row(f->s, st) && sqlite3_column_int64(st, 0) > 0)
			found(f, "the rollup of a domain on a day is not "
			    "what its rows say", domain, day);
		sqlite3_reset(st);
	}
	sqlite3_finalize(days);
	sqlite3_finalize(st);
}

/* SQLite puts several into one text. */
static void
tell_lines(struct finder *f, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char line[200];

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		if (n > 0 && f->found++ < MOST && f->tell != NULL)
			f->tell(f->ctx, line);
		text += text[n] == '\0' ? n : n + 1;
	}
}

static void
check_file(struct finder *f)
{
	sqlite3_stmt *st = db_prepare(f->s, "PRAGMA integrity_check(100)");

	while (db_row(f->s, st)) {
		const char *text = (const char *)sqlite3_column_text(st, 0);

		if (text == NULL || strcmp(text, "ok") == 0)
			continue;
		tell_lines(f, text);
	}
	sqlite3_finalize(st);
	st = db_prepare(f->s, "SELECT rowid, fkid FROM "
	    "pragma_foreign_key_check");
	while (db_row(f->s, st))
		found(f, "a row refers to what is not there",
		    sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1));
	sqlite3_finalize(st);
}

/* One view of the whole, while others write. */
bool
store_check(struct store *s, store_finding_fn *tell, void *ctx, unsigned *n)
{
	struct finder f = { .s = s, .tell = tell, .ctx = ctx };

	if (s->begun)
		return db_refuse(s, STORE_REFUSED, "a check in a transaction");
	s->failed = false;
	*n = 0;
	if (!db_exec(s, "BEGIN"))
		return false;
	check_file(&f);
	check_invariants(&f);
	check_rollup(&f);
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	*n = f.found;
	return !s->failed;
}

bool
store_vacuum(struct store *s)
{
	if (s->begun)
		return db_refuse(s, STORE_REFUSED, "not in a transaction");
	s->failed = false;
	return db_exec(s, "VACUUM; PRAGMA optimize; "
	    "PRAGMA wal_checkpoint(TRUNCATE)");
}

bool
store_size(struct store *s, uint64_t *size)
{
	sqlite3_stmt *st;

	if (!s->begun)
		s->failed = false;
	st = db_get(s, Q_SIZE);
	if (db_row(s, st))
		*size = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return !s->failed;
}

/* ---- backup and restore ------------------------------------------------- */

enum { PAGES = 512 };	/* copied at a time: the writer gets its turn */

static bool
copy_pages(struct store_error *why, sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc = SQLITE_OK;

	if (b == NULL) {
		db_error_text(why, to, sqlite3_errcode(to));
		return false;
	}
	do {
		rc = sqlite3_backup_step(b, PAGES);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			sqlite3_sleep(20);
	} while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
	sqlite3_backup_finish(b);
	if (rc == SQLITE_DONE)
		return true;
	db_error_text(why, to, rc);
	return false;
}

/* One file, nothing beside it, and all of it on the disk. */
static bool
copy_file(struct store_error *why, const char *to, sqlite3 *from)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(to, &db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, NULL);
	bool ok = rc == SQLITE_OK;

	if (!ok)
		db_error_text(why, db, rc);
	ok = ok && copy_pages(why, db, from);
	if (ok) {
		rc = sqlite3_exec(db, "PRAGMA journal_mode=DELETE;"
		    "PRAGMA synchronous=FULL; BEGIN IMMEDIATE; COMMIT",
		    NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			db_error_text(why, db, rc);
		ok = rc == SQLITE_OK;
	}
	sqlite3_close(db);
	return ok;
}

static bool
say(struct store_error *why, enum store_status status, const char *path,
    const char *text)
{
	why->status = status;
	snprintf(why->text, sizeof(why->text), "%.150s: %.100s", path, text);
	return false;
}

static bool
on_disk(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Under another name first: what has the name is whole. */
static bool
copy_to(struct store_error *why, const char *to, sqlite3 *from)
{
	char part[4096];
	int n = snprintf(part, sizeof(part), "%s.part", to), fd;
	bool ok;

	if (n < 0 || (size_t)n >= sizeof(part))
		return say(why, STORE_FAILED, to, strerror(ENAMETOOLONG));
	unlink(part);
	fd = make_file(part);
	if (fd < 0)
		return say(why, STORE_FAILED, part, strerror(errno));
	close(fd);
	ok = copy_file(why, part, from);
	if (ok && !on_disk(part))
		ok = say(why, STORE_FAILED, part, strerror(errno));
	/* link() and not rename(): it does not write over anything */
	if (ok && link(part, to) != 0)
		ok = say(why, STORE_FAILED, to, errno == EEXIST ?
		    "it is there already" : strerror(errno));
	unlink(part);
	return ok;
}

bool
store_backup(struct store *s, const char *to)
{
	if (access(to, F_OK) == 0) {
		s->failed = false;
		return db_refuse(s, STORE_REFUSED, "where the backup should "
		    "go there is something already");
	}
	s->failed = !copy_to(&s->why, to, s->db);
	return !s->failed;
}

/* An older one is looked at by SQLite alone: our own rules are of today. */
static bool
whole(struct store *from, struct store_error *why)
{
	struct finder f = { .s = from };
	unsigned n = 0;
	bool ok = true;

	if (store_version(from) == store_newest_version()) {
		ok = store_check(from, NULL, NULL, &n);
	} else {
		check_file(&f);
		n = f.found;
	}
	return (ok && n == 0 && !from->failed) || say(why, STORE_CORRUPT,
	    from->conf.path, "this backup is damaged");
}

bool
store_restore(const char *from, const char *to, struct store_error *why)
{
	struct store_conf conf = { .path = from, .read_only = true,
		.any_version = true };
	struct store *s = store_open(&conf, why);
	bool ok;

	if (s == NULL)
		return false;
	ok = whole(s, why);
	if (ok && access(to, F_OK) == 0)
		ok = say(why, STORE_REFUSED, to, "there is a store already; "
		    "move it away first");
	ok = ok && copy_to(why, to, s->db);
	store_close(s);
	return ok;
}
