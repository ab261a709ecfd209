/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_lmtp_mail.c - a mail that came by LMTP, on its way into the inbox: an
 * eval says which domain wrote it, store puts it on the disk, and only then
 * the client hears 250 (DECISIONS 22).
 *
 * Nothing that an eval finds refuses it: the mail server has it already, and
 * would send a bounce to whoever was forged.  What nobody is proven to have
 * written is kept, and believed as little as it deserves.  A mail that ended
 * two evals is kept the same way.
 */
#include "p_front.h"

#include <stdlib.h>

#include "inbox.h"

enum { LMTP_TRIES = 2 };	/* evals; the second one that dies is enough */

static const char later[] =
    "451 4.3.0 This report could not be kept now; please send it again later";

/* ---- to an eval, and back ------------------------------------------------ */

static struct lmtp_mail *
mail_by_id(const struct front *f, uint64_t id)
{
	struct lmtp_mail *m = f->lmtp_mails;

	while (m != NULL && m->id != id)
		m = m->next;
	return m;
}

/* The idlest.  NULL: all are busy, or one has to be alone. */
static struct eval_peer *
eval_for(struct front *f)
{
	struct eval_peer *got = NULL;

	if (f->suspects.first != NULL ||
	    f->in_flight >= f->role->daemon.in_flight)
		return NULL;
	for (size_t i = 0; i < f->n_eval; i++) {
		struct eval_peer *e = &f->eval[i];
		if (e->up && !e->full && !e->alone &&
		    e->load < FRONT_LOAD &&
		    (got == NULL || e->load < got->load))
			got = e;
	}
	return got;
}

static void
count(struct lmtp_mail *m, struct eval_peer *e)
{
	struct front *f = m->front;

	if (e != NULL) {
		e->load++;
		e->octets += m->octets;
		f->in_flight++;
	} else {
		m->eval->load--;
		m->eval->octets -= m->octets;
		f->in_flight--;
	}
	m->eval = e;
	stats_set(&f->role->stats, STAT_IN_FLIGHT, f->in_flight);
}

static void
mail_free(struct lmtp_mail *m)
{
	if (m->eval != NULL)
		count(m, NULL);
	if (m->conn != NULL)
		m->conn->mail = NULL;
	*m->prev = m->next;
	if (m->next != NULL)
		m->next->prev = m->prev;
	free(m);
}

static void
answer(struct lmtp_mail *m, struct span words)
{
	struct lmtp_conn *c = m->conn;

	mail_free(m);
	lmtp_answer(c, words);
}

static void
put_off(struct lmtp_mail *m, const char *why)
{
	log_say(&m->front->role->log, "report-not-kept", why);
	/* somebody may read it still */
	if (m->conn->slate != NULL)
		m->conn->slate->spent = true;
	answer(m, assay_cstr(later));
}

/* Nobody: as if there was no client, which is true. */
static struct span
no_client(struct buf *room)
{
	const struct assay_addr none = { .family = 0 };

	bus_put_client(room, &none);
	return buf_span(room);
}

static void
to_eval(struct lmtp_mail *m)
{
	struct lmtp_conn *c = m->conn;
	struct front *f = m->front;
	struct eval_peer *e = eval_for(f);
	ROOM(room, BUS_CLIENT);
	struct buf client = BUF_ON(room);
	struct msg_job j = { .id = m->id, .kind = JOB_LETTER,
		.own = JOB_INBOUND, .listener = c->listener,
		.now = loop_time(f->role->loop), .has_sender = true,
		.client = no_client(&client), .size = m->octets,
		.mail_from = { c->session.from, c->session.from_len } };

	if (c->slate == NULL)
		j.message = buf_span(&c->text);
	if (e != NULL && bus_send_job(e->bus, &j, c->slate == NULL ? -1 :
	    slate_show(c->slate, e)))
		count(m, e);
	lmtp_arm(c);
}

void
lmtp_mail_begin(struct lmtp_conn *c)
{
	struct front *f = c->front;
	struct lmtp_mail *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		lmtp_answer(c, assay_cstr(later));
		return;
	}
	*m = (struct lmtp_mail){ .front = f, .conn = c,
		.id = front_id(f->next_id++), .octets = c->session.size,
		.since = loop_ms(f->role->loop), .next = f->lmtp_mails,
		.prev = &f->lmtp_mails };
	if (m->next != NULL)
		m->next->prev = &m->next;
	f->lmtp_mails = m;
	c->mail = m;
	if (!loop_change(f->role->loop, &c->watch, backlog_waits(&c->out) ?
	    LOOP_WRITE : 0))
		put_off(m, "it cannot be watched");
	else
		to_eval(m);
}

/* ---- to store, and back -------------------------------------------------- */

static void
to_store(struct lmtp_mail *m, struct span author)
{
	struct front *f = m->front;
	struct lmtp_conn *c = m->conn;
	ROOM(room, BUS_CLIENT);
	struct buf client = BUF_ON(room);
	struct msg_letter l = { .id = m->id, .way = LETTER_LMTP,
		.at = loop_time(f->role->loop), .author = author,
		.client = no_client(&client), .size = m->octets };

	m->judged = true;
	m->since = loop_ms(f->role->loop);
	if (c->slate == NULL)
		l.message = buf_span(&c->text);
	else
		c->slate->spent = true;
	if (f->store == NULL || !bus_send_letter(f->store, &l,
	    c->slate == NULL ? -1 : c->slate->sheet.fd))
		put_off(m, "store is not there");
	else
		lmtp_arm(c);
}

void
lmtp_verdict(struct front *f, struct eval_peer *e,
    const struct msg_verdict *v)
{
	struct lmtp_mail *m = mail_by_id(f, v->id);

	if (m == NULL)
		return;
	if (m->eval != e) {
		role_accuse(f->role, ROLE_EVAL, e->index,
		    "a verdict on what another has");
		return;
	}
	count(m, NULL);
	e->full = v->status == VERDICT_BUSY;
	if (m->conn == NULL)
		mail_free(m);
	else if (e->full)	/* it is asked again as time goes */
		lmtp_arm(m->conn);
	else
		to_store(m, v->status == VERDICT_OK ? v->author : SPAN_NONE);
	if (e->full && f->again.place == 0)
		loop_timer(f->role->loop, &f->again, AGAIN_MS);
}

void
lmtp_kept(struct front *f, const struct msg_kept *k)
{
	struct lmtp_mail *m = mail_by_id(f, k->id);

	if (m == NULL || !m->judged)
		return;
	if (k->status != 0)
		put_off(m, "store could not write it");
	else
		answer(m, SPAN("250 2.0.0 The report is kept"));
}

/* ---- what goes wrong ----------------------------------------------------- */

void
lmtp_eval_died(struct front *f, unsigned index)
{
	struct lmtp_mail *next;

	for (struct lmtp_mail *m = f->lmtp_mails; m != NULL; m = next) {
		next = m->next;
		if (m->eval == NULL || m->eval->index != index)
			continue;
		count(m, NULL);
		if (m->conn == NULL) {
			mail_free(m);
		} else if (++m->deaths < LMTP_TRIES) {
			lmtp_arm(m->conn);
		} else {
			log_say(&f->role->log, "eval-died", "twice with this "
			    "report mail: it is kept, nobody is proven");
			to_store(m, SPAN_NONE);
		}
	}
}

/* One is put off at a time: what the client sends next may be a mail. */
void
lmtp_store_died(struct front *f)
{
	struct lmtp_mail *m;

	do {
		m = f->lmtp_mails;
		while (m != NULL && !m->judged)
			m = m->next;
		if (m != NULL)
			put_off(m, "store died");
	} while (m != NULL);
}

void
lmtp_mail_drop(struct lmtp_conn *c)
{
	struct lmtp_mail *m = c->mail;

	if (m == NULL)
		return;
	c->mail = NULL;
	m->conn = NULL;
	if (c->slate != NULL)
		c->slate->spent = true;
	if (m->eval == NULL)
		mail_free(m);
}

int64_t
lmtp_mail_due(const struct lmtp_conn *c, int64_t now)
{
	const struct lmtp_mail *m = c->mail;

	if (m->judged)
		return m->since + LETTER_MS;
	return m->eval != NULL ? m->since + c->front->role->daemon.job_ms :
	    now + AGAIN_MS;
}

void
lmtp_mail_time(struct lmtp_conn *c, int64_t now)
{
	struct lmtp_mail *m = c->mail;
	int64_t most = m->judged ? LETTER_MS : c->front->role->daemon.job_ms;

	if (now - m->since < most) {
		if (m->judged || m->eval != NULL)
			lmtp_arm(c);
		else
			to_eval(m);
		return;
	}
	/* whoever has it may still answer: then nobody waits */
	m->conn = NULL;
	c->mail = NULL;
	if (c->slate != NULL)
		c->slate->spent = true;
	if (m->eval == NULL)
		mail_free(m);
	log_say(&c->front->role->log, "report-not-kept", "it took too long");
	lmtp_answer(c, assay_cstr(later));
}
