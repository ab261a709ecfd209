/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

const struct memo_row *
ask(struct run *r, enum assay_qkind kind, uint16_t type, struct span key)
{
	struct memo_row *row = memo_ask(r->memo, kind, type, key);
	size_t i = 0;

	if (row == NULL)
		return NULL;
	while (i < r->asked.n && r->asked.id[i] != row->id)
		i++;
	if (i == r->asked.n && r->asked.n < LIMIT_QUESTIONS)
		r->asked.id[r->asked.n++] = row->id;
	if (row->a.kind != 0)
		return row;
	r->waiting[row->id / 64] |= (uint64_t)1 << row->id % 64;
	return NULL;
}

static bool
grow(struct run *r)
{
	size_t cap = r->cap_evidence == 0 ? 16 : r->cap_evidence * 2;
	struct assay_evidence *e;

	if (r->n_evidence < r->cap_evidence)
		return true;
	e = arena_array(r->arena, cap, sizeof(*e));
	if (e == NULL)
		return false;
	for (size_t i = 0; i < r->n_evidence; i++)
		e[i] = r->evidence[i];
	r->evidence = e;
	r->cap_evidence = cap;
	return true;
}

void
evidence_add(struct run *r, enum assay_check check,
    enum assay_result result, enum assay_reason reason, struct span subject,
    struct span detail, struct place place)
{
	uint16_t *asked = arena_array(r->arena, r->asked.n, sizeof(*asked));

	if (asked == NULL || !grow(r))
		return;
	for (size_t i = 0; i < r->asked.n; i++)
		asked[i] = r->asked.id[i];
	r->evidence[r->n_evidence++] = (struct assay_evidence){
		.check = check, .result = result, .reason = reason,
		.subject = subject, .detail = detail,
		.at = place.at, .at_len = place.len,
		.asked = asked, .n_asked = r->asked.n };
}
