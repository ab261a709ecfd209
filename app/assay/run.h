/* SPDX-License-Identifier: Apache-2.0 */
/* run.h - what check, explain, dkim and arc have in common: many messages
 * in, shown one after another. */
#ifndef ASSAY_RUN_H
#define ASSAY_RUN_H

#include "judge.h"

/* Judges all that args names and shows it so; the exit status. */
int run_messages(const struct args *args, const struct out *out,
    enum view view, enum assay_check check);

#endif
