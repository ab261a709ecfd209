/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_house.h - what programs of this house give to an evaluation, and take
 * from it, besides what everybody may (assay.h).
 */
#ifndef LIB_EVAL_HOUSE_H
#define LIB_EVAL_HOUSE_H

#include "base/span.h"

struct suffixes;

/* By what list organizations are told (wire/suffix.h); it must outlive ev.
 * NULL, as at first: by a rule of thumb. */
void eval_suffixes(struct assay_eval *ev, const struct suffixes *list);
/* What the values of the sample are called (behave/words.h), while the
 * message is there: records have no such words. */
struct span eval_said(const struct assay_eval *ev);

#endif
