/* SPDX-License-Identifier: Apache-2.0 */
/* odk DIR SIZE REPEAT: every message through libopendkim, keys from a file. */
#include "bench/corpus.h"

#include <sys/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <opendkim/dkim.h>

static DKIM_LIB *lib;

static void
begin(struct corpus *c)
{
	dkim_query_t method = DKIM_QUERY_FILE;
	char path[600];

	snprintf(path, sizeof(path), "%s/keys.txt", c->dir);
	lib = dkim_init(NULL, NULL);
	if (lib == NULL ||
	    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &method,
	    sizeof(method)) != DKIM_STAT_OK ||
	    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO, path,
	    strlen(path) + 1) != DKIM_STAT_OK)
		exit(1);
}

static bool
one(const struct item *i)
{
	DKIM_STAT st;
	bool testing;
	DKIM *d = dkim_verify(lib, (const unsigned char *)"b", NULL, &st);

	dkim_chunk(d, (unsigned char *)i->text, i->len);
	dkim_chunk(d, NULL, 0);
	st = dkim_eom(d, &testing);
	dkim_free(d);
	return (st == DKIM_STAT_OK) == i->dkim_pass;
}

int
main(int argc, char **argv)
{
	return corpus_serve(argc, argv, begin, one);
}
