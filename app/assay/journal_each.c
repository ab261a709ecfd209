/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_each.c - records of the journal, for commands: files of lines in
 * records/ below the state-directory (sys/journal.h).
 *
 * Nearly all lines are about mail that nobody asks about, so a line is parsed
 * only when it holds the word that is looked for.
 */
#include "held.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"

bool
state_path(const struct store_file *f, char *out, size_t room,
    const char *below)
{
	struct assay_span dir = conf_text(&f->conf, CONF_K_STATE_DIRECTORY);
	int n = snprintf(out, room, "%.*s/%s", (int)dir.len,
	    (const char *)dir.ptr, below);

	return n > 0 && (size_t)n < room;
}

static int
is_file_of_lines(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 6 && strcmp(e->d_name + n - 6, ".jsonl") == 0;
}

static void
try_line(const struct journal_want *want, char *line, size_t n,
    record_take_fn *take, void *ctx)
{
	json_t *record;
	bool wanted = false;

	for (int i = 0; i < 4 && !wanted; i++)
		wanted = want->word[i] != NULL &&
		    strstr(line, want->word[i]) != NULL;
	if (!wanted)
		return;
	record = json_loadb(line, n, 0, NULL);	/* torn: not one yet */
	if (json_is_object(record))
		take(ctx, record);
	json_decref(record);
}

static bool
each_line(const char *path, const struct journal_want *want,
    record_take_fn *take, void *ctx)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	bool ok = in != NULL;

	while (ok && (n = getline(&line, &room, in)) > 0)
		try_line(want, line, (size_t)n, take, ctx);
	ok = ok && !ferror(in);
	free(line);
	if (in != NULL)
		fclose(in);
	return ok || errno == ENOENT;	/* the oldest may go meanwhile */
}

bool
journal_each(const struct store_file *f, const char *name,
    const struct journal_want *want, record_take_fn *take, void *ctx)
{
	char dir[3000], path[3400], since[16];
	struct dirent **e = NULL;
	bool ok = state_path(f, dir, sizeof(dir), "records");
	int n = ok ? scandir(dir, &e, is_file_of_lines, alphasort) : 0;

	journal_day(since, want->since / 86400);
	ok = ok && (n >= 0 || errno == ENOENT);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, e[i]->d_name);
		if (ok && strncmp(e[i]->d_name, since, 10) >= 0)
			ok = each_line(path, want, take, ctx);
		free(e[i]);
	}
	free(e);
	if (!ok)
		fprintf(stderr, "assay %s: the records in %s cannot be read: "
		    "%s\n", name, dir, strerror(errno));
	return ok;
}

/* ---- what stands in one -------------------------------------------------- */

const char *
record_word(const json_t *record, const char *object, const char *key)
{
	return json_string_value(json_object_get(json_object_get(record,
	    object), key));
}

int64_t
record_time(const json_t *record)
{
	return json_integer_value(json_object_get(json_object_get(record,
	    "session"), "now"));
}

const char *
record_because(const json_t *record, size_t i)
{
	const json_t *because = json_object_get(json_object_get(record,
	    "verdict"), "because");
	const json_t *line;

	if (i >= json_array_size(because))
		return NULL;
	line = json_array_get(json_object_get(record, "evidence"),
	    (size_t)json_integer_value(json_array_get(because, i)));
	return json_string_value(json_object_get(line, "reason"));
}

bool
record_has(const json_t *record, const char *check, const char *result)
{
	const json_t *all = json_object_get(record, "evidence");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *e = json_array_get(all, i);
		const char *c = json_string_value(json_object_get(e, "check"));
		const char *r = json_string_value(json_object_get(e,
		    "result"));

		if (c != NULL && r != NULL && strcmp(c, check) == 0 &&
		    strcmp(r, result) == 0)
			return true;
	}
	return false;
}

bool
record_reason(const json_t *record, const char *begin)
{
	const json_t *all = json_object_get(record, "evidence");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const char *r = json_string_value(json_object_get(
		    json_array_get(all, i), "reason"));

		if (r != NULL && strncmp(r, begin, strlen(begin)) == 0)
			return true;
	}
	return false;
}
