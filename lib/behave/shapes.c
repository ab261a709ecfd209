/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/shapes.h"

static const struct term_is {
	struct span name, words;
} more[N_TERM - N_ROW] = {
#define X(id, n, o, w) { SPAN_INIT(n), SPAN_INIT(w) },
#include "behave/terms.def"
#undef X
}, hint[N_FEATURE - TERM_ODD_END - 1] = {
#define X(id, n, o, w) { SPAN_INIT(n), SPAN_INIT(w) },
#include "behave/hints.def"
#undef X
};

const uint8_t term_owners[N_FEATURE] = {
#define T(id) ROW_OWNER_##id,
#define X(id, n, k, o, w) ROW_OWNER_##id,
#include "behave/rows.def"
#undef X
#undef T
#define X(id, n, o, w) OWNER_##o,
#include "behave/terms.def"
#undef X
#define T(id) ROW_OWNER_##id,
#define X(id, n, k, o, w) ROW_OWNER_##id,
#include "behave/rows.def"
#undef X
#undef T
#define X(id, n, o, w) OWNER_##o,
#include "behave/hints.def"
#undef X
};

/* The row that a feature is about; N_ROW: about none. */
static unsigned
row_of(unsigned t)
{
	if (t >= TERM_ODD && t <= TERM_ODD_END)
		return t - TERM_ODD;
	return t < N_ROW ? t : N_ROW;
}

static const struct term_is *
term_is(unsigned t)
{
	return t < N_TERM ? &more[t - N_ROW] : &hint[t - TERM_ODD_END - 1];
}

struct span
term_name(unsigned term)
{
	unsigned row = row_of(term);

	return row < N_ROW ? row_info(row)->name : term_is(term)->name;
}

struct span
term_words(unsigned term)
{
	unsigned row = row_of(term);

	return row < N_ROW ? row_info(row)->words : term_is(term)->words;
}

unsigned
profile_size(float messages)
{
	static const float above[SIZES - 1] = { 3, 10, 30, 100, 400 };
	unsigned c = 0;

	while (c < SIZES - 1 && messages >= above[c])
		c++;
	return c;
}

void
marks_of(struct marks *out, const float x[N_FEATURE], float messages)
{
	for (unsigned t = 0; t < N_FEATURE; t++) {
		float away = x[t] < 0 ? -x[t] : x[t];
		/* dense where most messages are: 12 bits become 4 */
		float u = x[t] / (1 + away / 6) * 2.5f + 10;

		u = num_within(u, 0, KNOTS - 1.001f);
		out->at[t] = (uint8_t)u;
		out->part[t] = u - (float)out->at[t];
	}
	out->size = num_within(num_log2(messages + 1) / 9, 0, 1);
}

static float
curve_at(const float knot[KNOTS], unsigned at, float part)
{
	return knot[at] + (knot[at + 1] - knot[at]) * part;
}

static float
shapes_share(const struct shapes *s, unsigned h, unsigned term,
    const struct marks *m)
{
	const struct curve *c = &s->curve[h][term];
	float a = curve_at(c->small, m->at[term], m->part[term]);
	float b = curve_at(c->large, m->at[term], m->part[term]);

	return a + (b - a) * m->size;
}

static float
shapes_sum(const struct shapes *s, unsigned h, const struct marks *m)
{
	float sum = s->bias[h];

	for (unsigned t = 0; t < N_TERM; t++)
		if (term_counts(h, t))
			sum += shapes_share(s, h, t, m);
	return sum;
}

#define STEP 0.08f

/* 1 / sqrt(x), to 0.2 %: a guess from the exponent, then Newton once. */
static float
inverse_root(float x)
{
	union { float f; uint32_t u; } r = { .f = x };

	r.u = 0x5f3759df - (r.u >> 1);
	return r.f * (1.5f - 0.5f * x * r.f * r.f);
}

/* Adagrad: a knot that has moved much moves less. */
static float
move(float *moved, float slope)
{
	*moved += slope * slope;
	return STEP * slope * inverse_root(*moved + 1e-6f);
}

static void
bend(float knot[KNOTS], float moved[KNOTS], unsigned at, float part,
    float slope)
{
	knot[at] -= move(&moved[at], slope * (1 - part));
	knot[at + 1] -= move(&moved[at + 1], slope * part);
}

void
shapes_step(struct shapes *s, unsigned h, const struct marks *m,
    bool impostor)
{
	float slope = num_logistic(shapes_sum(s, h, m)) - (impostor ? 1 : 0);

	s->bias[h] -= move(&s->moved_bias[h], slope);
	for (unsigned t = 0; t < N_TERM; t++) {
		struct curve *c = &s->curve[h][t];
		struct curve *d = &s->moved[h][t];

		if (!term_counts(h, t))
			continue;
		bend(c->small, d->small, m->at[t], m->part[t],
		    slope * (1 - m->size));
		bend(c->large, d->large, m->at[t], m->part[t],
		    slope * m->size);
	}
}
