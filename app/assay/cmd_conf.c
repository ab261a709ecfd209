/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_conf.c - assay conf check | show | explain | import. */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd_conf.h"
#include "daemon_conf.h"
#include "near.h"
#include "settings.h"

enum { CONF_WORDS = 32 };	/* that are offered as what was meant       */

#define DEFAULT_FILE "/etc/assay/assay.conf"

static const char *
type_words(enum conf_type type)
{
	switch (type) {
	case CONF_NAME: return "a name";
	case CONF_DOMAIN: return "a domain name";
	case CONF_RESOLVER: return "a resolver";
	case CONF_TEXT: case CONF_PERSON: return "text";
	case CONF_PATH: return "an absolute path";
	case CONF_PROFILE: return "a profile";
	case CONF_NET: return "an address or network";
	case CONF_TIME: return "a time";
	case CONF_SIZE: return "a size";
	case CONF_NUMBER: return "a number";
	case CONF_CHOICE: return "one of these words";
	case CONF_WORDLIST: return "words";
	case CONF_BLOCK: return "a block";
	}
	return "";
}

struct file { const char *path; unsigned mistakes; };

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	struct file *file = ctx;

	fprintf(stderr, "%s:%u: %s", file->path, line, what);
	if (near != NULL)
		fprintf(stderr, "; did you mean '%s'?", near);
	fputc('\n', stderr);
	file->mistakes++;
}

static void
remark(void *ctx, unsigned line, const char *what, const char *near)
{
	const struct file *file = ctx;

	(void)near;
	fprintf(stderr, "%s:%u: warning: %s\n", file->path, line, what);
}

/* Is it of the daemon?  A file for the command alone may lack what only
 * the daemon must have. */
static bool
is_daemon(const struct conf *conf)
{
	return conf->first[CONF_K_LISTEN] != NULL;
}

/* Reads it whole, as the daemon would. */
static bool
load(struct conf *conf, struct text *text, const char *path)
{
	struct file file = { .path = path };
	struct daemon_conf daemon;
	bool read = settings_conf(conf, text, path), ok;

	if (conf->arena == NULL)
		return false;
	ok = daemon_conf_make(&daemon, conf, read && is_daemon(conf), tell,
	    &file) && read;
	if (ok)
		daemon_conf_remarks(&daemon, (int64_t)time(NULL), remark,
		    &file);
	daemon_conf_free(&daemon);
	conf->mistakes += file.mistakes;
	return ok;
}

static int
check(const char *path)
{
	struct conf conf = { .arena = NULL };
	struct text text = { .ptr = NULL };
	bool ok = load(&conf, &text, path);

	if (ok)
		printf("%s: good\n", path);
	else if (conf.mistakes > 0)
		fprintf(stderr, "%s: %u mistake%s\n", path, conf.mistakes,
		    conf.mistakes == 1 ? "" : "s");
	conf_free(&conf);
	text_free(&text);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

static int
check_all(const struct args *args)
{
	int status = EXIT_ACCEPTED;

	if (args->n_word == 1)
		return check(DEFAULT_FILE);
	for (size_t i = 1; i < args->n_word; i++)
		if (check(args->word[i]) != EXIT_ACCEPTED)
			status = EXIT_USAGE;
	return status;
}

static int
show(const char *path)
{
	struct conf conf = { .arena = NULL };
	struct text text = { .ptr = NULL };
	bool ok = path == NULL ? conf_parse(&conf, assay_cstr(""), NULL,
	    NULL) : load(&conf, &text, path);

	if (ok) {
		struct assay_span all = conf_print(&conf, conf.arena);

		ok = out_put((const char *)all.ptr, all.len);
	}
	conf_free(&conf);
	text_free(&text);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

static void
explain(const struct out *out, const struct conf_entry *e)
{
	struct text t = { .ptr = NULL };

	printf("%s%s%s", out_bold(out), e->name, out_plain(out));
	if (strlen(e->name) + strlen(e->values) < 77)
		printf(" %s\n", e->values);
	else {
		text_str(&t, "\n    ");
		text_wrap(&t, e->values, 4, 78);
	}
	text_str(&t, "  ");
	text_wrap(&t, e->help, 2, 78);
	(void)out_text(&t);
	text_free(&t);
	printf("  %stype%s     %s%s\n", out_dim(out), out_plain(out),
	    type_words(e->type), e->many ? ", may be said more than once" :
	    "");
	printf("  %sdefault%s  %s\n", out_dim(out), out_plain(out),
	    e->dflt[0] != '\0' ? e->dflt : "none");
	if (!e->reload)
		printf("  %schange%s   needs a restart of assayd\n",
		    out_dim(out), out_plain(out));
}

static int
explain_one(const struct out *out, const char *word)
{
	const char *names[CONF_KEYS + CONF_WORDS];
	const char *near;
	int key = conf_find(assay_cstr(word));
	size_t n = CONF_KEYS;

	if (key >= 0) {
		explain(out, &conf_table[key]);
		return EXIT_ACCEPTED;
	}
	if (policy_word_explain(word, out))
		return EXIT_ACCEPTED;
	for (int i = 0; i < CONF_KEYS; i++)
		names[i] = conf_table[i].name;
	n += policy_words(names + n, CONF_WORDS);
	near = near_word(word, names, n);
	fprintf(stderr, "assay conf: there is no statement or word of "
	    "policies '%s'%s%s%s\n",
	    word, near != NULL ? "; did you mean '" : "",
	    near != NULL ? near : "", near != NULL ? "'?" : "");
	return EXIT_USAGE;
}

static int
explain_all(const struct out *out)
{
	for (int i = 0; i < CONF_KEYS; i++) {
		if (i > 0)
			putchar('\n');
		explain(out, &conf_table[i]);
	}
	return EXIT_ACCEPTED;
}

static int
act(const struct args *args, const struct out *out)
{
	static const char *const verbs[] = { "check", "show", "explain",
		"import" };
	const char *verb = args->n_word > 0 ? args->word[0] : "";
	const char *word = args->n_word > 1 ? args->word[1] : NULL;
	const char *near;

	if (strcmp(verb, "check") == 0)
		return check_all(args);
	if (strcmp(verb, "import") == 0)
		return cmd_conf_import(args->word + 1, args->n_word - 1);
	if (args->n_word > 2) {
		fprintf(stderr, "assay conf: one word after %s\n", verb);
		return EXIT_USAGE;
	}
	if (strcmp(verb, "show") == 0)
		return show(word);
	if (strcmp(verb, "explain") == 0)
		return word != NULL ? explain_one(out, word) :
		    explain_all(out);
	near = near_word(verb, verbs, 4);
	fprintf(stderr, "assay conf: what? check, show, explain or "
	    "import%s%s%s\n",
	    *verb != '\0' && near != NULL ? "; did you mean '" : "",
	    *verb != '\0' && near != NULL ? near : "",
	    *verb != '\0' && near != NULL ? "'?" : "");
	return EXIT_USAGE;
}

int
cmd_conf(const struct args *args, const struct out *out)
{
	int status = act(args, out);

	return out_close() ? status : EXIT_USAGE;
}
