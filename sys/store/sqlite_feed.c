/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_feed.c - many rows in one statement, out of an array in memory.
 *
 * To start and to end a statement costs SQLite about as much as to insert a
 * row.  So rows wait in an array that SQL sees as a table: one statement,
 * INSERT ... SELECT * FROM assay_feed, takes them all.  (The table is a
 * module of the connection, in no schema, without any state of its own.)
 */
#include <stdlib.h>

#include "sqlite_inner.h"

struct cursor {
	sqlite3_vtab_cursor base;
	const struct feed *feed;
	size_t at;
};

struct table {
	sqlite3_vtab base;
	const struct feed *feed;
};

static int
on_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
    sqlite3_vtab **out, char **err)
{
	struct table *t = sqlite3_malloc(sizeof(*t));
	int rc;

	(void)argc;
	(void)argv;
	(void)err;
	if (t == NULL)
		return SQLITE_NOMEM;
	*t = (struct table){ .feed = aux };
	rc = sqlite3_declare_vtab(db, "CREATE TABLE feed (a, b, c, d, e, f, "
	    "g, h, i, j, k, l, m, n)");
	*out = &t->base;
	return rc;
}

static int
on_disconnect(sqlite3_vtab *t)
{
	sqlite3_free(t);
	return SQLITE_OK;
}

static int
on_best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
	(void)t;
	info->estimatedCost = 1000;
	return SQLITE_OK;
}

static int
on_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
	struct cursor *c = sqlite3_malloc(sizeof(*c));

	if (c == NULL)
		return SQLITE_NOMEM;
	*c = (struct cursor){ .feed = ((struct table *)t)->feed };
	*out = &c->base;
	return SQLITE_OK;
}

static int
on_close(sqlite3_vtab_cursor *c)
{
	sqlite3_free(c);
	return SQLITE_OK;
}

static int
on_filter(sqlite3_vtab_cursor *c, int n, const char *s, int argc,
    sqlite3_value **argv)
{
	(void)n;
	(void)s;
	(void)argc;
	(void)argv;
	((struct cursor *)c)->at = 0;
	return SQLITE_OK;
}

static int
on_next(sqlite3_vtab_cursor *c)
{
	((struct cursor *)c)->at++;
	return SQLITE_OK;
}

static int
on_eof(sqlite3_vtab_cursor *base)
{
	const struct cursor *c = (const struct cursor *)base;

	return c->at >= c->feed->n;
}

static int
on_column(sqlite3_vtab_cursor *base, sqlite3_context *x, int i)
{
	const struct cursor *c = (const struct cursor *)base;

	c->feed->column(c->feed->ctx, c->at, i, x);
	return SQLITE_OK;
}

static int
on_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((const struct cursor *)base)->at;
	return SQLITE_OK;
}

static const sqlite3_module feed_module = {
	.xConnect = on_connect, .xBestIndex = on_best_index,
	.xDisconnect = on_disconnect, .xOpen = on_open, .xClose = on_close,
	.xFilter = on_filter, .xNext = on_next, .xEof = on_eof,
	.xColumn = on_column, .xRowid = on_rowid,
};

sqlite3_stmt *
feed_get(struct store *s, enum statement q, const struct feed *feed)
{
	int rc = SQLITE_OK;

	if (s->failed)
		return NULL;
	s->feed = *feed;
	if (!s->fed)
		rc = sqlite3_create_module(s->db, "assay_feed", &feed_module,
		    &s->feed);
	s->fed = rc == SQLITE_OK;
	if (!s->fed)
		db_error(s, rc);
	return db_get(s, q);
}
