/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_note.h - evidence of the policy itself: what the checks did not say,
 * as it is its own knowledge.
 */
#ifndef VERDICT_POLICY_NOTE_H
#define VERDICT_POLICY_NOTE_H

#include "verdict/policy.h"

/* Before the name of a file, which is a word of the mail. */
#define NOTE_NAMED "; named \""

void note_own(struct run *r, const struct condition *c);
void note_exception(struct run *r, const struct ruling *out);
void note_softened(struct run *r, const struct statement *s);
void note_unstripped(struct run *r);
void note_stripped(struct run *r);
void note_mandate(struct run *r, const struct mandate *m);

#endif
