/* SPDX-License-Identifier: Apache-2.0 */
/* behaviour_words.h - what a score says, in words and numbers for people. */
#ifndef BEHAVIOUR_WORDS_H
#define BEHAVIOUR_WORDS_H

#include "behave/pack.h"
#include "check/outcome.h"

/* Two digits of p that say something: "0.00042". */
struct span behaviour_p(struct arena *a, float p);

/* Of a sender who is known: p, h and why into o. */
void behaviour_words(struct behaviour_outcome *o, const struct known *a,
    const struct score *score, const struct sample *s, struct arena *arena);

/* One line of all of it, once the level is known. */
struct span behaviour_sentence(const struct behaviour_outcome *o,
    struct arena *a);

#endif
