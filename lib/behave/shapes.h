/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shapes.h - four suspicions, each a sum of curves.
 *
 * H1 somebody else's machines; H2 stolen credentials; H3 the sender's own
 * client; H4 in his own conversation.  Each may only look at what an
 * attacker of its kind cannot copy: what authentication gave counts in H1
 * alone.  A term's curve lies between two: for a sender hardly known, and
 * for one known well.  Curves bend freely (doc/adr/0038).
 */
#ifndef BEHAVE_SHAPES_H
#define BEHAVE_SHAPES_H

#include "behave/ratio.h"

enum hypothesis { H_INFRA, H_STOLEN, H_CLIENT, H_THREAD, N_HYPOTHESIS };

enum {
	KNOTS = 21,
	SIZES = 6			/* of profiles, by messages          */
};

struct curve {
	float small[KNOTS], large[KNOTS];
};

struct shapes {
	float bias[N_HYPOTHESIS];
	struct curve curve[N_HYPOTHESIS][N_TERM];
	/* sums of squared slopes: how far a knot has been learned */
	float moved_bias[N_HYPOTHESIS];
	struct curve moved[N_HYPOTHESIS][N_TERM];
};

/* A message as the curves see it. */
struct marks {
	uint8_t at[N_FEATURE];		/* knot below                        */
	float part[N_FEATURE];		/* of the way to the next            */
	float size;			/* 0 hardly known .. 1 well          */
};

/* Of any feature; each sum of curves asks it of every term. */
extern const uint8_t term_owners[N_FEATURE];

static inline enum trait_owner
term_owner(unsigned term)
{
	return (enum trait_owner)term_owners[term];
}

/* The suspicions that may look at what is of an owner, as bits. */
static const uint8_t owner_counts[] = {
	[OWNER_PROVIDER] = 1 << H_INFRA,
	[OWNER_ORIGIN] = 1 << H_INFRA | 1 << H_STOLEN,
	[OWNER_CLIENT] = 1 << H_INFRA | 1 << H_STOLEN,
	[OWNER_RELATION] = 1 << H_INFRA | 1 << H_STOLEN | 1 << H_CLIENT,
	[OWNER_CONTENT] = 1 << H_INFRA | 1 << H_STOLEN | 1 << H_CLIENT
};

#define TERM_BIT(term) (UINT64_C(1) << (term))

/* What is new in a conversation that somebody has broken into. */
static const uint64_t thread_terms = TERM_BIT(ROW_LINKS) |
    TERM_BIT(ROW_ATTACHMENTS) | TERM_BIT(ROW_LINK_COUNT) |
    TERM_BIT(ROW_LENGTH) | TERM_BIT(ROW_GREETING) |
    TERM_BIT(ROW_SIGN_OFF) | TERM_BIT(TERM_CLOCK) |
    TERM_BIT(ROW_OWN_HOUR) | TERM_BIT(ROW_LINK_NEWS) |
    TERM_BIT(ROW_LINK_SUFFIXES) | TERM_BIT(TERM_NEW_LINK);

_Static_assert((int)N_TERM <= (int)ROWS_MOST, "a bit of thread_terms each");

/* In a curve: a term before N_TERM. */
static inline bool
term_counts(unsigned h, unsigned term)
{
	return h == H_THREAD ? (thread_terms >> term % ROWS_MOST & 1) != 0 :
	    (owner_counts[term_owner(term)] >> h & 1) != 0;
}

struct span term_name(unsigned term);
struct span term_words(unsigned term);
/* 0 .. SIZES-1 */
unsigned profile_size(float messages);

void marks_of(struct marks *out, const float x[N_FEATURE], float messages);
/* One step of learning: is it an impostor? */
void shapes_step(struct shapes *s, unsigned h, const struct marks *m,
    bool impostor);

#endif
