/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.c - which scripts and which language a text is written in, and what
 * its triples of letters look like.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "crypto/siphash.h"
#include "wire/utf8.h"

enum script { LATIN, LATIN_MARKED, GREEK, CYRILLIC, HEBREW, ARABIC, INDIC,
    THAI, KANA, HAN, HANGUL, OTHER, N_SCRIPT };

/* First and last code points (Unicode, Blocks.txt), coarsely. */
static const struct { uint32_t from, to; enum script script; } blocks[] = {
	{ 0x00c0, 0x024f, LATIN_MARKED }, { 0x0370, 0x03ff, GREEK },
	{ 0x0400, 0x052f, CYRILLIC }, { 0x0590, 0x05ff, HEBREW },
	{ 0x0600, 0x077f, ARABIC }, { 0x0900, 0x0dff, INDIC },
	{ 0x0e00, 0x0e7f, THAI }, { 0x1e00, 0x1eff, LATIN_MARKED },
	{ 0x1f00, 0x1fff, GREEK }, { 0x2000, 0x2fff, N_SCRIPT },
	{ 0x3000, 0x303f, N_SCRIPT }, { 0x3040, 0x30ff, KANA },
	{ 0x3400, 0x9fff, HAN }, { 0xac00, 0xd7af, HANGUL },
	{ 0xfe00, 0xfeff, N_SCRIPT }, { 0xff66, 0xff9f, KANA },
	{ 0x1f000, 0x1ffff, N_SCRIPT }, { 0x20000, 0x3ffff, HAN },
};
static const struct span names[N_SCRIPT] = {
	[LATIN] = SPAN_INIT("latin"), [LATIN_MARKED] = SPAN_INIT("marked"),
	[GREEK] = SPAN_INIT("greek"), [CYRILLIC] = SPAN_INIT("cyrillic"),
	[HEBREW] = SPAN_INIT("hebrew"), [ARABIC] = SPAN_INIT("arabic"),
	[INDIC] = SPAN_INIT("indic"), [THAI] = SPAN_INIT("thai"),
	[KANA] = SPAN_INIT("kana"), [HAN] = SPAN_INIT("han"),
	[HANGUL] = SPAN_INIT("hangul"), [OTHER] = SPAN_INIT("other"),
};

static enum script
script_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (c >= blocks[i].from && c <= blocks[i].to)
			return blocks[i].script;
	return c < 0xc0 ? N_SCRIPT : OTHER;
}

/* Those that at least a twentieth of the letters is of. */
static void
read_scripts(struct reading *r, enum trait t, struct span text)
{
	size_t count[N_SCRIPT + 1] = { 0 }, all = 0;
	struct buf v = value_open(r, t, 100);

	while (text.len > 0) {
		int c = span_at(text, 0);

		if (c < 0x80) {
			count[LATIN] += is_alpha(c);
			text = span_skip(text, 1);
			continue;
		}
		c = utf8_next(&text);
		count[c < 0 ? OTHER : script_of((uint32_t)c)]++;
	}
	for (unsigned i = 0; i < N_SCRIPT; i++)
		all += count[i];
	/* one accent in a page is a habit of spelling too */
	count[LATIN_MARKED] *= 20;
	for (unsigned i = 0; i < N_SCRIPT; i++)
		if (count[i] > 0 && count[i] * 20 >= all) {
			if (v.len > 1)
				buf_byte(&v, ' ');
			buf_put(&v, names[i]);
		}
	value_close(r, t, &v);
}

/* ---- language ------------------------------------------------------------ */

enum { WORDS = 10, TOKENS = 300 };

/* Words that carry grammar: the most frequent ones of any text, as octets of
 * UTF-8, without those that several of these languages share. */
static const struct {
	struct span name;
	struct span word[WORDS];
} languages[] = {
#define L(n, a, b, c, d, e, f, g, h, i, j) \
	{ SPAN_INIT(n), { SPAN_INIT(a), SPAN_INIT(b), SPAN_INIT(c), \
	    SPAN_INIT(d), SPAN_INIT(e), SPAN_INIT(f), SPAN_INIT(g), \
	    SPAN_INIT(h), SPAN_INIT(i), SPAN_INIT(j) } },
L("en", "the", "and", "of", "to", "is", "that", "for", "with", "this", "you")
L("de", "der", "die", "und", "das", "nicht", "ist", "ich", "mit", "auf",
    "wir")
L("fr", "le", "les", "et", "est", "pour", "une", "dans", "vous", "nous",
    "pas")
L("es", "el", "los", "las", "por", "una", "para", "del", "usted", "pero",
    "como")
L("it", "il", "che", "di", "per", "della", "sono", "gli", "questo", "anche",
    "alla")
L("pt", "os", "uma", "n\xc3\xa3o", "com", "voc\xc3\xaa", "mais", "pelo",
    "seu", "ao", "s\xc3\xa3o")
L("nl", "het", "een", "van", "niet", "voor", "zijn", "wij", "met", "naar",
    "ook")
L("sv", "och", "att", "det", "inte", "f\xc3\xb6r", "jag", "som", "\xc3\xa4r",
    "till", "vi")
L("pl", "nie", "si\xc4\x99", "jest", "na", "dla", "czy", "jak", "prosz\xc4"
    "\x99", "oraz", "tego")
L("ru", "\xd0\xb8", "\xd0\xb2", "\xd0\xbd\xd0\xb5", "\xd0\xbd\xd0\xb0",
    "\xd1\x87\xd1\x82\xd0\xbe", "\xd1\x81", "\xd0\xb4\xd0\xbb\xd1\x8f",
    "\xd0\xb2\xd1\x8b", "\xd0\xbf\xd0\xbe", "\xd0\xbc\xd1\x8b")
L("tr", "ve", "bir", "bu", "i\xc3\xa7in", "ile", "de\xc4\x9fil", "olarak",
    "daha", "\xc3\xa7ok", "var")
#undef L
};
enum { LANGUAGES = sizeof(languages) / sizeof(languages[0]) };

/* A short word as a number, so that many are compared at once. */
static uint64_t
packed(struct span word)
{
	uint64_t v = 0;

	for (size_t i = 0; i < word.len; i++)
		v = v << 8 | (uint64_t)to_lower(span_at(word, i));
	return v;
}

static struct span
next_word(struct span *text)
{
	size_t from = 0, n;
	struct span word;

	while (from < text->len && span_at(*text, from) < 0x80 &&
	    !is_alpha(span_at(*text, from)))
		from++;
	*text = span_skip(*text, from);
	for (n = 0; n < text->len && (is_alpha(span_at(*text, n)) ||
	    span_at(*text, n) >= 0x80); n++)
		;
	word = span_head(*text, n);
	*text = span_skip(*text, n);
	return word;
}

/* The words by their numbers, found in a step: 110 of them in 256 places. */
enum { PLACES = 256 };
struct lexicon {
	uint64_t word[PLACES];		/* 0: none                           */
	uint8_t language[PLACES];
};

static size_t
place_of(const struct lexicon *x, uint64_t word)
{
	size_t i = (size_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 56);

	while (x->word[i] != 0 && x->word[i] != word)
		i = (i + 1) % PLACES;
	return i;
}

static void
lexicon_make(struct lexicon *x)
{
	*x = (struct lexicon){ .word = { 0 } };
	for (size_t i = 0; i < LANGUAGES * WORDS; i++) {
		uint64_t v = packed(languages[i / WORDS].word[i % WORDS]);
		size_t at = place_of(x, v);

		x->word[at] = v;
		x->language[at] = (uint8_t)(i / WORDS);
	}
}

static void
count_words(size_t hit[LANGUAGES], struct span text)
{
	struct lexicon x;

	lexicon_make(&x);
	for (size_t n = 0; n < TOKENS && text.len > 0; n++) {
		struct span w = next_word(&text);
		uint64_t v = w.len <= 8 ? packed(w) : 0;
		size_t at = place_of(&x, v);

		if (v != 0 && x.word[at] == v)
			hit[x.language[at]]++;
	}
}

static void
read_language(struct reading *r, struct span text)
{
	size_t hit[LANGUAGES] = { 0 }, best = 0;

	count_words(hit, text);
	for (size_t i = 1; i < LANGUAGES; i++)
		if (hit[i] > hit[best])
			best = i;
	if (hit[best] >= 3)
		value_set(r, TRAIT_LANGUAGE, languages[best].name);
}

void
traits_scripts(struct reading *r, struct span text)
{
	read_scripts(r, TRAIT_SUBJECT_SCRIPT, r->subject);
	read_scripts(r, TRAIT_SCRIPT, text);
	read_language(r, text);
}

/* ---- triples ------------------------------------------------------------- */

enum { ENOUGH = 200, MOST = 16384 };

static unsigned
root(uint64_t n)
{
	unsigned v = 0;

	for (unsigned bit = 1u << 15; bit > 0; bit >>= 1)
		if ((uint64_t)(v | bit) * (v | bit) <= n)
			v |= bit;
	return v;
}

/* Roots of frequencies: rare triples speak too (Hellinger).  Which class a
 * triple is of depends on the key. */
void
traits_sketch(struct reading *r, struct span text)
{
	uint32_t count[TRAIT_SKETCH] = { 0 }, most = 0, gram = 0;
	uint64_t secret = siphash(r->key, SPAN("sketch")) | 1;
	size_t n = 0;

	text = span_head(text, MOST);
	for (size_t i = 0; i < text.len; i++) {
		int c = to_lower(span_at(text, i));

		/* spaces, digits, alike wherever they stand */
		c = is_fws(c) ? ' ' : is_digit(c) ? '9' : c;
		if (c == ' ' && (gram & 0xff) == ' ')
			continue;
		gram = (gram << 8 | (uint32_t)c) & 0xffffff;
		if (++n >= 3)
			count[gram * secret >> 57]++;
	}
	if (n < ENOUGH)
		return;
	for (size_t i = 0; i < TRAIT_SKETCH; i++)
		most = count[i] > most ? count[i] : most;
	for (size_t i = 0; i < TRAIT_SKETCH; i++)
		r->t->sketch[i] = (uint8_t)root((uint64_t)count[i] * 65025 /
		    most);
	r->t->has_sketch = true;
}

unsigned
traits_sketch_distance(const uint8_t a[TRAIT_SKETCH],
    const uint8_t b[TRAIT_SKETCH])
{
	uint64_t in_a = 0, in_b = 0, both = 0;
	uint64_t norm;

	for (size_t i = 0; i < TRAIT_SKETCH; i++) {
		in_a += (uint64_t)a[i] * a[i];
		in_b += (uint64_t)b[i] * b[i];
		both += (uint64_t)a[i] * b[i];
	}
	/* below 2^23 each: the product has 46 bits, its root 23 */
	norm = (uint64_t)root(in_a) * root(in_b);
	if (norm == 0)
		return in_a == in_b ? 0 : 1000;
	both = both * 1000 / norm;
	return both > 1000 ? 0 : 1000 - (unsigned)both;
}
