/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_lmtp.c - one connection of LMTP: our own mail server brings mail to
 * the addresses that reports come to.  The dialogue is lib/wire/lmtp; here
 * are its connection, its patience and the mail while it comes.
 *
 * A mail is looked at by an eval and then kept by store (front_lmtp_mail.c);
 * meanwhile nothing more is read.
 */
#include "p_front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(LIMIT_LMTP_RCPTS * LIMIT_LMTP_LINE + LIMIT_LMTP_REPLY <=
    FRONT_OUT, "a reply for each recipient has room");

/* ---- the end ------------------------------------------------------------- */

static void
forget_mail(struct lmtp_conn *c)
{
	if (c->slate != NULL)
		slate_give(c->front, c->slate);
	c->slate = NULL;
	free(c->text.ptr);
	c->text = (struct buf){ .cap = 0 };
	c->failed = false;
}

static void
lmtp_close(struct lmtp_conn *c)
{
	struct front *f = c->front;

	lmtp_mail_drop(c);
	loop_untimer(f->role->loop, &c->timer);
	loop_forget(f->role->loop, &c->watch);
	close(c->watch.fd);
	forget_mail(c);
	free(c->rest.ptr);
	backlog_free(&c->out);
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	free(c);
	front_left(f);
}

static void
fault(struct lmtp_conn *c, enum stat_fault kind, const char *what)
{
	struct front *f = c->front;

	stats_add(&f->role->stats, STAT_SESSION_FAULTS, kind, 1);
	log_say2(&f->role->log, "session-fault", what, "listener",
	    assay_cstr(f->role->daemon.listener[c->listener].name));
	lmtp_close(c);
}

/* ---- sending ------------------------------------------------------------- */

/* What we listen to: nobody who does not listen, and nobody whose mail is
 * being kept. */
static bool
watch_it(struct lmtp_conn *c)
{
	unsigned want = backlog_waits(&c->out) ? LOOP_WRITE :
	    c->mail != NULL ? 0 : LOOP_READ;

	return loop_change(c->front->role->loop, &c->watch, want);
}

/* False: the connection is gone. */
static bool
went(struct lmtp_conn *c, enum backlog_state state)
{
	if (state == BACKLOG_GONE)
		fault(c, FAULT_CLOSED, "the mail server has gone");
	else if (state == BACKLOG_FULL)
		fault(c, FAULT_LIMIT, "the mail server does not read");
	return state == BACKLOG_EMPTY || state == BACKLOG_WAITS;
}

static bool
say(struct lmtp_conn *c, struct span bytes)
{
	return went(c, backlog_say(&c->out, c->watch.fd, bytes,
	    FRONT_BACKLOG));
}

/* ---- the mail ------------------------------------------------------------ */

/* In memory while it is small enough for one message of the bus. */
static void
keep_text(struct lmtp_conn *c, struct span bytes)
{
	struct front *f = c->front;

	if (c->failed)
		return;
	if (c->slate == NULL && c->text.len + bytes.len <=
	    LIMIT_MILTER_WHOLE) {
		c->failed = !backlog_keep(&c->text, bytes);
		return;
	}
	if (c->slate == NULL) {
		c->slate = slate_take(f);
		c->failed = c->slate == NULL || !slate_put(f, c->slate,
		    buf_span(&c->text));
	}
	c->failed = c->failed || !slate_put(f, c->slate, bytes);
}

static void
whole(struct lmtp_conn *c)
{
	const struct lmtp_session *s = &c->session;

	if (s->over)
		lmtp_answer(c, SPAN("552 5.3.4 Longer than is taken here"));
	else if (c->failed || (c->slate != NULL &&
	    !sheet_done(&c->slate->sheet)))
		lmtp_answer(c, SPAN("452 4.3.1 There is no room for it now"));
	else if (s->size == 0)
		lmtp_answer(c, SPAN("554 5.6.0 An empty mail is no report"));
	else
		lmtp_mail_begin(c);
}

/* ---- reading ------------------------------------------------------------- */

/* Takes of *in what can be taken now.  False: the connection is gone. */
static bool
look_at(struct lmtp_conn *c, struct span *in)
{
	const struct daemon_conf *d = &c->front->role->daemon;
	struct buf out = { .ptr = c->front->said, .cap = FRONT_OUT };
	bool done = false;

	while (!done && in->len > 0) {
		switch (lmtp_take(&c->session, in, &out)) {
		case LMTP_MORE:
			break;
		case LMTP_SAY:
			if (!say(c, buf_span(&out)))
				return false;
			out.len = 0;
			break;
		case LMTP_RCPT_DUE:
			lmtp_rcpt(&c->session, daemon_wants_report(d,
			    c->session.path) || daemon_wants_bounce(d,
			    (struct span){ c->session.from,
			    c->session.from_len }, c->session.path), &out);
			break;
		case LMTP_TEXT:
			keep_text(c, c->session.text);
			break;
		case LMTP_BYE:
			c->leaving = true;
			done = true;
			break;
		case LMTP_WHOLE:
			done = true;
			break;
		}
	}
	return say(c, buf_span(&out));
}

/* Behind a mail that is being kept, what follows waits. */
static bool
keep_rest(struct lmtp_conn *c, struct span in)
{
	struct buf old = c->rest;
	bool ok;

	c->rest = (struct buf){ .cap = 0 };
	ok = in.len == 0 || backlog_keep(&c->rest, in);
	free(old.ptr);		/* in may lie there */
	return ok;
}

/* As far as it goes: until it is used up, or a mail is being kept. */
static void
go_on(struct lmtp_conn *c, struct span in)
{
	if (!look_at(c, &in))
		return;
	if (!keep_rest(c, c->leaving ? SPAN_NONE : in)) {
		fault(c, FAULT_LIMIT, "no memory");
		return;
	}
	if (c->leaving && !backlog_waits(&c->out)) {
		lmtp_close(c);
		return;
	}
	if (!watch_it(c))
		fault(c, FAULT_LIMIT, "it cannot be watched");
	else if (c->session.state == LMTP_JUDGED)
		whole(c);
	else
		lmtp_arm(c);
}

void
lmtp_answer(struct lmtp_conn *c, struct span words)
{
	struct buf out = { .ptr = c->front->said, .cap = FRONT_OUT };

	forget_mail(c);
	c->heard = loop_ms(c->front->role->loop);
	lmtp_done(&c->session, words, &out);
	if (say(c, buf_span(&out)))
		go_on(c, buf_span(&c->rest));
}

static void
on_read(struct lmtp_conn *c)
{
	struct front *f = c->front;
	ssize_t n = recv(c->watch.fd, f->in, FRONT_READ, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lmtp_close(c);
		return;
	}
	c->heard = loop_ms(f->role->loop);
	go_on(c, (struct span){ f->in, (size_t)n });
}

static void
say_rest(struct lmtp_conn *c)
{
	if (!went(c, backlog_go_on(&c->out, c->watch.fd)) ||
	    backlog_waits(&c->out))
		return;
	if (c->leaving)
		lmtp_close(c);
	else if (!watch_it(c))
		fault(c, FAULT_LIMIT, "it cannot be watched");
}

static void
on_event(void *ctx, unsigned events)
{
	struct lmtp_conn *c = ctx;

	if (events & LOOP_WRITE)
		say_rest(c);
	else if (events & LOOP_READ && c->watch.want & LOOP_READ)
		on_read(c);
	else if (events & LOOP_HUP)
		lmtp_close(c);
}

/* ---- time ---------------------------------------------------------------- */

/* When it is the client's turn, and it has said nothing half. */
static bool
is_idle(const struct lmtp_conn *c)
{
	return c->mail == NULL && c->session.state <= LMTP_READY &&
	    c->session.line_len == 0;
}

/* Somebody comes after us, or nobody: whoever is idle is asked to go. */
static bool
is_closing(const struct lmtp_conn *c)
{
	return c->front->role->draining && is_idle(c);
}

void
lmtp_arm(struct lmtp_conn *c)
{
	const struct role *role = c->front->role;
	int64_t now = loop_ms(role->loop);
	int64_t due = c->mail != NULL ? lmtp_mail_due(c, now) : c->heard +
	    (is_closing(c) ? (int64_t)ENDING_IDLE_MS : role->daemon.idle_ms);

	loop_timer(role->loop, &c->timer, due > now ? due - now : 1);
}

static void
on_timer(void *ctx)
{
	struct lmtp_conn *c = ctx;
	const struct role *role = c->front->role;
	int64_t now = loop_ms(role->loop), quiet = now - c->heard;

	if (c->mail != NULL) {
		lmtp_mail_time(c, now);
		return;
	}
	if (quiet >= role->daemon.idle_ms) {
		fault(c, FAULT_TIMEOUT, "silent for too long");
		return;
	}
	/* RFC 5321 3.8 */
	if (is_closing(c) && quiet >= ENDING_IDLE_MS) {
		if (say(c, SPAN("421 4.3.2 Closing\r\n")))
			lmtp_close(c);
		return;
	}
	lmtp_arm(c);
}

/* ---- the beginning ------------------------------------------------------- */

void
lmtp_open(struct ear *ear, int fd)
{
	struct front *f = ear->front;
	struct lmtp_conn *c = calloc(1, sizeof(*c));
	struct buf out = { .ptr = f->said, .cap = FRONT_OUT };

	if (c == NULL) {
		close(fd);
		return;
	}
	c->front = f;
	c->listener = ear->listener;
	c->watch = (struct watch){ .fd = fd, .want = LOOP_READ,
		.fn = on_event, .ctx = c };
	c->timer = (struct timer){ .fn = on_timer, .ctx = c };
	c->heard = loop_ms(f->role->loop);
	if (!loop_watch(f->role->loop, &c->watch)) {
		close(fd);
		free(c);
		return;
	}
	c->next = f->lmtps;
	c->prev = &f->lmtps;
	if (c->next != NULL)
		c->next->prev = &c->next;
	f->lmtps = c;
	f->n_conns++;
	stats_count(&f->role->stats, STAT_SESSIONS);
	stats_set(&f->role->stats, STAT_SESSIONS_OPEN, f->n_conns);
	lmtp_greet(&c->session, &ear->lmtp, &out);
	lmtp_arm(c);
	(void)say(c, buf_span(&out));
}
