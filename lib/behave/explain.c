/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/excerpt.h"
#include "behave/explain.h"

/* The value of a set that is told: the one that is seen least. */
static unsigned
strangest(const struct view *v, const struct sample *s, unsigned row)
{
	unsigned at = s->first[row];

	for (unsigned i = at; i < (unsigned)s->first[row] + s->n[row]; i++)
		if (v->many[i].sender < v->many[at].sender)
			at = i;
	return at;
}

static void
usual(struct because *b, const struct profile *p, unsigned row, uint16_t day)
{
	for (size_t i = 0; p != NULL && i < p->n_slot; i++) {
		const struct slot *slot = &p->slot[i];
		float n;

		if (slot->what >> 24 != row)
			continue;
		n = profile_count(p, slot->count, day);
		if (n <= b->usual_seen)
			continue;
		b->usual = slot->what & SLOT_VALUE;
		b->usual_seen = n;
		b->usual_day = slot->day;
	}
}

static void
tell(struct because *b, const struct view *v, const struct sample *s,
    const struct profile *p)
{
	const struct tally *t;

	if (b->term >= N_ROW)
		return;
	if (row_is_set(b->term) && s->n[b->term] == 0)
		return;
	t = row_is_set(b->term) ? &v->many[strangest(v, s, b->term)] :
	    &v->one[b->term];
	b->counted = true;
	b->value = row_is_set(b->term) ?
	    s->value[strangest(v, s, b->term)] : s->one[b->term];
	b->seen = t->sender;
	b->total = v->sender[b->term].total;
	b->seen_day = t->day;
	usual(b, p, b->term, v->today);
}

/* Into out, which is sorted: the largest first. */
static void
insert(struct because *out, size_t *n, size_t cap, struct because b)
{
	size_t at = *n;

	if (at == cap && out[at - 1].bits >= b.bits)
		return;
	if (at == cap)
		at--;
	else
		++*n;
	for (; at > 0 && out[at - 1].bits < b.bits; at--)
		out[at] = out[at - 1];
	out[at] = b;
}

size_t
behave_explain(struct because out[EXPLAIN_MOST], const struct judge *j,
    const struct score *score, const struct view *v, const struct sample *s,
    const struct profile *sender)
{
	struct because least = { .bits = 0 };
	struct excerpt e;
	struct marks m;
	size_t n = 0;

	if (!score->known)
		return 0;
	marks_of(&m, score->x, score->messages);
	excerpt_take(&e, j, v, s);
	for (unsigned t = 0; t < N_TERM; t++) {
		struct because b = { .term = t, .x = score->x[t] };

		b.bits = excerpt_share(&e, score, t, &m) * 1.44269504f;
		if (b.bits > 0)
			insert(out, &n, EXPLAIN_FOR, b);
		if (b.bits < least.bits)
			least = b;
	}
	if (least.bits < 0)
		out[n++] = least;
	for (size_t i = 0; i < n; i++)
		tell(&out[i], v, s, sender);
	return n;
}
