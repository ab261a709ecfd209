/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/index.h"

#include "base/limits.h"

/* Variants of a name: two forms of some eleven letters, each without one of
 * them, and room; a few names may all have the 63 letters that there are. */
enum { VARIANTS = 24, FORM_BITS = 16, START_BITS = 16, SPARE = 1024 };

static uint64_t
power_of_two(uint64_t n)
{
	uint64_t p = 1;

	while (p < n)
		p *= 2;
	return p;
}

struct lookalikes *
lookalike_new(struct arena *a, size_t n)
{
	struct lookalikes *ix = arena_alloc(a, sizeof(*ix));

	if (ix == NULL || n > LIMIT_LOOKALIKE_NAMES)
		return NULL;
	ix->arena = a;
	ix->max = (uint32_t)n;
	ix->slots = power_of_two(n * VARIANTS + SPARE);
	ix->forms = power_of_two(n * FORM_BITS / 64 + 8);
	ix->starts = power_of_two(n * START_BITS / 64 + 8);
	ix->halves = power_of_two(n * START_BITS / 64 + 8);
	if (ix->starts > 1u << 15)
		ix->starts = 1u << 15;	/* what is in the cache is fast */
	powers_make(&ix->powers);
	ix->words = words_new(a);
	ix->slips = slips_new(a);
	ix->known = arena_array(a, n + 1, sizeof(*ix->known));
	ix->slot = arena_array(a, ix->slots, sizeof(*ix->slot));
	ix->form = arena_array(a, ix->forms, sizeof(*ix->form));
	ix->half = arena_array(a, ix->halves, sizeof(*ix->half));
	ix->start = arena_array(a, ix->starts, sizeof(*ix->start));
	return a->failed ? NULL : ix;
}

/* Of an eighth, which no variant takes, names in full need a third. */
static bool
is_full(const struct lookalikes *ix)
{
	return ix->used >= ix->slots - ix->slots / 8;
}

static void
put(struct lookalikes *ix, uint64_t m, uint32_t id)
{
	uint32_t value = (uint32_t)(m >> 52) << 20 | id;
	uint64_t i = m & (ix->slots - 1);
	unsigned same = 0;

	for (unsigned k = 0; k < LOOK_CHAIN && same < LOOK_SAME; k++) {
		if (ix->slot[i] == value)
			return;
		if (ix->slot[i] == 0 && is_full(ix))
			break;
		if (ix->slot[i] == 0) {
			ix->slot[i] = value;
			ix->used++;
			return;
		}
		same += ix->slot[i] >> 20 == value >> 20;
		i = (i + 1) & (ix->slots - 1);
	}
	ix->dropped++;
}

/* A name in full is never lost, and looking for one ends: some slots stay
 * free. */
static void
put_name(struct lookalikes *ix, struct span name, uint32_t id)
{
	uint64_t m = look_name_key(name), i = m & (ix->slots - 1);

	while (ix->slot[i] != 0)
		i = (i + 1) & (ix->slots - 1);
	ix->slot[i] = (uint32_t)(m >> 52) << 20 | id;
	ix->used++;
}

static void
filter_put(uint64_t *filter, uint64_t words, uint64_t m)
{
	filter[m >> 20 & (words - 1)] |= UINT64_C(1) << (m & 63) |
	    UINT64_C(1) << (m >> 6 & 63);
}

static void
put_form(struct lookalikes *ix, const struct form *f, uint32_t id)
{
	struct sums s;
	uint64_t m;

	form_sums(&s, f);
	m = form_key(&ix->powers, &s, 0, f->n);
	put(ix, m, id);
	if (f->n >= LOOK_START) {
		filter_put(ix->form, ix->forms, m);
		filter_put(ix->start, ix->starts,
		    form_key(&ix->powers, &s, 0, LOOK_START));
	}
	if (f->n <= LOOK_SHORT)
		return;
	for (unsigned i = 0; i < f->n; i++)
		if (i == 0 || f->c[i] != f->c[i - 1])
			put(ix, form_key_without(&ix->powers, &s, f->n, i),
			    id);
}

/* Either half of a long name, so that many slips in the other do not hide
 * it. */
static void
put_halves(struct lookalikes *ix, const struct form *f, uint32_t id)
{
	unsigned middle = f->n / 2u;
	struct sums s;
	uint64_t m;

	if (f->n < LOOK_LONG)
		return;
	form_sums(&s, f);
	for (unsigned i = 0; i < 2; i++) {
		m = LOOK_HALF ^ (i == 0 ? form_key(&ix->powers, &s, 0,
		    middle) : form_key(&ix->powers, &s, middle, f->n));
		put(ix, m, id);
		filter_put(ix->half, ix->halves, m);
	}
	/* by its last letters it is known that the tail may be there */
	filter_put(ix->start, ix->starts, form_key(&ix->powers, &s,
	    f->n - LOOK_START, f->n));
}

size_t
lookalike_suffix(struct span name)
{
	static const struct span second[] = {
		SPAN_INIT("com"), SPAN_INIT("co"), SPAN_INIT("net"),
		SPAN_INIT("org"), SPAN_INIT("gov"), SPAN_INIT("edu"),
		SPAN_INIT("ac"), SPAN_INIT("or"), SPAN_INIT("ne"),
		SPAN_INIT("go"), SPAN_INIT("gob"), SPAN_INIT("gouv"),
	};
	size_t dot = span_rfind(name, '.');
	struct span head, label;
	size_t n;

	if (dot >= name.len)
		return 0;
	n = name.len - dot - 1;
	head = span_head(name, dot);
	dot = span_rfind(head, '.');
	if (n != 2 || dot >= head.len)
		return n;
	label = span_skip(head, dot + 1);
	for (size_t i = 0; i < sizeof(second) / sizeof(second[0]); i++)
		if (span_eq(label, second[i]))
			return n + 1 + label.len;
	return n;
}

static bool
is_known(const struct lookalikes *ix, struct span name)
{
	uint64_t m = look_name_key(name), i = m & (ix->slots - 1);

	while (ix->slot[i] != 0) {
		uint32_t v = ix->slot[i];

		if (v >> 20 == m >> 52 &&
		    span_eq(known_name(ix->known[v & 0xfffff]), name))
			return true;
		i = (i + 1) & (ix->slots - 1);
	}
	return false;
}

struct span
lookalike_self(const struct lookalikes *ix, struct span name)
{
	for (;;) {
		size_t dot = span_find(name, '.');

		if (dot == name.len)	/* no known name has one label */
			return SPAN_NONE;
		if (is_known(ix, name))
			return name;
		name = span_skip(name, dot + 1);
	}
}

bool
lookalike_known(const struct lookalikes *ix, struct span name)
{
	return !span_absent(lookalike_self(ix, name));
}

static struct known *
known_make(struct lookalikes *ix, struct span name, size_t suffix,
    const struct reading *r)
{
	bool foreign = r->foreign > 0;
	size_t size = name.len + (foreign ? r->n : 0);
	struct known *k = arena_alloc(ix->arena, sizeof(*k) + size);
	struct buf text;

	if (k == NULL)
		return NULL;
	text = (struct buf){ .ptr = k->text, .cap = size };
	buf_put(&text, name);
	if (foreign)
		buf_put(&text, (struct span){ r->c, r->n });
	k->length = (uint8_t)name.len;
	k->suffix = (uint8_t)suffix;
	k->n = r->n;
	k->surprise = (uint16_t)words_surprise(ix->words, r->c, r->n);
	k->at = foreign ? (uint8_t)name.len : 0;
	return k;
}

bool
lookalike_add(struct lookalikes *ix, struct span name, size_t suffix)
{
	struct reading r;
	struct form light, deep;
	struct known *k;

	if (suffix == 0)
		suffix = lookalike_suffix(name);
	if (suffix == 0 || name.len > LIMIT_NAME || suffix + 2 > name.len ||
	    ix->n == ix->max ||
	    !reading_of(&r, span_head(name, name.len - suffix - 1)))
		return false;
	if (is_known(ix, name))
		return true;
	k = known_make(ix, name, suffix, &r);
	if (k == NULL)
		return false;
	ix->known[++ix->n] = k;
	put_name(ix, name, ix->n);
	fold_light(&light, &r, 0, r.n);
	fold_deep(&deep, &r, 0, r.n);
	put_form(ix, &light, ix->n);
	put_halves(ix, &light, ix->n);
	if (!form_eq(&light, &deep))
		put_form(ix, &deep, ix->n);
	return true;
}

void
lookalike_count(const struct lookalikes *ix, struct lookalike_counts *out)
{
	*out = (struct lookalike_counts){ .names = ix->n,
		.entries = ix->used, .slots = ix->slots,
		.dropped = ix->dropped, .octets = ix->arena->used };
}

struct span
lookalike_name(const struct lookalikes *ix, size_t i, size_t *suffix)
{
	*suffix = i < ix->n ? ix->known[i + 1]->suffix : 0;
	return i < ix->n ? known_name(ix->known[i + 1]) : SPAN_NONE;
}
