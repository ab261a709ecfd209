/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h - rows of reports gathered into sources.
 *
 * Rows may come in any order; the same rows give the same sources.  Memory
 * grows with sources, names and days, never with rows; past LIMIT_SOURCES
 * rows of new sources are counted in .left_out and not looked at.
 */
#ifndef SOURCES_FOLD_H
#define SOURCES_FOLD_H

#include "sources/services.h"
#include "sources/source.h"
#include "sources/sums.h"

struct source_ground {
	const struct source_own *own;	/* ours; the first one is asked about */
	size_t n_own;
	const struct domain *missing;	/* below them, and not in DNS       */
	size_t n_missing;
	const struct services *services;	/* or NULL                  */
	int64_t day_from, day_to;	/* of the bars, both included       */
	uint8_t secret[16];		/* of the tables; zeroes in tests   */
};

enum { SOURCES_BUCKETS = 1 << 14 };

struct sources {
	struct arena *arena;
	struct source_ground ground;
	struct source *first, **end;	/* in the order of their first rows */
	size_t n;
	uint64_t left_out;		/* messages                         */
	uint64_t messages;
	struct sums sums;
	struct source **bucket;
	struct source_name **name;
};

/* NULL: no memory.  The ground, but not its lists, is copied. */
struct sources *sources_new(const struct source_ground *ground,
    struct arena *a);

/* False: no memory (.arena->failed); what was added before stays. */
bool sources_add(struct sources *s, const struct source_row *row);

/* The source that a row was added to, or would be; NULL: there is none. */
struct source *sources_find(struct sources *s, const struct source_row *row);

/* What is known of a name; NULL: it is no name, or no memory. */
const struct source_name *sources_name(struct sources *s, struct span text);

#endif
