/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bimi.c - a logo, if one is published (BIMI draft 12).  None is no fault.
 * Neither the image nor the certificate is fetched.
 */
#include "posture/bimi_record.h"

#include "posture/inner.h"

enum step
learn_bimi(struct posture *p)
{
	struct bimi_known *b = &p->bimi;
	struct domain org;
	enum step step = learn_texts(&b->txt, p, name_below(p,
	    "default._bimi", p->domain), bimi_is_record, "v=bimi");

	if (step == STEP_WAIT || !p->part[SUBJECT_DMARC].learned)
		return STEP_WAIT;
	org = p->dmarc.walk.org;
	/* 7.2: none here: that of the organizational domain */
	if (b->txt.n == 0 && span_absent(b->txt.near) &&
	    !domain_absent(org) && !domain_eq(org, p->domain))
		return learn_texts(&b->txt, p, name_below(p, "default._bimi",
		    org), bimi_is_record, "v=bimi");
	return STEP_DONE;
}

/* ---- to tell ------------------------------------------------------------- */

/* 7.1: quarantine or reject, for the organization and its subdomains; under
 * RFC 9989 t=y takes a policy out of force, and pct is gone. */
static void
tell_policy(struct posture *p)
{
	const struct walk_name *used = p->dmarc.used;
	const char *why = NULL;

	if (dmarc_policy_here(p) == POLICY_ABSENT)
		why = "there is no policy";
	else if (dmarc_policy_here(p) == POLICY_NONE ||
	    used->record->p == POLICY_NONE)
		why = "the policy is none";
	else if (used->record->sp == POLICY_NONE)
		why = "sp=none";
	else if (used->record->test)
		why = "t=y";
	else if (used->record->pct < 100)
		why = "pct is below 100";
	if (why != NULL && !p->dmarc.failed)
		found(p, FOUND_BIMI_POLICY, p->bimi.txt.query,
		    assay_cstr(why));
	else if (used != NULL && used->record->np == POLICY_NONE)
		found(p, FOUND_BIMI_NP, p->bimi.txt.query, SPAN_NONE);
}

static void
tell_record(struct posture *p)
{
	const struct bimi_known *b = &p->bimi;
	struct bimi_record r;
	struct buf c = clause(p);

	bimi_record_parse(&r, b->txt.first, &p->arena);
	if (r.flaw != BIMI_OK) {
		buf_str(&c, bimi_flaw_text(r.flaw));
		buf_str(&c, ": ");
		clause_put(p, &c, r.what);
		found(p, FOUND_BIMI_SYNTAX, b->txt.query,
		    clause_done(p, &c));
		return;
	}
	if (r.declined) {
		state_set(p, SUBJECT_BIMI, "declined");
		found(p, FOUND_BIMI_DECLINED, b->txt.query, SPAN_NONE);
		return;
	}
	if (r.location.len > 0 && !r.svg)
		found(p, FOUND_BIMI_IMAGE, b->txt.query,
		    shown(p, r.location));
	if (r.evidence.len == 0)
		found(p, FOUND_BIMI_NO_EVIDENCE, b->txt.query, SPAN_NONE);
	tell_policy(p);
}

void
tell_bimi(struct posture *p)
{
	const struct bimi_known *b = &p->bimi;

	if (b->txt.a == NULL || p->missing) {
		state_set(p, SUBJECT_BIMI, "no logo");
	} else if (!answered(b->txt.a->kind)) {
		state_set(p, SUBJECT_BIMI, "not known");
		found(p, FOUND_BIMI_UNANSWERED, b->txt.query, SPAN_NONE);
	} else if (b->txt.n > 1) {
		state_set(p, SUBJECT_BIMI, "several records");
		mend_txt(p, found(p, FOUND_BIMI_SEVERAL, b->txt.query,
		    SPAN_NONE), b->txt.query, b->txt.first);
	} else if (b->txt.n == 1) {
		state_set(p, SUBJECT_BIMI, "a logo is published");
		tell_record(p);
	} else if (!span_absent(b->txt.near)) {
		state_set(p, SUBJECT_BIMI, "no logo");
		found(p, FOUND_BIMI_SYNTAX, b->txt.query,
		    shown(p, b->txt.near));
	} else {
		state_set(p, SUBJECT_BIMI, "no logo");
	}
}
