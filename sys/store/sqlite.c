/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c - opening, migrating, transactions, statements, errors.
 *
 * WAL, so that readers never wait for the writer nor it for them.  Commits
 * are synchronous=NORMAL while they come one after another (the kill of a
 * process loses nothing, a power cut may lose the last ones but never half
 * of one), and FULL when something is about to be acknowledged: the log is
 * one file, so its sync covers all commits before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "sqlite_inner.h"

enum {
	BUSY_MS = 5000,
	APPLICATION = 0x41535359	/* "ASSY", PRAGMA application_id */
};

static const char *const sql_of[STATEMENTS] = {
#define X(ID, sql) [Q_##ID] = sql,
#include "statements.def"
#undef X
};

/* ---- errors ------------------------------------------------------------- */

static enum store_status
status_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_BUSY;
	case SQLITE_FULL:
		return STORE_FULL;
	case SQLITE_TOOBIG:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return STORE_REFUSED;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return STORE_READ_ONLY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return STORE_CORRUPT;
	case SQLITE_NOMEM:
		return STORE_NOMEM;
	default:
		return STORE_FAILED;
	}
}

static const char *const status_text[] = {
	[STORE_BUSY] = "the store is locked by another program",
	[STORE_FULL] = "there is no room for the store: the disk is full, or "
	    "a limit is reached",
	[STORE_READ_ONLY] = "the store cannot be written",
	[STORE_CORRUPT] = "this is no store, or it is damaged",
	[STORE_NOMEM] = "out of memory",
	[STORE_REFUSED] = "the store does not take what was given",
	[STORE_FAILED] = "the store does not work",
};

void
db_error_text(struct store_error *out, sqlite3 *db, int rc)
{
	bool io = (rc & 0xff) == SQLITE_IOERR;
	int at = db == NULL ? 0 : sqlite3_system_errno(db);
	int late = errno;	/* SQLite does not always keep it */

	if (io && at == 0)
		at = late;
	out->status = status_of(rc);
	/* a limit of the size of files comes as any error of writing */
	if (rc == SQLITE_IOERR_WRITE && (at == EFBIG || at == ENOSPC ||
	    at == EDQUOT))
		out->status = STORE_FULL;
	if ((rc & 0xff) == SQLITE_CANTOPEN && (at == EROFS || at == EACCES))
		out->status = STORE_READ_ONLY;
	snprintf(out->text, sizeof(out->text), "%s (%s%s%s)",
	    status_text[out->status], db == NULL ? sqlite3_errstr(rc) :
	    sqlite3_errmsg(db), at == 0 ? "" : ": ",
	    at == 0 ? "" : strerror(at));
}

bool
db_error(struct store *s, int rc)
{
	if (!s->failed)
		db_error_text(&s->why, s->db, rc);
	/* a reader does not miss what it never asked for */
	if (s->conf.read_only && s->why.status == STORE_READ_ONLY &&
	    (rc & 0xff) == SQLITE_CANTOPEN) {
		s->why.status = STORE_UNREADABLE;
		snprintf(s->why.text, sizeof(s->why.text), "it cannot be "
		    "read: %s", strerror(EACCES));
	}
	s->failed = true;
	return false;
}

bool
db_refuse(struct store *s, enum store_status status, const char *text)
{
	if (!s->failed) {
		s->why.status = status;
		snprintf(s->why.text, sizeof(s->why.text), "%s", text);
	}
	s->failed = true;
	return false;
}

const struct store_error *
store_why(const struct store *s)
{
	return &s->why;
}

void
db_step(struct store *s, const char *where)
{
	if (s->conf.step != NULL)
		s->conf.step(s->conf.step_ctx, where);
}

/* ---- statements --------------------------------------------------------- */

sqlite3_stmt *
db_get(struct store *s, enum statement id)
{
	int rc = SQLITE_OK;

	if (s->failed)
		return NULL;
	if (s->stmt[id] == NULL)
		rc = sqlite3_prepare_v3(s->db, sql_of[id], -1,
		    SQLITE_PREPARE_PERSISTENT, &s->stmt[id], NULL);
	if (rc != SQLITE_OK) {
		db_error(s, rc);
		return NULL;
	}
	return s->stmt[id];
}

void
db_int(sqlite3_stmt *st, int at, int64_t v)
{
	if (st != NULL)
		sqlite3_bind_int64(st, at, v);
}

/* Borrowed: whoever binds keeps it until the statement has run. */
void
db_text(sqlite3_stmt *st, int at, struct span t)
{
	if (st == NULL)
		return;
	if (span_absent(t))
		sqlite3_bind_null(st, at);
	else
		sqlite3_bind_text64(st, at, (const char *)t.ptr, t.len,
		    SQLITE_STATIC, SQLITE_UTF8);
}

void
db_blob(sqlite3_stmt *st, int at, struct span t)
{
	if (st != NULL)
		sqlite3_bind_blob64(st, at, t.len == 0 ?
		    (const void *)"" : t.ptr, t.len, SQLITE_STATIC);
}

void
db_null(sqlite3_stmt *st, int at)
{
	if (st != NULL)
		sqlite3_bind_null(st, at);
}

bool
db_run(struct store *s, sqlite3_stmt *st)
{
	int rc;

	if (s->failed || st == NULL)
		return false;
	rc = sqlite3_step(st);
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		db_error(s, rc);
	sqlite3_reset(st);
	return !s->failed;
}

bool
db_row(struct store *s, sqlite3_stmt *st)
{
	int rc;

	if (s->failed || st == NULL)
		return false;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		db_error(s, rc);
	sqlite3_reset(st);
	return false;
}

struct span
db_col(sqlite3_stmt *st, int at)
{
	const void *p;

	if (sqlite3_column_type(st, at) == SQLITE_NULL)
		return SPAN_NONE;
	p = sqlite3_column_blob(st, at);
	return p == NULL ? SPAN("") : (struct span){ p,
	    (size_t)sqlite3_column_bytes(st, at) };
}

sqlite3_stmt *
db_prepare(struct store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (s->failed)
		return NULL;
	rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	if (rc != SQLITE_OK)
		db_error(s, rc);
	return st;
}

bool
db_exec(struct store *s, const char *sql)
{
	int rc;

	if (s->failed)
		return false;
	rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK || db_error(s, rc);
}

/* ---- transactions ------------------------------------------------------- */

static void
forget(struct store *s)
{
	strings_forget(s->strings);
	tallies_forget(s->tallies);
	raw_forget(s);
	s->taking.open = false;
	s->n_row = 0;
}

bool
store_begin(struct store *s)
{
	if (s->begun)
		return db_refuse(s, STORE_REFUSED, "a transaction in another");
	s->failed = false;
	s->why = (struct store_error){ .status = STORE_OK };
	db_step(s, "begin");
	s->begun = db_exec(s, "BEGIN IMMEDIATE");
	db_step(s, "begun");
	return s->begun;
}

void
store_rollback(struct store *s)
{
	forget(s);
	if (s->begun && sqlite3_get_autocommit(s->db) == 0)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->begun = false;
}

bool
store_part(struct store *s)
{
	return db_run(s, db_get(s, Q_PART));
}

bool
store_part_end(struct store *s)
{
	return db_run(s, db_get(s, Q_PART_END));
}

void
store_part_back(struct store *s)
{
	forget(s);
	db_run(s, db_get(s, Q_PART_BACK));
	db_run(s, db_get(s, Q_PART_END));
}

static bool
be_sure(struct store *s, enum store_sure sure)
{
	if (s->sure == sure)
		return true;
	s->sure = sure;
	return db_exec(s, sure == STORE_SYNCED ? "PRAGMA synchronous=FULL" :
	    "PRAGMA synchronous=NORMAL");
}

bool
store_commit(struct store *s, enum store_sure sure)
{
	bool ok;

	if (!s->begun)
		return false;
	if (s->taking.open)
		db_refuse(s, STORE_REFUSED, "a report without its end");
	db_step(s, "commit");
	ok = db_exec(s, "COMMIT");
	db_step(s, "committed");
	if (!ok) {
		store_rollback(s);
		return false;
	}
	s->begun = false;
	return sure == STORE_SOON || store_sync(s);
}

/* An empty commit would write nothing and so sync nothing. */
bool
store_sync(struct store *s)
{
	bool ok;

	if (s->begun)
		return db_refuse(s, STORE_REFUSED, "a sync in a transaction");
	s->failed = false;
	ok = be_sure(s, STORE_SYNCED) && db_exec(s, "BEGIN IMMEDIATE");
	ok = ok && db_run(s, db_get(s, Q_SYNCED)) && db_exec(s, "COMMIT");
	if (sqlite3_get_autocommit(s->db) == 0)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	db_step(s, "synced");
	return be_sure(s, STORE_SOON) && ok;
}

/* ---- the schema --------------------------------------------------------- */

static int
pragma_int(struct store *s, const char *sql)
{
	sqlite3_stmt *st = db_prepare(s, sql);
	int v = -1;

	if (db_row(s, st))
		v = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return v;
}

static bool
migrate_one(struct store *s, int to)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", to);
	return db_exec(s, "BEGIN IMMEDIATE") &&
	    db_exec(s, store_migration[to - 1]) && db_exec(s, sql) &&
	    db_exec(s, "COMMIT");
}

/* Before anything is written: is it ours, and can we read it? */
static bool
identify(struct store *s)
{
	int marked = pragma_int(s, "PRAGMA application_id");

	s->version = pragma_int(s, "PRAGMA user_version");
	if (s->failed)
		return false;
	if (marked != APPLICATION && (s->version != 0 || marked != 0 ||
	    pragma_int(s, "SELECT count(*) FROM sqlite_schema") != 0))
		return db_refuse(s, STORE_CORRUPT, "this is another "
		    "program's database");
	if (s->version > store_migrations)
		return db_refuse(s, STORE_NEWER, "a newer version of assay "
		    "made this store; this one would not understand it");
	return !s->conf.read_only || s->conf.any_version ||
	    s->version == store_migrations ||
	    db_refuse(s, STORE_NEWER, "an older version of assay made this "
	    "store; it has to be opened for writing once");
}

/* One transaction each: where it stops, it goes on the next time. */
static bool
migrate(struct store *s)
{
	char sql[80];

	if (s->conf.read_only)
		return true;
	snprintf(sql, sizeof(sql), "PRAGMA application_id=%d", APPLICATION);
	if (s->version == 0 && !db_exec(s, sql))
		return false;
	while (s->version < store_migrations) {
		if (!migrate_one(s, s->version + 1)) {
			sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
			return false;
		}
		s->version++;
	}
	return true;
}

int
store_version(const struct store *s)
{
	return s->version;
}

int
store_newest_version(void)
{
	return store_migrations;
}

/* ---- open and close ----------------------------------------------------- */

/* The lock is not on the database, where SQLite's own locks live and where
 * closing any descriptor would lose them. */
static int
take_lock(const char *path, struct store_error *why)
{
	char name[4096], pid[32];
	int fd, n;

	why->status = STORE_FAILED;
	n = snprintf(name, sizeof(name), "%s.lock", path);
	if (n < 0 || (size_t)n >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = make_file(name);
	if (fd < 0 && errno == EEXIST)
		fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		ssize_t got = pread(fd, pid, sizeof(pid) - 1, 0);

		pid[got > 0 ? got : 0] = '\0';
		why->status = STORE_HELD;
		why->pid = strtol(pid, NULL, 10);
		close(fd);
		errno = EWOULDBLOCK;
		return -1;
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
lock(struct store *s)
{
	struct store_error *e = &s->why;

	s->lock = take_lock(s->conf.path, e);
	if (s->lock >= 0) {
		*e = (struct store_error){ .status = STORE_OK };
		return true;
	}
	s->failed = true;
	if (e->status == STORE_HELD) {
		snprintf(e->text, sizeof(e->text), "process %lld writes to "
		    "this store", (long long)e->pid);
		return false;
	}
	if (errno == EROFS || errno == EACCES || errno == EPERM)
		e->status = STORE_READ_ONLY;
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		e->status = STORE_FULL;
	if (errno == ENOENT) {
		e->status = STORE_NOWHERE;
		snprintf(e->text, sizeof(e->text), "there is no such "
		    "directory");
		return false;
	}
	snprintf(e->text, sizeof(e->text), "%s.lock: %s", s->conf.path,
	    strerror(errno));
	return false;
}

/* A file of no octets is an empty database. */
static bool
make_store(struct store *s)
{
	int fd = make_file(s->conf.path);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno == EEXIST)
		return true;
	return db_refuse(s, errno == EROFS || errno == EACCES ?
	    STORE_READ_ONLY : errno == ENOSPC || errno == EDQUOT ?
	    STORE_FULL : STORE_FAILED, strerror(errno));
}

static bool
open_file(struct store *s)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
	    SQLITE_OPEN_EXRESCODE | (s->conf.read_only ?
	    SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	int rc;

	if (access(s->conf.path, F_OK) != 0 && (!s->conf.create ||
	    s->conf.read_only)) {
		db_refuse(s, STORE_ABSENT, "there is no store");
		return false;
	}
	if (s->conf.create && !s->conf.read_only && !make_store(s))
		return false;
	rc = sqlite3_open_v2(s->conf.path, &s->db, flags, s->conf.here ?
	    db_here() : NULL);
	if (rc != SQLITE_OK)
		return db_error(s, rc);
	sqlite3_busy_timeout(s->db, s->conf.busy_ms == 0 ? BUSY_MS :
	    (int)s->conf.busy_ms);
	/* what is in the file is data: no function, no schema of it acts */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return db_exec(s, "PRAGMA cell_size_check=ON;"
	    "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
	    "PRAGMA secure_delete=ON; PRAGMA cache_size=-2048");
}

static bool
set_up(struct store *s)
{
	sqlite3_stmt *st;

	if (!identify(s))
		return false;
	if (!s->conf.read_only && !db_exec(s, "PRAGMA journal_mode=WAL;"
	    "PRAGMA synchronous=NORMAL"))
		return false;
	/* another process works with the schema as it is */
	if (s->conf.beside && s->version != store_newest_version()) {
		db_refuse(s, STORE_HELD, "its writer has another version");
		return false;
	}
	if (!migrate(s))
		return false;
	st = db_get(s, Q_SALT);
	if (db_row(s, st) && db_col(st, 0).len == STORE_SALT)
		memcpy(s->salt, db_col(st, 0).ptr, STORE_SALT);
	else if (!s->failed)
		db_refuse(s, STORE_CORRUPT, "the store has lost its salt");
	sqlite3_reset(st);
	return !s->failed;
}

struct store *
store_open(const struct store_conf *conf, struct store_error *why)
{
	struct store *s = calloc(1, sizeof(*s));

	*why = (struct store_error){ .status = STORE_NOMEM,
		.text = "out of memory" };
	if (s == NULL)
		return NULL;
	s->conf = *conf;
	s->lock = -1;
	s->strings = strings_new();
	s->tallies = tallies_new();
	if (s->strings != NULL && s->tallies != NULL &&
	    (conf->read_only || conf->beside || lock(s)) && open_file(s) &&
	    set_up(s)) {
		why->status = STORE_OK;
		return s;
	}
	if (s->why.status != STORE_OK)
		*why = s->why;
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->db != NULL)
		store_rollback(s);
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->stmt[i]);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	strings_free(s->strings);
	tallies_free(s->tallies);
	raw_writer_free(s->raw);
	free(s);
}
