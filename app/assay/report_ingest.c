/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_ingest.c - assay report ingest: files, folders, mboxes, Maildirs and
 * standard input into the store.
 *
 * Each input is one transaction, so an import that was interrupted, by
 * whatever, is said once more: what it has taken counts once.  The summary is
 * told when all of it is on the disk.
 */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fault.h"
#include "input.h"
#include "progress.h"
#include "reading.h"
#include "report_hand.h"
#include "store_file.h"
#include "wire/json.h"

enum {
	BATCH = 64,		/* small inputs of one transaction */
	SMALL = 64 << 10	/* octets of one                   */
};

struct import {
	const struct args *args;
	struct store_file file;
	struct store *store;
	struct ingest *in;
	struct reading reader;
	struct input input;
	struct progress progress;
	struct assay_span *own;
	size_t n_own;
	struct ingest_counts sum;	/* of what is in the store           */
	struct ingest_counts pending;
	struct text held;		/* to be told when they are          */
	int fd;			/* of the source at hand, -1: none           */
	uint32_t source;
	int status;
};

static int
usage(const char *what)
{
	fprintf(stderr, "assay report ingest: %s\n"
	    "'assay report --help' shows how\n", what);
	return EXIT_USAGE;
}

/* ---- whose reports ------------------------------------------------------- */

static bool
add_own(struct import *m, struct assay_span domain)
{
	struct assay_span *more = realloc(m->own, (m->n_own + 1) *
	    sizeof(*more));

	if (more == NULL)
		return false;
	m->own = more;
	m->own[m->n_own++] = domain;
	return true;
}

static bool
take_own(struct import *m)
{
	struct assay_span list = m->args->value[F_OWN_DOMAIN] == NULL ?
	    SPAN_NONE : assay_cstr(m->args->value[F_OWN_DOMAIN]);
	const struct conf_item *item = list.len > 0 ? NULL :
	    m->file.conf.first[CONF_K_OWN_DOMAIN];

	for (; item != NULL; item = item->next)
		if (!add_own(m, item->text))
			return false;
	while (list.len > 0) {
		struct assay_span one = span_cut(&list, ',');

		if (one.len > 0 && !add_own(m, one))
			return false;
	}
	if (m->n_own > 0 || m->args->given[F_ACCEPT_ANY_DOMAIN])
		return true;
	usage("which domains are ours? own-domain of the configuration or "
	    "--own-domain says it; --accept-any-domain takes all");
	return false;
}

/* ---- one input ----------------------------------------------------------- */

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
unreadable(struct import *m, const struct store_origin *from,
    const char *why, struct ingest_counts *c)
{
	if (!ingest_begin(m->in, from, NULL, false))
		return false;
	ingest_unreadable(m->in, why);
	return ingest_end(m->in, STORE_SOON, c);
}

static bool tell_items(struct import *m);

/* False: the store does not go on. */
static bool
read_item(struct import *m, const struct item *it,
    const struct store_origin *from, struct ingest_counts *c)
{
	struct ingest_bytes b = { .fd = m->fd, .from = it->from,
		.to = it->to };
	enum ingest_state st;

	if (!ingest_bytes_hash(&b))
		return unreadable(m, from, strerror(errno), c);
	if (ingest_known(m->in, b.hash, from->trust)) {
		c->inputs = c->known = 1;
		return true;
	}
	/* what is small and done shall not hang on what is large */
	if (ingest_pending(m->in) > 0 && it->to - it->from > SMALL &&
	    (!ingest_flush(m->in, STORE_SOON) || !tell_items(m)))
		return false;
	if (!ingest_begin(m->in, from, b.hash, b.compressed))
		return false;
	if (!reading_run(&m->reader, m->in, m->fd, it->from, it->to, &st)) {
		fprintf(stderr, "assay report ingest: cannot start a reader: "
		    "%s\n", strerror(errno));
		m->status = EXIT_TEMPORARY;
		return false;
	}
	if (st == INGEST_FAILED)
		return false;
	if (!ingest_bytes_keep(m->in, &b)) {
		if (store_why(m->store)->status != STORE_OK)
			return false;
		ingest_abort(m->in);
		return unreadable(m, from, "it changed while it was read", c);
	}
	return ingest_end(m->in, STORE_SOON, c);
}

static bool
take_item(struct import *m, const struct item *it, const char *name,
    struct ingest_counts *c)
{
	struct store_origin from = { .trust = STORE_T_FILE,
		.received = store_file_now(), .from = assay_cstr(name) };

	if (it->error != 0)
		return unreadable(m, &from, input_error(it->error), c);
	if (it->from == it->to)
		return unreadable(m, &from, "empty", c);
	if (!open_source(m, it->source))
		return unreadable(m, &from, strerror(errno), c);
	return read_item(m, it, &from, c);
}

/* ---- telling ------------------------------------------------------------- */

static const char *const outcome_name[] = { "new", "duplicate", "replaced",
	"less-trusted", "too-late" };

static void
json_counts(struct jw *w, const struct ingest_counts *c)
{
	jw_put_u64(w, "known", c->known);
	for (size_t i = 0; i <= STORE_TOO_LATE; i++)
		jw_put_u64(w, outcome_name[i], c->outcome[i]);
	jw_put_u64(w, "failures", c->failures - c->failures_again);
	jw_put_u64(w, "failures-again", c->failures_again);
	jw_put_u64(w, "tls", c->tls);
	jw_put_u64(w, "rows", c->rows);
	jw_put_u64(w, "messages", c->messages);
	jw_key(w, "set-aside");
	jw_object(w);
	for (size_t i = 1; i < STORE_A_REASONS; i++)
		if (c->aside[i] > 0)
			jw_put_u64(w, store_aside_name(
			    (enum store_aside_reason)i), c->aside[i]);
	jw_end_object(w);
}

static void
json_line(struct text *t, const char *key, struct assay_span name,
    const struct ingest_counts *c)
{
	struct jw w;

	jw_start(&w, text_write, t);
	jw_object(&w);
	if (key == NULL)
		jw_put_u64(&w, "inputs", c->inputs);
	else
		jw_put_str(&w, key, name);
	json_counts(&w, c);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

/* People see what was not taken; programs see each input. */
static void
note_item(struct import *m, const char *name, const struct ingest_counts *c)
{
	struct text *t = &m->held;

	ingest_sum(&m->pending, c);
	if (m->args->given[F_JSON]) {
		json_line(t, "name", assay_cstr(name), c);
		return;
	}
	for (size_t i = 1; i < STORE_A_REASONS; i++) {
		if (c->aside[i] == 0)
			continue;
		(void)fault_printable(assay_cstr(name), text_write, t);
		text_printf(t, ": %s\n", store_aside_name(
		    (enum store_aside_reason)i));
	}
}

/* What is pending is in the store now. */
static bool
tell_items(struct import *m)
{
	bool ok;

	ingest_sum(&m->sum, &m->pending);
	m->pending = (struct ingest_counts){ .inputs = 0 };
	if (m->held.len > 0)
		progress_clear(&m->progress);
	ok = out_text(&m->held);
	text_clear(&m->held);
	return ok;
}

static void
put(struct text *t, uint64_t n, const char *what)
{
	if (n > 0)
		text_printf(t, "%9llu %s\n", (unsigned long long)n, what);
}

static uint64_t
all_asides(const struct ingest_counts *c)
{
	uint64_t n = 0;

	for (size_t i = 1; i < STORE_A_REASONS; i++)
		n += c->aside[i];
	return n;
}

static void
people_summary(struct text *t, const struct ingest_counts *c)
{
	put(t, c->inputs, c->inputs == 1 ? "input" : "inputs");
	put(t, c->outcome[STORE_NEW], "new reports");
	put(t, c->outcome[STORE_REPLACED], "replaced an earlier version");
	put(t, c->rows, "rows in these");
	put(t, c->messages, "messages in these");
	put(t, c->failures - c->failures_again, "failure reports");
	put(t, c->tls, "TLS reports among the reports");
	put(t, c->outcome[STORE_DUPLICATE] + c->failures_again,
	    "reports that were here already");
	put(t, c->known, "inputs that were here already, to the octet");
	if (all_asides(c) == 0)
		return;
	put(t, all_asides(c), "set aside:");
	for (size_t i = 1; i < STORE_A_REASONS; i++)
		if (c->aside[i] > 0)
			text_printf(t, "%9s %llu %s\n", "",
			    (unsigned long long)c->aside[i],
			    store_aside_name((enum store_aside_reason)i));
	text_str(t, "assay report aside says why\n");
}

static int
summary(struct import *m)
{
	const struct ingest_counts *c = &m->sum;
	struct text t = { .ptr = NULL };
	bool ok;

	if (m->args->given[F_JSON])
		json_line(&t, NULL, SPAN_NONE, c);
	else
		people_summary(&t, c);
	ok = out_text(&t);
	text_free(&t);
	if (!ok)
		return EXIT_USAGE;
	if (m->status != EXIT_ACCEPTED)
		return m->status;
	if (c->aside[STORE_A_UNREADABLE] > 0)
		return EXIT_UNREADABLE;
	return all_asides(c) > c->aside[STORE_A_PARTLY] ? EXIT_NOT_ACCEPTED :
	    EXIT_ACCEPTED;
}

/* ---- all of them --------------------------------------------------------- */

static void
take_all(struct import *m)
{
	char name[4200];

	progress_init(&m->progress, m->input.n_item, false);
	for (size_t i = 0; i < m->input.n_item; i++) {
		struct ingest_counts c = { .inputs = 0 };

		input_name(&m->input, i, name, sizeof(name));
		if (!take_item(m, &m->input.item[i], name, &c)) {
			ingest_abort(m->in);
			break;
		}
		note_item(m, name, &c);
		if (ingest_pending(m->in) == 0 && !tell_items(m)) {
			m->status = EXIT_USAGE;
			break;
		}
		progress_step(&m->progress);
	}
	progress_clear(&m->progress);
	if (ingest_pending(m->in) > 0 && ingest_flush(m->in, STORE_SOON) &&
	    !tell_items(m))
		m->status = EXIT_USAGE;
	if (store_why(m->store)->status != STORE_OK)
		m->status = store_file_wrong(m->file.path,
		    store_why(m->store));
}

static void
add_inputs(struct import *m)
{
	for (size_t i = 1; i < m->args->n_word; i++)
		input_add(&m->input, m->args->word[i]);
}

static int
import_all(struct import *m)
{
	struct ingest_conf conf = { .store = m->store, .own = m->own,
		.n_own = m->n_own,
		.any_domain = m->args->given[F_ACCEPT_ANY_DOMAIN],
		.batch = BATCH };

	m->in = ingest_new(&conf);
	add_inputs(m);
	if (m->in == NULL || m->input.failed) {
		fprintf(stderr, "assay report ingest: out of memory\n");
		return EXIT_TEMPORARY;
	}
	take_all(m);
	/* before anything is told to be there, it is on the disk */
	if (!store_sync(m->store))
		return store_file_wrong(m->file.path, store_why(m->store));
	return summary(m);
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
	struct import m = { .args = args, .fd = -1,
		.status = EXIT_ACCEPTED };
	int status = EXIT_USAGE;

	(void)out;
	if (args->n_word < 2)
		return usage("which reports? files, folders, mboxes, "
		    "Maildirs, or - for standard input");
	if (!one_stdin(args))
		return usage("one - is enough");
	signal(SIGXFSZ, SIG_IGN);	/* a limit is an error to tell */
	if (!store_file_find(&m.file, args)) {
		status = EXIT_USAGE;
	} else if (report_hand_possible(&m.file, args)) {
		/* the one writer is assayd (DECISIONS 23) */
		add_inputs(&m);
		status = report_hand(&m.file, args, &m.input);
	} else if (take_own(&m)) {
		m.store = store_file_open(&m.file, STORE_MAKE, &status);
		if (m.store != NULL)
			status = import_all(&m);
	}
	reading_stop(&m.reader);
	ingest_free(m.in);
	store_close(m.store);
	input_free(&m.input);
	store_file_free(&m.file);
	free(m.own);
	text_free(&m.held);
	if (m.fd >= 0)
		close(m.fd);
	return status;
}
