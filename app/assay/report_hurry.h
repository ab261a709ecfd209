/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ASSAY_REPORT_HURRY_H
#define ASSAY_REPORT_HURRY_H

#include "daemon_conf.h"
#include "store_file.h"

/* An exit status; what was done, or why not, is told. */
int report_hurry(const struct args *args, const struct store_file *f,
    const struct daemon_outbound *conf);

/* --release ADDRESS: the running assayd forgets what came back from there. */
int report_release(const struct args *args, const struct store_file *f);

#endif
