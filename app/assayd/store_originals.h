/* SPDX-License-Identifier: Apache-2.0 */
/* store_originals.h - the originals of stripped mail in the role store:
 * written, and gone when their time is over (sys/originals.h). */
#ifndef ASSAYD_STORE_ORIGINALS_H
#define ASSAYD_STORE_ORIGINALS_H

#include "role.h"

struct keeping { struct role *role; int dir; int64_t aged; };

/* state: the directory of the role.  False: errno. */
bool keeping_open(struct keeping *k, struct role *role, int state);
/* ORIGINAL from front: its octets to the disk, then KEPT. */
void keeping_take(struct keeping *k, struct bus *from,
    const struct msg_original *m, int fd);
/* Once a day. */
void keeping_age(struct keeping *k);

#endif
