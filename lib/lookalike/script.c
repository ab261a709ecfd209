/* SPDX-License-Identifier: Apache-2.0 */
/* script.c - which scripts a label is written in: UTS #39 5. */
#include "lookalike/skeleton.h"

struct range { uint32_t from; uint8_t set; };
struct set { uint64_t w[4]; };

#define SET(...)
#define SCRIPT(...)
#define RANGE(from, set) { from, set },
static const struct range ranges[] = {
#include "lookalike/scripts.def"
};
#undef SET
#undef RANGE
#define RANGE(...)
#define SET(a, b, c, d) { { a, b, c, d } },
static const struct set sets[] = {
#include "lookalike/scripts.def"
};
#undef SET
#undef SCRIPT
#define SET(...)
#define SCRIPT(name, number) SCRIPT_##name = number,
enum script {
#include "lookalike/scripts.def"
};

static const struct set *
set_of(uint32_t c)
{
	size_t low = 0, n = sizeof(ranges) / sizeof(ranges[0]);

	while (n - low > 1) {
		size_t mid = low + (n - low) / 2;

		if (c < ranges[mid].from)
			n = mid;
		else
			low = mid;
	}
	return &sets[ranges[low].set];
}

static bool
has(const struct set *s, enum script script)
{
	return (s->w[script / 64] >> script % 64 & 1) != 0;
}

static bool
none(const struct set *s)
{
	return (s->w[0] | s->w[1] | s->w[2] | s->w[3]) == 0;
}

/* UTS #39 5.1: the scripts that could have written all of it, or all of it
 * but what is Latin. */
static struct set
resolved(const struct points *label, bool without_latin)
{
	struct set all = { { ~0ull, ~0ull, ~0ull, ~0ull } };

	for (size_t i = 0; i < label->n; i++) {
		const struct set *s = set_of(label->c[i]);

		if (without_latin && has(s, SCRIPT_LATIN))
			continue;
		for (size_t k = 0; k < 4; k++)
			all.w[k] &= s->w[k];
	}
	return all;
}

enum restriction
restriction_level(const struct points *label)
{
	struct set all = resolved(label, false);
	struct set rest = resolved(label, true);
	size_t ascii = 0;

	for (size_t i = 0; i < label->n; i++)
		ascii += label->c[i] < 0x80;
	if (ascii == label->n)
		return RESTRICTION_ASCII;
	if (!none(&all))
		return RESTRICTION_SINGLE_SCRIPT;
	if (has(&rest, SCRIPT_HANB) || has(&rest, SCRIPT_JAPANESE) ||
	    has(&rest, SCRIPT_KOREAN))
		return RESTRICTION_HIGHLY;
	if (!none(&rest) && !has(&rest, SCRIPT_CYRILLIC) &&
	    !has(&rest, SCRIPT_GREEK) && !has(&rest, SCRIPT_CHEROKEE))
		return RESTRICTION_MODERATELY;
	return RESTRICTION_MINIMALLY;
}
