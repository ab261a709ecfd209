/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_list.c - assay report show, reporters: what came, from whom, and
 * what could not be taken.
 */
#include "report_cells.h"

#include <string.h>

#include "wire/day.h"

enum {
	PAGE_ROWS = 50,
	SILENT_DAYS = 3,	/* most report daily; two days late is usual */
	REGULAR = 5,		/* reports, before silence means anything    */
	MONTH_S = 30 * 86400,
	AHEAD = 2		/* days that clocks and zones may be off     */
};

/* What a page shows of a list; programs get every column. */
enum shape { AS_IT_IS = 0,
	A_DAY,		/* of a time                                         */
	ITS_END,	/* a path's end tells more than its beginning        */
	OR_WHOSE,	/* the domain, when it is not ours                   */
	OR_FUTURE	/* that its day is yet to come                       */
};

struct choice {
	const char *name;	/* of the cell                               */
	struct column column;
	enum shape shape;
};

struct listing {
	enum store_list list;
	const struct choice *choice;
	size_t n;
	const char *none;
};

/* ---- cells --------------------------------------------------------------- */

const struct store_cell *
report_cell(const struct store_cell *cell, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(cell[i].name, name) == 0)
			return &cell[i];
	return NULL;
}

struct span
report_text(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = report_cell(cell, n, name);

	return c == NULL || c->type != STORE_TEXT ? SPAN_NONE : c->text;
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

static void
put_end(struct table *t, struct assay_span s, size_t width)
{
	char words[80];

	if (s.len <= width || width >= sizeof(words)) {
		table_text(t, s);
		return;
	}
	s = span_skip(s, s.len - width + 2);
	snprintf(words, sizeof(words), "..%.*s", (int)s.len,
	    (const char *)s.ptr);
	table_cstr(t, words);
}

static int64_t day_of(const struct store_cell *cell, size_t n,
    const char *name);

/* Whose reports these are, when they are not ours; else absent. */
static struct assay_span
foreign(const struct store_cell *cell, size_t n)
{
	const struct store_cell *why = report_cell(cell, n, "reason");
	const struct store_cell *whose = report_cell(cell, n, "domain");

	if (why == NULL || whose == NULL || whose->type != STORE_TEXT ||
	    !span_eq(why->text, assay_cstr(store_aside_name(
	    STORE_A_FOREIGN))))
		return SPAN_NONE;
	return whose->text;
}

static void
put_shaped(const struct report_view *v, struct table *t,
    const struct choice *how, const struct store_cell *cell, size_t n)
{
	const struct store_cell *c = report_cell(cell, n, how->name);
	bool text = c != NULL && c->type == STORE_TEXT;

	if (how->shape == A_DAY && text)
		table_text(t, span_head(c->text, c->text.len < 10 ?
		    c->text.len : 10));
	else if (how->shape == ITS_END && text)
		put_end(t, c->text, how->column.width);
	else if (how->shape == OR_WHOSE && foreign(cell, n).len > 0)
		table_text(t, foreign(cell, n));
	else if (how->shape == OR_FUTURE &&
	    day_of(cell, n, "day") > v->today + AHEAD)
		table_cstr(t, "future");
	else
		put(t, c);
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
			put_shaped(v, &t, &l->choice[i], cell, n);
	if (rows == 0 && l->none == NULL)
		return drop(&t) && report_nothing(v, to);
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
		{ "id", { "id", NULL, COLUMN_NUMBER, 0 }, AS_IT_IS },
		{ "day", { "day", NULL, COLUMN_TEXT, 0 }, AS_IT_IS },
		{ "domain", { "domain", NULL, COLUMN_TEXT, 30 }, AS_IT_IS },
		{ "reporter", { "reporter", NULL, COLUMN_TEXT, 30 }, AS_IT_IS },
		{ "rows", { "rows", NULL, COLUMN_NUMBER, 0 }, AS_IT_IS },
		{ "messages", { "messages", NULL, COLUMN_NUMBER, 0 },
		    AS_IT_IS },
		{ "state", { "state", NULL, COLUMN_WHOLE, 0 }, OR_FUTURE },
		{ "trust", { "trust", NULL, COLUMN_WHOLE, 0 }, AS_IT_IS },
	};
	static const struct listing came = { STORE_L_REPORTS, reports, 8,
		NULL };
	struct report_view all = *v;

	/* whoever writes a report chooses its day: none hides ahead */
	all.day_to = INT32_MAX;
	return list(&all, &came, to);
}

bool
report_asides(const struct report_view *v, struct text *to)
{
	static const struct choice asides[] = {
		{ "id", { "id", NULL, COLUMN_NUMBER, 0 }, AS_IT_IS },
		{ "reason", { "reason", NULL, COLUMN_WHOLE, 0 }, AS_IT_IS },
		{ "detail", { "detail", "what", COLUMN_TEXT, 44 },
		    OR_WHOSE },
		{ "origin", { "origin", "from", COLUMN_WHOLE, 24 }, ITS_END },
	};
	static const struct listing aside = { STORE_L_ASIDES, asides, 4,
		"Nothing was set aside.\n" };

	return list(v, &aside, to);
}

bool
report_failures(const struct report_view *v, struct text *to)
{
	static const struct choice failures[] = {
		{ "received", { "received", NULL, COLUMN_WHOLE, 10 },
		    A_DAY },
		{ "reported_domain", { "domain", NULL, COLUMN_TEXT, 24 },
		    AS_IT_IS },
		{ "source", { "source", NULL, COLUMN_TEXT, 39 }, AS_IT_IS },
		{ "auth_failure", { "failed", NULL, COLUMN_TEXT, 12 },
		    AS_IT_IS },
		{ "reporter", { "reporter", NULL, COLUMN_TEXT, 24 }, AS_IT_IS },
	};
	static const struct listing came = { STORE_L_FAILURES, failures, 5,
		"No failure reports in this time.\n" };

	return list(v, &came, to);
}

bool
report_nothing(const struct report_view *v, struct text *to)
{
	struct store_ask ask = { .domain = v->domain, .trust = v->trust };
	struct store_cursor *c = store_list(v->store, STORE_L_REPORTERS,
	    &ask);
	const struct store_cell *cell;
	int64_t newest = INT64_MIN;
	uint8_t room[DAY_TEXT];
	struct buf b = BUF_ON(room);
	size_t n;

	if (c == NULL)
		return false;
	while (store_list_next(c, &cell, &n))
		if (day_of(cell, n, "last_day") > newest)
			newest = day_of(cell, n, "last_day");
	if (newest == INT64_MIN) {
		text_str(to, "No reports; assay report ingest takes some.\n");
		return store_cursor_end(c);
	}
	day_print(&b, newest * DAY_SECONDS);
	text_printf(to, "No reports in this time; the newest is of %.*s",
	    (int)b.len, (const char *)b.ptr);
	if (newest <= v->today)
		text_printf(to, ": --days %lld",
		    (long long)(v->today - newest + 1));
	text_str(to, "\n");
	return store_cursor_end(c);
}

/* ---- reporters ----------------------------------------------------------- */

static int64_t
number(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = report_cell(cell, n, name);

	return c == NULL || c->type != STORE_NUMBER ? 0 : c->number;
}

static int64_t
day_of(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = report_cell(cell, n, name);
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

	put(t, report_cell(cell, n, "reporter"));
	put(t, report_cell(cell, n, "reports"));
	put(t, report_cell(cell, n, "messages"));
	put(t, report_cell(cell, n, "last_day"));
	/* what was imported from files came when somebody did so */
	if (late >= 3600 && late < MONTH_S)
		snprintf(words, sizeof(words), "%lld h", (long long)late /
		    3600);
	table_cstr(t, words);
	put(t, report_cell(cell, n, "deviating"));
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
		{ "silent", "", COLUMN_WHOLE, 0 },
	};
	const struct store_cell *cell;
	struct table t;
	size_t n, rows = 0;

	table_begin(&t, column, 7, TABLE_PAGE, v->out);
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

bool
report_tls(const struct report_view *v, struct text *to)
{
	struct store_ask ask = { .domain = v->domain,
		.day_from = v->day_from, .day_to = v->day_to,
		.trust = v->trust };
	struct store_cursor *c = store_list(v->store, STORE_L_TLS, &ask);
	bool ok;

	if (c == NULL)
		return false;
	ok = v->form == TABLE_PAGE ? report_tls_page(v, c, to) :
	    for_programs(v, c, to);
	return store_cursor_end(c) && ok;
}
