/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/contact_inner.h"

#include "behave/memory_inner.h"
#include "behave/num.h"

/* ---- how strangers write --------------------------------------------- */

/* A row of how strangers write: how often each value of it. */
struct strange_row {
	struct record_look look;
	unsigned n;
	uint16_t count[DOMAIN_SLOTS];
};

/* How rare a value is among strangers: the share of them that have one that
 * is no more frequent, with who has none that is remembered. */
static float
rarity(const struct strange_row *k, uint32_t value, float *seen)
{
	uint32_t count = record_find(&k->look, value).count, above = 0;

	for (unsigned i = 0; i < k->n; i++)
		above += k->count[i] > count ? k->count[i] : 0;
	*seen = (float)count;
	return (num_most((float)k->look.total - (float)above, 0) + 1) /
	    ((float)k->look.total + 1);
}

/* What the message says of how it was made and what it holds, beside what is
 * among the ties already. */
static bool
is_habit(unsigned row)
{
	enum trait_owner o = row_info(row)->owner;

	switch (row) {
	case ROW_REPLY_TO: case ROW_RECIPIENT_COUNT:
		return true;
	case ROW_DISPLAY_NAME: case ROW_LINKS: case ROW_LINK_NEWS:
		return false;
	}
	return o == OWNER_CLIENT || o == OWNER_CONTENT || o == OWNER_ORIGIN;
}

/* e = k q^(k-1) of a rarity q is one on average (calib.c does the same to
 * p), so that its log is for or against. */
static float
rare_bits(float q)
{
	return -1.7369656f - 0.7f * num_log2(num_most(q, 1e-6f));
}

static void
remember(struct contact_view *out, struct contact_odd odd)
{
	for (unsigned i = 0; i < CONTACT_ODD; i++)
		if (odd.bits > out->odd[i].bits) {
			struct contact_odd less = out->odd[i];

			out->odd[i] = odd;
			odd = less;
		}
}

static void
habits(struct contact_view *out, const struct record *strangers,
    const struct sample *s)
{
	struct strange_row k __attribute__((uninitialized));

	record_look(&k.look, strangers);
	for (unsigned r = 0; strangers != NULL && r < N_ROW; r++) {
		struct contact_odd o = { .row = (uint8_t)r };
		float q = 1, seen = 0;

		record_row(&k.look, r);
		o.total = k.look.total;
		if (!is_habit(r) || k.look.total == 0)
			continue;
		k.n = record_counts(&k.look, k.count, DOMAIN_SLOTS);
		if (!row_is_set(r))
			q = rarity(&k, s->one[r], &o.seen);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++) {
			float one = rarity(&k, s->value[s->first[r] + i],
			    &seen);

			o.seen = one < q || i == 0 ? seen : o.seen;
			q = num_least(q, one);
		}
		o.bits = rare_bits(q);
		out->habits += o.bits;
		remember(out, o);
	}
}

/* ---- the view -------------------------------------------------------- */

static void
counts(struct contact_view *out, const struct contact *c)
{
	for (unsigned t = 0; t < N_TIE; t++) {
		out->own[t] = c->own[out->place[t]];
		out->drawn[t] = c->drawn[out->place[t]];
	}
	for (unsigned p = 0; p < N_PLACE; p++) {
		out->drawn_all[place_tie(p)] += c->drawn[p];
		if (place_tie(p) == 0)
			out->own_all += c->own[p];
	}
}

void
contact_look(struct contact_view *out, const struct contact *c,
    const struct graph *g, const struct memory *m,
    const struct contact_with *with, const struct view *v,
    const struct sample *s)
{
	struct company to;

	bytes_clear((uint8_t *)out, sizeof(*out));
	if (!(v->n < CONTACT_MESSAGES))
		return;
	out->cold = true;
	out->class = v->n > 0;
	contact_place(out, g, with, v, s);
	company_of(&to, s);
	contact_among(out->place, c, g, m, s, &to);
	habits(out, with->strangers, s);
	counts(out, c);
}

/* ---- the score ------------------------------------------------------- */

enum {
	SURE = 20,			/* first contacts; fewer say less    */
	TAIL = 30			/* scores, beyond which p goes on    */
};

static const float habits_part = 0.15f;	/* they hang together                */

/* The strongest tie: as usual as can be. */
static const float floor_bits = -40;

float
contact_share(const struct contact_view *v, unsigned tie)
{
	float own, alone = place_alone(v->place[tie]);

	own = (v->own[tie] + 1) / (v->own_all + SURE);
	if (tie_is_drawn(tie))
		alone = (v->drawn[tie] + 1) / (v->drawn_all[tie] + SURE);
	return num_log2(0.5f + 0.5f * alone / own);
}

static unsigned
bin_of(float bits)
{
	return (unsigned)num_within(bits * SCORE_STEPS + SCORE_BINS / 2, 0,
	    SCORE_BINS - 1);
}

static void
window_put(struct contact_window *w, float bits)
{
	w->bin[w->next % CONTACT_WINDOW] = (uint16_t)bin_of(bits);
	w->next = (w->next + 1) % CONTACT_WINDOW;
	if (w->n < CONTACT_WINDOW)
		w->n++;
}

/* The TAIL highest, in order. */
static unsigned
highest(uint16_t top[TAIL], const struct contact_window *w, unsigned n)
{
	unsigned have = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned at = have;

		if (have == TAIL && w->bin[i] <= top[TAIL - 1])
			continue;
		have += have < TAIL;
		for (at = have - 1; at > 0 && top[at - 1] < w->bin[i]; at--)
			top[at] = top[at - 1];
		top[at] = w->bin[i];
	}
	return have;
}

/* As window_take(), of a window that is short enough to be gone through. */
static void
look_in(struct window_part *out, const struct contact_window *w, float bits)
{
	unsigned n = w->n < CONTACT_WINDOW ? w->n : CONTACT_WINDOW, have;
	unsigned bin = bin_of(bits), sum = 0, above = 0;
	uint16_t top[TAIL];

	for (unsigned i = 0; i < n; i++)
		above += w->bin[i] >= bin;
	*out = (struct window_part){ .n = (float)n, .above = (float)above,
		.edge = SCORE_BINS };
	if (n < WINDOW_LEAST || above > TAIL)
		return;
	have = highest(top, w, n);
	for (unsigned i = 0; i < have; i++)
		sum += top[i];
	out->edge = top[have - 1];
	out->top = (float)have;
	out->excess = ((float)sum / (float)have - (float)out->edge) /
	    SCORE_STEPS;
}

void
contact_take(struct window_part *out, const struct contact *c,
    const struct contact_view *v)
{
	struct contact_score s;

	*out = (struct window_part){ .n = 0 };
	contact_score(&s, v, out);
	if (v->cold)
		look_in(out, &c->window[v->class], s.bits);
}

void
contact_score(struct contact_score *out, const struct contact_view *v,
    const struct window_part *w)
{
	*out = (struct contact_score){ .cold = v->cold, .p = 1 };
	if (!v->cold)
		return;
	out->class = v->class;
	bytes_move(out->place, v->place, sizeof(out->place));
	for (unsigned t = 0; t < N_TIE; t++)
		out->bits += contact_share(v, t);
	out->bits += habits_part * v->habits;
	if (v->place[TIE_PEOPLE] == TIE_PEOPLE_WROTE)
		out->bits = floor_bits;
	out->scored = w->n >= WINDOW_LEAST;
	out->p = num_within(window_part_p(w, out->bits), 0, 1);
}

#define CONTACT_BELIEVED 0.01f		/* p; less has to wait               */

bool
contact_waits(const struct contact_score *s)
{
	return s->cold && s->scored && s->p < CONTACT_BELIEVED;
}

/* ---- learning -------------------------------------------------------- */

enum {
	A_DAY = 16,			/* of one domain, of one network     */
	FADE_AT = 4000			/* first contacts, then half of each */
};

/* One more of what, today; false: there were enough. */
static bool
not_too_many(struct contact_burst burst[CONTACT_BURST], uint64_t what,
    uint16_t day)
{
	struct contact_burst *b = &burst[num_mix(what) % CONTACT_BURST];

	if (b->day != day)
		*b = (struct contact_burst){ .day = day };
	if (b->n >= A_DAY)
		return false;
	b->n++;
	return true;
}

/* As many people as s is to, each from a message of somebody else. */
static void
draw(struct company *out, struct contact *c, const struct sample *s,
    const struct sample *donor, unsigned donors)
{
	unsigned want = s->n[ROW_RECIPIENTS];

	out->n = 0;
	want = want < GRAPH_NEAR ? want : GRAPH_NEAR;
	for (unsigned i = 0; i < want && donors > 0; i++) {
		const struct sample *d = &donor[chance_below(&c->chance,
		    donors)];
		unsigned n = d->n[ROW_RECIPIENTS];

		if (n > 0)
			out->who[out->n++] = d->value[d->first[
			    ROW_RECIPIENTS] + chance_below(&c->chance, n)];
	}
}

static void
fade(float count[N_PLACE])
{
	float all = 0;

	for (unsigned p = 0; p < N_PLACE; p++)
		all += place_tie(p) == TIE_CIRCLE ? count[p] : 0;
	for (unsigned p = 0; p < N_PLACE && all > FADE_AT; p++)
		count[p] /= 2;
}

/* How this stranger writes, into the record of all. */
static void
spread(struct memory *m, const struct sample *s)
{
	uint64_t room[PROFILE_WORDS(DOMAIN_SLOTS)]
	    __attribute__((uninitialized));
	struct profile *p = (struct profile *)(void *)room;
	uint16_t day = day_of(s->arrival);

	memory_profile(p, m, contact_strangers(), true);
	for (unsigned r = 0; r < N_ROW; r++) {
		if (!is_habit(r))
			continue;
		if (!row_is_set(r))
			(void)profile_add(p, r, s->one[r], day);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			(void)profile_add(p, r, s->value[s->first[r] + i],
			    day);
	}
	profile_message(p, day, s->hour);
	(void)memory_keep(m, p);
}

void
contact_learn(struct contact *c, const struct graph *g, struct memory *m,
    const struct sample *s, const struct contact_score *score,
    const struct sample *donor, unsigned donors)
{
	uint16_t day = day_of(s->arrival);
	struct company to;
	uint8_t place[N_TIE];

	c->mail += 1;
	if (c->mail > 65536) {
		c->mail /= 2;
		c->strangers /= 2;
	}
	if (!score->cold || !not_too_many(c->network,
	    s->one[ROW_CLIENT_NET], day) ||
	    !not_too_many(c->domain, s->domain, day))
		return;
	c->strangers += score->class == 0;
	if (c->taught < WINDOW_LEAST)
		c->taught += score->class == 0;
	else
		window_put(&c->window[score->class], score->bits);
	if (score->class > 0 || contact_waits(score))
		return;
	bytes_move(place, score->place, sizeof(place));
	for (unsigned t = 0; t < N_TIE; t++)
		c->own[place[t]] += 1;
	draw(&to, c, s, donor, donors);
	contact_among(place, c, g, m, s, &to);
	for (unsigned t = 0; t < N_TIE; t++)
		c->drawn[place[t]] += tie_is_drawn(t) ? 1 : 0;
	fade(c->own);
	fade(c->drawn);
	spread(m, s);
}
