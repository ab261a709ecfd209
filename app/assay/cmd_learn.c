/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_learn.c - assay learn: profiles of senders out of an archive.
 *
 * A message is of the day that its Date says, if that is not in the future;
 * who handed it over is what its topmost Received field says, which our own
 * server wrote.  Nothing is verified.  What looks odd beside the rest waits,
 * as it does when mail is live (lib/behave/pending.h).
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arrival.h"
#include "behave/erase.h"
#include "behave_run.h"
#include "clock.h"
#include "fault.h"
#include "habits_keep.h"
#include "input.h"
#include "learn_start.h"
#include "progress.h"

enum { EVERY_MS = 1000, OLDEST = 946684800, /* 2000-01-01 */
	DAY = 86400, RECENT = 90 };

struct learn {
	struct behave_run run;
	struct input in;
	struct reader reader;
	struct text bytes;
	struct progress progress;
	uint64_t learned, waiting, nobody, unread;
	uint64_t lately;		/* of the last RECENT days           */
	int64_t first, last;		/* arrival                           */
	int64_t saved_ms, cost_ms, now;
	bool has_auth;			/* it is known from elsewhere        */
};

static bool
take(void *ctx, struct span piece)
{
	text_put(ctx, piece.ptr, piece.len);
	return !((struct text *)ctx)->failed;
}

static void
complain(struct learn *l, size_t item, const char *why)
{
	char name[4096];

	progress_clear(&l->progress);
	input_name(&l->in, item, name, sizeof(name));
	fprintf(stderr, "assay learn: %s: %s\n", name, why);
	l->unread++;
}

/* The empty line behind the header, LF or CRLF. */
static size_t
header_end(struct span all, size_t *body)
{
	size_t lf = span_search(all, SPAN("\n\n"));
	size_t crlf = span_search(all, SPAN("\n\r\n"));

	*body = crlf < lf ? crlf + 3 : lf + 2;
	return (crlf < lf ? crlf : lf) + 1;
}

static bool
learn_one(struct learn *l, struct span all)
{
	size_t body, head = header_end(all, &body);
	struct traits_in in = { .header = span_head(all, head),
		.body = span_skip(all, body) };
	struct traits *t = &l->run.traits;
	struct arrival a;

	arrival_read(&a, in.header, NULL, 0);
	/* what our own server wrote is not the sender's */
	in.border = a.border;
	in.has_client = a.client.family != 0;
	in.client = a.client;
	in.helo = a.helo;
	in.has_mail_from = !span_absent(a.mail_from);
	in.mail_from = a.mail_from;
	if (!behave_run_read(&l->run, &in))
		return false;
	t->arrival = t->has_date && t->date >= OLDEST && t->date <= l->now ?
	    t->date : l->now;
	t->hour = (int)(t->arrival % DAY / 3600);
	if (l->first == 0 || t->arrival < l->first)
		l->first = t->arrival;
	if (t->arrival > l->last)
		l->last = t->arrival;
	l->lately += t->arrival > l->now - RECENT * DAY;
	behave_run_score(&l->run);
	behave_run_learn(&l->run);
	if (l->run.sample.sender == 0)
		l->nobody++;
	else if (behave_waits(&l->run.score))
		l->waiting++;
	else
		l->learned++;
	return true;
}

/* What SPF, DKIM and DMARC gave is not known of an archive, and "not known"
 * must not become a habit. */
static void
forget_auth(struct learn *l)
{
	if (!l->has_auth && l->learned + l->waiting > 0)
		behave_drop_row(&l->run.file.behave, ROW_AUTH);
}

static bool
save(struct learn *l)
{
	int64_t began = clock_ms(NULL);

	forget_auth(l);
	if (!behave_run_save(&l->run, "learn"))
		return false;
	l->saved_ms = clock_ms(NULL);
	l->cost_ms = l->saved_ms - began;
	return true;
}

static int
all(struct learn *l)
{
	const char *why;

	for (size_t i = 0; i < l->in.n_item; i++) {
		text_clear(&l->bytes);
		if (!reader_open(&l->reader, &l->in, i, &why))
			complain(l, i, why);
		else if (!reader_feed(&l->reader, take, &l->bytes))
			complain(l, i, "it cannot be read to its end");
		else if (!learn_one(l, (struct span){ (const uint8_t *)
		    l->bytes.ptr, l->bytes.len }))
			complain(l, i, "out of memory");
		progress_step(&l->progress);
		if (clock_ms(NULL) - l->saved_ms > EVERY_MS + 9 * l->cost_ms &&
		    !save(l))
			return EXIT_USAGE;
	}
	progress_clear(&l->progress);
	return save(l) ? EXIT_ACCEPTED : EXIT_USAGE;
}

/* What assayd has learned: a snapshot and files. */
static bool
take_copy(struct behave_file *other, const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct habits_copy c = { .block = NULL };
	const char *why = fd < 0 ? strerror(errno) : habits_read(&c, fd);

	if (fd >= 0)
		close(fd);
	*other = (struct behave_file){ .behave = c.behave, .block = c.block,
		.lock = -1 };
	if (why != NULL)
		fprintf(stderr, "assay learn: %s: %s\n", dir, why);
	if (c.discarded > 0)
		fprintf(stderr, "assay learn: %s: %llu octets are damaged and "
		    "left out\n", dir, (unsigned long long)c.discarded);
	return why == NULL;
}

static bool
there(const char *dir, const char *name)
{
	char path[BEHAVE_PATH + 16];
	struct stat st;

	snprintf(path, sizeof(path), "%.4000s/%s", dir, name);
	return stat(path, &st) == 0;
}

/* Reading must not make one. */
static bool
open_other(struct behave_file *other, const char *dir)
{
	*other = (struct behave_file){ .lock = -1 };
	if (there(dir, "snapshot"))
		return take_copy(other, dir);
	if (!there(dir, "state")) {
		fprintf(stderr, "assay learn: %s: neither state nor snapshot "
		    "is there\n", dir);
		return false;
	}
	if (behave_file_open(other, dir, 0, false))
		return true;
	fprintf(stderr, "assay learn: %s\n", other->why);
	return false;
}

/* False: it was said. */
static bool
take_in(struct learn *l, const char *dir)
{
	static struct behave_file other;
	bool ok = open_other(&other, dir);

	if (ok && !behave_file_merge(&l->run.file, &other)) {
		fprintf(stderr, "assay learn: %s\n", l->run.file.why);
		ok = false;
	}
	behave_file_close(&other);
	return ok;
}

static int
told(const struct learn *l, int status, bool for_assayd)
{
	const struct memory_head *h = l->run.file.behave.memory.head;

	printf("%llu messages learned, %llu odd ones wait, %llu without a "
	    "sender, %llu not read\n%u senders and %u domains are known\n",
	    (unsigned long long)l->learned, (unsigned long long)l->waiting,
	    (unsigned long long)l->nobody, (unsigned long long)l->unread,
	    h->senders, h->domains);
	if (for_assayd && status == EXIT_ACCEPTED)
		printf("assayd begins with it when it starts\n");
	if (!out_close())
		return EXIT_USAGE;
	return status == EXIT_ACCEPTED && l->unread > 0 ? EXIT_UNREADABLE :
	    status;
}

static bool
open_state(struct learn *l, struct learn_start *start,
    const struct args *args)
{
	if (!args->given[F_FOR_ASSAYD])
		return behave_run_open(&l->run, args, args->value[F_STATE],
		    0, false);
	return learn_start_find(start, args) && behave_run_open_for(&l->run,
	    args, start->dir, start->octets);
}

/* So many a day, so that alerts a day mean something on the first one. */
static float
a_day(const struct learn *l)
{
	uint64_t all = l->learned + l->waiting;
	int64_t days = (l->last - l->first) / DAY + 1;

	if (l->lately > all / 10 && days > RECENT)
		return (float)l->lately / RECENT;
	return (float)all / (float)days;
}

static int
hand_over(struct learn *l, const struct learn_start *start)
{
	struct alarm *alarm = l->run.file.behave.alarm;

	if (alarm->usual < a_day(l))
		alarm->usual = a_day(l);
	return save(l) && learn_start_give(start) ? EXIT_ACCEPTED :
	    EXIT_USAGE;
}

int
cmd_learn(const struct args *args, const struct out *out)
{
	static struct learn l;
	static struct learn_start start;
	int status = EXIT_USAGE;

	(void)out;
	if (args->given[F_STATE] == args->given[F_FOR_ASSAYD] ||
	    (args->n_word == 0 && !args->given[F_MERGE])) {
		fprintf(stderr, "assay learn: --state DIR says where, or "
		    "--for-assayd, and mailboxes or messages what from\n"
		    "'assay learn --help' shows how\n");
		return EXIT_USAGE;
	}
	start = (struct learn_start){ .lock = -1 };
	l = (struct learn){ .reader = READER_INIT, .now = args->given[F_TIME]
		? args->time : (int64_t)time(NULL) };
	for (size_t i = 0; i < args->n_word; i++)
		input_add(&l.in, args->word[i]);
	if (open_state(&l, &start, args) && (!args->given[F_MERGE] ||
	    take_in(&l, args->value[F_MERGE]))) {
		l.has_auth = l.run.file.behave.memory.head->total[ROW_AUTH] >
		    0;
		progress_init(&l.progress, l.in.n_item, false);
		l.saved_ms = clock_ms(NULL);
		status = all(&l);
		if (args->given[F_FOR_ASSAYD] && status == EXIT_ACCEPTED)
			status = hand_over(&l, &start);
		status = told(&l, status, args->given[F_FOR_ASSAYD]);
	}
	reader_close(&l.reader);
	input_free(&l.in);
	text_free(&l.bytes);
	behave_run_close(&l.run);
	learn_start_end(&start);
	return status;
}
