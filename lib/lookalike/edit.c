/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/edit.h"

/* Letters by number: a..z, 0..9, the rest. */
static inline unsigned
number(uint8_t c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '0' && c <= '9' ? 26u + c - '0' : 63u;
}

#define L(c) (UINT64_C(1) << ((c) >= 'a' ? (c) - 'a' : 26 + (c) - '0'))

/* What has nearly the same shape. */
static const uint64_t shape[64] = {
	['a' - 'a'] = L('o') | L('4'),
	['b' - 'a'] = L('d') | L('6') | L('8') | L('h'),
	['c' - 'a'] = L('e') | L('o'),
	['d' - 'a'] = L('b'),
	['e' - 'a'] = L('c') | L('3'),
	['f' - 'a'] = L('t'),
	['g' - 'a'] = L('q') | L('9') | L('6'),
	['h' - 'a'] = L('b') | L('n'),
	['i' - 'a'] = L('l') | L('1') | L('j'),
	['j' - 'a'] = L('i'),
	['k' - 'a'] = 0,
	['l' - 'a'] = L('i') | L('1') | L('t'),
	['m' - 'a'] = L('n'),
	['n' - 'a'] = L('m') | L('r') | L('h'),
	['o' - 'a'] = L('0') | L('a') | L('c'),
	['p' - 'a'] = 0,
	['q' - 'a'] = L('g') | L('9'),
	['r' - 'a'] = L('n'),
	['s' - 'a'] = L('5') | L('z'),
	['t' - 'a'] = L('l') | L('f') | L('7'),
	['u' - 'a'] = L('v'),
	['v' - 'a'] = L('u') | L('y') | L('w'),
	['w' - 'a'] = L('v'),
	['x' - 'a'] = 0,
	['y' - 'a'] = L('v'),
	['z' - 'a'] = L('2') | L('s'),
	[26] = L('o'), [27] = L('l') | L('i') | L('7'), [28] = L('z'),
	[29] = L('e') | L('8'), [30] = L('a'), [31] = L('s') | L('6'),
	[32] = L('b') | L('g') | L('9'), [33] = L('t') | L('1'),
	[34] = L('b') | L('3'), [35] = L('g') | L('q') | L('6'),
};

/* Neighbours on QWERTY, QWERTZ or AZERTY. */
static const char *const keys[] = {
	"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
};
static const char *const keys_too[] = {
	"1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn",
};
static const char *const keys_z[] = {
	"1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm",
};

static bool
place(const char *const rows[4], uint8_t c, int *row, int *column)
{
	for (*row = 0; *row < 4; ++*row)
		for (*column = 0; rows[*row][*column] != '\0'; ++*column)
			if ((uint8_t)rows[*row][*column] == c)
				return true;
	return false;
}

static bool
beside(const char *const rows[4], uint8_t a, uint8_t b)
{
	int ra, ca, rb, cb;

	if (!place(rows, a, &ra, &ca) || !place(rows, b, &rb, &cb))
		return false;
	if (ra == rb)
		return ca - cb == 1 || cb - ca == 1;
	/* each row is half a key to the right of the one above */
	return (rb - ra == 1 && (cb == ca || cb == ca - 1)) ||
	    (ra - rb == 1 && (ca == cb || ca == cb - 1));
}

static bool
is_vowel(uint8_t c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static enum edit_op
substitution(uint8_t is, uint8_t was)
{
	unsigned bits = (unsigned)(is ^ was);

	if (is == was)
		return EDIT_NONE;
	if (is == '-' || was == '-')
		return bits != 0 && (bits & (bits - 1)) == 0 ? EDIT_BIT :
		    EDIT_OTHER;
	if (number(was) < 63 && number(is) < 63 &&
	    (shape[number(was)] >> number(is) & 1) != 0)
		return EDIT_VISUAL;
	if ((bits & (bits - 1)) == 0)
		return EDIT_BIT;
	if (beside(keys, is, was) || beside(keys_too, is, was) ||
	    beside(keys_z, is, was))
		return EDIT_KEY;
	return is_vowel(is) && is_vowel(was) ? EDIT_VOWEL : EDIT_OTHER;
}

/* ---- prices -------------------------------------------------------------- */

enum {
	SIGNS = 64,
	MORE = 20	/* of each slip after the first: most have one */
};

/* Tenths of a bit, MORE among them. */
static const uint8_t price[EDIT_OPS] = {
	[EDIT_NONE] = 0, [EDIT_VISUAL] = 45 + MORE, [EDIT_BIT] = 65 + MORE,
	[EDIT_KEY] = 70 + MORE, [EDIT_VOWEL] = 70 + MORE,
	[EDIT_OTHER] = 100 + MORE, [EDIT_SWAP] = 50 + MORE,
	[EDIT_OMIT] = 60 + MORE, [EDIT_OMIT_DOUBLE] = 40 + MORE,
	[EDIT_INSERT] = 100 + MORE, [EDIT_INSERT_END] = 60 + MORE,
	[EDIT_DOUBLE] = 50 + MORE, [EDIT_HYPHEN] = 40 + MORE,
	[EDIT_NO_HYPHEN] = 30 + MORE,
};

/* Tenths of an edit. */
static const uint8_t distance[EDIT_OPS] = {
	[EDIT_NONE] = 0, [EDIT_VISUAL] = 3, [EDIT_BIT] = 4, [EDIT_KEY] = 5,
	[EDIT_VOWEL] = 6, [EDIT_OTHER] = 10, [EDIT_SWAP] = 5,
	[EDIT_OMIT] = 10, [EDIT_OMIT_DOUBLE] = 4, [EDIT_INSERT] = 10,
	[EDIT_INSERT_END] = 10, [EDIT_DOUBLE] = 4, [EDIT_HYPHEN] = 2,
	[EDIT_NO_HYPHEN] = 2,
};

struct slips { uint8_t op[SIGNS][SIGNS]; };	/* [is][was] */

static inline unsigned
sign(uint8_t c)
{
	return c == '-' ? 62 : number(c);
}

struct slips *
slips_new(struct arena *a)
{
	static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	struct slips *s = arena_alloc(a, sizeof(*s));

	for (unsigned i = 0; s != NULL && i < SIGNS; i++)
		for (unsigned k = 0; k < SIGNS; k++)
			s->op[i][k] = EDIT_OTHER;
	for (unsigned i = 0; s != NULL && all[i] != '\0'; i++)
		for (unsigned k = 0; all[k] != '\0'; k++) {
			uint8_t is = (uint8_t)all[i], was = (uint8_t)all[k];

			s->op[sign(is)][sign(was)] =
			    (uint8_t)substitution(is, was);
		}
	return s;
}

/* ---- the table ----------------------------------------------------------- */

/* Two letters that look like one. */
static bool
digraph(uint8_t a, uint8_t b, uint8_t one)
{
	switch (one) {
	case 'm':
		return (a == 'r' || a == 'n' || a == 'l' || a == 'i') &&
		    (b == 'n' || (b == 'r' && a != 'l' && a != 'i'));
	case 'w':
		return (a == 'v' && b == 'v') || (a == 'u' && b == 'u');
	case 'd':
		return (a == 'c' && (b == 'l' || b == 'i')) ||
		    (a == 'd' && b == 'l');
	case 'b':
	case 'h':
		return a == 'l' && b == one;
	case 'k':
		return (a == 'l' && (b == 'k' || b == 'c')) ||
		    (a == 'i' && b == 'k');
	case 'u':
		return a == 'i' && b == 'i';
	case 'n':
		return a == 'r' && b == 'i';
	}
	return false;
}

struct table {
	const struct slips *slips;
	const uint8_t *a, *b;		/* the cores                        */
	const uint8_t *a0, *b0;		/* where the labels begin           */
	unsigned an, bn;
	unsigned head, whole;		/* octets before a, in all of a's   */
	uint16_t d[EDIT_CORE + 1][EDIT_CORE + 1];
};

/* The letter before s[i] in its label, or 0. */
static uint8_t
before(const uint8_t *s, const uint8_t *start, unsigned i)
{
	return &s[i] > start ? *(&s[i] - 1) : 0;
}

static enum edit_op
insertion(const struct table *t, unsigned i)
{
	unsigned at = t->head + i;

	if (t->a[i] == '-')
		return EDIT_HYPHEN;
	if (before(t->a, t->a0, i) == t->a[i])
		return EDIT_DOUBLE;
	return at == 0 || at + 1 == t->whole ? EDIT_INSERT_END : EDIT_INSERT;
}

static enum edit_op
omission(const struct table *t, unsigned j)
{
	if (t->b[j] == '-')
		return EDIT_NO_HYPHEN;
	return before(t->b, t->b0, j) == t->b[j] ? EDIT_OMIT_DOUBLE :
	    EDIT_OMIT;
}

/* The ways into cell i, j: the best, and what it does. */
struct way { enum edit_op op; unsigned price; uint8_t di, dj; };

static inline void
better(struct way *w, const struct table *t, unsigned i, unsigned j,
    enum edit_op op, unsigned di, unsigned dj)
{
	unsigned p = t->d[i - di][j - dj] + (unsigned)price[op];

	if (p < w->price)
		*w = (struct way){ op, p, (uint8_t)di, (uint8_t)dj };
}

static struct way
way_into(const struct table *t, unsigned i, unsigned j)
{
	const uint8_t *a = t->a, *b = t->b;
	struct way w = { EDIT_NONE, UINT16_MAX, 0, 0 };

	if (i > 0 && j > 0)
		better(&w, t, i, j, (enum edit_op)t->slips->op[
		    sign(a[i - 1])][sign(b[j - 1])], 1, 1);
	if (i > 1 && j > 0 && digraph(a[i - 2], a[i - 1], b[j - 1]))
		better(&w, t, i, j, EDIT_VISUAL, 2, 1);
	if (i > 0 && j > 1 && digraph(b[j - 2], b[j - 1], a[i - 1]))
		better(&w, t, i, j, EDIT_VISUAL, 1, 2);
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
	    a[i - 1] != a[i - 2])
		better(&w, t, i, j, EDIT_SWAP, 2, 2);
	if (i > 0)
		better(&w, t, i, j, insertion(t, i - 1), 1, 0);
	if (j > 0)
		better(&w, t, i, j, omission(t, j - 1), 0, 1);
	return w;
}

/* False: the cores are too long, or too unlike in length. */
static bool
table_open(struct table *t, const struct slips *s, const uint8_t *a,
    unsigned an, const uint8_t *b, unsigned bn)
{
	unsigned head = 0;

	t->slips = s;
	t->a0 = a;
	t->b0 = b;
	t->whole = an;
	while (head < an && head < bn && a[head] == b[head])
		head++;
	while (an > head && bn > head && a[an - 1] == b[bn - 1]) {
		an--;
		bn--;
	}
	t->head = head;
	t->a = &a[head];
	t->b = &b[head];
	t->an = an - head;
	t->bn = bn - head;
	return t->an <= EDIT_CORE && t->bn <= EDIT_CORE;
}

/* Row i of the table: as way_into, for all of b at once. */
static void
fill_row(struct table *t, const uint8_t *bs, const uint8_t *drop, unsigned i)
{
	const uint8_t *a = t->a, *b = t->b;
	const uint8_t *op = t->slips->op[sign(a[i - 1])];
	uint16_t *row = t->d[i], *up = t->d[i - 1];
	unsigned add = price[insertion(t, i - 1)];
	bool pairs = i > 1 && a[i - 2] != a[i - 1];

	row[0] = (uint16_t)(up[0] + add);
	for (unsigned j = 1; j <= t->bn; j++) {
		unsigned p = up[j - 1] + (unsigned)price[op[bs[j - 1]]];

		p = up[j] + add < p ? up[j] + add : p;
		p = row[j - 1] + (unsigned)drop[j] < p ?
		    row[j - 1] + (unsigned)drop[j] : p;
		if (pairs && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1] &&
		    t->d[i - 2][j - 2] + (unsigned)price[EDIT_SWAP] < p)
			p = t->d[i - 2][j - 2] + (unsigned)price[EDIT_SWAP];
		if (i > 1 && t->d[i - 2][j - 1] + (unsigned)price[EDIT_VISUAL]
		    < p && digraph(a[i - 2], a[i - 1], b[j - 1]))
			p = t->d[i - 2][j - 1] + (unsigned)price[EDIT_VISUAL];
		if (j > 1 && up[j - 2] + (unsigned)price[EDIT_VISUAL] < p &&
		    digraph(b[j - 2], b[j - 1], a[i - 1]))
			p = up[j - 2] + (unsigned)price[EDIT_VISUAL];
		row[j] = (uint16_t)p;
	}
}

static unsigned
fill(struct table *t)
{
	uint8_t bs[EDIT_CORE + 1], drop[EDIT_CORE + 1];

	t->d[0][0] = 0;
	for (unsigned j = 1; j <= t->bn; j++) {
		bs[j - 1] = (uint8_t)sign(t->b[j - 1]);
		drop[j] = price[omission(t, j - 1)];
		t->d[0][j] = (uint16_t)(t->d[0][j - 1] + drop[j]);
	}
	for (unsigned i = 1; i <= t->an; i++)
		fill_row(t, bs, drop, i);
	return t->d[t->an][t->bn];
}

/* The usual cores need no table; UINT_MAX: this one does. */
static unsigned
short_way(const struct table *t)
{
	if (t->an == 0 && t->bn == 0)
		return 0;
	if (t->an == 1 && t->bn == 0)
		return price[insertion(t, 0)];
	if (t->an == 0 && t->bn == 1)
		return price[omission(t, 0)];
	if (t->an == 1 && t->bn == 1)
		return price[t->slips->op[sign(t->a[0])][sign(t->b[0])]];
	return UINT32_MAX;
}

unsigned
slips_price(const struct slips *s, const uint8_t *a, unsigned an,
    const uint8_t *b, unsigned bn)
{
	__attribute__((uninitialized)) struct table t;
	unsigned p;

	if (!table_open(&t, s, a, an, b, bn))
		return EDIT_FAR;
	p = short_way(&t);
	if (p == UINT32_MAX)
		p = fill(&t);
	return p >= EDIT_FAR ? EDIT_FAR : p > 0 ? p - MORE : 0;
}

static void
trace(struct edits *out, const struct table *t)
{
	unsigned i = t->an, j = t->bn;

	while (i > 0 || j > 0) {
		struct way w = way_into(t, i, j);
		struct edit e = { .op = w.op,
			.at = (uint8_t)(t->head + i - w.di) };

		for (unsigned k = 0; k < w.di; k++)
			e.is[k] = t->a[i - w.di + k];
		for (unsigned k = 0; k < w.dj; k++)
			e.was[k] = t->b[j - w.dj + k];
		i -= w.di;
		j -= w.dj;
		if (w.op == EDIT_NONE)
			continue;
		for (unsigned k = EDITS_MAX - 1; k > 0; k--)
			out->edit[k] = out->edit[k - 1];
		out->edit[0] = e;
		out->distance = (uint8_t)(out->distance + distance[w.op]);
		out->n++;
	}
}

bool
edits_between(struct edits *out, const struct slips *s, const uint8_t *a,
    unsigned an, const uint8_t *b, unsigned bn)
{
	__attribute__((uninitialized)) struct table t;

	out->n = 0;
	out->distance = 0;
	if (!table_open(&t, s, a, an, b, bn) || fill(&t) >= EDIT_FAR)
		return false;
	trace(out, &t);
	return true;
}

bool
edit_likely(uint8_t is, uint8_t was)
{
	enum edit_op op = substitution(is, was);

	return op != EDIT_NONE && op != EDIT_OTHER;
}

bool
edits_visual(const struct edits *e)
{
	for (unsigned i = 0; i < e->n; i++)
		if (i >= EDITS_MAX || (e->edit[i].op != EDIT_VISUAL &&
		    e->edit[i].op != EDIT_HYPHEN &&
		    e->edit[i].op != EDIT_NO_HYPHEN))
			return false;
	return true;
}
