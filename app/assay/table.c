/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "csv.h"
#include "wire/day.h"
#include "wire/json.h"

/* A bar's cell: what it draws, told when all widths are known. */
enum { GAP = 2, MARK_BAR = 1, MARK_NOTE = 2 };

/* ---- numbers ------------------------------------------------------------- */

/* 12,345,678 */
static const char *
grouped(char room[32], uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu",
	    (unsigned long long)n), out = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			room[out++] = ',';
		room[out++] = digits[i];
	}
	room[out] = '\0';
	return room;
}

/* ---- cells of a page ----------------------------------------------------- */

static void
end_cell(struct table *t, size_t from, unsigned width)
{
	text_put(&t->cells, "", 1);
	if (t->cells.failed)
		return;
	if (width == 0)
		width = (unsigned)(t->cells.len - 1 - from);
	if (t->column[t->at].width > 0 && width > t->column[t->at].width)
		width = t->column[t->at].width;
	if (width > t->width[t->at])
		t->width[t->at] = width;
}

static void
next(struct table *t)
{
	t->at++;
	if (t->at == t->n) {
		t->at = 0;
		t->rows++;
	}
}

/* Nothing that moves a cursor (see page.h). */
static void
put_safe(struct text *to, struct assay_span s)
{
	for (size_t i = 0; i < s.len && i < TABLE_CELL; i++) {
		int c = s.ptr[i];
		if (is_vchar(c) || c == ' ')
			text_printf(to, "%c", c);
		else
			text_printf(to, "\\x%02x", (unsigned)c & 255);
	}
}

static void
page_cell(struct table *t, struct assay_span s)
{
	size_t from = t->cells.len;

	if (s.ptr == NULL)
		text_str(&t->cells, "-");
	else
		put_safe(&t->cells, s);
	end_cell(t, from, 0);
}

/* ---- cells of JSON and CSV ----------------------------------------------- */

static bool
skipped(const struct table *t)
{
	return t->column[t->at].kind == COLUMN_BAR ||
	    t->column[t->at].kind == COLUMN_SPLIT;
}

static void
json_key(struct table *t)
{
	text_printf(&t->lines, "%c\"%s\":", t->at == 0 ? '{' : ',',
	    t->column[t->at].name);
}

static void
json_text(struct table *t, struct assay_span s)
{
	struct text one = { .ptr = NULL };
	struct jw w;

	jw_start(&w, text_write, &one);
	jw_str(&w, s);
	if (!jw_finish(&w) || one.failed)
		t->lines.failed = true;
	else	/* without the end of the line */
		text_put(&t->lines, one.ptr, one.len - 1);
	text_free(&one);
}

/* Before and after the value of a cell; in between it is put. */
static void
open_value(struct table *t)
{
	if (t->form == TABLE_JSON)
		json_key(t);
	else if (t->at > 0)
		text_str(&t->lines, ",");
}

static void
close_value(struct table *t)
{
	size_t last = t->n;

	while (last > 0 && (t->column[last - 1].kind == COLUMN_BAR ||
	    t->column[last - 1].kind == COLUMN_SPLIT))
		last--;
	if (t->at + 1 == last)
		text_str(&t->lines, t->form == TABLE_JSON ? "}\n" : "\r\n");
	next(t);
}

static void
plain_value(struct table *t, const char *words)
{
	open_value(t);
	text_str(&t->lines, words);
	close_value(t);
}

/* ---- what callers put ---------------------------------------------------- */

void
table_text(struct table *t, struct assay_span s)
{
	if (t->form == TABLE_PAGE) {
		page_cell(t, s);
		next(t);
		return;
	}
	open_value(t);
	if (t->form == TABLE_JSON)
		json_text(t, s);
	else if (s.ptr != NULL)
		csv_cell(&t->lines, s);
	close_value(t);
}

void
table_cstr(struct table *t, const char *s)
{
	table_text(t, assay_cstr(s));
}

void
table_number(struct table *t, uint64_t n)
{
	char room[32];
	size_t from = t->cells.len;

	if (t->form == TABLE_PAGE) {
		text_str(&t->cells, grouped(room, n));
		end_cell(t, from, 0);
		next(t);
		return;
	}
	snprintf(room, sizeof(room), "%llu", (unsigned long long)n);
	plain_value(t, room);
}

void
table_day(struct table *t, int64_t day)
{
	uint8_t room[DAY_TEXT];
	struct buf b = BUF_ON(room);

	day_print(&b, day * DAY_SECONDS);
	table_text(t, b.len == 0 ? (struct assay_span){ NULL, 0 } :
	    buf_span(&b));
}

static void
bar_cell(struct table *t, uint64_t part, uint64_t whole)
{
	size_t from = t->cells.len;

	if (whole > t->most[t->at])
		t->most[t->at] = whole;
	text_printf(&t->cells, "%c%llu %llu", MARK_BAR,
	    (unsigned long long)part, (unsigned long long)whole);
	end_cell(t, from, 1);
	next(t);
}

void
table_share(struct table *t, uint64_t part, uint64_t whole)
{
	char room[32];

	if (t->form == TABLE_PAGE)
		bar_cell(t, part, whole);
	else if (skipped(t))
		next(t);
	else if (whole == 0)
		plain_value(t, t->form == TABLE_JSON ? "null" : "");
	else {
		snprintf(room, sizeof(room), "%.4f", (double)part /
		    (double)whole);
		plain_value(t, room);
	}
}

void
table_note(struct table *t, const char *words)
{
	if (t->form != TABLE_PAGE)
		return;
	for (size_t i = 0; i < t->n; i++) {
		size_t from = t->cells.len;

		if (i == 0)
			text_printf(&t->cells, "%c%s", MARK_NOTE, words);
		end_cell(t, from, 1);
		next(t);
	}
}

void
table_bar(struct table *t, uint64_t n)
{
	table_share(t, n, n);
}

/* ---- the page ------------------------------------------------------------ */

void
table_begin(struct table *t, const struct column *column, size_t n,
    enum table_form form, const struct out *out)
{
	*t = (struct table){ .column = column, .n = n, .form = form,
		.out = out };
	for (size_t i = 0; i < n && i < TABLE_COLUMNS; i++) {
		const char *title = column[i].title != NULL ?
		    column[i].title : column[i].name;
		unsigned len = (unsigned)strlen(title);
		/* a share is a bar and " 100%" */
		unsigned bar = column[i].kind < COLUMN_SHARE ? 0 :
		    column[i].width + (column[i].kind == COLUMN_SHARE ?
		    5 : 0);

		t->width[i] = len > bar ? len : bar;
	}
	if (form != TABLE_CSV)
		return;
	for (size_t i = 0; i < n; i++) {
		if (column[i].kind == COLUMN_BAR ||
		    column[i].kind == COLUMN_SPLIT)
			continue;
		text_printf(&t->lines, "%s%s", t->lines.len > 0 ? "," : "",
		    column[i].name);
	}
	text_str(&t->lines, "\r\n");
}

/* Blocks where the terminal has them, signs of ASCII elsewhere. */
static bool
has_blocks(void)
{
	const char *names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *v = getenv(names[i]);
		if (v != NULL && *v != '\0')
			return strstr(v, "UTF-8") != NULL ||
			    strstr(v, "utf8") != NULL;
	}
	return false;
}

static void
draw(struct text *to, unsigned good, unsigned all, unsigned width)
{
	bool blocks = has_blocks();

	for (unsigned i = 0; i < width; i++)
		if (i < good)
			text_str(to, blocks ? "\xe2\x96\x88" : "#");
		else if (i < all)
			text_str(to, blocks ? "\xe2\x96\x91" : ".");
		else
			text_str(to, " ");
}

/* Never empty for something, never full for less than all. */
static unsigned
scaled(uint64_t n, uint64_t most, unsigned width)
{
	unsigned k = most == 0 ? 0 : (unsigned)((double)n / (double)most *
	    width + 0.5);

	if (n > 0 && k == 0)
		return 1;
	return n < most && k >= width && width > 1 ? width - 1 : k;
}

static void
draw_cell(const struct table *t, size_t i, const char *cell, struct text *to)
{
	unsigned width = t->column[i].width;
	unsigned long long part = 0, whole = 0;
	unsigned all;

	if (sscanf(cell + 1, "%llu %llu", &part, &whole) != 2)
		return;
	if (t->column[i].kind == COLUMN_SHARE) {
		draw(to, scaled(part, whole, width), width, width);
		if (whole == 0)
			text_str(to, "    -");
		else	/* 99.96 % are not 100 % */
			text_printf(to, " %3u%%", (unsigned)((double)part *
			    100 / (double)whole + (part == whole ? 0.5 : 0)));
		return;
	}
	all = scaled(whole, t->most[i], width);
	draw(to, whole == 0 ? 0 : scaled(part, whole, all), all, width);
}

static void
put_cell(const struct table *t, size_t i, const char *cell, struct text *to)
{
	unsigned width = t->width[i];
	bool last = i + 1 == t->n;
	int len = (int)strlen(cell);

	if (*cell == MARK_NOTE) {
		text_printf(to, "%s", cell + 1);
		return;
	}
	if (*cell == MARK_BAR) {
		unsigned drawn = t->column[i].width +
		    (t->column[i].kind == COLUMN_SHARE ? 5 : 0);

		draw_cell(t, i, cell, to);
		text_printf(to, "%*s", (int)(width - drawn), "");
	} else if (t->column[i].kind == COLUMN_NUMBER) {
		text_printf(to, "%*s", (int)width, cell);
	} else if (len > (int)width && width > 2) {
		text_printf(to, "%.*s..", (int)width - 2, cell);
	} else {
		text_printf(to, "%-*s", last ? 0 : (int)width, cell);
	}
	if (!last)
		text_printf(to, "%*s", GAP, "");
}

static void
trim_line(struct text *to)
{
	while (to->len > 0 && to->ptr[to->len - 1] == ' ')
		to->len--;
	text_str(to, "\n");
}

static void
put_titles(const struct table *t, struct text *to)
{
	text_str(to, out_dim(t->out));
	for (size_t i = 0; i < t->n; i++)
		put_cell(t, i, t->column[i].title != NULL ?
		    t->column[i].title : t->column[i].name, to);
	while (to->len > 0 && to->ptr[to->len - 1] == ' ')
		to->len--;
	text_printf(to, "%s\n", out_plain(t->out));
}

/* The widest text gives way until the line fits. */
static void
fit(struct table *t)
{
	unsigned room = t->out->width, sum;

	for (;;) {
		size_t widest = 0;
		bool some = false;

		sum = 0;
		for (size_t i = 0; i < t->n; i++) {
			sum += t->width[i] + (i + 1 < t->n ? GAP : 0);
			if (t->column[i].kind == COLUMN_TEXT &&
			    t->width[i] > 10 && (!some ||
			    t->width[i] > t->width[widest])) {
				widest = i;
				some = true;
			}
		}
		if (sum <= room || !some)
			return;
		t->width[widest]--;
	}
}

static void
put_page(struct table *t, struct text *to)
{
	const char *cell = t->cells.ptr;

	fit(t);
	put_titles(t, to);
	for (size_t r = 0; r < t->rows; r++) {
		bool note = *cell == MARK_NOTE;

		for (size_t i = 0; i < t->n; i++) {
			if (i == 0 || !note)
				put_cell(t, i, cell, to);
			cell += strlen(cell) + 1;
		}
		trim_line(to);
	}
}

bool
table_end(struct table *t, struct text *to)
{
	bool ok = !t->cells.failed && !t->lines.failed;

	if (ok && t->form == TABLE_PAGE)
		put_page(t, to);
	else if (ok)
		text_put(to, t->lines.ptr, t->lines.len);
	text_free(&t->cells);
	text_free(&t->lines);
	return ok && !to->failed;
}
