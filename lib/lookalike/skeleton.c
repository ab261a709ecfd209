/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/skeleton.h"

#include "base/ascii.h"

struct map { uint32_t c; uint16_t at; uint8_t n; };
struct range { uint32_t from, to; uint8_t class; };
struct read { uint32_t c; char as[5]; };

#define X(c, at, n, ...) { c, at, n },
static const struct map decomposition[] = {
#include "lookalike/decompositions.def"
};
static const struct map prototype[] = {
#include "lookalike/prototypes.def"
};
#undef X
#define X(c, at, n, ...) __VA_ARGS__,
static const uint32_t decomposed[] = {
#include "lookalike/decompositions.def"
};
static const uint32_t prototypes[] = {
#include "lookalike/prototypes.def"
};
#undef X
#define X(from, to, class) { from, to, class },
static const struct range class_range[] = {
#include "lookalike/classes.def"
};
#undef X
#define X(c, as) { c, as },
static const struct read readings[] = {
#include "lookalike/readings.def"
};
#undef X

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct map *
map_find(const struct map *table, size_t n, uint32_t c)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (table[mid].c == c)
			return &table[mid];
		if (table[mid].c < c)
			low = mid + 1;
		else
			n = mid;
	}
	return NULL;
}

static unsigned
class_of(uint32_t c)
{
	size_t low = 0, n = COUNT(class_range);

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (c < class_range[mid].from)
			n = mid;
		else if (c > class_range[mid].to)
			low = mid + 1;
		else
			return class_range[mid].class;
	}
	return 0;
}

/* What has no room is left out; a label always has room. */
static void
put(struct skeleton *s, uint32_t c)
{
	if (s->n < SKELETON_MAX)
		s->c[s->n++] = c;
}

/* The Unicode Standard 3.12: Hangul syllables decompose by rule. */
static bool
put_hangul(struct skeleton *s, uint32_t c)
{
	uint32_t i = c - 0xac00;

	if (c < 0xac00 || i >= 11172)
		return false;
	put(s, 0x1100 + i / 588);
	put(s, 0x1161 + i % 588 / 28);
	if (i % 28 != 0)
		put(s, 0x11a7 + i % 28);
	return true;
}

static void
put_mapped(struct skeleton *s, const struct map *table, size_t n,
    const uint32_t *pool, uint32_t c)
{
	const struct map *m = map_find(table, n, c);

	for (size_t i = 0; m != NULL && i < m->n; i++)
		put(s, pool[m->at + i]);
	if (m == NULL)
		put(s, c);
}

/* The Unicode Standard 3.11, D108: marks in the order of their classes. */
static void
reorder(struct skeleton *s)
{
	for (size_t i = 1; i < s->n; i++) {
		uint32_t c = s->c[i];
		unsigned class = class_of(c);
		size_t k = i;

		if (class == 0)
			continue;
		while (k > 0 && class_of(s->c[k - 1]) > class) {
			s->c[k] = s->c[k - 1];
			k--;
		}
		s->c[k] = c;
	}
}

void
skeleton_of(struct skeleton *out, const struct points *label)
{
	struct skeleton d;

	d.n = 0;
	for (size_t i = 0; i < label->n; i++)
		if (!put_hangul(&d, label->c[i]))
			put_mapped(&d, decomposition, COUNT(decomposition),
			    decomposed, label->c[i]);
	reorder(&d);
	out->n = 0;
	for (size_t i = 0; i < d.n; i++)
		put_mapped(out, prototype, COUNT(prototype), prototypes,
		    d.c[i]);
	reorder(out);
}

bool
skeleton_eq(const struct skeleton *a, const struct skeleton *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->c[i] != b->c[i])
			return false;
	return true;
}

/* ---- reading ------------------------------------------------------------- */

static const char *
read_as(uint32_t c)
{
	size_t low = 0, n = COUNT(readings);

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (readings[mid].c == c)
			return readings[mid].as;
		if (readings[mid].c < c)
			low = mid + 1;
		else
			n = mid;
	}
	return NULL;
}

static bool
read_point(struct reading *r, uint32_t c)
{
	uint8_t other[2] = { (uint8_t)(0x80 | ((c * 0x9e3779b1u) >> 25)), 0 };
	const char *as = c < 0x80 ? NULL : read_as(c);

	if (c < 0x80)
		other[0] = (uint8_t)c;
	else
		r->foreign++;
	for (size_t i = 0; as != NULL ? as[i] != '\0' : i < 1; i++) {
		if (r->n == READING_MAX)
			return false;
		r->c[r->n++] = as != NULL ? (uint8_t)as[i] : other[0];
	}
	return true;
}

bool
reading_of(struct reading *out, struct span label)
{
	__attribute__((uninitialized)) struct points p;

	out->n = 0;
	out->foreign = 0;
	if (!span_istarts(label, SPAN("xn--"))) {
		for (size_t i = 0; i < label.len && i < READING_MAX; i++)
			out->c[i] = (uint8_t)to_lower(span_at(label, i));
		out->n = (uint8_t)(label.len < READING_MAX ? label.len : 0);
		return label.len < READING_MAX;
	}
	(void)label_read(&p, label);
	if (label.len >= READING_MAX)
		return false;
	for (size_t i = 0; i < p.n; i++)
		if (!read_point(out, p.c[i]))
			return false;
	return true;
}

void
reading_tell(struct buf *out, uint32_t c)
{
	const char *as = read_as(c);

	if (as == NULL) {
		buf_str(out, "no letter that it resembles");
	} else if (as[0] == '\0') {
		buf_str(out, "nothing that is seen");
	} else {
		buf_str(out, as[1] == '\0' ? is_digit(as[0]) ? "digit " :
		    "letter " : "letters ");
		buf_str(out, as);
	}
}
