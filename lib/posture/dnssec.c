/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dnssec.c - is what DNS says of the domain signed (RFC 4033)?  Whether it
 * fits is for the resolver to say; this compares what it says with what is
 * there.
 */
#include "posture/inner.h"

static enum step
ask_signs(const struct assay_answer **key, const struct assay_answer **ds,
    struct posture *p, struct domain d)
{
	const struct memo_row *k = ask_dns(&p->run, ASSAY_T_DNSKEY, d.name);
	const struct memo_row *s = ask_dns(&p->run, ASSAY_T_DS, d.name);

	if (k == NULL || s == NULL)
		return STEP_WAIT;
	*key = &k->a;
	*ds = &s->a;
	return STEP_DONE;
}

enum step
learn_dnssec(struct posture *p)
{
	struct dnssec_known *d = &p->dnssec;
	enum step step;

	*d = (struct dnssec_known){ .key = NULL };
	step = ask_signs(&d->key, &d->ds, p, p->domain);
	if (step == STEP_WAIT || !p->part[SUBJECT_DMARC].learned)
		return STEP_WAIT;
	/* the zone of a name below is that of the organization, mostly */
	if (domain_absent(p->dmarc.walk.org) ||
	    domain_eq(p->dmarc.walk.org, p->domain))
		return STEP_DONE;
	return ask_signs(&d->org_key, &d->org_ds, p, p->dmarc.walk.org);
}

/* ---- to tell ------------------------------------------------------------- */

static bool
any_bogus(const struct posture *p, struct span *name)
{
	for (size_t i = 0; i < p->memo.n; i++) {
		const struct memo_row *row = p->memo.row[i];

		if (row->q.kind != ASSAY_Q_DNS ||
		    row->a.kind != ASSAY_A_BOGUS || !domain_within(
		    (struct domain){ row->q.key }, p->domain))
			continue;
		/* of all of them the first by name, whatever came first */
		if (span_absent(*name) || span_cmp(row->q.key, *name) < 0)
			*name = row->q.key;
	}
	return !span_absent(*name);
}

static bool
has(const struct assay_answer *a)
{
	return a != NULL && a->kind == ASSAY_A_DATA;
}

static void
set(struct posture *p, const char *state, enum finding_code code)
{
	state_set(p, SUBJECT_DNSSEC, state);
	found(p, code, p->domain.name, SPAN_NONE);
}

void
tell_dnssec(struct posture *p)
{
	const struct dnssec_known *d = &p->dnssec;
	struct span name = SPAN_NONE;

	if (any_bogus(p, &name)) {
		state_set(p, SUBJECT_DNSSEC, "signatures do not fit");
		found(p, FOUND_DNSSEC_BOGUS, name, SPAN_NONE);
	} else if (p->spf.a->secure || d->key->secure) {
		state_set(p, SUBJECT_DNSSEC, "signed and validated");
	} else if (p->missing) {
		state_set(p, SUBJECT_DNSSEC, "the domain does not exist");
	} else if (has(d->key) || has(d->org_key)) {
		if (has(d->key) ? has(d->ds) : has(d->org_ds))
			set(p, "signed; not validated here",
			    FOUND_DNSSEC_UNCHECKED);
		else
			set(p, "signed, but not vouched for",
			    FOUND_DNSSEC_NO_DS);
	} else if (!answered(d->key->kind)) {
		set(p, "not known", FOUND_DNSSEC_UNANSWERED);
	} else {
		set(p, "not signed", FOUND_DNSSEC_NONE);
	}
}
