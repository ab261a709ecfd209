/* SPDX-License-Identifier: Apache-2.0 */
#include "behaviour_words.h"

enum {
	P_TEXT = 30, NAME_TEXT = 200, BECAUSE_TEXT = 600, /* octets      */
	WHY = 3				/* terms that a field names          */
};

/* Two digits that say something: 0.00042. */
struct span
behaviour_p(struct arena *a, float p)
{
	struct buf out = arena_buf(a, P_TEXT);
	unsigned zeros = 0, v;

	p = num_most(p, 1e-9f);
	if (!(p < 0.995f)) {
		buf_str(&out, "1");
		return arena_done(a, &out);
	}
	for (; p < 0.0995f && zeros < 12; zeros++)
		p *= 10;
	v = (unsigned)(p * 100 + 0.5f);
	buf_str(&out, "0.");
	for (unsigned i = 0; i < zeros; i++)
		buf_byte(&out, '0');
	buf_byte(&out, (uint8_t)('0' + v / 10 % 10));
	buf_byte(&out, (uint8_t)('0' + v % 10));
	return arena_done(a, &out);
}

static void
put_thousands(struct buf *out, unsigned v)
{
	if (v < 1000) {
		buf_u64(out, v);
		return;
	}
	put_thousands(out, v / 1000);
	buf_byte(out, ',');
	buf_byte(out, (uint8_t)('0' + v / 100 % 10));
	buf_byte(out, (uint8_t)('0' + v / 10 % 10));
	buf_byte(out, (uint8_t)('0' + v % 10));
}

/* "25,000": one in so many of comparable mail; two digits that count. */
static struct span
one_in(struct arena *a, float p)
{
	struct buf out = arena_buf(a, P_TEXT);
	float v = 1 / num_within(p, 1e-9f, 1);
	unsigned scale = 1;

	if (!(p < 0.5f))
		return SPAN_NONE;
	for (; v >= 99.5f; v /= 10)
		scale *= 10;
	put_thousands(&out, (unsigned)(v + 0.5f) * scale);
	return arena_done(a, &out);
}

static unsigned
whole(float n)
{
	return (unsigned)num_within(n + 0.5f, 0, 1e6f);
}

static struct span
kept(struct arena *a, const struct label *l)
{
	return l->len == 0 ? SPAN_NONE : arena_dup(a, label_span(l));
}

static void
one_because(struct behaviour_why *w, const struct because *b,
    const struct view *v, const struct sample *s, struct arena *a)
{
	struct buf bits = arena_buf(a, P_TEXT), text;

	put_bits(&bits, b->bits);
	w->bits = arena_done(a, &bits);
	text = arena_buf(a, BECAUSE_TEXT);
	because_tell(&text, b, v, s);
	w->text = arena_done(a, &text);
	w->name = term_name(b->term);
	w->against = b->bits < 0;
	w->of = whole(b->total);
	w->seen = whole(b->seen);
	w->value = kept(a, &b->label);
	if (b->n_usual == 0)
		return;
	w->usual = kept(a, &b->usual[0].label);
	w->usual_seen = whole(b->usual[0].seen);
}

/* As a field of the header names them. */
static struct span
names(const struct because *b, size_t n, struct arena *a)
{
	struct buf out = arena_buf(a, WHY * NAME_TEXT);

	for (size_t i = 0; i < n && i < WHY && b[i].bits > 0; i++) {
		buf_str(&out, i > 0 ? ", " : "");
		because_name(&out, &b[i]);
	}
	return arena_done(a, &out);
}

void
behaviour_words(struct behaviour_outcome *o, const struct known *a,
    const struct score *score, const struct sample *s, struct arena *arena)
{
	struct because b[EXPLAIN_MOST];
	size_t n = behave_explain(b, &a->excerpt, score, &a->view, s);

	because_same(b, n, a->because, a->n_because);
	o->messages = whole(score->messages);
	o->days = a->view.today > a->view.first_day ?
	    a->view.today - a->view.first_day : 0;
	o->p = behaviour_p(arena, score->p);
	o->one_in = one_in(arena, score->p);
	o->hypothesis = hypothesis_name(score->h);
	o->words = hypothesis_words(score->h);
	o->why = names(b, n, arena);
	for (size_t i = 0; i < n && i < BEHAVIOUR_WHY; i++)
		one_because(&o->because[o->n_because++], &b[i], &a->view, s,
		    arena);
}

struct span
behaviour_sentence(const struct behaviour_outcome *o, struct arena *a)
{
	struct buf out = arena_buf(a, 400 + o->why.len);

	buf_put(&out, o->hypothesis);
	buf_str(&out, " \"");
	buf_put(&out, o->words);
	buf_str(&out, "\", p = ");
	buf_put(&out, o->p);
	if (!span_absent(o->one_in)) {
		buf_str(&out, " (1 in ");
		buf_put(&out, o->one_in);
		buf_str(&out, " of comparable mail)");
	}
	buf_str(&out, ", sender known ");
	buf_u64(&out, o->days);
	buf_str(&out, o->days == 1 ? " day / " : " days / ");
	buf_u64(&out, o->messages);
	buf_str(&out, o->messages == 1 ? " message; most by " :
	    " messages; most by ");
	buf_put(&out, o->why);
	buf_str(&out, "; weighs ");
	buf_u64(&out, o->level);
	buf_str(&out, " of 100");
	if (o->observed)
		buf_str(&out, ", observed only");
	return arena_done(a, &out);
}
