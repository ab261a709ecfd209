/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_words.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fault.h"
#include "labels.h"

static const struct { const char *label, *words; } said[] = {
	{ "bad", "called it bad" }, { "good", "called it good" },
	{ "released", "let it go" },
	{ "expired", "let it go, as its time was over" },
};

static const char *
text_of(const json_t *line, const char *key)
{
	const char *s = json_string_value(json_object_get(line, key));

	return s != NULL ? s : "";
}

static void
put_line(struct text *t, const json_t *line)
{
	const char *label = text_of(line, "label"), *words = NULL;
	time_t at = (time_t)json_integer_value(json_object_get(line, "at"));
	char when[40] = "at an unknown time";
	struct tm tm;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (strcmp(said[i].label, label) == 0)
			words = said[i].words;
	if (gmtime_r(&at, &tm) != NULL && tm.tm_year > 0 && tm.tm_year < 8099)
		(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &tm);
	text_printf(t, "  %s  ", when);
	/* whose file it is may have written into it by hand */
	if (*text_of(line, "by") == '\0')
		text_str(t, "somebody");
	else
		fault_printable(assay_cstr(text_of(line, "by")), text_write,
		    t);
	text_str(t, words != NULL ? " " : " said ");
	fault_printable(assay_cstr(words != NULL ? words : label),
	    text_write, t);
	if (strcmp(label, "bad") == 0 &&
	    strcmp(text_of(line, "technique_by"), "person") == 0) {
		text_str(t, ": ");
		fault_printable(assay_cstr(text_of(line, "technique")),
		    text_write, t);
	}
	text_str(t, "\n");
}

/* The view is an object on a line of its own. */
static void
put_member(struct text *t, const json_t *found)
{
	char *list = json_dumps(found, JSON_COMPACT);
	size_t end = t->len;

	while (end > 0 && t->ptr[end - 1] != '}')
		end--;
	if (list == NULL || end == 0) {
		t->failed = list == NULL || t->failed;
	} else {
		t->len = end - 1;
		text_printf(t, ",\"labels\":%s}\n", list);
	}
	free(list);
}

void
explain_labels(struct text *t, const json_t *labels, const json_t *record,
    bool json)
{
	json_t *found = json_array();

	for (size_t i = 0; i < json_array_size(labels); i++)
		if (label_is_of(json_array_get(labels, i), record))
			json_array_append(found, json_array_get(labels, i));
	if (json && json_array_size(found) > 0)
		put_member(t, found);
	if (!json && json_array_size(found) > 0)
		text_str(t, "\nWhat people said\n");
	for (size_t i = 0; !json && i < json_array_size(found); i++)
		put_line(t, json_array_get(found, i));
	json_decref(found);
}
