/* SPDX-License-Identifier: Apache-2.0 */
#include "check/report_auth.h"

static enum step
say(struct report_auth *out, enum report_answer answer, const char *why)
{
	out->answer = answer;
	out->why = why;
	return STEP_DONE;
}

/* Steps 2 to 4: POLICY._report._dmarc.HOST, if DNS has room for it. */
static bool
query_name(struct buf *b, struct domain policy, struct domain host)
{
	buf_put(b, policy.name);
	buf_str(b, "._report._dmarc.");
	buf_put(b, host.name);
	return !b->full;
}

/* "Again different": not even the first destination may be used. */
static bool
stays_there(const struct dmarc_uri *uri, size_t n, struct domain host)
{
	for (size_t i = 0; i < n; i++)
		if (!domain_eq(uri[i].host, host))
			return false;
	return true;
}

/* Steps 5 to 9. */
static enum step
read_answer(struct report_auth *out, struct run *r,
    const struct assay_answer *a, struct domain host, enum report_kind kind)
{
	bool found = false;

	if (a->kind != ASSAY_A_DATA && a->kind != ASSAY_A_NODATA &&
	    a->kind != ASSAY_A_NXDOMAIN)
		return say(out, REPORT_UNKNOWN,
		    "the destination's DNS did not answer");
	for (size_t i = 0; a->kind == ASSAY_A_DATA && i < a->n_item; i++) {
		const struct dmarc_record *rec = dmarc_record_get(r->keep,
		    a->item[i], r->arena);
		if (rec == NULL)
			continue;
		found = true;
		if (!stays_there(rec->rua, rec->n_rua, host) ||
		    !stays_there(rec->ruf, rec->n_ruf, host))
			return say(out, REPORT_NO,
			    "the permission names another host");
		if (kind == REPORT_AGGREGATE && rec->n_rua > 0) {
			out->uri = rec->rua;
			out->n_uri = rec->n_rua;
		} else if (kind == REPORT_FAILURE && rec->n_ruf > 0) {
			out->uri = rec->ruf;
			out->n_uri = rec->n_ruf;
		}
	}
	return found ? say(out, REPORT_YES, "the destination agreed") :
	    say(out, REPORT_NO, "the destination did not agree");
}

static enum step
external(struct report_auth *out, struct run *r, struct domain policy,
    struct domain host, enum report_kind kind)
{
	ROOM(room, LIMIT_NAME);
	struct buf name = BUF_ON(room);
	const struct memo_row *row;

	if (!query_name(&name, policy, host))
		return say(out, REPORT_NO,
		    "the name to ask would be too long");
	row = ask_dns(r, ASSAY_T_TXT, buf_span(&name));
	if (row == NULL)
		return STEP_WAIT;
	out->query = row->q.key;
	return read_answer(out, r, &row->a, host, kind);
}

static enum step
same_organization(bool *same, bool *known, struct run *r, struct domain a,
    struct domain b)
{
	struct walk wa, wb;
	bool guarded;
	enum step step = walk_identifier(&wa, r, a);

	if (walk_identifier(&wb, r, b) == STEP_WAIT || step == STEP_WAIT)
		return STEP_WAIT;
	*known = !wa.failed && !wb.failed;
	return walk_same_org(same, &guarded, r, &wa, &wb);
}

enum step
report_authorized(struct report_auth *out, struct run *r,
    struct domain policy, const struct dmarc_uri *dest,
    enum report_kind kind)
{
	bool same = false, known = false;
	enum step step;

	*out = (struct report_auth){ .answer = REPORT_NO };
	if (domain_absent(dest->host))
		return say(out, REPORT_NO, "the address has no host");
	if (domain_eq(policy, dest->host))
		return say(out, REPORT_YES, "the domain itself");
	step = same_organization(&same, &known, r, policy, dest->host);
	if (step == STEP_DONE && same)
		return say(out, REPORT_YES, "the same organization");
	if (external(out, r, policy, dest->host, kind) == STEP_WAIT ||
	    step == STEP_WAIT)
		return STEP_WAIT;
	if (!known && out->answer == REPORT_NO)
		return say(out, REPORT_UNKNOWN,
		    "the organizational domain is not known");
	return STEP_DONE;
}
