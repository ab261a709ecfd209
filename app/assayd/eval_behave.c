/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_behave.c - what acts in a message, and is it like its sender?  After
 * the checks, from a copy of its first octets, by what store has learned
 * (sys/habits.h); what store may learn of it goes into the spool beside the
 * record.
 */
#include "p_eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "habits.h"
#include "nets.h"
#include "origin/remember.h"

enum { MAX_OPEN = 64 };		/* questions that are answered in a round    */

void
behave_begin(struct evals *e)
{
	int fd = role_fd(e->role, "habits", 0), memory[RECALL_FILES];

	if (fd >= 0)
		e->habits = habits_reader_new(fd);
	if (fd >= 0 && e->habits == NULL)
		log_say(&e->role->log, "behaviour-off",
		    "the memory of senders cannot be read");
	for (unsigned i = 0; i < RECALL_FILES; i++)
		memory[i] = role_fd(e->role, "recall", i);
	e->recall = memory[0] < 0 ? NULL : recall_reader(memory);
	if (memory[0] >= 0 && e->recall == NULL)
		log_say(&e->role->log, "first-seen-off",
		    "the memory of domains cannot be read");
}

static bool
is_read(const struct slot *s)
{
	const struct evals *e = s->evals;
	bool content = e->daemon->behaviour.content || e->recall != NULL;

	if (s->own)
		return own_is_judged(s);
	/* of a program's question nothing is learned, or compared */
	return s->kind == JOB_CHECK ? content : s->kind == JOB_MAIL &&
	    (e->habits != NULL || content);
}

void
behave_keep(struct slot *s, struct span piece)
{
	if (!is_read(s))
		return;
	if (s->seen == NULL)
		s->seen = malloc(LIMIT_BEHAVE_MESSAGE);
	piece = span_head(piece, LIMIT_BEHAVE_MESSAGE - s->seen_len);
	if (s->seen == NULL || piece.len == 0)
		return;
	memcpy(s->seen + s->seen_len, piece.ptr, piece.len);
	s->seen_len += piece.len;
}

/* Of a domain, or of an account. */
static enum assay_status
answer_recall(struct slot *s, const struct assay_question *q)
{
	const struct recall *r = s->evals->recall;
	uint8_t room[REMEMBER_TEXT];
	struct buf text = BUF_ON(room);
	struct span item;
	struct assay_answer a = { .kind = ASSAY_A_UNKNOWN, .item = &item };

	if (r != NULL && ((q->kind == ASSAY_Q_INTEL &&
	    q->type == ASSAY_INTEL_AGE && recall_age(r, q->key, &text)) ||
	    (q->kind == ASSAY_Q_PROFILE &&
	    q->type == ASSAY_PROFILE_DEALING &&
	    recall_dealing(r, q->key, &text)))) {
		a.kind = ASSAY_A_DATA;
		a.n_item = 1;
	}
	item = buf_span(&text);
	return assay_eval_answer(s->ev, q, &a);
}

/* What is known of who sent it; all else was known before, or is not. */
static enum assay_status
answer(struct slot *s, const struct assay_question *q)
{
	struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };
	struct habits_reader *r = s->evals->habits;
	struct span item, news;

	if (q->kind == ASSAY_Q_PROFILE && q->type == ASSAY_PROFILE_ACCOUNT)
		return own_answer(s, q);
	if (q->kind != ASSAY_Q_PROFILE || q->type != ASSAY_PROFILE_SENDER)
		return answer_recall(s, q);
	item = habits_ask(r, assay_eval_sample(s->ev), eval_said(s->ev));
	a.kind = ASSAY_A_TEMPFAIL;
	news = habits_news(r);
	s->news_len = span_absent(item) ? 0 : news.len;
	memcpy(s->news, news.ptr, s->news_len);
	if (!span_absent(item))
		a = (struct assay_answer){ .kind = ASSAY_A_DATA,
			.item = &item, .n_item = 1 };
	stats_count(&s->evals->role->stats, span_absent(item) ?
	    STAT_BEHAVIOUR_MISSED : STAT_BEHAVIOUR_SCORED);
	return assay_eval_answer(s->ev, q, &a);
}

/* No question of these goes to the network. */
static enum assay_status
answer_open(struct slot *s)
{
	const struct assay_question *open;
	struct assay_question q[MAX_OPEN];
	size_t n = assay_eval_questions(s->ev, &open);
	enum assay_status st = ASSAY_OK;

	n = n < MAX_OPEN ? n : MAX_OPEN;
	memcpy(q, open, n * sizeof(*q));
	for (size_t i = 0; i < n && st == ASSAY_OK; i++)
		st = answer(s, &q[i]);
	return st;
}

static enum assay_status
step_all(struct slot *s)
{
	enum assay_status st;

	while ((st = assay_eval_step(s->ev)) == ASSAY_PENDING) {
		st = answer_open(s);
		if (st != ASSAY_OK)
			break;
	}
	return st;
}

enum assay_status
slot_behave(struct slot *s)
{
	struct evals *e = s->evals;
	struct assay_reading what = { .content =
	    e->daemon->behaviour.content, .text = s->kind == JOB_CHECK,
		.cut = s->size > s->seen_len };
	bool mail = s->kind == JOB_MAIL;
	struct span seen = { s->seen, s->seen_len };
	uint8_t key[HABITS_KEY], memory[RECALL_KEY];
	enum assay_status st;
	struct net_of of;

	s->seen_len = 0;
	if (!is_read(s) || seen.len == 0)
		return ASSAY_OK;
	if (mail && e->habits != NULL && habits_key(e->habits, key))
		what.behaviour = key;
	else if (mail && e->habits != NULL)
		stats_count(&e->role->stats, STAT_BEHAVIOUR_MISSED);
	if (s->own)
		what.account = own_key(e);
	if (what.account != NULL)
		own_network(s, &of, &what);
	if (e->recall != NULL && !s->own) {
		recall_key(e->recall, memory);
		what.memory = memory;
	}
	if (!what.content && what.behaviour == NULL && what.memory == NULL &&
	    what.account == NULL)
		return ASSAY_OK;
	st = assay_eval_read(s->ev, seen, &what);
	return st == ASSAY_OK ? step_all(s) : st;
}

/* What a listener only observes is delivered, too. */
static bool
is_delivered(const struct slot *s, const struct ending *end)
{
	return end->v->disposition == ASSAY_ACCEPT ||
	    end->v->disposition == ASSAY_TAG ||
	    s->evals->daemon->listener[s->listener].observe;
}

static bool
is_kept(const struct ending *end)
{
	return end->v->disposition == ASSAY_HOLD ||
	    end->v->disposition == ASSAY_STRIP ||
	    end->v->disposition == ASSAY_QUARANTINE;
}

/* Only what is delivered can become usual; what was tagged for being odd
 * waits for an answer.  Both, and what is kept from its reader, count in the
 * alerts of the day; of what is kept a person may yet say that it is good.
 * What an account of ours sends teaches whom it knows, if it is like the
 * account; else it is as if it were kept. */
void
put_sample(struct slot *s, const struct ending *end, struct buf *out)
{
	struct lesson l = { .sample = assay_eval_sample(s->ev),
		.news = { s->news, s->news_len },
		.kept = !is_delivered(s, end) };
	enum assay_standing own = assay_eval_standing(s->ev);

	if (s->evals->habits == NULL || span_absent(l.sample) ||
	    (l.kept && !is_kept(end)))
		return;
	l.kept = l.kept || own == ASSAY_STANDING_UNLIKE;
	l.silent = own == ASSAY_STANDING_UNKNOWN;
	bus_put_u32(out, (uint32_t)(l.sample.len + l.news.len) + 4);
	buf_byte(out, HABITS_ITEM);
	lesson_put(out, &l);
}

/* What mail speaks of that a reader gets; accounts only where nobody found
 * anything. */
void
put_recall(struct slot *s, const struct ending *end, struct buf *out)
{
	bool found = end->v->disposition != ASSAY_ACCEPT;
	struct assay_question q;
	struct assay_answer a;
	struct buf len;
	size_t at = out->len;

	if (s->evals->recall == NULL || !is_delivered(s, end))
		return;
	bus_put_u32(out, 0);
	buf_byte(out, RECALL_ITEM);
	recall_put(out, assay_eval_dealer(s->ev), !found);
	for (size_t i = 0; assay_eval_asked(s->ev, i, &q, &a); i++)
		if (q.kind == ASSAY_Q_INTEL && q.type == ASSAY_INTEL_AGE)
			recall_put_name(out, q.key);
		else if (q.kind == ASSAY_Q_PROFILE &&
		    q.type == ASSAY_PROFILE_DEALING)
			recall_put_key(out, q.key);
	if (out->full)
		return;
	len = (struct buf){ .ptr = out->ptr + at, .cap = 4 };
	bus_put_u32(&len, (uint32_t)(out->len - at - 4));
}
