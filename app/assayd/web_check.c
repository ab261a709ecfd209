/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web_check.c - a message that was posted: kept while it comes, given to an
 * eval, and once more to another if that one dies of it.
 */
#include "web.h"
#include "whole.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- its bytes --------------------------------------------------------- */

bool
request_refuse(struct request *r, unsigned status, const char *kind,
    const char *text)
{
	r->status = status;
	r->kind = kind;
	r->text = text;
	r->done = true;
	return false;
}

/* What does not fit into a message of the bus goes into memory of its own. */
static bool
spill(struct request *r)
{
	r->fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return r->fd >= 0 && whole_write(r->fd, r->room, r->size);
}

static bool
keep(struct request *r, const char *data, size_t n)
{
	if (r->room == NULL)
		r->room = malloc(JOB_INLINE);
	if (r->room == NULL)
		return false;
	if (r->fd < 0 && r->size + n <= JOB_INLINE) {
		memcpy(r->room + r->size, data, n);
		return true;
	}
	return (r->fd >= 0 || spill(r)) && whole_write(r->fd, data, n);
}

bool
check_data(struct request *r, const char *data, size_t n)
{
	struct web *w = r->http->web;

	if (n > w->daemon->message_bytes - r->size)
		return request_refuse(r, MHD_HTTP_CONTENT_TOO_LARGE,
		    "too-large", "longer than max-message-size");
	if (n > w->max_bodies - w->bodies)
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    "too many messages at once; try again");
	if (!keep(r, data, n))
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    "no memory for this message; try again");
	r->size += n;
	w->bodies += n;
	return true;
}

/* ---- to eval ----------------------------------------------------------- */

static struct worker *
idlest(struct web *w)
{
	struct worker *best = NULL;

	for (size_t i = 0; i < w->n_worker; i++)
		if (w->worker[i].up && (best == NULL ||
		    w->worker[i].busy < best->busy))
			best = &w->worker[i];
	return best;
}

/* As in the command: lines, and none of the first that ends with CRLF. */
static enum job_kind
kind_of(const struct request *r)
{
	struct span head = { r->room, r->size < JOB_INLINE ? r->size :
	    JOB_INLINE };

	if (!span_has(head, '\n'))
		return JOB_CHECK;
	return span_search(head, SPAN("\r\n")) < head.len ? JOB_CHECK :
	    JOB_CHECK_LF;
}

static bool
send_job(struct request *r)
{
	struct web *w = r->http->web;
	ROOM(client, BUS_CLIENT);
	struct buf address = BUF_ON(client);
	struct buf rcpts = arena_buf(&r->arena, 64 << 10);
	struct msg_job job = { .id = r->id, .kind = (uint8_t)kind_of(r),
		.listener = r->http->listener,
		.now = loop_time(w->role->loop), .helo = r->ask.helo,
		.has_sender = !span_absent(r->ask.mail_from),
		.mail_from = r->ask.mail_from, .auth_user = r->ask.auth_user,
		.queue_id = r->ask.queue_id, .size = r->size };

	bus_put_client(&address, &r->ask.client);
	job.client = buf_span(&address);
	for (size_t i = 0; i < r->ask.n_rcpt; i++)
		bus_list_put(&rcpts, r->ask.rcpt[i]);
	job.rcpts = buf_span(&rcpts);
	if (r->fd < 0)
		job.message = (struct span){ r->room, r->size };
	r->worker = idlest(w);
	if (r->worker == NULL || rcpts.full ||
	    !bus_send_job(r->worker->bus, &job, r->fd)) {
		r->worker = NULL;
		return false;
	}
	r->worker->busy++;
	return true;
}

/* ---- waiting ----------------------------------------------------------- */

static void
leave_worker(struct request *r)
{
	if (r->worker != NULL)
		r->worker->busy--;
	r->worker = NULL;
}

static void
unlink_request(struct request *r)
{
	struct web *w = r->http->web;

	if (!r->waiting)
		return;
	r->waiting = false;
	*r->link = r->next;
	if (r->next != NULL)
		r->next->link = r->link;
	loop_untimer(w->role->loop, &r->deadline);
	leave_worker(r);
	w->n_job--;
	w->role->busy--;
}

/* It has its answer: the HTTP library goes on with it. */
void
request_wake(struct request *r)
{
	struct web *w = r->http->web;

	unlink_request(r);
	r->done = true;
	if (r->connection != NULL)
		r->connection->due = loop_ms(w->role->loop) +
		    WEB_REQUEST_MS;
	r->http->web->lib.resume_connection(r->mhd);
	http_pump(r->http);
}

void
request_fail(struct request *r, unsigned status, const char *kind,
    const char *text)
{
	(void)request_refuse(r, status, kind, text);
	request_wake(r);
}

static void
on_deadline(void *ctx)
{
	request_fail(ctx, MHD_HTTP_GATEWAY_TIMEOUT, "timeout",
	    "it took longer than job-timeout");
}

void
request_wait(struct request *r)
{
	struct web *w = r->http->web;

	r->waiting = true;
	r->next = w->waiting;
	r->link = &w->waiting;
	if (r->next != NULL)
		r->next->link = &r->next;
	w->waiting = r;
	w->n_job++;
	w->role->busy++;
	r->deadline = (struct timer){ .fn = on_deadline, .ctx = r };
	(void)loop_timer(w->role->loop, &r->deadline, w->daemon->job_ms);
	if (r->connection != NULL)
		r->connection->due = INT64_MAX;
}

bool
request_sealed(const struct request *r)
{
	return r->fd < 0 || fcntl(r->fd, F_ADD_SEALS, F_SEAL_SHRINK |
	    F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

bool
check_begin(struct request *r)
{
	struct web *w = r->http->web;

	if (r->size == 0)
		return request_refuse(r, MHD_HTTP_BAD_REQUEST, "empty",
		    "the body of the request is the message; it is empty");
	if (w->n_job >= WEB_JOBS)
		return request_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    "too many messages at once; try again");
	/* nobody can change the bytes under the parser */
	if (!request_sealed(r))
		return request_refuse(r, MHD_HTTP_INTERNAL_SERVER_ERROR,
		    "broken", "the message could not be sealed");
	r->id = w->next_id++;
	r->began = clock_micros();
	request_wait(r);
	(void)send_job(r);	/* if not: when an eval is there again */
	r->http->web->lib.suspend_connection(r->mhd);
	return true;
}

/* ---- verdicts ---------------------------------------------------------- */

/* Whoever wrote it may write on: it is copied, and bounded. */
static bool
read_result(struct request *r, int fd)
{
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	size_t got = 0;

	if (size <= 0 || size > WEB_RESULT || lseek(fd, 0, SEEK_SET) != 0)
		return false;
	r->result = malloc((size_t)size);
	while (r->result != NULL && got < (size_t)size) {
		ssize_t n = read(fd, r->result + got, (size_t)size - got);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	r->result_len = got;
	return r->result != NULL;
}

static void
again(struct request *r, unsigned status, const char *kind,
    const char *text)
{
	leave_worker(r);
	if (++r->tries >= WEB_TRIES)
		request_fail(r, status, kind, text);
	else
		(void)send_job(r);
}

static void
take(struct request *r, const struct msg_verdict *v, int fd)
{
	struct web *w = r->http->web;

	if (v->status == VERDICT_BUSY) {
		again(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    "all are busy; try again");
		return;
	}
	if (v->status != VERDICT_OK || !read_result(r, fd)) {
		request_fail(r, MHD_HTTP_INTERNAL_SERVER_ERROR, "limit",
		    "the message could not be judged: a limit was reached");
		return;
	}
	stats_time(&w->role->stats, STAT_HTTP_CHECK,
	    (uint64_t)(clock_micros() - r->began));
	r->status = MHD_HTTP_OK;
	request_wake(r);
}

/* An eval answers for what it was given, and nothing else. */
void
check_verdict(struct web *w, struct bus *from, const struct msg_verdict *v,
    int fd)
{
	struct request *r = w->waiting;

	while (r != NULL && (r->id != v->id || r->worker == NULL ||
	    r->worker->bus != from))
		r = r->next;
	if (r != NULL)
		take(r, v, fd);
}

void
check_peer(struct web *w, struct worker *k)
{
	struct request *next;

	for (struct request *r = w->waiting; r != NULL; r = next) {
		next = r->next;
		if (!k->up && r->worker == k)
			again(r, MHD_HTTP_INTERNAL_SERVER_ERROR, "died",
			    "who judged it died, twice");
		else if (k->up && r->worker == NULL &&
		    r->ask.path == PATH_CHECK)
			(void)send_job(r);
	}
	if (!k->up)
		k->busy = 0;
}

void
check_forget(struct request *r)
{
	unlink_request(r);
	r->http->web->bodies -= r->size;
	if (r->fd >= 0)
		close(r->fd);
	free(r->room);
	free(r->result);
}
