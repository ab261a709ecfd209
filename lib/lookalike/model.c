/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/model.h"

#include "lookalike/skeleton.h"

struct word { char s[13]; uint8_t surprise; int8_t odds; };
struct suffix { char s[16]; int8_t odds; };

#define X(s, surprise, odds) { s, surprise, odds },
static const struct word word[] = {
#include "lookalike/words.def"
};
#undef X
#define X(s, odds) { s, odds },
#define HYPHEN_ODDS(n)
static const struct suffix suffixes[] = {
#include "lookalike/suffixes.def"
};
#undef X
#undef HYPHEN_ODDS
#define X(s, n)
#define HYPHEN_ODDS(n) enum { HYPHEN = n };
#include "lookalike/suffixes.def"
#undef X
static const uint8_t letter[] = {
#include "lookalike/letters.def"
};

enum {
	LETTERS = 37,		/* a..z, 0..9, hyphen                       */
	WORDS = sizeof(word) / sizeof(word[0]),
	SLOTS = 4096,		/* four times the words                     */
	TRIPLES = 1 << 15,	/* of five bits each                        */
	SHORTEST = 3, LONGEST = 12,
	FOREIGN = 60,		/* a character of another script            */
	JUNK = 1,		/* odds of a letter that is part of no word:
				 * who wants a name that is taken adds some */
	ODDS_MAX = 60,
	LIKELY = 25, COMMON = 135	/* of a word: odds, surprise        */
};

/* The largest of those whose reported names outnumber the others, those of
 * many countries, and those that many names are under anyway. */
static const struct span likely_suffix[] = {
	SPAN_INIT("com"), SPAN_INIT("net"), SPAN_INIT("org"),
	SPAN_INIT("info"), SPAN_INIT("biz"), SPAN_INIT("co"),
	SPAN_INIT("io"), SPAN_INIT("eu"), SPAN_INIT("us"),
	SPAN_INIT("co.uk"), SPAN_INIT("de"), SPAN_INIT("fr"),
	SPAN_INIT("ch"), SPAN_INIT("at"), SPAN_INIT("nl"), SPAN_INIT("it"),
	SPAN_INIT("es"), SPAN_INIT("pl"), SPAN_INIT("ru"), SPAN_INIT("cn"),
	SPAN_INIT("in"), SPAN_INIT("com.br"), SPAN_INIT("com.au"),
	SPAN_INIT("ca"), SPAN_INIT("jp"), SPAN_INIT("me"), SPAN_INIT("cc"),
	SPAN_INIT("tv"), SPAN_INIT("tk"), SPAN_INIT("ml"), SPAN_INIT("ga"),
	SPAN_INIT("cf"), SPAN_INIT("gq"), SPAN_INIT("pw"), SPAN_INIT("top"),
	SPAN_INIT("xyz"), SPAN_INIT("online"), SPAN_INIT("site"),
	SPAN_INIT("club"), SPAN_INIT("shop"), SPAN_INIT("store"),
	SPAN_INIT("live"), SPAN_INIT("app"), SPAN_INIT("dev"),
	SPAN_INIT("cloud"), SPAN_INIT("email"), SPAN_INIT("support"),
	SPAN_INIT("services"), SPAN_INIT("click"), SPAN_INIT("link"),
	SPAN_INIT("icu"), SPAN_INIT("vip"), SPAN_INIT("work"),
	SPAN_INIT("space"), SPAN_INIT("website"), SPAN_INIT("sbs"),
	SPAN_INIT("cfd"), SPAN_INIT("cm"), SPAN_INIT("om"),
};

struct words {
	uint16_t slot[SLOTS];
	/* which three letters words begin and end with: most have no word */
	uint64_t first[TRIPLES / 64], last[TRIPLES / 64];
};

static inline unsigned
number(uint8_t c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= '0' && c <= '9')
		return 26u + c - '0';
	return c == '-' ? 36 : LETTERS;
}

static uint32_t
word_hash(const uint8_t *s, unsigned n)
{
	uint32_t h = n;

	for (unsigned i = 0; i < n; i++)
		h = h * 0x01000193 ^ s[i];
	return (h ^ h >> 15) * 0x2c1b3c6d >> 20;
}

static unsigned
length(const char *s)
{
	unsigned n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}

static bool
is_word(const struct word *w, const uint8_t *s, unsigned n)
{
	unsigned i = 0;

	while (i < n && w->s[i] == (char)s[i])
		i++;
	return i == n && w->s[i] == '\0';
}

static inline unsigned
triple(const uint8_t *s)
{
	return ((s[0] & 31u) << 10 | (s[1] & 31u) << 5 | (s[2] & 31u));
}

static inline bool
has_triple(const uint64_t *set, const uint8_t *s)
{
	unsigned t = triple(s);

	return (set[t / 64] >> t % 64 & 1) != 0;
}

static void
put_triple(uint64_t *set, const char *s)
{
	unsigned t = triple((const uint8_t *)s);

	set[t / 64] |= UINT64_C(1) << t % 64;
}

struct words *
words_new(struct arena *a)
{
	struct words *w = arena_alloc(a, sizeof(*w));

	for (unsigned i = 0; w != NULL && i < WORDS; i++) {
		uint32_t h = word_hash((const uint8_t *)word[i].s,
		    length(word[i].s)) % SLOTS;

		while (w->slot[h] != 0)
			h = (h + 1) % SLOTS;
		w->slot[h] = (uint16_t)(i + 1);
		put_triple(w->first, word[i].s);
		put_triple(w->last, &word[i].s[length(word[i].s) - 3]);
	}
	return w;
}

static const struct word *
find(const struct words *w, const uint8_t *s, unsigned n)
{
	if (n < SHORTEST || n > LONGEST)
		return NULL;
	for (uint32_t h = word_hash(s, n) % SLOTS; w->slot[h] != 0;
	    h = (h + 1) % SLOTS)
		if (is_word(&word[w->slot[h] - 1], s, n))
			return &word[w->slot[h] - 1];
	return NULL;
}

unsigned
words_head(const struct words *w, const uint8_t *s, unsigned n)
{
	if (n < SHORTEST || !has_triple(w->first, s))
		return 0;
	for (unsigned k = n < LONGEST ? n : LONGEST; k >= SHORTEST; k--)
		if (find(w, s, k) != NULL)
			return k;
	return 0;
}

unsigned
words_tail(const struct words *w, const uint8_t *s, unsigned n)
{
	if (n < SHORTEST || !has_triple(w->last, &s[n - SHORTEST]))
		return 0;
	for (unsigned k = n < LONGEST ? n : LONGEST; k >= SHORTEST; k--)
		if (find(w, &s[n - k], k) != NULL)
			return k;
	return 0;
}

static inline unsigned
letter_cost(uint8_t before, uint8_t c)
{
	unsigned row = before == 0 ? 0 : number(before) + 1;
	unsigned k = number(c);

	if (k == LETTERS)
		return FOREIGN;
	return letter[(row > LETTERS ? 0 : row) * LETTERS + k];
}

void
letters_surprise(uint16_t *sum, const uint8_t *s, unsigned n)
{
	sum[0] = 0;
	for (unsigned i = 0; i < n; i++)
		sum[i + 1] = (uint16_t)(sum[i] + letter_cost(i > 0 ?
		    s[i - 1] : 0, s[i]));
}

unsigned
words_surprise(const struct words *w, const uint8_t *s, unsigned n)
{
	__attribute__((uninitialized)) unsigned best[READING_MAX + 1];

	if (n > READING_MAX)
		n = READING_MAX;
	best[0] = 0;
	for (unsigned i = 1; i <= n; i++)
		best[i] = UINT16_MAX;
	for (unsigned i = 0; i < n; i++) {
		unsigned cost = best[i] + letter_cost(i > 0 ? s[i - 1] : 0,
		    s[i]);

		if (cost < best[i + 1])
			best[i + 1] = cost;
		if (n - i < SHORTEST || !has_triple(w->first, &s[i]))
			continue;
		for (unsigned k = SHORTEST; k <= LONGEST && k <= n - i; k++) {
			const struct word *found = find(w, &s[i], k);

			if (found != NULL &&
			    best[i] + found->surprise < best[i + k])
				best[i + k] = best[i] + found->surprise;
		}
	}
	return best[n];
}

int
words_odds(const struct words *w, const uint8_t *s, unsigned n)
{
	int sum = 0;

	for (unsigned i = 0; i < n; ) {
		unsigned k = words_head(w, &s[i], n - i);
		const struct word *found = k > 0 ? find(w, &s[i], k) : NULL;

		sum += found != NULL ? found->odds :
		    s[i] == '-' ? HYPHEN : JUNK;
		i += found != NULL ? k : 1;
	}
	return sum > ODDS_MAX ? ODDS_MAX : sum < -ODDS_MAX ? -ODDS_MAX : sum;
}

int
suffix_odds(struct span suffix)
{
	size_t dot = span_rfind(suffix, '.');

	if (dot < suffix.len)
		suffix = span_skip(suffix, dot + 1);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		unsigned n = length(suffixes[i].s);
		struct span s = { (const uint8_t *)suffixes[i].s, n };

		if (span_eq(s, suffix))
			return suffixes[i].odds;
	}
	return 0;
}

size_t
words_likely(void)
{
	size_t n = 0;

	for (size_t i = 0; i < WORDS; i++)
		n += word[i].odds >= LIKELY && word[i].surprise <= COMMON;
	return n;
}

struct span
word_likely(size_t n)
{
	for (size_t i = 0; i < WORDS; i++)
		if (word[i].odds >= LIKELY && word[i].surprise <= COMMON &&
		    n-- == 0)
			return (struct span){ (const uint8_t *)word[i].s,
				length(word[i].s) };
	return SPAN_NONE;
}

size_t
suffixes_likely(void)
{
	return sizeof(likely_suffix) / sizeof(likely_suffix[0]);
}

struct span
suffix_likely(size_t i)
{
	return i < suffixes_likely() ? likely_suffix[i] : SPAN_NONE;
}
