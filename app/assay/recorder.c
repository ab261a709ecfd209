/* SPDX-License-Identifier: Apache-2.0 */
/* recorder.c - keeps records; nothing is half-written. */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
complain(const struct recorder *r, const char *what)
{
	fprintf(stderr, "assay: cannot %s %s: %s\n", what, r->path,
	    strerror(errno));
	return false;
}

/* The file that a signal would leave behind; one at a time. */
static char doomed[sizeof(((struct recorder *)0)->temporary)];
static const int deadly[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXFSZ };

enum { N_DEADLY = sizeof(deadly) / sizeof(deadly[0]) };

void
recorder_abandon(void)
{
	if (doomed[0] != '\0')
		unlink(doomed);
	doomed[0] = '\0';
}

static void
die(int signal_number)
{
	recorder_abandon();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

void
recorder_forget(void)
{
	for (int i = 0; doomed[0] != '\0' && i < N_DEADLY; i++)
		signal(deadly[i], SIG_DFL);
	doomed[0] = '\0';
}

static void
watch(const struct recorder *r)
{
	memcpy(doomed, r->temporary, sizeof(doomed));
	for (int i = 0; i < N_DEADLY; i++) {
		struct sigaction now;

		if (sigaction(deadly[i], NULL, &now) == 0 &&
		    now.sa_handler == SIG_DFL)
			signal(deadly[i], die);
	}
}

/* A new file beside the one that it will replace. */
static bool
open_temporary(struct recorder *r, const char *final)
{
	int fd;

	snprintf(r->temporary, sizeof(r->temporary), "%.4000s.XXXXXX", final);
	fd = mkstemp(r->temporary);
	if (fd < 0)
		return complain(r, "write to");
	r->file = fdopen(fd, "w");
	if (r->file != NULL) {
		watch(r);
		return true;
	}
	close(fd);
	unlink(r->temporary);
	return complain(r, "write to");
}

bool
recorder_open(struct recorder *r, const char *path)
{
	struct stat st;

	*r = (struct recorder){ .path = path };
	if (path == NULL)
		return true;
	if (stat(path, &st) == 0) {
		r->folder = S_ISDIR(st.st_mode);
		r->device = !r->folder && !S_ISREG(st.st_mode);
	}
	if (r->folder)
		return true;
	if (!r->device)
		return open_temporary(r, path);
	r->file = fopen(path, "we");
	return r->file != NULL || complain(r, "write to");
}

/* Makes the file durable and gives it its name. */
static bool
settle(struct recorder *r, const char *final)
{
	bool ok = fflush(r->file) == 0 && ferror(r->file) == 0;

	if (ok && !r->device)
		ok = fsync(fileno(r->file)) == 0;
	if (fclose(r->file) != 0)
		ok = false;
	r->file = NULL;
	if (ok && !r->device)
		ok = rename(r->temporary, final) == 0;
	if (ok) {
		doomed[0] = '\0';
		return true;
	}
	(void)complain(r, "write to");
	recorder_abandon();
	return false;
}

bool
recorder_put(struct recorder *r, size_t number, const struct text *record)
{
	char final[4096];

	if (r->path == NULL || record->len == 0)
		return true;
	if (r->folder) {
		snprintf(final, sizeof(final), "%.4000s/%08zu.json", r->path,
		    number);
		if (!open_temporary(r, final))
			return false;
	}
	if (fwrite(record->ptr, 1, record->len, r->file) != record->len) {
		(void)complain(r, "write to");
		return false;
	}
	return !r->folder || settle(r, final);
}

bool
recorder_close(struct recorder *r, bool keep)
{
	if (r->file == NULL)
		return true;
	if (keep)
		return settle(r, r->path);
	fclose(r->file);
	r->file = NULL;
	recorder_abandon();
	return true;
}
