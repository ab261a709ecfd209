/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_conn.c - one connection of a mail server.
 *
 * One read takes what is there, mostly a whole burst of packets; they are
 * looked at where they lie, and what is answered to them leaves with one
 * send.  Only a packet that is not complete is copied, and only as much of
 * it is kept as has come.
 */
#include "p_front.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- large messages --------------- */

static void
drop_slate(struct conn *c)
{
	if (c->slate != NULL)
		slate_give(c->front, c->slate);
	c->slate = NULL;
}

static bool
spill(void *ctx, struct span bytes)
{
	struct conn *c = ctx;

	if (c->slate == NULL)
		c->slate = slate_take(c->front);
	return c->slate != NULL && slate_put(c->front, c->slate, bytes);
}

/* ---- the end --------------- */

void
conn_close(struct conn *c)
{
	struct front *f = c->front;

	job_drop(c);
	letter_drop(c);
	strip_drop(c);
	loop_untimer(f->role->loop, &c->timer);
	loop_forget(f->role->loop, &c->watch);
	close(c->watch.fd);
	drop_slate(c);
	milter_session_free(&c->session);
	free(c->part.ptr);
	backlog_free(&c->out);
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	free(c);
	front_left(f);
}

/* Nothing else comes of a broken packet (DECISIONS 16): one line, the end. */
static void
fault(struct conn *c, enum stat_fault kind, const char *what)
{
	struct front *f = c->front;
	struct log_line line;

	stats_add(&f->role->stats, STAT_SESSION_FAULTS, kind, 1);
	log_begin(&line, &f->role->log, "session-fault");
	log_str(&line, "listener", f->role->daemon.listener[c->listener].name);
	log_str(&line, "what", what);
	if (!span_absent(c->session.queue_id))
		log_span(&line, "queue", c->session.queue_id);
	log_end(&line);
	conn_close(c);
}

/* ---- sending --------------- */

/* False: the connection is gone. */
static bool
went(struct conn *c, enum backlog_state state)
{
	struct loop *loop = c->front->role->loop;

	if (state == BACKLOG_GONE) {
		fault(c, FAULT_CLOSED, "the mail server has gone");
		return false;
	}
	/* who does not listen is not listened to */
	if (state == BACKLOG_FULL || (state == BACKLOG_WAITS &&
	    !loop_change(loop, &c->watch, LOOP_WRITE))) {
		fault(c, FAULT_LIMIT, "the mail server does not read");
		return false;
	}
	return true;
}

bool
conn_say(struct conn *c, struct span bytes)
{
	return went(c, backlog_say(&c->out, c->watch.fd, bytes,
	    FRONT_BACKLOG));
}

/* False: the connection is gone. */
static bool
say_rest(struct conn *c)
{
	if (!went(c, backlog_go_on(&c->out, c->watch.fd)))
		return false;
	if (c->strip.going && !strip_go_on(c))
		return false;
	if (backlog_waits(&c->out))
		return true;
	if (c->leaving) {
		conn_close(c);
		return false;
	}
	return loop_change(c->front->role->loop, &c->watch, LOOP_READ);
}

void
conn_answered(struct conn *c)
{
	c->job = NULL;
	drop_slate(c);
	milter_session_done(&c->session);
}

/* ---- packets --------------- */

enum go { GO_ON, GO_LEAVE, GO_GONE };

/* What was said so far goes first, so that answers keep their order. */
static enum go
whole(struct conn *c, struct buf *out)
{
	if (out->len > 0 && !conn_say(c, buf_span(out)))
		return GO_GONE;
	out->len = 0;
	return job_begin(c) ? GO_ON : GO_GONE;
}

static void
many_domains(struct conn *c)
{
	const struct milter_session *s = &c->session;

	if (s->domains == LIMIT_MILTER_DOMAINS &&
	    s->messages == LIMIT_MILTER_DOMAINS)
		log_say2(&c->front->role->log, "many-domains", "one "
		    "connection sends in the name of many domains", "client",
		    milter_session_word(&s->client_name));
}

static enum go
packet(struct conn *c, struct span frame, struct buf *out)
{
	struct milter_session *s = &c->session;
	enum milter_fault what;
	struct milter_packet p;

	what = milter_parse(&p, frame);
	if (what != MILTER_FINE) {
		fault(c, FAULT_PROTOCOL, milter_fault_str(what));
		return GO_GONE;
	}
	switch (milter_session_take(s, &p, out)) {
	case MILTER_GO_ON:
		if (p.word == MILTER_CONNECT)
			stats_count(&c->front->role->stats, STAT_SESSIONS);
		if (c->slate != NULL && s->size == 0)	/* of another */
			drop_slate(c);
		return GO_ON;
	case MILTER_RCPT_DUE:
		answer_rcpt(c, out);
		return GO_ON;
	case MILTER_VERDICT_DUE:
		many_domains(c);
		return whole(c, out);
	case MILTER_DROPPED:
		job_drop(c);
		letter_drop(c);
		strip_drop(c);
		drop_slate(c);
		return GO_ON;
	case MILTER_BYE:
		return GO_LEAVE;
	case MILTER_WRONG:
		fault(c, FAULT_PROTOCOL, milter_fault_str(s->fault));
		return GO_GONE;
	}
	return GO_ON;
}

/* All whole packets of *in. */
static enum go
packets(struct conn *c, struct span *in, struct buf *out)
{
	enum milter_fault what;
	enum go go = GO_ON;
	struct span frame;

	while ((what = milter_take(&frame, in)) == MILTER_FINE) {
		go = packet(c, frame, out);
		if (go != GO_ON)
			return go;
	}
	if (what == MILTER_MORE)
		return GO_ON;
	fault(c, FAULT_PROTOCOL, milter_fault_str(what));
	return GO_GONE;
}

/* ---- a packet that comes in parts --------------- */

static bool
part_room(struct conn *c, size_t want)
{
	struct buf *b = &c->part;
	size_t cap = b->cap < 4096 ? 4096 : 2 * b->cap;
	uint8_t *p;

	if (want <= b->cap)
		return true;
	if (cap < want)
		cap = want;
	p = realloc(b->ptr, cap);
	if (p == NULL)
		return false;
	b->ptr = p;
	b->cap = cap;
	return true;
}

static bool
part_add(struct conn *c, struct span *in, size_t n)
{
	struct span more = span_head(*in, n);

	if (!part_room(c, c->part.len + more.len))
		return false;
	buf_put(&c->part, more);
	*in = span_skip(*in, more.len);
	return true;
}

static void
part_done(struct conn *c)
{
	free(c->part.ptr);
	c->part = (struct buf){ .cap = 0 };
}

/* The packet that was begun before, as far as *in completes it. */
static enum go
complete(struct conn *c, struct span *in, struct buf *out)
{
	enum go go = GO_ON;
	struct span all;
	size_t need;

	if (c->part.len == 0)
		return GO_ON;
	/* 5: with its word, an impossible length is known */
	if (c->part.len < MILTER_HEAD &&
	    !part_add(c, in, MILTER_HEAD - c->part.len))
		return GO_LEAVE;
	need = milter_need(buf_span(&c->part));
	all = buf_span(&c->part);
	if (need > c->part.len && need <= LIMIT_MILTER_FRAME + 4) {
		if (!part_add(c, in, need - c->part.len))
			return GO_LEAVE;
		all = buf_span(&c->part);
	}
	go = packets(c, &all, out);
	if (go == GO_ON && all.len == 0)
		part_done(c);
	return go;
}

/* *out is what is to be said; in what was read. */
static enum go
look_at(struct conn *c, struct span in, struct buf *out)
{
	enum go go = complete(c, &in, out);

	if (go == GO_ON && in.len > 0)
		go = packets(c, &in, out);
	if (go == GO_ON && in.len > 0) {
		c->part_since = c->heard;
		if (!part_add(c, &in, in.len))
			return GO_LEAVE;
		conn_arm(c);
	}
	return go;
}

/* ---- reading --------------- */

/* Without it the kernel waits 40 ms with its acknowledgement, and a mail
 * server that has Nagle's algorithm waits for that; it has to be said again
 * after each read. */
static void
acknowledge(const struct conn *c)
{
	int one = 1;

	if (c->tcp)
		(void)setsockopt(c->watch.fd, IPPROTO_TCP, TCP_QUICKACK, &one,
		    sizeof(one));
}

static void
leave(struct conn *c)
{
	c->leaving = true;
	if (!backlog_waits(&c->out))
		conn_close(c);
}

static void
on_bytes(struct conn *c, size_t n)
{
	struct front *f = c->front;
	struct buf out = { .ptr = f->said, .cap = FRONT_OUT };
	enum go go;

	acknowledge(c);
	c->heard = loop_ms(f->role->loop);
	go = look_at(c, (struct span){ f->in, n }, &out);
	if (go == GO_GONE)
		return;
	if (out.len > 0 && !conn_say(c, buf_span(&out)))
		return;
	if (go == GO_LEAVE)
		leave(c);
}

static void
on_read(struct conn *c)
{
	ssize_t n = recv(c->watch.fd, c->front->in, FRONT_READ, MSG_DONTWAIT);

	if (n > 0)
		on_bytes(c, (size_t)n);
	else if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	else if (c->part.len > 0)
		fault(c, FAULT_PROTOCOL, "the connection ends within a "
		    "packet");
	else
		conn_close(c);	/* what mail servers do, too, to end */
}

static void
on_event(void *ctx, unsigned events)
{
	struct conn *c = ctx;

	if ((events & LOOP_WRITE) && !say_rest(c))
		return;
	if (events & LOOP_READ && c->watch.want & LOOP_READ)
		on_read(c);
	else if (events & LOOP_HUP)
		conn_close(c);
}

/* ---- time --------------- */

static int64_t
min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The mail server waits for us, not we for it. */
static bool
waits(const struct conn *c)
{
	return c->job != NULL || c->letter.id != 0 || c->strip.id != 0;
}

void
conn_arm(struct conn *c)
{
	const struct front *f = c->front;
	int64_t now = loop_ms(f->role->loop);
	int64_t due = c->heard + f->role->daemon.idle_ms;

	if (waits(c))
		due = now + min64(PROGRESS_MS, f->role->daemon.job_ms);
	else if (f->role->ending)
		due = c->heard + ENDING_IDLE_MS;
	if (c->part.len > 0)
		due = min64(due, c->part_since + FRAME_MS);
	if (c->timer.place == 0 || due < c->timer.due)
		loop_timer(f->role->loop, &c->timer, due > now ? due - now :
		    1);
}

/* True: the connection is gone. */
static bool
too_old(struct conn *c, int64_t now)
{
	const struct front *f = c->front;

	if (c->part.len > 0 && now - c->part_since >= FRAME_MS)
		fault(c, FAULT_TIMEOUT, "a packet was not completed");
	else if (backlog_waits(&c->out) &&
	    now - c->heard >= f->role->daemon.idle_ms)
		fault(c, FAULT_TIMEOUT, "the mail server does not read");
	else if (!waits(c) && now - c->heard >= f->role->daemon.idle_ms)
		fault(c, FAULT_TIMEOUT, "silent for too long");
	else if (!waits(c) && f->role->ending && !c->session.begun &&
	    now - c->heard >= ENDING_IDLE_MS)
		conn_close(c);
	else
		return false;
	return true;
}

static void
on_timer(void *ctx)
{
	struct conn *c = ctx;
	struct front *f = c->front;
	int64_t now = loop_ms(f->role->loop);
	ROOM(room, MILTER_HEAD);
	struct buf p = BUF_ON(room);

	if (too_old(c, now))
		return;
	if (c->job != NULL && now - c->job->since >= f->role->daemon.job_ms) {
		job_late(c);
		return;
	}
	if (letter_is_late(c, now)) {
		letter_late(c);
		return;
	}
	if (strip_is_late(c, now)) {
		strip_late(c);
		return;
	}
	if (c->letter.id != 0 || c->strip.id != 0 || (c->job != NULL &&
	    now - c->job->since >= PROGRESS_MS)) {
		milter_print_word(&p, MILTER_PROGRESS);
		if (!conn_say(c, buf_span(&p)))
			return;
	}
	conn_arm(c);
}

/* ---- the beginning --------------- */

static void
set_up(struct conn *c)
{
	int one = 1;

	if (!c->tcp)
		return;
	(void)setsockopt(c->watch.fd, IPPROTO_TCP, TCP_NODELAY, &one,
	    sizeof(one));
	(void)setsockopt(c->watch.fd, SOL_SOCKET, SO_KEEPALIVE, &one,
	    sizeof(one));
	acknowledge(c);
}

void
conn_open(struct ear *ear, int fd)
{
	struct front *f = ear->front;
	struct conn *c = calloc(1, sizeof(*c));
	struct milter_sink sink = { .write = spill, .ctx = c };

	if (c == NULL) {
		close(fd);
		return;
	}
	c->front = f;
	c->listener = ear->listener;
	c->tcp = ear->tcp;
	c->watch = (struct watch){ .fd = fd, .want = LOOP_READ,
		.fn = on_event, .ctx = c };
	c->timer = (struct timer){ .fn = on_timer, .ctx = c };
	c->heard = loop_ms(f->role->loop);
	if (!loop_watch(f->role->loop, &c->watch)) {
		close(fd);
		free(c);
		return;
	}
	set_up(c);
	milter_session_init(&c->session, &ear->terms, &sink);
	c->next = f->conns;
	c->prev = &f->conns;
	if (c->next != NULL)
		c->next->prev = &c->next;
	f->conns = c;
	f->n_conns++;
	stats_set(&f->role->stats, STAT_SESSIONS_OPEN, f->n_conns);
	conn_arm(c);
}
