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

/* All inputs; returns the exit status. */
int report_hand(const struct store_file *file, const struct args *args,
    const struct input *input);

#endif
