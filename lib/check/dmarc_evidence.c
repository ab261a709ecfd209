/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_evidence.c - the judgement of one author, line by line: the record,
 * each identifier and why it counts or not, the conclusion.
 *
 * Remarks that speak neither for nor against the message are NEUTRAL.
 */
#include "check/dmarc_judge.h"

enum { DETAIL = 1200, MAX_NOTES = 3 };	/* three names and some words */

static struct place
nowhere(void)
{
	return (struct place){ 0, 0 };
}

static void
put_name(struct buf *b, struct domain d)
{
	buf_put(b, d.name);
}

static void
remark(struct run *r, enum assay_reason reason, struct domain subject,
    struct buf *detail)
{
	evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_NEUTRAL, reason,
	    subject.name, arena_done(r->arena, detail), nowhere());
}

/* ---- the record --------------------------------------------------------- */

/* "sp=quarantine for news.example.com, below example.com" */
static void
tell_record(struct run *r, const struct judgement *j)
{
	struct buf b = arena_buf(r->arena, DETAIL);
	const struct dmarc_record *rec = j->used->record;

	if (dmarc_as_none(rec, r->options->profile)) {
		buf_put(&b, j->used->query);
		buf_str(&b, " counts as p=none, it has an address for "
		    "reports");
		remark(r, ASSAY_R_DMARC_RECORD_AS_NONE, j->used->name, &b);
		return;
	}
	buf_put(&b, j->used->query);
	buf_str(&b, " asks ");
	buf_str(&b, j->tag);
	buf_byte(&b, '=');
	buf_str(&b, dmarc_policy_name(j->a.published));
	if (j->below) {
		buf_str(&b, " for ");
		put_name(&b, j->a.domain);
	}
	if (rec->strict_dkim)
		buf_str(&b, ", DKIM alignment strict");
	if (rec->strict_spf)
		buf_str(&b, ", SPF alignment strict");
	remark(r, ASSAY_R_DMARC_RECORD, j->used->name, &b);
}

static void
tell_flaws(struct run *r, const struct walk_name *used)
{
	struct buf b = arena_buf(r->arena, DETAIL);
	const struct dmarc_note *n = used->record->note;
	unsigned told = 0;

	for (; n != NULL && told < MAX_NOTES; n = n->next) {
		if (!dmarc_note_is_error(n))
			continue;
		if (told++ > 0)
			buf_str(&b, "; ");
		dmarc_note_print(&b, n);
	}
	if (told > 0)
		remark(r, ASSAY_R_DMARC_RECORD_FLAWED, used->name, &b);
	else
		arena_done(r->arena, &b);
}

static void
tell_several(struct run *r, const struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct buf b;
		if (w->at[i].n_record < 2)
			continue;
		b = arena_buf(r->arena, DETAIL);
		buf_u64(&b, w->at[i].n_record);
		buf_str(&b, " records at ");
		buf_put(&b, w->at[i].query);
		remark(r, ASSAY_R_DMARC_SEVERAL_RECORDS, w->at[i].name, &b);
	}
}

static void
tell_milder(struct run *r, const struct judgement *j)
{
	struct buf b = arena_buf(r->arena, DETAIL);

	if (j->a.test_mode) {
		buf_str(&b, "t=y makes ");
		buf_str(&b, dmarc_policy_name(j->a.published));
		buf_str(&b, " into ");
		buf_str(&b, dmarc_policy_name(j->a.policy));
		remark(r, ASSAY_R_DMARC_TEST_MODE, j->used->name, &b);
	} else if (j->used->record->pct < 100 &&
	    r->options->profile == ASSAY_RFC7489) {
		buf_str(&b, "pct=");
		buf_u64(&b, j->used->record->pct);
		remark(r, ASSAY_R_DMARC_PCT, j->used->name, &b);
	} else
		arena_done(r->arena, &b);
}

/* ---- identifiers -------------------------------------------------------- */

static enum assay_reason
identifier_reason(const struct identifier *id)
{
	bool aligned = id->how == ALIGN_SAME || id->how == ALIGN_ORG;

	if (id->how == ALIGN_UNKNOWN || (id->pending && aligned))
		return ASSAY_R_DMARC_ALIGNMENT_UNKNOWN;
	if (id->how == ALIGN_GUARDED)
		return ASSAY_R_DMARC_SUFFIX_GUARD;
	if (id->how == ALIGN_CAPPED)
		return ASSAY_R_DMARC_IDENTIFIERS_CAPPED;
	if (aligned)
		return id->dkim ? ASSAY_R_DMARC_DKIM_ALIGNED :
		    ASSAY_R_DMARC_SPF_ALIGNED;
	return id->dkim ? ASSAY_R_DMARC_DKIM_NOT_ALIGNED :
	    ASSAY_R_DMARC_SPF_NOT_ALIGNED;
}

static void
put_why(struct buf *b, const struct judgement *j,
    const struct identifier *id)
{
	switch (id->how) {
	case ALIGN_SAME:
		buf_str(b, " is the author's domain itself");
		return;
	case ALIGN_ORG:
		buf_str(b, " and ");
		put_name(b, j->a.domain);
		buf_str(b, " both belong to ");
		put_name(b, j->a.org_domain);
		return;
	case ALIGN_STRICT:
		buf_str(b, " is not ");
		put_name(b, j->a.domain);
		buf_str(b, id->dkim ? ", and adkim=s asks for the same name" :
		    ", and aspf=s asks for the same name");
		return;
	case ALIGN_OUTSIDE:
		buf_str(b, " is not within ");
		put_name(b, domain_absent(j->a.org_domain) ? j->a.domain :
		    j->a.org_domain);
		return;
	case ALIGN_OTHER_ORG:
		buf_str(b, " belongs to ");
		put_name(b, id->org);
		buf_str(b, ", the author to ");
		put_name(b, j->a.org_domain);
		return;
	case ALIGN_GUARDED:
		buf_str(b, " and ");
		put_name(b, j->a.domain);
		buf_str(b, " share only ");
		put_name(b, j->a.org_domain);
		return;
	case ALIGN_CAPPED:
		buf_str(b, " was not compared");
		return;
	case ALIGN_UNKNOWN:
		buf_str(b, ": its organizational domain or the author's is "
		    "not known");
		return;
	}
}

static void
tell_identifier(struct run *r, const struct judgement *j,
    const struct identifier *id)
{
	enum assay_reason reason = identifier_reason(id);
	enum assay_result result = ASSAY_FAIL;
	struct buf b;

	if (id->how == 0 || (id->pending &&
	    reason != ASSAY_R_DMARC_ALIGNMENT_UNKNOWN))
		return;	/* nothing was to be learned from it */
	b = arena_buf(r->arena, DETAIL);
	put_name(&b, id->domain);
	put_why(&b, j, id);
	if (reason == ASSAY_R_DMARC_ALIGNMENT_UNKNOWN) {
		result = ASSAY_TEMPERROR;
		if (id->pending)
			buf_str(&b, id->dkim ? ", but its key was not "
			    "answered for" : ", but SPF had no answer");
	} else if (reason == ASSAY_R_DMARC_DKIM_ALIGNED ||
	    reason == ASSAY_R_DMARC_SPF_ALIGNED)
		result = ASSAY_PASS;
	evidence_add(r, ASSAY_CHECK_DMARC, result, reason, id->domain.name,
	    arena_done(r->arena, &b), id->place);
}

static void
tell_missing(struct run *r, const struct judgement *j, bool dkim)
{
	struct span detail = SPAN("no MAIL FROM domain passed SPF");

	for (size_t i = 0; i < j->ids.n; i++)
		if (j->ids.id[i].dkim == dkim && !j->ids.id[i].pending)
			return;
	if (dkim)
		detail = r->out->dkim.n_sig == 0 ?
		    SPAN("there is no DKIM signature") :
		    SPAN("no DKIM signature passed");
	evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_FAIL, dkim ?
	    ASSAY_R_DMARC_NO_DKIM_PASS : ASSAY_R_DMARC_NO_SPF_PASS,
	    j->a.domain.name, detail, nowhere());
}

static void
tell_tails(struct run *r, const struct judgement *j)
{
	for (size_t i = 0; i < r->out->dkim.n_sig; i++) {
		const struct sig_outcome *o = &r->out->dkim.sig[i];
		if (o->result != ASSAY_PASS || o->alignable ||
		    !domain_within(o->sig->d, j->a.org_domain))
			continue;
		evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_FAIL,
		    ASSAY_R_DMARC_DKIM_TAIL, o->sig->d.name,
		    SPAN("valid, but it does not cover the whole message"),
		    o->sig->place);
	}
}

/* ---- the conclusion ----------------------------------------------------- */

/* Which questions had no answer. */
static void
put_failed(struct buf *b, const struct judgement *j)
{
	bool any = false;

	for (size_t i = 0; i < j->walk.n; i++) {
		if (!j->walk.at[i].failed)
			continue;
		buf_str(b, any ? ", " : "no answer for ");
		buf_put(b, j->walk.at[i].query);
		any = true;
	}
	if (!any && j->walk.no_list)
		buf_str(b, "no public suffix list");
	else if (!any)
		buf_str(b, "an answer is missing that could have made it "
		    "pass, or that chooses the policy");
}

static void
put_conclusion(struct buf *b, const struct judgement *j)
{
	switch (j->a.result) {
	case ASSAY_PASS:
		buf_str(b, "by ");
		buf_str(b, j->a.aligned_dkim ? "DKIM" : "SPF");
		if (j->a.aligned_dkim && j->a.aligned_spf)
			buf_str(b, " and SPF");
		break;
	case ASSAY_FAIL:
		buf_str(b, "the owner asks: ");
		buf_str(b, dmarc_policy_name(j->a.policy));
		break;
	case ASSAY_TEMPERROR:
		put_failed(b, j);
		break;
	case ASSAY_NONE:
		buf_u64(b, j->a.n_query);
		buf_str(b, j->used == NULL ? " names asked, no record" :
		    " names asked, the record cannot be used");
		break;
	case ASSAY_PERMERROR: case ASSAY_SOFTFAIL: case ASSAY_NEUTRAL:
	case ASSAY_POLICY:
		break;
	}
}

static void
tell_conclusion(struct run *r, const struct judgement *j)
{
	struct buf b = arena_buf(r->arena, DETAIL);

	put_conclusion(&b, j);
	evidence_add(r, ASSAY_CHECK_DMARC, j->a.result, j->a.reason,
	    j->a.domain.name, arena_done(r->arena, &b), j->place);
}

static void
tell_suspicion(struct run *r, const struct judgement *j)
{
	if (j->a.sends_nothing)
		evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_FAIL,
		    ASSAY_R_DMARC_SENDS_NOTHING, j->a.domain.name,
		    SPAN("v=spf1 -all and a null MX"), nowhere());
	if (j->a.own_from_outside)
		evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_FAIL,
		    ASSAY_R_DMARC_OWN_DOMAIN_OUTSIDE, j->a.domain.name,
		    SPAN("from outside and not proven"), j->place);
}

static void
tell_existence(struct run *r, const struct judgement *j)
{
	struct buf b = arena_buf(r->arena, DETAIL);

	put_name(&b, j->a.domain);
	if (j->not_existing) {
		buf_str(&b, " is NXDOMAIN for two types");
		remark(r, ASSAY_R_DMARC_AUTHOR_NOT_EXISTING, j->a.domain, &b);
	} else if (j->doubted) {
		buf_str(&b, " is NXDOMAIN for one type only");
		remark(r, ASSAY_R_DMARC_NXDOMAIN_DOUBTED, j->a.domain, &b);
	} else
		arena_done(r->arena, &b);
}

/* What the record says rests on the walk alone. */
static void
tell_walk(struct run *r, const struct judgement *j)
{
	size_t all = r->asked.n;

	r->asked.n = j->asked;
	tell_several(r, &j->walk);
	if (j->used != NULL) {
		if (dmarc_usable(j->used->record, r->options->profile)) {
			tell_record(r, j);
			tell_milder(r, j);
		}
		tell_flaws(r, j->used);
	}
	r->asked.n = all;
}

void
dmarc_evidence(struct run *r, const struct judgement *j)
{
	tell_walk(r, j);
	for (size_t i = 0; i < j->ids.n; i++)
		tell_identifier(r, j, &j->ids.id[i]);
	if (j->tag != NULL) {	/* alignment was looked at */
		tell_missing(r, j, false);
		tell_missing(r, j, true);
		tell_tails(r, j);
		tell_existence(r, j);
	}
	tell_conclusion(r, j);
	tell_suspicion(r, j);
}

void
dmarc_evidence_no_author(struct run *r)
{
	const struct from_facts *from = &r->facts->from;

	evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_PERMERROR,
	    ASSAY_R_DMARC_NO_AUTHOR, SPAN_NONE, from->fields == 0 ?
	    SPAN("there is no From field") :
	    SPAN("the From field has no usable address"), nowhere());
}

void
dmarc_evidence_capped(struct run *r)
{
	evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_PERMERROR,
	    ASSAY_R_DMARC_AUTHORS_CAPPED, SPAN_NONE,
	    SPAN("more than three author domains"), nowhere());
}

void
dmarc_evidence_several(struct run *r, struct domain author)
{
	evidence_add(r, ASSAY_CHECK_DMARC, ASSAY_PERMERROR,
	    ASSAY_R_DMARC_SEVERAL_AUTHORS, author.name,
	    SPAN("several author domains, none with a record"), nowhere());
}
