/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_run.c - steps an evaluation to its end from a list of sources.
 *
 * Every open question is announced to every source before the first is
 * asked, so that a live one has them all in flight at once.
 */
#include "eval.h"

void
assay_oracle_free(struct assay_oracle *oracle)
{
	if (oracle != NULL && oracle->free != NULL)
		oracle->free(oracle->self);
	if (oracle != NULL)
		*oracle = (struct assay_oracle){ .self = NULL };
}

static void
announce(const struct assay_oracle *oracle, size_t n_oracle,
    const struct assay_question *q, size_t n)
{
	for (size_t o = 0; o < n_oracle; o++)
		for (size_t i = 0; oracle[o].begin != NULL && i < n; i++)
			oracle[o].begin(oracle[o].self, &q[i]);
}

/* What the first source that knows it says; ASSAY_A_UNKNOWN when none. */
static enum assay_status
ask_all(const struct assay_oracle *oracle, size_t n_oracle,
    const struct assay_question *q, struct assay_answer *a)
{
	for (size_t o = 0; o < n_oracle; o++) {
		enum assay_status st = oracle[o].ask(oracle[o].self, q, a);
		if (st != ASSAY_PENDING)
			return st;
	}
	*a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
	return ASSAY_OK;
}

static enum assay_status
answer_open(struct assay_eval *ev, const struct assay_oracle *oracle,
    size_t n_oracle)
{
	const struct assay_question *q;
	size_t n = assay_eval_questions(ev, &q);
	enum assay_status st = ASSAY_OK;

	announce(oracle, n_oracle, q, n);
	for (size_t i = 0; i < n && st == ASSAY_OK; i++) {
		struct assay_answer a = { .ttl = 0 };
		st = ask_all(oracle, n_oracle, &q[i], &a);
		if (st == ASSAY_OK)
			st = assay_eval_answer(ev, &q[i], &a);
	}
	return st;
}

enum assay_status
assay_eval_run(struct assay_eval *ev, const struct assay_oracle *oracle,
    size_t n_oracle)
{
	enum assay_status st;

	if (ev->phase == EVAL_FEEDING) {
		st = assay_eval_end(ev);
		if (st != ASSAY_OK)
			return st;
	}
	for (size_t o = 0; o < n_oracle; o++)
		if (oracle[o].start != NULL)
			oracle[o].start(oracle[o].self);
	while ((st = assay_eval_step(ev)) == ASSAY_PENDING) {
		st = answer_open(ev, oracle, n_oracle);
		if (st != ASSAY_OK)
			return st;
	}
	return st;
}
