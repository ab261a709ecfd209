/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_letter.c - mail to an address that reports come to: the mail server
 * hears yes only when store has the octets on the disk, else it keeps the
 * mail and tries again (DECISIONS 22).
 *
 * What will be said waits with the connection meanwhile; so does the
 * message, which store gets as eval got it.
 */
#include "p_front.h"

#include <stdlib.h>

#include "inbox.h"

static const char later_reply[] =
    "451 4.3.0 This report could not be kept now; please send it again later";

static bool
all_wanted(const struct conn *c)
{
	const struct daemon_conf *d = &c->front->role->daemon;
	const struct milter_rcpt *r = c->session.rcpt;

	for (; r != NULL; r = r->next)
		if (!daemon_wants_report(d, r->path))
			return false;
	return c->session.rcpt != NULL;
}

/* A listener that observes does not make anybody wait or come again. */
bool
letter_wanted(const struct conn *c, const struct msg_verdict *v)
{
	const struct daemon_conf *d = &c->front->role->daemon;
	const struct milter_rcpt *r = c->session.rcpt;

	if (d->listener[c->listener].observe ||
	    (v->disposition != ASSAY_ACCEPT &&
	    v->disposition != ASSAY_TAG))
		return false;
	while (r != NULL && !daemon_wants_report(d, r->path) &&
	    !daemon_wants_bounce(d, c->session.mail_from, r->path))
		r = r->next;
	return r != NULL;
}

static bool
hold(struct letter_wait *l, struct span said)
{
	*l = (struct letter_wait){ .held = { .ptr = malloc(said.len),
		.cap = said.len } };
	if (l->held.ptr == NULL)
		return false;
	buf_put(&l->held, said);
	return true;
}

static bool
send_letter(struct conn *c, struct span author)
{
	struct front *f = c->front;
	const struct milter_session *s = &c->session;
	ROOM(room, BUS_CLIENT);
	struct buf client = BUF_ON(room);
	struct msg_letter m = { .id = c->letter.id, .way = LETTER_MAIL,
		.at = loop_time(f->role->loop), .author = author,
		.size = s->size };

	bus_put_client(&client, &s->client);
	m.client = buf_span(&client);
	if (!s->spilled)
		m.message = buf_span(&s->text);
	else
		c->slate->spent = true;	/* store may read on when we are late */
	return f->store != NULL && bus_send_letter(f->store, &m,
	    s->spilled ? c->slate->sheet.fd : -1);
}

void
letter_drop(struct conn *c)
{
	free(c->letter.held.ptr);
	c->letter = (struct letter_wait){ .id = 0 };
}

static bool
finish(struct conn *c, struct span said)
{
	conn_answered(c);
	return conn_say(c, said);
}

/* False: the connection is gone. */
static bool
refuse(struct conn *c, const char *why)
{
	ROOM(room, sizeof(later_reply) + MILTER_HEAD);
	struct buf out = BUF_ON(room);

	log_say2(&c->front->role->log, "report-not-kept", why, "queue",
	    c->session.queue_id);
	letter_drop(c);
	milter_put_code(&out, assay_cstr(later_reply), false);
	return finish(c, buf_span(&out));
}

bool
letter_begin(struct conn *c, uint64_t id, const struct msg_verdict *v,
    struct span said)
{
	if (!hold(&c->letter, said))
		return refuse(c, "no memory");
	c->letter.id = id;
	c->letter.since = loop_ms(c->front->role->loop);
	if (!send_letter(c, v->author))
		return refuse(c, "store is not there");
	conn_arm(c);
	return true;
}

/* Kept: what was held is said, unless it shall go nowhere else. */
static bool
kept(struct conn *c)
{
	const struct daemon_conf *d = &c->front->role->daemon;
	ROOM(room, MILTER_HEAD);
	struct buf out = BUF_ON(room);
	struct buf held = c->letter.held;
	bool alive;

	c->letter = (struct letter_wait){ .id = 0 };
	if (d->report_discard && all_wanted(c)) {
		milter_print_word(&out, MILTER_DISCARD);
		alive = finish(c, buf_span(&out));
	} else {
		alive = finish(c, buf_span(&held));
	}
	free(held.ptr);
	return alive;
}

static struct conn *
conn_of(struct front *f, uint64_t id)
{
	struct conn *c = f->conns;

	while (c != NULL && c->letter.id != id)
		c = c->next;
	return c;
}

void
letter_kept(struct front *f, const struct msg_kept *m)
{
	struct conn *c = m->id == 0 ? NULL : conn_of(f, m->id);

	if (c == NULL)		/* the mail server has gone meanwhile */
		return;
	if (m->status != 0)
		(void)refuse(c, "store could not write it");
	else
		(void)kept(c);
}

bool
letter_is_late(const struct conn *c, int64_t now)
{
	return c->letter.id != 0 && now - c->letter.since >= LETTER_MS;
}

void
letter_late(struct conn *c)
{
	(void)refuse(c, "it took too long");
}

/* What was on its way to store is lost with it. */
void
letters_lost(struct front *f)
{
	struct conn *next;

	for (struct conn *c = f->conns; c != NULL; c = next) {
		next = c->next;
		if (c->letter.id != 0)
			(void)refuse(c, "store died");
	}
}
