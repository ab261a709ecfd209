/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_eval.c - judges messages.  Sees the bytes of strangers and holds nothing
 * else: no file, no socket to the world, no key.
 *
 * A message has a slot while it is judged: fed at once, stepped; when it
 * waits, its questions go to resolve in one message, and it is stepped again
 * when all of them have come back.  Meanwhile other slots go on.
 */
#include "p_eval.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qa.h"
#include "sign_keys.h"
#include "suffix_list.h"
#include "warm.h"
#include "wire/addr.h"
#include "wire/path.h"

enum {
	ASK_ROOM = 64 << 10,	/* octets of questions in one message        */
	ANSWER_MEMORY = 1 << 20,/* of the items of one answer                */
	LISTS = 32 << 20	/* of the list of suffixes: it takes 2 MB    */
};

/* ---- slots --------------------------------------------------------------- */

static struct slot *
slot_by_id(struct evals *e, uint64_t id)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (e->slot[i].used && e->slot[i].id == id)
			return &e->slot[i];
	return NULL;
}

static struct slot *
slot_free(struct evals *e)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (!e->slot[i].used)
			return &e->slot[i];
	return NULL;
}

static void
release(struct slot *s)
{
	struct evals *e = s->evals;

	strip_forget(s);
	loop_untimer(e->role->loop, &s->deadline);
	bonds_leave(s);
	if (s->lf) {
		assay_eval_free(s->ev);
		s->ev = NULL;
	}
	s->used = false;
	e->role->busy--;
}

void
slot_verdict(struct slot *s, const struct msg_verdict *v, int fd)
{
	bus_send_verdict(s->from, v, fd);
	release(s);
}

static void
give_up(struct slot *s, enum verdict_status status)
{
	struct msg_verdict v = { .id = s->id, .status = (uint8_t)status };

	if (status == VERDICT_FAILED)
		stats_count(&s->evals->role->stats, STAT_EVAL_FAULTS);
	slot_verdict(s, &v, -1);
}

/* ---- the session --------------------------------------------------------- */

/* Spans of the session are copied by the evaluation, which lives as long as
 * the slot is used. */
static struct assay_session
session_of(const struct evals *e, const struct msg_job *job,
    struct span *rcpt, size_t max)
{
	struct assay_session s = { .client = bus_client(job->client),
		.helo = job->helo, .auth_user = job->auth_user,
		.queue_id = job->queue_id, .now = job->now,
		.receiver = assay_cstr(e->daemon->authserv_id),
		.rcpt = rcpt, .own = job->own == JOB_OWN &&
		    job->kind == JOB_MAIL };
	struct span list = job->rcpts;

	s.relay = conf_is_relay(e->daemon->judging.relay,
	    e->daemon->judging.n_relay, &s.client);
	if (job->has_sender)
		s.mail_from = span_absent(job->mail_from) ? SPAN("") :
		    job->mail_from;
	while (s.n_rcpt < max && bus_list_next(&list, &rcpt[s.n_rcpt]))
		s.n_rcpt++;
	return s;
}

/* Each recipient may stand under another policy. */
static void
select_policies(struct evals *e, struct slot *s,
    const struct assay_session *session)
{
	struct daemon_party party = { .listener = s->listener,
		.client = session->client, .user = session->auth_user };
	size_t n = session->n_rcpt == 0 ? 1 : session->n_rcpt;

	s->policies = 0;
	for (size_t i = 0; i < n; i++) {
		struct path path;
		arena_reset(&e->scratch);
		party.recipient = (struct domain){ SPAN_NONE };
		if (i < session->n_rcpt && path_parse(&path,
		    session->rcpt[i], &e->scratch))
			party.recipient = path.domain;
		s->policies |= UINT64_C(1) << daemon_policy_for(e->daemon,
		    &party);
	}
}

/* What the log will say, kept: the message of the bus is gone by then. */
static void
note_session(struct slot *s, const struct assay_session *session)
{
	struct buf q = BUF_ON(s->queue_room), c = BUF_ON(s->client_room);
	struct buf u = BUF_ON(s->user_room);

	buf_put(&u, session->auth_user);
	s->user = span_absent(session->auth_user) || u.full ? SPAN_NONE :
	    buf_span(&u);
	s->client = session->client;
	buf_put(&q, span_head(session->queue_id, sizeof(s->queue_room)));
	s->queue_id = span_absent(session->queue_id) ? SPAN_NONE :
	    buf_span(&q);
	if (session->client.family != 0)
		addr_print(&c, &session->client);
	s->client_text = session->client.family == 0 ? SPAN_NONE :
	    buf_span(&c);
}

static enum assay_status
fresh(struct evals *e, struct slot *s, const struct assay_session *session)
{
	const struct conf_judging *j = &e->daemon->judging;
	struct assay_options options = e->options;
	enum assay_status st;

	options.lf_input = s->lf;
	st = assay_eval_new(&s->ev, session, &options, &j->limits, e->keep);
	if (st == ASSAY_OK && s->answers != NULL)
		st = assay_eval_warm(s->ev, &s->warm);
	if (st == ASSAY_OK && e->has_suffix)
		st = assay_eval_warm(s->ev, &e->suffix);
	if (st == ASSAY_OK)
		eval_suffixes(s->ev, e->suffixes);
	return st;
}

/* What resolve has published so far. */
static void
know_answers(struct evals *e, struct slot *s)
{
	if (s->answers == NULL && e->answers != NULL) {
		s->answers = answers_reader_beside(e->answers);
		if (s->answers != NULL)
			s->warm = answers_oracle(s->answers);
	}
	if (s->answers != NULL)
		answers_begin(s->answers, loop_ms(e->role->loop) / 1000);
}

static enum assay_status
begin(struct evals *e, struct slot *s, const struct msg_job *job, int fd)
{
	struct span rcpt[MAX_RCPT];
	struct assay_session session = session_of(e, job, rcpt, MAX_RCPT);
	enum assay_status st;

	if (s->kind == JOB_LETTER)
		letter_arrival(e, job, fd, &session);
	select_policies(e, s, &session);
	note_session(s, &session);
	own_note_bounce(s, &session);
	know_answers(e, s);
	if (s->lf) {		/* rare, and made with other options */
		assay_eval_free(s->ev);
		s->ev = NULL;
	}
	if (s->ev == NULL)
		return fresh(e, s, &session);
	st = assay_eval_reset(s->ev, &session);
	if (st != ASSAY_OK) {
		assay_eval_free(s->ev);
		s->ev = NULL;
	}
	return st;
}

/* ---- the bytes ----------------------------------------------------------- */

/* Piece by piece into a room that stays in the cache; to map a large message
 * would cost more than to copy it. */
static enum assay_status
feed_file(struct slot *s, int fd)
{
	struct evals *e = s->evals;
	enum assay_status st = ASSAY_OK;
	uint64_t left = s->size;

	if (lseek(fd, 0, SEEK_SET) != 0)
		return ASSAY_IO;
	while (left > 0 && st == ASSAY_OK) {
		ssize_t n = read(fd, e->piece, left < PIECE ? (size_t)left :
		    PIECE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ASSAY_IO;
		st = assay_eval_data(s->ev, (struct span){ e->piece,
		    (size_t)n });
		failures_keep(s, (struct span){ e->piece, (size_t)n });
		behave_keep(s, (struct span){ e->piece, (size_t)n });
		left -= (uint64_t)n;
	}
	return st;
}

/* Whether all of the message is there: in the job, or at the beginning of
 * the descriptor, which is a file and not something that could make us
 * wait. */
static bool
is_whole(const struct msg_job *job, int fd)
{
	struct stat st;

	if (fd < 0)
		return !span_absent(job->message);
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    job->size > 0 && st.st_size > 0 &&
	    (uint64_t)st.st_size >= job->size;
}

static enum assay_status
feed(struct slot *s, const struct msg_job *job, int fd)
{
	enum assay_status st = slot_will_sign(s);

	s->kept_len = s->seen_len = 0;
	strip_hold(s, job->message, fd);
	if (fd < 0) {
		failures_keep(s, job->message);
		behave_keep(s, job->message);
	}
	if (st == ASSAY_OK)
		st = fd < 0 ? assay_eval_data(s->ev, job->message) :
		    feed_file(s, fd);
	if (st == ASSAY_OK)
		st = assay_eval_end(s->ev);
	return st;
}

/* ---- questions ----------------------------------------------------------- */

/* All open questions in one message; nothing is asked twice, because it
 * steps again only when all have come back. */
static bool
ask(struct slot *s)
{
	struct evals *e = s->evals;
	struct buf list = { .ptr = e->ask_room, .cap = ASK_ROOM };
	const struct assay_question *q;
	size_t n = assay_eval_questions(s->ev, &q);
	struct msg_ask m = { .id = s->id };

	s->open = 0;
	for (size_t i = 0; i < n; i++) {
		struct buf item = { .ptr = e->item_room,
			.cap = sizeof(e->item_room) };
		qa_put_question(&item, &q[i]);
		if (list.cap - list.len < item.len + 4)
			break;
		bus_list_put(&list, buf_span(&item));
		s->open++;
	}
	s->asked += s->open;
	m.questions = buf_span(&list);
	return s->open > 0 && bus_send_ask(e->resolve, &m, -1);
}

/* Nobody will answer any more: RFC 7208 4.6.4 makes that a temperror. */
static enum assay_status
answer_all(struct slot *s)
{
	struct assay_answer a = { .kind = ASSAY_A_TEMPFAIL };
	const struct assay_question *q;
	enum assay_status st = ASSAY_OK;
	struct assay_question copy[64];
	size_t n = assay_eval_questions(s->ev, &q);

	if (n > 64)
		n = 64;
	memcpy(copy, q, n * sizeof(copy[0]));
	for (size_t i = 0; i < n && st == ASSAY_OK; i++)
		st = assay_eval_answer(s->ev, &copy[i], &a);
	return st;
}

static void
on_deadline(void *ctx)
{
	struct slot *s = ctx;
	enum assay_status st = ASSAY_PENDING;

	s->late = true;
	while (st == ASSAY_PENDING) {
		st = answer_all(s);
		if (st == ASSAY_OK)
			st = assay_eval_step(s->ev);
	}
	if (st == ASSAY_OK)
		slot_finish(s);
	else
		give_up(s, VERDICT_FAILED);
}

static void
step(struct slot *s)
{
	enum assay_status st = assay_eval_step(s->ev);

	s->passes++;
	if (st == ASSAY_OK)
		slot_finish(s);
	else if (st != ASSAY_PENDING)
		give_up(s, VERDICT_FAILED);
	else if (!ask(s))
		on_deadline(s);
}

static void
on_answers(struct evals *e, const struct msg_answers *m)
{
	struct slot *s = slot_by_id(e, m->id);
	struct span list = m->answers, item;

	if (sign_keys_answers(e, m) || s == NULL || s->open == 0)
		return;
	while (bus_list_next(&list, &item)) {
		struct assay_question q;
		struct assay_answer a;
		arena_reset(&e->scratch);
		if (qa_get_answer(&q, &a, item, &e->scratch) &&
		    assay_eval_answer(s->ev, &q, &a) == ASSAY_OK &&
		    s->open > 0)
			s->open--;
	}
	if (s->open == 0)
		step(s);
}

/* ---- jobs ---------------------------------------------------------------- */

static bool
job_is_sound(const struct evals *e, const struct msg_job *job)
{
	bool program = job->kind == JOB_CHECK || job->kind == JOB_CHECK_LF;

	return job->kind >= JOB_MAIL && job->kind <= JOB_LETTER &&
	    job->own <= JOB_OWN && (program ||
	    job->listener < e->daemon->n_listener);
}

static void
open_slot(struct evals *e, struct slot *s, struct bus *from,
    const struct msg_job *job)
{
	s->used = true;
	s->evals = e;
	s->id = job->id;
	s->record = job->record;
	s->from = from;
	s->kind = job->kind == JOB_CHECK_LF ? JOB_CHECK :
	    (enum job_kind)job->kind;
	s->lf = job->kind == JOB_CHECK_LF;
	s->own = job->own == JOB_OWN && job->kind != JOB_LETTER;
	s->listener = job->listener;
	s->size = job->size;
	s->began = clock_micros();
	s->passes = 0;
	s->open = s->asked = 0;
	s->late = false;
	s->deadline = (struct timer){ .fn = on_deadline, .ctx = s };
	e->role->busy++;
}

static void
on_job(struct evals *e, struct bus *from, const struct msg_job *job, int fd)
{
	struct slot *s = slot_free(e);
	struct msg_verdict busy = { .id = job->id, .status = VERDICT_BUSY };
	enum assay_status st;

	if (s == NULL || !job_is_sound(e, job)) {
		bus_send_verdict(from, &busy, -1);
		return;
	}
	open_slot(e, s, from, job);
	st = is_whole(job, fd) ? begin(e, s, job, fd) : ASSAY_IO;
	if (st == ASSAY_OK) {
		bonds_use(s);
		st = feed(s, job, fd);
	}
	if (st != ASSAY_OK) {
		give_up(s, VERDICT_FAILED);
		return;
	}
	if (s->own && !own_is_judged(s)) {
		s->end = (struct ending){ .v = NULL };
		slot_own(s);
		return;
	}
	loop_timer(e->role->loop, &s->deadline,
	    e->daemon->judging.resolver.total_ms == 0 ? 20000 :
	    (int64_t)e->daemon->judging.resolver.total_ms);
	step(s);
}

static void
on_signature(struct evals *e, const struct msg_signature *m)
{
	struct slot *s = slot_by_id(e, m->id);

	if (s != NULL)
		slot_signature(s, m);
}

static void
on_message(void *ctx, struct bus *bus, struct msg *m)
{
	struct evals *e = ctx;

	if (m->kind == MSG_JOB)
		on_job(e, bus, &m->job, m->fd);
	else if (m->kind == MSG_ANSWERS)
		on_answers(e, &m->answers);
	else if (m->kind == MSG_SIGNATURE)
		on_signature(e, &m->signature);
}

/* ---- peers --------------------------------------------------------------- */

/* Resolve died and is there again: ask once more.  Front died: nobody waits
 * for what it had. */
static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct evals *e = ctx;

	(void)index;
	if (kind == ROLE_SIGNER && !up)
		e->signer_died = true;
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *s = &e->slot[i];
		if (!s->used)
			continue;
		if (kind == ROLE_RESOLVE && up && s->open > 0)
			(void)ask(s);
		else if (kind == ROLE_SIGNER && up && e->signer_died)
			slot_sign_again(s);
		else if (kind == bus_peer(s->from) && !up)
			release(s);
	}
}

/* ---- start --------------------------------------------------------------- */

static bool
open_sources(struct evals *e)
{
	uint8_t seed[16];
	int fd = role_fd(e->role, "answers", 0);

	e->answers = fd < 0 ? NULL : answers_reader_new(fd);
	e->has_suffix = assay_oracle_suffix(&e->suffix,
	    e->daemon->judging.suffix_path) == ASSAY_OK;
	if (e->daemon->behaviour.on) {
		arena_init(&e->lists, LISTS);
		e->suffixes = suffix_list_load(
		    e->daemon->judging.suffix_path, &e->lists);
	}
	return getrandom(seed, sizeof(seed), 0) == (ssize_t)sizeof(seed) &&
	    assay_keep_new(&e->keep, 0, seed) == ASSAY_OK;
}

static bool
open_buses(struct evals *e)
{
	struct role *r = e->role;

	e->front = role_bus(r, ROLE_FRONT, 0, on_message, e);
	e->web = role_bus(r, ROLE_WEB, 0, on_message, e);
	e->resolve = role_bus(r, ROLE_RESOLVE, 0, on_message, e);
	e->signer = role_bus(r, ROLE_SIGNER, 0, on_message, e);
	return e->front != NULL && e->web != NULL && e->resolve != NULL;
}

int
role_eval(struct role *role)
{
	struct evals *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return 1;
	e->role = role;
	e->daemon = &role->daemon;
	role->ctx = e;
	role->on_peer = on_peer;
	e->ask_room = malloc(ASK_ROOM);
	e->piece = malloc(PIECE);
	arena_init(&e->scratch, ANSWER_MEMORY);
	if (e->ask_room == NULL || e->piece == NULL || !finish_rooms(e) ||
	    !sign_rooms(e) || !sign_keys_begin(e) || !open_sources(e) ||
	    !open_buses(e) || !records_begin(e)) {
		log_say(&role->log, "start-failed", "no memory");
		return 1;
	}
	names_begin(e);
	behave_begin(e);
	own_begin(e);
	bonds_begin(e);
	if (!warm_judge(e->has_suffix ? &e->suffix : NULL)) {
		log_say(&role->log, "start-failed", "a message that is "
		    "genuine was not found so: this build is broken");
		return 1;
	}
	return role_run(role);
}
