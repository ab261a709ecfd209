/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_note.h - evidence of the policy itself: what the checks did not say,
 * as it is its own knowledge.
 */
#ifndef VERDICT_POLICY_NOTE_H
#define VERDICT_POLICY_NOTE_H

#include "verdict/policy.h"

void note_own(struct run *r, const struct condition *c);
void note_exception(struct run *r, const struct ruling *out);
void note_softened(struct run *r, const struct statement *s);
void note_mandate(struct run *r, const struct mandate *m);

#endif
