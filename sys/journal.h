/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.h - records on disk: files of lines, only ever appended to.
 *
 * One JSON object a line (assay-record(5)), a file a day and one more when
 * it has grown: records/2026-11-22.000.jsonl.  What journal_sync() has said
 * yes to is on the disk.  A write that failed leaves no half line behind,
 * and neither does a power cut: the file is cut back to its last whole line
 * when it is opened.  Files other than the newest never change, so whoever
 * reads them (assay replay, a store that takes them in) needs no lock.
 *
 * All files together have a bound; then the oldest goes, or nothing more is
 * written until somebody makes room.
 */
#ifndef SYS_JOURNAL_H
#define SYS_JOURNAL_H

#include "base/span.h"

enum {
	JOURNAL_BATCH = 1 << 20,	/* octets of one write, about        */
	JOURNAL_LINE = 2 << 20,		/* octets of the longest line        */
	JOURNAL_MARKS = 4 << 20		/* octets at the end of the newest file
					 * in which marks are looked for: more
					 * than was ever on its way at once  */
};

enum journal_status {
	JOURNAL_OK = 0,
	JOURNAL_FULL,		/* the bound, and nothing may be removed */
	JOURNAL_FAILED		/* errno                                 */
};

struct journal_conf {
	int dir;		/* borrowed while the journal lives      */
	uint64_t most;		/* octets of all files                   */
	bool keep_all;		/* nothing is removed: full              */
};

struct journal;

/* NULL: errno. */
struct journal *journal_open(const struct journal_conf *conf);
void journal_close(struct journal *j);

/* Adds a line, without its end, to what the next sync writes; mark, if it is
 * there, becomes its member "entry", by which a line is known that comes a
 * second time.  False: sync first, or line is no object on a line. */
bool journal_put(struct journal *j, struct span line, struct span mark);

/* Octets that wait for a sync. */
size_t journal_waiting(const struct journal *j);

/* Writes, and waits for the disk; now: Unix seconds, for the name.  Not OK:
 * nothing was written, and what waited is forgotten. */
enum journal_status journal_sync(struct journal *j, int64_t now);

/* Whether the newest file had a line with this mark when it was opened. */
bool journal_had(const struct journal *j, struct span mark);

struct journal_state {
	uint64_t octets, files, removed;
	bool mended;		/* a torn last line was cut off          */
};
struct journal_state journal_state(const struct journal *j);

/* "2026-11-22" */
void journal_day(char out[16], int64_t day);

#endif
