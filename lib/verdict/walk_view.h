/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk_view.h - the search for a DMARC policy, step by step.
 */
#ifndef VERDICT_WALK_VIEW_H
#define VERDICT_WALK_VIEW_H

#include "eval.h"
#include "verdict/page.h"

/* What was asked for the author, why each record was kept or dropped, and
 * what follows.  Asks nothing that the check did not ask. */
void walk_tell(struct page *p, struct assay_eval *ev,
    const struct dmarc_author *author);

#endif
