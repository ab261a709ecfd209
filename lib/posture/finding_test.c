/* SPDX-License-Identifier: Apache-2.0 */
/* The list is in order, and its texts are sentences. */
#include "posture/finding.h"

#include "test/t.h"

static bool
is_sentence(const char *s)
{
	size_t n = strlen(s);

	return n > 5 && s[n - 1] == '.' && strstr(s, "  ") == NULL &&
	    ((s[0] >= 'A' && s[0] <= 'Z') || s[0] == 'l' || s[0] == 's' ||
	    s[0] == 'h' || s[0] == 'f' || s[0] == 'm' || s[0] == 'n' ||
	    (s[0] >= '0' && s[0] <= '9') || strchr("-%", s[0]) != NULL);
}

int
main(void)
{
	const struct finding_text *t, *before = NULL;

	for (size_t i = 0; (t = finding_text_at(i)) != NULL; i++) {
		T_OK(finding_text(t->code) == t, t->name);
		T_OK(before == NULL || before->code < t->code,
		    "codes rise, so none comes twice");
		T_OK(is_sentence(t->sentence), t->sentence);
		T_OK(*t->consequence == '\0' || is_sentence(t->consequence),
		    t->name);
		T_OK(strncmp(t->section, "RFC ", 4) == 0 ||
		    strncmp(t->section, "BIMI draft 12 ", 14) == 0,
		    t->section);
		T_OK(t->subject < SUBJECTS && t->grade >= GRADE_GOOD &&
		    t->grade <= GRADE_BAD, t->name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(finding_text_at(k)->name, t->name) == 0)
				T_OK(false, t->name);
		before = t;
	}
	T_OK(finding_text((enum finding_code)99999) == NULL, "no such code");
	for (enum subject s = SUBJECT_SPF; s < SUBJECTS; s++)
		T_OK(*subject_name(s) != '\0', "a name");
	T_OK(strcmp(grade_name(GRADE_BAD), "bad") == 0, "bad");
	return t_done();
}
