/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_ids.h - messages that front has opened, each good for one record.
 *
 * Two generations: an id is known until OPEN_IDS to twice as many others
 * have come, far more than can be in flight; memory is bounded.
 *
 * They lie in a file beside the spools, so that whoever takes records after
 * store has died, or all of assayd has, knows which messages have theirs: one
 * that was judged twice because an eval died may have another one waiting.
 */
#ifndef SYS_OPEN_IDS_H
#define SYS_OPEN_IDS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	OPEN_IDS = 32768,		/* of a generation: max-in-flight goes
					 * up to 10,000                      */
	OPEN_IDS_LEFT = 8		/* files of an earlier life: one for
					 * each reload that was not over     */
};

struct open_ids;

/* The file for one generation of processes, locked as a spool is; what is in
 * it stays.  -1: errno. */
int open_ids_make(int dir, const char *name);

/* On such a file, which is borrowed; -1: in memory alone.  NULL: errno. */
struct open_ids *open_ids_new(int fd);
void open_ids_free(struct open_ids *ids);

/* What an earlier life knew is known, too.  False: it is none, or too many. */
bool open_ids_also(struct open_ids *ids, int fd);
void open_ids_forget(struct open_ids *ids);

void open_ids_add(struct open_ids *ids, uint64_t id);

/* Yes the first time, and again for the same user of it: a record that was
 * read once more. */
enum open_id { OPEN_ID_YES, OPEN_ID_TAKEN, OPEN_ID_UNKNOWN };
enum open_id open_ids_take(struct open_ids *ids, uint64_t id, uint64_t user);

#endif
