/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workers.c - forked judges on pipes.
 *
 * The parent writes shares (from, to) of the list to a worker, which writes
 * one frame a message back: struct frame, the shown text, the record.  The
 * parent waits in poll() and reads a frame whole; those that come early are
 * kept until their turn, at most WINDOW ahead of the one awaited.
 */
#include "workers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder.h"
#include "whole.h"

enum {
	WINDOW = 4096,		/* results kept for their turn, at most  */
	SHARE = JUDGE_SHARE	/* messages a worker is given at once    */
};

struct share {
	uint64_t from, to;
	uint64_t alone;		/* one by one: one of them kills */
};

struct frame {
	uint64_t item, n_shown, n_record;
	uint32_t ending, disposition, dmarc;
};

struct worker {
	pid_t pid;
	int to, from;		/* pipes; -1: not there             */
	struct share share;	/* what is not done of its share    */
};

struct crew {
	const struct judge_conf *conf;
	const struct input *in;
	struct worker *worker;
	unsigned n;
	uint64_t next;		/* to be given out                  */
	uint64_t awaited;	/* to be taken                      */
	struct report **early;	/* WINDOW of them, by item % WINDOW */
	bool wanted_all;	/* nobody stopped us                */
};

/* ---- pipes --------------------------------------------------------------- */

/* ---- the worker's side --------------------------------------------------- */

static bool
send_report(int fd, uint64_t item, const struct report *r)
{
	struct frame f = { .item = item, .n_shown = r->shown.len,
		.n_record = r->record.len, .ending = (uint32_t)r->ending,
		.disposition = (uint32_t)r->disposition,
		.dmarc = (uint32_t)r->dmarc };

	return whole_write(fd, &f, sizeof(f)) &&
	    whole_write(fd, r->shown.ptr, r->shown.len) &&
	    whole_write(fd, r->record.ptr, r->record.len);
}

struct back { int fd; };

static bool
send_back(void *ctx, size_t item, const struct report *report)
{
	const struct back *b = ctx;

	return send_report(b->fd, item, report);
}

static int
work(const struct crew *crew, int from, int to)
{
	struct judge_conf conf = *crew->conf;
	struct judge *j = judge_new(&conf);
	struct back back = { to };
	struct share share;
	bool ok = j != NULL;

	while (ok && whole_read(from, &share, sizeof(share))) {
		judge_alone(j, share.alone != 0);
		ok = judge_share(j, crew->in, (size_t)share.from,
		    (size_t)share.to, send_back, &back);
	}
	judge_free(j);
	return ok ? 0 : 1;
}

static void
close_pipe(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
child(const struct crew *crew, pid_t parent, int from, int to)
{
	int status;

	/* Nobody is left behind when the parent is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	recorder_forget();
	signal(SIGPIPE, SIG_DFL);
	if (getppid() != parent)
		_exit(1);
	for (unsigned i = 0; i < crew->n; i++) {
		close_pipe(&crew->worker[i].to);
		close_pipe(&crew->worker[i].from);
	}
	status = work(crew, from, to);
	_exit(status);
}

static bool
hire(struct crew *crew, struct worker *w)
{
	int down[2] = { -1, -1 }, up[2] = { -1, -1 };
	pid_t parent = getpid();

	w->share = (struct share){ 0, 0, 0 };
	w->to = w->from = -1;
	if (pipe(down) != 0 || pipe(up) != 0 || (w->pid = fork()) < 0) {
		fprintf(stderr, "assay: cannot start a process: %s\n",
		    strerror(errno));
		close_pipe(&down[0]);
		close_pipe(&down[1]);
		close_pipe(&up[0]);
		close_pipe(&up[1]);
		w->pid = 0;
		return false;
	}
	if (w->pid == 0) {
		close(down[1]);
		close(up[0]);
		child(crew, parent, down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	w->to = down[1];
	w->from = up[0];
	return true;
}

/* ---- the parent's side --------------------------------------------------- */

/* Gives a worker its next share, unless it would run too far ahead. */
static void
give(struct crew *crew, struct worker *w)
{
	uint64_t total = crew->in->n_item;
	uint64_t n = (total - crew->next) / (crew->n * 4) + 1;

	if (w->share.from < w->share.to || w->to < 0)
		return;
	if (crew->next == total) {
		close_pipe(&w->to);	/* no more: it ends by itself */
		return;
	}
	n = n < SHARE ? n : SHARE;
	if (crew->next + n > crew->awaited + WINDOW)
		return;
	if (n > total - crew->next)
		n = total - crew->next;
	w->share = (struct share){ crew->next, crew->next + n, 0 };
	crew->next += n;
	/* a worker that is gone is noticed when it is read */
	(void)whole_write(w->to, &w->share, sizeof(w->share));
}

static struct report *
new_report(void)
{
	return calloc(1, sizeof(struct report));
}

static void
drop(struct report *r)
{
	if (r != NULL)
		report_free(r);
	free(r);
}

static struct report *
receive(struct worker *w)
{
	struct frame f;
	struct report *r = new_report();
	char *shown = NULL, *record = NULL;

	if (r != NULL && whole_read(w->from, &f, sizeof(f)) &&
	    f.item == w->share.from && w->share.from < w->share.to) {
		shown = malloc(f.n_shown + 1);
		record = malloc(f.n_record + 1);
		if (shown != NULL && record != NULL &&
		    whole_read(w->from, shown, f.n_shown) &&
		    whole_read(w->from, record, f.n_record)) {
			r->ending = (enum ending)f.ending;
			r->disposition =
			    (enum assay_disposition)f.disposition;
			r->dmarc = (enum assay_result)f.dmarc;
			r->shown = (struct text){ .ptr = shown,
				.len = f.n_shown, .cap = f.n_shown + 1 };
			r->record = (struct text){ .ptr = record,
				.len = f.n_record, .cap = f.n_record + 1 };
			return r;
		}
	}
	free(shown);
	free(record);
	drop(r);
	return NULL;
}

/* The worker died: a fault for the message it had, and a new worker for the
 * rest of its share. */
static struct report *
bury(struct crew *crew, struct worker *w)
{
	struct share share = w->share;
	struct report *r = new_report();
	char name[4096], why[128];
	int status = 0;

	close_pipe(&w->to);
	close_pipe(&w->from);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	w->pid = 0;
	w->share = (struct share){ 0, 0, 0 };
	if (share.from == share.to || r == NULL) {
		drop(r);
		return NULL;
	}
	if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "the process that judged it died "
		    "of signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else	/* it could not begin, and said so */
		crew->wanted_all = false;
	if (!crew->wanted_all) {
		drop(r);
		return NULL;
	}
	if (share.alone != 0) {
		input_name(crew->in, (size_t)share.from, name, sizeof(name));
		judge_fault(crew->conf, name, END_LIMIT, why, r);
		share.from++;
	} else {	/* which of the share it was, one by one will tell */
		share.alone = 1;
		drop(r);
		r = NULL;
	}
	if (!hire(crew, w))
		crew->wanted_all = false;
	else if (share.from < share.to) {
		w->share = share;
		(void)whole_write(w->to, &share, sizeof(share));
	}
	return r;
}

/* Reads what w has to say and keeps it for its turn. */
static void
listen_to(struct crew *crew, struct worker *w)
{
	uint64_t item = w->share.from;
	struct report *r = receive(w);

	if (r != NULL)
		w->share.from++;
	else
		r = bury(crew, w);
	if (r != NULL)
		crew->early[item % WINDOW] = r;
}

static bool
deliver(struct crew *crew, workers_take_fn *take, void *ctx)
{
	while (crew->awaited < crew->in->n_item) {
		struct report **slot = &crew->early[crew->awaited % WINDOW];

		if (*slot == NULL)
			return true;
		if (!take(ctx, (size_t)crew->awaited, *slot))
			return false;
		drop(*slot);
		*slot = NULL;
		crew->awaited++;
	}
	return true;
}

static bool
attend(struct crew *crew, struct pollfd *fd)
{
	for (unsigned i = 0; i < crew->n; i++) {
		give(crew, &crew->worker[i]);
		fd[i] = (struct pollfd){ .fd = crew->worker[i].from,
			.events = POLLIN };
	}
	if (poll(fd, crew->n, -1) < 0)
		return errno == EINTR;
	for (unsigned i = 0; i < crew->n; i++)
		if ((fd[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
			listen_to(crew, &crew->worker[i]);
	return crew->wanted_all;
}

static void
dismiss(struct crew *crew)
{
	for (unsigned i = 0; i < crew->n; i++) {
		struct worker *w = &crew->worker[i];

		if (w->pid > 0 && crew->awaited < crew->in->n_item)
			kill(w->pid, SIGKILL);
		close_pipe(&w->to);
		close_pipe(&w->from);
		if (w->pid > 0)
			while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
				continue;
	}
	for (unsigned i = 0; crew->early != NULL && i < WINDOW; i++)
		drop(crew->early[i]);
	free(crew->early);
	free(crew->worker);
}

static bool
serial(const struct judge_conf *conf, const struct input *in,
    workers_take_fn *take, void *ctx)
{
	struct judge *j = judge_new(conf);
	bool ok = j != NULL;

	for (size_t i = 0; ok && i < in->n_item; i += SHARE) {
		size_t n = in->n_item - i < SHARE ? in->n_item - i : SHARE;
		ok = judge_share(j, in, i, i + n, take, ctx);
	}
	judge_free(j);
	return ok;
}

bool
workers_run(const struct judge_conf *conf, const struct input *in,
    unsigned jobs, workers_take_fn *take, void *ctx)
{
	struct crew crew = { .conf = conf, .in = in, .wanted_all = true };
	struct pollfd *fd;
	bool ok = true;

	if (jobs <= 1 || in->n_item <= 1)
		return serial(conf, in, take, ctx);
	crew.n = jobs < in->n_item ? jobs : (unsigned)in->n_item;
	crew.worker = calloc(crew.n, sizeof(*crew.worker));
	crew.early = calloc(WINDOW, sizeof(struct report *));
	fd = calloc(crew.n, sizeof(*fd));
	if (crew.worker == NULL || crew.early == NULL || fd == NULL)
		ok = false;
	for (unsigned i = 0; crew.worker != NULL && i < crew.n; i++)
		crew.worker[i] = (struct worker){ .to = -1, .from = -1 };
	fflush(stdout);		/* or the children write it again */
	signal(SIGPIPE, SIG_IGN);
	for (unsigned i = 0; ok && i < crew.n; i++)
		ok = hire(&crew, &crew.worker[i]);
	while (ok && crew.awaited < in->n_item)
		ok = attend(&crew, fd) && deliver(&crew, take, ctx);
	dismiss(&crew);
	free(fd);
	return ok;
}
