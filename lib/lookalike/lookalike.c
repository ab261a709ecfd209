/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike.c - a name against the index: what could be meant, and how likely.
 */
#include "lookalike/index.h"
#include "lookalike/label.h"

#include "base/limits.h"

enum {
	TRIES = 32,		/* comparisons of one name: honest ones need
				 * three                                    */
	WINDOWS = 12,		/* parts of a label sought with slips       */
	/* tenths of a bit against a likeness of each kind: how rarely it is
	 * meant when it is there */
	P_WHOLE = 75, P_TLD = 75, P_COMBO = 140, P_SUFFIX = 80, P_DOT = 100,
	P_SUBDOMAIN = 80, P_LABEL = 190,
	P_MIDDLE = 25,		/* letters of no word on both sides         */
	FOREIGN = 50,		/* for it: few honest names have one        */
	MIXED = 30,		/* ... and mix scripts that are never mixed */
	P_LEAST = 75 - 60,	/* the least of them, with the best words   */
	FIRST_LETTER = 20,	/* the first letter of a part costs more than
				 * where it stands                          */
	NEAR = -150		/* what is less likely is not even near     */
};

struct best {
	uint32_t id;
	enum lookalike_kind kind;
	int bits;
	uint8_t from, to;
	enum place place;
	enum restriction restriction;
	struct span text;
};

struct query {
	const struct lookalikes *ix;
	struct span suffix;		/* of the candidate                 */
	struct span self;		/* known, but not asked about       */
	struct label l;
	struct best best;		/* so far; id 0: none               */
	unsigned tries;
	uint32_t seen[TRIES];		/* id, from, to                     */
};

/* ---- what it is worth ---------------------------------------------------- */

/* What stands around the part is the suffix of the known name. */
static bool
is_suffix(const struct label *l, unsigned from, unsigned to,
    const struct known *k)
{
	struct span suffix = span_skip(known_name(k),
	    (size_t)k->length - k->suffix);
	size_t at = 0;

	if (from != 0)
		return false;
	for (unsigned i = to; i < l->r.n; i++) {
		if (l->r.c[i] == '-')
			continue;
		if (span_at(suffix, at) == '.')
			at++;
		if (span_at(suffix, at) != l->r.c[i])
			return false;
		at++;
	}
	return at == suffix.len;
}

/* Of the label before any of the known name was met. */
static int
worth_of_script(const struct label *l)
{
	if (l->r.foreign == 0)
		return 0;
	return FOREIGN + (l->restriction >= RESTRICTION_MINIMALLY ? MIXED : 0);
}

/* The whole label is the known one, or nearly; LOOKALIKE_TYPO stands for all
 * kinds of likeness within a label until one of them has won. */
static int
weigh_whole(const struct query *q, const struct known *k, unsigned price,
    enum lookalike_kind *kind)
{
	const struct label *l = &q->l;
	struct span name = known_name(k);

	switch (l->place) {
	case PLACE_SUB:
		*kind = LOOKALIKE_SUBDOMAIN;
		return span_starts(l->next, span_skip(name,
		    name.len - k->suffix)) ? -P_SUBDOMAIN : -P_LABEL;
	case PLACE_JOINED:
		*kind = LOOKALIKE_DOT;
		return -P_DOT;
	case PLACE_LABEL:
		break;
	}
	*kind = LOOKALIKE_TYPO;
	if (price > 0 || !span_eq(l->text, span_head(name, name.len -
	    k->suffix - 1)))
		return -P_WHOLE;
	*kind = LOOKALIKE_TLD;
	return suffix_odds(q->suffix) - P_TLD;
}

static int
weigh_part(const struct query *q, const struct known *k, unsigned from,
    unsigned to, enum lookalike_kind *kind)
{
	const struct words *w = q->ix->words;
	const uint8_t *c = q->l.r.c;
	unsigned n = q->l.r.n;
	bool middle = from > 0 && c[from - 1] != '-' && to < n &&
	    c[to] != '-';

	if (is_suffix(&q->l, from, to, k)) {
		*kind = LOOKALIKE_SUFFIX;
		return -P_SUFFIX;
	}
	*kind = LOOKALIKE_COMBO;
	return words_odds(w, c, from) + words_odds(w, &c[to], n - to) +
	    suffix_odds(q->suffix) - P_COMBO - (middle ? P_MIDDLE : 0);
}

/* ---- comparing ----------------------------------------------------------- */

static bool
seen(struct query *q, uint32_t id, unsigned from, unsigned to)
{
	uint32_t what = id | from << 20 | to << 26;

	for (unsigned i = 0; i < q->tries; i++)
		if (q->seen[i] == what)
			return true;
	if (q->tries == TRIES)
		return true;
	q->seen[q->tries++] = what;
	return false;
}

/* A short label must be the known one, but for what is the same to the eye. */
static bool
short_equal(const struct label *l, unsigned from, unsigned to,
    const struct known *k)
{
	struct reading r = { .n = k->n };
	struct form is, was;

	for (unsigned i = 0; i < k->n; i++)
		r.c[i] = k->text[k->at + i];
	fold_light(&was, &r, 0, r.n);
	fold_light(&is, &l->r, from, to);
	return form_eq(&is, &was);
}

static void
compare(struct query *q, uint32_t id, unsigned from, unsigned to)
{
	const struct known *k = q->ix->known[id];
	const struct label *l = &q->l;
	enum lookalike_kind kind;
	unsigned price;
	int bits;

	if (seen(q, id, from, to) || span_eq(known_name(k), q->self))
		return;
	if (k->n <= LOOK_SHORT && !short_equal(l, from, to, k))
		return;
	price = slips_price(q->ix->slips, &l->r.c[from], to - from,
	    &k->text[k->at], k->n);
	/* what words could make of it is less */
	bits = l->letters[to] - l->letters[from] + FIRST_LETTER +
	    worth_of_script(l) - (int)price;
	if (price == EDIT_FAR || bits - P_LEAST <= q->best.bits)
		return;
	bits = worth_of_script(l) - (int)price +
	    (from == 0 && to == l->r.n ? weigh_whole(q, k, price, &kind) :
	    weigh_part(q, k, from, to, &kind));
	if (bits + l->letters[to] - l->letters[from] + FIRST_LETTER <=
	    q->best.bits)
		return;
	bits += price == 0 ? (int)k->surprise : (int)words_surprise(
	    q->ix->words, &l->r.c[from], to - from);
	if (bits <= q->best.bits)
		return;
	q->best = (struct best){ .id = id, .kind = kind, .bits = bits,
		.from = (uint8_t)from, .to = (uint8_t)to, .place = l->place,
		.restriction = l->restriction, .text = l->text };
}

/* ---- seeking ------------------------------------------------------------- */

/* Four slots at once, without a branch that nobody can foretell: none has
 * the tag, and one is free. */
static inline bool
nothing_at(const struct lookalikes *ix, uint64_t m)
{
	uint64_t i = m & (ix->slots - 1);
	uint32_t tag = (uint32_t)(m >> 52);
	unsigned same = 0, empty = 0;

	if (i + 4 > ix->slots)
		return false;
	for (unsigned k = 0; k < 4; k++) {
		same |= ix->slot[i + k] >> 20 == tag;
		empty |= ix->slot[i + k] == 0;
	}
	return same == 0 && empty != 0;
}

static void
probe(struct query *q, uint64_t m, unsigned from, unsigned to)
{
	const struct lookalikes *ix = q->ix;
	uint64_t i = m & (ix->slots - 1);

	for (unsigned k = 0; k < LOOK_CHAIN && ix->slot[i] != 0; k++) {
		if (ix->slot[i] >> 20 == m >> 52)
			compare(q, ix->slot[i] & 0xfffff, from, to);
		i = (i + 1) & (ix->slots - 1);
	}
}

/* Keys that are asked for together, so that memory is waited for once. */
struct batch { uint64_t m[2 * (READING_MAX + 1)]; unsigned n; };

static void
batch_key(struct batch *b, const struct lookalikes *ix, uint64_t m)
{
	__builtin_prefetch(&ix->slot[m & (ix->slots - 1)]);
	b->m[b->n++] = m;
}

/* The form as it is and, with slips, without each of its letters. */
static void
batch_form(struct batch *b, const struct lookalikes *ix,
    const struct form *f, bool slips)
{
	__attribute__((uninitialized)) struct sums s;

	if (f->n == 0)
		return;
	form_sums(&s, f);
	batch_key(b, ix, form_key(&ix->powers, &s, 0, f->n));
	if (!slips || f->n <= LOOK_SHORT)
		return;
	for (unsigned i = 0; i < f->n; i++)
		if (i == 0 || f->c[i] != f->c[i - 1])
			batch_key(b, ix, form_key_without(&ix->powers, &s,
			    f->n, i));
}

static void
probe_batch(struct query *q, const struct batch *b, unsigned from,
    unsigned to)
{
	for (unsigned i = 0; i < b->n; i++)
		if (!nothing_at(q->ix, b->m[i]))
			probe(q, b->m[i], from, to);
}

/* The label as a whole, in both forms. */
static void
probe_label(struct query *q, bool slips)
{
	__attribute__((uninitialized)) struct batch b;

	label_fold(&q->l);
	b.n = 0;
	batch_form(&b, q->ix, &q->l.light, slips);
	if (q->l.two)
		batch_form(&b, q->ix, &q->l.deep, slips);
	/* while memory answers */
	letters_surprise(q->l.letters, q->l.r.c, q->l.r.n);
	probe_batch(q, &b, 0, q->l.r.n);
}

/* Octets from..to-1 of the reading, with slips. */
static void
probe_window(struct query *q, unsigned from, unsigned to)
{
	__attribute__((uninitialized)) struct batch b;
	__attribute__((uninitialized)) struct form f;

	b.n = 0;
	fold_light(&f, &q->l.r, from, to);
	batch_form(&b, q->ix, &f, true);
	probe_batch(q, &b, from, to);
}

/* Known names anywhere in the form. */
static void
scan(struct query *q, const struct form *f)
{
	const struct lookalikes *ix = q->ix;
	__attribute__((uninitialized)) struct sums s;

	if (f->n <= LOOK_START)
		return;
	form_sums(&s, f);
	for (unsigned i = 0; i + LOOK_START <= f->n; i++) {
		if (!look_filter(ix->start, ix->starts,
		    form_key(&ix->powers, &s, i, i + LOOK_START)))
			continue;
		for (unsigned k = i + LOOK_START; k <= f->n; k++) {
			uint64_t m = form_key(&ix->powers, &s, i, k);

			if (look_filter(ix->form, ix->forms, m))
				probe(q, m, f->from[i], f->to[k - 1]);
		}
	}
}

/* Long names by one half: the first k letters or the last. */
static void
seek_half(struct query *q, const struct sums *s, bool tail)
{
	const struct lookalikes *ix = q->ix;
	unsigned n = q->l.light.n;
	uint64_t m = tail ? form_key(&ix->powers, s, n - LOOK_START, n) :
	    form_key(&ix->powers, s, 0, LOOK_START);

	if (!look_filter(ix->start, ix->starts, m))
		return;
	for (unsigned k = LOOK_LONG / 2; k < n; k++) {
		m = LOOK_HALF ^ (tail ? form_key(&ix->powers, s, n - k, n) :
		    form_key(&ix->powers, s, 0, k));
		if (look_filter(ix->half, ix->halves, m))
			probe(q, m, 0, q->l.r.n);
	}
}

static void
seek_halves(struct query *q)
{
	__attribute__((uninitialized)) struct sums s;

	if (q->l.light.n + 3 < LOOK_LONG)
		return;
	form_sums(&s, &q->l.light);
	seek_half(q, &s, false);
	seek_half(q, &s, true);
}

struct windows { uint8_t from[WINDOWS], to[WINDOWS], n; };

static void
window_add(struct windows *w, unsigned from, unsigned to)
{
	if (w->n == WINDOWS || to < from + LOOK_START)
		return;
	w->from[w->n] = (uint8_t)from;
	w->to[w->n] = (uint8_t)to;
	w->n++;
}

/* What remains of from..to-1 without a word at either end. */
static void
strip_words(const struct query *q, unsigned from, unsigned to,
    struct windows *w)
{
	const struct words *words = q->ix->words;
	const uint8_t *c = q->l.r.c;
	unsigned room = to - from, head, tail;

	if (room <= LOOK_START)
		return;
	room -= LOOK_START;	/* what remains is looked up */
	head = words_head(words, &c[from], room);
	tail = room < to - from ? words_tail(words, &c[to - room], room) : 0;
	if (head > 0)
		window_add(w, from + head, to);
	if (tail > 0)
		window_add(w, from, to - tail);
	if (head > 0 && tail > 0 && from + head + tail < to)
		window_add(w, from + head, to - tail);
}

/* The parts between hyphens; with words, what remains of each without. */
static void
windows_of(const struct label *l, const struct query *q, bool words,
    struct windows *w)
{
	unsigned from = 0;

	w->n = 0;
	for (unsigned i = 0; i <= l->r.n; i++) {
		if (i < l->r.n && l->r.c[i] != '-')
			continue;
		if (words)
			strip_words(q, from, i, w);
		else if (from > 0 || i < l->r.n)
			window_add(w, from, i);
		from = i + 1;
	}
}

static void
seek_windows(struct query *q, bool words)
{
	__attribute__((uninitialized)) struct windows w;

	windows_of(&q->l, q, words, &w);
	for (unsigned i = 0; i < w.n; i++)
		probe_window(q, w.from[i], w.to[i]);
}

/* Parts of it. */
static void
seek_parts(struct query *q)
{
	if (q->best.bits > 0)
		return;
	scan(q, &q->l.light);
	if (q->l.two)
		scan(q, &q->l.deep);
	seek_windows(q, false);
	if (q->best.bits <= 0)
		seek_windows(q, true);
	if (q->best.bits <= 0)
		seek_halves(q);
}

/* ---- the host ------------------------------------------------------------ */

/* The last label of head, which loses it. */
static struct span
last_label(struct span *head)
{
	size_t dot = span_rfind(*head, '.');
	struct span label = dot < head->len ? span_skip(*head, dot + 1) :
	    *head;

	*head = span_head(*head, dot < head->len ? dot : 0);
	return label;
}

/* A dot in the name, steamc.ommunity.com, and the known name in front of
 * another, paypal.com.example.top. */
static void
seek_front(struct query *q, struct span head, struct span name)
{
	for (unsigned i = 0; i < LIMIT_LOOKALIKE_LABELS && head.len > 0;
	    i++) {
		struct span sub = last_label(&head);
		size_t at = span_offset(name, sub);

		if (i == 0 && label_take_joined(&q->l, span_slice(name, at,
		    name.len - q->suffix.len - 1)))
			probe_label(q, false);
		q->l.next = span_skip(name, at + sub.len + 1);
		if (label_take(&q->l, sub, PLACE_SUB))
			probe_label(q, false);
	}
}

/* ---- the hit ------------------------------------------------------------- */

static enum lookalike_kind
kind_of(const struct lookalike_hit *hit, const struct known *k)
{
	if (hit->kind != LOOKALIKE_TYPO || !edits_visual(&hit->edits))
		return hit->kind;
	if (hit->reading.foreign > 0 || k->at > 0)
		return LOOKALIKE_HOMOGRAPH;
	for (unsigned i = 0; i < hit->edits.n; i++)
		if (hit->edits.edit[i].op == EDIT_VISUAL)
			return LOOKALIKE_VISUAL;
	return LOOKALIKE_HYPHEN;
}

/* All that can be told of the one that won. */
static void
tell(const struct query *q, struct lookalike_hit *hit)
{
	const struct best *b = &q->best;
	const struct known *k = q->ix->known[b->id];
	__attribute__((uninitialized)) struct label l;

	*hit = (struct lookalike_hit){ .kind = b->kind,
		.name = known_name(k), .suffix = k->suffix, .bits = b->bits,
		.restriction = b->restriction, .label = b->text,
		.from = b->from, .to = b->to };
	if (b->place == PLACE_JOINED ? label_take_joined(&l, b->text) :
	    label_take(&l, b->text, b->place))
		hit->reading = l.r;
	(void)edits_between(&hit->edits, q->ix->slips,
	    &hit->reading.c[b->from], (unsigned)b->to - b->from,
	    &k->text[k->at], k->n);
	hit->kind = kind_of(hit, k);
}

/* known: it may be one of them, and then is like none. */
static bool
find(const struct lookalikes *ix, struct span name, size_t suffix,
    struct lookalike_hit *hit, bool known, struct span self)
{
	__attribute__((uninitialized)) struct query q;
	struct span head, label;

	hit->kind = LOOKALIKE_NONE;
	hit->bits = 0;
	if (suffix == 0)
		suffix = lookalike_suffix(name);
	if (ix->n == 0 || name.len > LIMIT_NAME || suffix + 2 > name.len)
		return false;
	q.ix = ix;
	q.self = self;
	q.tries = 0;
	q.best.id = 0;
	q.best.bits = NEAR;
	q.suffix = span_skip(name, name.len - suffix);
	head = span_head(name, name.len - suffix - 1);
	label = last_label(&head);
	/* a known name finds itself by its label, so that nobody else pays
	 * for the question whether he is known */
	if (label_take(&q.l, label, PLACE_LABEL)) {
		probe_label(&q, true);
		if (q.best.id != 0 && known && lookalike_known(ix, name))
			return false;
		seek_parts(&q);
	}
	if (head.len > 0)
		seek_front(&q, head, name);
	/* what stands in a part of it may be found by what is left alone */
	if (q.best.id == 0 || (known && lookalike_known(ix, name)))
		return false;
	tell(&q, hit);
	return hit->bits > 0;
}

bool
lookalike_find(const struct lookalikes *ix, struct span name, size_t suffix,
    struct lookalike_hit *hit)
{
	return find(ix, name, suffix, hit, true, SPAN_NONE);
}

bool
lookalike_find_other(const struct lookalikes *ix, struct span name,
    size_t suffix, struct lookalike_hit *hit)
{
	return find(ix, name, suffix, hit, false, lookalike_self(ix, name));
}

bool
lookalike_confusable(const struct lookalike_hit *hit)
{
	struct span was = span_head(hit->name, hit->name.len - hit->suffix -
	    1);
	struct skeleton a, b;
	struct points p;

	if (span_eq(hit->label, was) || !label_read(&p, hit->label))
		return false;
	skeleton_of(&a, &p);
	if (!label_read(&p, was))
		return false;
	skeleton_of(&b, &p);
	return skeleton_eq(&a, &b);
}
