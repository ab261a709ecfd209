/* SPDX-License-Identifier: Apache-2.0 */
/* conf_words.c - assay conf explain of a word of the policy language. */
#include "cmd_conf.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

static const struct policy_word {
	const char *name, *form, *help, *example;
} words[] = {
#define X(name, form, help, example) { name, form, help, example },
#include "policy_words.def"
#undef X
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

size_t
policy_words(const char **out, size_t room)
{
	size_t n = 0;

	for (; n < WORDS && n < room; n++)
		out[n] = words[n].name;
	return n;
}

/* A line of a policy stands on one line, however long. */
static void
put_example(struct text *t, const char *lines)
{
	for (const char *at = lines; *at != '\0';) {
		size_t n = strcspn(at, "\n");

		text_printf(t, "%s%.*s\n", at == lines ? "  example  " :
		    "           ", (int)n, at);
		at += n + (at[n] != '\0');
	}
}

bool
policy_word_explain(const char *word, const struct out *out)
{
	const struct policy_word *w = NULL;
	struct text t = { .ptr = NULL };

	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(words[i].name, word) == 0)
			w = &words[i];
	if (w == NULL)
		return false;
	text_printf(&t, "%s%s%s, a word of policies\n    ", out_bold(out),
	    w->name, out_plain(out));
	text_wrap(&t, w->form, 4, 78);
	text_str(&t, "  ");
	text_wrap(&t, w->help, 2, 78);
	put_example(&t, w->example);
	text_str(&t, "  more     assay-policy(5); assay conf explain "
	    "policy\n");
	(void)out_text(&t);
	text_free(&t);
	return true;
}
