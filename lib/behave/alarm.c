/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/alarm.h"

static void
new_day(struct alarm *a, uint32_t day)
{
	if (day == a->today)
		return;
	if (a->today != 0)
		a->usual += ((float)a->seen - a->usual) *
		    (a->usual == 0 ? 1 : 0.1f);
	a->today = day;
	a->seen = 0;
	a->spent = 0;
	a->given_back = 0;
}

/* What is left, over what is still to come; a day that was busier than
 * usual gets no more than a tenth of it again. */
static float
limit(const struct alarm *a)
{
	float left = a->a_day - (float)a->spent;
	float rest = num_most(a->usual - (float)a->seen,
	    num_most(a->usual / 10, 10));

	if (a->usual == 0 || left <= 0)
		return 0;
	/* never more than twice what the day gives evenly */
	return num_least(left / rest, 2 * a->a_day / num_most(a->usual, 1));
}

float
alarm_sure(const struct alarm *a)
{
	return a->usual == 0 || a->a_day <= 0 ? 0 : ALARM_SURE;
}

float
alarm_even(const struct alarm *a)
{
	return a->usual == 0 || a->a_day <= 0 ? 0 :
	    a->a_day / num_most(a->usual, 1);
}

static unsigned
open_of(const struct alarm *a, uint64_t sender, int64_t now)
{
	unsigned i = 0;

	while (i < EPISODES && (a->episode[i].sender != sender ||
	    now > a->episode[i].until))
		i++;
	return i;
}

bool
alarm_is_open(const struct alarm *a, uint64_t sender, int64_t now)
{
	return sender != 0 && open_of(a, sender, now) < EPISODES;
}

/* In the place of the one that began first. */
static struct episode *
begin(struct alarm *a, uint64_t sender, int64_t now)
{
	struct episode *oldest = &a->episode[0];

	for (unsigned i = 1; i < EPISODES; i++)
		if (a->episode[i].began < oldest->began)
			oldest = &a->episode[i];
	*oldest = (struct episode){ .sender = sender, .began = now,
		.until = now + EPISODE_SECONDS, .number = ++a->numbers };
	return oldest;
}

struct alarm_said
alarm_hear(struct alarm *a, uint64_t sender, float p, int64_t now)
{
	struct alarm_said said = { .alert = false };
	struct episode *e;
	unsigned at;

	new_day(a, (uint32_t)day_of(now) + 1);
	said.limit = limit(a);
	if (alarm_is_open(a, sender, now))
		said.limit = num_most(said.limit, alarm_even(a));
	a->seen++;
	if (sender == 0 || p > said.limit)
		return said;
	at = open_of(a, sender, now);
	e = at < EPISODES ? &a->episode[at] : NULL;
	if (e == NULL) {
		e = begin(a, sender, now);
		a->spent++;
		said.alert = true;
	}
	e->messages++;
	said.episode = e->number;
	return said;
}

/* What ended lately may be opened again. */
static struct episode *
last_of(struct alarm *a, uint64_t sender)
{
	struct episode *last = NULL;

	for (unsigned i = 0; i < EPISODES; i++) {
		struct episode *e = &a->episode[i];

		if (e->sender == sender && (last == NULL ||
		    e->began > last->began))
			last = e;
	}
	return last;
}

void
alarm_label(struct alarm *a, uint64_t sender, bool bad, int64_t now)
{
	struct episode *e = last_of(a, sender);

	if (bad && e == NULL)
		e = begin(a, sender, now);
	if (e == NULL)
		return;
	if (bad && !e->bad && a->spent > 0 &&
	    (float)a->given_back < a->a_day) {
		a->spent--;
		a->given_back++;
	}
	e->bad = bad;
	e->until = bad ? now + EPISODE_BAD_SECONDS : now - 1;
}
