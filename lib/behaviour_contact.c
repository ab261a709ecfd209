/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour_contact.c - what is said of somebody who never wrote before, or
 * hardly (behave/contact.h): how rare it is among first contacts that nothing
 * ties him to anybody here, and whose name he carries.
 *
 * The name of somebody known at another domain is told whatever p is, while
 * too few first contacts were counted for one, too.
 */
#include "behaviour.h"

enum {
	TOLD = 4,			/* ties that are named               */
	TEXT = 800,
	ODD_BITS = 2			/* a habit that is worth a word      */
};

/* "(3 of 212)" */
static void
put_counts(struct buf *out, float n, float all)
{
	buf_str(out, " (");
	buf_u64(out, (uint64_t)num_within(n + 0.5f, 0, 1e9f));
	buf_str(out, " of ");
	buf_u64(out, (uint64_t)num_within(all + 0.5f, 0, 1e9f));
	buf_str(out, ")");
}

/* Of the ties that were not told yet, what speaks most for it. */
static unsigned
next_tie(const struct contact_view *v, const bool told[N_TIE])
{
	unsigned best = N_TIE;
	float most = 0;

	for (unsigned t = 0; t < N_TIE; t++) {
		float share = told[t] ? 0 : contact_share(v, t);

		if (share > most) {
			most = share;
			best = t;
		}
	}
	return best;
}

static void
put_ties(struct buf *out, const struct contact_view *v, bool words)
{
	bool told[N_TIE] = { false };

	for (unsigned n = 0; n < TOLD; n++) {
		unsigned t = next_tie(v, told);

		if (t == N_TIE)
			return;
		told[t] = true;
		buf_str(out, n == 0 ? "" : words ? "; " : ", ");
		buf_put(out, words ? place_words(v->place[t]) : tie_name(t));
		if (words)
			put_counts(out, v->own[t], v->own_all);
	}
}

/* How strangers here do not write. */
static void
put_habits(struct buf *out, const struct contact_view *v)
{
	for (unsigned i = 0; i < CONTACT_ODD; i++) {
		const struct contact_odd *o = &v->odd[i];

		if (o->bits < ODD_BITS)
			return;
		buf_str(out, i == 0 ? "; odd for a first contact: " : ", ");
		buf_put(out, row_info(o->row)->words);
		put_counts(out, o->seen, o->total);
	}
}

static void
put_head(struct buf *out, const struct contact_score *c, struct span p,
    const struct contact_view *v, unsigned messages)
{
	if (c->class == 0) {
		buf_str(out, "first contact");
	} else {
		buf_str(out, "hardly known, ");
		buf_u64(out, messages);
		buf_str(out, messages == 1 ? " message" : " messages");
	}
	if (!c->scored) {
		buf_str(out, ", too few were counted for a p (");
		buf_u64(out, (uint64_t)num_within(v->own_all, 0, 1e9f));
		buf_str(out, ")");
		return;
	}
	buf_str(out, ", p ");
	buf_put(out, p);
	buf_str(out, " of such");
}

static struct span
contact_text(struct run *r, const struct known *a, const struct score *s,
    unsigned level)
{
	const struct contact_view *v = &a->view.contact;
	struct buf out = arena_buf(r->arena, TEXT);

	put_head(&out, &s->contact, behaviour_p(r->arena, s->contact.p), v,
	    (unsigned)num_within(s->messages + 0.5f, 1, CONTACT_MESSAGES));
	buf_str(&out, ": ");
	put_ties(&out, v, true);
	put_habits(&out, v);
	if (level > 0) {
		buf_str(&out, "; weighs ");
		buf_u64(&out, level);
		buf_str(&out, " of 100");
	}
	if (level > 0 && a->observed)
		buf_str(&out, ", observed only");
	return arena_done(r->arena, &out);
}

/* "1,204 messages of another domain in 412 days" is who he may not be. */
static struct span
name_text(struct run *r, const struct known *a)
{
	const struct contact_view *v = &a->view.contact;
	struct buf out = arena_buf(r->arena, TEXT);

	buf_str(&out, "first contact; who is known by this name writes from "
	    "another domain (");
	buf_u64(&out, (uint64_t)num_within(v->name_letters + 0.5f, 0, 1e9f));
	buf_str(&out, " messages in ");
	buf_u64(&out, a->view.today >= v->name_day ?
	    (uint64_t)(a->view.today - v->name_day) + 1 : 1);
	buf_str(&out, a->view.today > v->name_day ? " days), and not in this "
	    "way; weighs " : " day), and not in this way; weighs ");
	buf_u64(&out, ALERT_LEAST);
	buf_str(&out, " of 100");
	if (a->observed)
		buf_str(&out, ", observed only");
	return arena_done(r->arena, &out);
}

static void
alert(struct run *r, enum assay_reason reason, unsigned level,
    struct span detail)
{
	struct behaviour_outcome *o = &r->out->behaviour;

	o->alert = true;
	o->level = level > o->level ? level : o->level;
	if (!o->observed)
		o->result = ASSAY_POLICY;
	behaviour_add(r, o->observed ? ASSAY_NEUTRAL : ASSAY_POLICY, reason,
	    detail);
}

/* What the answer and the header say of a first contact. */
static void
outcome(struct run *r, const struct contact_view *v,
    const struct contact_score *c)
{
	struct behaviour_outcome *o = &r->out->behaviour;
	struct buf why = arena_buf(r->arena, N_TIE * 16);

	if (c->scored)
		o->p = behaviour_p(r->arena, c->p);
	o->hypothesis = hypothesis_name(N_HYPOTHESIS);
	o->words = hypothesis_words(N_HYPOTHESIS);
	put_ties(&why, v, false);
	o->why = arena_done(r->arena, &why);
}

void
behaviour_contact(struct run *r, const struct known *a,
    const struct score *score)
{
	const struct contact_score *c = &score->contact;
	bool unusual = c->scored && c->p <= a->contact_limit;
	bool named = c->place[TIE_NAME] == TIE_NAME_PERSON &&
	    c->class == 0 && c->place[TIE_PEOPLE] != TIE_PEOPLE_WROTE;
	unsigned level = behaviour_level(c->p);

	if (!c->cold)
		return;
	if (!score->known)
		outcome(r, &a->view.contact, c);
	if (unusual)
		alert(r, ASSAY_R_BEHAVIOUR_FIRST_CONTACT, level,
		    contact_text(r, a, score, level));
	if (named)
		alert(r, ASSAY_R_BEHAVIOUR_KNOWN_NAME, ALERT_LEAST,
		    name_text(r, a));
	if (!unusual && !score->known)
		behaviour_add(r, ASSAY_NEUTRAL,
		    ASSAY_R_BEHAVIOUR_UNKNOWN_SENDER,
		    contact_text(r, a, score, 0));
}
