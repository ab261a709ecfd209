/* SPDX-License-Identifier: Apache-2.0 */
/* As many alerts a day as were asked for, and one an episode. */
#include "behave/alarm.h"

#include <stdlib.h>

#include "test/t.h"

/* What a person says of an episode. */
static void
labelled(void)
{
	static struct alarm a = { .a_day = 5, .usual = 100 };
	int64_t now = 1600000000;
	struct alarm_said said = alarm_hear(&a, 7, 1e-9f, now);
	uint32_t first = said.episode;

	alarm_label(&a, 7, true, now + 60);
	said = alarm_hear(&a, 7, 1e-9f, now + 20 * INT64_C(86400));
	T_OK(!said.alert && said.episode == first,
	    "called bad, it stays open for a month");
	alarm_label(&a, 7, false, now + 21 * INT64_C(86400));
	said = alarm_hear(&a, 7, 1e-9f, now + 21 * INT64_C(86400) + 9);
	T_OK(said.alert && said.episode != first, "called good, it is over");
	alarm_label(&a, 8, true, now + 22 * INT64_C(86400));
	said = alarm_hear(&a, 8, 1e-9f, now + 23 * INT64_C(86400));
	T_OK(!said.alert && said.episode != 0,
	    "what was not told is an episode from then on");
	alarm_label(&a, 9, false, now);
	T_OK(alarm_hear(&a, 9, 1e-9f, now + 24 * INT64_C(86400)).alert,
	    "good of nothing is nothing");
}

/* Alerts of one day that a person calls right, as long as there are any. */
static unsigned
right_ones(bool right)
{
	struct alarm *a = calloc(1, sizeof(*a));
	int64_t now = 1600000000 / 86400 * INT64_C(86400);
	unsigned alerts = 0;

	if (a == NULL)
		return 0;
	a->a_day = 3;
	a->usual = 1000;
	for (unsigned i = 1; i < 900; i++) {
		bool alert = alarm_hear(a, i, 1e-12f, now + i).alert;

		alerts += alert;
		/* twice is once */
		for (unsigned k = 0; alert && right && k < 2; k++)
			alarm_label(a, i, true, now + i);
	}
	free(a);
	return alerts;
}

int
main(void)
{
	static struct alarm a = { .a_day = 2 };
	struct chance chance = { 4 };
	unsigned alerts = 0, worst = 0, today = 0;
	struct alarm_said said;
	int64_t now = 1600000000;

	for (int64_t t = 0; t < 400 * INT64_C(86400); t += 300) {
		float p = ((float)chance_bits(&chance) + 1) * 0x1p-32f;

		if (t % 86400 == 0)
			today = 0;
		said = alarm_hear(&a, chance_bits(&chance), p, now + t);
		alerts += said.alert;
		today += said.alert;
		if (today > worst)
			worst = today;
	}
	printf("# %u alerts in 400 days, at most %u in one\n", alerts, worst);
	T_OK(alerts > 400 && alerts <= 800, "about two a day");
	T_OK(worst <= 4, "and never more than twice as many");
	now += 500 * INT64_C(86400);
	said = alarm_hear(&a, 77, 1e-9f, now);
	T_OK(said.alert && said.episode > 0, "an alert opens an episode");
	for (int i = 1; i < 60; i++) {
		struct alarm_said next = alarm_hear(&a, 77, 1e-9f, now + i);

		if (next.alert || next.episode != said.episode)
			T_OK(false, "later messages join it");
	}
	for (uint64_t i = 100; alarm_hear(&a, i, 1e-9f, now + 60).alert; i++)
		continue;
	said = alarm_hear(&a, 77, 1e-9f, now + 61);
	T_OK(!said.alert && said.episode > 0 && said.limit > 0,
	    "and do when the alerts of the day are spent");
	T_OK(alarm_hear(&a, 77, 0.5f, now + 62).episode == 0,
	    "but not what is usual");
	T_OK(alarm_hear(&a, 99, 1e-9f, now + 63).episode == 0,
	    "and nobody else");
	T_OK(alarm_hear(&a, 0, 1, now + 64).limit == 0 &&
	    alarm_sure(&a) == ALARM_SURE,
	    "what is very odd is acted on when they are spent");
	T_OK(!alarm_hear(&a, 78, 0.5f, now).alert, "what is usual is not told");
	T_OK(alarm_hear(&a, 77, 1e-9f, now + EPISODE_SECONDS + 9).alert,
	    "after three days a new one");
	T_OK(!alarm_hear(&a, 0, 0, now).alert, "nobody opens none");
	a.a_day = 0;
	T_OK(!alarm_hear(&a, 79, 1e-30f, now).alert && alarm_sure(&a) == 0,
	    "none wanted, none told");
	labelled();
	T_INT(right_ones(false), 3, "so many a day");
	T_INT(right_ones(true), 6, "what was right costs nothing, up to twice");
	return t_done();
}
