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
	SHORTEST = 3, LONGEST = 12,
	FOREIGN = 60,		/* a character of another script            */
	JUNK = 1,		/* odds of a letter that is part of no word:
				 * who wants a name that is taken adds some */
	ODDS_MAX = 60
};

struct words { uint16_t slot[SLOTS]; };

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

bool
words_has(const struct words *w, const uint8_t *s, unsigned n)
{
	return find(w, s, n) != NULL;
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
		const struct word *found = NULL;

		for (unsigned k = LONGEST; k >= SHORTEST; k--)
			if (k <= n - i && (found = find(w, &s[i], k)) != NULL)
				break;
		sum += found != NULL ? found->odds :
		    s[i] == '-' ? HYPHEN : JUNK;
		i += found != NULL ? length(found->s) : 1;
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
