/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_label.c - assay label ID bad|good: what a person says of a message;
 * assay share: of what was called bad, which share had passed what.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labels.h"
#include "near.h"
#include "table.h"

static const char *const techniques[] = { "spoofed-domain", "look-alike",
	"fresh-domain", "taken-over-account", "abused-service",
	"impersonation", "other" };
enum { TECHNIQUES = sizeof(techniques) / sizeof(techniques[0]) };

/* ---- label --------------------------------------------------------------- */

struct search { const char *id; json_t *found; };

static void
take_record(void *ctx, json_t *record)
{
	struct search *s = ctx;
	const char *id = record_word(record, "session", "queue_id");
	const char *entry = json_string_value(json_object_get(record,
	    "entry"));

	if ((id == NULL || strcmp(id, s->id) != 0) &&
	    (entry == NULL || strcmp(entry, s->id) != 0))
		return;
	json_decref(s->found);		/* of an id that came again, the last */
	s->found = json_incref(record);
}

static bool
is_technique(const char *word)
{
	const char *near;

	for (int i = 0; i < TECHNIQUES; i++)
		if (strcmp(word, techniques[i]) == 0)
			return true;
	near = near_word(word, techniques, TECHNIQUES);
	fprintf(stderr, "assay label: there is no technique '%s'%s%s%s\n",
	    word, near == NULL ? "" : "; did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
	return false;
}

static int
label_one(const struct args *args, const struct store_file *f)
{
	struct search s = { .id = args->word[0] };
	struct journal_want want = { .word = { args->word[0] } };
	const char *technique = args->value[F_TECHNIQUE];
	int status = EXIT_USAGE;

	if (!journal_each(f, args->name, &want, take_record, &s)) {
		status = EXIT_UNREADABLE;
	} else if (s.found == NULL) {
		fprintf(stderr, "assay label: no record has the id '%s'\n",
		    args->word[0]);
		status = EXIT_NOT_ACCEPTED;
	} else if (label_add(f, args->name, s.found, args->word[1],
	    technique)) {
		printf("%s is %s\n", args->word[0], args->word[1]);
		status = out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
	}
	json_decref(s.found);
	return status;
}

int
cmd_label(const struct args *args, const struct out *out)
{
	const char *technique = args->value[F_TECHNIQUE];
	struct store_file f;
	int status = EXIT_USAGE;

	(void)out;
	if (args->n_word != 2 || *args->word[0] == '\0' ||
	    (strcmp(args->word[1], "bad") != 0 &&
	    strcmp(args->word[1], "good") != 0)) {
		fprintf(stderr, "assay label: an ID, and bad or good\n"
		    "'assay label --help' shows how\n");
		return EXIT_USAGE;
	}
	if (technique != NULL && !is_technique(technique))
		return EXIT_USAGE;
	if (store_file_find(&f, args))
		status = label_one(args, &f);
	store_file_free(&f);
	return status;
}

/* ---- share --------------------------------------------------------------- */

struct cell {
	char month[8];			/* "2026-03" */
	const char *technique;
	uint64_t bad, spf, dkim, dmarc;
};

struct sums { struct cell *cell; size_t n; struct cell all; bool failed; };

static struct cell *
cell_of(struct sums *s, const char *month, const char *technique)
{
	struct cell *more;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->cell[i].month, month) == 0 &&
		    strcmp(s->cell[i].technique, technique) == 0)
			return &s->cell[i];
	more = reallocarray(s->cell, s->n + 1, sizeof(*more));
	if (more == NULL) {
		s->failed = true;
		return &s->all;
	}
	s->cell = more;
	s->cell[s->n] = (struct cell){ .technique = technique };
	snprintf(s->cell[s->n].month, sizeof(s->cell[s->n].month), "%s",
	    month);
	return &s->cell[s->n++];
}

static bool
is(const json_t *line, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(line, key));

	return got != NULL && strcmp(got, want) == 0;
}

static void
count(struct cell *c, const json_t *line)
{
	c->bad++;
	c->spf += is(line, "spf", "pass");
	c->dkim += is(line, "dkim", "pass");
	c->dmarc += is(line, "dmarc", "pass");
}

/* A word of the file that is none of ours is "other": whose file it is may
 * have written by hand. */
static void
sum_line(struct sums *s, const json_t *line)
{
	time_t at = (time_t)json_integer_value(json_object_get(line, "time"));
	const char *technique = "other";
	char month[8] = "-";
	struct tm tm;

	if (!is(line, "label", "bad"))
		return;
	if (gmtime_r(&at, &tm) != NULL && tm.tm_year > 0 && tm.tm_year < 8099)
		(void)strftime(month, sizeof(month), "%Y-%m", &tm);
	for (int i = 0; i < TECHNIQUES; i++)
		if (is(line, "technique", techniques[i]))
			technique = techniques[i];
	count(cell_of(s, month, technique), line);
	count(&s->all, line);
}

static int
by_month(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	int c = strcmp(x->month, y->month);

	return c != 0 ? c : strcmp(x->technique, y->technique);
}

static void
put_cell(struct table *t, const struct cell *c)
{
	table_cstr(t, c->month);
	table_cstr(t, c->technique);
	table_number(t, c->bad);
	table_share(t, c->spf, c->bad);
	table_share(t, c->dkim, c->bad);
	table_share(t, c->dmarc, c->bad);
}

static bool
show(struct sums *s, const struct args *args, const struct out *out)
{
	static const struct column columns[] = {
		{ "month", NULL, COLUMN_WHOLE, 0 },
		{ "technique", NULL, COLUMN_TEXT, 0 },
		{ "bad", NULL, COLUMN_NUMBER, 0 },
		{ "spf_pass", "spf passed", COLUMN_SHARE, 0 },
		{ "dkim_pass", "dkim passed", COLUMN_SHARE, 0 },
		{ "dmarc_pass", "dmarc passed", COLUMN_SHARE, 0 } };
	struct text text = { .ptr = NULL };
	struct table t;
	bool ok;

	table_begin(&t, columns, 6, args->given[F_JSON] ? TABLE_JSON :
	    args->given[F_CSV] ? TABLE_CSV : TABLE_PAGE, out);
	if (s->n > 1)
		qsort(s->cell, s->n, sizeof(*s->cell), by_month);
	for (size_t i = 0; i < s->n; i++)
		put_cell(&t, &s->cell[i]);
	if (s->all.bad > 0)
		put_cell(&t, &s->all);
	table_note(&t, s->all.bad == 0 ? "nobody has called a message bad "
	    "yet: assay label ID bad" : "of messages that a person called "
	    "bad, by the month in which they came");
	ok = table_end(&t, &text) && out_text(&text);
	text_free(&text);
	return ok;
}

int
cmd_share(const struct args *args, const struct out *out)
{
	struct sums s = { .all = { .month = "all", .technique = "all" } };
	struct store_file f;
	json_t *all = NULL;
	int status = EXIT_USAGE;

	if (args->n_word > 0) {
		fprintf(stderr, "assay share: takes no arguments\n");
		return EXIT_USAGE;
	}
	if (store_file_find(&f, args) &&
	    (all = labels_read(&f, args->name)) == NULL)
		status = EXIT_UNREADABLE;
	for (size_t i = 0; i < json_array_size(all); i++)
		sum_line(&s, json_array_get(all, i));
	if (all != NULL && !s.failed && show(&s, args, out) && out_close())
		status = EXIT_ACCEPTED;
	json_decref(all);
	free(s.cell);
	store_file_free(&f);
	return status;
}
