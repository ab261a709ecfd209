/* SPDX-License-Identifier: Apache-2.0 */
/* content_read.c - what in the content acts, as facts, when it is asked for. */
#include "eval.h"

#include "origin/acts.h"
#include "wire/head.h"

enum assay_status
assay_eval_content(struct assay_eval *ev, struct assay_span message)
{
	struct content_in in = { .body = message };
	struct content *c = arena_alloc(&ev->side, sizeof(*c));

	if (ev->phase != EVAL_DONE || ev->facts.act != NULL)
		return ASSAY_MISUSE;
	in.header = head_take(&in.body);
	if (c == NULL)
		return ASSAY_NOMEM;
	/* of what is too large, what was read so far */
	if (!content_read(c, &in, &ev->side))
		c->stopped |= CONTENT_STOP_TEXT;
	acts_read(&ev->facts, ev->ours, c, &ev->arena);
	return eval_facts_added(ev, ASSAY_CHECK_CONTENT, ev->facts.n_act > 0);
}
