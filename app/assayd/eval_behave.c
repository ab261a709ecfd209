/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_behave.c - is the message like its sender?  After the checks, from a
 * copy of its first octets, by what store has learned (sys/habits.h); what
 * store may learn of it goes into the spool beside the record.
 */
#include "p_eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "habits.h"

void
behave_begin(struct evals *e)
{
	int fd = role_fd(e->role, "habits", 0);

	if (fd >= 0)
		e->habits = habits_reader_new(fd);
	if (fd >= 0 && e->habits == NULL)
		log_say(&e->role->log, "behaviour-off",
		    "the memory of senders cannot be read");
}

void
behave_keep(struct slot *s, struct span piece)
{
	if (s->evals->habits == NULL || s->kind != JOB_MAIL || s->own)
		return;
	if (s->seen == NULL)
		s->seen = malloc(LIMIT_BEHAVE_MESSAGE);
	piece = span_head(piece, LIMIT_BEHAVE_MESSAGE - s->seen_len);
	if (s->seen == NULL || piece.len == 0)
		return;
	memcpy(s->seen + s->seen_len, piece.ptr, piece.len);
	s->seen_len += piece.len;
}

/* The one question that is left. */
static enum assay_status
answered(struct slot *s)
{
	const struct assay_question *q;
	struct span item = habits_ask(s->evals->habits,
	    assay_eval_sample(s->ev));
	struct assay_answer a = { .kind = ASSAY_A_TEMPFAIL };
	enum assay_status st = assay_eval_step(s->ev);

	if (!span_absent(item))
		a = (struct assay_answer){ .kind = ASSAY_A_DATA,
			.item = &item, .n_item = 1 };
	stats_count(&s->evals->role->stats, span_absent(item) ?
	    STAT_BEHAVIOUR_MISSED : STAT_BEHAVIOUR_SCORED);
	if (st != ASSAY_PENDING || assay_eval_questions(s->ev, &q) != 1)
		return st;
	st = assay_eval_answer(s->ev, q, &a);
	return st == ASSAY_OK ? assay_eval_step(s->ev) : st;
}

enum assay_status
slot_behave(struct slot *s)
{
	struct evals *e = s->evals;
	struct span seen = { s->seen, s->seen_len };
	enum assay_status st;
	uint8_t key[HABITS_KEY];

	s->seen_len = 0;
	if (e->habits == NULL || seen.len == 0)
		return ASSAY_OK;
	if (!habits_key(e->habits, key)) {
		stats_count(&e->role->stats, STAT_BEHAVIOUR_MISSED);
		return ASSAY_OK;
	}
	st = assay_eval_behaviour(s->ev, seen, key);
	if (st != ASSAY_OK || span_absent(assay_eval_sample(s->ev)))
		return st;
	return answered(s);
}

/* Only what was accepted can be usual. */
void
put_sample(struct slot *s, const struct ending *end, struct buf *out)
{
	struct span sample = assay_eval_sample(s->ev);

	if (s->evals->habits == NULL || span_absent(sample) ||
	    end->v->disposition != ASSAY_ACCEPT)
		return;
	bus_put_u32(out, (uint32_t)sample.len + 1);
	buf_byte(out, HABITS_ITEM);
	buf_put(out, sample);
}
