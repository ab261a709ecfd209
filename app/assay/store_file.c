/* SPDX-License-Identifier: Apache-2.0 */
#include "store_file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "settings.h"

#define DEFAULT_FILE "/etc/assay/assay.conf"
#define STORE_NAME "reports.db"

int64_t
store_file_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
store_file_find(struct store_file *f, const struct args *args)
{
	const char *file = args->value[F_CONF];
	struct assay_span dir;
	int n;

	*f = (struct store_file){ .path = "" };
	if (file == NULL && access(DEFAULT_FILE, R_OK) == 0)
		file = DEFAULT_FILE;
	if (file == NULL ? !conf_parse(&f->conf, assay_cstr(""), NULL, NULL)
	    : !settings_conf(&f->conf, &f->text, file))
		return false;
	dir = conf_text(&f->conf, CONF_K_STATE_DIRECTORY);
	n = args->value[F_STORE] != NULL ?
	    snprintf(f->path, sizeof(f->path), "%s", args->value[F_STORE]) :
	    snprintf(f->path, sizeof(f->path), "%.*s/" STORE_NAME,
	    (int)dir.len, (const char *)dir.ptr);
	if (n > 0 && (size_t)n < sizeof(f->path) - 8)
		return true;
	fprintf(stderr, "assay %s: the name of the store is too long\n",
	    args->name);
	return false;
}

void
store_file_free(struct store_file *f)
{
	conf_free(&f->conf);
	text_free(&f->text);
}

static bool
tell(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return fwrite(bytes.ptr, 1, bytes.len, stderr) == bytes.len;
}

static const char *
advice(enum store_status status)
{
	switch (status) {
	case STORE_HELD:
		return "one process writes at a time. If it is assayd, stop "
		    "it for the while of this command: systemctl stop assayd";
	case STORE_BUSY:
		return "try again when it is done";
	case STORE_FULL:
		return "make room and say it again: what was taken before "
		    "this is kept and counts once";
	case STORE_READ_ONLY:
		return "it must be writable for this user, as must the "
		    "directory that it is in";
	case STORE_CORRUPT:
		return "if it was a store: assay store restore, from a "
		    "backup";
	case STORE_ABSENT:
		return "assay report ingest makes one; --store names another "
		    "one";
	case STORE_NOWHERE:
		return "make it, or name another store by --store";
	case STORE_UNREADABLE:
		return "say it as a user who may read it and the files "
		    "beside it, -wal and -shm: its owner, or root";
	case STORE_NEWER:
	case STORE_OK:
	case STORE_NOMEM:
	case STORE_REFUSED:
	case STORE_FAILED:
		break;
	}
	return NULL;
}

int
store_file_wrong(const char *path, const struct store_error *why)
{
	const char *then = advice(why->status);

	fprintf(stderr, "assay: ");
	(void)fault_printable(assay_cstr(path), tell, NULL);
	fprintf(stderr, ": %s\n", why->text);
	if (then != NULL)
		fprintf(stderr, "%s\n", then);
	switch (why->status) {
	case STORE_HELD:
	case STORE_BUSY:
	case STORE_FULL:
	case STORE_NOMEM:
		return EXIT_TEMPORARY;
	case STORE_ABSENT:
	case STORE_NOWHERE:
	case STORE_UNREADABLE:
	case STORE_CORRUPT:
	case STORE_FAILED:
		return EXIT_UNREADABLE;
	case STORE_READ_ONLY:
	case STORE_NEWER:
	case STORE_REFUSED:
	case STORE_OK:
		break;
	}
	return EXIT_USAGE;
}

struct store *
store_file_open(const struct store_file *f, enum store_mode mode,
    int *status)
{
	struct store_conf conf = { .path = f->path,
		.create = mode == STORE_MAKE,
		.read_only = mode == STORE_READ,
		.identities = conf_number(&f->conf,
		    CONF_K_STORE_IDENTITIES) == 1 };
	struct store_error why;
	struct store *s = store_open(&conf, &why);

	if (s == NULL && mode == STORE_ADD && why.status == STORE_HELD) {
		conf.beside = true;
		s = store_open(&conf, &why);
	}
	if (s == NULL)
		*status = store_file_wrong(f->path, &why);
	/* what only the import can do otherwise */
	if (s == NULL && mode == STORE_MAKE && why.status == STORE_HELD)
		fprintf(stderr, "or mail the reports to its report-address\n");
	return s;
}
