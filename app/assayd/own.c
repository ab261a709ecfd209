/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own.c - mail of our own users and networks: not checked (RFC 9989 speaks
 * of mail from outside), its forged results taken away, and signed.
 */
#include "p_eval.h"

void
slot_own(struct slot *s)
{
	struct buf list = { .ptr = s->evals->edits_room,
		.cap = EDITS_ROOM };
	struct msg_verdict m = { .id = s->id, .status = VERDICT_OK,
		.disposition = ASSAY_ACCEPT };

	if (!s->evals->daemon->listener[s->listener].observe)
		put_removals(s, &list);
	m.edits = buf_span(&list);
	slot_verdict(s, &m, -1);
}
