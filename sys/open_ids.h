/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_ids.h - messages that front has opened, each good for one record.
 *
 * Two generations: an id is known until OPEN_IDS to twice as many others
 * have come, far more than can be in flight; memory is bounded.
 */
#ifndef SYS_OPEN_IDS_H
#define SYS_OPEN_IDS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	OPEN_IDS = 32768		/* of a generation: max-in-flight goes
					 * up to 10,000                      */
};

struct open_ids;

struct open_ids *open_ids_new(void);
void open_ids_free(struct open_ids *ids);

void open_ids_add(struct open_ids *ids, uint64_t id);

/* Yes the first time, and again for the same user of it: a record that was
 * read once more. */
enum open_id { OPEN_ID_YES, OPEN_ID_TAKEN, OPEN_ID_UNKNOWN };
enum open_id open_ids_take(struct open_ids *ids, uint64_t id, uint64_t user);

#endif
