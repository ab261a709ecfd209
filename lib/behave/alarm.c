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

static bool
is_open(const struct episode *e, uint64_t sender, int64_t now)
{
	return e->sender == sender && now - e->began <= EPISODE_SECONDS;
}

bool
alarm_is_open(const struct alarm *a, uint64_t sender, int64_t now)
{
	for (unsigned i = 0; sender != 0 && i < EPISODES; i++)
		if (is_open(&a->episode[i], sender, now))
			return true;
	return false;
}

static struct episode *
episode_of(struct alarm *a, uint64_t sender, int64_t now)
{
	struct episode *oldest = &a->episode[0];

	for (unsigned i = 0; i < EPISODES; i++) {
		struct episode *e = &a->episode[i];

		if (is_open(e, sender, now))
			return e;
		if (e->began < oldest->began)
			oldest = e;
	}
	*oldest = (struct episode){ .began = now };
	return oldest;
}

struct alarm_said
alarm_hear(struct alarm *a, uint64_t sender, float p, int64_t now)
{
	struct alarm_said said = { .alert = false };
	struct episode *e;

	new_day(a, (uint32_t)day_of(now) + 1);
	said.limit = limit(a);
	if (alarm_is_open(a, sender, now))
		said.limit = num_most(said.limit, alarm_even(a));
	a->seen++;
	if (sender == 0 || p > said.limit)
		return said;
	e = episode_of(a, sender, now);
	if (e->sender == 0) {
		*e = (struct episode){ .sender = sender, .began = now,
			.number = ++a->numbers };
		a->spent++;
		said.alert = true;
	}
	e->messages++;
	said.episode = e->number;
	return said;
}
