/* SPDX-License-Identifier: Apache-2.0 */
#include "outbound_xml.h"

#include "report/aggregate_out.h"

enum {
	ROW_MEMORY = 1 << 20,		/* the words of one row              */
	SECONDS_A_DAY = 86400
};

struct writing {
	struct aggregate_out out;
	struct arena row;
};

bool
outbound_head(struct aggregate_head *out, const struct outbound_report *r,
    const struct outbound_voice *who)
{
	*out = (struct aggregate_head){
		.org_name = who->org, .email = who->from,
		.extra_contact = who->contact, .report_id = r->report_id,
		.generator = SPAN("assay"), .error = r->error,
		.begin = r->day * SECONDS_A_DAY,
		.end = (r->day + 1) * SECONDS_A_DAY - 1 };
	return tally_policy(&out->policy, r->policy);
}

static bool
on_row(void *ctx, struct span octets, uint64_t messages)
{
	struct writing *w = ctx;
	struct aggregate_row row;

	arena_reset(&w->row);
	if (!tally_row(&row, octets, &w->row))
		return false;
	row.count = messages;
	aggregate_out_row(&w->out, &row);
	return !w->out.failed;
}

bool
outbound_xml(struct store *s, const struct outbound_report *r,
    const struct aggregate_head *head, assay_write_fn *write, void *ctx)
{
	struct writing w;
	bool ok;

	arena_init(&w.row, ROW_MEMORY);
	aggregate_out_start(&w.out, r->old_form ? AGGREGATE_FORM_7489 :
	    AGGREGATE_FORM_9990, head, write, ctx);
	ok = outbound_rows(s, r->id, on_row, &w) &&
	    aggregate_out_end(&w.out) == ASSAY_OK;
	arena_free(&w.row);
	return ok;
}
