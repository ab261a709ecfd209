/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/fold.h"

/* What each octet is in a form; 0: left out.  Others are themselves. */
static const uint8_t light[128] = {
	['0'] = 'o', ['1'] = 'l', ['2'] = '2', ['3'] = '3', ['4'] = '4',
	['5'] = 's', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['_'] = '_',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e',
	['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'l', ['j'] = 'j',
	['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o',
	['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',
	['z'] = 'z',
};

static const uint8_t deep[128] = {
	['0'] = 'o', ['1'] = 'l', ['2'] = 'z', ['3'] = 'c', ['4'] = 'a',
	['5'] = 's', ['6'] = 'g', ['7'] = 't', ['8'] = 'b', ['9'] = 'g',
	['_'] = '_',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'b', ['e'] = 'c',
	['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'l', ['j'] = 'j',
	['k'] = 'k', ['l'] = 'l', ['m'] = 'n', ['n'] = 'n', ['o'] = 'o',
	['p'] = 'p', ['q'] = 'g', ['r'] = 'n', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',
	['z'] = 'z',
};

static void
put(struct form *f, uint8_t c, unsigned from, unsigned to)
{
	f->c[f->n] = c;
	f->from[f->n] = (uint8_t)from;
	f->to[f->n] = (uint8_t)to;
	f->n++;
}

void
fold_light(struct form *out, const struct reading *r, unsigned from,
    unsigned to)
{
	out->n = 0;
	for (unsigned i = from; i < to && i < r->n; i++) {
		uint8_t c = r->c[i];

		c = c < 128 ? light[c] : c;
		if (c != 0)
			put(out, c, i, i + 1);
	}
}

/* Two letters that look like one; both as they are in deep. */
static uint8_t
pair(uint8_t a, uint8_t b)
{
	if (a == 'v' && b == 'v')
		return 'w';
	if (b == 'l' && a == 'b')
		return 'b';		/* dl */
	if (a != 'l')
		return 0;
	return b == 'b' || b == 'h' || b == 'k' ? b : 0;	/* lb, lh, lk */
}

void
fold_deep(struct form *out, const struct reading *r, unsigned from,
    unsigned to)
{
	out->n = 0;
	for (unsigned i = from; i < to && i < r->n; i++) {
		uint8_t c = r->c[i], last = out->n > 0 ?
		    out->c[out->n - 1] : 0;
		bool stroke = c == 'c' || c == 'd';
		uint8_t two;

		c = c < 128 ? deep[c] : c;
		if (c == 0)
			continue;
		two = last != 0 ? pair(last, c) : 0;
		/* cl, but not el; lc for k */
		if (last == 'c' && c == 'l' && r->c[i - 1] == 'c')
			two = 'b';
		if (last == 'l' && c == 'c' && stroke)
			two = 'k';
		if (two != 0)
			out->c[out->n - 1] = two;
		if (two != 0 || last == c)
			out->to[out->n - 1] = (uint8_t)(i + 1);
		else
			put(out, c, i, i + 1);
	}
}

bool
form_eq(const struct form *a, const struct form *b)
{
	if (a->n != b->n)
		return false;
	for (unsigned i = 0; i < a->n; i++)
		if (a->c[i] != b->c[i])
			return false;
	return true;
}

/* ---- keys ---------------------------------------------------------------- */

#define STEP UINT64_C(0x9e3779b97f4a7c15)
#define LENGTH UINT64_C(0x51ed270b0a1f39c1)

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void
powers_make(struct powers *out)
{
	out->of[0] = 1;
	for (unsigned i = 0; i < READING_MAX; i++)
		out->of[i + 1] = out->of[i] * STEP;
}

void
form_sums(struct sums *out, const struct form *f)
{
	out->before[0] = 0;
	for (unsigned i = 0; i < f->n; i++)
		out->before[i + 1] = out->before[i] * STEP + f->c[i];
}

uint64_t
form_key(const struct powers *p, const struct sums *s, unsigned from,
    unsigned to)
{
	unsigned n = to - from;

	return mix(s->before[to] - s->before[from] * p->of[n] + n * LENGTH);
}

uint64_t
form_key_without(const struct powers *p, const struct sums *s, unsigned n,
    unsigned i)
{
	uint64_t tail = p->of[n - i - 1];

	return mix(s->before[i] * tail + s->before[n] -
	    s->before[i + 1] * tail + (n - 1) * LENGTH);
}
