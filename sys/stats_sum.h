/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats_sum.h - the reader's side: pages of all processes, added up.
 *
 * A page may be written by a process that was broken into: its numbers are
 * only numbers here, and its texts are copied before they are looked at.
 */
#ifndef SYS_STATS_SUM_H
#define SYS_STATS_SUM_H

#include "stats.h"

struct stats_process {
	enum role_kind role;
	unsigned index, pid;
	int64_t started;
	uint64_t cpu, memory;		/* microseconds, octets */
};

struct stats_hist {
	uint64_t sum, count, bucket[STAT_BUCKETS];
};

/* As many as assayd has (app/assayd/pages.h). */
enum { STATS_PAGES = 150, STATS_SHOWN = 32 };

struct stats_sum {
	uint64_t counter[STAT_COUNTERS], gauge[STAT_GAUGES];
	struct stats_hist time[STAT_TIMES];
	struct stats_process process[STATS_PAGES];
	size_t n_process;
	struct stats_example example[STATS_SHOWN];	/* newest first */
	size_t n_example;
};

/* Maps a page read-only; NULL: it is none (errno may say why). */
const struct stats_page *stats_map(int fd);
void stats_unmap(const struct stats_page *page);

void stats_sum(struct stats_sum *out, const struct stats_page *const *page,
    size_t n);

/* The time within which that many of a thousand were done, microseconds; 0
 * when there were none. */
uint64_t stats_quantile(const struct stats_hist *h, unsigned per_mille);

/* ---- names --------------------------------------------------------------- */

struct stats_row {
	const char *name, *unit, *help;	/* unit "" is none */
	enum stat_labels labels;
	unsigned first, n;
};

enum {
#define STAT_COUNTER(ID, labels, name, unit, help) STAT_ROW_##ID,
#include "stats.def"
	STAT_COUNTER_ROWS
};
enum {
#define STAT_GAUGE(ID, labels, name, unit, help) STAT_ROW_##ID,
#include "stats.def"
	STAT_GAUGE_ROWS
};

extern const struct stats_row stats_counters[STAT_COUNTER_ROWS];
extern const struct stats_row stats_gauges[STAT_GAUGE_ROWS];
extern const struct stats_row stats_times[STAT_TIMES];

/* What tells number i of a row from the others: at most three names with
 * their values; name[0] NULL: nothing does. */
struct stats_label { const char *name[3], *value[3]; };
struct stats_label stats_label(enum stat_labels labels, unsigned i);

const char *stats_method_name(unsigned method);
/* A result, or "absent". */
const char *stats_said_name(unsigned said);

#endif
