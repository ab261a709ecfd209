/* SPDX-License-Identifier: Apache-2.0 */
/* behave_run.h - one message against what is known of its sender. */
#ifndef ASSAY_BEHAVE_RUN_H
#define ASSAY_BEHAVE_RUN_H

#include "args.h"
#include "behave/explain.h"
#include "behave_file.h"
#include "traits/traits.h"

struct behave_run {
	struct behave_file file;
	const struct suffixes *suffixes;
	struct arena lists, arena;	/* the list; one message             */
	struct traits traits;
	struct sample sample;
	struct view view;
	struct score score;
	uint8_t said[SAID_ALL];		/* words of the message              */
	size_t said_len;
};

/* False: it was said on standard error. */
bool behave_run_open(struct behave_run *r, const struct args *args,
    const char *dir, uint64_t seed, bool cold);
/* A new state has room like that of a daemon with so many octets. */
bool behave_run_open_for(struct behave_run *r, const struct args *args,
    const char *dir, size_t octets);
void behave_run_close(struct behave_run *r);
/* Reads a message into r->traits; the arena lives until the next.  False: no
 * memory. */
bool behave_run_read(struct behave_run *r, const struct traits_in *in);
void behave_run_score(struct behave_run *r);
void behave_run_learn(struct behave_run *r);
/* Of the message that was scored last. */
size_t behave_run_explain(struct behave_run *r,
    struct because out[EXPLAIN_MOST]);
/* False: it was said. */
bool behave_run_save(struct behave_run *r, const char *command);

#endif
