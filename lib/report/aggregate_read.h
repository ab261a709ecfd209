/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate_read.h - reads an aggregate report of any dialect (RFC 9990,
 * RFC 7489, their drafts, and what reporters make of them), in windows.
 *
 *	struct aggregate *g = aggregate_new(arena);
 *
 *	aggregate_start(g);
 *	for (;;)
 *		switch (aggregate_next(g)) {
 *		case AGGREGATE_NEED:
 *			aggregate_feed(g, window, last);
 *			break;
 *		case AGGREGATE_ROW:
 *			use(aggregate_head(g), aggregate_row(g));
 *			break;
 *		case AGGREGATE_END: ...
 *		case AGGREGATE_BAD: ...
 *		}
 *
 * Malformed XML is read as far as it can be understood (wire/xml.h, lenient);
 * the head then has AGGREGATE_D_MALFORMED.  Rows are given as they come; the
 * head is whole at the end, and nothing of a report counts before.  Words are
 * taken in any case; what a standard has renamed is read as what it is now.
 * An element that stands twice counts once, the first one.  Elements of other
 * namespaces are extensions and passed over (RFC 9990 5).
 *
 * Memory is what aggregate_new() takes, some 190 KiB, for any report.
 */
#ifndef REPORT_AGGREGATE_READ_H
#define REPORT_AGGREGATE_READ_H

#include "base/arena.h"
#include "report/aggregate.h"

struct aggregate;

/* NULL: the arena refuses. */
struct aggregate *aggregate_new(struct arena *a);

/* The next report. */
void aggregate_start(struct aggregate *g);

/* Only after AGGREGATE_NEED; window must stay until the next one. */
void aggregate_feed(struct aggregate *g, struct span window, bool last);

enum aggregate_event {
	AGGREGATE_NEED = 0, AGGREGATE_ROW, AGGREGATE_END, AGGREGATE_BAD
};
enum aggregate_event aggregate_next(struct aggregate *g);

/* Spans live until aggregate_start(); at the end .deviations holds those of
 * all rows, too. */
const struct aggregate_head *aggregate_head(const struct aggregate *g);

/* Lives until aggregate_next(). */
const struct aggregate_row *aggregate_row(const struct aggregate *g);

/* Rows so far. */
uint64_t aggregate_rows(const struct aggregate *g);

/* After AGGREGATE_BAD: one clause, static. */
const char *aggregate_why(const struct aggregate *g);

#endif
