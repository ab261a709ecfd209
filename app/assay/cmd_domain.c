/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_domain.c - assay domain: how domains stand, by their DNS, and what
 * mends them.
 */
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/limits.h"
#include "domain_mail.h"
#include "log_read.h"
#include "settings.h"

/* What is the same for all domains of a run. */
struct looking {
	const struct args *args;
	const struct out *out;
	struct settings settings;
	struct posture_ask ask;
	struct assay_span selector[LIMIT_POSTURE_SELECTORS];
	struct assay_addr source[LIMIT_POSTURE_SOURCES];
	struct text policy;
	struct assay_oracle live, zone, suffix;
	bool has_suffix;
	uint8_t seed[16];
	struct store_file file;
	struct store *store;		/* NULL: no --store                 */
	bool bad, unanswered;
};

static int
usage(const char *what, const char *word)
{
	fprintf(stderr, "assay domain: %s%s%s%s\n'assay domain --help' shows "
	    "how\n", what, word == NULL ? "" : " '",
	    word == NULL ? "" : word, word == NULL ? "" : "'");
	return EXIT_USAGE;
}

/* ---- the flags ----------------------------------------------------------- */

/* Cuts *rest at the first comma. */
static struct assay_span
cut(const char **rest)
{
	size_t n = strcspn(*rest, ",");
	struct assay_span word = { (const uint8_t *)*rest, n };

	*rest += n;
	*rest += **rest == ',';
	return word;
}

static int
take_selectors(struct looking *l, const char *list)
{
	size_t *n = &l->ask.n_selector;

	l->ask.selector = l->selector;
	while (list != NULL && *list != '\0') {
		struct assay_span word = cut(&list);

		if (*n == LIMIT_POSTURE_SELECTORS)
			return usage("at most 16 selectors", NULL);
		if (word.len > 0)
			l->selector[(*n)++] = word;
	}
	return EXIT_ACCEPTED;
}

static int
take_sources(struct looking *l, const char *list)
{
	const char *all = list;
	size_t *n = &l->ask.n_source;

	l->ask.source = l->source;
	while (list != NULL && *list != '\0') {
		struct assay_span word = cut(&list);

		if (*n == LIMIT_POSTURE_SOURCES)
			return usage("at most 10 addresses", NULL);
		if (assay_addr_parse(&l->source[*n], word) != ASSAY_OK)
			return usage("--source wants addresses with commas "
			    "between them, not", all);
		++*n;
	}
	return EXIT_ACCEPTED;
}

static int
take_policy(struct looking *l, const char *path)
{
	if (path == NULL)
		return EXIT_ACCEPTED;
	if (l->args->n_word > 1)
		return usage("--mta-sts-policy is the file of one domain",
		    NULL);
	if (!text_read(&l->policy, path)) {
		fprintf(stderr, "assay domain: cannot read %s: %s\n", path,
		    strerror(errno));
		return EXIT_UNREADABLE;
	}
	l->ask.sts_policy = (struct assay_span){
	    (const uint8_t *)(l->policy.len > 0 ? l->policy.ptr : ""),
	    l->policy.len };
	return EXIT_ACCEPTED;
}

static int
take_flags(struct looking *l)
{
	const char *const *v = l->args->value;
	int status = take_selectors(l, v[F_SELECTOR]);

	if (status == EXIT_ACCEPTED)
		status = take_sources(l, v[F_SOURCE]);
	if (status == EXIT_ACCEPTED)
		status = take_policy(l, v[F_MTA_STS_POLICY]);
	if (status == EXIT_ACCEPTED && !settings_make(&l->settings, l->args))
		status = EXIT_USAGE;
	l->ask.now = l->settings.session.now;
	l->ask.options = l->settings.options;
	return status;
}

static bool
open_sources(struct looking *l)
{
	const struct settings *s = &l->settings;
	enum assay_status st;

	l->has_suffix = assay_oracle_suffix(&l->suffix, s->suffix_path) ==
	    ASSAY_OK;
	st = s->live ? assay_oracle_resolver(&l->live, &s->resolver) :
	    assay_oracle_zone(&l->zone, (struct assay_span){
	    (const uint8_t *)s->zone.ptr, s->zone.len }, NULL, NULL);
	if (st != ASSAY_OK)
		fprintf(stderr, "assay domain: the resolver cannot be used: "
		    "%s\n", assay_status_str(st));
	if (getrandom(l->seed, sizeof(l->seed), 0) ==
	    (ssize_t)sizeof(l->seed))
		l->ask.seed = l->seed;
	return st == ASSAY_OK;
}

static int
open_store(struct looking *l)
{
	int status = EXIT_USAGE;

	if (!l->args->given[F_STORE])
		return EXIT_ACCEPTED;
	if (!store_file_find(&l->file, l->args))
		return EXIT_USAGE;
	l->store = store_file_open(&l->file, STORE_READ, &status);
	return l->store == NULL ? status : EXIT_ACCEPTED;
}

/* ---- one domain ---------------------------------------------------------- */

static enum assay_status
show(struct looking *l, struct posture *p, struct text *t)
{
	if (l->args->given[F_JSON])
		return posture_json_write(p, text_write, t);
	return posture_page_write(p, l->args->given[F_BRIEF], l->out->width,
	    l->out->colour, text_write, t);
}

static int
look(struct looking *l, struct posture *p)
{
	struct domain_mail mail = { .settings = &l->settings,
		.file = &l->file, .store = l->store };
	struct text t = { .ptr = NULL };
	enum assay_status st;
	bool ok;

	if (!l->settings.live)
		posture_warm(p, &l->zone);
	if (l->has_suffix)
		posture_warm(p, &l->suffix);
	st = posture_run(p, &l->live, l->settings.live ? 1 : 0);
	if (st == ASSAY_OK) {
		int status = domain_mail_load(&mail, l->args, p);

		if (status == EXIT_ACCEPTED)
			st = show(l, p, &t);
		domain_mail_free(&mail);
		if (status != EXIT_ACCEPTED)
			return status;
	}
	if (st != ASSAY_OK) {
		fprintf(stderr, "assay domain: %.*s: %s\n",
		    (int)posture_domain(p).len,
		    (const char *)posture_domain(p).ptr,
		    st == ASSAY_LIMIT ? "its records lead to more than can "
		    "be followed" : assay_status_str(st));
		text_free(&t);
		return st == ASSAY_LIMIT ? EXIT_NOT_ACCEPTED : EXIT_USAGE;
	}
	l->bad |= posture_worst(p) == GRADE_BAD;
	l->unanswered |= posture_unanswered(p);
	ok = out_text(&t);
	text_free(&t);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

static int
one(struct looking *l, const char *word)
{
	enum posture_refusal why = POSTURE_ACCEPTED;
	struct posture *p;
	int status;

	l->ask.domain = assay_cstr(word);
	if (posture_new(&p, &l->ask, &why) != ASSAY_OK) {
		if (why == POSTURE_NO_SELECTOR)
			return usage("a selector is part of a domain name, "
			    "not", l->args->value[F_SELECTOR]);
		if (why == POSTURE_NO_DOMAIN)
			return usage("no domain name:", word);
		return usage("no memory", NULL);
	}
	status = look(l, p);
	posture_free(p);
	return status;
}

static int
all(struct looking *l)
{
	bool apart = !l->args->given[F_JSON] && !l->args->given[F_BRIEF];
	int worst = EXIT_ACCEPTED;

	for (size_t i = 0; i < l->args->n_word; i++) {
		int status;

		if (i > 0 && apart)
			(void)out_put("\n", 1);
		status = one(l, l->args->word[i]);
		if (status == EXIT_USAGE)
			return status;
		if (status != EXIT_ACCEPTED)
			worst = status;
	}
	if (worst != EXIT_ACCEPTED)
		return worst;
	return l->bad ? EXIT_NOT_ACCEPTED :
	    l->unanswered ? EXIT_TEMPORARY : EXIT_ACCEPTED;
}

/* ---- the mail log -------------------------------------------------------- */

/* It tells of all mail of the server, so it is told once. */
static int
mail_log(const struct looking *l)
{
	const char *path = l->args->value[F_MAIL_LOG];
	struct log_read *log;
	struct text t = { .ptr = NULL };
	bool ok;

	if (path == NULL)
		return EXIT_ACCEPTED;
	log = calloc(1, sizeof(*log));
	if (log == NULL)
		return usage("no memory", NULL);
	errno = 0;
	if (!log_read(log, path)) {
		fprintf(stderr, "assay domain: cannot read %s: %s\n", path,
		    errno != 0 ? strerror(errno) : "it is damaged");
		free(log);
		return EXIT_UNREADABLE;
	}
	if (l->args->given[F_JSON])
		log_json(log, &t);
	else
		log_page(log, l->out, &t);
	ok = out_text(&t);
	text_free(&t);
	free(log);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

int
cmd_domain(const struct args *args, const struct out *out)
{
	struct looking l = { .args = args, .out = out };
	int status;

	if (args->n_word == 0)
		return usage("which domain?", NULL);
	status = take_flags(&l);
	if (status == EXIT_ACCEPTED)
		status = open_store(&l);
	if (status == EXIT_ACCEPTED)
		status = open_sources(&l) ? all(&l) : EXIT_USAGE;
	if (status != EXIT_USAGE) {
		int log = mail_log(&l);

		status = log == EXIT_ACCEPTED ? status : log;
	}
	if (l.store != NULL)
		store_close(l.store);
	store_file_free(&l.file);
	assay_oracle_free(&l.live);
	assay_oracle_free(&l.zone);
	assay_oracle_free(&l.suffix);
	settings_free(&l.settings);
	text_free(&l.policy);
	return out_close() ? status : EXIT_USAGE;
}
