/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc.c - RFC 9989 5.3: record, identifiers, alignment, policy.
 *
 * The author's walk is asked for at once, beside SPF and DKIM; the rest
 * waits for them.  With several author domains each is judged, none can
 * pass, and the strictest policy among those that fail is the message's
 * (11.5).  An author that cannot be read for sure gives permerror, never
 * pass and never none.
 */
#include "check/dmarc_judge.h"

#include "wire/addr.h"

static enum step
conclude(struct judgement *j, enum assay_result result,
    enum assay_reason reason)
{
	j->a.result = result;
	j->a.reason = reason;
	return STEP_DONE;
}

static bool
exists(const struct memo_row *row)
{
	return row->a.kind == ASSAY_A_DATA || row->a.kind == ASSAY_A_NODATA;
}

/* RFC 9989 3.2.13: NXDOMAIN for the Author Domain itself.  Two types are
 * asked, as some servers deny names that only have names below them. */
static enum step
existence(struct judgement *j, struct run *r, bool *failed)
{
	const struct memo_row *txt, *mx;

	txt = ask_dns(r, ASSAY_T_TXT, j->a.domain.name);
	mx = ask_dns(r, ASSAY_T_MX, j->a.domain.name);
	if (txt == NULL || mx == NULL)
		return STEP_WAIT;
	j->not_existing = txt->a.kind == ASSAY_A_NXDOMAIN &&
	    mx->a.kind == ASSAY_A_NXDOMAIN;
	*failed = !j->not_existing && !exists(txt) && !exists(mx);
	j->doubted = !*failed && !j->not_existing &&
	    (txt->a.kind == ASSAY_A_NXDOMAIN ||
	    mx->a.kind == ASSAY_A_NXDOMAIN);
	return STEP_DONE;
}

/* p, sp, np; then t (RFC 9989 4.7), or pct (RFC 7489 6.6.4) where no
 * message at all is to have the policy. */
static void
set_policy(struct judgement *j, enum assay_profile profile)
{
	const struct dmarc_record *rec = j->used->record;
	bool milder = profile == ASSAY_RFC9989 ? rec->test : rec->pct == 0;

	j->a.published = dmarc_policy_of(rec, profile, j->below,
	    !j->not_existing, &j->tag);
	j->a.policy = milder ? dmarc_milder(j->a.published) :
	    j->a.published;
	j->a.test_mode = profile == ASSAY_RFC9989 &&
	    j->a.policy != j->a.published;
}

static bool
np_matters(const struct judgement *j, enum assay_profile profile)
{
	const struct dmarc_record *rec = j->used->record;
	const char *tag;

	return j->below && dmarc_policy_of(rec, profile, true, true, &tag) !=
	    dmarc_policy_of(rec, profile, true, false, &tag);
}

/* "v=spf1 -all" and nothing else. */
static bool
is_spf_deny_all(struct span txt)
{
	struct span word = SPAN_NONE;

	if (!span_ieq(span_cut(&txt, ' '), SPAN("v=spf1")))
		return false;
	while (txt.len > 0) {
		struct span next = span_cut(&txt, ' ');
		if (next.len > 0 && word.len > 0)
			return false;
		if (next.len > 0)
			word = next;
	}
	return span_ieq(word, SPAN("-all"));
}

static bool
denies_all(const struct assay_answer *a)
{
	bool found = false;

	for (size_t i = 0; a->kind == ASSAY_A_DATA && i < a->n_item; i++) {
		if (!span_istarts(a->item[i], SPAN("v=spf1")))
			continue;
		if (found || !is_spf_deny_all(a->item[i]))
			return false;
		found = true;
	}
	return found;
}

/* RFC 7505 3: one MX, whose name is the root. */
static bool
is_null_mx(const struct assay_answer *a)
{
	return a->kind == ASSAY_A_DATA && a->n_item == 1 &&
	    span_eq(span_skip(a->item[0], 2), SPAN("."));
}

static enum step
sends_nothing(struct judgement *j, struct run *r)
{
	const struct memo_row *txt, *mx;

	txt = ask_dns(r, ASSAY_T_TXT, j->a.domain.name);
	mx = ask_dns(r, ASSAY_T_MX, j->a.domain.name);
	if (txt == NULL || mx == NULL)
		return STEP_WAIT;
	j->a.sends_nothing = denies_all(&txt->a) && is_null_mx(&mx->a);
	return STEP_DONE;
}

/* Not known whether sp or np: the stricter one shows; it is not applied. */
static void
show_stricter(struct judgement *j, enum assay_profile profile)
{
	struct judgement other = *j;

	other.not_existing = true;
	set_policy(&other, profile);
	if (other.a.published > j->a.published)
		*j = other;
	j->not_existing = false;
}

static enum step
judge_failing(struct judgement *j, struct run *r)
{
	enum assay_profile profile = r->options->profile;
	bool failed = false;

	if (np_matters(j, profile) &&
	    existence(j, r, &failed) == STEP_WAIT)
		return STEP_WAIT;
	set_policy(j, profile);
	if (failed)
		show_stricter(j, profile);
	if (failed || judge_unknown(j))
		return conclude(j, ASSAY_TEMPERROR, j->walk.no_list ?
		    ASSAY_R_DMARC_NO_SUFFIX_LIST : ASSAY_R_DMARC_TEMPERROR);
	if (j->a.published != POLICY_NONE &&
	    sends_nothing(j, r) == STEP_WAIT)
		return STEP_WAIT;
	return conclude(j, ASSAY_FAIL, ASSAY_R_DMARC_FAIL);
}

/* RFC 9989 5.3.2 to 5.3.5 for one Author Domain. */
static enum step
judge(struct judgement *j, struct run *r)
{
	enum assay_profile profile = r->options->profile;
	bool failed;

	j->a.org_domain = j->walk.org;
	j->used = walk_policy(&j->walk, profile, &failed);
	if (failed)
		return conclude(j, ASSAY_TEMPERROR, j->walk.no_list ?
		    ASSAY_R_DMARC_NO_SUFFIX_LIST : ASSAY_R_DMARC_TEMPERROR);
	if (j->used == NULL)
		return conclude(j, ASSAY_NONE, ASSAY_R_DMARC_NO_RECORD);
	j->a.record_domain = j->used->name;
	j->below = !domain_eq(j->used->name, j->a.domain);
	/* RFC 9989 4.10.1: no processing, and no look at a parent */
	if (!dmarc_usable(j->used->record, profile))
		return conclude(j, ASSAY_NONE,
		    ASSAY_R_DMARC_RECORD_UNUSABLE);
	if (judge_alignment(j, r) == STEP_WAIT)
		return STEP_WAIT;
	if (!j->a.aligned_spf && !j->a.aligned_dkim)
		return judge_failing(j, r);
	set_policy(j, profile);
	return conclude(j, ASSAY_PASS, ASSAY_R_DMARC_PASS);
}

/* Private use and loopback: our own side of the wire. */
static bool
is_inside(const struct assay_addr *a)
{
	struct span b = { a->bytes, 16 };
	int first = span_at(b, 0), second = span_at(b, 1);

	if (a->family == 4)
		return first == 127 || first == 10 ||
		    (first == 192 && second == 168) ||
		    (first == 172 && (second & 0xf0) == 16) ||
		    (first == 169 && second == 254);
	if (a->family != 6)
		return true;	/* not known: do not accuse */
	if ((first & 0xfe) == 0xfc || (first == 0xfe &&
	    (second & 0xc0) == 0x80))
		return true;
	for (size_t i = 0; i < 15; i++)
		if (span_at(b, i) != 0)
			return false;
	return span_at(b, 15) == 1;
}

static bool
own_from_outside(struct run *r, struct domain author)
{
	const struct assay_options *o = r->options;
	struct assay_addr client = addr_unmap(&r->session->client);
	struct domain own;

	if (is_inside(&client) ||
	    !span_absent(r->session->auth_user))
		return false;
	for (size_t i = 0; i < o->n_own_domain; i++)
		if (domain_parse(&own, o->own_domain[i], true, r->arena) &&
		    domain_within(author, own))
			return true;
	return false;
}

/* An author that is not the only one, or not for sure the author, never
 * passes; of an ambiguous one not even "no record" is told (11.5). */
static void
restrict_result(struct judgement *j, const struct from_facts *from)
{
	bool several = from->n_author > 1 || from->capped;

	if (j->a.result == ASSAY_PASS || (j->a.result == ASSAY_NONE &&
	    from->unusable))
		conclude(j, ASSAY_PERMERROR, several ?
		    ASSAY_R_DMARC_SEVERAL_AUTHORS :
		    ASSAY_R_DMARC_AUTHOR_AMBIGUOUS);
}

static void
finish(struct judgement *j, struct run *r)
{
	const struct from_facts *from = &r->facts->from;
	struct span *query = arena_array(r->arena, j->walk.n, sizeof(*query));

	for (size_t i = 0; query != NULL && i < j->walk.n; i++)
		if (!span_absent(j->walk.at[i].query))
			query[j->a.n_query++] = j->walk.at[i].query;
	j->a.query = query;
	if (from->n_author > 1 || from->capped || from->unusable)
		restrict_result(j, from);
	if (j->a.result != ASSAY_PASS)
		j->a.own_from_outside = own_from_outside(r, j->a.domain);
}

/* A failure decides before an error, an error before "no record": whoever
 * adds a broken domain must not soften what another one asks. */
static unsigned
weight(const struct dmarc_author *a)
{
	switch (a->result) {
	case ASSAY_FAIL: return 10 + (unsigned)a->policy;
	case ASSAY_TEMPERROR: return 3;
	case ASSAY_PERMERROR: return 2;
	case ASSAY_NONE: return 1;
	case ASSAY_PASS: case ASSAY_SOFTFAIL: case ASSAY_NEUTRAL:
	case ASSAY_POLICY:
		break;
	}
	return 0;
}

static void
combine(struct run *r, struct dmarc_outcome *out,
    const struct from_facts *from)
{
	const struct dmarc_author *a;

	out->decisive = 0;
	for (size_t i = 1; i < out->n_author; i++)
		if (weight(&out->author[i]) >
		    weight(&out->author[out->decisive]))
			out->decisive = i;
	a = &out->author[out->decisive];
	out->result = a->result;
	out->reason = a->reason;
	out->policy = a->policy;
	/* RFC 9989 5.3.1: with several domains DMARC ends without a result */
	if ((from->n_author > 1 || from->capped) && a->result == ASSAY_NONE) {
		out->result = ASSAY_PERMERROR;
		out->reason = ASSAY_R_DMARC_SEVERAL_AUTHORS;
		dmarc_evidence_several(r, a->domain);
	}
}

static enum step
walk_authors(struct judgement *j, struct run *r)
{
	const struct from_facts *from = &r->facts->from;
	enum step step = STEP_DONE;

	for (size_t i = 0; i < from->n_author; i++) {
		j[i] = (struct judgement){ .place = from->author[i].place,
			.a.domain = from->author[i].domain };
		if (walk_author(&j[i].walk, r, j[i].a.domain) == STEP_WAIT)
			step = STEP_WAIT;
		j[i].asked = r->asked.n;
	}
	return step;
}

static enum step
judge_authors(struct judgement *j, struct run *r)
{
	enum step step = STEP_DONE;

	for (size_t i = 0; i < r->facts->from.n_author; i++)
		if (judge(&j[i], r) == STEP_WAIT)
			step = STEP_WAIT;
	return step;
}

/* RFC 9989 5.3.1: zero domains, and the process terminates. */
static enum step
no_author(struct run *r)
{
	r->out->dmarc = (struct dmarc_outcome){ .result = ASSAY_PERMERROR,
		.reason = ASSAY_R_DMARC_NO_AUTHOR };
	dmarc_evidence_no_author(r);
	return STEP_DONE;
}

enum step
check_dmarc(struct run *r)
{
	const struct from_facts *from = &r->facts->from;
	struct dmarc_outcome *out = &r->out->dmarc;
	struct judgement j[LIMIT_AUTHORS];
	enum step step;

	asked_reset(r);
	if (from->n_author == 0)
		return no_author(r);
	step = walk_authors(j, r);
	if (step == STEP_WAIT || !run_done(r, ASSAY_CHECK_SPF) ||
	    !run_done(r, ASSAY_CHECK_DKIM))
		return STEP_WAIT;
	if (judge_authors(j, r) == STEP_WAIT)
		return STEP_WAIT;
	*out = (struct dmarc_outcome){ .n_author = from->n_author };
	for (size_t i = 0; i < from->n_author; i++) {
		finish(&j[i], r);
		dmarc_evidence(r, &j[i]);
		out->author[i] = j[i].a;
	}
	if (from->capped)
		dmarc_evidence_capped(r);
	combine(r, out, from);
	return STEP_DONE;
}
