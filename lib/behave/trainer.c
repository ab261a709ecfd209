/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/trainer.h"

static const struct sample *
anybody(struct trainer *t)
{
	return &t->donor[chance_below(&t->chance, t->n_donor)];
}

/* Somebody else; of one house (the same signing domains), if there is one
 * and house says so. */
static const struct sample *
somebody_else(struct trainer *t, const struct sample *victim, bool house)
{
	for (unsigned i = 0; house && i < 100; i++) {
		const struct sample *d = anybody(t);

		if (d->one[ROW_DKIM_DOMAINS] ==
		    victim->one[ROW_DKIM_DOMAINS] &&
		    d->sender != victim->sender)
			return d;
	}
	for (unsigned i = 0; i < 20; i++) {
		const struct sample *d = anybody(t);

		if (d->sender != victim->sender)
			return d;
	}
	return NULL;
}

static void
put(struct sample *s, unsigned row, uint32_t value)
{
	if (s->n_value < SAMPLE_MANY && s->n[row] < SAMPLE_SET) {
		s->value[s->n_value] = value;
		s->n_value++;
		s->n[row]++;
	}
}

/* The row's set begins anew, at the end. */
static void
begin(struct sample *s, unsigned row)
{
	s->first[row] = s->n_value;
	s->n[row] = 0;
}

static void
copy_set(struct sample *to, const struct sample *from, unsigned row)
{
	begin(to, row);
	for (unsigned i = 0; i < from->n[row]; i++)
		put(to, row, from->value[from->first[row] + i]);
}

/* One of a set, or 0. */
static uint32_t
one_of(struct trainer *t, const struct sample *s, unsigned row)
{
	if (s->n[row] == 0)
		return 0;
	return s->value[s->first[row] + chance_below(&t->chance, s->n[row])];
}

static bool
is_link_row(unsigned row)
{
	return row == ROW_LINKS || row == ROW_LINK_SUFFIXES;
}

static void
add_to(struct sample *o, const struct sample *keep, unsigned row,
    uint32_t value)
{
	begin(o, row);
	put(o, row, value);
	for (unsigned i = 0; keep != NULL && i < keep->n[row]; i++) {
		uint32_t v = keep->value[keep->first[row] + i];

		if (v != 0 && v != value)
			put(o, row, v);
	}
}

/* A link of somebody's, or, as often, one that nobody has seen: attackers
 * buy names.  Beside those of keep, if given. */
static void
plant_link(struct trainer *t, struct sample *o, const struct sample *keep)
{
	const struct sample *q = anybody(t);
	uint32_t link = 0;

	for (unsigned i = 0; i < 16 && (link == 0 || q->n[ROW_LINKS] == 0);
	    i++) {
		q = anybody(t);
		link = one_of(t, q, ROW_LINKS);
	}
	if (chance_below(&t->chance, 2) == 0)
		link = chance_bits(&t->chance) | 1;
	add_to(o, keep, ROW_LINKS, link);
	add_to(o, keep, ROW_LINK_SUFFIXES,
	    one_of(t, q, ROW_LINK_SUFFIXES));
	for (unsigned i = 0; i < 64; i++) {
		q = anybody(t);
		if (q->n[ROW_LINKS] == o->n[ROW_LINKS] &&
		    q->value[q->first[ROW_LINKS]] != 0) {
			o->one[ROW_LINK_COUNT] = q->one[ROW_LINK_COUNT];
			break;
		}
	}
}

static void
name_of(struct sample *o, const struct sample *victim)
{
	o->sender = victim->sender;
	o->domain = victim->domain;
	o->person = victim->person;
	o->one[ROW_DISPLAY_NAME] = victim->one[ROW_DISPLAY_NAME];
	o->one[ROW_FROM_SHAPE] = victim->one[ROW_FROM_SHAPE];
}

static bool
of_attacker(unsigned row, unsigned h)
{
	enum trait_owner o = term_owner(row);

	if (h == H_CLIENT)
		return o == OWNER_RELATION || o == OWNER_CONTENT;
	return h != H_THREAD && (h == H_INFRA || o != OWNER_PROVIDER);
}

/* People of here, not of the victim. */
static void
new_people(struct trainer *t, struct sample *o)
{
	static const uint8_t many[6] = { 1, 1, 1, 2, 3, 8 };
	unsigned n = many[chance_below(&t->chance, 6)];

	begin(o, ROW_RECIPIENTS);
	for (unsigned i = 0; i < n; i++)
		put(o, ROW_RECIPIENTS, anybody(t)->person);
	o->one[ROW_FIRST_RECIPIENT] =
	    o->value[o->first[ROW_RECIPIENTS]];
}

const struct sample *
trainer_impostor(struct trainer *t, struct sample *out, unsigned h,
    const struct sample *victim)
{
	bool house = h <= H_STOLEN && chance_below(&t->chance, 2) == 0;
	const struct sample *d = t->n_donor < 2 ? NULL :
	    somebody_else(t, victim, house);

	if (d == NULL)
		return NULL;
	*out = *d;
	out->n_value = 0;
	out->arrival = victim->arrival;
	for (unsigned r = 0; r < N_ROW; r++) {
		const struct sample *from = of_attacker(r, h) ? d : victim;

		out->one[r] = from->one[r];
		if (row_is_set(r) && !(h >= H_CLIENT && is_link_row(r)) &&
		    !(h == H_CLIENT && r == ROW_RECIPIENTS))
			copy_set(out, from, r);
	}
	name_of(out, victim);
	if (h == H_CLIENT) {
		new_people(t, out);
		out->parent = 0;
	} else if (h == H_THREAD) {
		out->parent = victim->parent;
		out->one[ROW_OWN_HOUR] = d->one[ROW_OWN_HOUR];
	}
	if (h >= H_CLIENT)
		plant_link(t, out, h == H_THREAD ? victim : NULL);
	return d;
}

_Static_assert((int)N_HYPOTHESIS <= (int)VIEWS, "at once");

/* An attacker from outside was counted nowhere; the donor was.  So he does
 * not speak for what everybody does, as far as his profile still says what
 * that was. */
static void
forget_donor(struct tally *y, bool neighbour)
{
	y->everybody = num_most(y->everybody - 1, 0);
	y->seen = y->seen && y->everybody > 0;
	if (neighbour)
		y->domain = num_most(y->domain - 1, 0);
}

static void
from_outside(struct view *v, const struct memory *m, const struct sample *o,
    const struct sample *donor)
{
	bool neighbour = donor->domain == o->domain;
	struct record_look k;

	mates_without(&v->mates, donor->person);
	record_look(&k, memory_find(m, donor->sender));
	for (unsigned r = 0; r < N_ROW; r++) {
		record_row(&k, r);
		if (!row_is_set(r) && record_find(&k, o->one[r]).count > 0)
			forget_donor(&v->one[r], neighbour);
		for (unsigned i = o->first[r]; row_is_set(r) &&
		    i < (unsigned)o->first[r] + o->n[r]; i++)
			if (record_find(&k, o->value[i]).count > 0)
				forget_donor(&v->many[i], neighbour);
	}
}

bool
trainer_lineup(struct lineup *out, struct trainer *t,
    const struct memory *m, const struct sample *s,
    const float x[N_FEATURE], float messages)
{
	struct sample other[N_HYPOTHESIS] __attribute__((uninitialized));
	struct view view[N_HYPOTHESIS] __attribute__((uninitialized));
	const struct sample *donor[N_HYPOTHESIS];
	bool outside[N_HYPOTHESIS];
	float y[N_FEATURE];

	t->messages += t->messages < UINT32_MAX;
	if (t->messages > SETTLED && t->messages % EXAMPLE_OLD != 0)
		return false;
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		donor[h] = trainer_impostor(t, &other[h], h, s);
		if (donor[h] == NULL)
			return false;
		/* half of them are known here */
		outside[h] = chance_below(&t->chance, 2) == 0;
	}
	memory_views(m, other, view, N_HYPOTHESIS);
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		if (outside[h])
			from_outside(&view[h], m, &other[h], donor[h]);
		ratio_read(y, &view[h], &other[h]);
		/* the view knows nothing of what waits */
		y[HINT_SILENCE] = x[HINT_SILENCE];
		example_of(&out->other[h], y, messages);
	}
	example_of(&out->own, x, messages);
	return true;
}

void
trainer_take(struct trainer *t, const struct lineup *l)
{
	uint32_t at = t->next_example;

	t->own[at] = l->own;
	for (unsigned h = 0; h < N_HYPOTHESIS; h++)
		t->other[h][at] = l->other[h];
	t->next_example = (at + 1) % EXAMPLES;
	if (t->n_example < EXAMPLES)
		t->n_example++;
}

void
trainer_donor(struct trainer *t, const struct sample *s)
{
	t->donor[t->next_donor] = *s;
	t->next_donor = (t->next_donor + 1) % DONORS;
	if (t->n_donor < DONORS)
		t->n_donor++;
}

static void
step(struct trainer *t, struct shapes *s, unsigned h)
{
	uint32_t n = t->n_example;
	struct marks m __attribute__((uninitialized));

	example_terms(&m, &t->own[chance_below(&t->chance, n)]);
	shapes_step(s, h, &m, false);
	example_terms(&m, &t->other[h][chance_below(&t->chance, n)]);
	shapes_step(s, h, &m, true);
}

void
trainer_steps(struct trainer *t, struct shapes *s)
{
	unsigned steps = STEPS_YOUNG * N_HYPOTHESIS, first = 0;

	if (t->n_example < 100)
		return;
	if (t->messages > YOUNG) {
		first = t->messages % N_HYPOTHESIS;
		steps = STEPS_OLD;
	}
	for (unsigned i = first; i < first + steps; i++)
		step(t, s, i % N_HYPOTHESIS);
}
