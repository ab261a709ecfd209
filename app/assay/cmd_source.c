/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_source.c - assay source list | show | decide: who sends as my domain.
 */
#include "cmd.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static int
one_domain(struct work *w, struct span domain, const char *word)
{
	struct source_load l = { .settings = &w->settings, .file = &w->file,
		.store = w->store, .day_from = w->from, .day_to = w->to,
		.offline = w->args->given[F_OFFLINE] };
	int status = source_load(&l, domain);

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

/* ---- decide ------------------------------------------------------------- */

static bool
scope_of(const char *word, struct store_decision *d, struct arena *a)
{
	struct span text = assay_cstr(word), addr;
	struct assay_addr at;
	struct domain name;
	uint64_t n;

	d->what = text;
	if (span_istarts(text, SPAN("as")) && span_u64(span_skip(text, 2),
	    UINT32_MAX, &n)) {
		d->scope = STORE_S_ASN;
		d->what = span_skip(text, 2);
		return true;
	}
	addr = span_cut(&text, '/');
	if (assay_addr_parse(&at, addr) == ASSAY_OK) {
		d->scope = text.len > 0 ? STORE_S_NETWORK : STORE_S_ADDRESS;
		return text.len == 0 || (span_u64(text, at.family == 4 ?
		    32 : 128, &n) && n >= 8);
	}
	d->scope = STORE_S_DKIM;
	if (!settings_domain(word) || !domain_parse(&name, assay_cstr(word),
	    true, a))
		return false;
	d->what = name.name;
	return true;
}

/* Whoever is behind sudo, else the user who runs this. */
static const char *
who(void)
{
	const char *name = getenv("SUDO_USER");
	const struct passwd *p = name == NULL || *name == '\0' ?
	    getpwuid(getuid()) : NULL;

	if (p != NULL)
		name = p->pw_name;
	return name == NULL || *name == '\0' || strlen(name) > 64 ?
	    "somebody" : name;
}

static int
keep(struct work *w, const struct store_decision *d)
{
	int status = EXIT_USAGE;
	struct store *s;

	if (!store_file_find(&w->file, w->args))
		return EXIT_USAGE;
	s = store_file_open(&w->file, STORE_ADD, &status);
	if (s == NULL)
		return status;
	if (!store_begin(s) || !store_decide(s, d) ||
	    !store_commit(s, STORE_SYNCED)) {
		status = store_file_wrong(w->file.path, store_why(s));
		store_close(s);
		return status;
	}
	store_close(s);
	printf("%.*s of %.*s is now %.*s, as decided by %.*s\n",
	    (int)d->what.len, (const char *)d->what.ptr, (int)d->domain.len,
	    (const char *)d->domain.ptr, (int)d->class.len,
	    (const char *)d->class.ptr, (int)d->who.len,
	    (const char *)d->who.ptr);
	if (d->scope == STORE_S_ADDRESS)
		printf("It holds where this address alone is the source; of a "
		    "source that is shown as a\nnetwork, decide about the "
		    "network.\n");
	return EXIT_ACCEPTED;
}

/* decide DOMAIN WHAT CLASS [NOTE] */
static int
decide(struct work *w)
{
	const struct args *args = w->args;
	struct store_decision d = { .at = store_file_now() };
	enum source_class class;
	struct domain domain;
	struct arena a;
	int status;

	if (args->n_word < 4 || args->n_word > 5)
		return usage("decide DOMAIN WHAT CLASS [NOTE]; WHAT is an "
		    "address, a network, the name of a signer, or AS64496");
	arena_init(&a, 1 << 16);
	if (!settings_domain(args->word[1]) || !domain_parse(&domain,
	    assay_cstr(args->word[1]), true, &a))
		status = usage("this is no domain name");
	else if (!scope_of(args->word[2], &d, &a))
		status = usage("what? an address, a network (/8 or "
		    "narrower), the name of a signer, or AS64496");
	else if (!source_class_parse(&class, assay_cstr(args->word[3])))
		status = usage("a class is ours, service, shadow, "
		    "forwarder, misconfigured, hostile or unknown");
	else if (args->n_word > 4 && strlen(args->word[4]) > 300)
		status = usage("the note is too long");
	else {
		d.domain = domain.name;
		d.class = assay_cstr(source_class_name(class));
		d.who = assay_cstr(who());
		d.note = assay_cstr(args->n_word > 4 ? args->word[4] : "");
		status = keep(w, &d);
	}
	arena_free(&a);
	return status;
}

int
cmd_source(const struct args *args, const struct out *out)
{
	struct work w = { .args = args, .out = out };
	const char *word = args->n_word > 0 ? args->word[0] : "list";
	static const char *const known[] = { "list", "show", "decide" };
	int status;

	if (strcmp(word, "list") == 0)
		status = look(&w, false);
	else if (strcmp(word, "show") == 0)
		status = look(&w, true);
	else if (strcmp(word, "decide") == 0)
		status = decide(&w);
	else {
		const char *near = near_word(word, known, 3);

		fprintf(stderr, "assay source: list, show or decide%s%s%s\n",
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
