/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_held.c - assay held, assay release: what assayd keeps on hold, and
 * letting it go.
 */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "held.h"
#include "labels.h"
#include "originals_held.h"
#include "table.h"
#include "wire/json.h"

/* ---- held ---------------------------------------------------------------- */

static const char *
span_of_time(char out[24], int64_t s)
{
	if (s < 3600)
		snprintf(out, 24, "%lldm", (long long)(s < 0 ? 0 : s / 60));
	else if (s < 48 * 3600)
		snprintf(out, 24, "%lldh", (long long)(s / 3600));
	else
		snprintf(out, 24, "%lldd", (long long)(s / 86400));
	return out;
}

static int64_t
now_of(const struct args *args)
{
	return args->given[F_TIME] ? args->time : store_file_now() / 1000000;
}

static void
put_json(struct text *t, const struct held *h, int64_t until)
{
	struct jw w;
	const char *reason;

	jw_start(&w, text_write, t);
	jw_object(&w);
	jw_put_cstr(&w, "id", h->id);
	jw_put_cstr(&w, "disposition", held_act(h));
	jw_put_i64(&w, "arrived", h->arrived);
	jw_key(&w, "until");
	if (until > 0)
		jw_i64(&w, until);
	else
		jw_null(&w);
	jw_put_u64(&w, "size", h->size);
	jw_put_cstr(&w, "from_domain", record_word(h->record, "verdict",
	    "from_domain"));
	jw_key(&w, "because");
	jw_array(&w);
	for (size_t i = 0; (reason = record_because(h->record, i)) != NULL;
	    i++)
		jw_cstr(&w, reason);
	jw_end_array(&w);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

static void
put_row(struct table *t, const struct held *h, int64_t until, int64_t now)
{
	char age[24], left[24];
	struct text why = { .ptr = NULL };
	const char *reason;

	table_cstr(t, h->id);
	table_cstr(t, held_act(h));
	table_cstr(t, span_of_time(age, now - h->arrived));
	table_cstr(t, until == 0 ? NULL : until <= now ? "over" :
	    span_of_time(left, until - now));
	table_cstr(t, record_word(h->record, "verdict", "from_domain"));
	for (size_t i = 0; (reason = record_because(h->record, i)) != NULL;
	    i++)
		text_printf(&why, "%s%s", i > 0 ? " " : "", reason);
	table_cstr(t, why.ptr);
	text_free(&why);
}

static bool
show_held(const struct held_list *l, const struct store_file *f,
    const struct args *args, const struct out *out)
{
	static const struct column columns[] = {
		{ "id", NULL, COLUMN_WHOLE, 0 },
		{ "disposition", "act", COLUMN_TEXT, 0 },
		{ "age", NULL, COLUMN_TEXT, 0 },
		{ "left", NULL, COLUMN_TEXT, 0 },
		{ "from_domain", "from", COLUMN_TEXT, 40 },
		{ "because", NULL, COLUMN_TEXT, 0 } };
	struct text text = { .ptr = NULL };
	struct table t;
	bool json = args->given[F_JSON], ok = true;

	if (!json)
		table_begin(&t, columns, 6, TABLE_PAGE, out);
	for (size_t i = 0; i < l->n; i++) {
		const struct held *h = &l->row[i];

		if (h->record == NULL && h->original == NULL)
			continue;
		if (json)
			put_json(&text, h, held_until(h, f));
		else
			put_row(&t, h, held_until(h, f), now_of(args));
	}
	if (!json)
		ok = table_end(&t, &text);
	if (!json && l->n == l->foreign)
		text_str(&text, "nothing is held\n");
	if (!json && l->foreign > 0)
		text_printf(&text, "%zu more on hold, not by assayd\n",
		    l->foreign);
	ok = ok && out_text(&text);
	text_free(&text);
	return ok;
}

int
cmd_held(const struct args *args, const struct out *out)
{
	struct store_file f;
	struct held_list l = { .n = 0 };
	int status = EXIT_USAGE;

	if (args->n_word > 0)
		fprintf(stderr, "assay held: takes no arguments; "
		    "'assay release ID' lets one go\n");
	else if (!store_file_find(&f, args))
		store_file_free(&f);
	else {
		if (!held_load(&l, &f, args->name))
			status = EXIT_TEMPORARY;
		else if (show_held(&l, &f, args, out) && out_close())
			status = EXIT_ACCEPTED;
		held_free(&l);
		store_file_free(&f);
	}
	return status;
}

/* ---- release ------------------------------------------------------------- */

/* It is noted first: who is killed between has said that he would. */
static bool
let_go(const struct held *h, const struct store_file *f,
    const struct args *args, const char *why)
{
	if ((h->record != NULL && !label_add(f, args->name, h->record, why,
	    NULL)) || !(h->original != NULL ? original_release(h, f,
	    args->name) : held_release(h->id, args->name)))
		return false;
	printf("%s released\n", h->id);
	return true;
}

static bool
release_words(const struct held_list *l, const struct store_file *f,
    const struct args *args)
{
	bool ok = true;

	for (size_t i = 0; i < args->n_word; i++) {
		size_t n;
		const struct held *h = held_find(l, args->word[i], &n);

		if (n > 1)
			fprintf(stderr, "assay release: '%s' is of %zu "
			    "messages: say which, by %s.ARRIVED with what "
			    "'assay held --json' calls arrived\n",
			    args->word[i], n, args->word[i]);
		else if (h == NULL)
			fprintf(stderr, "assay release: '%s' is not held by "
			    "assayd; 'assay held' lists what is\n",
			    args->word[i]);
		ok = h != NULL && let_go(h, f, args, "released") &&
		    ok;
	}
	return ok;
}

static bool
release_expired(const struct held_list *l, const struct store_file *f,
    const struct args *args)
{
	int64_t now = now_of(args);
	bool ok = true;

	for (size_t i = 0; i < l->n; i++) {
		const struct held *h = &l->row[i];
		int64_t until = h->record == NULL ? 0 : held_until(h, f);

		if (until != 0 && until <= now)
			ok = let_go(h, f, args, "expired") && ok;
	}
	return ok;
}

int
cmd_release(const struct args *args, const struct out *out)
{
	struct store_file f;
	struct held_list l = { .n = 0 };
	int status = EXIT_USAGE;
	bool ok;

	(void)out;
	if ((args->n_word > 0) == args->given[F_EXPIRED]) {
		fprintf(stderr, "assay release: which? ID..., as 'assay held' "
		    "says them, or --expired\n");
		return EXIT_USAGE;
	}
	if (!store_file_find(&f, args)) {
		store_file_free(&f);
		return EXIT_USAGE;
	}
	if (!held_load(&l, &f, args->name)) {
		status = EXIT_TEMPORARY;
	} else {
		ok = args->given[F_EXPIRED] ? release_expired(&l, &f, args) :
		    release_words(&l, &f, args);
		status = out_close() && ok ? EXIT_ACCEPTED :
		    EXIT_NOT_ACCEPTED;
	}
	held_free(&l);
	store_file_free(&f);
	return status;
}
