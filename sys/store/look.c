/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look.c - octets seen in every encoding at once.
 */
#include "look.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "store.h"

enum {
	DEPTH = 3,		/* plain, encoded, encoded within            */
	VIEWS = (1 << DEPTH) - 1,
	WINDOW = 4 * STORE_TEXT_MAX	/* a name lies in it whole           */
};

enum qp { QP_PLAIN, QP_EQUALS, QP_DIGIT, QP_CR };

struct view {
	size_t len;
	enum qp qp;
	int digit;		/* the first one behind "="                  */
	uint32_t bits;		/* of base64, n_bits of them not used yet    */
	unsigned n_bits;
	bool in_line;		/* something stands in this line             */
	uint8_t room[WINDOW];
};

struct look {
	struct span person;
	bool found;
	struct view view[VIEWS];	/* those of i: 2i + 1 and 2i + 2     */
};

/* ---- names --------------------------------------------------------------- */

/* What may go before, and belong to a longer local part.  Those of RFC 5322
 * 3.2.3 that stand in front of an address in paths, results and quotes more
 * often than in one are none. */
static bool
is_longer(int c)
{
	return is_alnum(c) || (c > 0 && strchr(".!#$%&*+-?^_`{|}~", c) !=
	    NULL) || c >= 0x80;
}

static bool
is_whole(struct span text, size_t from, size_t to, bool local)
{
	int after = span_at(text, to);

	if (from > 0 && is_longer(span_at(text, from - 1)))
		return false;
	return local || !(is_alnum(after) || after == '-' || (after == '.' &&
	    is_alnum(span_at(text, to + 1))));
}

bool
look_names(struct span text, struct span person)
{
	size_t at = span_rfind(person, '@'), i = 0;
	bool local = at + 1 == person.len;

	if (at >= person.len || person.len < 2)
		return false;
	for (;;) {
		i += span_find(span_skip(text, i), '@');
		if (i >= text.len)
			return false;
		if (i >= at && i - at + person.len <= text.len &&
		    span_ieq(span_slice(text, i - at, i - at + person.len),
		    person) && is_whole(text, i - at, i - at + person.len,
		    local))
			return true;
		i++;
	}
}

/* ---- views --------------------------------------------------------------- */

static void put(struct look *l, size_t i, uint8_t c);

static void
search(struct look *l, struct view *v)
{
	l->found = l->found || look_names((struct span){ v->room, v->len },
	    l->person);
}

/* RFC 4648 4; -1: not of its alphabet. */
static int
sextet(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Base64 begins behind an empty line, or behind what is none. */
static void
as_base64(struct look *l, struct view *v, size_t to, uint8_t c)
{
	int six = sextet(c);

	if (six >= 0) {
		v->in_line = true;
		v->bits = v->bits << 6 | (uint32_t)six;
		v->n_bits += 6;
		if (v->n_bits >= 8) {
			v->n_bits -= 8;
			put(l, to, (uint8_t)(v->bits >> v->n_bits));
		}
		return;
	}
	if (c == '\r')
		return;
	if (c != '\n' || !v->in_line) {
		v->n_bits = 0;
		put(l, to, '\0');
	}
	v->in_line = c != '\n';
}

static void
as_qp(struct look *l, struct view *v, size_t to, uint8_t c)
{
	int digit = hex_value(c);
	enum qp was = v->qp;

	v->qp = QP_PLAIN;
	if (was == QP_EQUALS && digit >= 0) {
		v->digit = c;
		v->qp = QP_DIGIT;
	} else if (was == QP_EQUALS && c == '\r') {
		v->qp = QP_CR;
	} else if (was == QP_DIGIT && digit >= 0) {
		put(l, to, (uint8_t)(hex_value(v->digit) << 4 | digit));
	} else if ((was == QP_EQUALS || was == QP_CR) && c == '\n') {
		;	/* a soft line break */
	} else {
		if (was != QP_PLAIN)
			put(l, to, '=');
		if (was == QP_DIGIT)
			put(l, to, (uint8_t)v->digit);
		if (c == '=')
			v->qp = QP_EQUALS;
		else
			put(l, to, c);
	}
}

static void
put(struct look *l, size_t i, uint8_t c)
{
	struct view *v = &l->view[i];
	size_t keep = WINDOW / 2;

	if (v->len == WINDOW) {
		search(l, v);
		memmove(v->room, v->room + WINDOW - keep, keep);
		v->len = keep;
	}
	v->room[v->len++] = c;
	if (2 * i + 2 < VIEWS) {
		as_base64(l, v, 2 * i + 1, c);
		as_qp(l, v, 2 * i + 2, c);
	}
}

struct look *
look_new(void)
{
	return calloc(1, sizeof(struct look));
}

void
look_free(struct look *l)
{
	free(l);
}

void
look_start(struct look *l, struct span person)
{
	l->person = person;
	l->found = false;
	for (size_t i = 0; i < VIEWS; i++) {
		struct view *v = &l->view[i];

		v->len = 0;
		v->qp = QP_PLAIN;
		v->n_bits = 0;
		v->in_line = false;
	}
}

void
look_take(struct look *l, struct span piece)
{
	for (size_t i = 0; i < piece.len && !l->found; i++)
		put(l, 0, piece.ptr[i]);
}

bool
look_found(struct look *l)
{
	for (size_t i = 0; i < VIEWS; i++)
		search(l, &l->view[i]);
	return l->found;
}
