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
#include "behave/shapes.h"

enum {
	DONORS = 2048,
	EXAMPLES = 16384,
	MARK_STEPS = 12,		/* of one knot, in an example        */
	/* A young trainer learns much of each message, an old one seldom: */
	YOUNG = 50000,			/* messages                          */
	STEPS_YOUNG = 4,		/* of each curve's                   */
	STEPS_OLD = 1,			/* of all: of one suspicion, in turn */
	EXAMPLE_OLD = 4			/* of one message in so many         */
};

/* A message as the curves see it, an octet a term. */
struct example {
	uint8_t at[N_TERM];
	uint8_t size;
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

void example_marks(struct marks *out, const struct example *e);
/* An impostor of victim's message; false: no donor is left. */
bool trainer_impostor(struct trainer *t, struct sample *out, unsigned h,
    const struct sample *victim);
/* A genuine message and its impostors, of which m can say how they look. */
void trainer_example(struct trainer *t, const struct memory *m,
    const struct sample *s, const float x[N_TERM], float messages);
void trainer_donor(struct trainer *t, const struct sample *s);
/* The steps of learning that a message pays for. */
void trainer_steps(struct trainer *t, struct shapes *s);

#endif
