/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_store.c - assay store: care for the store of reports.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "near.h"
#include "store_export.h"
#include "store_file.h"
#include "wire/day.h"
#include "wire/json.h"

struct work {
	const struct args *args;
	const struct out *out;
	struct store_file file;
	int status;
};

static int
usage(const char *what)
{
	fprintf(stderr, "assay store: %s\n'assay store --help' shows how\n",
	    what);
	return EXIT_USAGE;
}

static const char *
word(const struct work *w, size_t i)
{
	return i < w->args->n_word ? w->args->word[i] : NULL;
}

/* What went wrong in a verb of the store. */
static int
wrong(const struct work *w, struct store *s)
{
	return store_file_wrong(w->file.path, store_why(s));
}

/* Says in a line what became of a file. */
static int
done_to(const char *path, const char *what)
{
	struct text t = { .ptr = NULL };
	bool ok;

	(void)fault_printable(assay_cstr(path), text_write, &t);
	text_printf(&t, " %s\n", what);
	ok = out_text(&t);
	text_free(&t);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

static int
done(const struct work *w, const char *what)
{
	return done_to(w->file.path, what);
}

/* ---- check --------------------------------------------------------------- */

struct findings { bool json; struct text text; };

static void
on_finding(void *ctx, const char *finding)
{
	struct findings *f = ctx;
	struct jw w;

	if (!f->json) {
		text_str(&f->text, "bad      ");
		(void)fault_printable(assay_cstr(finding), text_write,
		    &f->text);
		text_str(&f->text, "\n");
		return;
	}
	jw_start(&w, text_write, &f->text);
	jw_object(&w);
	jw_put_cstr(&w, "finding", finding);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

static int
store_cmd_check(struct work *w)
{
	struct findings f = { .json = w->args->given[F_JSON] };
	struct store *s = store_file_open(&w->file, STORE_READ, &w->status);
	unsigned n = 0;

	if (s == NULL)
		return w->status;
	if (!store_check(s, on_finding, &f, &n))
		w->status = wrong(w, s);
	else
		w->status = n == 0 ? EXIT_ACCEPTED : EXIT_NOT_ACCEPTED;
	if (!f.json && w->status == EXIT_ACCEPTED)
		text_printf(&f.text, "good     schema %d, whole; every sum is "
		    "that of its rows\n", store_version(s));
	if (!out_text(&f.text))
		w->status = EXIT_USAGE;
	text_free(&f.text);
	store_close(s);
	return w->status;
}

/* ---- vacuum, backup, restore --------------------------------------------- */

static int
store_cmd_vacuum(struct work *w)
{
	struct store *s = store_file_open(&w->file, STORE_WRITE, &w->status);

	if (s == NULL)
		return w->status;
	w->status = store_vacuum(s) ? done(w, "is as small as it can be") :
	    wrong(w, s);
	store_close(s);
	return w->status;
}

static int
store_cmd_backup(struct work *w)
{
	struct store *s;

	if (word(w, 1) == NULL || word(w, 2) != NULL)
		return usage("backup FILE");
	s = store_file_open(&w->file, STORE_READ, &w->status);
	if (s == NULL)
		return w->status;
	if (!store_backup(s, word(w, 1)))
		w->status = store_file_wrong(word(w, 1), store_why(s));
	else
		w->status = done_to(word(w, 1), "is a whole copy of the store");
	store_close(s);
	return w->status;
}

static int
store_cmd_restore(struct work *w)
{
	struct store_error why;

	if (word(w, 1) == NULL || word(w, 2) != NULL)
		return usage("restore FILE");
	if (store_restore(word(w, 1), w->file.path, &why))
		return done(w, "is the store again, whole");
	return store_file_wrong(word(w, 1), &why);
}

/* ---- export -------------------------------------------------------------- */

static int
which_list(const char *name)
{
	const char *names[STORE_LISTS], *near;

	for (int i = 0; i < STORE_LISTS; i++) {
		names[i] = store_list_name((enum store_list)i);
		if (name != NULL && strcmp(name, names[i]) == 0)
			return i;
	}
	fprintf(stderr, "assay store export: which list?");
	for (int i = 0; i < STORE_LISTS; i++)
		fprintf(stderr, "%s %s", i == 0 ? "" : ",", names[i]);
	near = name == NULL ? NULL : near_word(name, names, STORE_LISTS);
	fprintf(stderr, "%s%s%s\n", near == NULL ? "" : "; did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
	return -1;
}

static int
store_cmd_export(struct work *w)
{
	struct store_ask ask = { .by = 0 };
	bool told;
	int list = which_list(word(w, 1));
	struct store *s;

	if (list < 0)
		return EXIT_USAGE;
	if (word(w, 2) != NULL)
		ask.domain = assay_cstr(word(w, 2));
	s = store_file_open(&w->file, STORE_READ, &w->status);
	if (s == NULL)
		return w->status;
	w->status = EXIT_ACCEPTED;
	if (!store_export(s, (enum store_list)list, &ask,
	    w->args->given[F_CSV], &told))
		w->status = told ? EXIT_USAGE : wrong(w, s);
	store_close(s);
	return w->status;
}

/* ---- erase, retention ---------------------------------------------------- */

static void
put_count(struct text *t, uint64_t n, const char *what)
{
	if (n > 0)
		text_printf(t, "%8llu %s\n", (unsigned long long)n, what);
}

static int
told(struct work *w, struct text *t)
{
	if (t->len == 0)
		text_str(t, "nothing\n");
	if (!out_text(t))
		w->status = EXIT_USAGE;
	text_free(t);
	return w->status;
}

static int
store_cmd_erase(struct work *w)
{
	struct text t = { .ptr = NULL };
	struct store_erased e;
	struct store *s;

	if (word(w, 1) == NULL || word(w, 2) != NULL)
		return usage("erase ADDRESS, or a local part");
	s = store_file_open(&w->file, STORE_WRITE, &w->status);
	if (s == NULL)
		return w->status;
	w->status = EXIT_ACCEPTED;
	if (!store_erase(s, assay_cstr(word(w, 1)), store_file_now(), &e)) {
		w->status = wrong(w, s);
		store_close(s);
		return w->status;
	}
	store_close(s);
	put_count(&t, e.failures, "failure reports erased");
	put_count(&t, e.raw, "inputs whose bytes were erased");
	put_count(&t, e.texts, "texts erased");
	put_count(&t, e.held, "kept: under a legal hold (assay store hold "
	    "lists them)");
	if (e.held > 0)
		w->status = EXIT_NOT_ACCEPTED;
	return told(w, &t);
}

static unsigned
days_of(const struct work *w, enum conf_key key)
{
	return (unsigned)(conf_number(&w->file.conf, key) / 86400000);
}

static int
store_cmd_retention(struct work *w)
{
	struct store_retention keep = {
		.raw = days_of(w, CONF_K_KEEP_REPORT_BYTES),
		.rows = days_of(w, CONF_K_KEEP_REPORT_ROWS),
		.failures = days_of(w, CONF_K_KEEP_FAILURE_REPORTS),
		.asides = days_of(w, CONF_K_KEEP_SET_ASIDE) };
	struct text t = { .ptr = NULL };
	struct store_retained r;
	struct store *s = store_file_open(&w->file, STORE_WRITE, &w->status);

	if (s == NULL)
		return w->status;
	w->status = EXIT_ACCEPTED;
	if (!store_retain(s, &keep, store_file_now(), &r)) {
		w->status = wrong(w, s);
		store_close(s);
		return w->status;
	}
	store_close(s);
	put_count(&t, r.raw, "inputs whose bytes have aged");
	put_count(&t, r.rows, "reports whose rows have aged; their sums stay");
	put_count(&t, r.failures, "failure reports");
	put_count(&t, r.asides, "set aside");
	put_count(&t, r.held, "kept: under a legal hold");
	return told(w, &t);
}

/* ---- holds --------------------------------------------------------------- */

static int
list_holds(struct work *w)
{
	struct store_ask ask = { .by = 0 };
	bool said;
	struct store *s = store_file_open(&w->file, STORE_READ, &w->status);

	if (s == NULL)
		return w->status;
	w->status = EXIT_ACCEPTED;
	if (!store_export(s, STORE_L_HOLDS, &ask, w->args->given[F_CSV],
	    &said))
		w->status = said ? EXIT_USAGE : wrong(w, s);
	store_close(s);
	return w->status;
}

static int
one_fact(struct work *w, struct store *s, bool ok, const char *what)
{
	if (!store_commit(s, STORE_SYNCED) || !ok)
		w->status = wrong(w, s);
	else
		w->status = done(w, what);
	store_close(s);
	return w->status;
}

static int
store_cmd_hold(struct work *w)
{
	struct store_hold h = { .at = store_file_now() };
	struct store *s;

	if (word(w, 1) == NULL)
		return list_holds(w);
	if (w->args->n_word != 5)
		return usage("hold DOMAIN|all LAST-DAY OWNER REASON");
	if (!day_parse(&h.last_day, assay_cstr(word(w, 2))))
		return usage("a day is written as 2027-12-31");
	h.last_day /= DAY_SECONDS;
	if (h.last_day < h.at / 1000000 / DAY_SECONDS)
		return usage("the last day of this hold is past");
	if (strcmp(word(w, 1), "all") != 0)
		h.domain = assay_cstr(word(w, 1));
	h.owner = assay_cstr(word(w, 3));
	h.reason = assay_cstr(word(w, 4));
	s = store_file_open(&w->file, STORE_ADD, &w->status);
	if (s == NULL)
		return w->status;
	return one_fact(w, s, store_begin(s) && store_hold(s, &h),
	    "keeps this until its last day: assay store hold lists it");
}

/* There is a hold of that number, and nobody has released it. */
static bool
is_held(struct store *s, uint64_t id)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_list(s, STORE_L_HOLDS, &ask);
	const struct store_cell *cell;
	bool held = false;
	size_t n;

	while (c != NULL && store_list_next(c, &cell, &n)) {
		bool it = false, open = false;

		for (size_t i = 0; i < n; i++) {
			if (strcmp(cell[i].name, "id") == 0)
				it = cell[i].number == (int64_t)id;
			if (strcmp(cell[i].name, "released") == 0)
				open = cell[i].type == STORE_NOTHING;
		}
		held |= it && open;
	}
	if (c != NULL)
		(void)store_cursor_end(c);
	return held;
}

static int
store_cmd_release(struct work *w)
{
	struct store *s;
	uint64_t id;

	if (w->args->n_word != 3 || !args_number(word(w, 1), INT64_MAX, &id))
		return usage("release NUMBER WHO; assay store hold lists the "
		    "numbers");
	s = store_file_open(&w->file, STORE_ADD, &w->status);
	if (s == NULL)
		return w->status;
	if (!is_held(s, id)) {
		fprintf(stderr, "assay store: there is no hold %llu that "
		    "still holds; assay store hold lists them\n",
		    (unsigned long long)id);
		store_close(s);
		return EXIT_NOT_ACCEPTED;
	}
	return one_fact(w, s, store_begin(s) && store_release(s, (int64_t)id,
	    assay_cstr(word(w, 2)), store_file_now()), "does not hold this "
	    "any more");
}

/* ---- which --------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(struct work *w);
	size_t words;		/* at most, with the verb */
} verbs[] = {
	{ "check", store_cmd_check, 1 },
	{ "vacuum", store_cmd_vacuum, 1 },
	{ "backup", store_cmd_backup, 2 },
	{ "restore", store_cmd_restore, 2 },
	{ "export", store_cmd_export, 3 },
	{ "erase", store_cmd_erase, 2 },
	{ "retention", store_cmd_retention, 1 },
	{ "hold", store_cmd_hold, 5 },
	{ "release", store_cmd_release, 3 },
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static int
unknown(const char *verb)
{
	const char *names[VERBS], *near;

	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	near = *verb == '\0' ? NULL : near_word(verb, names, VERBS);
	fprintf(stderr, "assay store: what? check, vacuum, backup, restore, "
	    "export, erase, retention, hold or release%s%s%s\n",
	    near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
	    near == NULL ? "" : "'?");
	return EXIT_USAGE;
}

int
cmd_store(const struct args *args, const struct out *out)
{
	const char *verb = args->n_word > 0 ? args->word[0] : "";
	struct work w = { .args = args, .out = out };
	int status = EXIT_USAGE;
	size_t i = 0;

	while (i < VERBS && strcmp(verb, verbs[i].name) != 0)
		i++;
	if (i == VERBS)
		return unknown(verb);
	if (args->n_word > verbs[i].words)
		return usage("too many words");
	if (store_file_find(&w.file, args))
		status = verbs[i].run(&w);
	store_file_free(&w.file);
	return out_close() ? status : EXIT_USAGE;
}
