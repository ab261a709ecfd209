/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc.c - the policy that is in force for a domain (RFC 9989 4.10), and
 * whether reports arrive where it wants them.
 */
#include "posture/inner.h"

#include "base/ascii.h"

/* ---- to learn ------------------------------------------------------------ */

static bool
is_record(struct span text)
{
	/* RFC 9989 4.7 v=: the whole record is ignored otherwise */
	struct span rest = text, first = span_cut(&rest, ';');
	struct span value = first, name = span_cut(&value, '=');

	return to_lower(span_at(name, 0)) == 'v' &&
	    span_trim_wsp(span_skip(name, 1)).len == 0 &&
	    span_eq(span_trim_wsp(value), SPAN("DMARC1"));
}

static enum step
learn_mailbox(struct posture *p, const struct dmarc_uri *uri, bool failure)
{
	struct dmarc_known *d = &p->dmarc;
	struct mailbox *m;
	enum step step;

	if (d->n_mailbox == LIMIT_POSTURE_MAILBOXES)
		return STEP_DONE;
	m = &d->mailbox[d->n_mailbox++];
	*m = (struct mailbox){ .uri = uri, .failure = failure,
		.takes = MAIL_YES };
	step = report_authorized(&m->auth, &p->run, d->used->name, uri,
	    failure ? REPORT_FAILURE : REPORT_AGGREGATE);
	/* only of a mailto: can DNS tell more */
	if (!span_absent(uri->address) && learn_takes_mail(&m->takes, p,
	    uri->host) == STEP_WAIT)
		step = STEP_WAIT;
	return step;
}

static enum step
learn_mailboxes(struct posture *p)
{
	const struct dmarc_record *rec = p->dmarc.used->record;
	enum step step = STEP_DONE;

	for (size_t i = 0; i < rec->n_rua; i++)
		if (learn_mailbox(p, &rec->rua[i], false) == STEP_WAIT)
			step = STEP_WAIT;
	for (size_t i = 0; i < rec->n_ruf; i++)
		if (learn_mailbox(p, &rec->ruf[i], true) == STEP_WAIT)
			step = STEP_WAIT;
	return step;
}

enum step
learn_dmarc(struct posture *p)
{
	struct dmarc_known *d = &p->dmarc;
	enum step step, own, suffix;

	*d = (struct dmarc_known){ .used = NULL };
	step = walk_author(&d->walk, &p->run, p->domain);
	own = learn_texts(&d->own, p, name_below(p, "_dmarc", p->domain),
	    is_record, "v=dmarc");
	suffix = suffix_of(&d->suffix, &p->run, p->domain);
	if (step == STEP_WAIT || own == STEP_WAIT || suffix == STEP_WAIT)
		return STEP_WAIT;
	d->used = walk_policy(&d->walk, ASSAY_RFC9989, &d->failed);
	return d->used == NULL ? STEP_DONE : learn_mailboxes(p);
}

enum dmarc_policy
dmarc_policy_here(const struct posture *p)
{
	const struct walk_name *used = p->dmarc.used;
	const char *tag;

	if (used == NULL || !dmarc_usable(used->record, ASSAY_RFC9989))
		return POLICY_ABSENT;
	return dmarc_policy_of(used->record, ASSAY_RFC9989,
	    !domain_eq(used->name, p->domain), true, &tag);
}

/* ---- to tell ------------------------------------------------------------- */

static void
mend(struct posture *p, struct posture_finding *f)
{
	mend_txt(p, f, p->dmarc.used->query, dmarc_mended(p));
}

static void
tell_mailbox(struct posture *p, const struct mailbox *m)
{
	struct span about = p->dmarc.used->query;
	struct posture_finding *f;

	if (m->auth.answer == REPORT_NO && !span_absent(m->auth.query)) {
		f = found(p, FOUND_DMARC_REFUSED, about,
		    shown(p, m->uri->text));
		mend_txt(p, f, m->auth.query, SPAN("v=DMARC1"));
		f->advice = "This record has to be in the zone of the "
		    "address.";
	} else if (m->auth.answer == REPORT_NO) {
		found(p, FOUND_DMARC_URI, about, shown(p, m->uri->text));
	} else if (m->auth.answer == REPORT_UNKNOWN) {
		found(p, FOUND_DMARC_UNANSWERED, about,
		    shown(p, m->uri->text));
	}
	if (m->takes == MAIL_NO)
		found(p, FOUND_DMARC_MAILBOX, about, shown(p, m->uri->text));
	else if (m->takes == MAIL_UNKNOWN &&
	    m->auth.answer != REPORT_UNKNOWN)
		found(p, FOUND_DMARC_UNANSWERED, about,
		    shown(p, m->uri->text));
}

static enum finding_code
note_code(const struct dmarc_note *n)
{
	switch (n->kind) {
	case NOTE_SYNTAX: case NOTE_CASE: case NOTE_VALUE:
	case NOTE_P_MISSING:
		return FOUND_DMARC_SYNTAX;
	case NOTE_UNKNOWN: return FOUND_DMARC_UNKNOWN_TAG;
	case NOTE_DUPLICATE: return FOUND_DMARC_DUPLICATE;
	case NOTE_URI: return FOUND_DMARC_URI;
	case NOTE_URI_SCHEME: return FOUND_DMARC_SCHEME;
	case NOTE_URI_SIZE: return FOUND_DMARC_URI_SIZE;
	case NOTE_URI_MANY: return FOUND_DMARC_URI_MANY;
	case NOTE_HISTORIC:
		return span_eq(n->tag, SPAN("pct")) &&
		    !span_eq(n->value, SPAN("100")) ? FOUND_DMARC_PCT :
		    FOUND_DMARC_HISTORIC;
	case NOTE_FO_BOTH:
	case NOTE_FO_NO_RUF: return FOUND_DMARC_FO;
	}
	return FOUND_DMARC_SYNTAX;
}

/* The finding's own sentence says what is the matter. */
static bool
is_plain(enum dmarc_note_kind kind)
{
	return kind == NOTE_UNKNOWN || kind == NOTE_DUPLICATE ||
	    kind == NOTE_URI || kind == NOTE_URI_SCHEME ||
	    kind == NOTE_URI_SIZE || kind == NOTE_HISTORIC;
}

static void
tell_notes(struct posture *p, const struct walk_name *used)
{
	for (const struct dmarc_note *n = used->record->note; n != NULL;
	    n = n->next) {
		bool policy = span_eq(n->tag, SPAN("p")) ||
		    span_eq(n->tag, SPAN("sp")) ||
		    span_eq(n->tag, SPAN("np"));
		struct buf b = clause(p);

		/* what is wrong with a policy is told as what it does */
		if (policy && (n->kind == NOTE_VALUE ||
		    n->kind == NOTE_P_MISSING))
			continue;
		if (is_plain(n->kind)) {
			clause_put(p, &b, n->tag);
			buf_byte(&b, '=');
			clause_put(p, &b, n->value);
		} else {
			dmarc_note_print(&b, n);
		}
		mend(p, found(p, note_code(n), used->query,
		    clause_done(p, &b)));
	}
}

static void
tell_policy(struct posture *p, const struct walk_name *used)
{
	const struct dmarc_record *rec = used->record;
	enum dmarc_policy here = dmarc_policy_here(p);
	struct posture_finding *f;

	if (!dmarc_usable(rec, ASSAY_RFC9989)) {
		mend(p, found(p, FOUND_DMARC_UNUSABLE, used->query,
		    SPAN_NONE));
		return;
	}
	if (dmarc_as_none(rec, ASSAY_RFC9989)) {
		mend(p, found(p, FOUND_DMARC_AS_NONE, used->query,
		    SPAN_NONE));
	} else if (p->parked && here != POLICY_REJECT) {
		f = found(p, FOUND_DMARC_PARKED, used->query, SPAN_NONE);
		mend_txt(p, f, p->dmarc.own.query, dmarc_mended(p));
	} else if (here == POLICY_NONE) {
		f = found(p, FOUND_DMARC_P_NONE, used->query, SPAN_NONE);
		mend_txt(p, f, used->query, dmarc_next(p));
		f->advice = "First read reports for a month. When they show "
		    "that all of your own mail passes, this is the next step: "
		    "it still harms nobody (t=y). Take t=y out a few weeks "
		    "later.";
	}
	if (rec->test)
		found(p, FOUND_DMARC_TEST, used->query, SPAN_NONE);
}

/* What is asked for below the record's name: subdomains, made-up names. */
static void
tell_below(struct posture *p, const struct walk_name *used)
{
	const struct dmarc_record *rec = used->record;
	const char *tag;
	enum dmarc_policy at, sub, made_up;

	if (!dmarc_usable(rec, ASSAY_RFC9989) ||
	    dmarc_as_none(rec, ASSAY_RFC9989) || p->parked)
		return;
	at = dmarc_policy_of(rec, ASSAY_RFC9989, false, true, &tag);
	sub = dmarc_policy_of(rec, ASSAY_RFC9989, true, true, &tag);
	made_up = dmarc_policy_of(rec, ASSAY_RFC9989, true, false, &tag);
	if (sub < at)
		mend(p, found(p, FOUND_DMARC_SP_WEAK, used->query,
		    SPAN_NONE));
	if (made_up < sub || (rec->np != POLICY_ABSENT && made_up < at)) {
		mend(p, found(p, FOUND_DMARC_NP_WEAK, used->query,
		    SPAN_NONE));
	} else if (made_up < POLICY_REJECT) {
		mend_txt(p, found(p, FOUND_DMARC_NP_MISSING, used->query,
		    SPAN_NONE), used->query, dmarc_with_np(p));
	}
}

static void
tell_psd(struct posture *p, const struct walk_name *used)
{
	const struct domain suffix = p->dmarc.suffix;
	bool registry = domain_labels(used->name) == 1 ||
	    (!domain_absent(suffix) && domain_within(suffix, used->name));
	struct posture_finding *f;

	if (used->record->psd == PSD_Y && !registry) {
		f = found(p, FOUND_DMARC_PSD, used->query, SPAN_NONE);
		mend(p, f);
		/* only the list of public suffixes could tell */
		if (domain_absent(suffix))
			f->grade = GRADE_WARN;
	}
	if (registry && used->record->psd != PSD_Y &&
	    !domain_eq(used->name, p->domain))
		found(p, FOUND_DMARC_TLD, used->query, SPAN_NONE);
}

static void
tell_reports(struct posture *p, const struct walk_name *used)
{
	struct posture_finding *f;

	/* where there is no mail there is little to report */
	if (used->record->n_rua == 0 && !p->parked) {
		f = found(p, FOUND_DMARC_NO_RUA, used->query, SPAN_NONE);
		mend(p, f);
		f->advice = "The address may be any that somebody reads.";
	}
	for (size_t i = 0; i < p->dmarc.n_mailbox; i++)
		tell_mailbox(p, &p->dmarc.mailbox[i]);
}

static void
tell_used(struct posture *p, const struct walk_name *used)
{
	struct posture_finding *f;

	if (!domain_eq(used->name, p->domain)) {
		found(p, FOUND_DMARC_INHERITED, used->query, SPAN_NONE);
		if (domain_labels(p->domain) > LIMIT_WALK)
			found(p, FOUND_DMARC_DEEP, p->domain.name,
			    SPAN_NONE);
	}
	tell_policy(p, used);
	tell_below(p, used);
	tell_notes(p, used);
	tell_psd(p, used);
	tell_reports(p, used);
	if (used->record->strict_dkim || used->record->strict_spf)
		found(p, FOUND_DMARC_STRICT, used->query, assay_cstr(
		    !used->record->strict_spf ? "for DKIM" :
		    !used->record->strict_dkim ? "for SPF" :
		    "for SPF and DKIM"));
	if (dmarc_policy_here(p) == POLICY_REJECT && !used->record->test &&
	    !p->parked && p->dkim.above == ASSAY_A_NXDOMAIN &&
	    domain_eq(used->name, p->domain) &&
	    p->dkim.usable == 0) {
		f = found(p, FOUND_DMARC_SPF_ALONE, used->query, SPAN_NONE);
		f->advice = "Sign all mail with DKIM, or go back to "
		    "p=quarantine until it is.";
	}
}

static void
tell_own(struct posture *p)
{
	const struct texts *own = &p->dmarc.own;
	struct posture_finding *f;

	if (own->n > 1) {
		f = found(p, FOUND_DMARC_SEVERAL, own->query, SPAN_NONE);
		mend_txt(p, f, own->query, own->first);
		f->advice = "Keep one of them.";
	}
	if (own->n == 0 && !span_absent(own->near)) {
		f = found(p, FOUND_DMARC_NEAR_MISS, own->query,
		    shown(p, own->near));
		mend_txt(p, f, own->query, dmarc_meant(p, own->near));
		f->advice = "It begins with v=DMARC1, in capitals.";
	}
}

static void
set_state(struct posture *p)
{
	const struct walk_name *used = p->dmarc.used;
	struct buf b = clause(p);

	if (used == NULL) {
		state_set(p, SUBJECT_DMARC, p->dmarc.failed ? "not known" :
		    "no record");
		return;
	}
	if (dmarc_policy_here(p) == POLICY_ABSENT) {
		state_set(p, SUBJECT_DMARC, "a record that asks nothing");
		return;
	}
	buf_str(&b, "policy ");
	buf_str(&b, dmarc_policy_name(dmarc_policy_here(p)));
	if (used->record->test)
		buf_str(&b, ", lowered by one step (t=y)");
	if (!domain_eq(used->name, p->domain)) {
		buf_str(&b, ", by the record of ");
		buf_put(&b, used->name.name);
	}
	state_put(p, SUBJECT_DMARC, &b);
}

void
tell_dmarc(struct posture *p)
{
	const struct dmarc_known *d = &p->dmarc;
	struct posture_finding *f;

	set_state(p);
	tell_own(p);
	if (d->used != NULL) {
		tell_used(p, d->used);
		return;
	}
	if (d->failed) {
		found(p, FOUND_DMARC_UNANSWERED, p->domain.name, SPAN_NONE);
		return;
	}
	/* several, or one that was meant to be: that is told already */
	if (p->missing || d->own.n > 0 || !span_absent(d->own.near))
		return;
	f = found(p, p->parked ? FOUND_DMARC_PARKED : FOUND_DMARC_NONE,
	    d->own.query, p->parked ? SPAN("there is no record") :
	    SPAN_NONE);
	mend_txt(p, f, d->own.query, dmarc_first(p));
	if (!p->parked)
		f->advice = "The address may be any that somebody reads.";
}
