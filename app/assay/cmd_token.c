/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_token.c - assay token new NAME: a token for the HTTP interface.
 *
 * The token is shown here and nowhere else; what is kept is its hash.
 */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "token.h"

static int
usage(const char *what)
{
	fprintf(stderr, "assay token: %s\n'assay token --help' shows how\n",
	    what);
	return EXIT_USAGE;
}

int
cmd_token(const struct args *args, const struct out *out)
{
	char token[TOKEN_TEXT], line[TOKEN_LINE];

	if (args->n_word == 0 || strcmp(args->word[0], "new") != 0)
		return usage("what? 'assay token new NAME' makes one");
	if (args->n_word != 2)
		return usage("one name, of the program that will use it");
	if (!token_new(assay_cstr(args->word[1]), token, line))
		return usage("a name is letters, digits, '.', '-' and '_', "
		    "40 at most");
	if (args->given[F_JSON]) {
		printf("{\"name\":\"%s\",\"token\":\"%s\",\"line\":\"%s\"}\n",
		    args->word[1], token, line);
		return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
	}
	printf("%sThe token, for the program; it is not shown again:%s\n\n"
	    "    %s\n\n%sThe line for the file that token-file names "
	    "(chmod 0640), then reload assayd:%s\n\n    %s\n", out_dim(out),
	    out_plain(out), token, out_dim(out), out_plain(out), line);
	return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}
