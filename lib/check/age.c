/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How young the domains of a message are, and whether mail here has spoken of
 * those that it links to: one question for each organisation
 * (origin/remember.h).
 *
 * Honest firms register names every day, so a domain that is young counts
 * only where something else does as well: it is what a link goes to, or
 * names, links or files of the message are odd by themselves.  That a domain
 * of its header is new *here* counts nothing, not in a link to it either: that
 * would go away with mail that says nothing of this one.
 */
#include "check/check.h"
#include "check/orgdomain.h"
#include "origin/impersonate.h"
#include "origin/remember.h"
#include "wire/day.h"

enum { WEIGHS = 40, LEVEL_NEW_LINK = 10, LEVEL_OWN_LINK = 45, ALIKE = 100 };

struct aged {
	struct domain org;
	enum named_place place;		/* of it; a link goes before others  */
	bool own;			/* named by the header as well       */
	bool known;			/* somebody remembers such things    */
	struct age_facts facts;
	struct age_says says;
	bool young, news;
};

struct ages {
	struct run *r;
	struct aged *at;
	size_t n;
};

/* ---- what is asked ------------------------------------------------------- */

static struct aged *
find(struct ages *k, struct domain org)
{
	for (size_t i = 0; i < k->n; i++)
		if (domain_eq(k->at[i].org, org))
			return &k->at[i];
	k->at[k->n] = (struct aged){ .org = org };
	return &k->at[k->n++];
}

static enum step
collect(struct ages *k)
{
	const struct facts *f = k->r->facts;
	enum step step = STEP_DONE;

	for (size_t i = 0; i < f->n_named; i++) {
		struct domain org;
		struct aged *a;

		if (suffix_org_of(&org, k->r, f->named[i].domain) ==
		    STEP_WAIT) {
			step = STEP_WAIT;
			continue;
		}
		a = find(k, org);
		if (a->place != NAMED_LINK)
			a->place = f->named[i].place;
		a->own = a->own || f->named[i].place != NAMED_LINK;
	}
	return step;
}

static enum step
ask_all(struct ages *k)
{
	enum step step = STEP_DONE;

	for (size_t i = 0; i < k->n; i++) {
		struct aged *a = &k->at[i];
		const struct memo_row *row = ask(k->r, ASSAY_Q_INTEL,
		    ASSAY_INTEL_AGE, a->org.name);

		if (row == NULL)
			step = STEP_WAIT;
		else
			a->known = row->a.kind == ASSAY_A_DATA &&
			    row->a.n_item > 0 &&
			    age_get(&a->facts, row->a.item[0]);
	}
	return step;
}

/* ---- what it says -------------------------------------------------------- */

static bool
is_alike(const struct run *r, const struct domain org)
{
	const struct facts *f = r->facts;

	for (size_t i = 0; i < f->n_guise; i++)
		if (impersonate_is_alike(f->guise[i].reason) &&
		    domain_within(f->guise[i].author, org))
			return true;
	for (size_t i = 0; i < f->n_act; i++)
		if (f->act[i].reason == ASSAY_R_LOOKALIKE_LINK &&
		    domain_within(f->act[i].author, org))
			return true;
	return false;
}

static bool
said(const struct aged *a, enum age_word word)
{
	return (a->says.said >> word & 1) != 0;
}

static bool
is_of_this_week(const struct age_facts *f)
{
	return (f->registered != 0 && f->registered + AGE_WEEK >= f->today) ||
	    (f->listed != 0 && f->listed + AGE_WEEK >= f->today);
}

static void
judge(struct ages *k, struct aged *a)
{
	if (!a->known)
		return;
	a->facts.today = (uint32_t)(k->r->session->now / DAY_SECONDS);
	a->facts.alike = is_alike(k->r, a->org) ? ALIKE : 0;
	/* new here counts of what is linked to, and there alone */
	if (a->own)
		a->facts.memory_since = a->facts.first_seen = 0;
	age_judge(&a->says, &a->facts);
	if (a->facts.popular)
		return;
	/* a link to one's own site: the day of registration alone tells */
	if (a->own && a->place == NAMED_LINK && a->says.level == AGE_ALONE &&
	    is_of_this_week(&a->facts))
		a->says.level = LEVEL_OWN_LINK;
	a->young = said(a, AGE_YOUNG) || said(a, AGE_LISTED);
	a->news = !a->young && !a->own && a->place == NAMED_LINK &&
	    said(a, AGE_NEW_HERE);
}

/* What all of it comes to. */
static unsigned
weigh(const struct ages *k)
{
	unsigned link = 0, other = 0, news = 0;
	const struct outcome *o = k->r->out;

	for (size_t i = 0; i < k->n; i++) {
		const struct aged *a = &k->at[i];
		unsigned *to = a->place == NAMED_LINK ? &link : &other;

		if (a->young && a->says.level > *to)
			*to = a->says.level;
		if (a->news)
			news = LEVEL_NEW_LINK;
	}
	if (link == 0 && o->impersonation.level == 0 &&
	    o->content.level == 0 && (other == 0 || news == 0))
		return 0;
	return impersonate_sum(impersonate_sum(link, other), news);
}

/* ---- evidence ------------------------------------------------------------ */

static struct span
words(const struct ages *k, const struct aged *a, unsigned level)
{
	static const char *const places[] = { "", "the author", "Reply-To",
		"the return path", "a signature", "a link" };
	struct buf b = arena_buf(k->r->arena, 300);

	buf_str(&b, "of ");
	buf_str(&b, places[a->place]);
	for (unsigned w = 0; w < AGE_WORDS; w++) {
		if (!said(a, (enum age_word)w))
			continue;
		buf_str(&b, ", ");
		buf_str(&b, age_name((enum age_word)w));
	}
	if (a->facts.registered != 0) {
		buf_str(&b, " (");
		day_print(&b, (int64_t)a->facts.registered * DAY_SECONDS);
		buf_str(&b, ")");
	}
	buf_str(&b, level == 0 ? ", and nothing else is odd" :
	    "; with the rest, ages weigh ");
	if (level > 0) {
		buf_u64(&b, level);
		buf_str(&b, " of 100");
	}
	return arena_done(k->r->arena, &b);
}

/* Its own question again, which is answered. */
static void
tell(struct ages *k, const struct aged *a, unsigned level)
{
	enum assay_reason reason = a->young ? ASSAY_R_DOMAIN_YOUNG :
	    ASSAY_R_LINK_NEW_HERE;

	asked_reset(k->r);
	(void)ask(k->r, ASSAY_Q_INTEL, ASSAY_INTEL_AGE, a->org.name);
	evidence_add(k->r, ASSAY_CHECK_AGE, level >= WEIGHS ? ASSAY_POLICY :
	    ASSAY_NEUTRAL, reason, a->org.name, words(k, a, level),
	    (struct place){ 0, 0 });
}

enum step
check_age(struct run *r)
{
	struct ages k = { .r = r };
	struct impersonation_outcome *out = &r->out->age;

	if (r->facts->n_named == 0)
		return STEP_DONE;
	k.at = arena_array(r->arena, r->facts->n_named, sizeof(*k.at));
	if (k.at == NULL)
		return STEP_DONE;
	if (collect(&k) == STEP_WAIT || ask_all(&k) == STEP_WAIT ||
	    !run_done(r, ASSAY_CHECK_IMPERSONATION) ||
	    !run_done(r, ASSAY_CHECK_CONTENT))
		return STEP_WAIT;
	for (size_t i = 0; i < k.n; i++)
		judge(&k, &k.at[i]);
	*out = (struct impersonation_outcome){ .level = weigh(&k) };
	for (size_t i = 0; i < k.n; i++) {
		if (!k.at[i].young && !k.at[i].news)
			continue;
		out->result = out->level >= WEIGHS ? ASSAY_POLICY :
		    ASSAY_NEUTRAL;
		tell(&k, &k.at[i], out->level);
	}
	return STEP_DONE;
}
