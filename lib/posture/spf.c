/* SPDX-License-Identifier: Apache-2.0 */
/* spf.c - what is to be said of an SPF record and of all it leads to. */
#include "posture/inner.h"

#include "base/ascii.h"
#include "check/spf_record.h"

enum {
	LONG_RECORD = 450,	/* RFC 7208 3.4 */
	LARGE_ANSWER = 1232,	/* what passes every network by UDP (the DNS
				 * flag day of 2020) */
	WIDE4 = 12, WIDER4 = 8,	/* a million addresses; a 256th of all */
	WIDE6 = 28, WIDER6 = 16	/* larger than any provider gets; ... */
};

enum step
learn_spf(struct posture *p)
{
	return spf_tree_learn(&p->spf, &p->run, p->domain);
}

static void
mend(struct posture *p, struct posture_finding *f)
{
	mend_txt(p, f, p->domain.name, p->parked ? SPAN("v=spf1 -all") :
	    spf_mended(p, SPAN_NONE));
}

/* ---- lines --------------------------------------------------------------- */

/* A name of the same organization. */
static bool
is_own(const struct posture *p, struct span name)
{
	struct domain d = { name }, org = p->dmarc.walk.org;

	return domain_within(d, p->domain) ||
	    (!domain_absent(org) && domain_within(d, org));
}

/* A finding about a term; own ones are mended by the record. */
static struct posture_finding *
found_line(struct posture *p, enum finding_code code,
    const struct spf_line *l, const char *more)
{
	struct buf b = clause(p);
	struct posture_finding *f;

	clause_put(p, &b, l->text);
	if (more != NULL) {
		buf_str(&b, ": ");
		buf_str(&b, more);
	}
	f = found(p, code, l->of, clause_done(p, &b));
	if (l->depth == 0 && l->trouble != TROUBLE_UNANSWERED)
		mend(p, f);
	else if (l->depth > 0)
		f->advice = is_own(p, l->of) ? "The record of that name is "
		    "to be mended." : "The record belongs to somebody else: "
		    "tell them, or do without it.";
	return f;
}

static const char *
trouble_text(const struct spf_line *l)
{
	const struct assay_reason_text *why = assay_reason_text(l->flaw);

	switch (l->trouble) {
	case TROUBLE_NONE:
	case TROUBLE_UNANSWERED:
		return "no answer";
	case TROUBLE_LOOP:
		return NULL;
	case TROUBLE_VOID:
		return l->nxdomain ? "the name does not exist" :
		    l->word == WORD_MX ? "the name has no MX" :
		    "the name has no address";
	case TROUBLE_DANGLING:
		return l->nxdomain ? "the name does not exist" :
		    "the name has no SPF record";
	case TROUBLE_SEVERAL: return "there are several SPF records";
	case TROUBLE_SYNTAX: return why == NULL ? NULL : why->sentence;
	case TROUBLE_MX_MANY: return "more than 10 hosts";
	}
	return NULL;
}

static enum finding_code
trouble_code(enum spf_trouble trouble)
{
	switch (trouble) {
	case TROUBLE_NONE:
	case TROUBLE_UNANSWERED: return FOUND_SPF_UNANSWERED;
	case TROUBLE_VOID: return FOUND_SPF_VOID;
	case TROUBLE_DANGLING: return FOUND_SPF_DANGLING;
	case TROUBLE_SEVERAL:
	case TROUBLE_SYNTAX: return FOUND_SPF_INCLUDE_BROKEN;
	case TROUBLE_LOOP: return FOUND_SPF_LOOP;
	case TROUBLE_MX_MANY: return FOUND_SPF_MX_MANY;
	}
	return FOUND_SPF_UNANSWERED;
}

/* How wide: 0 not, 1 wide, 2 very; all addresses count as passing all. */
static int
width_of(const struct spf_line *l)
{
	bool four = l->word == WORD_IP4 || l->word == WORD_A ||
	    l->word == WORD_MX;
	bool six = l->word == WORD_IP6 || l->word == WORD_A ||
	    l->word == WORD_MX;

	if ((four && l->bits4 <= WIDER4) || (six && l->bits6 <= WIDER6))
		return 2;
	return (four && l->bits4 <= WIDE4) || (six && l->bits6 <= WIDE6);
}

static void
tell_network(struct posture *p, const struct spf_line *l)
{
	int width = width_of(l);
	struct posture_finding *f;

	if ((l->word == WORD_IP4 || l->word == WORD_IP6) &&
	    is_private(&l->net) && l->net.family != 0 && width < 2) {
		found_line(p, FOUND_SPF_PRIVATE, l, NULL)->record = SPAN_NONE;
		return;
	}
	if (width == 0 || !l->passing)
		return;
	f = found_line(p, FOUND_SPF_WIDE, l, NULL);
	f->record = SPAN_NONE;
	if (width == 2)
		f->grade = GRADE_BAD;
	if (l->depth == 0)
		f->advice = "List only the networks that send as you.";
}

/* The same include, anywhere. */
static bool
is_twice(const struct spf_tree *t, size_t at)
{
	const struct spf_line *l = &t->line[at];

	if (l->cost == 0 || span_absent(l->target) || l->behind_all)
		return false;
	for (size_t i = 0; i < at; i++)
		if (t->line[i].word == l->word && t->line[i].cost > 0 &&
		    !t->line[i].behind_all &&
		    t->line[i].bits4 == l->bits4 &&
		    t->line[i].bits6 == l->bits6 &&
		    span_eq(t->line[i].target, l->target))
			return true;
	return false;
}

static void
tell_line(struct posture *p, size_t at)
{
	const struct spf_line *l = &p->spf.line[at];

	if (l->behind_all) {
		if (l->word == WORD_REDIRECT && l->depth == 0)
			found_line(p, FOUND_SPF_REDIRECT_ALL, l, NULL);
		else if (l->depth == 0 && l->word != WORD_WRONG &&
		    l->word != WORD_ALL)
			found_line(p, FOUND_SPF_UNREACHABLE, l, NULL);
		return;
	}
	if (l->trouble != TROUBLE_NONE)
		found_line(p, trouble_code(l->trouble), l, trouble_text(l));
	if (l->word == WORD_ALL && l->passing)
		found_line(p, FOUND_SPF_PASS_ALL, l, NULL);
	if (spf_is_misspelt(l) && l->depth == 0)
		found_line(p, FOUND_SPF_MODIFIER, l, NULL);
	if (l->word == WORD_PTR)
		found_line(p, FOUND_SPF_PTR, l, NULL)->grade =
		    l->depth > 0 ? GRADE_NOTE : GRADE_WARN;
	if (l->macro && l->depth == 0 && l->word != WORD_OTHER)
		found_line(p, FOUND_SPF_MACRO, l, NULL)->record = SPAN_NONE;
	tell_network(p, l);
	if (is_twice(&p->spf, at))
		found_line(p, FOUND_SPF_DUPLICATE, l, NULL)->advice = NULL;
}

/* ---- the whole ----------------------------------------------------------- */

static void
tell_budget(struct posture *p)
{
	const struct spf_tree *t = &p->spf;
	struct posture_finding *f = NULL;
	struct buf b = clause(p);
	unsigned cost = t->cost;

	buf_u64(&b, cost);
	buf_str(&b, " of 10");
	if (cost > LIMIT_SPF_TERMS) {
		f = found(p, FOUND_SPF_LOOKUPS, p->domain.name,
		    clause_done(p, &b));
		f->advice = "Take out services that no longer send for you, "
		    "or let some of them send as a subdomain, whose record "
		    "has 10 look-ups of its own. The tree below shows what "
		    "each term costs.";
	} else if (cost + 1 >= LIMIT_SPF_TERMS) {
		found(p, FOUND_SPF_LOOKUPS_NEAR, p->domain.name,
		    clause_done(p, &b));
	}
	if (t->too_large)
		found(p, FOUND_SPF_TOO_LARGE, p->domain.name, SPAN_NONE);
	if (t->voids > LIMIT_SPF_VOIDS)
		mend(p, found(p, FOUND_SPF_VOIDS, p->domain.name, SPAN_NONE));
}

static size_t
answer_octets(const struct posture *p)
{
	/* header and question, then 12 octets a record and one a string */
	size_t n = 12 + p->domain.name.len + 6;

	for (size_t i = 0; i < p->spf.a->n_item; i++)
		n += 13 + p->spf.a->item[i].len +
		    p->spf.a->item[i].len / 255;
	return n;
}

static void
tell_sizes(struct posture *p)
{
	size_t n = answer_octets(p);
	struct buf b = clause(p);

	if (p->spf.text.len > LONG_RECORD) {
		buf_u64(&b, p->spf.text.len);
		buf_str(&b, " octets");
		found(p, FOUND_SPF_LONG, p->domain.name, clause_done(p, &b));
		b = clause(p);
	}
	if (n > LARGE_ANSWER) {
		buf_str(&b, "about ");
		buf_u64(&b, n);
		buf_str(&b, " octets in ");
		buf_u64(&b, p->spf.a->n_item);
		buf_str(&b, " records");
		found(p, FOUND_SPF_LARGE_ANSWER, p->domain.name,
		    clause_done(p, &b))->advice = "Take out what was put "
		    "there to prove something once.";
	}
}

static void
tell_end(struct posture *p)
{
	const struct spf_tree *t = &p->spf;
	bool led = false;	/* to a redirect whose end is not known */

	for (size_t i = 0; i < t->n; i++)
		led = led || (t->line[i].word == WORD_REDIRECT &&
		    (t->line[i].trouble != TROUBLE_NONE ||
		    span_absent(t->line[i].target)));
	if (t->end == '?')
		mend(p, found(p, FOUND_SPF_NEUTRAL_ALL, p->domain.name,
		    SPAN_NONE));
	else if (t->end == 0 && !led)
		mend(p, found(p, FOUND_SPF_NO_ALL, p->domain.name,
		    SPAN_NONE));
}

static void
tell_others(struct posture *p)
{
	for (size_t i = 0; i < p->spf.a->n_item; i++) {
		struct span text = p->spf.a->item[i], rest = text;

		if (spf_is_record(text))
			continue;
		if (span_istarts(text, SPAN("spf2.0/"))) {
			found(p, FOUND_SPF_SENDER_ID, p->domain.name,
			    shown(p, text));
			continue;
		}
		while (rest.len > 0 && !is_alnum(span_at(rest, 0)))
			rest = span_skip(rest, 1);
		if (!span_istarts(rest, SPAN("v=spf1")) &&
		    !span_istarts(rest, SPAN("v=spf ")) &&
		    !span_istarts(rest, SPAN("v=spf2 ")) &&
		    !span_istarts(rest, SPAN("v = spf1")))
			continue;
		found(p, FOUND_SPF_NEAR_MISS, p->domain.name,
		    shown(p, text))->advice = "A record begins with v=spf1 "
		    "and a blank, and has no quotes of its own.";
	}
}

static void
tell_none(struct posture *p)
{
	struct posture_finding *f;

	state_set(p, SUBJECT_SPF, "no record");
	if (p->parked) {
		f = found(p, FOUND_SPF_PARKED, p->domain.name, SPAN_NONE);
		mend_txt(p, f, p->domain.name, SPAN("v=spf1 -all"));
		return;
	}
	f = found(p, FOUND_SPF_NONE, p->domain.name, SPAN_NONE);
	mend_txt(p, f, p->domain.name, SPAN("v=spf1 mx ~all"));
	f->advice = "Add the servers and services that send as you; when "
	    "reports show that none is missing, -all may take the place of "
	    "~all.";
}

static void
set_state(struct posture *p)
{
	const struct spf_tree *t = &p->spf;
	struct buf b = clause(p);

	if (spf_is_closed(p)) {
		state_set(p, SUBJECT_SPF, "nobody may send");
		return;
	}
	buf_u64(&b, t->cost);
	buf_str(&b, " of 10 look-ups, ");
	if (t->end == 0) {
		buf_str(&b, "no end");
	} else {
		buf_str(&b, "ends in ");
		buf_byte(&b, (uint8_t)t->end);
		buf_str(&b, "all");
	}
	state_put(p, SUBJECT_SPF, &b);
}

static void
tell_flaw(struct posture *p)
{
	const struct assay_reason_text *why =
	    assay_reason_text(p->spf.flaw);
	struct buf b = clause(p);

	clause_put(p, &b, p->spf.flaw_text);
	if (why != NULL) {
		buf_str(&b, ": ");
		buf_str(&b, why->sentence);
	}
	mend(p, found(p, FOUND_SPF_SYNTAX, p->domain.name,
	    clause_done(p, &b)));
}

void
tell_spf(struct posture *p)
{
	const struct spf_tree *t = &p->spf;

	if (!answered(t->a->kind)) {
		state_set(p, SUBJECT_SPF, "not known");
		found(p, FOUND_SPF_UNANSWERED, p->domain.name, SPAN_NONE);
		return;
	}
	if (p->missing) {
		state_set(p, SUBJECT_SPF, "no record");
		return;
	}
	tell_others(p);
	if (t->n_record == 0) {
		tell_none(p);
		return;
	}
	set_state(p);
	if (t->n_record > 1)
		mend(p, found(p, FOUND_SPF_SEVERAL, p->domain.name,
		    SPAN_NONE));
	if (t->flaw != ASSAY_R_NONE)
		tell_flaw(p);
	tell_budget(p);
	tell_end(p);
	for (size_t i = 0; i < t->n; i++)
		tell_line(p, i);
	tell_sizes(p);
	if (p->parked && !spf_is_closed(p))
		mend(p, found(p, FOUND_SPF_PARKED, p->domain.name,
		    SPAN_NONE));
}
