/* SPDX-License-Identifier: Apache-2.0 */
/*
 * css_sheet.c - the rules of style elements (CSS Syntax, Selectors): names,
 * classes, ids, and elements around them.  A rule with anything else in its
 * selector, or for some screens only, is not followed.
 */
#include "content/css.h"

#include "base/ascii.h"
#include "base/limits.h"

static const struct byteset between = { {	/* blanks and ">" */
	0x4000000100003600, 0, 0, 0 } };
static const struct byteset not_followed = { {	/* : [ + ~ ( & */
	0x0400094000000000, 0x4000000008000000, 0, 0 } };
static const struct byteset compound_part = { {	/* . # */
	0x0000400800000000, 0, 0, 0 } };
static const struct byteset braces = { {	/* { ; } */
	0x0800000000000000, 0x2800000000000000, 0, 0 } };

/* ---- reading ---------------------------------------------------------- */

static struct span
without_comments(struct span s, struct arena *a)
{
	struct buf b = arena_buf(a, s.len);

	while (s.len > 0) {
		size_t n = span_search(s, SPAN("/*"));
		struct span rest = span_skip(s, n + 2);

		buf_put(&b, span_head(s, n));
		s = span_skip(rest, span_search(rest, SPAN("*/")) + 2);
	}
	return arena_done(a, &b);
}

static unsigned
weight_of(struct span s)
{
	unsigned w = 0, in = 0;

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		w += c == '#' ? 100 : c == '.' ? 10 : 0;
		if (c == '.' || c == '#')
			in = 1;
		else if (byteset_has(&between, c))
			in = 0;
		else if (in++ == 0 && c != '*')
			w++;
	}
	return w;
}

static void
add_rule(struct css_sheet *sheet, struct span selector,
    const struct css *css, struct arena *a)
{
	struct css_rule rule = { .css = *css };
	size_t i, cut;

	selector = span_trim_fws(selector);
	if (selector.len == 0 ||
	    span_find_set(selector, &not_followed) < selector.len)
		return;
	if (sheet->rule == NULL)
		sheet->rule = arena_array(a, LIMIT_CONTENT_RULES,
		    sizeof(*sheet->rule));
	sheet->over |= sheet->n == LIMIT_CONTENT_RULES;
	if (sheet->rule == NULL || sheet->over)
		return;
	for (cut = selector.len; cut > 0; cut--)
		if (byteset_has(&between, span_at(selector, cut - 1)))
			break;
	rule.around = span_head(selector, cut);
	rule.last = span_skip(selector, cut);
	rule.weight = weight_of(selector);
	for (i = sheet->n++; i > 0; i--) {
		if (sheet->rule[i - 1].weight <= rule.weight)
			break;
		sheet->rule[i] = sheet->rule[i - 1];
	}
	sheet->rule[i] = rule;
}

/* A block, its "{" taken, with the blocks in it. */
static void
skip_block(struct span *s)
{
	unsigned depth = 1;

	while (s->len > 0 && depth > 0) {
		int c;

		*s = span_skip(*s, span_find_set(*s, &braces));
		c = span_at(*s, 0);
		depth += c == '{';
		depth -= c == '}';
		*s = span_skip(*s, 1);
	}
}

/* "@media screen" holds for who reads; "@media (max-width: 600px)" for some
 * screens, "@media print" for none. */
static bool
is_for_all(struct span at)
{
	return span_istarts(at, SPAN("@media")) && !span_has(at, '(') &&
	    span_search(at, SPAN("print")) == at.len;
}

void
css_sheet_read(struct css_sheet *sheet, struct span text, struct arena *a)
{
	struct span s = without_comments(text, a);

	while (s.len > 0) {
		size_t n = span_find_set(s, &braces);
		struct span head = span_trim_fws(span_head(s, n));
		bool block = span_at(s, n) == '{';
		struct css css = { .has = 0 };

		s = span_skip(s, n + 1);
		/* the CDO of old times (CSS Syntax 4.3.1) */
		if (span_starts(head, SPAN("<!--")))
			head = span_trim_fws(span_skip(head, 4));
		if (!block)
			continue;
		if (span_at(head, 0) == '@') {
			if (!is_for_all(head))
				skip_block(&s);
			continue;
		}
		css_read(&css, span_cut(&s, '}'));
		while (css.has != 0 && head.len > 0)
			add_rule(sheet, span_cut(&head, ','), &css, a);
	}
}

/* ---- matching --------------------------------------------------------- */

static bool
has_class(struct span classes, struct span name)
{
	while (classes.len > 0) {
		size_t n = span_find_set(classes, &between);

		if (span_ieq(span_head(classes, n), name))
			return true;
		classes = span_skip(classes, n + 1);
	}
	return false;
}

static bool
matches(struct span compound, const struct css_element *e)
{
	size_t n = span_find_set(compound, &compound_part);
	struct span name = span_head(compound, n);

	if (n > 0 && !span_eq(name, SPAN("*")) && !span_ieq(name, e->name))
		return false;
	compound = span_skip(compound, n);
	while (compound.len > 0) {
		bool id = span_at(compound, 0) == '#';

		compound = span_skip(compound, 1);
		n = span_find_set(compound, &compound_part);
		name = span_head(compound, n);
		if (id ? !span_ieq(e->id, name) : !has_class(e->classes, name))
			return false;
		compound = span_skip(compound, n);
	}
	return true;
}

/* The last compound of *s, taken off it. */
static struct span
take_last(struct span *s)
{
	size_t end = s->len, begin;
	struct span last;

	while (end > 0 && byteset_has(&between, span_at(*s, end - 1)))
		end--;
	begin = end;
	while (begin > 0 && !byteset_has(&between, span_at(*s, begin - 1)))
		begin--;
	last = span_slice(*s, begin, end);
	*s = span_head(*s, begin);
	return last;
}

/* The elements around e, from the inside on, hold the compounds in order. */
static bool
stands_in(struct css_sheet *sheet, struct span around,
    const struct css_element *e)
{
	struct span want = take_last(&around);

	while (want.len > 0) {
		do {
			e = e->up;
			if (e == NULL || ++sheet->work > LIMIT_CONTENT_WORK)
				return false;
		} while (!matches(want, e));
		want = take_last(&around);
	}
	return true;
}

void
css_sheet_apply(struct css_sheet *sheet, const struct css_element *e,
    struct css *out)
{
	sheet->work += sheet->n;
	if (sheet->work > LIMIT_CONTENT_WORK) {
		sheet->over = true;
		return;
	}
	for (size_t i = 0; i < sheet->n; i++) {
		const struct css_rule *rule = &sheet->rule[i];

		if (matches(rule->last, e) &&
		    stands_in(sheet, rule->around, e))
			css_merge(out, &rule->css);
	}
}
