/* SPDX-License-Identifier: Apache-2.0 */
/* outbox_inner.h - what the files of the outbox share. */
#ifndef ASSAYD_OUTBOX_INNER_H
#define ASSAYD_OUTBOX_INNER_H

#include "base/arena.h"
#include "outbox.h"
#include "store/outbound.h"

enum { WAYS = 16, POSTED = 4 };	/* as many as courier takes at once */

struct outbox {
	struct role *role;
	struct store *store;		/* NULL: not open yet                */
	struct bus *courier;
	struct arena arena;
	bool begun, failed;		/* of what was taken                 */
	bool told, courier_up;
	int64_t open_at, work_at;	/* loop_ms()                         */
	int64_t aged;			/* the day of the last clearing      */
	uint64_t next_id;
	struct { uint64_t id; int64_t report; } way[WAYS];
	struct { uint64_t id; int64_t mail; } posted[POSTED];
};

/* outbox.c */
bool outbox_open(struct outbox *o);
void outbox_trouble(struct outbox *o);

/* outbox_send.c */
void outbox_due(struct outbox *o);
/* report-exclude names that domain. */
bool outbox_excluded(struct outbox *o, struct span name);
void outbox_routed(struct outbox *o, const struct msg_routed *m);
void outbox_delivered(struct outbox *o, const struct msg_delivered *m);

/* outbox_letter.c: a sealed file, or -1. */
int outbox_letter(struct outbox *o, const struct outbound_report *r,
    const struct outbound_mail *mail, uint64_t *size);

/* When the report of that day and domain shall be made: after its end, each
 * domain at another time, so that no reader gets all reports at once. */
int64_t outbox_due_at(const struct outbox *o, int64_t day,
    struct span domain);

#endif
