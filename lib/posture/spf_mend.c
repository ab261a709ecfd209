/* SPDX-License-Identifier: Apache-2.0 */
/* spf_mend.c - the domain's SPF record as it should be. */
#include "posture/inner.h"

#include "check/spf_record.h"

bool
spf_is_closed(const struct posture *p)
{
	const struct spf_tree *t = &p->spf;

	if (t->n_record != 1 || t->flaw != ASSAY_R_NONE || t->end != '-')
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (t->line[i].word != WORD_OTHER && !t->line[i].behind_all &&
		    t->line[i].word != WORD_REDIRECT &&
		    t->line[i].sign == '+')
			return false;
	return true;
}

/* ---- the record mended --------------------------------------------------- */

/* What people write and mean something else. */
static struct span
near_term(struct span text)
{
	static const struct { struct span wrong, right; } near[] = {
		{ SPAN_INIT("ipv4:"), SPAN_INIT("ip4:") },
		{ SPAN_INIT("ipv6:"), SPAN_INIT("ip6:") },
		{ SPAN_INIT("ip:"), SPAN_INIT("ip4:") },
		{ SPAN_INIT("ip4="), SPAN_INIT("ip4:") },
		{ SPAN_INIT("ip6="), SPAN_INIT("ip6:") },
		{ SPAN_INIT("include="), SPAN_INIT("include:") },
		{ SPAN_INIT("includes:"), SPAN_INIT("include:") },
		{ SPAN_INIT("incl:"), SPAN_INIT("include:") },
		{ SPAN_INIT("redirect:"), SPAN_INIT("redirect=") },
		{ SPAN_INIT("mx="), SPAN_INIT("mx:") },
		{ SPAN_INIT("a="), SPAN_INIT("a:") },
	};

	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
		if (span_istarts(text, near[i].wrong))
			return near[i].right;
	return SPAN_NONE;
}

bool
spf_is_misspelt(const struct spf_line *l)
{
	return l->word == WORD_OTHER && !span_absent(near_term(l->text));
}

/* Appends the right form of a wrong term, if it is known and comes out
 * well. */
static bool
put_near(struct posture *p, struct buf *b, struct span text)
{
	struct span right = near_term(text), value = text;
	ROOM(room, LIMIT_POSTURE_CLAUSE);
	struct buf probe = BUF_ON(room);
	const struct spf_record *r;
	size_t n = 0;

	if (span_absent(right))
		return false;
	while (n < value.len && span_at(value, n) != ':' &&
	    span_at(value, n) != '=')
		n++;
	buf_str(&probe, "v=spf1 ");
	buf_put(&probe, right);
	buf_put(&probe, span_skip(value, n + 1));
	r = probe.full ? NULL :
	    spf_record_parse(buf_span(&probe), &p->arena);
	if (r == NULL || r->flaw != ASSAY_R_NONE)
		return false;
	buf_byte(b, ' ');
	buf_put(b, span_skip(buf_span(&probe), 7));
	return true;
}

/* Is the same said above?  Signs and case apart. */
static bool
is_said(const struct spf_tree *t, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (t->line[i].depth == 0 && t->line[i].word != WORD_OTHER &&
		    span_ieq(t->line[i].text, t->line[at].text))
			return true;
	return false;
}

/* A term that does nothing, or harm. */
static bool
is_dropped(const struct posture *p, size_t at)
{
	const struct spf_line *l = &p->spf.line[at];

	switch (l->trouble) {
	case TROUBLE_VOID: case TROUBLE_DANGLING: case TROUBLE_LOOP:
	case TROUBLE_MX_MANY:
		return true;
	case TROUBLE_NONE: case TROUBLE_UNANSWERED: case TROUBLE_SEVERAL:
	case TROUBLE_SYNTAX:
		break;
	}
	if (l->word == WORD_PTR || l->word == WORD_ALL)
		return true;
	if (l->word == WORD_REDIRECT && l->behind_all)
		return true;
	return is_said(&p->spf, at);
}

/* Is text a single word that alone makes a record?  Of those that only look
 * like terms, some are wrong. */
static bool
is_good_term(struct posture *p, struct span text)
{
	struct buf b = arena_buf(&p->arena, text.len + 7);
	const struct spf_record *r;

	buf_str(&b, "v=spf1 ");
	buf_put(&b, text);
	r = spf_record_parse(buf_span(&b), &p->arena);
	return r != NULL && r->flaw == ASSAY_R_NONE;
}

/* Terms of the other records of the domain, where it has several. */
static void
put_others(struct posture *p, struct buf *b)
{
	for (size_t i = 0; i < p->spf.a->n_item; i++) {
		struct span text = p->spf.a->item[i];
		struct span rest = span_skip(text, 6);

		if (!spf_is_record(text) || text.ptr == p->spf.text.ptr)
			continue;
		while (rest.len > 0) {
			struct span word = span_cut(&rest, ' ');
			struct spf_line l;

			spf_word_read(&l, word);
			if (l.word == WORD_WRONG || l.word == WORD_ALL ||
			    l.word == WORD_OTHER || l.word == WORD_PTR ||
			    !is_good_term(p, word) ||
			    span_search(buf_span(b), word) < b->len)
				continue;
			buf_byte(b, ' ');
			buf_put(b, word);
		}
	}
}

/* The sign of the all to end with: that of the record, but no "+" or "?".
 * 0: redirect does it. */
static char
ending(const struct spf_tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct spf_line *l = &t->line[i];

		if (l->depth > 0)
			continue;
		if (l->word == WORD_ALL)
			return l->sign == '-' ? '-' : '~';
		if (l->word == WORD_REDIRECT && !l->behind_all &&
		    l->trouble == TROUBLE_NONE)
			return 0;
	}
	return '~';
}

struct span
spf_mended(struct posture *p, struct span term)
{
	const struct spf_tree *t = &p->spf;
	char end = ending(t);
	size_t room = term.len + 100;
	struct buf b;

	if (t->n_record == 0)
		return SPAN_NONE;
	for (size_t i = 0; i < t->a->n_item; i++)
		room += t->a->item[i].len + 8;
	b = arena_buf(&p->arena, room);
	buf_str(&b, "v=spf1");
	for (size_t i = 0; i < t->n; i++) {
		const struct spf_line *l = &t->line[i];

		if (l->depth > 0 || is_dropped(p, i))
			continue;
		if (spf_is_misspelt(l) || !is_good_term(p, l->text)) {
			(void)put_near(p, &b, l->text);
			continue;
		}
		buf_byte(&b, ' ');
		buf_put(&b, l->text);
	}
	if (t->n_record > 1)
		put_others(p, &b);
	if (!span_absent(term)) {
		buf_byte(&b, ' ');
		buf_put(&b, term);
	}
	if (end != 0) {
		buf_str(&b, end == '-' ? " -all" : " ~all");
	}
	return b.full ? SPAN_NONE : arena_done(&p->arena, &b);
}
