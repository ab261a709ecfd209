/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_export.c - every text of a report was written by a stranger; JSON
 * escapes what is no plain character, CSV is read by spreadsheets.
 */
#include "store_export.h"

#include "csv.h"
#include "out.h"
#include "wire/json.h"

static void
csv_row(struct text *t, const struct store_cell *cell, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			text_str(t, ",");
		if (cell[i].type == STORE_NUMBER)
			text_printf(t, "%lld", (long long)cell[i].number);
		else if (cell[i].type == STORE_TEXT)
			csv_cell(t, cell[i].text);
	}
	text_str(t, "\r\n");
}

static void
csv_head(struct text *t, const struct store_cell *cell, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_printf(t, "%s%s", i > 0 ? "," : "", cell[i].name);
	text_str(t, "\r\n");
}

static void
json_row(struct text *t, const struct store_cell *cell, size_t n)
{
	struct jw w;

	jw_start(&w, text_write, t);
	jw_object(&w);
	for (size_t i = 0; i < n; i++) {
		if (cell[i].type == STORE_NUMBER)
			jw_put_i64(&w, cell[i].name, cell[i].number);
		else
			jw_put_str(&w, cell[i].name, cell[i].text);
	}
	jw_end_object(&w);
	if (!jw_finish(&w))
		t->failed = true;
}

bool
store_export(struct store *s, enum store_list list,
    const struct store_ask *ask, bool csv, bool *told)
{
	struct store_cursor *c = store_list(s, list, ask);
	const struct store_cell *cell;
	struct text t = { .ptr = NULL };
	bool first = true;
	size_t n;

	*told = false;
	if (c == NULL)
		return false;
	while (!*told && store_list_next(c, &cell, &n)) {
		if (csv && first)
			csv_head(&t, cell, n);
		first = false;
		if (csv)
			csv_row(&t, cell, n);
		else
			json_row(&t, cell, n);
		*told = !out_text(&t);
		text_clear(&t);
	}
	text_free(&t);
	return store_cursor_end(c) && !*told;
}
