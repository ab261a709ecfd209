/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/age.h"

#include "test/t.h"

enum { TODAY = 20000, LONG = TODAY - 400 };

static const struct {
	const char *label;
	struct age_facts f;
	unsigned level;
	bool defer;
	const char *said;
} cases[] = {
	{ "nothing known", { .today = TODAY }, 0, false,
	  "age-not-known memory-too-short " },
	{ "new here, and nothing else", { .today = TODAY,
	  .memory_since = LONG }, 10, false, "new-here age-not-known " },
	{ "new here since the week began", { .today = TODAY,
	  .memory_since = LONG, .first_seen = TODAY - 7, .senders = 9 }, 10,
	  false, "new-here age-not-known " },
	{ "a memory that is too short", { .today = TODAY,
	  .memory_since = TODAY - 29 }, 0, false,
	  "age-not-known memory-too-short " },
	{ "... long enough", { .today = TODAY, .memory_since = TODAY - 30 },
	  10, false, "new-here age-not-known " },
	{ "young alone", { .today = TODAY, .registered = TODAY - 30,
	  .first_seen = TODAY - 20, .senders = 9, .memory_since = LONG }, 20,
	  false, "registered-lately known-here " },
	{ "young, known to few", { .today = TODAY, .registered = TODAY - 30,
	  .first_seen = TODAY - 20, .senders = 1, .memory_since = LONG }, 20,
	  false, "registered-lately hardly-known-here " },
	{ "a month and a day", { .today = TODAY, .registered = TODAY - 31,
	  .first_seen = TODAY - 20, .senders = 9, .memory_since = LONG }, 0,
	  false, "registered-long-ago known-here " },
	{ "young and new here", { .today = TODAY, .registered = TODAY - 3,
	  .memory_since = LONG }, 45, true, "registered-lately new-here " },
	{ "young, but the memory is short", { .today = TODAY,
	  .registered = TODAY - 3, .memory_since = TODAY }, 20, false,
	  "registered-lately memory-too-short " },
	{ "registered tomorrow, by another clock", { .today = TODAY,
	  .registered = TODAY + 1, .memory_since = LONG }, 45, true,
	  "registered-lately new-here " },
	{ "young twice is young", { .today = TODAY, .registered = TODAY - 3,
	  .listed = TODAY - 2, .memory_since = LONG }, 45, true,
	  "registered-lately listed-as-new new-here " },
	{ "on a list of long ago", { .today = TODAY, .listed = TODAY - 40,
	  .memory_since = LONG, .first_seen = LONG, .senders = 9 }, 0, false,
	  "known-here age-not-known " },
	{ "young, new here, looks like ours", { .today = TODAY, .alike = 95,
	  .registered = TODAY - 3, .memory_since = LONG }, 65, true,
	  "registered-lately new-here looks-like-another " },
	{ "young, few know it, looks like ours", { .today = TODAY,
	  .alike = 95, .registered = TODAY - 20, .first_seen = TODAY - 10,
	  .senders = 2, .memory_since = LONG }, 65, true,
	  "registered-lately hardly-known-here looks-like-another " },
	{ "looks like ours, old and known", { .today = TODAY, .alike = 95,
	  .registered = LONG, .first_seen = LONG, .senders = 50,
	  .memory_since = LONG }, 20, false,
	  "looks-like-another registered-long-ago known-here " },
	{ "popular excuses age", { .today = TODAY, .popular = true,
	  .registered = TODAY - 3, .memory_since = LONG }, 0, false,
	  "registered-lately new-here on-a-list-of-known-names " },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[400] = "";
		struct age_says s;

		age_judge(&s, &cases[i].f);
		for (unsigned w = 0; w < AGE_WORDS; w++)
			if ((s.said >> w & 1) != 0) {
				strcat(got, age_name((enum age_word)w));
				strcat(got, " ");
				T_OK(age_sentence((enum age_word)w)[0] != 0,
				    "a sentence");
			}
		T_SPAN(assay_cstr(got), assay_cstr(cases[i].said),
		    cases[i].label);
		T_INT(s.level, cases[i].level, "level");
		T_OK(s.defer == cases[i].defer, "deferral");
	}
}

/* No one fact reaches what is acted on. */
static void
test_never_alone(void)
{
	static const struct age_facts one[] = {
		{ .today = TODAY, .registered = TODAY },
		{ .today = TODAY, .listed = TODAY },
		{ .today = TODAY, .memory_since = LONG },
		{ .today = TODAY, .alike = 100 },
		{ .today = TODAY, .first_seen = LONG, .senders = 0,
		  .memory_since = LONG },
	};

	for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		struct age_says s;

		age_judge(&s, &one[i]);
		T_OK(s.level <= AGE_ALONE && !s.defer, "never alone");
	}
}

int
main(void)
{
	test_cases();
	test_never_alone();
	return t_done();
}
