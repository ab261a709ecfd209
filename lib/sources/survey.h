/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survey.h - what can only be seen when all sources are looked at together:
 * where a key signs, who lives next door, who came in one wave.
 */
#ifndef SOURCES_SURVEY_H
#define SOURCES_SURVEY_H

#include "sources/judge.h"

struct key_home {			/* of one key, ours or theirs       */
	const struct source_name *d;
	struct span s;
	uint64_t total, failed;		/* messages it signed, intact; not  */
	uint64_t site, most;		/* the site with most of them       */
	struct key_home *chain;
};

struct partner_sum {			/* all mail with that other name    */
	struct span group;
	uint64_t held;			/* ... and our signature            */
	bool passes_through;		/* and that key signs elsewhere     */
	uint64_t loose;			/* ... and nothing of ours          */
	uint64_t part[SOURCE_PARTS];	/* of the loose ones                */
	int64_t first, last;
	struct partner_sum *chain;
};

struct survey {
	struct sources *s;
	struct sums sums;
	struct key_home **home;		/* buckets                          */
	struct partner_sum **partner;	/* buckets                          */
};

bool survey_make(struct survey *v, struct sources *s);

/* The place is the domain's by its own word: SPF, MX, a name that points
 * back; or by a person's. */
bool survey_own(const struct survey *v, const struct source *f);
/* A name at or below a domain of ours. */
bool survey_our_name(const struct survey *v, struct domain name);

/* The signature of ours that most of its mail carries, intact or, when
 * broken is asked, broken; NULL: none. */
const struct source_sig *survey_sig(const struct source *f, bool broken);
/* The one of its partner that is intact. */
const struct source_sig *survey_their_sig(const struct source *f);
/* NULL: nobody was seen to sign with that key. */
const struct key_home *survey_home(const struct survey *v,
    const struct source_sig *sig);
/* The key verifies hardly anywhere: it is broken where it signs, and not on
 * the way. */
bool survey_bad_key(const struct survey *v, const struct source_sig *sig);
/* Most of what this key signs comes from where this source is: its AS, or
 * the same service, by its other name or by the include that allows it. */
bool survey_signs_here(const struct survey *v, const struct source *f,
    const struct source_sig *sig);

const struct partner_sum *survey_partner(const struct survey *v,
    const struct source *f);
/* In parts of the bars: on how many of them was there mail. */
unsigned survey_parts(const uint64_t part[SOURCE_PARTS]);

/* An own place is in the same /24 or /48. */
bool survey_near(const struct survey *v, const struct source *f);
/* Names that no table knows, proven from this network. */
uint64_t survey_names(const struct survey *v, const struct source *f);
/* Others without any tie that came in the same days and went again. */
uint64_t survey_wave(const struct survey *v, const struct source *f);
/* Mail allowed by this include that has our signature. */
uint64_t survey_include_signed(const struct survey *v, struct domain include);

/* Only a few days, and then nothing. */
bool survey_short(const struct source *f);

#endif
