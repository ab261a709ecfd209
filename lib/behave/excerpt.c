/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/excerpt.h"

/* How much of the common budget of alarms each suspicion has. */
static const float part[N_HYPOTHESIS] = { BEHAVE_MACHINES, 0.40f,
	0.25f, 0.05f };

/* log of the sum of part * e^s, in nats. */
static float
mixture(const float s[N_HYPOTHESIS])
{
	const float to_bits = 1.44269504f;
	float most = s[0], sum = 0;

	for (unsigned h = 1; h < N_HYPOTHESIS; h++)
		most = num_most(most, s[h]);
	for (unsigned h = 0; h < N_HYPOTHESIS; h++)
		sum += part[h] * num_exp2((s[h] - most) * to_bits);
	return most + num_log2(sum) / to_bits;
}

static float
curve_at(const float knot[2], float way)
{
	return knot[0] + (knot[1] - knot[0]) * way;
}

static float
curve_share(const struct excerpt *e, unsigned h, unsigned term,
    const struct marks *m)
{
	const struct excerpt_knots *k = &e->knots[h][term];
	float a = curve_at(k->small, m->part[term]);
	float b = curve_at(k->large, m->part[term]);

	return a + (b - a) * m->size;
}

static float
sum_of(const struct excerpt *e, unsigned h, const struct marks *m)
{
	float sum = e->bias[h];

	for (unsigned t = 0; t < N_TERM; t++)
		if (term_counts(h, t))
			sum += curve_share(e, h, t, m);
	return sum;
}

static float
trees_sum(const struct excerpt_trees *t)
{
	float sum = 0;

	for (unsigned p = 0; p < N_LOOK; p++)
		sum += t->share[p];
	return sum + t->bias;
}

/* What both forests say; of_machines as in either(). */
static float
forests(const struct excerpt *e, float *of_machines)
{
	return either(BEHAVE_MACHINES, trees_sum(&e->trees[FOREST_MACHINES]),
	    trees_sum(&e->trees[FOREST_HANDS]), of_machines);
}

static float
feature_share(const struct excerpt *e, float of_machines, unsigned feature)
{
	return of_machines * e->trees[FOREST_MACHINES].share[feature] +
	    (1 - of_machines) * e->trees[FOREST_HANDS].share[feature];
}

float
excerpt_share(const struct excerpt *e, const struct score *score,
    unsigned term, const struct marks *m)
{
	float a, share;

	if (!e->grown)
		return term < N_TERM && term_counts(score->h, term) ?
		    curve_share(e, score->h, term, m) : 0;
	if (term >= TERM_ODD && term <= TERM_ODD_END)
		return 0;
	forests(e, &a);
	share = feature_share(e, a, term);
	if (term < N_ROW)
		share += feature_share(e, a, TERM_ODD + term);
	return share;
}

/* The four, and their mixture; both forests. */
static void
sums_of(float s[N_WINDOW], const struct excerpt *e, const struct marks *m)
{
	for (unsigned h = 0; h < N_HYPOTHESIS; h++)
		s[h] = sum_of(e, h, m);
	s[W_MIXTURE] = mixture(s);
	s[W_FOREST] = e->grown ? forests(e, NULL) : UNSCORED;
}

static void
take_knots(struct excerpt *out, const struct shapes *s,
    const struct marks *m)
{
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		out->bias[h] = s->bias[h];
		for (unsigned t = 0; t < N_TERM; t++) {
			const struct curve *c = &s->curve[h][t];
			unsigned at = m->at[t];

			if (!term_counts(h, t))
				continue;
			out->knots[h][t] = (struct excerpt_knots){
				{ c->small[at], c->small[at + 1] },
				{ c->large[at], c->large[at + 1] } };
		}
	}
}

/* Not apart: all that a forest says is in one place, for a score needs the
 * sum alone. */
static void
take_trees(struct excerpt *out, const struct forest forest[N_FOREST],
    const struct marks *m, bool apart)
{
	struct look l;

	look_of(&l, m);
	out->grown = forest[FOREST_HANDS].n > 0;
	for (unsigned k = 0; out->grown && k < N_FOREST; k++) {
		out->trees[k].bias = forest[k].bias;
		if (apart)
			forest_shares(&forest[k], &l, out->trees[k].share);
		else
			out->trees[k].share[0] = forest_sum(&forest[k], &l);
	}
}

static void
take_windows(struct excerpt *out, const struct judge *j, unsigned class,
    unsigned size, const float s[N_WINDOW])
{
	for (unsigned w = 0; w < N_WINDOW; w++) {
		const struct window *own = &j->window[w][class][size];
		const struct window *wide = &j->pooled[w][class];

		if (window_n(wide) < WINDOW_LEAST)
			wide = &j->all[w];
		if (w == W_FOREST)
			window_take(&out->wide, wide, wide, s[w]);
		window_take(&out->window[w], window_n(own) >= WINDOW_LEAST ?
		    own : wide, wide, s[w]);
	}
	out->tune = j->tune;
}

/* For a score with these x; its sums come out with it. */
static void
take(struct excerpt *out, float sum[N_WINDOW], const struct judge *j,
    const float x[N_FEATURE], const struct view *v, const struct sample *s,
    bool apart)
{
	struct marks m;

	marks_of(&m, x, v->n);
	take_knots(out, &j->shapes, &m);
	take_trees(out, j->forest, &m, apart);
	sums_of(sum, out, &m);
	take_windows(out, j, s->mail_class % MAIL_CLASSES,
	    profile_size(v->n), sum);
}

void
excerpt_take(struct excerpt *out, const struct judge *j,
    const struct view *v, const struct sample *s)
{
	float x[N_FEATURE], sum[N_WINDOW];

	*out = (struct excerpt){ .bias = { 0 } };
	contact_take(&out->contact, &j->contact, &v->contact);
	if (!(v->n > 0))
		return;
	ratio_read(x, v, s);
	take(out, sum, j, x, v, s, true);
}

/* e = k p^(k-1), k = 0.3; the mixture of four is again an e-value. */
static float
e_value(const float ph[N_WINDOW])
{
	float e = 0;

	for (unsigned h = 0; h < N_HYPOTHESIS; h++)
		e += part[h] * 0.3f * num_exp2(-0.7f * num_log2(
		    num_most(ph[h], 1e-30f)));
	return e;
}

/* Forests know the size of a profile themselves, so that their score means
 * the same for all sizes; windows of one size are too coarse at the end that
 * matters. */
static void
by_forests(struct score *out, const struct excerpt *e)
{
	out->ph[W_FOREST] = window_part_p(&e->wide, out->s[W_FOREST]);
	if (!e->grown || !(e->wide.n >= WINDOW_LEAST))
		return;
	out->untuned = num_least(out->ph[W_FOREST], 1);
	out->p = tune_p(&e->tune, out->untuned);
	out->e = 0.3f * num_exp2(-0.7f * num_log2(num_most(out->p, 1e-30f)));
}

static void
begin(struct score *out, const struct view *v, const struct sample *s)
{
	*out = (struct score){ .messages = v->n, .size = profile_size(v->n),
		.p = 1, .untuned = 0, .e = 0, .known = v->n > 0 };
	ratio_read(out->x, v, s);
}

/* p, of sums that are there. */
static void
judged(struct score *out, const struct excerpt *e)
{
	for (unsigned w = 0; w < N_WINDOW; w++)
		out->ph[w] = window_part_p(&e->window[w], out->s[w]);
	for (unsigned h = 0; h < N_HYPOTHESIS; h++)
		if (out->ph[h] / part[h] < out->p) {
			out->p = out->ph[h] / part[h];
			out->h = (enum hypothesis)h;
		}
	out->e = e_value(out->ph);
	by_forests(out, e);
}

/* Of whom nothing is known there is no other p. */
static void
strange(struct score *out, const struct contact_view *v,
    const struct window_part *w)
{
	contact_score(&out->contact, v, w);
	if (!out->known)
		out->p = out->contact.p;
}

void
excerpt_score(struct score *out, const struct excerpt *e,
    const struct view *v, const struct sample *s)
{
	struct marks m;

	begin(out, v, s);
	strange(out, &v->contact, &e->contact);
	if (!out->known)
		return;
	marks_of(&m, out->x, v->n);
	sums_of(out->s, e, &m);
	judged(out, e);
}

void
behave_score(struct score *out, const struct judge *j, const struct view *v,
    const struct sample *s)
{
	struct excerpt e = { .bias = { 0 } };

	begin(out, v, s);
	contact_take(&e.contact, &j->contact, &v->contact);
	strange(out, &v->contact, &e.contact);
	if (!out->known)
		return;
	take(&e, out->s, j, out->x, v, s, false);
	judged(out, &e);
}
