/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/tell.h"

#include "base/ascii.h"

enum { FOREIGN_TOLD = 3 };	/* characters of other scripts named */

struct span
lookalike_kind_name(enum lookalike_kind kind)
{
	static const struct span name[] = {
		[LOOKALIKE_NONE] = SPAN_INIT("none"),
		[LOOKALIKE_HOMOGRAPH] = SPAN_INIT("homograph"),
		[LOOKALIKE_VISUAL] = SPAN_INIT("visual"),
		[LOOKALIKE_HYPHEN] = SPAN_INIT("hyphen"),
		[LOOKALIKE_DOT] = SPAN_INIT("dot"),
		[LOOKALIKE_TYPO] = SPAN_INIT("typo"),
		[LOOKALIKE_SUFFIX] = SPAN_INIT("suffix-in-name"),
		[LOOKALIKE_TLD] = SPAN_INIT("other-suffix"),
		[LOOKALIKE_SUBDOMAIN] = SPAN_INIT("in-front"),
		[LOOKALIKE_COMBO] = SPAN_INIT("words-around"),
	};

	return kind < LOOKALIKE_KINDS ? name[kind] : SPAN_NONE;
}

struct span
edit_name(enum edit_op op)
{
	static const struct span name[] = {
		[EDIT_NONE] = SPAN_INIT("none"),
		[EDIT_VISUAL] = SPAN_INIT("same-shape"),
		[EDIT_BIT] = SPAN_INIT("one-bit"),
		[EDIT_KEY] = SPAN_INIT("next-key"),
		[EDIT_VOWEL] = SPAN_INIT("other-vowel"),
		[EDIT_OTHER] = SPAN_INIT("other-letter"),
		[EDIT_SWAP] = SPAN_INIT("swapped"),
		[EDIT_OMIT] = SPAN_INIT("left-out"),
		[EDIT_OMIT_DOUBLE] = SPAN_INIT("one-of-two"),
		[EDIT_INSERT] = SPAN_INIT("added"),
		[EDIT_INSERT_END] = SPAN_INIT("added-at-end"),
		[EDIT_DOUBLE] = SPAN_INIT("doubled"),
		[EDIT_HYPHEN] = SPAN_INIT("hyphen"),
		[EDIT_NO_HYPHEN] = SPAN_INIT("no-hyphen"),
	};

	return op < EDIT_OPS ? name[op] : SPAN_NONE;
}

/* Who asks about what is no name is answered in ASCII all the same. */
static void
put_clean(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_byte(out, is_vchar(span_at(s, i)) ?
		    (uint8_t)span_at(s, i) : '?');
}

/* "letter l", "digit one", or "rn" in quotes. */
static void
put_sign(struct buf *out, const uint8_t s[3])
{
	static const struct span digit[] = {
		SPAN_INIT("zero"), SPAN_INIT("one"), SPAN_INIT("two"),
		SPAN_INIT("three"), SPAN_INIT("four"), SPAN_INIT("five"),
		SPAN_INIT("six"), SPAN_INIT("seven"), SPAN_INIT("eight"),
		SPAN_INIT("nine"),
	};

	if (s[1] != 0) {
		buf_byte(out, '"');
		put_clean(out, (struct span){ s, 2 });
		buf_byte(out, '"');
	} else if (is_digit(s[0])) {
		buf_str(out, "digit ");
		buf_put(out, digit[s[0] - '0']);
	} else if (s[0] == '-') {
		buf_str(out, "a hyphen");
	} else if (s[0] > 0x7f) {
		buf_str(out, "a letter of another script");
	} else {
		buf_str(out, "letter ");
		put_clean(out, (struct span){ s, 1 });
	}
}

static void
put_for(struct buf *out, const struct edit *e, const char *why)
{
	put_sign(out, e->is);
	buf_str(out, " for ");
	put_sign(out, e->was);
	buf_str(out, why);
}

static void
put_one(struct buf *out, const char *before, const uint8_t s[3],
    const char *behind)
{
	buf_str(out, before);
	put_sign(out, s);
	buf_str(out, behind);
}

static void
put_edit(struct buf *out, const struct edit *e)
{
	switch (e->op) {
	case EDIT_NONE:
	case EDIT_OPS:
		break;
	case EDIT_VISUAL:
	case EDIT_OTHER:
		put_for(out, e, "");
		break;
	case EDIT_BIT:
		put_for(out, e, " (one bit apart)");
		break;
	case EDIT_KEY:
		put_for(out, e, " (its neighbour on the keyboard)");
		break;
	case EDIT_VOWEL:
		put_for(out, e, " (another vowel)");
		break;
	case EDIT_SWAP:
		put_for(out, e, " (letters changed places)");
		break;
	case EDIT_OMIT:
		put_one(out, "", e->was, " left out");
		break;
	case EDIT_OMIT_DOUBLE:
		put_one(out, "one ", e->was, " of two left out");
		break;
	case EDIT_INSERT:
	case EDIT_INSERT_END:
		put_one(out, "", e->is, " added");
		break;
	case EDIT_DOUBLE:
		put_one(out, "", e->is, " doubled");
		break;
	case EDIT_HYPHEN:
		buf_str(out, "a hyphen added");
		break;
	case EDIT_NO_HYPHEN:
		buf_str(out, "the hyphen left out");
		break;
	}
}

/* ---- the parts of a sentence --------------------------------------------- */

static void
comma(struct buf *out, bool *any)
{
	if (*any)
		buf_str(out, ", ");
	*any = true;
}

static void
put_hex(struct buf *out, uint32_t c)
{
	static const struct span digits = SPAN_INIT("0123456789ABCDEF");

	buf_str(out, "U+");
	for (unsigned shift = c > 0xffff ? 20 : 12; ; shift -= 4) {
		buf_byte(out, (uint8_t)span_at(digits, c >> shift & 15));
		if (shift == 0)
			return;
	}
}

/* Characters that are no ASCII, and what they are read as. */
static void
put_foreign(struct buf *out, struct span label, bool *any)
{
	struct points p;
	unsigned told = 0, more = 0;

	if (!label_read(&p, label))
		return;
	for (size_t i = 0; i < p.n; i++) {
		if (p.c[i] < 0x80)
			continue;
		if (told == FOREIGN_TOLD) {
			more++;
			continue;
		}
		comma(out, any);
		put_hex(out, p.c[i]);
		buf_str(out, " for ");
		reading_tell(out, p.c[i]);
		told++;
	}
	if (more > 0) {
		comma(out, any);
		buf_u64(out, more);
		buf_str(out, " more of such");
	}
}

static void
put_around(struct buf *out, const struct lookalike_hit *h, bool *any)
{
	struct span all = { h->reading.c, h->reading.n };
	struct span front = span_head(all, h->from);
	struct span behind = span_skip(all, h->to);

	if (front.len > 0) {
		comma(out, any);
		buf_byte(out, '"');
		put_clean(out, front);
		buf_str(out, "\" in front");
	}
	if (behind.len > 0) {
		comma(out, any);
		buf_byte(out, '"');
		put_clean(out, behind);
		buf_str(out, "\" behind");
	}
}

static void
put_suffix(struct buf *out, struct span name)
{
	size_t n = lookalike_suffix(name);

	buf_byte(out, '.');
	put_clean(out, span_skip(name, name.len - n));
}

/* rest, without the suffix of the known name that it may begin with. */
static struct span
behind(struct span rest, const struct lookalike_hit *h)
{
	struct span suffix = span_skip(h->name, h->name.len - h->suffix);

	if (span_starts(rest, suffix) && span_at(rest, suffix.len) == '.')
		return span_skip(rest, suffix.len + 1);
	return rest;
}

static void
put_place(struct buf *out, struct span name, const struct lookalike_hit *h,
    bool *any)
{
	size_t at = span_offset(name, h->label) + h->label.len + 1;

	switch (h->kind) {
	case LOOKALIKE_TLD:
		comma(out, any);
		buf_str(out, "the same name under ");
		put_suffix(out, name);
		break;
	case LOOKALIKE_SUBDOMAIN:
		comma(out, any);
		buf_str(out, "the known name in front of ");
		put_clean(out, behind(span_skip(name, at), h));
		break;
	case LOOKALIKE_DOT:
		comma(out, any);
		buf_str(out, "a dot within the name");
		break;
	case LOOKALIKE_SUFFIX:
		comma(out, any);
		buf_str(out, "the suffix within the name");
		break;
	case LOOKALIKE_COMBO:
		put_around(out, h, any);
		break;
	case LOOKALIKE_NONE:
	case LOOKALIKE_HOMOGRAPH:
	case LOOKALIKE_VISUAL:
	case LOOKALIKE_HYPHEN:
	case LOOKALIKE_TYPO:
	case LOOKALIKE_KINDS:
		break;
	}
}

void
lookalike_tell(struct buf *out, struct span name,
    const struct lookalike_hit *h)
{
	bool any = false;

	if (h->reading.foreign > 0 && !span_has(h->label, '.'))
		put_foreign(out, h->label, &any);
	for (unsigned i = 0; i < h->edits.n; i++) {
		if (i == EDITS_MAX) {
			comma(out, &any);
			buf_str(out, "and more");
			break;
		}
		comma(out, &any);
		put_edit(out, &h->edits.edit[i]);
	}
	put_place(out, name, h, &any);
	if (h->restriction >= RESTRICTION_MINIMALLY) {
		comma(out, &any);
		buf_str(out, "scripts that are never mixed");
	}
	if (!any)
		buf_str(out, "the same letters");
}
