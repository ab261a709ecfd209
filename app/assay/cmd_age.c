/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_age.c - assay age: since when is a domain there, and known here?
 *
 * What is known lies in files of the state directory: a memory of the
 * domains that were seen, a list of new names, one of well-known names.
 */
#include "age.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"

#define PUBLIC_SUFFIXES "/usr/share/publicsuffix/public_suffix_list.dat"

enum { DAY = 86400 };

bool
age_wrong(const struct age *a, const char *what)
{
	fprintf(stderr, "assay %s: %s\n", a->args->name, what);
	return false;
}

bool
age_path(const struct age *a, char *out, size_t size, const char *name)
{
	int n = snprintf(out, size, "%s/%s", a->dir, name);

	return (n > 0 && (size_t)n < size) ||
	    age_wrong(a, "the name of the state directory is too long");
}

bool
age_domain(struct age *a, const char *word, struct domain *out)
{
	struct domain d;

	if (!domain_parse(&d, assay_cstr(word), true, &a->arena) ||
	    domain_labels(d) < 2) {
		fprintf(stderr, "assay %s: '%s' is no domain name\n",
		    a->args->name, word);
		return false;
	}
	out->name = suffix_org(a->suffix, d.name, SUFFIX_ICANN);
	return true;
}

/* ---- files --------------------------------------------------------------- */

static void
read_suffixes(struct age *a)
{
	struct assay_span said = conf_text(&a->file.conf,
	    CONF_K_PUBLIC_SUFFIX_LIST);
	struct text text = { .ptr = NULL };
	char path[1000];

	snprintf(path, sizeof(path), "%.*s", (int)said.len,
	    said.ptr == NULL ? "" : (const char *)said.ptr);
	if (text_read(&text, said.len > 0 ? path : PUBLIC_SUFFIXES))
		a->suffix = suffixes_read((struct span){
		    (const uint8_t *)text.ptr, text.len }, &a->arena);
	text_free(&text);
}

static bool
open_seen(struct age *a, const char *name, bool write,
    struct firstseen **out)
{
	char path[4000], why[FIRSTSEEN_WHY];
	struct stat st;

	if (!age_path(a, path, sizeof(path), name))
		return false;
	if (write && mkdir(a->dir, 0750) != 0 && errno != EEXIST) {
		fprintf(stderr, "assay %s: %s: %s\n", a->args->name, a->dir,
		    strerror(errno));
		return false;
	}
	if (!write && stat(path, &st) != 0 && errno == ENOENT)
		return true;
	*out = firstseen_open(path, write, FIRSTSEEN_SLOTS, a->today, why);
	return *out != NULL || age_wrong(a, why);
}

static bool
open_list(struct age *a, const char *name, struct name_list **out)
{
	char path[4000], why[NAME_LIST_WHY];
	bool absent;

	if (!age_path(a, path, sizeof(path), name))
		return false;
	*out = name_list_open(path, &absent, why);
	return *out != NULL || absent || age_wrong(a, why);
}

bool
age_open(struct age *a, const char *write)
{
	return open_seen(a, "seen", write != NULL &&
	    strcmp(write, "seen") == 0, &a->seen) &&
	    open_seen(a, "registered", write != NULL &&
	    strcmp(write, "registered") == 0, &a->registered) &&
	    open_list(a, "new", &a->fresh) &&
	    open_list(a, "known", &a->known);
}

void
age_close(struct age *a)
{
	firstseen_close(a->seen);
	firstseen_close(a->registered);
	name_list_close(a->fresh);
	name_list_close(a->known);
	a->seen = a->registered = NULL;
	a->fresh = a->known = NULL;
}

/* ---- the command --------------------------------------------------------- */

static bool
begin(struct age *a)
{
	const struct args *args = a->args;
	struct assay_span dir;
	int64_t now = args->given[F_TIME] ? args->time :
	    store_file_now() / 1000000;
	int n;

	arena_init(&a->arena, 256 << 20);
	if (!store_file_find(&a->file, args))
		return false;
	dir = conf_text(&a->file.conf, CONF_K_STATE_DIRECTORY);
	n = args->value[F_STATE] != NULL ?
	    snprintf(a->dir, sizeof(a->dir), "%s", args->value[F_STATE]) :
	    snprintf(a->dir, sizeof(a->dir), "%.*s/age", (int)dir.len,
	    (const char *)dir.ptr);
	if (n < 0 || (size_t)n >= sizeof(a->dir))
		return age_wrong(a, "the name of the state directory is too "
		    "long");
	a->today = (uint32_t)(now / DAY);
	read_suffixes(a);
	return true;
}

static int
usage(const struct age *a, const char *what)
{
	age_wrong(a, what);
	fprintf(stderr, "'assay age --help' shows how\n");
	return EXIT_USAGE;
}

static int
choose(struct age *a)
{
	const struct args *args = a->args;
	bool import = args->given[F_IMPORT], note = args->given[F_NOTE];
	int status;

	if (import && note)
		return usage(a, "--import or --note, one at a time");
	if ((import || note) && args->n_word > 0)
		return usage(a, "with --import and --note there are no "
		    "domains");
	if (!import && (args->given[F_AS] || args->given[F_AFTER]))
		return usage(a, "--as and --after are for --import");
	if (import)
		return age_import(a);
	if (note)
		return age_note(a);
	if (args->given[F_WANTED])
		return !args->given[F_RDAP] || args->n_word > 0 ?
		    usage(a, "--wanted goes with --rdap and no DOMAIN") :
		    age_ask_wanted(a);
	if (args->n_word == 0)
		return usage(a, "which DOMAIN?");
	status = args->given[F_RDAP] ? age_ask(a) : 0;
	return status == 0 || status == EXIT_TEMPORARY ?
	    (age_show(a) == 0 ? status : EXIT_USAGE) : status;
}

int
cmd_age(const struct args *args, const struct out *out)
{
	struct age a = { .args = args, .out = out };
	int status = begin(&a) ? choose(&a) : EXIT_USAGE;

	age_close(&a);
	store_file_free(&a.file);
	arena_free(&a.arena);
	return status;
}
