/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarm.h - so many alerts a day, and episodes instead of messages.
 *
 * The operator says how many alerts he can look at; the limit on p follows
 * from how much mail comes.  One alert opens an episode of a sender, later
 * messages of three days join it.  An alert that a person says was right costs
 * nothing, so a day of attacks has up to twice as many.
 */
#ifndef BEHAVE_ALARM_H
#define BEHAVE_ALARM_H

#include "behave/num.h"
#include "behave/weight.h"

enum {
	EPISODES = 1024,		/* open at once; then the oldest     */
	EPISODE_SECONDS = 3 * 86400,
	EPISODE_BAD_SECONDS = 30 * 86400 /* from when it was called so      */
};

struct episode {
	uint64_t sender;		/* 0: free                           */
	int64_t began, until;
	uint32_t number, messages;
	bool bad;			/* a person said so                  */
};

struct alarm {
	float a_day;			/* alerts, wanted; 0: none           */
	float usual;			/* messages a day that have a p      */
	uint32_t today, seen, spent;	/* of today                          */
	uint32_t given_back;		/* of it, for alerts that were right */
	uint32_t numbers;		/* given to episodes so far          */
	struct episode episode[EPISODES];
};

struct alarm_said {
	bool alert;			/* opens an episode                  */
	uint32_t episode;		/* its number; 0: in none            */
	float limit;			/* on p, at this moment              */
	bool contact;			/* behave_alarm(): of a first contact */
};

/* What is as odd as that moves policies, however many alerts were told that
 * day: the fifth account that is taken over on a day is no more usual for it.
 * Of honest mail it is one message in a thousand, as p says. */
#define ALARM_SURE 1e-3f
float alarm_sure(const struct alarm *a);

/* What a message of a sender who has an open episode is compared with at
 * least: it costs no alert, so it counts when all of the day are spent. */
float alarm_even(const struct alarm *a);
bool alarm_is_open(const struct alarm *a, uint64_t sender, int64_t now);

/* A message of sender with p, at a time. */
struct alarm_said alarm_hear(struct alarm *a, uint64_t sender, float p,
    int64_t now);

/* A person said of a message of sender that it was good: its episode is over;
 * or bad: it is open for a month, nothing of it is told again, and another
 * alert may be. */
void alarm_label(struct alarm *a, uint64_t sender, bool bad, int64_t now);

#endif
