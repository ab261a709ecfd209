/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the header pretends of its author (origin/impersonate) as evidence.
 *
 * Only the organisations are looked at here, because the suffix list is a
 * question: an address of mail.example.org in a name is no guise for
 * news.example.org.  No outcome of another check is read: who passes them
 * all has proven his own domain, and may still carry another's name.
 */
#include "check/check.h"
#include "check/orgdomain.h"
#include "origin/impersonate.h"
#include "wire/suffix.h"

enum { WEIGHS = 40 };	/* from this level on "policy", not "neutral" */

static enum step
org_of(struct domain *out, struct run *r, struct domain d)
{
	struct domain suffix;

	if (suffix_of(&suffix, r, d) == STEP_WAIT)
		return STEP_WAIT;
	out->name = domain_absent(suffix) ?
	    suffix_org(NULL, d.name, SUFFIX_ICANN) :
	    domain_tail(d, domain_labels(suffix) + 1).name;
	return STEP_DONE;
}

/* Not before both are asked. */
static enum step
is_void(bool *out, struct run *r, const struct guise *g)
{
	struct domain author, shown;
	enum step one, two;

	*out = false;
	if (domain_absent(g->author) || domain_absent(g->shown))
		return STEP_DONE;
	one = org_of(&author, r, g->author);
	two = org_of(&shown, r, g->shown);
	if (one == STEP_WAIT || two == STEP_WAIT)
		return STEP_WAIT;
	*out = domain_eq(author, shown);
	return STEP_DONE;
}

/* Each is asked for before any is judged. */
static enum step
ask_all(struct run *r, const struct guise *g, size_t n)
{
	enum step all = STEP_DONE;
	bool ignored;

	for (size_t i = 0; i < n; i++)
		if (is_void(&ignored, r, &g[i]) == STEP_WAIT)
			all = STEP_WAIT;
	return all;
}

/* "..., 30 of 100" */
static struct span
weighed(struct run *r, const struct guise *g)
{
	struct buf b = arena_buf(r->arena, g->detail.len + 24);

	buf_put(&b, g->detail);
	buf_str(&b, g->detail.len > 0 ? "; weighs " : "weighs ");
	buf_u64(&b, g->level);
	buf_str(&b, " of 100");
	return arena_done(r->arena, &b);
}

static enum step
weigh(struct run *r, enum assay_check check, const struct guise *g, size_t n,
    struct impersonation_outcome *out)
{
	unsigned sum = 0;

	if (ask_all(r, g, n) == STEP_WAIT)
		return STEP_WAIT;
	for (size_t i = 0; i < n; i++) {
		bool same;

		asked_reset(r);
		(void)is_void(&same, r, &g[i]);
		if (same)
			continue;
		sum = impersonate_sum(sum, g[i].level);
		evidence_add(r, check, g[i].level >= WEIGHS ? ASSAY_POLICY :
		    ASSAY_NEUTRAL, g[i].reason, g[i].author.name,
		    weighed(r, &g[i]), g[i].place);
		out->result = ASSAY_NEUTRAL;
	}
	out->level = sum;
	if (sum >= WEIGHS)
		out->result = ASSAY_POLICY;
	return STEP_DONE;
}

enum step
check_impersonation(struct run *r)
{
	return weigh(r, ASSAY_CHECK_IMPERSONATION, r->facts->guise,
	    r->facts->n_guise, &r->out->impersonation);
}

/* A link may name another host of its own organisation. */
enum step
check_content(struct run *r)
{
	return weigh(r, ASSAY_CHECK_CONTENT, r->facts->act, r->facts->n_act,
	    &r->out->content);
}
