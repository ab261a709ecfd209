/* SPDX-License-Identifier: Apache-2.0 */
/* What is news: literal histories. */
#include "alerts/told.h"

#include "test/t.h"

enum { DAY = 20060 };
#define AT(day) ((int64_t)(day) * 86400 * 1000000)

static const struct test {
	const char *label;
	enum alert_code code;
	const char *state;
	int64_t day;			/* of the cause                     */
	const char *told;		/* NULL: never                      */
	int64_t at;			/* day it was told                  */
	bool news;
} tests[] = {
	{ "never told", ALERT_SPIKE, "", DAY, NULL, 0, true },
	{ "told yesterday", ALERT_SPIKE, "", DAY, "", DAY - 1, false },
	{ "told after it happened", ALERT_SPIKE, "", DAY, "", DAY + 2,
	  false },
	{ "again a week later", ALERT_SPIKE, "", DAY, "", DAY - 7, true },
	{ "a source, once", ALERT_NEW_SOURCE, "unknown", DAY, "unknown",
	  DAY - 400, false },
	{ "taken for something else", ALERT_NEW_SOURCE, "hostile", DAY,
	  "unknown", DAY - 1, true },
	{ "silent since then", ALERT_SILENT, "2024-11-20", DAY, "2024-11-20",
	  DAY - 300, false },
	{ "silent again", ALERT_SILENT, "2024-12-01", DAY, "2024-11-20",
	  DAY - 3, true },
	{ "a state that begins alike", ALERT_NEW_SOURCE, "ours", DAY,
	  "ours-", DAY, true },
};

int
main(void)
{
	struct alert_told history[] = {
		{ SPAN("k"), SPAN("met"), 5 }, { SPAN("k"), SPAN("not-met"),
		9 }, { SPAN("k"), SPAN("met"), 7 }, { SPAN("kk"),
		SPAN("met"), 99 },
	};
	const struct alert_text *t, *before = NULL;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct alert a = { .text = alert_text(tests[i].code),
			.state = assay_cstr(tests[i].state),
			.day = tests[i].day };
		struct alert_told last = { SPAN("k"), SPAN(""),
			AT(tests[i].at) };

		if (tests[i].told != NULL)
			last.state = assay_cstr(tests[i].told);
		T_OK(alert_is_news(&a, tests[i].told == NULL ? NULL :
		    &last) == tests[i].news, tests[i].label);
	}
	T_OK(alert_told_last(history, 4, SPAN("k")) == &history[1],
	    "the latest, in whatever order");
	T_OK(alert_told_last(history, 4, SPAN("x")) == NULL, "never");
	T_OK(alert_gate_was(&history[1]) == GATE_UNMET, "a gate");
	T_OK(alert_gate_was(&history[0]) == GATE_MET, "another");
	T_OK(alert_gate_was(NULL) == GATE_UNKNOWN, "of which nothing is "
	    "known");
	for (size_t i = 0; (t = alert_text_at(i)) != NULL; i++) {
		T_OK(alert_text(t->code) == t, t->name);
		T_OK(before == NULL || before->code < t->code, "codes rise");
		T_OK(t->days <= 366 && t->grade >= GRADE_NOTE, t->name);
		before = t;
	}
	T_OK(alert_text((enum alert_code)9) == NULL, "no such code");
	return t_done();
}
