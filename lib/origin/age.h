/* SPDX-License-Identifier: Apache-2.0 */
/*
 * age.h - what the age of a domain says, which is never much by itself.
 *
 * One in six malicious names waits for more than 90 days, and honest firms
 * register names every day.  So age counts together with whether the name is
 * new here, how many know it, and whether it looks like another; each alone
 * stays below what a policy should act on.  The cheap thing to do is to
 * defer for half an hour, not to refuse.
 */
#ifndef ORIGIN_AGE_H
#define ORIGIN_AGE_H

#include "base/span.h"

enum age_word {
#define X(ID, name, sentence) AGE_##ID,
#include "origin/age.def"
#undef X
	AGE_WORDS
};

struct age_facts {
	uint32_t today;		/* days since 1970, as all days here         */
	uint32_t memory_since;	/* first day of the memory; 0: there is none */
	uint32_t first_seen;	/* 0: never                                  */
	unsigned senders;	/* distinct ones, about                      */
	uint32_t registered;	/* 0: not known                              */
	uint32_t listed;	/* day on a list of new names; 0: on none    */
	bool popular;		/* on a list of well-known names             */
	unsigned alike;		/* percent: looks like a protected name      */
};

struct age_says {
	unsigned level;		/* 0..100                                    */
	uint32_t said;		/* bits of enum age_word                     */
	bool defer;		/* worth to be asked to come again           */
};

enum {
	AGE_YOUNG_DAYS = 30,	/* most abuse of a new name is in its first
				 * month                                     */
	AGE_WEEK = 7,
	AGE_FEW = 3,		/* senders                                   */
	AGE_ALONE = 20,		/* what one of them counts at most           */
	AGE_DEFER = 40
};

void age_judge(struct age_says *out, const struct age_facts *f);

const char *age_name(enum age_word word);
const char *age_sentence(enum age_word word);

#endif
