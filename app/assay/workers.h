/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workers.h - judges a list of messages with several processes.
 *
 * Results come out in the order of the input, whoever was faster.  A
 * process that dies takes one message with it: that gets a fault, the rest
 * of its share is given to a new one.
 */
#ifndef ASSAY_WORKERS_H
#define ASSAY_WORKERS_H

#include "judge.h"

/* Gets each report in order; false stops the run. */
typedef bool workers_take_fn(void *ctx, size_t item,
    const struct report *report);

/* False: it could not begin or was stopped; what failed was told. */
bool workers_run(const struct judge_conf *conf, const struct input *in,
    unsigned jobs, workers_take_fn *take, void *ctx);

#endif
