/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers of a record as a source of answers: a question that was not
 * asked then is not known here.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "record.h"

struct trace {
	struct arena arena;
	struct record_answers answers;
};

static enum assay_status
trace_ask(void *self, const struct assay_question *q, struct assay_answer *a)
{
	const struct trace *t = self;

	for (size_t i = 0; i < t->answers.n; i++) {
		const struct record_answer *row = &t->answers.row[i];

		if (row->q.kind == q->kind && row->q.type == q->type &&
		    row->a.kind != 0 && span_eq(row->q.key, q->key)) {
			*a = row->a;
			return ASSAY_OK;
		}
	}
	return ASSAY_PENDING;
}

static void
trace_free(void *self)
{
	struct trace *t = self;

	arena_free(&t->arena);
	free(t);
}

enum assay_status
assay_oracle_trace(struct assay_oracle *out, struct assay_span record)
{
	struct trace *t = calloc(1, sizeof(*t));
	const char *why;
	json_t *root = t == NULL ? NULL : record_load(record, &why);
	bool ok = false;

	*out = (struct assay_oracle){ .self = NULL };
	if (t == NULL)
		return ASSAY_NOMEM;
	arena_init(&t->arena, LIMIT_RECORD_BYTES);
	if (root != NULL)
		ok = record_answers(&t->answers, root, &t->arena, &why);
	json_decref(root);
	if (!ok) {
		bool full = t->arena.failed;

		trace_free(t);
		return full ? ASSAY_LIMIT : ASSAY_FORMAT;
	}
	*out = (struct assay_oracle){ .ask = trace_ask, .free = trace_free,
		.self = t };
	return ASSAY_OK;
}
