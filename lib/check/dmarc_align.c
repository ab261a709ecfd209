/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_align.c - identifier alignment (RFC 9989 4.4, 4.10.2).
 *
 * The organizational domain of a name is the name or stands above it, so a
 * name that is not within the author's organizational domain cannot be
 * aligned and is not walked for.  What is left is walked for, at most
 * LIMIT_IDENTIFIERS times.
 */
#include "check/dmarc_judge.h"

static void
add(struct identifiers *ids, struct identifier id)
{
	for (size_t i = 0; i < ids->n; i++) {
		struct identifier *old = &ids->id[i];
		if (old->dkim != id.dkim ||
		    !domain_eq(old->domain, id.domain))
			continue;
		/* one signature that passes is enough */
		if (old->pending && !id.pending)
			*old = id;
		return;
	}
	if (ids->n < sizeof(ids->id) / sizeof(ids->id[0]))
		ids->id[ids->n++] = id;
}

/* RFC 9989 4.4.2: the MAIL FROM identity alone, never HELO. */
static void
add_spf(struct identifiers *ids, const struct spf_outcome *spf)
{
	if ((spf->result == ASSAY_PASS || spf->result == ASSAY_TEMPERROR) &&
	    !domain_absent(spf->domain))
		add(ids, (struct identifier){ .domain = spf->domain,
		    .pending = spf->result == ASSAY_TEMPERROR });
}

static void
add_sig(struct identifiers *ids, const struct sig_outcome *sig)
{
	bool pass = sig->result == ASSAY_PASS && sig->alignable;

	if ((pass || sig->result == ASSAY_TEMPERROR) &&
	    !domain_absent(sig->sig->d))
		add(ids, (struct identifier){ .dkim = true,
		    .domain = sig->sig->d, .place = sig->sig->place,
		    .pending = !pass });
}

void
identifiers_collect(struct identifiers *out, const struct run *r)
{
	out->n = 0;
	add_spf(out, &r->out->spf);
	for (size_t i = 0; i < r->out->dkim.n_sig; i++)
		add_sig(out, &r->out->dkim.sig[i]);
}

static bool
share_top(struct domain a, struct domain b)
{
	return domain_eq(domain_tail(a, 1), domain_tail(b, 1));
}

static enum step
by_walk(struct identifier *id, struct run *r, const struct walk *author)
{
	struct walk w;
	bool same, guarded;

	if (walk_identifier(&w, r, id->domain) == STEP_WAIT ||
	    walk_same_org(&same, &guarded, r, author, &w) == STEP_WAIT)
		return STEP_WAIT;
	id->org = w.org;
	if (w.failed)
		id->how = ALIGN_UNKNOWN;
	else if (guarded)
		id->how = ALIGN_GUARDED;
	else
		id->how = same ? ALIGN_ORG : ALIGN_OTHER_ORG;
	return STEP_DONE;
}

/* SPF and DKIM often authenticate the same name: one walk. */
static bool
walked_before(struct identifier *id, const struct judgement *j)
{
	for (size_t i = 0; i < j->ids.n; i++) {
		const struct identifier *old = &j->ids.id[i];
		if (old == id || old->how < ALIGN_ORG ||
		    old->how == ALIGN_STRICT ||
		    !domain_eq(old->domain, id->domain))
			continue;
		id->how = old->how;
		id->org = old->org;
		return true;
	}
	return false;
}

static enum step
compare(struct identifier *id, struct run *r, const struct judgement *j,
    size_t *walks)
{
	const struct dmarc_record *rec = j->used->record;
	const struct walk *author = &j->walk;

	if (domain_eq(id->domain, author->start))
		/* RFC 9989 4.10.2: the same name needs no walk */
		id->how = ALIGN_SAME;
	else if (id->dkim ? rec->strict_dkim : rec->strict_spf)
		id->how = ALIGN_STRICT;
	else if (author->failed)
		id->how = share_top(id->domain, author->start) ?
		    ALIGN_UNKNOWN : ALIGN_OUTSIDE;
	else if (!domain_within(id->domain, author->org))
		id->how = ALIGN_OUTSIDE;
	else if (walked_before(id, j))
		return STEP_DONE;
	else if (*walks == LIMIT_IDENTIFIERS)
		id->how = ALIGN_CAPPED;
	else {
		(*walks)++;
		return by_walk(id, r, author);
	}
	return STEP_DONE;
}

bool
judge_aligned(const struct judgement *j, bool dkim)
{
	for (size_t i = 0; i < j->ids.n; i++) {
		const struct identifier *id = &j->ids.id[i];
		if (id->dkim == dkim && !id->pending &&
		    (id->how == ALIGN_SAME || id->how == ALIGN_ORG))
			return true;
	}
	return false;
}

/* RFC 9989 5.3.6: an answer is missing that could have made a pass. */
bool
judge_unknown(const struct judgement *j)
{
	for (size_t i = 0; i < j->ids.n; i++) {
		const struct identifier *id = &j->ids.id[i];
		if (id->how == ALIGN_UNKNOWN || (id->pending &&
		    (id->how == ALIGN_SAME || id->how == ALIGN_ORG)))
			return true;
	}
	return false;
}

static enum step
compare_all(struct judgement *j, struct run *r, bool pending, size_t *walks)
{
	enum step step = STEP_DONE;

	for (size_t i = 0; i < j->ids.n; i++)
		if (j->ids.id[i].pending == pending &&
		    compare(&j->ids.id[i], r, j, walks) == STEP_WAIT)
			step = STEP_WAIT;
	return step;
}

enum step
judge_alignment(struct judgement *j, struct run *r)
{
	size_t walks = 0;

	identifiers_collect(&j->ids, r);
	if (compare_all(j, r, false, &walks) == STEP_WAIT)
		return STEP_WAIT;
	j->a.aligned_spf = judge_aligned(j, false);
	j->a.aligned_dkim = judge_aligned(j, true);
	for (size_t i = 0; i < j->ids.n; i++)
		j->a.guarded |= j->ids.id[i].how == ALIGN_GUARDED;
	/* what passes stands; only else does a missing answer matter */
	if (j->a.aligned_spf || j->a.aligned_dkim)
		return STEP_DONE;
	return compare_all(j, r, true, &walks);
}
