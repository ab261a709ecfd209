/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_job.c - one message on its way to a verdict.
 *
 * A job goes to an eval that is awake and soon through, else to the one that
 * has least to do, or waits in a queue.  When an eval dies, any of its jobs
 * may have been the cause: each is tried once more, under a new id (as signer
 * signs once an id; its record keeps the first, and so counts once), and alone
 * in its eval, so that another death has one cause.  That message gets no
 * third try, nor does the same message when it comes again (DECISIONS: when a
 * part dies); nobody else is harmed by it.
 */
#include "p_front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- jobs by id --------------- */

static struct job **
bucket(struct front *f, uint64_t id)
{
	return &f->by_id[id % FRONT_IDS];
}

/* The role that opened it in the top bits. */
uint64_t
front_id(uint64_t n)
{
	return (uint64_t)ROLE_FRONT << 56 | (n & 0xffffffffffffff);
}

static void
name_job(struct job *j)
{
	struct front *f = j->front;
	struct job **at;

	j->id = front_id(f->next_id++);
	at = bucket(f, j->id);
	j->next_id = *at;
	*at = j;
}

static void
unname_job(struct job *j)
{
	struct job **at = bucket(j->front, j->id);

	while (*at != j)
		at = &(*at)->next_id;
	*at = j->next_id;
}

static struct job *
job_by_id(struct front *f, uint64_t id)
{
	struct job *j = *bucket(f, id);

	while (j != NULL && j->id != id)
		j = j->next_id;
	return j;
}

/* ---- queues --------------- */

static void
queue_put(struct queue *q, struct job *j)
{
	j->next = NULL;
	*q->last = j;
	q->last = &j->next;
	q->n++;
}

static void
queue_take(struct queue *q, struct job *j)
{
	struct job **at = &q->first;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	if (q->last == &j->next)
		q->last = at;
	q->n--;
}

static struct queue *
queue_of(struct front *f, const struct job *j)
{
	return j->suspect ? &f->suspects : &f->waiting;
}

/* ---- who may be signed for --------------- */

static struct span
client_octets(const struct conn *c, struct buf *out)
{
	bus_put_client(out, &c->session.client);
	return buf_span(out);
}

/* Signer learns of sessions from here alone (DECISIONS 16). */
static struct msg_open
open_of(const struct job *j, struct buf *room)
{
	const struct conn *c = j->conn;
	const struct milter_session *s = &c->session;

	return (struct msg_open){ .id = j->id, .own = j->own,
		.listener = c->listener, .client = client_octets(c, room),
		.auth_user = s->auth_user,
		.mail_from = span_head(s->mail_from, FRONT_PATH) };
}

static bool
may_be_signed(const struct job *j)
{
	const struct front *f = j->front;

	return f->signer != NULL && (j->own || f->role->daemon.seal != NULL);
}

/* ---- who may have a record --------------- */

/* Store takes a record of messages that it has heard of from here, and waits
 * for that word (p_store.c): so it is said for many at once. */
void
jobs_announce(struct front *f)
{
	struct msg_opened m = { .first = front_id(f->announced),
		.count = (uint32_t)(f->next_id - f->announced) };

	loop_untimer(f->role->loop, &f->announce);
	if (f->store != NULL && m.count > 0)
		bus_send_opened(f->store, &m, -1);
	f->announced = f->next_id;
}

static void
on_announce(void *ctx)
{
	jobs_announce(ctx);
}

static void
announce(struct front *f)
{
	if (f->next_id - f->announced >= ANNOUNCE)
		jobs_announce(f);
	else if (f->announce.place == 0)
		loop_timer(f->role->loop, &f->announce, ANNOUNCE_MS);
}

static void
tell_open(struct job *j)
{
	struct front *f = j->front;
	ROOM(room, BUS_CLIENT);
	struct buf client = BUF_ON(room);
	struct msg_open m = open_of(j, &client);

	j->opened = true;
	if (may_be_signed(j))
		bus_send_open(f->signer, &m, -1);
	if (f->store != NULL)
		announce(f);
}

void
jobs_signer_again(struct front *f)
{
	for (size_t i = 0; i < FRONT_IDS; i++)
		for (struct job *j = f->by_id[i]; j != NULL; j = j->next_id) {
			ROOM(room, BUS_CLIENT);
			struct buf client = BUF_ON(room);

			if (j->opened && j->conn != NULL && may_be_signed(j)) {
				struct msg_open m = open_of(j, &client);

				bus_send_open(f->signer, &m, -1);
			}
		}
}

static void
tell_close(struct job *j)
{
	struct front *f = j->front;
	struct msg_close m = { .id = j->id };

	if (!j->opened)
		return;
	j->opened = false;
	if (may_be_signed(j))
		bus_send_close(f->signer, &m, -1);
}

/* ---- the end of a job --------------- */

static void
leave_eval(struct job *j)
{
	if (j->eval == NULL)
		return;
	j->eval->load--;
	j->eval->octets -= j->octets;
	j->eval->alone = false;
	j->eval->full = false;
	j->eval = NULL;
	j->front->in_flight--;
	stats_set(&j->front->role->stats, STAT_IN_FLIGHT, j->front->in_flight);
}

static void
job_free(struct job *j)
{
	leave_eval(j);
	tell_close(j);
	unname_job(j);
	free(j);
}

/* Nobody waits; what is with an eval stays until it has answered, as its
 * place there is taken. */
void
job_drop(struct conn *c)
{
	struct job *j = c->job;

	if (j == NULL)
		return;
	c->job = NULL;
	j->conn = NULL;
	if (j->eval != NULL) {
		if (c->slate != NULL)	/* it may be read still */
			c->slate->spent = true;
		return;
	}
	queue_take(queue_of(j->front, j), j);
	job_free(j);
}

void
job_late(struct conn *c)
{
	job_drop(c);
	(void)answer_overloaded(c, "late");
}

/* ---- to an eval --------------- */

struct span
job_recipients(struct front *f, const struct milter_session *s)
{
	struct buf list = { .ptr = f->rcpts, .cap = FRONT_RCPTS };

	for (const struct milter_rcpt *r = s->rcpt; r != NULL; r = r->next) {
		struct span path = span_head(r->path, FRONT_PATH);
		if (list.cap - list.len < path.len + 4)
			break;
		bus_list_put(&list, path);
	}
	return buf_span(&list);
}

static bool
send_job(struct job *j, struct eval_peer *e)
{
	struct conn *c = j->conn;
	struct front *f = j->front;
	const struct milter_session *s = &c->session;
	ROOM(room, BUS_CLIENT);
	struct buf client = BUF_ON(room);
	struct msg_job m = { .id = j->id, .kind = JOB_MAIL,
		.own = j->own ? JOB_OWN : JOB_INBOUND,
		.listener = c->listener, .now = loop_time(f->role->loop),
		.client = client_octets(c, &client),
		.client_name = milter_session_word(&s->client_name),
		.helo = milter_session_word(&s->helo),
		.has_sender = !span_absent(s->mail_from),
		.mail_from = span_head(s->mail_from, FRONT_PATH),
		.auth_user = span_head(s->auth_user, LIMIT_MILTER_WORD),
		.queue_id = s->queue_id, .rcpts = job_recipients(f, s),
		.size = s->size, .record = j->record };

	if (!s->spilled)
		m.message = buf_span(&s->text);
	return bus_send_job(e->bus, &m, s->spilled ? slate_show(c->slate, e) :
	    -1);
}

/* One eval is kept free of others while there are suspects. */
static struct eval_peer *
reserved(struct front *f)
{
	struct eval_peer *got = NULL;

	if (f->suspects.first == NULL)
		return NULL;
	for (size_t i = 0; i < f->n_eval; i++) {
		struct eval_peer *e = &f->eval[i];
		if (e->up && (got == NULL || e->alone ||
		    (!got->alone && e->load < got->load)))
			got = e;
	}
	return got;
}

/* Whether a job is better off with a than with b.  An eval that has a little
 * to do is awake, its caches are warm, and it is soon through; else the one
 * with least to do. */
static bool
better(const struct eval_peer *a, const struct eval_peer *b)
{
	bool hand_a = a->load < FRONT_HAND && a->octets < FRONT_HAND_OCTETS;
	bool hand_b = b->load < FRONT_HAND && b->octets < FRONT_HAND_OCTETS;

	if (hand_a != hand_b)
		return hand_a;
	return hand_a ? a->load > b->load : a->load < b->load;
}

/* NULL: all are busy.  A slate that one of them has seen goes there again:
 * nobody is shown what another gets. */
static struct eval_peer *
eval_for(struct front *f, const struct job *j, const struct eval_peer *not)
{
	const struct slate *slate = j->conn->slate;
	struct eval_peer *got = NULL;

	for (size_t i = 0; i < f->n_eval; i++) {
		struct eval_peer *e = &f->eval[i];
		if (e == not || !e->up || e->full || e->alone ||
		    e->load >= FRONT_LOAD)
			continue;
		if (slate != NULL && slate->seen == e)
			return e;
		if (got == NULL || better(e, got))
			got = e;
	}
	return got;
}

/* It has no room: to the head of the queue, and later again. */
static void
back(struct front *f, struct job *j, struct eval_peer *e)
{
	struct queue *q = queue_of(f, j);

	leave_eval(j);
	e->full = true;
	j->next = q->first;
	q->first = j;
	if (j->next == NULL)
		q->last = &j->next;
	q->n++;
	if (f->again.place == 0)
		loop_timer(f->role->loop, &f->again, AGAIN_MS);
}

static void
send_to(struct job *j, struct eval_peer *e)
{
	struct front *f = j->front;

	queue_take(queue_of(f, j), j);
	j->eval = e;
	e->load++;
	e->octets += j->octets;
	e->alone = j->suspect;
	f->in_flight++;
	stats_set(&f->role->stats, STAT_IN_FLIGHT, f->in_flight);
	if (!send_job(j, e))
		back(f, j, e);
}

static void
dispatch(struct front *f)
{
	struct eval_peer *kept = reserved(f), *e;

	if (kept != NULL && kept->load == 0 && !kept->full)
		send_to(f->suspects.first, kept);
	while (f->waiting.first != NULL &&
	    f->in_flight < f->role->daemon.in_flight) {
		e = eval_for(f, f->waiting.first, kept);
		if (e == NULL)
			return;
		send_to(f->waiting.first, e);
	}
}

static void
on_again(void *ctx)
{
	struct front *f = ctx;

	for (size_t i = 0; i < f->n_eval; i++)
		f->eval[i].full = false;
	dispatch(f);
}

/* ---- a message is whole --------------- */

/* Nobody can change the octets under those who read them. */
static bool
finished(const struct conn *c)
{
	const struct milter_session *s = &c->session;

	return !s->failed && (!s->spilled || (c->slate != NULL &&
	    sheet_done(&c->slate->sheet)));
}

/* Why it will not be judged, or NULL. */
static const char *
obstacle(const struct conn *c)
{
	const struct milter_session *s = &c->session;

	if (s->over)
		return "too-long";
	if (poison_is(c))
		return "killed-before";
	return NULL;
}

bool
job_begin(struct conn *c)
{
	struct front *f = c->front;
	const char *why = obstacle(c);
	struct job *j = NULL;

	if (why != NULL)
		return answer_broken(c, why);
	if (finished(c))
		j = calloc(1, sizeof(*j));
	if (j == NULL)
		return answer_overloaded(c, "no-memory");
	j->front = f;
	j->conn = c;
	j->octets = c->session.size;
	j->own = front_is_own(c);
	j->since = loop_ms(f->role->loop);
	j->began = clock_micros();
	c->job = j;
	name_job(j);
	j->record = j->id;
	tell_open(j);
	queue_put(&f->waiting, j);
	conn_arm(c);
	dispatch(f);
	return true;
}

/* ---- from an eval --------------- */

static struct eval_peer *
eval_of(struct front *f, const struct bus *bus)
{
	for (size_t i = 0; i < f->n_eval; i++)
		if (f->eval[i].bus == bus)
			return &f->eval[i];
	return NULL;
}

static void
verdict(struct front *f, struct eval_peer *e, const struct msg_verdict *v)
{
	struct job *j = job_by_id(f, v->id);
	struct conn *c;

	if (j == NULL) {	/* or of before we were started again */
		lmtp_verdict(f, e, v);
		return;
	}
	if (j->eval != e) {
		role_accuse(f->role, ROLE_EVAL, e->index,
		    "a verdict on what another has");
		return;
	}
	c = j->conn;
	if (v->status == VERDICT_BUSY && c != NULL) {
		back(f, j, e);
		dispatch(f);
		return;
	}
	if (c != NULL) {
		c->job = NULL;
		(void)answer_verdict(c, j, v);
	}
	job_free(j);
	dispatch(f);
}

void
jobs_message(void *ctx, struct bus *bus, struct msg *m)
{
	struct front *f = ctx;
	struct eval_peer *e = eval_of(f, bus);

	if (e != NULL && m->kind == MSG_VERDICT)
		verdict(f, e, &m->verdict);
}

/* ---- an eval dies --------------- */

static void
log_death(struct front *f, const struct job *j, const char *what)
{
	struct log_line line;

	log_begin(&line, &f->role->log, "eval-died");
	log_str(&line, "what", what);
	log_span(&line, "queue", j->conn->session.queue_id);
	log_u64(&line, "size", j->conn->session.size);
	log_end(&line);
}

static void
try_again(struct job *j)
{
	struct front *f = j->front;

	j->suspect = true;
	tell_close(j);
	unname_job(j);
	name_job(j);
	tell_open(j);
	stats_count(&f->role->stats, STAT_RETRIED);
	queue_put(&f->suspects, j);
}

static void
lost(struct job *j)
{
	struct front *f = j->front;
	struct conn *c = j->conn;

	leave_eval(j);
	if (c == NULL) {
		job_free(j);
		return;
	}
	log_death(f, j, j->suspect ? "twice with this message: it is not "
	    "tried again" : "the message is judged once more");
	if (!j->suspect) {
		try_again(j);
		return;
	}
	poison_add(c);
	c->job = NULL;
	job_free(j);
	(void)answer_broken(c, "killed-twice");
}

static struct job *
any_job_of(struct front *f, const struct eval_peer *e)
{
	for (size_t i = 0; i < FRONT_IDS; i++)
		for (struct job *j = f->by_id[i]; j != NULL; j = j->next_id)
			if (j->eval == e)
				return j;
	return NULL;
}

void
jobs_peer(struct front *f, unsigned index, bool up)
{
	struct eval_peer *e = NULL;
	struct job *j;

	for (size_t i = 0; i < f->n_eval; i++)
		if (f->eval[i].index == index)
			e = &f->eval[i];
	if (e == NULL)
		return;
	e->up = up;
	e->full = false;
	if (!up) {
		/* what it said before it died is as good as ever */
		bus_hear(e->bus);
		bus_forget(e->bus);
	}
	while (!up && (j = any_job_of(f, e)) != NULL)
		lost(j);
	dispatch(f);
}

void
jobs_init(struct front *f)
{
	f->waiting.last = &f->waiting.first;
	f->suspects.last = &f->suspects.first;
	f->again = (struct timer){ .fn = on_again, .ctx = f };
	f->announce = (struct timer){ .fn = on_announce, .ctx = f };
	/* ids never come again, neither when front nor when the machine is
	 * started again: store has a memory of them on the disk.  One of 2^55
	 * places to begin at; nobody sends that many messages. */
	f->next_id = f->announced = f->seed[0] >> 9;
}
