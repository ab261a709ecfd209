/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_people_test.c - one person, one hash, and all of it goes. */
#include <sqlite3.h>

#include "test/store_fixture.h"
#include "test/t.h"

static const char *const spelled[] = { "jo@example.org", "<jo@example.org>",
	"Jo Doe <jo@example.org>", "\"Jo, the \\\"1\\\"\" <Jo@Example.ORG>",
	"\"jo\"@example.org", "(it is) jo@EXAMPLE.org (again)",
	"Jo Doe, once <jo@example.org>", "<jo@example.org.>",
	"J\xf6 <jo@example.org>", "<<jo@example.org>>" };
enum { SPELLED = sizeof(spelled) / sizeof(spelled[0]) };

static void
put(struct store *s, const char *from, const char *results, int64_t at)
{
	struct store_failure f = { .type = SPAN("auth-failure"),
		.reporter = SPAN("reporter.example"),
		.reported_domain = SPAN("example.org"),
		.header_from = assay_cstr(from), .arrival = at,
		.message_id = SPAN("<1@mail.example>"),
		.authentication_results = assay_cstr(results) };
	struct store_origin origin = { .trust = STORE_T_FILE,
		.received = at, .from = SPAN("f.eml") };
	uint8_t hash[STORE_HASH] = { (uint8_t)at };
	bool again;

	store_begin(s);
	store_raw_begin(s, hash, false, at, &origin.raw);
	store_raw_add(s, SPAN("From: "));
	store_raw_add(s, assay_cstr(from));
	store_raw_add(s, SPAN("\r\n"));
	store_raw_end(s);
	store_failure_put(s, &origin, &f, &again);
	store_commit(s, STORE_SOON);
}

/* How many failure reports have this in that column. */
static int
with(struct store *s, const char *column, struct span text)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_list(s, STORE_L_FAILURES, &ask);
	const struct store_cell *cell;
	int found = 0;
	size_t n;

	while (store_list_next(c, &cell, &n))
		for (size_t i = 0; i < n; i++)
			found += strcmp(cell[i].name, column) == 0 &&
			    span_eq(cell[i].text, text);
	store_cursor_end(c);
	return found;
}

static struct span
hashed(struct store *s, struct buf *b, const char *local, const char *rest)
{
	char token[STORE_HIDDEN];

	store_hide(s, assay_cstr(local), token);
	b->len = 0;
	buf_str(b, token);
	buf_str(b, rest);
	return buf_span(b);
}

static void
one_person(void)
{
	struct store *s = fx_open();
	ROOM(room, 200);
	struct buf b = BUF_ON(room);
	struct store_erased e;

	for (int i = 0; i < SPELLED; i++)
		put(s, spelled[i], "mx; spf=fail "
		    "smtp.mailfrom=\"jo\"@example.org", i + 1);
	T_INT(with(s, "header_from", hashed(s, &b, "jo", "@example.org")),
	    SPELLED, "one hash in every spelling");
	T_INT(with(s, "message_id", hashed(s, &b, "1", "@mail.example")),
	    SPELLED, "of a message, without <>");
	hashed(s, &b, "jo", "@example.org");
	{
		ROOM(room2, 200);
		struct buf all = BUF_ON(room2);

		buf_str(&all, "mx; spf=fail smtp.mailfrom=");
		buf_put(&all, buf_span(&b));
		T_INT(with(s, "authentication_results", buf_span(&all)),
		    SPELLED, "within a text, quoted");
	}
	put(s, "ann@example.org, Jo <jo@example.org>", "", 100);
	put(s, "ann@example.org", "", 101);
	T_OK(store_erase(s, SPAN("Jo <jo@Example.org>"), 0, &e) &&
	    e.failures == SPELLED + 1, "all of them go");
	T_OK(store_erase(s, SPAN("<ann@example.org>"), 0, &e) &&
	    e.failures == 1, "and another person's later");
	T_OK(!store_erase(s, SPAN("<>"), 0, &e) &&
	    !store_erase(s, SPAN(" "), 0, &e), "nobody is no person");
	store_close(s);
	fx_clear();
}

static void
set_from(int64_t id, struct span from)
{
	sqlite3 *db;
	sqlite3_stmt *st;

	if (sqlite3_open(fx_path, &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "UPDATE failure SET header_from = ?2, "
	    "authentication_results = NULL WHERE id = ?1", -1, &st, NULL) !=
	    SQLITE_OK)
		exit(1);
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_text(st, 2, (const char *)from.ptr, (int)from.len,
	    SQLITE_STATIC);
	T_INT(sqlite3_step(st), SQLITE_DONE, "a row as it once was");
	sqlite3_finalize(st);
	sqlite3_close(db);
}

/* Rows of a version that hashed the field and not the address. */
static void
once(void)
{
	struct store *s = fx_open();
	ROOM(room, 200);
	struct buf b = BUF_ON(room);
	struct store_erased e;

	put(s, "<jo@example.org>", "", 1);
	put(s, "Jo Doe <jo@example.org>", "", 2);
	put(s, "Ann <ann@example.org>", "", 3);
	set_from(1, hashed(s, &b, "<jo", "@example.org>"));
	set_from(2, hashed(s, &b, "Jo Doe <jo", "@example.org>"));
	set_from(3, hashed(s, &b, "Ann <ann", "@example.org>"));
	T_OK(store_erase(s, SPAN("jo@example.org"), 0, &e) &&
	    e.failures == 2 && e.raw == 2, "found, by its bytes if need be");
	T_OK(store_erase(s, SPAN("ann@example.org"), 0, &e) &&
	    e.failures == 1, "another one is another one");
	store_close(s);
	fx_clear();
}

int
main(void)
{
	fx_begin();
	one_person();
	once();
	fx_end();
	return t_done();
}
