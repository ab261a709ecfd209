/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_run.c - which domains, as of when, over how many days. */
#include "alerts_run.h"

#include <stdlib.h>

#include "base/limits.h"

enum { DAYS_USUAL = 7, DAYS_MOST = 30, DOMAINS = 100 };

static bool
read_args(struct alerts_run *r)
{
	const struct args *args = r->args;
	uint64_t days = DAYS_USUAL;

	if (args->given[F_DAYS] && (!args_number(args->value[F_DAYS],
	    DAYS_MOST, &days) || days == 0)) {
		fprintf(stderr, "assay %s: --days: a number from 1 to %d\n",
		    args->name, DAYS_MOST);
		return false;
	}
	r->days = (unsigned)days;
	r->now = args->given[F_TIME] ? args->time * 1000000 :
	    store_file_now();
	if (args->n_word > 1 || (args->n_word == 1 &&
	    !settings_domain(args->word[0]))) {
		fprintf(stderr, "assay %s: %s\n'assay %s --help' shows how\n",
		    args->name, args->n_word > 1 ? "one domain, or none for "
		    "all of the store" : "this is no domain name",
		    args->name);
		return false;
	}
	return settings_make(&r->settings, args) &&
	    store_file_find(&r->file, args);
}

static int
load(struct alerts_run *r, struct span domain)
{
	struct alerts_load *l = calloc(1, sizeof(*l));
	int status;

	if (l == NULL) {
		fprintf(stderr, "assay %s: no memory\n", r->args->name);
		return EXIT_TEMPORARY;
	}
	l->settings = &r->settings;
	l->file = &r->file;
	l->store = r->store;
	l->offline = r->args->given[F_OFFLINE];
	l->now = r->now;
	l->days = r->days;
	l->via = -1;
	status = alerts_load(l, domain);
	if (status == 0)
		status = r->one(r, l);
	alerts_load_free(l);
	free(l);
	return status;
}

static int
all(struct alerts_run *r)
{
	struct span list[DOMAINS];
	struct arena a;
	size_t n = 1;
	int status = 0;

	arena_init(&a, 1 << 20);
	if (r->args->n_word > 0)
		list[0] = assay_cstr(r->args->word[0]);
	else
		status = source_domains(r->store, &r->file, &a, list,
		    DOMAINS, &n);
	if (status == 0 && n == 0)
		fprintf(stderr, "assay %s: there are no reports yet; assay "
		    "report ingest takes them\n", r->args->name);
	for (size_t i = 0; i < n && status == 0; i++)
		status = load(r, list[i]);
	arena_free(&a);
	return status;
}

int
alerts_run(struct alerts_run *r, int (*end)(struct alerts_run *r))
{
	int status = EXIT_USAGE;

	if (read_args(r) && (r->begin == NULL || r->begin(r))) {
		r->store = store_file_open(&r->file, r->write ? STORE_ADD :
		    STORE_READ, &status);
		if (r->store != NULL)
			status = all(r);
		if (r->store != NULL && status == 0)
			status = end(r);
		store_close(r->store);
	}
	if (r->leave != NULL)
		r->leave(r);
	settings_free(&r->settings);
	store_file_free(&r->file);
	return out_close() ? status : EXIT_USAGE;
}
