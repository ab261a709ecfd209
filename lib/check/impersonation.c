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
#include "origin/remember.h"
#include "wire/day.h"

enum { WEIGHS = 40 };	/* from this level on "policy", not "neutral" */

/* Not before both are asked. */
static enum step
is_void(bool *out, struct run *r, const struct guise *g)
{
	struct domain author, shown;
	enum step one, two;

	*out = false;
	if (domain_absent(g->author) || domain_absent(g->shown))
		return STEP_DONE;
	one = suffix_org_of(&author, r, g->author);
	two = suffix_org_of(&shown, r, g->shown);
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

/* ---- accounts and numbers ----------------------------------------------- */

static const struct memo_row *
ask_dealing(struct run *r, const struct dealing *d)
{
	ROOM(room, DEALING_KEY);
	struct buf key = BUF_ON(room);

	dealing_key(&key, r->facts->dealer, d);
	return ask(r, ASSAY_Q_PROFILE, ASSAY_PROFILE_DEALING, buf_span(&key));
}

static struct span
dealing_words(struct run *r, const struct dealing *d, const struct dealt *k,
    unsigned level)
{
	static const char *const kinds[] = { "", "an account", "a wallet",
		"a phone number" };
	struct buf b = arena_buf(r->arena, 200);

	buf_str(&b, kinds[d->kind]);
	buf_str(&b, " that this author, known since ");
	day_print(&b, (int64_t)k->since * DAY_SECONDS);
	buf_str(&b, ", never gave before");
	if (k->sort != 0)
		buf_str(&b, ", and others he did");
	buf_str(&b, "; weighs ");
	buf_u64(&b, level);
	buf_str(&b, " of 100");
	return arena_done(r->arena, &b);
}

static void
weigh_dealing(struct run *r, const struct dealing *d)
{
	struct impersonation_outcome *out = &r->out->content;
	const struct memo_row *row;
	enum assay_reason reason;
	struct dealt known;
	unsigned level;

	asked_reset(r);
	row = ask_dealing(r, d);
	if (row == NULL || row->a.kind != ASSAY_A_DATA || row->a.n_item < 1 ||
	    !dealt_get(&known, row->a.item[0]))
		return;
	reason = dealing_judge(&level, d, &known,
	    (uint32_t)(r->session->now / DAY_SECONDS));
	if (reason == ASSAY_R_NONE)
		return;
	out->level = impersonate_sum(out->level, level);
	out->result = out->level >= WEIGHS ? ASSAY_POLICY : ASSAY_NEUTRAL;
	evidence_add(r, ASSAY_CHECK_CONTENT, level >= WEIGHS ? ASSAY_POLICY :
	    ASSAY_NEUTRAL, reason, r->facts->from.n_author == 0 ? SPAN_NONE :
	    r->facts->from.author[0].domain.name,
	    dealing_words(r, d, &known, level), (struct place){ 0, 0 });
}

/* A link may name another host of its own organisation. */
enum step
check_content(struct run *r)
{
	const struct facts *f = r->facts;
	enum step step = STEP_DONE;

	for (size_t i = 0; i < f->n_dealing; i++)
		if (ask_dealing(r, &f->dealing[i]) == NULL)
			step = STEP_WAIT;
	if (ask_all(r, f->act, f->n_act) == STEP_WAIT || step == STEP_WAIT)
		return STEP_WAIT;
	r->out->content = (struct impersonation_outcome){ .level = 0 };
	(void)weigh(r, ASSAY_CHECK_CONTENT, f->act, f->n_act,
	    &r->out->content);
	for (size_t i = 0; i < f->n_dealing; i++)
		weigh_dealing(r, &f->dealing[i]);
	return STEP_DONE;
}
