/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_conf_import.c - assay conf import: from opendkim and opendmarc.
 *
 * The new configuration goes to standard output; what could not be read, and
 * how much was not carried over, to standard error.
 */
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_conf.h"
#include "import.h"
#include "text.h"

enum { MEMORY = 64 << 20 };	/* tables of big hosters have 100,000 lines */

static bool
read_into(struct arena *a, const char *path, struct span *out)
{
	struct text text = { .ptr = NULL };
	bool ok = text_read(&text, path);

	if (ok)
		*out = arena_dup(a, (struct span){
		    (const uint8_t *)text.ptr, text.len });
	else
		fprintf(stderr, "assay: cannot read %s: %s\n", path,
		    strerror(errno));
	text_free(&text);
	return ok;
}

static bool
read_table(void *ctx, const char *path, struct span *out)
{
	return read_into(ctx, path, out);
}

static int
write_conf(struct arena *a, const struct import_file *file, size_t n)
{
	char host[256] = "";
	struct span text;
	size_t notes;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	text = import_conf(a, file, n, host, read_table, a, &notes);
	if (a->failed) {
		fprintf(stderr, "assay: these files are too large\n");
		return EXIT_USAGE;
	}
	if (notes > 0)
		fprintf(stderr, "assay: %zu line%s not carried over; the end "
		    "of the output says which and why\n", notes,
		    notes == 1 ? " was" : "s were");
	return out_put((const char *)text.ptr, text.len) ? EXIT_ACCEPTED :
	    EXIT_USAGE;
}

int
cmd_conf_import(const char *const *path, size_t n)
{
	struct import_file *file = calloc(n + 1, sizeof(*file));
	struct arena a;
	int status = EXIT_UNREADABLE;
	size_t read = 0;

	if (n == 0) {
		fprintf(stderr, "assay conf import: of which files? for "
		    "example /etc/opendkim.conf /etc/opendmarc.conf\n");
		free(file);
		return EXIT_USAGE;
	}
	arena_init(&a, MEMORY);
	while (file != NULL && read < n &&
	    read_into(&a, path[read], &file[read].text)) {
		file[read].name = path[read];
		read++;
	}
	if (read == n)
		status = write_conf(&a, file, n);
	arena_free(&a);
	free(file);
	return status;
}
