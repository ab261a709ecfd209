/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.c - mode observe: what the chain that still runs beside us says,
 * against what we found; counted, with the last differences by name.
 */
#include "p_eval.h"

static const enum assay_check checks[STAT_METHODS] = {
	[METHOD_SPF] = ASSAY_CHECK_SPF, [METHOD_DKIM] = ASSAY_CHECK_DKIM,
	[METHOD_DMARC] = ASSAY_CHECK_DMARC, [METHOD_ARC] = ASSAY_CHECK_ARC,
	[METHOD_IPREV] = ASSAY_CHECK_IPREV
};

/* Any of the ids that compare-with names. */
static unsigned
theirs(struct slot *s, enum assay_check check)
{
	const struct daemon_conf *d = s->evals->daemon;
	enum assay_result r;

	for (size_t i = 0; i < d->n_compare_with; i++)
		if (assay_eval_said(s->ev, assay_cstr(d->compare_with[i]),
		    check, &r))
			return (unsigned)r;
	return STAT_UNSAID;
}

static void
example(struct slot *s, const struct ending *end, unsigned method,
    unsigned ours, unsigned said)
{
	struct stats_example e = { .when = loop_time(s->evals->role->loop),
		.method = (uint8_t)method, .ours = (uint8_t)ours,
		.theirs = (uint8_t)said };

	stats_example_text(e.queue_id, sizeof(e.queue_id), s->queue_id);
	stats_example_text(e.domain, sizeof(e.domain), end->v->from_domain);
	stats_example(&s->evals->role->stats, &e);
}

/* A method of which they say nothing is counted, and no difference. */
void
slot_compare(struct slot *s, const struct ending *end)
{
	struct stats *t = &s->evals->role->stats;

	if (s->evals->daemon->n_compare_with == 0)
		return;
	for (unsigned m = 0; m < STAT_METHODS; m++) {
		unsigned ours = assay_check_result(s->ev, checks[m]);
		unsigned said = theirs(s, checks[m]);
		stats_add(t, STAT_COMPARED,
		    (m * STAT_SAID + ours) * STAT_SAID + said, 1);
		if (said != STAT_UNSAID && said != ours)
			example(s, end, m, ours, said);
	}
}
