/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.c - a posture for a person: first how each subject stands, then what
 * to mend, the worst first, with the record that mends it; then what SPF
 * spends its look-ups on, and the rules of the large receivers.
 */
#include "verdict/page.h"

#include "posture/inner.h"

enum { MARGIN = 2, MARK = 11, STATE = 19, TELL = 11, SHARES = 5 };

static enum style
style_of(enum grade s)
{
	switch (s) {
	case GRADE_GOOD: return STYLE_GOOD;
	case GRADE_NOTE: return STYLE_DIM;
	case GRADE_UNKNOWN: return STYLE_CARE;
	case GRADE_WARN: return STYLE_WARN;
	case GRADE_BAD: return STYLE_BAD;
	}
	return STYLE_PLAIN;
}

/* ---- one line ------------------------------------------------------------ */

static size_t
count(const struct posture *p, enum grade s)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_sorted; i++)
		n += p->sorted[i].grade == s;
	return n;
}

static void
counts(struct page *out, const struct posture *p)
{
	static const struct {
		enum grade grade;
		const char *one, *many;
	} kinds[] = {
		{ GRADE_BAD, " bad", " bad" },
		{ GRADE_WARN, " warning", " warnings" },
		{ GRADE_UNKNOWN, " unanswered", " unanswered" },
		{ GRADE_NOTE, " note", " notes" },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = count(p, kinds[i].grade);

		if (n == 0)
			continue;
		page_str(out, STYLE_PLAIN, any ? ", " : "");
		page_u64(out, style_of(kinds[i].grade), n);
		page_str(out, style_of(kinds[i].grade), n == 1 ?
		    kinds[i].one : kinds[i].many);
		any = true;
	}
	if (!any)
		page_str(out, STYLE_GOOD, "all is well");
}

static void
brief_line(struct page *out, const struct posture *p)
{
	enum grade worst = posture_worst(p);
	const char *before = " (";

	page_str(out, style_of(worst), grade_name(worst));
	page_tab(out, 9);
	page_put(out, STYLE_BOLD, p->domain.name);
	page_str(out, STYLE_PLAIN, ": ");
	counts(out, p);
	for (size_t s = 0; s < SUBJECTS; s++) {
		enum grade of = posture_worst_of(p, (enum subject)s);

		if (of < GRADE_UNKNOWN)
			continue;
		page_str(out, STYLE_PLAIN, before);
		page_str(out, style_of(of), subject_name((enum subject)s));
		before = ", ";
	}
	page_str(out, STYLE_PLAIN, *before == ',' ? ")" : "");
	page_end(out, 0);
}

/* ---- how it stands ------------------------------------------------------- */

static void
head(struct page *out, const struct posture *p)
{
	page_put(out, STYLE_BOLD, p->domain.name);
	page_str(out, STYLE_PLAIN, p->parked ? " (no mail): " : ": ");
	counts(out, p);
	page_end(out, 0);
	page_end(out, MARGIN);
	for (size_t s = 0; s < SUBJECTS; s++) {
		enum grade of = posture_worst_of(p, (enum subject)s);

		out->indent = MARGIN;
		page_str(out, STYLE_BOLD, subject_name((enum subject)s));
		page_tab(out, MARK);
		page_str(out, style_of(of), grade_name(of));
		page_tab(out, STATE);
		page_put(out, STYLE_PLAIN, p->part[s].state);
		page_end(out, MARGIN);
	}
}

/* ---- findings ------------------------------------------------------------ */

/* Is the record that mends it shown already? */
static bool
is_above(const struct posture *p, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (span_eq(p->sorted[i].record, p->sorted[at].record))
			return true;
	return false;
}

static void
traffic(struct page *out, const struct traffic *t)
{
	if (!t->known)
		return;
	page_u64(out, STYLE_CARE, t->messages);
	page_str(out, STYLE_CARE, " ");
	page_str(out, STYLE_CARE, t->what);
	page_str(out, STYLE_CARE, ", in ");
	page_u64(out, STYLE_CARE, t->days);
	page_str(out, STYLE_CARE, t->days == 1 ? " day." : " days.");
	page_end(out, TELL);
}

static void
record(struct page *out, const struct posture *p, size_t at)
{
	const struct posture_finding *f = &p->sorted[at];

	if (f->record.len == 0)
		return;
	if (is_above(p, at)) {
		page_str(out, STYLE_DIM, "The record above mends this as "
		    "well.");
		page_end(out, MARGIN);
		return;
	}
	page_raw(out, f->record);
}

/* The detail goes where the full stop was. */
static void
sentence(struct page *out, const struct posture_finding *f)
{
	struct span s = assay_cstr(f->text->sentence);

	if (span_absent(f->detail)) {
		page_put(out, STYLE_PLAIN, s);
		return;
	}
	page_put(out, STYLE_PLAIN, span_head(s, s.len - 1));
	page_str(out, STYLE_PLAIN, ": ");
	page_put(out, STYLE_PLAIN, f->detail);
	if (!span_ends(f->detail, SPAN(".")))
		page_str(out, STYLE_PLAIN, ".");
}

static void
finding(struct page *out, const struct posture *p, size_t at)
{
	const struct posture_finding *f = &p->sorted[at];

	page_end(out, MARGIN);
	out->indent = MARGIN;
	page_str(out, style_of(f->grade), grade_name(f->grade));
	page_tab(out, TELL);
	page_str(out, STYLE_BOLD, f->text->name);
	page_str(out, STYLE_PLAIN, " ");
	page_put(out, STYLE_PLAIN, f->about);
	page_end(out, TELL);
	sentence(out, f);
	if (*f->text->consequence != '\0') {
		page_str(out, STYLE_PLAIN, " ");
		page_str(out, STYLE_PLAIN, f->text->consequence);
	}
	page_str(out, STYLE_DIM, " ");
	page_str(out, STYLE_DIM, f->text->section);
	page_end(out, TELL);
	if (f->advice != NULL) {
		page_str(out, STYLE_PLAIN, f->advice);
		page_end(out, TELL);
	}
	traffic(out, &f->traffic);
	record(out, p, at);
}

static void
findings(struct page *out, const struct posture *p)
{
	for (size_t i = 0; i < p->n_sorted; i++)
		if (p->sorted[i].grade > GRADE_GOOD)
			finding(out, p, i);
}

/* ---- what SPF spends ----------------------------------------------------- */

static void
spf_line(struct page *out, const struct spf_line *l)
{
	enum style style = l->trouble != TROUBLE_NONE ? STYLE_BAD :
	    l->behind_all ? STYLE_DIM : STYLE_PLAIN;

	out->indent = MARGIN;
	page_str(out, STYLE_PLAIN, "");
	if (l->cost > 0)
		page_u64(out, STYLE_BOLD, l->cost);
	page_tab(out, MARGIN + 4 + (l->depth < 12 ? l->depth : 12) * 2);
	page_put(out, style, span_head(l->text, LIMIT_POSTURE_TEXT));
	if (l->behind_all)
		page_str(out, STYLE_DIM, "  never reached");
	page_end(out, MARGIN);
}

static void
spf_tree(struct page *out, const struct posture *p)
{
	if (p->spf.cost == 0)
		return;
	page_end(out, 0);
	page_str(out, STYLE_BOLD, "Look-ups of SPF");
	page_str(out, STYLE_DIM, " (RFC 7208 4.6.4: 10 in all)");
	page_end(out, MARGIN);
	for (size_t i = 0; i < p->spf.n; i++)
		/* networks cost nothing, and there may be many */
		if (p->spf.line[i].cost > 0 || p->spf.line[i].behind_all ||
		    p->spf.line[i].trouble != TROUBLE_NONE)
			spf_line(out, &p->spf.line[i]);
}

/* ---- rules --------------------------------------------------------------- */

/* The sources a rule rests on, the worst first. */
static void
shares(struct page *out, const struct bulk_row *r)
{
	size_t n = r->n_share < SHARES ? r->n_share : SHARES;

	for (size_t i = 0; i < n; i++) {
		const struct bulk_share *s = &r->share[i];

		page_tab(out, MARK + 6);
		page_put(out, STYLE_PLAIN, s->name);
		page_str(out, STYLE_DIM, ": ");
		page_u64(out, s->good < s->messages ? STYLE_WARN :
		    STYLE_GOOD, s->good);
		page_str(out, STYLE_DIM, " of ");
		page_u64(out, STYLE_DIM, s->messages);
		page_end(out, MARGIN);
	}
	if (r->n_share > n) {
		page_tab(out, MARK + 6);
		page_str(out, STYLE_DIM, "and ");
		page_u64(out, STYLE_DIM, r->n_share - n);
		page_str(out, STYLE_DIM, " more");
		page_end(out, MARGIN);
	}
}

static void
rules(struct page *out, const struct posture *p)
{
	page_end(out, 0);
	page_str(out, STYLE_BOLD, "What large receivers ask of bulk senders");
	page_end(out, MARGIN);
	page_str(out, STYLE_DIM, "G Google, Y Yahoo, M Microsoft");
	page_end(out, MARGIN);
	for (size_t i = 0; i < BULK_RULES; i++) {
		const struct bulk_row *r = &p->row[i];

		out->indent = MARGIN;
		page_str(out, r->state == BULK_MET ? STYLE_GOOD :
		    r->state == BULK_UNMET ? STYLE_BAD : STYLE_DIM,
		    r->state == BULK_UNMET ? "not met" :
		    bulk_state_name(r->state));
		page_tab(out, MARK);
		page_str(out, STYLE_DIM, (r->who & BULK_GOOGLE) ? "G" : ".");
		page_str(out, STYLE_DIM, (r->who & BULK_YAHOO) ? "Y" : ".");
		page_str(out, STYLE_DIM, (r->who & BULK_MICROSOFT) ? "M" :
		    ".");
		page_tab(out, MARK + 4);
		page_str(out, STYLE_PLAIN, r->sentence);
		page_str(out, STYLE_DIM, ": ");
		page_put(out, STYLE_DIM, r->evidence);
		page_end(out, MARGIN);
		shares(out, r);
	}
}

enum assay_status
posture_page_write(struct posture *p, bool brief, unsigned width,
    bool colour, assay_write_fn *write, void *ctx)
{
	struct page out;

	if (!p->told)
		return ASSAY_MISUSE;
	page_init(&out, brief ? LIMIT_PAGE_WIDE : width, colour, write, ctx);
	if (brief) {
		brief_line(&out, p);
	} else {
		head(&out, p);
		findings(&out, p);
		spf_tree(&out, p);
		if (!p->parked && !p->missing)
			rules(&out, p);
	}
	return out.failed ? ASSAY_IO : ASSAY_OK;
}
