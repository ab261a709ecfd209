/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_hand.h - reports given to the assayd that has the store, by its
 * status socket: it says yes when they are on the disk, and reads them then.
 */
#ifndef ASSAY_REPORT_HAND_H
#define ASSAY_REPORT_HAND_H

#include "input.h"
#include "store_file.h"

/* Does another process write to this store, and does an assayd answer? */
bool report_hand_possible(const struct store_file *file,
    const struct args *args);

struct hand_octets {
	const uint8_t *data;	/* or NULL, and                              */
	int fd;
	uint64_t from, to;
};
/* One input.  False: assayd has not said that it keeps it. */
bool report_hand_one(const struct store_file *file, const struct args *args,
    const struct hand_octets *o);
/* The sums; returns the exit status. */
int report_hand_tell(const struct args *args, size_t kept, size_t refused,
    size_t unread);

/* All inputs; returns the exit status. */
int report_hand(const struct store_file *file, const struct args *args,
    const struct input *input);

#endif
