/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/pack.h"

#include "base/cur.h"

enum { VERSION = 3, ANSWER = 8, OBSERVED = 1 };

#define LAST_SECOND INT64_C(253402300799)	/* of the year 9999 */

/* ---- numbers --------------------------------------------------------- */

void
buf_float(struct buf *out, float v)
{
	union { float f; uint32_t u; } r = { .f = v };

	buf_u32(out, r.u);
}

float
cur_float(struct cur *c)
{
	union { float f; uint32_t u; } r = { .u = cur_u32(c) };

	/* an infinity, or no number */
	if ((r.u >> 23 & 255) == 255) {
		c->bad = true;
		return 0;
	}
	return r.f;
}

static void
put_floats(struct buf *out, const float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_float(out, v[i]);
}

static void
get_floats(struct cur *c, float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = cur_float(c);
}

/* ---- a sample -------------------------------------------------------- */

void
sample_put(struct buf *out, const struct sample *s)
{
	buf_byte(out, VERSION);
	buf_byte(out, s->mail_class);
	buf_byte(out, s->hour);
	buf_be64(out, s->sender);
	buf_be64(out, s->domain);
	buf_u32(out, s->person);
	buf_u32(out, s->name);
	buf_byte(out, s->asks);
	buf_be64(out, s->id);
	buf_be64(out, s->parent);
	buf_be64(out, (uint64_t)s->arrival);
	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r)) {
			buf_u32(out, s->one[r]);
			continue;
		}
		buf_byte(out, s->n[r]);
		for (unsigned i = 0; i < s->n[r]; i++)
			buf_u32(out, s->value[s->first[r] + i]);
	}
}

static void
get_set(struct sample *s, unsigned row, struct cur *c)
{
	int n = cur_byte(c);

	if (n < 0 || n > SAMPLE_SET || n > SAMPLE_MANY - s->n_value) {
		c->bad = true;
		return;
	}
	s->n[row] = (uint8_t)n;
	s->first[row] = n == 0 ? 0 : s->n_value;
	for (int i = 0; i < n; i++) {
		s->value[s->n_value] = cur_u32(c);
		s->n_value++;
	}
}

bool
sample_get(struct sample *out, struct span in)
{
	struct cur c = cur_of(in);

	*out = (struct sample){ .sender = 0 };
	if (cur_byte(&c) != VERSION)
		return false;
	out->mail_class = (uint8_t)cur_byte(&c);
	out->hour = (uint8_t)cur_byte(&c);
	out->sender = cur_u64(&c);
	out->domain = cur_u64(&c);
	out->person = cur_u32(&c);
	out->name = cur_u32(&c);
	out->asks = (uint8_t)cur_byte(&c);
	out->id = cur_u64(&c);
	out->parent = cur_u64(&c);
	out->arrival = (int64_t)cur_u64(&c);
	for (unsigned r = 0; r < N_ROW && !c.bad; r++) {
		if (row_is_set(r))
			get_set(out, r, &c);
		else
			out->one[r] = cur_u32(&c);
	}
	return !c.bad && c.rest.len == 0 && out->arrival >= 0 &&
	    out->arrival <= LAST_SECOND && out->mail_class < MAIL_CLASSES;
}

/* ---- an answer ------------------------------------------------------- */

static void
put_tally(struct buf *out, const struct tally *t)
{
	buf_float(out, t->sender);
	buf_float(out, t->domain);
	buf_float(out, t->everybody);
	buf_be16(out, t->day);
	buf_byte(out, t->seen);
}

static void
get_tally(struct cur *c, struct tally *t)
{
	t->sender = cur_float(c);
	t->domain = cur_float(c);
	t->everybody = cur_float(c);
	t->day = cur_u16(c);
	t->seen = cur_byte(c) == 1;
}

static void
put_view(struct buf *out, const struct view *v, const struct sample *s)
{
	buf_float(out, v->n);
	buf_be16(out, v->today);
	buf_be16(out, v->first_day);
	buf_be16(out, v->last_day);
	for (unsigned r = 0; r < N_ROW; r++) {
		const struct level *l[] = { &v->sender[r], &v->domain[r],
			&v->everybody[r] };

		for (unsigned i = 0; i < 3; i++) {
			buf_float(out, l[i]->total);
			buf_float(out, l[i]->types);
		}
		if (!row_is_set(r))
			put_tally(out, &v->one[r]);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			put_tally(out, &v->many[s->first[r] + i]);
	}
	put_floats(out, v->reverse, s->n[ROW_RECIPIENTS]);
	put_floats(out, v->hour, PROFILE_HOURS);
	put_floats(out, v->hour_all, PROFILE_HOURS);
	buf_byte(out, v->mates.n);
	for (unsigned i = 0; i < v->mates.n; i++)
		buf_be64(out, v->mates.same[i]);
}

/* Who they are is not told. */
static void
get_mates(struct cur *c, struct mates *m)
{
	int n = cur_byte(c);

	c->bad = c->bad || n < 0 || n > HOUSE_MATES;
	m->n = c->bad ? 0 : (uint8_t)n;
	for (unsigned i = 0; i < m->n; i++)
		m->same[i] = cur_u64(c);
}

static void
get_view(struct cur *c, struct view *v, const struct sample *s)
{
	v->n = cur_float(c);
	v->today = cur_u16(c);
	v->first_day = cur_u16(c);
	v->last_day = cur_u16(c);
	for (unsigned r = 0; r < N_ROW && !c->bad; r++) {
		struct level *l[] = { &v->sender[r], &v->domain[r],
			&v->everybody[r] };

		for (unsigned i = 0; i < 3; i++) {
			l[i]->total = cur_float(c);
			l[i]->types = cur_float(c);
		}
		if (!row_is_set(r))
			get_tally(c, &v->one[r]);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			get_tally(c, &v->many[s->first[r] + i]);
	}
	get_floats(c, v->reverse, s->n[ROW_RECIPIENTS]);
	get_floats(c, v->hour, PROFILE_HOURS);
	get_floats(c, v->hour_all, PROFILE_HOURS);
	get_mates(c, &v->mates);
}

static void
put_part(struct buf *out, const struct window_part *p)
{
	buf_float(out, p->n);
	buf_float(out, p->above);
	buf_float(out, p->top);
	buf_be16(out, p->edge);
	buf_float(out, p->excess);
}

static void
get_part(struct cur *c, struct window_part *p)
{
	p->n = cur_float(c);
	p->above = cur_float(c);
	p->top = cur_float(c);
	p->edge = cur_u16(c);
	p->excess = cur_float(c);
}

/* ---- of whom hardly anything is known -------------------------------- */

static void
put_contact(struct buf *out, const struct contact_view *v)
{
	buf_byte(out, v->cold);
	if (!v->cold)
		return;
	buf_byte(out, v->class);
	buf_float(out, v->own_all);
	for (unsigned t = 0; t < N_TIE; t++) {
		buf_byte(out, v->place[t]);
		buf_float(out, v->own[t]);
		buf_float(out, v->drawn[t]);
		buf_float(out, v->drawn_all[t]);
	}
	buf_float(out, v->habits);
	for (unsigned i = 0; i < CONTACT_ODD; i++) {
		buf_byte(out, v->odd[i].row);
		buf_float(out, v->odd[i].bits);
		buf_float(out, v->odd[i].seen);
		buf_float(out, v->odd[i].total);
	}
	buf_be16(out, v->domain_day);
	buf_be16(out, v->name_day);
	buf_float(out, v->domain_senders);
	buf_float(out, v->name_letters);
}

static float
get_count(struct cur *c)
{
	float v = cur_float(c);

	c->bad = c->bad || v < 0;
	return v;
}

static void
get_contact(struct cur *c, struct contact_view *v)
{
	int cold = cur_byte(c);

	c->bad = c->bad || cold > 1;
	v->cold = cold == 1;
	if (!v->cold || c->bad)
		return;
	v->class = (uint8_t)cur_byte(c);
	v->own_all = get_count(c);
	for (unsigned t = 0; t < N_TIE; t++) {
		v->place[t] = (uint8_t)cur_byte(c);
		v->own[t] = get_count(c);
		v->drawn[t] = get_count(c);
		v->drawn_all[t] = get_count(c);
		c->bad = c->bad || !place_of(v->place[t], t);
	}
	v->habits = cur_float(c);
	for (unsigned i = 0; i < CONTACT_ODD; i++) {
		v->odd[i].row = (uint8_t)cur_byte(c);
		v->odd[i].bits = cur_float(c);
		v->odd[i].seen = get_count(c);
		v->odd[i].total = get_count(c);
		c->bad = c->bad || v->odd[i].row >= N_ROW;
	}
	v->domain_day = cur_u16(c);
	v->name_day = cur_u16(c);
	v->domain_senders = get_count(c);
	v->name_letters = get_count(c);
	c->bad = c->bad || v->class >= CONTACT_CLASSES;
}

static void
put_trees(struct buf *out, const struct excerpt *e)
{
	buf_byte(out, e->grown);
	for (unsigned k = 0; e->grown && k < N_FOREST; k++) {
		buf_float(out, e->trees[k].bias);
		put_floats(out, e->trees[k].share, N_LOOK);
	}
	put_part(out, &e->wide);
	put_floats(out, e->tune.bits, TUNE_LEVELS);
}

static void
get_trees(struct cur *c, struct excerpt *e)
{
	int grown = cur_byte(c);

	c->bad = c->bad || grown > 1;
	e->grown = grown == 1;
	for (unsigned k = 0; e->grown && k < N_FOREST; k++) {
		e->trees[k].bias = cur_float(c);
		get_floats(c, e->trees[k].share, N_LOOK);
	}
	get_part(c, &e->wide);
	get_floats(c, e->tune.bits, TUNE_LEVELS);
	if (!tune_holds(&e->tune))
		c->bad = true;
}

static void
put_excerpt(struct buf *out, const struct excerpt *e)
{
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		buf_float(out, e->bias[h]);
		for (unsigned t = 0; t < N_TERM; t++) {
			if (!term_counts(h, t))
				continue;
			put_floats(out, e->knots[h][t].small, 2);
			put_floats(out, e->knots[h][t].large, 2);
		}
	}
	for (unsigned w = 0; w < N_WINDOW; w++)
		put_part(out, &e->window[w]);
	put_trees(out, e);
}

static void
get_excerpt(struct cur *c, struct excerpt *e)
{
	for (unsigned h = 0; h < N_HYPOTHESIS; h++) {
		e->bias[h] = cur_float(c);
		for (unsigned t = 0; t < N_TERM; t++) {
			if (!term_counts(h, t))
				continue;
			get_floats(c, e->knots[h][t].small, 2);
			get_floats(c, e->knots[h][t].large, 2);
		}
	}
	for (unsigned w = 0; w < N_WINDOW; w++)
		get_part(c, &e->window[w]);
	get_trees(c, e);
}

/* Of somebody who is not known, there are his ties to weigh, no more. */
void
known_put(struct buf *out, const struct known *a, const struct sample *s)
{
	buf_byte(out, ANSWER);
	buf_byte(out, a->observed ? OBSERVED : 0);
	buf_float(out, a->limit);
	buf_u32(out, a->thread);
	buf_u32(out, a->link_news);
	put_view(out, &a->view, s);
	put_contact(out, &a->view.contact);
	if (a->view.contact.cold) {
		put_part(out, &a->excerpt.contact);
		buf_float(out, a->contact_limit);
	}
	if (!(a->view.n > 0))
		return;
	put_excerpt(out, &a->excerpt);
	because_put(out, a->because, a->n_because);
}

bool
known_get(struct known *out, struct span in, struct sample *s)
{
	struct cur c = cur_of(in);
	int flags;

	*out = (struct known){ .limit = 0 };
	if (cur_byte(&c) != ANSWER)
		return false;
	flags = cur_byte(&c);
	out->observed = flags > 0 && (flags & OBSERVED) != 0;
	out->limit = cur_float(&c);
	out->thread = cur_u32(&c);
	out->link_news = cur_u32(&c);
	get_view(&c, &out->view, s);
	get_contact(&c, &out->view.contact);
	if (out->view.contact.cold) {
		get_part(&c, &out->excerpt.contact);
		out->contact_limit = cur_float(&c);
	}
	if (out->view.n > 0) {
		get_excerpt(&c, &out->excerpt);
		out->n_because = because_get(out->because, &c);
	}
	s->one[ROW_THREAD] = out->thread;
	s->one[ROW_LINK_NEWS] = out->link_news;
	return !c.bad && c.rest.len == 0;
}

struct layout
sample_layout(struct span in)
{
	return layout_of(in, VERSION);
}

struct layout
known_layout(struct span in)
{
	return layout_of(in, ANSWER);
}
