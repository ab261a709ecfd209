/* SPDX-License-Identifier: Apache-2.0 */
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
tell(struct because *b, const struct view *v, const struct sample *s)
{
	unsigned row = b->term;
	const struct tally *t;

	if (row >= N_ROW || (row_is_set(row) && s->n[row] == 0))
		return;
	t = row_is_set(row) ? &v->many[strangest(v, s, row)] : &v->one[row];
	b->counted = true;
	b->value = row_is_set(row) ? s->value[strangest(v, s, row)] :
	    s->one[row];
	b->seen = t->sender;
	b->total = v->sender[row].total;
	b->seen_day = t->day;
	for (unsigned i = 0; row_is_set(row) && i < s->n[row]; i++)
		b->n_new += !(v->many[s->first[row] + i].sender > 0);
	b->n = row_is_set(row) ? s->n[row] : 1;
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

static bool
is_news(unsigned term)
{
	return term >= HINT_NEW_PROVIDER && term <= HINT_NEW_CONTENT;
}

/* How much is new of somebody's is told with each that is. */
static float
share_of(const struct excerpt *e, const struct score *score,
    const struct view *v, const struct sample *s, unsigned term,
    const struct marks *m)
{
	float share = excerpt_share(e, score, term, m), n;
	unsigned news;

	if (is_news(term))
		return score->x[term] > HINT_NONE_NEW ? 0 : share;
	if (term >= N_ROW || !row_is_new(v, s, term))
		return share;
	news = HINT_NEW_PROVIDER + term_owner(term);
	n = score->x[news] - HINT_NONE_NEW;
	return share + excerpt_share(e, score, news, m) / n;
}

size_t
behave_explain(struct because out[EXPLAIN_MOST], const struct excerpt *e,
    const struct score *score, const struct view *v, const struct sample *s)
{
	struct because least = { .bits = 0 };
	struct marks m;
	size_t n = 0;

	if (!score->known)
		return 0;
	marks_of(&m, score->x, score->messages);
	for (unsigned t = 0; t < N_FEATURE; t++) {
		struct because b = { .term = t, .x = score->x[t] };

		b.bits = share_of(e, score, v, s, t, &m) * 1.44269504f;
		if (b.bits > 0)
			insert(out, &n, EXPLAIN_FOR, b);
		if (b.bits < least.bits)
			least = b;
	}
	if (least.bits < 0)
		out[n++] = least;
	for (size_t i = 0; i < n; i++)
		tell(&out[i], v, s);
	return n;
}

/* ---- what is usual ------------------------------------------------------- */

/* Into a list that is sorted: the most frequent first. */
static void
more_usual(struct because *b, struct usual u)
{
	unsigned at = b->n_usual;

	if (at == EXPLAIN_USUAL && b->usual[at - 1].seen >= u.seen)
		return;
	if (at == EXPLAIN_USUAL)
		at--;
	else
		b->n_usual++;
	for (; at > 0 && b->usual[at - 1].seen < u.seen; at--)
		b->usual[at] = b->usual[at - 1];
	b->usual[at] = u;
}

void
because_usual(struct because *b, size_t n, const struct profile *p,
    uint16_t today)
{
	for (size_t i = 0; p != NULL && i < p->n_slot; i++) {
		const struct slot *slot = &p->slot[i];
		struct usual u = { .value = slot->what & SLOT_VALUE,
			.seen = profile_count(p, slot->count, today),
			.day = slot->day };

		for (size_t k = 0; k < n; k++)
			if (b[k].counted && slot->what >> 24 == b[k].term)
				more_usual(&b[k], u);
	}
}

/* ---- what it is called --------------------------------------------------- */

/* Values that are words themselves, as they are not hashes. */
static struct span
plain_word(unsigned row, uint32_t value)
{
	static const struct span thread[] = { SPAN_INIT("-"),
		SPAN_INIT("no answer"), SPAN_INIT("an answer to mail that "
		"nobody here saw"), SPAN_INIT("an answer to others' mail"),
		SPAN_INIT("an answer in his own conversation") };
	static const struct span news[] = { SPAN_INIT("-"),
		SPAN_INIT("no links"), SPAN_INIT("only links known here"),
		SPAN_INIT("one that nobody here has seen") };
	static const struct span hour[] = { SPAN_INIT("not told"),
		SPAN_INIT("0 to 3 h"), SPAN_INIT("3 to 6 h"),
		SPAN_INIT("6 to 9 h"), SPAN_INIT("9 to 12 h"),
		SPAN_INIT("12 to 15 h"), SPAN_INIT("15 to 18 h"),
		SPAN_INIT("18 to 21 h"), SPAN_INIT("21 to 24 h") };

	if (row == ROW_THREAD && value < 5)
		return thread[value];
	if (row == ROW_LINK_NEWS && value < 4)
		return news[value];
	if (row == ROW_OWN_HOUR && value < 9)
		return hour[value];
	return value == 0 ? SPAN("none") : SPAN_NONE;
}

static void
name_value(struct label *out, const struct words *w, unsigned row,
    uint32_t value)
{
	struct span word = plain_word(row, value);

	if (span_absent(word))
		words_find(out, w, row, value);
	else
		label_set(out, word);
}

static void
said_word(struct because *b, struct span said)
{
	struct said_one o;

	while (b->label.len == 0 && said_next(&said, &o))
		if (o.row == b->term && o.value == b->value)
			label_set(&b->label, o.text);
}

/* ---- rows that are several together -------------------------------------- */

static const struct joined {
	unsigned row, part[2], n;
} joined[] = {
	{ ROW_WHOLE_CLIENT, { ROW_MAILER }, 1 },
	{ ROW_PLACE, { ROW_TIME_ZONE }, 1 },
	{ ROW_MAILER_ZONE, { ROW_MAILER_VERSION, ROW_TIME_ZONE }, 2 }
};

static void
join_label(struct label *to, const struct label *l)
{
	ROOM(room, 2 * WORD_TEXT + 1);
	struct buf b = BUF_ON(room);

	buf_put(&b, label_span(to));
	buf_str(&b, to->len > 0 && l->len > 0 ? " " : "");
	buf_put(&b, label_span(l));
	label_set(to, buf_span(&b));
}

/* What the message says of its parts, and what is usual of those. */
static void
join_words(struct because *b, const struct joined *j,
    const struct profile *p, const struct words *w, struct span said,
    uint16_t today)
{
	struct label now = { .len = 0 }, usual = { .len = 0 };

	for (unsigned i = 0; i < j->n; i++) {
		struct because part = { .term = j->part[i], .counted = true };
		struct span rest = said;
		struct said_one o;

		while (part.label.len == 0 && said_next(&rest, &o))
			if (o.row == part.term)
				label_set(&part.label, o.text);
		join_label(&now, &part.label);
		because_usual(&part, 1, p, today);
		if (part.n_usual == 0)
			continue;
		name_value(&part.label, w, part.term, part.usual[0].value);
		join_label(&usual, &part.label);
	}
	if (label_same(&now, &usual))
		return;			/* it is something else that differs */
	b->label = now;
	if (b->n_usual > 0)
		b->usual[0].label = usual;
}

static void
joined_words(struct because *b, const struct profile *p,
    const struct words *w, struct span said, uint16_t today)
{
	bool usual = b->n_usual > 0 &&
	    b->usual[0].value == (b->value & SLOT_VALUE);

	for (size_t i = 0; i < sizeof(joined) / sizeof(joined[0]); i++)
		if (joined[i].row == b->term && !usual)
			join_words(b, &joined[i], p, w, said, today);
}

void
because_words(struct because *b, size_t n, const struct profile *p,
    const struct words *w, struct span said, uint16_t today)
{
	for (size_t i = 0; i < n; i++) {
		if (!b[i].counted)
			continue;
		name_value(&b[i].label, w, b[i].term, b[i].value);
		said_word(&b[i], said);
		for (unsigned k = 0; k < b[i].n_usual; k++)
			name_value(&b[i].usual[k].label, w, b[i].term,
			    b[i].usual[k].value);
		joined_words(&b[i], p, w, said, today);
	}
}
