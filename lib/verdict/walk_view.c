/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk_view.c - the search for a DMARC policy, step by step.
 *
 * The walk is made once more from the answers that are there; so what is
 * shown is what the check saw (RFC 9989 4.10).
 */
#include "verdict/walk_view.h"

#include "check/orgdomain.h"
#include "verdict/phrase.h"

enum { MARGIN = 2, STEP = 5, LABEL = 17 };

static void
label(struct page *p, const char *what)
{
	p->indent = MARGIN;
	page_str(p, STYLE_DIM, what);
	page_tab(p, LABEL);
}

/* ---- the steps ----------------------------------------------------------- */

static const struct memo_row *
answer_of(struct assay_eval *ev, const struct walk_name *at)
{
	return span_absent(at->query) ? NULL :
	    memo_ask(&ev->memo, ASSAY_Q_DNS, ASSAY_T_TXT, at->query);
}

static void
texts(struct page *p, struct assay_eval *ev, const struct assay_answer *a)
{
	for (size_t i = 0; i < a->n_item && i < LIMIT_PAGE_ANSWERS; i++) {
		page_end(p, STEP + 2);
		page_str(p, STYLE_PLAIN, "\"");
		page_put(p, STYLE_PLAIN, printable(&ev->arena, a->item[i],
		    1000));
		page_str(p, STYLE_PLAIN, "\"");
	}
}

/* What became of an answer, and why. */
static void
fate(struct page *p, const struct walk_name *at, const struct memo_row *row)
{
	if (row == NULL) {
		page_str(p, STYLE_DIM, "not asked: with _dmarc the name is "
		    "too long for the DNS");
	} else if (at->failed) {
		page_str(p, STYLE_CARE, row->a.kind == ASSAY_A_BOGUS ?
		    "not to be trusted: its owner's signature (DNSSEC) does "
		    "not fit" : "no answer: a temporary failure");
	} else if (row->a.kind == ASSAY_A_NXDOMAIN) {
		page_str(p, STYLE_DIM, "no such name");
	} else if (row->a.kind == ASSAY_A_NODATA) {
		page_str(p, STYLE_DIM, "no TXT record");
	} else if (at->n_record > 1) {
		page_u64(p, STYLE_WARN, at->n_record);
		page_str(p, STYLE_WARN, " DMARC records: all dropped, the "
		    "search goes on");
	} else if (at->record == NULL) {
		page_str(p, STYLE_DIM, "dropped: no record begins with "
		    "v=DMARC1");
	} else {
		page_str(p, STYLE_GOOD, "kept");
		if (at->record->psd == PSD_N)
			page_str(p, STYLE_PLAIN, ", and psd=n ends the walk: "
			    "this is an organisation");
		else if (at->record->psd == PSD_Y)
			page_str(p, STYLE_PLAIN, ", and psd=y ends the walk: "
			    "a registry, organisations are below it");
		if (row->a.secure)
			page_str(p, STYLE_DIM, " (DNSSEC)");
	}
}

static void
step(struct page *p, struct assay_eval *ev, size_t i,
    const struct walk_name *at)
{
	const struct memo_row *row = answer_of(ev, at);

	p->indent = MARGIN;
	page_u64(p, STYLE_DIM, i + 1);
	page_tab(p, STEP);
	page_str(p, STYLE_BOLD, "TXT _dmarc.");
	page_put(p, STYLE_BOLD, at->name.name);
	page_end(p, STEP + 2);
	fate(p, at, row);
	if (row != NULL && row->a.kind == ASSAY_A_DATA)
		texts(p, ev, &row->a);
	page_end(p, MARGIN);
}

/* ---- what follows -------------------------------------------------------- */

static const struct walk_name *
name_of(const struct walk *w, struct domain d)
{
	for (size_t i = 0; i < w->n; i++)
		if (domain_eq(w->at[i].name, d))
			return &w->at[i];
	return NULL;
}

static const char *
why_org(const struct walk *w, enum assay_profile profile)
{
	const struct walk_name *at = name_of(w, w->org);
	const struct walk_name *last = w->n > 0 ? &w->at[w->n - 1] : NULL;

	if (profile == ASSAY_RFC7489)
		return "one label below the public suffix";
	if (at != NULL && at->record != NULL && at->record->psd == PSD_N)
		return "its record says psd=n";
	if (last != NULL && last->record != NULL &&
	    last->record->psd == PSD_Y && !domain_eq(last->name, w->start))
		return "one label below the record with psd=y";
	if (at != NULL && at->record != NULL)
		return "the shortest name that has a record";
	return "no name has a record, so the domain stands for itself";
}

static void
organisation(struct page *p, const struct walk *w,
    enum assay_profile profile)
{
	label(p, "organisation");
	if (domain_absent(w->org)) {
		page_str(p, STYLE_CARE, w->no_list ? "not known: there is no "
		    "list of public suffixes" : "not known: an answer is "
		    "missing");
	} else {
		page_put(p, STYLE_BOLD, w->org.name);
		page_str(p, STYLE_DIM, " (");
		page_str(p, STYLE_DIM, why_org(w, profile));
		page_str(p, STYLE_DIM, ")");
	}
	page_end(p, MARGIN);
}

static void
reports(struct page *p, const char *what, const struct dmarc_uri *uri,
    size_t n)
{
	if (n == 0)
		return;
	label(p, what);
	for (size_t i = 0; i < n; i++) {
		page_str(p, STYLE_PLAIN, i > 0 ? ", " : "");
		page_put(p, STYLE_PLAIN, uri[i].text);
	}
	page_end(p, MARGIN);
}

static void
remarks(struct page *p, struct assay_eval *ev,
    const struct dmarc_record *rec)
{
	const struct dmarc_note *n = rec->note;

	for (unsigned i = 0; n != NULL && i < LIMIT_PAGE_ANSWERS;
	    i++, n = n->next) {
		struct buf b = arena_buf(&ev->arena, 1024);

		dmarc_note_print(&b, n);
		label(p, dmarc_note_is_error(n) ? "mistake" : "remark");
		page_put(p, dmarc_note_is_error(n) ? STYLE_WARN :
		    STYLE_DIM, arena_done(&ev->arena, &b));
		page_end(p, MARGIN);
	}
}

static void
asked_for(struct page *p, const struct dmarc_author *a,
    const struct dmarc_record *rec, enum assay_profile profile)
{
	bool below = !domain_eq(a->domain, a->record_domain);
	const char *tag;

	label(p, "asks for");
	page_str(p, STYLE_BOLD, phrase_policy(a->policy) != NULL ?
	    phrase_policy(a->policy) : "nothing");
	if (dmarc_as_none(rec, profile)) {
		page_str(p, STYLE_DIM, " (its policy is not valid, so it "
		    "counts as none)");
	} else if (a->published != POLICY_ABSENT) {
		bool exists = dmarc_policy_of(rec, profile, below, true,
		    &tag) == a->published;

		if (!exists)
			(void)dmarc_policy_of(rec, profile, below, false,
			    &tag);
		page_str(p, STYLE_DIM, " (");
		page_str(p, STYLE_DIM, tag);
		page_str(p, STYLE_DIM, exists ? "" : ", as the domain does "
		    "not exist");
		if (a->test_mode)
			page_str(p, STYLE_DIM, ", one step milder as t=y "
			    "says it is a test");
		page_str(p, STYLE_DIM, ")");
	}
	page_end(p, MARGIN);
}

static void
alignment(struct page *p, const struct dmarc_record *rec)
{
	label(p, "alignment");
	page_str(p, STYLE_PLAIN, rec->strict_dkim ?
	    "DKIM strict: d= has to be the domain itself; " :
	    "DKIM relaxed: d= may be any name of the organisation; ");
	page_str(p, STYLE_PLAIN, rec->strict_spf ?
	    "SPF strict: the envelope sender has to be of the domain itself" :
	    "SPF relaxed: so may the envelope sender be");
	page_end(p, MARGIN);
}

static void
meaning(struct page *p, const struct dmarc_author *a)
{
	label(p, "means");
	switch (a->policy) {
	case POLICY_ABSENT:
		page_str(p, STYLE_PLAIN, "DMARC must not be applied: mail "
		    "that claims this domain can be neither proven nor "
		    "disproven by it.");
		break;
	case POLICY_NONE:
		page_str(p, STYLE_PLAIN, "The owner only watches: mail that "
		    "fails is to be handled as if there were no record.");
		break;
	case POLICY_QUARANTINE:
		page_str(p, STYLE_PLAIN, "Mail that claims this domain and "
		    "proves nothing is suspect to its owner.");
		break;
	case POLICY_REJECT:
		page_str(p, STYLE_PLAIN, "The owner asks to refuse mail that "
		    "claims this domain and proves nothing; a receiver must "
		    "not do so for that alone, as forwarding and lists fail "
		    "too (RFC 9989 7.4).");
		break;
	}
	page_end(p, MARGIN);
}

static void
outcome(struct page *p, struct assay_eval *ev, const struct walk *w,
    const struct dmarc_author *a)
{
	enum assay_profile profile = ev->options.profile;
	bool failed = false;
	const struct walk_name *used = walk_policy(w, profile, &failed);

	organisation(p, w, profile);
	label(p, "policy record");
	if (failed || used == NULL) {
		page_str(p, failed ? STYLE_CARE : STYLE_WARN, failed ?
		    "not known: an answer is missing" : "none");
		page_end(p, MARGIN);
		if (!failed)
			meaning(p, a);
		return;
	}
	page_put(p, STYLE_BOLD, used->name.name);
	page_str(p, STYLE_DIM, domain_eq(used->name, a->domain) ?
	    " (the domain's own)" : domain_eq(used->name, w->org) ?
	    " (the organisation's)" : " (the registry's)");
	page_end(p, MARGIN);
	asked_for(p, a, used->record, profile);
	alignment(p, used->record);
	reports(p, "reports to", used->record->rua, used->record->n_rua);
	reports(p, "failures to", used->record->ruf, used->record->n_ruf);
	remarks(p, ev, used->record);
	meaning(p, a);
}

void
walk_tell(struct page *p, struct assay_eval *ev,
    const struct dmarc_author *author)
{
	struct walk w;

	if (walk_author(&w, &ev->run, author->domain) == STEP_WAIT)
		return;		/* asked by the check, so never */
	page_str(p, STYLE_PLAIN, "Who speaks for ");
	page_put(p, STYLE_BOLD, author->domain.name);
	page_str(p, STYLE_PLAIN, "?");
	page_end(p, MARGIN);
	for (size_t i = 0; i < w.n; i++)
		step(p, ev, i, &w.at[i]);
	page_end(p, 0);
	outcome(p, ev, &w, author);
}
