/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheet.h - octets in memory that others may read by a descriptor.
 *
 * Who has the descriptor can neither write nor shorten what it sees; the
 * owner writes by a mapping that was there before, and so can use the sheet
 * again: to fetch the pages of a large message from the kernel, cleared, and
 * to give them back costs more than to copy it.  Where the kernel does not
 * know that seal (before 5.1) a sheet is good for once.
 */
#ifndef SYS_SHEET_H
#define SYS_SHEET_H

#include "base/span.h"

struct sheet {
	int fd;
	uint8_t *map;
	size_t len, room;
	bool again;			/* may be written again              */
	bool done;
};

/* early: F_SEAL_FUTURE_WRITE; a test says 0, as if it were not known.
 * False: errno. */
bool sheet_open(struct sheet *s, int early);
void sheet_close(struct sheet *s);

/* False: no memory; nothing was put. */
bool sheet_put(struct sheet *s, struct span bytes);
/* All is put: from now on nobody changes it.  False: errno. */
bool sheet_done(struct sheet *s);
struct span sheet_span(const struct sheet *s);

/* Empty again; who has the descriptor sees what comes next.  False: this
 * sheet is good for once. */
bool sheet_wipe(struct sheet *s);

#endif
