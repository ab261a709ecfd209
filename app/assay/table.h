/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - rows and columns, for a person or for a program.
 *
 * One table, three forms: aligned columns for a terminal, one JSON object a
 * line, or CSV (RFC 4180).  What strangers wrote is made harmless for the
 * form: a terminal sees printable ASCII alone, JSON is escaped, and a cell of
 * CSV that a spreadsheet would compute (it begins with = + - @ TAB or CR)
 * gets an apostrophe in front.
 *
 *	table_begin(&t, columns, n, TABLE_PAGE, out);
 *	for (...) {
 *		table_text(&t, domain);
 *		table_number(&t, messages);
 *		table_share(&t, passed, messages);
 *	}
 *	return table_end(&t, &text);
 *
 * Cells are given in the order of the columns; a row ends with its last one.
 */
#ifndef ASSAY_TABLE_H
#define ASSAY_TABLE_H

#include "out.h"

enum table_form { TABLE_PAGE = 0, TABLE_JSON, TABLE_CSV };

enum column_kind {
	COLUMN_TEXT = 0,
	COLUMN_WHOLE,		/* text that never gives way on a page      */
	COLUMN_NUMBER,		/* to the right, 12,345,678                 */
	COLUMN_SHARE,		/* a bar and per cent; JSON: 0 to 1         */
	COLUMN_BAR,		/* a bar against the largest of its column;
				 * JSON and CSV: left out                   */
	COLUMN_SPLIT		/* the same, part of it filled: good of all */
};

struct column {
	const char *name;	/* of JSON and CSV: "header_from"           */
	const char *title;	/* of the page; NULL: as name               */
	enum column_kind kind;
	unsigned width;		/* of the page: at most; 0: as it needs.  Of
				 * a bar: exactly                           */
};

enum {
	TABLE_COLUMNS = 24,
	TABLE_CELL = 2048,	/* octets of a cell on a page               */
	TABLE_LINE = 400	/* columns of a terminal that we believe in */
};

struct table {
	const struct column *column;
	size_t n;
	enum table_form form;
	const struct out *out;
	struct text cells;	/* on a page: each ended with NUL           */
	struct text lines;	/* of JSON and CSV                          */
	size_t at, rows;	/* the next column                          */
	unsigned width[TABLE_COLUMNS];
	uint64_t most[TABLE_COLUMNS];	/* of bars                          */
};

/* columns live as long as the table. */
void table_begin(struct table *t, const struct column *column, size_t n,
    enum table_form form, const struct out *out);
/* Absent: "-", null, or nothing. */
void table_text(struct table *t, struct assay_span s);
void table_cstr(struct table *t, const char *s);
void table_number(struct table *t, uint64_t n);
/* Days since 1970. */
void table_day(struct table *t, int64_t day);
/* Of COLUMN_SHARE and COLUMN_SPLIT. */
void table_share(struct table *t, uint64_t part, uint64_t whole);
void table_bar(struct table *t, uint64_t n);

/* A line of a page across all columns, instead of a row; programs get
 * nothing. */
void table_note(struct table *t, const char *words);

/* Appends all of it to *to and frees the table.  False: no memory. */
bool table_end(struct table *t, struct text *to);

#endif
