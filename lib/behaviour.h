/* SPDX-License-Identifier: Apache-2.0 */
/* behaviour.h - what behaviour.c and behaviour_contact.c share. */
#ifndef LIB_BEHAVIOUR_H
#define LIB_BEHAVIOUR_H

#include "eval.h"

#include "behaviour_words.h"

enum { ALERT_LEAST = 40, ALERT_MOST = 100 };

/* What p weighs: 20 for each power of ten. */
unsigned behaviour_level(float p);
void behaviour_add(struct run *r, enum assay_result result,
    enum assay_reason reason, struct span detail);

/* What the record holds of it was written under a layout that is not read
 * here.  False: it is not so, and nothing was said. */
bool behaviour_aged(struct run *r, struct layout l);

/* Of whom hardly anything is known: his ties, and what follows. */
void behaviour_contact(struct run *r, const struct known *a,
    const struct score *score);

#endif
