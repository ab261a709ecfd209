/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/ratio.h"
#include "behave/shapes.h"

#define VALUES 10000.0f			/* V: values a row might have        */

/* What everybody does, and what his domain does. */
static float
others(const struct view *v, unsigned row, const struct tally *t, float *pg)
{
	const struct level *g = &v->everybody[row], *d = &v->domain[row];

	*pg = 1 / VALUES;
	if (g->total > 0)
		*pg = (t->everybody + g->types / VALUES) /
		    (g->total + g->types);
	if (d->total > 0)
		return (t->domain + d->types * *pg) / (d->total + d->types);
	return *pg;
}

/* log2 of P(somebody else) / P(sender), with extra counts of the sender;
 * odd is -log2 of the latter. */
static float
bits(const struct view *v, unsigned row, const struct tally *t, float extra,
    float *odd)
{
	const struct level *e = &v->sender[row];
	float types = num_most(e->types, e->total > 0 ? 1 : 0);
	float pg, pd = others(v, row, t, &pg), pe = pd;

	if (e->total > 0)
		pe = (t->sender + extra + types * pd) / (e->total + types);
	*odd = -num_log2(pe);
	return num_within(num_log2((pd + pg) * 0.5f) + *odd, -RATIO_MOST,
	    RATIO_MOST);
}

static float
largest(const struct view *v, const struct sample *s, unsigned row,
    float *odd)
{
	float most = -RATIO_MOST;

	*odd = 0;
	for (unsigned i = 0; i < s->n[row]; i++) {
		float one;

		most = num_most(most, bits(v, row,
		    &v->many[s->first[row] + i], 0, &one));
		*odd = num_most(*odd, one);
	}
	return most;
}

/* A recipient's count adds half of what he wrote to the sender. */
static void
recipients(float x[N_FEATURE], const struct view *v, const struct sample *s)
{
	unsigned n = s->n[ROW_RECIPIENTS];
	float sum = 0, worst = -RATIO_MOST, best = RATIO_MOST;

	for (unsigned i = 0; i < n; i++) {
		unsigned at = s->first[ROW_RECIPIENTS] + i;
		float odd, b = bits(v, ROW_RECIPIENTS, &v->many[at],
		    0.5f * num_least(v->reverse[i], 4), &odd);

		sum += b;
		worst = num_most(worst, b);
		best = num_least(best, b);
	}
	x[ROW_RECIPIENTS] = n == 0 ? 0 : sum / (float)n;
	x[TERM_WORST_RECIPIENT] = n == 0 ? 0 : worst;
	x[TERM_BEST_RECIPIENT] = n == 0 ? 0 : best;
}

/* exp(2 cos(2 pi k / 24)), sum 1: how far an hour speaks for its
 * neighbours. */
static const float near_hour[13] = {
	0.135058f, 0.126161f, 0.103313f, 0.075183f, 0.049685f, 0.030672f,
	0.018278f, 0.010892f, 0.006724f, 0.004444f, 0.003234f, 0.002648f,
	0.002474f
};

static float
smooth(const float hour[PROFILE_HOURS], unsigned at)
{
	float sum = 0;

	for (unsigned h = 0; h < PROFILE_HOURS; h++) {
		unsigned away = h > at ? h - at : at - h;

		sum += hour[h] * near_hour[away > 12 ? 24 - away : away];
	}
	return sum;
}

static float
hour(const struct view *v, const struct sample *s)
{
	float n = 0, all = 24, pg, pe, flat[PROFILE_HOURS];

	if (s->hour >= PROFILE_HOURS)
		return 0;
	for (unsigned h = 0; h < PROFILE_HOURS; h++) {
		n += v->hour[h];
		all += v->hour_all[h];
		flat[h] = v->hour_all[h] + 1;
	}
	pg = smooth(flat, s->hour) / all;
	pe = (smooth(v->hour, s->hour) + 6 * pg) / (n + 6);
	return num_log2(pg / pe);
}

/* How rare it is that this sender sends a link he never sent, when it is
 * one that nobody ever sent. */
static float
link_sender(const struct view *v, const struct sample *s)
{
	const struct level *e = &v->sender[ROW_LINKS];

	for (unsigned i = 0; i < s->n[ROW_LINKS]; i++)
		if (!v->many[s->first[ROW_LINKS] + i].seen &&
		    s->value[s->first[ROW_LINKS] + i] != 0)
			return num_log2((e->total + 2) / (e->types + 1));
	return -1;
}

bool
row_is_new(const struct view *v, const struct sample *s, unsigned row)
{
	if (!row_is_set(row))
		return !(v->one[row].sender > 0);
	for (unsigned i = 0; i < s->n[row]; i++)
		if (!(v->many[s->first[row] + i].sender > 0))
			return true;
	return false;
}

static float
log_days(uint16_t from, uint16_t to)
{
	return num_log2(1 + (float)(to > from ? to - from : 0));
}

/* Three days of silence are none: an intruder who writes daily is never to
 * look more at home than with his first message. */
#define SILENCE_LEAST 2.0f

/* Numbers that curves do not see are put where knots lie: about 0. */
static void
hints(float x[N_FEATURE], const struct view *v, const struct sample *s)
{
	for (unsigned o = 0; o <= OWNER_CONTENT; o++)
		x[HINT_NEW_PROVIDER + o] = HINT_NONE_NEW;
	for (unsigned r = 0; r < N_ROW; r++)
		if (row_is_new(v, s, r))
			x[HINT_NEW_PROVIDER + row_info(r)->owner] += 1;
	x[HINT_SILENCE] = num_most(log_days(v->last_day, v->today),
	    SILENCE_LEAST) - 5;
	x[HINT_AGE] = log_days(v->first_day, v->today) - 6;
}

#define ODD_MIDDLE 6.0f			/* bits: in the middle of the knots  */

/* Half of what somebody does he did before; bits of one row, at most; and how
 * many are one of a term. */
#define MATE_HABIT 0.5f
#define MATE_MOST 6.0f
#define MATE_BITS 6.0f

/* Bits for one of the others against this sender, of all rows together: by
 * his habits, and by the way that his mail takes as well. */
static void
mates(float x[N_FEATURE], const struct view *v)
{
	float same[N_ROW], other[N_ROW], ignored;

	x[HINT_MATE] = x[HINT_MATE_WAY] = -RATIO_MOST;
	if (v->mates.n == 0)
		return;
	for (unsigned r = 0; r < N_ROW; r++) {
		float odd = x[TERM_ODD + r] + ODD_MIDDLE;
		float pd = others(v, r, &v->one[r], &ignored);

		if (!mate_counts(r))
			continue;
		same[r] = num_within(odd + num_log2(MATE_HABIT +
		    (1 - MATE_HABIT) * pd), -MATE_MOST, MATE_MOST);
		other[r] = num_within(odd + num_log2((1 - MATE_HABIT) * pd),
		    -MATE_MOST, MATE_MOST);
	}
	for (unsigned i = 0; i < v->mates.n; i++) {
		float hands = 0, way = 0;

		for (unsigned r = 0; r < N_ROW; r++) {
			float b;

			if (!mate_counts(r))
				continue;
			b = (v->mates.same[i] >> r & 1) != 0 ? same[r] :
			    other[r];
			if (term_owner(r) == OWNER_PROVIDER)
				way += b;
			else
				hands += b;
		}
		x[HINT_MATE] = num_most(x[HINT_MATE], hands / MATE_BITS);
		x[HINT_MATE_WAY] = num_most(x[HINT_MATE_WAY],
		    (hands + way) / MATE_BITS);
	}
}

void
ratio_read(float x[N_FEATURE], const struct view *v, const struct sample *s)
{
	for (unsigned r = 0; r < N_ROW; r++) {
		float odd;

		x[r] = row_is_set(r) ? largest(v, s, r, &odd) :
		    bits(v, r, &v->one[r], 0, &odd);
		x[TERM_ODD + r] = odd - ODD_MIDDLE;
	}
	hints(x, v, s);
	mates(x, v);
	recipients(x, v, s);
	x[TERM_CLOCK] = hour(v, s);
	x[TERM_NEW_LINK] = link_sender(v, s);
}
