/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trainer.h - learning to tell impostors without having met one.
 *
 * The trainer makes its own: somebody else's real mail, under this sender's
 * name, with what each kind of attacker would leave as it was (shapes.h).
 * Nobody labels anything and no attack is needed.  Donors come from a ring
 * of recent messages, examples wait in another, and each message pays for a
 * few steps of learning, so that the cost of a message is bounded.
 */
#ifndef BEHAVE_TRAINER_H
#define BEHAVE_TRAINER_H

#include "behave/num.h"
#include "behave/example.h"

enum {
	DONORS = 2048,
	EXAMPLES = 16384,
	/* A young trainer takes many steps with each message, an old one
	 * few: */
	YOUNG = 50000,			/* messages                          */
	STEPS_YOUNG = 4,		/* of each curve's                   */
	STEPS_OLD = 1,			/* of all: of one suspicion, in turn */
	/* Impostors are what learning costs most.  Where so many messages have
	 * come, so many more come that one in 16 keeps the examples fresh:  */
	SETTLED = 150000,		/* messages                          */
	EXAMPLE_OLD = 16		/* of one message in so many         */
};

struct trainer {
	struct chance chance;
	uint32_t messages;		/* that it has seen                  */
	uint32_t n_donor, next_donor;
	uint32_t n_example, next_example;
	struct sample donor[DONORS];
	struct example own[EXAMPLES];
	struct example other[N_HYPOTHESIS][EXAMPLES];
};

/* An impostor of victim's message, and whose it really is; NULL: no donor
 * is left. */
const struct sample *trainer_impostor(struct trainer *t, struct sample *out,
    unsigned h, const struct sample *victim);
/* A genuine message and its impostors, of which m can say how they look.
 * False: of this one there is none. */
bool trainer_lineup(struct lineup *out, struct trainer *t,
    const struct memory *m, const struct sample *s,
    const float x[N_FEATURE], float messages);
void trainer_take(struct trainer *t, const struct lineup *l);
void trainer_donor(struct trainer *t, const struct sample *s);
/* The steps of learning that a message pays for. */
void trainer_steps(struct trainer *t, struct shapes *s);

#endif
