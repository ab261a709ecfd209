/* SPDX-License-Identifier: Apache-2.0 */
/* pack_why.c - what is usual, and what it is called, behind an answer. */
#include "behave/pack.h"

#include "base/ascii.h"
#include "base/cur.h"

void
known_why(struct known *k, const struct sample *s,
    const struct record *sender, const struct words *w, struct span said)
{
	uint64_t room[PROFILE_WORDS(SENDER_SLOTS)]
	    __attribute__((uninitialized));
	struct profile *p = record_profile(room, sender);
	struct score score;

	k->n_because = 0;
	excerpt_score(&score, &k->excerpt, &k->view, s);
	if (!score.known || score.p > KNOWN_ODD)
		return;
	k->n_because = behave_explain(k->because, &k->excerpt, &score,
	    &k->view, s);
	because_usual(k->because, k->n_because, p, k->view.today);
	because_words(k->because, k->n_because, p, w, said, k->view.today);
}

static void
put_label(struct buf *out, const struct label *l)
{
	buf_byte(out, l->len);
	buf_put(out, label_span(l));
}

static void
get_label(struct cur *c, struct label *l)
{
	int n = cur_byte(c);
	struct span text;

	if (n < 0 || n > WORD_TEXT) {
		c->bad = true;
		return;
	}
	text = cur_take(c, (size_t)n);
	label_set(l, text);
	/* what was not so before is not of ours */
	if (!span_eq(label_span(l), text))
		c->bad = true;
}

void
because_put(struct buf *out, const struct because *b, size_t n)
{
	buf_byte(out, (uint8_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_byte(out, (uint8_t)b[i].term);
		put_label(out, &b[i].label);
		buf_byte(out, (uint8_t)b[i].n_usual);
		for (unsigned k = 0; k < b[i].n_usual; k++) {
			const struct usual *u = &b[i].usual[k];

			buf_u32(out, u->value);
			buf_float(out, u->seen);
			buf_byte(out, (uint8_t)(u->day >> 8));
			buf_byte(out, (uint8_t)(u->day & 255));
			put_label(out, &u->label);
		}
	}
}

static void
get_one(struct cur *c, struct because *b)
{
	int term = cur_byte(c), n;

	*b = (struct because){ .term = term < 0 ? 0 : (unsigned)term };
	get_label(c, &b->label);
	n = cur_byte(c);
	if (b->term >= N_FEATURE || n < 0 || n > EXPLAIN_USUAL) {
		c->bad = true;
		return;
	}
	for (b->n_usual = 0; b->n_usual < (unsigned)n; b->n_usual++) {
		struct usual *u = &b->usual[b->n_usual];

		u->value = cur_u32(c);
		u->seen = cur_float(c);
		u->day = cur_u16(c);
		get_label(c, &u->label);
	}
}

size_t
because_get(struct because out[EXPLAIN_MOST], struct cur *c)
{
	int n = cur_byte(c);

	if (n < 0 || n > EXPLAIN_MOST) {
		c->bad = true;
		return 0;
	}
	for (int i = 0; i < n && !c->bad; i++)
		get_one(c, &out[i]);
	return c->bad ? 0 : (size_t)n;
}

void
because_same(struct because *b, size_t n, const struct because *from,
    size_t n_from)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n_from; k++) {
			if (from[k].term != b[i].term)
				continue;
			b[i].label = from[k].label;
			b[i].n_usual = from[k].n_usual;
			for (unsigned u = 0; u < from[k].n_usual; u++)
				b[i].usual[u] = from[k].usual[u];
		}
}
