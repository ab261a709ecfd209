/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_log.c - one line a message: what was found, what was done, why, and
 * how long it took.
 */
#include "p_eval.h"

static void
put_because(struct log_line *line, struct slot *s, const struct ending *end)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(s->ev, &e);
	struct buf out = { .ptr = s->evals->words, .cap = WORDS_ROOM };

	for (size_t i = 0; i < end->v->n_because; i++) {
		size_t k = end->v->because[i];
		const struct assay_reason_text *t = k >= n ? NULL :
		    assay_reason_text(e[k].reason);
		if (t == NULL)
			continue;
		if (out.len > 0)
			buf_byte(&out, ',');
		buf_str(&out, t->name);
	}
	if (out.len > 0)
		log_span(line, "because", buf_span(&out));
}

static void
put_result(struct log_line *line, const struct slot *s,
    enum assay_check check)
{
	log_str(line, assay_check_name(check),
	    assay_result_name(assay_check_result(s->ev, check)));
}

/* In mode observe act says what was done, which is nothing, and would what
 * would have been done. */
static void
put_act(struct log_line *line, const struct slot *s,
    const struct ending *end)
{
	const struct daemon_listener *l =
	    &s->evals->daemon->listener[s->listener];
	const char *d = assay_disposition_name(end->v->disposition);

	if (s->kind == JOB_CHECK) {
		log_str(line, "act", "none");
		log_str(line, "would", d);
		return;
	}
	log_str(line, "listener", l->name);
	if (s->kind == JOB_LETTER)	/* it is kept, whatever was found */
		return;
	log_str(line, "act", l->observe ? "observe" : d);
	if (l->observe)
		log_str(line, "would", d);
	else if (end->would != end->v || end->at_most != end->v->disposition)
		log_str(line, "would", assay_disposition_name(end->at_most));
	if (end->v->departure != NULL)
		log_str(line, "departure", end->v->departure);
}

static void
count(struct slot *s, const struct ending *end, uint64_t us)
{
	struct stats *t = &s->evals->role->stats;
	bool observe = s->kind == JOB_MAIL &&
	    s->evals->daemon->listener[s->listener].observe;

	for (int c = ASSAY_CHECK_MESSAGE; c <= ASSAY_CHECK_AGE; c++)
		stats_result(t, (enum assay_check)c,
		    assay_check_result(s->ev, (enum assay_check)c));
	if (observe) {
		stats_disposition(t, STAT_OBSERVED, end->v->disposition);
		slot_compare(s, end);
	}
	if (!observe && s->kind == JOB_MAIL &&
	    end->at_most != end->v->disposition)
		stats_disposition(t, STAT_WOULD, end->at_most);
	stats_add(t, STAT_PASSES, 0, s->passes);
	stats_add(t, STAT_COLD, 0, s->asked);
	if (s->answers != NULL)
		stats_add(t, STAT_WARM, 0, answers_met(s->answers).hits);
	stats_time(t, s->asked == 0 ? STAT_JUDGE : STAT_DNS_WAIT, us);
}

void
slot_log(struct slot *s, const struct ending *end)
{
	uint64_t us = (uint64_t)(clock_micros() - s->began);
	struct log_line line;

	if (s->own)			/* own_log() */
		return;
	count(s, end, us);
	log_begin(&line, &s->evals->role->log, "verdict");
	log_span(&line, "queue", s->queue_id);
	log_span(&line, "client", s->client_text);
	log_span(&line, "from", end->v->from_domain);
	put_result(&line, s, ASSAY_CHECK_SPF);
	put_result(&line, s, ASSAY_CHECK_DKIM);
	put_result(&line, s, ASSAY_CHECK_ARC);
	put_result(&line, s, ASSAY_CHECK_DMARC);
	put_act(&line, s, end);
	put_because(&line, s, end);
	if (!span_absent(end->v->behaviour))
		log_span(&line, "behaviour", end->v->behaviour);
	log_u64(&line, "size", s->size);
	log_u64(&line, "asked", s->asked);
	log_u64(&line, "passes", s->passes);
	log_u64(&line, "us", us);
	if (s->late)
		log_u64(&line, "late", 1);
	log_end(&line);
}

/* Mail of our own. */
void
own_log(struct slot *s, size_t signatures)
{
	struct log_line line;

	log_begin(&line, &s->evals->role->log, "own");
	log_span(&line, "queue", s->queue_id);
	log_span(&line, "client", s->client_text);
	log_span(&line, "from", assay_eval_author(s->ev));
	if (s->end.v != NULL) {
		put_act(&line, s, &s->end);
		put_because(&line, s, &s->end);
	} else {
		log_str(&line, "listener",
		    s->evals->daemon->listener[s->listener].name);
	}
	log_u64(&line, "signatures", signatures);
	log_u64(&line, "size", s->size);
	log_u64(&line, "us", (uint64_t)(clock_micros() - s->began));
	log_end(&line);
}
