/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact.h - somebody who never wrote before, or hardly: is he one of the
 * strangers who write here every day, or one who stands alone?
 *
 * What he usually does is not known; what is looked at are his ties to those
 * whom he writes to (ties.def), and how strangers here write.  For each, what
 * first contacts here were is counted.  An attacker is taken to be, one time
 * in two, like any of them, and else a stranger whom nothing ties: that is
 * all that is said of attackers, and none has to be met.  The score is the
 * sum of log2 of the one over the other; p is its place among those of
 * first contacts (calib.h), a class and a share of the alerts of its own.
 *
 * Whether the mail is authentic is not among the ties: who owns a domain can
 * make it pass.  Being written to first is the strongest of them.
 */
#ifndef BEHAVE_CONTACT_H
#define BEHAVE_CONTACT_H

#include "behave/alarm.h"
#include "behave/calib.h"
#include "behave/graph.h"

/* Of the alerts a day, how many are for first contacts. */
#define CONTACT_ALERTS 0.2f

enum {
	CONTACT_MESSAGES = 5,		/* from so many on, he is known      */
	CONTACT_CLASSES = 2,		/* the first message, the next four  */
	CONTACT_BURST = 256,
	CONTACT_WINDOW = 1024		/* scores: first contacts are few,
					 * and who is known here changes     */
};

/* What is known of ties: part of the judge. */
struct contact {
	struct chance chance;
	float mail, strangers;		/* lately; of them first contacts    */
	uint32_t taught;		/* of them, until they are enough    */
	float own[N_PLACE];		/* first contacts here, fading       */
	float drawn[N_PLACE];		/* ... to people taken at random     */
	struct contact_window {
		uint32_t n, next;
		uint16_t bin[CONTACT_WINDOW];	/* as those of calib.h       */
	} window[CONTACT_CLASSES];
	struct alarm alarm;		/* its share of the alerts a day     */
	/* so that one who comes under many names teaches little: of each
	 * network and domain, by its hash, how many were counted today */
	struct contact_burst {
		uint16_t day, n;
	} network[CONTACT_BURST], domain[CONTACT_BURST];
};

struct contact_score {
	bool cold, scored;		/* scored: there is a p              */
	uint8_t class;
	uint8_t place[N_TIE];
	float bits, p;
};

struct span tie_name(unsigned tie);
struct span place_words(unsigned place);
bool place_of(unsigned place, unsigned tie);

/* Records that are looked at; NULL: there is none. */
struct contact_with {
	const struct record *domain;	/* the author's                      */
	const struct record *strangers;/* how they write here               */
	const struct record *bearer;	/* who is known by the same name     */
};

/* Their keys, of the last two. */
uint64_t contact_strangers(void);
uint64_t contact_bearer(const struct graph *g, const struct sample *s);

/* What is known of s and of its ties, out of v, its view.  Nothing of whom
 * is known already. */
void contact_look(struct contact_view *out, const struct contact *c,
    const struct graph *g, const struct memory *m,
    const struct contact_with *with, const struct view *v,
    const struct sample *s);

/* Of the window of its class, what counts for this message. */
void contact_take(struct window_part *out, const struct contact *c,
    const struct contact_view *v);
void contact_score(struct contact_score *out, const struct contact_view *v,
    const struct window_part *w);
/* Its share of the score, in bits. */
float contact_share(const struct contact_view *v, unsigned tie);

/* Such a first contact waits before it teaches. */
bool contact_waits(const struct contact_score *score);

/* One that was accepted: before m learns it.  donor: so many messages of
 * others, out of which recipients are taken at random. */
void contact_learn(struct contact *c, const struct graph *g,
    struct memory *m, const struct sample *s,
    const struct contact_score *score, const struct sample *donor,
    unsigned donors);

#endif
