/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_list.h - millions of domains in a file, 8 octets each: keyed hashes in
 * order, with a day.
 *
 * Lists come from outside as text (lib/origin/name_line.h), plain or gzip.
 * They become a sorted file beside the old one, which is then replaced at
 * once; a list that cannot be read to its end replaces nothing.  A look-up
 * touches one page or two.
 */
#ifndef SYS_NAME_LIST_H
#define SYS_NAME_LIST_H

#include <stdbool.h>

#include "base/span.h"

enum { NAME_LIST_WHY = 300 };

struct name_list;

/* NULL: why says why; *absent: because there is none. */
struct name_list *name_list_open(const char *path, bool *absent,
    char why[NAME_LIST_WHY]);
/* Of an open file, which is closed.  NULL: it is no such list. */
struct name_list *name_list_of(int fd);
void name_list_close(struct name_list *l);
uint64_t name_list_size(const struct name_list *l);

/* False: it is not on the list.  *day: since 1970; 0: none was said. */
bool name_list_find(const struct name_list *l, struct span name,
    uint32_t *day);

struct name_list_import {
	const char *path;		/* what is made                     */
	uint32_t today;
	uint32_t keep_days;		/* names of the list that is there are
					 * kept so long; 0: none            */
	bool dated;			/* a name without a day gets today's */
	const char *not_in;		/* a text: names in it are left out;
					 * NULL                             */
	/* of each piece that was read, for a bar; NULL */
	void (*step)(void *ctx);
	void *ctx;
	/* what came of it */
	uint64_t lines, names, junk, kept, left_out;
};

enum { NAME_LIST_PIECE = 64 << 10 };	/* octets that step() stands for */

/* False: why says why, and what was there is still there. */
bool name_list_import(struct name_list_import *how, const char *const *file,
    size_t n, char why[NAME_LIST_WHY]);

#endif
