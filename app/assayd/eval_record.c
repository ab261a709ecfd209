/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_record.c - the record of a message into the spool, before anybody
 * hears the verdict: a copy in memory, no disk is waited for.
 */
#include "p_eval.h"

#include <stdlib.h>

#include "base/limits.h"
#include "report/tally_of.h"
#include "spool.h"

bool
records_begin(struct evals *e)
{
	int fd = role_fd(e->role, "ring", 0);

	if (fd < 0)
		return true;
	e->spool = spool_open(fd);
	e->record_room = malloc(SPOOL_RECORD);
	return e->spool != NULL && e->record_room != NULL &&
	    failures_begin(e);
}

static bool
collect(void *ctx, struct assay_span bytes)
{
	struct buf *out = ctx;

	buf_put(out, bytes);
	return !out->full;
}

/* Behind the line of the record: what goes into reports that we send, a list
 * item for each author whose domain wants one. */
static void
put_tallies(struct slot *s, const struct ending *end, struct buf *out)
{
	const struct daemon_conf *d = s->evals->daemon;
	struct tally_how how = {
		.observed = d->listener[s->listener].observe,
		.report_from = d->outbound.from };
	struct tally t;

	/* RFC 9990 is about mail that was received */
	for (size_t i = 0; d->outbound.count && !s->own &&
	    i < LIMIT_AUTHORS; i++) {
		size_t at = out->len;
		if (!tally_of(&t, s->ev, end->v, i, &how))
			continue;
		bus_put_u32(out, 0);
		tally_put(out, &t);
		if (!out->full) {
			struct buf len = { .ptr = out->ptr + at, .cap = 4 };
			bus_put_u32(&len, (uint32_t)(out->len - at - 4));
		}
	}
}

void
slot_record(struct slot *s, const struct ending *end)
{
	struct evals *e = s->evals;
	struct buf out = { .ptr = e->record_room, .cap = SPOOL_RECORD };
	enum assay_status st;

	/* a question of a program is no mail, and report mail that comes by
	 * LMTP was counted, if at all, when the mail server got it */
	if (e->spool == NULL || s->kind != JOB_MAIL)
		return;
	if (e->daemon->store_identities)
		st = assay_record_write(s->ev, end->v, false, collect, &out);
	else
		st = assay_record_write_veiled(s->ev, end->v,
		    spool_salt(e->spool), collect, &out);
	if (st == ASSAY_OK)
		put_tallies(s, end, &out);
	if (st == ASSAY_OK && !out.full)
		put_sample(s, end, &out);
	if (st == ASSAY_OK && !out.full)
		put_recall(s, end, &out);
	if (st == ASSAY_OK && !out.full)
		put_own(s, end, &out);
	if (st == ASSAY_OK && !out.full)
		put_bonds(s, end, &out);
	if (st == ASSAY_OK && !out.full)
		put_bounce(s, &out);
	if (st == ASSAY_OK && !out.full)
		put_failures(s, end, &out);
	/* what cannot be written whole counts as dropped, too */
	if (st != ASSAY_OK || out.full)
		out.len = SPOOL_RECORD + 1;
	spool_put(e->spool, s->record, assay_eval_policy_domain(s->ev),
	    loop_time(e->role->loop) / 86400, buf_span(&out));
}
