/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_strip.c - a message that goes on without some of its files.
 *
 * Store has the whole of it on the disk first (sys/originals.h); then the mail
 * server is told the new body, in pieces, as fast as it takes them.  What
 * cannot be kept, or not be told, is held as it is: nothing of a message is
 * ever lost (doc/adr/0057).
 */
#include "p_front.h"

#include <stdlib.h>

static const struct span held = SPAN_INIT("assay: hold: it was to be stripped, "
    "and the original could not be kept");

void
strip_drop(struct conn *c)
{
	free(c->strip.said.ptr);
	free(c->strip.hold.ptr);
	free(c->strip.list.ptr);
	c->strip = (struct strip_wait){ .id = 0 };
}

static bool
copy(struct buf *to, struct span bytes)
{
	*to = (struct buf){ .ptr = malloc(bytes.len + 1), .cap = bytes.len };
	buf_put(to, bytes);
	return to->ptr != NULL;
}

static struct span
message_of(const struct conn *c)
{
	return c->session.spilled ? sheet_span(&c->slate->sheet) :
	    buf_span(&c->session.text);
}

/* ---- it is held instead -------------------------------------------------- */

/* False: the connection is gone. */
static bool
hold(struct conn *c, const char *why)
{
	struct buf said = c->strip.hold;
	bool alive;

	log_say2(&c->front->role->log, "not-stripped", why, "queue",
	    c->session.queue_id);
	c->strip.hold = (struct buf){ .cap = 0 };
	strip_drop(c);
	answer_count(c, ASSAY_HOLD);
	conn_answered(c);
	alive = conn_say(c, buf_span(&said));
	free(said.ptr);
	return alive;
}

/* ---- the new body -------------------------------------------------------- */

/* As much as the mail server takes now; false: the connection is gone. */
bool
strip_go_on(struct conn *c)
{
	struct span message = message_of(c);
	struct buf out = { .ptr = c->front->said, .cap = FRONT_OUT };
	struct milter_packet p = { .word = MILTER_NEW_BODY };

	while (!backlog_waits(&c->out)) {
		out.len = 0;
		if (c->strip.piece.len == 0 && !cuts_piece(&c->strip.cuts,
		    message, &c->strip.piece))
			break;
		p.data = span_head(c->strip.piece, MILTER_CHUNK);
		c->strip.piece = span_skip(c->strip.piece, p.data.len);
		if (p.data.len == 0)
			continue;
		milter_print(&out, &p);
		if (!conn_say(c, buf_span(&out)))
			return false;
	}
	if (backlog_waits(&c->out))
		return true;
	strip_drop(c);
	milter_print_word(&out, MILTER_CONTINUE);
	conn_answered(c);
	return conn_say(c, buf_span(&out));
}

static bool
begin_body(struct conn *c)
{
	if (!cuts_open(&c->strip.cuts, buf_span(&c->strip.list),
	    c->session.size))
		return hold(c, "the cuts were lost");
	answer_count(c, ASSAY_STRIP);
	c->strip.id = 0;
	c->strip.going = true;
	return conn_say(c, buf_span(&c->strip.said)) && strip_go_on(c);
}

/* ---- store --------------------------------------------------------------- */

static bool
send_original(struct conn *c)
{
	struct front *f = c->front;
	const struct milter_session *s = &c->session;
	struct msg_original m = { .id = c->strip.id,
		.at = loop_time(f->role->loop), .queue_id = s->queue_id,
		.has_sender = !span_absent(s->mail_from),
		.mail_from = s->mail_from, .rcpts = job_recipients(f, s),
		.size = s->size };

	if (!s->spilled)
		m.message = buf_span(&s->text);
	else
		c->slate->spent = true;	/* store may read on when we are late */
	return bus_send_original(f->store, &m, s->spilled ?
	    c->slate->sheet.fd : -1);
}

/* Why nobody could bring it back, or do it. */
static const char *
obstacle(const struct conn *c, const struct msg_verdict *v)
{
	const struct milter_session *s = &c->session;
	struct cuts cuts;

	if (!milter_session_may(s, MILTER_MAY_CHANGE_BODY))
		return "the mail server does not let a milter change bodies";
	if (span_absent(s->queue_id) || s->queue_id.len == 0)
		return "the mail server does not say its queue id";
	if (s->rcpts_lost || s->mail_from.len > FRONT_PATH)
		return "its envelope is too large to be kept";
	if (c->front->store == NULL)
		return "store is not there";
	return cuts_open(&cuts, v->cuts, s->size) ? NULL :
	    "there is nothing to cut";
}

bool
strip_begin(struct conn *c, uint64_t id, const struct msg_verdict *v,
    struct span said, struct span instead)
{
	const char *why = obstacle(c, v);

	strip_drop(c);
	if (!copy(&c->strip.hold, instead) || !copy(&c->strip.said, said) ||
	    !copy(&c->strip.list, v->cuts)) {
		strip_drop(c);
		return answer_overloaded(c, "no-memory");
	}
	c->strip.id = id;
	c->strip.since = loop_ms(c->front->role->loop);
	if (why != NULL)
		return hold(c, why);
	if (!send_original(c))
		return hold(c, "store is not there");
	conn_arm(c);
	return true;
}

struct span
strip_held(void)
{
	return held;
}

bool
strip_kept(struct front *f, const struct msg_kept *m)
{
	struct conn *c = f->conns;

	while (c != NULL && (c->strip.id == 0 || c->strip.id != m->id))
		c = c->next;
	if (c == NULL)
		return false;
	if (m->status != 0)
		(void)hold(c, "store could not write it");
	else
		(void)begin_body(c);
	return true;
}

bool
strip_is_late(const struct conn *c, int64_t now)
{
	return c->strip.id != 0 && now - c->strip.since >= LETTER_MS;
}

void
strip_late(struct conn *c)
{
	(void)hold(c, "it took too long");
}

/* What was on its way to store is lost with it. */
void
strips_lost(struct front *f)
{
	struct conn *next;

	for (struct conn *c = f->conns; c != NULL; c = next) {
		next = c->next;
		if (c->strip.id != 0)
			(void)hold(c, "store died");
	}
}
