/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_list.c - assay report show, reporters: what came, from whom, and
 * what could not be taken.
 */
#include "report_view.h"

#include <string.h>

#include "wire/day.h"

enum {
	PAGE_ROWS = 50,
	SILENT_DAYS = 3,	/* most report daily; two days late is usual */
	REGULAR = 5,		/* reports, before silence means anything    */
	MONTH_S = 30 * 86400
};

/* What a page shows of a list; programs get every column. */
struct choice {
	const char *name;	/* of the cell                               */
	struct column column;
};

struct listing {
	enum store_list list;
	const struct choice *choice;
	size_t n;
	const char *none;
};

/* ---- cells --------------------------------------------------------------- */

static const struct store_cell *
cell_of(const struct store_cell *cell, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(cell[i].name, name) == 0)
			return &cell[i];
	return NULL;
}

static void
put(struct table *t, const struct store_cell *c)
{
	if (c == NULL || c->type == STORE_NOTHING)
		table_text(t, (struct assay_span){ NULL, 0 });
	else if (c->type == STORE_TEXT)
		table_text(t, c->text);
	else if (c->number < 0)
		table_cstr(t, "?");
	else
		table_number(t, (uint64_t)c->number);
}

/* Titles without rows are not shown. */
static bool
drop(struct table *t)
{
	struct text nothing = { .ptr = NULL };
	bool ok = table_end(t, &nothing);

	text_free(&nothing);
	return ok;
}

/* ---- for programs: every column ------------------------------------------ */

static bool
for_programs(const struct report_view *v, struct store_cursor *c,
    struct text *to)
{
	struct column column[TABLE_COLUMNS + 16];
	const struct store_cell *cell;
	struct table t;
	size_t n, most = sizeof(column) / sizeof(column[0]);
	bool begun = false, ok = true;

	while (store_list_next(c, &cell, &n)) {
		n = n < most ? n : most;
		for (size_t i = 0; !begun && i < n; i++)
			column[i] = (struct column){ cell[i].name, NULL,
				COLUMN_TEXT, 0 };
		if (!begun)
			table_begin(&t, column, n, v->form, v->out);
		begun = true;
		for (size_t i = 0; i < n; i++)
			put(&t, &cell[i]);
	}
	if (begun)
		ok = table_end(&t, to);
	return ok;
}

/* ---- for people ---------------------------------------------------------- */

static bool
for_people(const struct report_view *v, const struct listing *l,
    struct store_cursor *c, struct text *to)
{
	struct column column[TABLE_COLUMNS];
	const struct store_cell *cell;
	uint64_t rows = 0, most = v->limit == 0 ? PAGE_ROWS : v->limit;
	struct table t;
	size_t n;
	bool ok;

	for (size_t i = 0; i < l->n; i++)
		column[i] = l->choice[i].column;
	table_begin(&t, column, l->n, TABLE_PAGE, v->out);
	for (; store_list_next(c, &cell, &n); rows++)
		for (size_t i = 0; rows < most && i < l->n; i++)
			put(&t, cell_of(cell, n, l->choice[i].name));
	if (rows == 0) {
		text_str(to, l->none);
		return drop(&t);
	}
	ok = table_end(&t, to);
	if (rows > most)
		text_printf(to, "%sand %llu more (--limit)%s\n",
		    out_dim(v->out), (unsigned long long)(rows - most),
		    out_plain(v->out));
	return ok;
}

static bool
list(const struct report_view *v, const struct listing *l, struct text *to)
{
	struct store_ask ask = { .domain = v->domain,
		.day_from = v->day_from, .day_to = v->day_to,
		.trust = v->trust };
	struct store_cursor *c = store_list(v->store, l->list, &ask);
	bool ok;

	if (c == NULL)
		return false;
	ok = v->form == TABLE_PAGE ? for_people(v, l, c, to) :
	    for_programs(v, c, to);
	return store_cursor_end(c) && ok;
}

bool
report_list(const struct report_view *v, struct text *to)
{
	static const struct choice reports[] = {
		{ "id", { "id", NULL, COLUMN_NUMBER, 0 } },
		{ "day", { "day", NULL, COLUMN_TEXT, 0 } },
		{ "domain", { "domain", NULL, COLUMN_TEXT, 30 } },
		{ "reporter", { "reporter", NULL, COLUMN_TEXT, 30 } },
		{ "rows", { "rows", NULL, COLUMN_NUMBER, 0 } },
		{ "messages", { "messages", NULL, COLUMN_NUMBER, 0 } },
		{ "state", { "state", NULL, COLUMN_TEXT, 0 } },
		{ "trust", { "trust", NULL, COLUMN_TEXT, 0 } },
	};
	static const struct listing came = { STORE_L_REPORTS, reports, 8,
		"No reports in this time; assay report ingest takes some.\n"
	};

	return list(v, &came, to);
}

bool
report_asides(const struct report_view *v, struct text *to)
{
	static const struct choice asides[] = {
		{ "id", { "id", NULL, COLUMN_NUMBER, 0 } },
		{ "reason", { "reason", NULL, COLUMN_TEXT, 0 } },
		{ "detail", { "detail", NULL, COLUMN_TEXT, 44 } },
		{ "origin", { "origin", "from", COLUMN_TEXT, 40 } },
	};
	static const struct listing aside = { STORE_L_ASIDES, asides, 4,
		"Nothing was set aside.\n" };

	return list(v, &aside, to);
}

bool
report_failures(const struct report_view *v, struct text *to)
{
	static const struct choice failures[] = {
		{ "received", { "received", NULL, COLUMN_TEXT, 10 } },
		{ "reported_domain", { "domain", NULL, COLUMN_TEXT, 24 } },
		{ "source", { "source", NULL, COLUMN_TEXT, 39 } },
		{ "auth_failure", { "failed", NULL, COLUMN_TEXT, 12 } },
		{ "header_from", { "author", NULL, COLUMN_TEXT, 30 } },
		{ "reporter", { "reporter", NULL, COLUMN_TEXT, 24 } },
	};
	static const struct listing came = { STORE_L_FAILURES, failures, 6,
		"No failure reports in this time.\n" };

	return list(v, &came, to);
}

bool
report_tls(const struct report_view *v, struct text *to)
{
	static const struct choice tls[] = {
		{ "day", { "day", NULL, COLUMN_TEXT, 0 } },
		{ "domain", { "domain", NULL, COLUMN_TEXT, 24 } },
		{ "reporter", { "reporter", NULL, COLUMN_TEXT, 20 } },
		{ "policy", { "policy", NULL, COLUMN_TEXT, 0 } },
		{ "good", { "good", NULL, COLUMN_NUMBER, 0 } },
		{ "bad", { "bad", NULL, COLUMN_NUMBER, 0 } },
		{ "result", { "result", NULL, COLUMN_TEXT, 28 } },
		{ "receiving_mx", { "mx", NULL, COLUMN_TEXT, 24 } },
	};
	static const struct listing came = { STORE_L_TLS, tls, 8,
		"No TLS reports in this time.\n" };

	return list(v, &came, to);
}

/* ---- reporters ----------------------------------------------------------- */

static int64_t
number(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = cell_of(cell, n, name);

	return c == NULL || c->type != STORE_NUMBER ? 0 : c->number;
}

static int64_t
day_of(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = cell_of(cell, n, name);
	int64_t when = 0;

	if (c == NULL || c->type != STORE_TEXT || !day_parse(&when, c->text))
		return 0;
	return when / DAY_SECONDS;
}

static void
put_reporter(const struct report_view *v, struct table *t,
    const struct store_cell *cell, size_t n)
{
	int64_t reports = number(cell, n, "reports");
	int64_t late = number(cell, n, "late");
	int64_t quiet = v->today - day_of(cell, n, "last_day") - 1;
	char words[48] = "";

	put(t, cell_of(cell, n, "reporter"));
	put(t, cell_of(cell, n, "reports"));
	put(t, cell_of(cell, n, "messages"));
	put(t, cell_of(cell, n, "last_day"));
	/* what was imported from files came when somebody did so */
	if (late >= 3600 && late < MONTH_S)
		snprintf(words, sizeof(words), "%lld h", (long long)late /
		    3600);
	table_cstr(t, words);
	put(t, cell_of(cell, n, "deviating"));
	put(t, cell_of(cell, n, "trust"));
	words[0] = '\0';
	if (reports >= REGULAR && quiet > SILENT_DAYS)
		snprintf(words, sizeof(words), "silent for %lld days",
		    (long long)quiet);
	table_cstr(t, words);
}

static bool
reporters_page(const struct report_view *v, struct store_cursor *c,
    struct text *to)
{
	static const struct column column[] = {
		{ "reporter", NULL, COLUMN_TEXT, 30 },
		{ "reports", NULL, COLUMN_NUMBER, 0 },
		{ "messages", NULL, COLUMN_NUMBER, 0 },
		{ "last_day", "last day", COLUMN_TEXT, 0 },
		{ "late", NULL, COLUMN_TEXT, 0 },
		{ "deviating", "wrong", COLUMN_NUMBER, 0 },
		{ "trust", NULL, COLUMN_TEXT, 0 },
		{ "silent", "", COLUMN_TEXT, 0 },
	};
	const struct store_cell *cell;
	struct table t;
	size_t n, rows = 0;

	table_begin(&t, column, 8, TABLE_PAGE, v->out);
	for (; store_list_next(c, &cell, &n); rows++)
		put_reporter(v, &t, cell, n);
	if (rows > 0)
		return table_end(&t, to);
	text_str(to, "Nobody has reported in this time.\n");
	return drop(&t);
}

bool
report_reporters(const struct report_view *v, struct text *to)
{
	struct store_ask ask = { .domain = v->domain,
		.day_from = v->day_from, .day_to = v->day_to,
		.trust = v->trust };
	struct store_cursor *c = store_list(v->store, STORE_L_REPORTERS,
	    &ask);
	bool ok;

	if (c == NULL)
		return false;
	ok = v->form == TABLE_PAGE ? reporters_page(v, c, to) :
	    for_programs(v, c, to);
	return store_cursor_end(c) && ok;
}
