/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - the assay command: finds the subcommand and runs it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "help.h"
#include "near.h"

static const struct {
	const char *name;
	command_bits id;
	cmd_fn *run;
} commands[] = {
#define X(ID, name, synopsis, line) { #name, C_##ID, cmd_##name },
#include "commands.def"
#undef X
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int
unknown(const char *word)
{
	const char *names[N_COMMANDS];
	const char *near;

	for (size_t i = 0; i < N_COMMANDS; i++)
		names[i] = commands[i].name;
	near = near_word(word, names, N_COMMANDS);
	fprintf(stderr, "assay: there is no command '%s'\n", word);
	if (near != NULL)
		fprintf(stderr, "did you mean 'assay %s'?\n", near);
	else if (access(word, F_OK) == 0)
		fprintf(stderr, "did you mean 'assay check %s'?\n", word);
	fprintf(stderr, "'assay --help' lists the commands\n");
	return EXIT_USAGE;
}

static int
run(size_t i, int argc, char **argv)
{
	struct args args = { .command = commands[i].id,
		.name = commands[i].name };
	struct out out;
	int status = EXIT_USAGE;

	if (args_read(&args, argc, argv)) {
		out_init(&out, &args);
		if (args.help)
			status = help_command(&out, args.command);
		else
			status = commands[i].run(&args, &out);
	}
	args_free(&args);
	return status;
}

static int
version(void)
{
	printf("assay %s\n", assay_version());
	return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	struct args none = { .command = C_HELP, .name = "help" };
	struct out out;
	const char *word = argc > 1 ? argv[1] : NULL;

	out_init(&out, &none);
	if (word == NULL) {
		fprintf(stderr, "assay: what shall be done? for example "
		    "'assay check message.eml'\n"
		    "'assay --help' lists the commands\n");
		return EXIT_USAGE;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return help_all(&out);
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
		return version();
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(word, commands[i].name) == 0)
			return run(i, argc - 2, argv + 2);
	return unknown(word);
}
