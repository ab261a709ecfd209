/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.h - inside the judge: one source before the rules.
 *
 * A rule that speaks returns true and has filled the opinion; one that has
 * nothing to say returns false and leaves it as it was.
 */
#ifndef SOURCES_TRIAL_H
#define SOURCES_TRIAL_H

#include "sources/survey.h"

struct trial {
	const struct survey *v;
	const struct source_court *court;
	const struct source *f;
	struct source_opinion *o;

	bool own;			/* survey_own()                     */
	bool near;			/* survey_near(), and not own       */
	bool our_helo;
	bool our_ptr;			/* said, but not confirmed          */
	bool household;			/* its name is that of a line       */
	bool nameless;			/* asked, and it has no name        */
	bool steady;			/* on many days, over weeks         */
	bool here_matters;		/* where mail is signed was decisive */
	const struct service *service;
	const struct source_sig *sig;	/* ours, intact, or NULL            */
	const struct source_sig *broken_sig;
	bool signs_here;		/* with .sig: its home is here      */
};

void trial_look(struct trial *t);

void say(struct source_opinion *o, enum source_reason code, uint64_t a,
    uint64_t b, struct span text);
/* Always true. */
bool settle(struct source_opinion *o, enum source_class class,
    unsigned confidence, enum source_step step);

/* At least so many of 100 of its messages. */
bool most(const struct trial *t, uint64_t n, unsigned of_100);

/* rules.c, rules_loose.c: in the order in which they are tried. */
bool rule_no_such_sender(struct trial *t);
bool rule_own(struct trial *t);
bool rule_key(struct trial *t);
bool rule_allowed(struct trial *t);
bool rule_changed(struct trial *t);
bool rule_tied(struct trial *t);
bool rule_passed_on(struct trial *t);
bool rule_other_name(struct trial *t);
bool rule_stranger(struct trial *t);

/* How an own place fails, if it does. */
bool say_faults(struct trial *t, enum source_step *step);
/* SPF failed for the name that it asks, and today's record there allows it:
 * not so when the reports were made. */
bool is_changed(const struct trial *t);
bool is_listed(enum source_listed by);

#endif
