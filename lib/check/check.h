/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - what a check is.
 *
 * A check is one function that looks at facts and answers and writes down
 * an outcome and evidence.  It learns about the world in one way: ask().
 * NULL from ask() means "not yet"; the check may ask more, then returns
 * STEP_WAIT, and is run again from the top.  So it keeps no state but the
 * memo, writes outcome and evidence only on the way to STEP_DONE, and reads
 * like the RFC it implements.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "check/keep.h"
#include "check/memo.h"
#include "check/outcome.h"
#include "wire/printable.h"

enum step { STEP_DONE = 0, STEP_WAIT };

/* The questions a conclusion rests on, in the order asked. */
struct asked {
	uint16_t id[LIMIT_QUESTIONS];
	size_t n;
};

struct run {
	struct arena *arena;		/* the evaluation's                  */
	struct memo *memo;
	struct assay_keep *keep;	/* or NULL                           */
	const struct assay_session *session;
	const struct assay_options *options;
	const struct assay_limits *limits;
	const struct facts *facts;
	struct outcome *out;
	struct assay_evidence *evidence;	/* grown by evidence_add()   */
	size_t n_evidence, cap_evidence;
	uint32_t done;			/* bit per enum assay_check          */
	struct asked asked;		/* since asked_reset()               */
	uint64_t waiting[LIMIT_QUESTIONS / 64]; /* asked and still open, by
					 * row: when to run this check again */
};

/* For the next message; the pointers above .evidence are the caller's. */
static inline void
run_begin(struct run *r)
{
	r->evidence = NULL;
	r->n_evidence = r->cap_evidence = 0;
	r->done = 0;
	r->asked.n = 0;
	for (size_t w = 0; w < LIMIT_QUESTIONS / 64; w++)
		r->waiting[w] = 0;
}

static inline bool
run_done(const struct run *r, enum assay_check c)
{
	return (r->done >> (unsigned)c & 1) != 0;
}

/* Asks and notes the question in r->asked.  NULL: not yet (or the memo is
 * full, which ends the evaluation). */
const struct memo_row *ask(struct run *r, enum assay_qkind kind,
    uint16_t type, struct span key);

static inline const struct memo_row *
ask_dns(struct run *r, uint16_t type, struct span name)
{
	return ask(r, ASSAY_Q_DNS, type, name);
}

/* Forgets which questions were asked: what follows is another conclusion. */
static inline void
asked_reset(struct run *r)
{
	r->asked.n = 0;
}

/* Appends one line of evidence resting on r->asked.  The spans must live in
 * the arena (or be literals) and be printable: see wire/printable.h. */
void evidence_add(struct run *r, enum assay_check check,
    enum assay_result result, enum assay_reason reason, struct span subject,
    struct span detail, struct place place);

typedef enum step check_fn(struct run *);

#define X(ID, name) check_fn check_##name;
#include "check/checks.def"
#undef X

#endif
