/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h - the pages of counters (sys/stats.h), which outlive processes and
 * generations: counters never go back, however often assayd reloads.
 *
 * A page belongs to a role and an index.  While two generations run there
 * are two of each; the next one counts on in a page that nobody writes.
 */
#ifndef ASSAYD_PAGES_H
#define ASSAYD_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "role_kind.h"

enum { MAX_PAGES = 150 };	/* two generations of 69, and some */

struct page_place {
	enum role_kind kind;
	unsigned index;
	int fd, reader;		/* reader: only to be read */
	bool used;
};

struct pages {
	struct page_place place[MAX_PAGES];
	size_t n;
};

/* -1: there is none, that role will not count.  Stays ours. */
int pages_take(struct pages *p, enum role_kind kind, unsigned index);
void pages_leave(struct pages *p, int fd);
void pages_free(struct pages *p);

#endif
