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
	if (ev->facts.n_act > 0) {
		ev->run.done &= ~(UINT32_C(1) << ASSAY_CHECK_CONTENT);
		ev->phase = EVAL_CHECKING;
	}
	arena_reset(&ev->side);
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return ASSAY_OK;
}
