/* SPDX-License-Identifier: Apache-2.0 */
/*
 * args.c - reads the command line by flags.def.
 *
 * --flag VALUE and --flag=VALUE are the same; -j N and -jN are --jobs; --
 * ends the flags; a single - is standard input.  Flags and files may come
 * in any order.
 */
#include "args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"

const struct flag flag_table[F_COUNT] = {
#define X(ID, name, arg, commands, help) \
	[F_##ID] = { name, arg, commands, help },
#include "flags.def"
#undef X
};

static bool
complain(const struct args *args, const char *what, const char *word,
    const char *near)
{
	fprintf(stderr, "assay %s: %s '%s'\n", args->name, what, word);
	if (near != NULL)
		fprintf(stderr, "did you mean '%s'?\n", near);
	fprintf(stderr, "'assay %s --help' shows what it takes\n",
	    args->name);
	return false;
}

static int
find_flag(const char *name, size_t len)
{
	for (int i = 0; i < F_COUNT; i++)
		if (strlen(flag_table[i].name) == len &&
		    memcmp(flag_table[i].name, name, len) == 0)
			return i;
	return -1;
}

static bool
unknown_flag(const struct args *args, const char *word)
{
	const char *names[F_COUNT + 1];
	char dashed[64];
	size_t n = 0;
	const char *near;

	for (int i = 0; i < F_COUNT; i++)
		if ((flag_table[i].commands & args->command) != 0)
			names[n++] = flag_table[i].name;
	names[n++] = "help";
	near = near_word(word + strspn(word, "-"), names, n);
	if (near != NULL)
		snprintf(dashed, sizeof(dashed), "--%s", near);
	return complain(args, "there is no flag", word,
	    near != NULL ? dashed : NULL);
}

bool
args_number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *out <= max;
}

/* Flags whose value has a form of its own. */
static bool
check_value(struct args *args, int id)
{
	const char *v = args->value[id];
	uint64_t number;

	if (id == F_TIME) {
		if (!args_number(v, INT64_MAX, &number))
			return complain(args, "--time takes Unix seconds, not",
			    v, NULL);
		args->time = (int64_t)number;
	} else if (id == F_JOBS) {
		if (!args_number(v, 512, &number))
			return complain(args, "--jobs takes 0 to 512, not",
			    v, NULL);
		args->jobs = (unsigned)number;
	} else if (id == F_COLOR && strcmp(v, "auto") != 0 &&
	    strcmp(v, "always") != 0 && strcmp(v, "never") != 0) {
		return complain(args, "--color takes auto, always or never, "
		    "not", v, NULL);
	}
	return true;
}

static bool
take_flag(struct args *args, int id, const char *inline_value, int argc,
    char **argv, int *at)
{
	const struct flag *flag = &flag_table[id];
	const char *typed = argv[*at];

	if ((flag->commands & args->command) == 0)
		return complain(args, "does not take", typed, NULL);
	if (flag->arg == NULL) {
		if (inline_value != NULL)
			return complain(args, "takes no value: flag",
			    typed, NULL);
		args->given[id] = true;
		return true;
	}
	if (inline_value == NULL) {
		if (*at + 1 >= argc)
			return complain(args, "wants a value: flag",
			    typed, NULL);
		inline_value = argv[++*at];
	}
	args->given[id] = true;
	args->value[id] = inline_value;
	return check_value(args, id);
}

static bool
take_word(struct args *args, int argc, char **argv, int *at)
{
	const char *word = argv[*at];
	const char *equals;
	int id;

	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
		args->help = true;
		return true;
	}
	if (word[1] == 'j')
		return take_flag(args, F_JOBS, word[2] != '\0' ? word + 2 :
		    NULL, argc, argv, at);
	if (word[1] != '-')
		return unknown_flag(args, word);
	equals = strchr(word, '=');
	id = find_flag(word + 2, equals != NULL ? (size_t)(equals - word) - 2 :
	    strlen(word + 2));
	if (id < 0)
		return unknown_flag(args, word);
	return take_flag(args, id, equals != NULL ? equals + 1 : NULL, argc,
	    argv, at);
}

bool
args_read(struct args *out, int argc, char **argv)
{
	bool flags_end = false;

	out->jobs = 1;
	out->word = calloc((size_t)argc + 1, sizeof(*out->word));
	if (out->word == NULL)
		return false;
	for (int i = 0; i < argc; i++) {
		if (!flags_end && strcmp(argv[i], "--") == 0)
			flags_end = true;
		else if (flags_end || argv[i][0] != '-' || argv[i][1] == '\0')
			out->word[out->n_word++] = argv[i];
		else if (!take_word(out, argc, argv, &i))
			return false;
	}
	return true;
}

void
args_free(struct args *args)
{
	free(args->word);
	args->word = NULL;
}
