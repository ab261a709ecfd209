/* SPDX-License-Identifier: Apache-2.0 */
/* rollout_load.h - the figures of a rollout, out of the store. */
#ifndef ASSAY_ROLLOUT_LOAD_H
#define ASSAY_ROLLOUT_LOAD_H

#include "posture/rollout.h"
#include "source_load.h"

enum { ROLLOUT_FIGURES = 30 };	/* days of sources that l is loaded with    */

/* 0, or an exit status: what is wrong was told.  *record is what d->record
 * points to.  DNS has answered: !l->dns_failed. */
int rollout_load(struct rollout_data *d, struct dmarc_record *record,
    struct source_load *l);

#endif
