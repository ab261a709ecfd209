/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_batch.c - ends many evaluations together: their bodies are hashed
 * side by side, and then each goes its own way again.
 */
#include "eval.h"

#include "base/limits.h"
#include "facts/bodyhash.h"
#include "facts/stream.h"

bool
assay_together_gains(void)
{
	return lanes_best().width != LANES_1;
}

enum assay_status
assay_eval_stays(struct assay_eval *ev)
{
	if (ev->phase != EVAL_FEEDING || ev->stream == NULL)
		return ASSAY_MISUSE;
	stream_defer(ev->stream);
	ev->deferred = true;
	return ASSAY_OK;
}

/* The bodies that wait: at most n. */
static size_t
close_all(struct assay_eval *const *ev, size_t n, struct bodyhash **body)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		struct assay_eval *e = ev[i];
		if (e->phase != EVAL_FEEDING || e->stream == NULL ||
		    !e->deferred || e->arena.failed)
			continue;
		body[found] = stream_close(e->stream);
		found += body[found] != NULL;
	}
	return found;
}

enum assay_status
assay_eval_end_all(struct assay_eval *const *ev, size_t n)
{
	struct arena scratch;
	struct bodyhash **body;
	enum assay_status first = ASSAY_OK;
	bool ok;

	arena_init(&scratch, LIMIT_EVAL_MEMORY);
	body = arena_array(&scratch, n, sizeof(struct bodyhash *));
	ok = body != NULL;
	if (ok) {
		size_t found = close_all(ev, n, body);
		ok = bodyhash_run(body, found, lanes_best(), &scratch);
	}
	arena_free(&scratch);
	for (size_t i = 0; i < n && ok; i++) {
		enum assay_status st = assay_eval_end(ev[i]);
		if (first == ASSAY_OK)
			first = st;
	}
	return ok ? first : ASSAY_NOMEM;
}
