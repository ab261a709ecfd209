/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval.h - the inside of an evaluation, for the glue, the views and tests.
 */
#ifndef LIB_EVAL_H
#define LIB_EVAL_H

#include "check/check.h"
#include "content/content.h"
#include "facts/bodyhash.h"
#include "origin/impersonate.h"
#include "wire/message.h"

enum eval_phase { EVAL_FEEDING = 0, EVAL_CHECKING, EVAL_DONE };

struct stream;

struct assay_ours {
	struct arena *home;
	struct ours ours;
};
struct suffixes;

struct assay_eval {
	struct arena *home;		/* holds this struct                 */
	struct arena arena;		/* lives for one message             */
	struct arena side;		/* while a sample is made            */
	enum eval_phase phase;
	struct assay_session session;	/* spans copied into the arena       */
	struct assay_options options;	/* spans copied into home            */
	struct assay_limits limits;	/* zeros replaced by defaults        */
	struct stream *stream;		/* while feeding                     */
	bool deferred;			/* ... of bytes that stay            */
	struct facts facts;
	struct outcome out;
	struct memo memo;
	struct run run;
	struct assay_oracle warm[4];	/* kept over assay_eval_reset()      */
	size_t n_warm;
	uint32_t waiting;		/* bit per check that named what it
					 * waits for in waits[]              */
	uint64_t waits[ASSAY_CHECK_AGE + 1][LIMIT_QUESTIONS / 64];
					/* by check: open questions          */
	const struct assay_policy *builtin_policy; /* in home, or NULL       */
	const struct assay_policy *builtin_own;
	const struct ours *ours;	/* in home, or with                  */
	struct ours with;		/* the same, and what was learned    */
	struct span bond, way;		/* bonds.c: for who learns            */
	struct span text;		/* what a person sees, if wanted; no
					 * fact, for no record holds words   */
	bool text_cut;
	unsigned hidden_share;		/* in thousandths                    */
	size_t n_checked;		/* evidence that checks wrote        */
	unsigned passes;		/* of assay_eval_step()              */
	unsigned check_runs;		/* calls of single checks            */
	const struct suffixes *suffixes;/* of whoever owns it, or NULL       */
	const struct strip *strip;	/* what goes out of it, or NULL      */
	struct body_digest unstripped[2]; /* .body before that              */
	struct span said;		/* words of the sample's values      */
	struct span header;		/* raw, while it is kept             */
	const struct header *fields;	/* of it; NULL: replayed, unreadable */
	struct body_digest body[2];	/* those wanted, by enum canon       */
	struct assay_question *open;	/* as assay_eval_questions() shows   */
	size_t n_open;
};

/* Facts are complete (from the stream, or put there by a record's reader):
 * the checks may begin. */
void eval_begin_checks(struct assay_eval *ev);

/* Facts were added, for that check to judge: it runs again. */
void eval_facts_added(struct assay_eval *ev, enum assay_check check);

/* stripping.c: nothing goes out of it after all. */
void eval_strip_back(struct assay_eval *ev);

/* behaviour.c: facts.sample, of a message whose content was read.  False: it
 * is too large, or nobody wrote it. */
bool eval_sample(struct assay_eval *ev, const struct content_in *in,
    const struct content *c, const uint8_t key[16]);

#endif
