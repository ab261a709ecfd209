/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_source.c - assay source list | show | decide | decisions: who sends as my
 * domain.
 */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "near.h"
#include "source_cmd.h"
#include "wire/addr.h"
#include "wire/day.h"

enum { USUAL_DAYS = 60, MOST_DAYS = 3650, DOMAINS = 100 };

/* ---- what both commands begin with -------------------------------------- */

bool
source_cmd_days(const struct args *args, int64_t *from, int64_t *to)
{
	uint64_t days = USUAL_DAYS;

	if (args->given[F_DAYS] && (!args_number(args->value[F_DAYS],
	    MOST_DAYS, &days) || days == 0)) {
		fprintf(stderr, "assay %s: --days: a number from 1 to %d\n",
		    args->name, MOST_DAYS);
		return false;
	}
	*to = (args->given[F_TIME] ? args->time : (int64_t)time(NULL)) /
	    DAY_SECONDS;
	*from = *to - (int64_t)days + 1;
	return true;
}

enum table_form
source_cmd_form(const struct args *args)
{
	return args->given[F_JSON] ? TABLE_JSON : args->given[F_CSV] ?
	    TABLE_CSV : TABLE_PAGE;
}

static int
usage(const char *what)
{
	fprintf(stderr, "assay source: %s\n'assay source --help' shows "
	    "how\n", what);
	return EXIT_USAGE;
}

/* ---- list, show --------------------------------------------------------- */

struct work {
	const struct args *args;
	const struct out *out;
	struct settings settings;
	struct store_file file;
	struct store *store;
	int64_t from, to;
	struct text text;
};

/* An address in it, or a name that it proved or is called by. */
static bool
matches(const struct source *f, const char *word)
{
	struct span s = assay_cstr(word);
	struct assay_addr a;
	struct span text = s;

	if (assay_addr_parse(&a, span_cut(&text, '/')) == ASSAY_OK)
		return addr_within(&a, &f->net, f->bits);
	for (size_t i = 0; i < f->n_sig; i++)
		if (span_ieq(f->sig[i].d->name.name, s))
			return true;
	for (size_t i = 0; i < f->n_path; i++)
		if (span_ieq(f->path[i].d->name.name, s))
			return true;
	if (f->opinion.service != NULL && span_ieq(f->opinion.service->name,
	    s))
		return true;
	return span_ieq(f->place.ptr.name, s) || (f->partner != NULL &&
	    span_ieq(f->partner->group, s)) ||
	    span_ieq(assay_cstr(source_class_name(f->opinion.class)), s);
}

static int
show(struct work *w, const struct source_load *l, const char *word)
{
	size_t n = 0;

	for (const struct source *f = l->s->first; f != NULL; f = f->next) {
		if (!matches(f, word))
			continue;
		if (n++ > 0 && !w->args->given[F_JSON])
			text_str(&w->text, "\n");
		source_view_show(l, f, w->args->given[F_JSON], w->out,
		    &w->text);
	}
	if (n > 0)
		return EXIT_ACCEPTED;
	fprintf(stderr, "assay source: no source of %.*s is that, in these "
	    "days\n", (int)l->domain.name.len,
	    (const char *)l->domain.name.ptr);
	return EXIT_NOT_ACCEPTED;
}

/* No mail of it: why, and what there is instead. */
static int
nothing(struct work *w, struct span domain)
{
	struct source_none q = { w->args->name, w->store, &w->file, w->from,
		w->to, false };
	bool none;
	int status = source_none(&q, domain, &none);

	return status == 0 && none ? EXIT_NOT_ACCEPTED : status;
}

static int
one_domain(struct work *w, struct span domain, const char *word)
{
	struct source_load l = { .settings = &w->settings, .file = &w->file,
		.store = w->store, .day_from = w->from, .day_to = w->to,
		.offline = w->args->given[F_OFFLINE] };
	int status = source_load(&l, domain);

	if (status == 0 && l.s->messages == 0)
		status = nothing(w, domain);
	if (status == 0 && word != NULL)
		status = show(w, &l, word);
	else if (status == 0)
		source_view_list(&l, source_cmd_form(w->args), w->out,
		    &w->text);
	if (status == 0 && !out_text(&w->text))
		status = EXIT_USAGE;
	text_clear(&w->text);
	source_load_free(&l);
	return status;
}

/* Without a domain: all of the store. */
static int
domains(struct work *w, const char *given, const char *word)
{
	struct span list[DOMAINS];
	struct arena a;
	size_t n = 1;
	int status = 0;

	arena_init(&a, 1 << 20);
	if (given != NULL)
		list[0] = assay_cstr(given);
	else
		status = source_domains(w->store, &w->file, &a, list,
		    DOMAINS, &n);
	if (status == 0 && n == 0)
		fprintf(stderr, "assay source: there are no reports yet; "
		    "assay report ingest takes them\n");
	for (size_t i = 0; i < n && status == 0; i++) {
		if (i > 0 && source_cmd_form(w->args) == TABLE_PAGE)
			(void)out_put("\n", 1);
		status = one_domain(w, list[i], word);
	}
	arena_free(&a);
	return status;
}

static int
look(struct work *w, bool showing)
{
	const struct args *args = w->args;
	int status = EXIT_USAGE;

	if (showing && args->n_word < 2)
		return usage("show which source? an ADDRESS, or a name");
	if (args->n_word > (showing ? 3u : 2u))
		return usage("too many words");
	if (!source_cmd_days(args, &w->from, &w->to) ||
	    !settings_make(&w->settings, args) ||
	    !store_file_find(&w->file, args))
		return EXIT_USAGE;
	w->store = store_file_open(&w->file, STORE_READ, &status);
	if (w->store == NULL)
		return status;
	status = showing ? domains(w, args->n_word > 2 ? args->word[2] :
	    NULL, args->word[1]) : domains(w, args->n_word > 1 ?
	    args->word[1] : NULL, NULL);
	store_close(w->store);
	return status;
}

int
cmd_source(const struct args *args, const struct out *out)
{
	struct work w = { .args = args, .out = out };
	const char *word = args->n_word > 0 ? args->word[0] : "list";
	static const char *const known[] = { "list", "show", "decide",
	    "decisions" };
	int status;

	if (strcmp(word, "list") == 0)
		status = look(&w, false);
	else if (strcmp(word, "show") == 0)
		status = look(&w, true);
	else if (strcmp(word, "decide") == 0)
		status = source_decide(args);
	else if (strcmp(word, "decisions") == 0)
		status = source_decisions(args, out);
	else {
		const char *near = near_word(word, known, 4);

		fprintf(stderr, "assay source: list, show, decide or "
		    "decisions%s%s%s\n",
		    near != NULL ? "; did you mean '" : "", near != NULL ?
		    near : "", near != NULL ? "'?" : "");
		status = EXIT_USAGE;
	}
	text_free(&w.text);
	settings_free(&w.settings);
	store_file_free(&w.file);
	if (!out_close())
		return EXIT_USAGE;
	return status;
}
