/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_ingest.c - assay report ingest: files, folders, mboxes, Maildirs and
 * standard input into the store.
 *
 * Each input is taken whole or not at all, so an import that was interrupted,
 * by whatever, is said once more: what it has taken counts once.
 */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input.h"
#include "report_hand.h"
#include "report_take.h"

struct import {
	struct taking taking;
	struct input input;
	int fd;			/* of the source at hand, -1: none           */
	uint32_t source;
};

static int
memory_file(const struct source *s)
{
	int fd = memfd_create("assay-input", MFD_CLOEXEC);
	size_t at = 0;

	while (fd >= 0 && at < s->size) {
		ssize_t n = write(fd, s->data + at, s->size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return -1;
		}
		at += (size_t)n;
	}
	return fd;
}

/* Messages of one mbox share a descriptor. */
static bool
open_source(struct import *m, uint32_t source)
{
	const struct source *s = &m->input.source[source];

	if (m->fd >= 0 && m->source == source)
		return true;
	if (m->fd >= 0)
		close(m->fd);
	m->source = source;
	m->fd = s->data != NULL ? memory_file(s) :
	    open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return m->fd >= 0;
}

static bool
take_item(struct import *m, size_t i)
{
	const struct item *it = &m->input.item[i];
	char name[4200];
	struct taking_bytes b = { .from = it->from, .to = it->to,
		.name = name };

	input_name(&m->input, i, name, sizeof(name));
	if (it->error != 0)
		return taking_unreadable(&m->taking, name,
		    input_error(it->error));
	if (!open_source(m, it->source))
		return taking_unreadable(&m->taking, name, strerror(errno));
	b.fd = m->fd;
	return taking_take(&m->taking, &b);
}

static bool
add_inputs(struct import *m)
{
	const struct args *args = m->taking.args;

	for (size_t i = 1; i < args->n_word; i++)
		input_add(&m->input, args->word[i]);
	if (m->input.failed)
		fprintf(stderr, "assay report ingest: out of memory\n");
	return !m->input.failed;
}

static int
import_all(struct import *m)
{
	struct taking *t = &m->taking;

	if (!add_inputs(m) || !taking_start(t))
		return EXIT_TEMPORARY;
	progress_init(&t->progress, m->input.n_item, false);
	for (size_t i = 0; i < m->input.n_item && take_item(m, i); i++)
		progress_step(&t->progress);
	return taking_end(t);
}

static bool
one_stdin(const struct args *args)
{
	size_t n = 0;

	for (size_t i = 1; i < args->n_word; i++)
		n += strcmp(args->word[i], "-") == 0;
	return n <= 1;
}

int
report_ingest(const struct args *args, const struct out *out)
{
	struct import m = { .taking = { .verb = "ingest", .args = args,
		.status = EXIT_ACCEPTED }, .fd = -1 };
	struct taking *t = &m.taking;
	int status = EXIT_USAGE;

	(void)out;
	if (args->n_word < 2)
		return taking_usage(t, "which reports? files, folders, "
		    "mboxes, Maildirs, or - for standard input");
	if (!one_stdin(args))
		return taking_usage(t, "one - is enough");
	signal(SIGXFSZ, SIG_IGN);	/* a limit is an error to tell */
	if (!store_file_find(&t->file, args)) {
		status = EXIT_USAGE;
	} else if (report_hand_possible(&t->file, args)) {
		/* the one writer is assayd (DECISIONS 23) */
		status = add_inputs(&m) ? report_hand(&t->file, args,
		    &m.input) : EXIT_TEMPORARY;
	} else if (taking_whose(t)) {
		t->store = store_file_open(&t->file, STORE_MAKE, &status);
		if (t->store != NULL)
			status = import_all(&m);
	}
	taking_free(t);
	input_free(&m.input);
	if (m.fd >= 0)
		close(m.fd);
	return status;
}
