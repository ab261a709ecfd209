/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/fold.h"

#include "base/ascii.h"
#include "wire/utf8.h"

enum script { SCRIPT_NONE = 0, SCRIPT_LATIN = 1, SCRIPT_OTHER = 2 };

struct folder {
	struct buf b;
	struct name_fold *out;
	size_t begin;		/* of the word                               */
	unsigned scripts;	/* bits, of the word                         */
	size_t alone;		/* words of one letter, one after the other  */
};

static const struct {
	uint32_t first;
	struct span letters;
} rows[] = {
#define X(first, letters) { first, SPAN_INIT(letters) },
#include "origin/fold.def"
#undef X
};

/* Alphabets that are Latin in another dress: A to Z, then a to z. */
static const struct {
	uint32_t first, last;
	unsigned letters;	/* 26: again after each                      */
} dresses[] = {
	{ 0x1d400, 0x1d6a3, 26 },	/* mathematical                     */
	{ 0x24b6, 0x24e9, 26 },		/* in circles                       */
	{ 0x249c, 0x24b5, 26 },		/* in parentheses                   */
	{ 0x1f110, 0x1f129, 26 }, { 0x1f130, 0x1f149, 26 },
	{ 0x1f150, 0x1f169, 26 }, { 0x1f170, 0x1f189, 26 },
	{ 0x1f1e6, 0x1f1ff, 26 },	/* letters of flags                 */
	{ 0xff21, 0xff3a, 26 }, { 0xff41, 0xff5a, 26 },	/* full width       */
};

/* Of fold.def, or 0. */
static int
letter_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int got = c < rows[i].first ? -1 :
		    span_at(rows[i].letters, c - rows[i].first);
		if (got >= 0)
			return got == '-' ? 0 : got;
	}
	return 0;
}

/* The case of those that look like no Latin letter. */
static uint32_t
lower_other(uint32_t c)
{
	if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

static int
undress(uint32_t c)
{
	for (size_t i = 0; i < sizeof(dresses) / sizeof(dresses[0]); i++)
		if (c >= dresses[i].first && c <= dresses[i].last)
			return 'a' + (int)((c - dresses[i].first) %
			    dresses[i].letters);
	/* mathematical digits, full-width digits */
	if (c >= 0x1d7ce && c <= 0x1d7ff)
		return '0' + (int)((c - 0x1d7ce) % 10);
	if (c >= 0xff10 && c <= 0xff19)
		return '0' + (int)(c - 0xff10);
	return 0;
}

static bool
is_other_script(uint32_t c)
{
	return c >= 0x370 && c < 0x530;		/* Greek, Cyrillic */
}

/* Marks above letters and what stands for an apostrophe: not there. */
static bool
is_nothing(uint32_t c)
{
	return c == '\'' || c == '`' || c == 0xb4 || c == 0x2b9 ||
	    c == 0x2bc || c == 0x2018 || c == 0x2019 ||
	    (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f) ||
	    utf8_kind(c) == UTF8_BIDI || utf8_kind(c) == UTF8_INVISIBLE;
}

/* Blanks, punctuation, symbols and pictures part words. */
static bool
is_parting(uint32_t c)
{
	return (c < 0x80 && !is_alnum((int)c)) || (c >= 0x80 && c < 0xc0) ||
	    c == 0xf7 || (c >= 0x2000 && c < 0x2c00) ||
	    (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
	    c == 0x30fb || (c >= 0xff01 && c <= 0xff0f) ||
	    (c >= 0x1f000 && c <= 0x1faff);
}

static int
last_letter(const struct folder *f)
{
	return f->b.len == f->begin ? 0 :
	    span_at(buf_span(&f->b), f->b.len - 1);
}

/* Letters that read as one together: rn, vv; and the ways to write what has
 * two dots above. */
static void
put_letter(struct folder *f, int c)
{
	int before = last_letter(f);

	if (c == 'e' && (before == 'a' || before == 'o' || before == 'u'))
		return;
	if ((c == 'n' && before == 'r') || (c == 'v' && before == 'v')) {
		f->b.len--;
		put_letter(f, c == 'n' ? 'm' : 'w');
		return;
	}
	if (c != before)
		buf_byte(&f->b, (uint8_t)c);
}

/* i, l, 1 and o, 0 are told apart by no hurried reader. */
static int
plain_letter(int c)
{
	c = to_lower(c);
	if (c == 'i' || c == '1')
		return 'l';
	return c == '0' ? 'o' : c;
}

static bool
is_title(struct span word)
{
	static const struct span title[] = { SPAN_INIT("dr"),
		SPAN_INIT("prof"), SPAN_INIT("mr"), SPAN_INIT("mrs"),
		SPAN_INIT("ms"), SPAN_INIT("her"), SPAN_INIT("frau"),
		SPAN_INIT("mba"), SPAN_INIT("phd"), SPAN_INIT("jr"),
		SPAN_INIT("sr"), SPAN_INIT("med"), SPAN_INIT("lng"),
		SPAN_INIT("dlpl"), SPAN_INIT("slr"), SPAN_INIT("msc"),
		SPAN_INIT("bsc") };	/* as they are folded */

	for (size_t i = 0; i < sizeof(title) / sizeof(title[0]); i++)
		if (span_eq(word, title[i]))
			return true;
	return false;
}

/* "E r i k a" is one word; "E. M." are two initials. */
static void
join_letters(struct folder *f)
{
	struct span before;

	f->alone = f->b.len - f->begin == 1 ? f->alone + 1 : 0;
	if (f->alone < 3 || f->out->n < 2)
		return;
	before = span_head(buf_span(&f->b), f->begin);
	if (span_at(before, before.len - 1) == last_letter(f))
		f->b.len--;
	f->out->n -= f->alone == 3 ? 2 : 1;
	f->begin = span_offset(buf_span(&f->b), f->out->word[f->out->n]);
}

static void
end_word(struct folder *f)
{
	struct span word;

	if (f->b.len == f->begin)
		return;
	join_letters(f);
	word = span_skip(buf_span(&f->b), f->begin);
	if (f->scripts == (SCRIPT_LATIN | SCRIPT_OTHER))
		f->out->mixed = true;
	f->scripts = 0;
	if (is_title(word) || f->out->n == LIMIT_NAME_WORDS)
		f->b.len = f->begin;
	else
		f->out->word[f->out->n++] = word;
	f->begin = f->b.len;
}

static void
put_char(struct folder *f, uint32_t c)
{
	int dressed = undress(c);
	int letter = c < 0x80 ? (int)c : dressed != 0 ? dressed :
	    letter_of(c);

	if (letter == 0)
		letter = letter_of(lower_other(c));
	if (dressed != 0)
		f->out->styled = true;
	if (is_nothing(c))
		return;
	if (dressed == 0 && is_parting(c)) {
		end_word(f);
		return;
	}
	if (is_other_script(c))
		f->scripts |= SCRIPT_OTHER;
	else if (letter != 0 && is_alpha(letter))
		f->scripts |= SCRIPT_LATIN;
	if (letter != 0)
		put_letter(f, plain_letter(letter));
	else
		utf8_put(&f->b, lower_other(c));
}

bool
name_fold(struct name_fold *out, struct span text, struct arena *a)
{
	struct folder f = { .out = out };

	text = span_head(text, LIMIT_DISPLAY);
	*out = (struct name_fold){ .n = 0 };
	/* no character folds to more octets than it has */
	f.b = arena_buf(a, text.len);
	while (text.len > 0) {
		int32_t c = utf8_next(&text);

		if (c >= 0)
			put_char(&f, (uint32_t)c);
		else
			end_word(&f);
	}
	end_word(&f);
	out->joined = buf_span(&f.b);
	return !a->failed;
}

static bool
stands_for(struct span a, struct span b, bool *initials)
{
	if (span_eq(a, b))
		return true;
	if (a.len != 1 && b.len != 1)
		return false;
	*initials = true;
	return span_at(a, 0) == span_at(b, 0);
}

/* Each word of a has a partner of its own in b; long words first, so that
 * an initial takes what is left. */
bool
name_same(const struct name_fold *a, const struct name_fold *b,
    bool *initials)
{
	bool used[LIMIT_NAME_WORDS] = { false }, met[LIMIT_NAME_WORDS] =
	    { false };
	size_t whole = 0, found = 0;

	*initials = false;
	if (a->n != b->n || a->n == 0)
		return false;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < a->n; i++)
			for (size_t k = 0; k < b->n && !met[i]; k++) {
				bool short_one = false;

				if (used[k] || !stands_for(a->word[i],
				    b->word[k], &short_one) ||
				    short_one != (pass == 1))
					continue;
				met[i] = used[k] = true;
				found++;
				whole += !short_one &&
				    a->word[i].len > 1;
				*initials = *initials || short_one;
			}
	return found == a->n && whole > 0;
}

/* Words of a from i on, put together, are text. */
static bool
reads_as(const struct name_fold *a, size_t i, struct span text)
{
	while (i < a->n && text.len > 0) {
		if (!span_starts(text, a->word[i]))
			return false;
		text = span_skip(text, a->word[i++].len);
	}
	return text.len == 0;
}

size_t
name_find(const struct name_fold *a, const struct name_fold *part)
{
	for (size_t i = 0; i < a->n && part->joined.len > 0; i++)
		if (reads_as(a, i, part->joined))
			return i;
	return a->n;
}
