/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_of.c - RFC 9990 3.1.1 from the outcome of the checks.
 *
 * The record is read once more, from the answer that the DMARC check had:
 * parsed records outlive no message.
 */
#include "report/tally_of.h"

#include "base/limits.h"
#include "report/tally_inner.h"
#include "wire/addr.h"
#include "wire/path.h"

struct of {
	struct tally *out;
	struct assay_eval *ev;
	const struct dmarc_author *a;
	const struct dmarc_record *rec;
};

/* ---- the record ---------------------------------------------------------- */

const struct assay_answer *
tally_answer(struct assay_eval *ev, struct span name)
{
	static const struct assay_answer none;
	const struct memo_row *row = memo_ask(&ev->memo, ASSAY_Q_DNS,
	    ASSAY_T_TXT, name);

	return row == NULL ? &none : &row->a;
}

/* The record among them, how many there are. */
static size_t
read_records(const struct dmarc_record **out, struct assay_eval *ev,
    const struct assay_answer *a)
{
	size_t n = 0;

	for (size_t i = 0; a->kind == ASSAY_A_DATA && i < a->n_item; i++) {
		const struct dmarc_record *rec = dmarc_record_get(
		    ev->run.keep, a->item[i], &ev->arena);
		if (rec == NULL)
			continue;
		*out = rec;
		n++;
	}
	return n;
}

const struct dmarc_record *
tally_record(struct assay_eval *ev, const struct dmarc_author *author)
{
	ROOM(room, LIMIT_NAME);
	struct buf name = BUF_ON(room);
	const struct dmarc_record *rec;

	buf_str(&name, "_dmarc.");
	buf_put(&name, author->record_domain.name);
	return !name.full && read_records(&rec, ev, tally_answer(ev,
	    buf_span(&name))) == 1 ? rec : NULL;
}

static void
put_error(struct buf *out, const char *what, struct span of)
{
	if (out->len > 0)
		buf_str(out, "; ");
	buf_str(out, what);
	buf_put(out, of);
}

/* RFC 9990 3.1.5: what the owner should mend. */
static struct span
errors(const struct of *o)
{
	struct buf out = arena_buf(&o->ev->arena, LIMIT_TALLY_TEXT);
	const struct dmarc_record *rec;

	for (size_t i = 0; i < o->a->n_query; i++)
		if (read_records(&rec, o->ev, tally_answer(o->ev,
		    o->a->query[i])) > 1)
			put_error(&out, "several DMARC records at ",
			    o->a->query[i]);
	for (const struct dmarc_note *n = o->rec->note; n != NULL;
	    n = n->next) {
		if (!dmarc_note_is_error(n))
			continue;
		put_error(&out, "", SPAN_NONE);
		dmarc_note_print(&out, n);
	}
	return arena_done(&o->ev->arena, &out);
}

/* RFC 9990 3.5: in the order given, malformed ones ignored; RFC 9989 4.6:
 * of the schemes mailto alone. */
struct span
tally_addresses(struct assay_eval *ev, const struct dmarc_uri *uri, size_t n)
{
	struct buf out = arena_buf(&ev->arena,
	    LIMIT_REPORT_URIS * (LIMIT_NAME + 70));

	for (size_t i = 0; i < n; i++) {
		struct span address = uri[i].address, one;
		/* none that SMTP would have to quote */
		if (span_has(address, ',') ||
		    !tally_address(&address, &one))
			continue;
		if (out.len > 0)
			buf_byte(&out, ',');
		buf_put(&out, one);
	}
	return arena_done(&ev->arena, &out);
}

static enum aggregate_action
published(enum dmarc_policy p)
{
	switch (p) {
	case POLICY_NONE: return AGGREGATE_NONE;
	case POLICY_QUARANTINE: return AGGREGATE_QUARANTINE;
	case POLICY_REJECT: return AGGREGATE_REJECT;
	case POLICY_ABSENT: break;
	}
	return AGGREGATE_UNSAID;
}

static struct span
fo_text(const struct of *o)
{
	static const struct { uint8_t bit; const char *word; } words[] = {
		{ FO_0, "0" }, { FO_1, "1" }, { FO_D, "d" }, { FO_S, "s" } };
	struct buf out = arena_buf(&o->ev->arena, 8);
	uint8_t fo = dmarc_fo(o->rec, o->ev->options.profile);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if ((fo & words[i].bit) == 0)
			continue;
		if (out.len > 0)
			buf_byte(&out, ':');
		buf_str(&out, words[i].word);
	}
	return arena_done(&o->ev->arena, &out);
}

static void
put_policy(const struct of *o)
{
	const struct dmarc_record *rec = o->rec;
	bool new = o->ev->options.profile == ASSAY_RFC9989;
	bool as_none = dmarc_as_none(rec, o->ev->options.profile);

	o->out->policy = (struct aggregate_policy){
		.domain = o->a->record_domain.name,
		.p = as_none ? AGGREGATE_NONE : published(rec->p),
		.sp = as_none ? AGGREGATE_UNSAID : published(rec->sp),
		.np = as_none || !new ? AGGREGATE_UNSAID :
		    published(rec->np),
		.adkim = rec->strict_dkim ? 's' : 'r',
		.aspf = rec->strict_spf ? 's' : 'r',
		.testing = new && rec->test,
		.pct = -1,
		.discovery = new ? AGGREGATE_TREEWALK : AGGREGATE_PSL,
		.fo = fo_text(o) };
}

/* ---- the row ------------------------------------------------------------- */

static enum aggregate_result
result_of(enum assay_result r)
{
	switch (r) {
	case ASSAY_NONE: return AGGREGATE_R_NONE;
	case ASSAY_PASS: return AGGREGATE_R_PASS;
	case ASSAY_FAIL: return AGGREGATE_R_FAIL;
	case ASSAY_SOFTFAIL: return AGGREGATE_R_SOFTFAIL;
	case ASSAY_NEUTRAL: return AGGREGATE_R_NEUTRAL;
	case ASSAY_TEMPERROR: return AGGREGATE_R_TEMPERROR;
	case ASSAY_PERMERROR: return AGGREGATE_R_PERMERROR;
	case ASSAY_POLICY: return AGGREGATE_R_POLICY;
	}
	return AGGREGATE_R_NONE;
}

static struct span
words_of(enum assay_result result, enum assay_reason reason)
{
	const struct assay_reason_text *t = assay_reason_text(reason);

	return result == ASSAY_PASS || t == NULL ? SPAN_NONE :
	    assay_cstr(t->name);
}

/* RFC 9990 3.1.3: 0 comes first. */
static unsigned
rank(const struct of *o, const struct sig_outcome *s)
{
	if (s->result != ASSAY_PASS)
		return 3;
	if (domain_eq(s->sig->d, o->a->domain))
		return 0;
	return !domain_absent(o->a->org_domain) &&
	    domain_within(s->sig->d, o->a->org_domain) ? 1 : 2;
}

static void
put_signatures(const struct of *o)
{
	const struct dkim_outcome *dkim = &o->ev->out.dkim;
	struct aggregate_row *row = &o->out->row;
	struct aggregate_dkim *d = arena_array(&o->ev->arena, dkim->n_sig,
	    sizeof(*d));

	row->auth_dkim = d;
	for (unsigned wanted = 0; d != NULL && wanted <= 3; wanted++)
		for (size_t i = 0; i < dkim->n_sig; i++) {
			const struct sig_outcome *s = &dkim->sig[i];
			/* what names no key was not tried */
			if (domain_absent(s->sig->d) ||
			    domain_absent(s->sig->selector) ||
			    rank(o, s) != wanted)
				continue;
			d[row->n_dkim++] = (struct aggregate_dkim){
				.domain = s->sig->d.name,
				.selector = s->sig->selector.name,
				.human = words_of(s->result, s->reason),
				.result = result_of(s->result) };
		}
}

static void
put_spf(const struct of *o)
{
	const struct spf_outcome *spf = &o->ev->out.spf;
	struct aggregate_spf *s;

	if (domain_absent(spf->domain))
		return;
	s = arena_alloc(&o->ev->arena, sizeof(*s));
	if (s == NULL)
		return;
	*s = (struct aggregate_spf){ .domain = spf->domain.name,
		.scope = AGGREGATE_MFROM, .result = result_of(spf->result) };
	if (spf->result == ASSAY_TEMPERROR || spf->result == ASSAY_PERMERROR)
		s->human = words_of(spf->result, spf->reason);
	o->out->row.auth_spf = s;
	o->out->row.n_spf = 1;
}

static void
put_envelope(const struct of *o)
{
	const struct assay_session *s = &o->ev->session;
	struct aggregate_row *row = &o->out->row;
	struct path p, q;
	bool one = s->n_rcpt > 0;

	if (!span_absent(s->mail_from) &&
	    path_parse(&p, s->mail_from, &o->ev->arena))
		row->envelope_from = p.null_path ? SPAN("") : p.domain.name;
	/* the domain of all recipients, if they have but one */
	for (size_t i = 0; one && i < s->n_rcpt; i++) {
		one = path_parse(&q, s->rcpt[i], &o->ev->arena) &&
		    !domain_absent(q.domain) &&
		    (i == 0 || domain_eq(q.domain, p.domain));
		p = q;
	}
	if (one)
		row->envelope_to = p.domain.name;
}

/* RFC 9990 3.1.1.9: "pass" under a policy that asks for something. */
static enum aggregate_action
action_of(const struct of *o, enum assay_disposition d)
{
	switch (d) {
	case ASSAY_QUARANTINE: case ASSAY_HOLD:
		return AGGREGATE_QUARANTINE;
	case ASSAY_REJECT: return AGGREGATE_REJECT;
	case ASSAY_ACCEPT: case ASSAY_TAG: case ASSAY_DEFER:
	case ASSAY_DEFER_ONCE: case ASSAY_STRIP:
		break;
	}
	return o->a->result == ASSAY_PASS && o->a->policy > POLICY_NONE ?
	    AGGREGATE_PASS : AGGREGATE_NONE;
}

static enum aggregate_why
why_of(const char *word)
{
	struct span s = assay_cstr(word);

	if (span_absent(s))
		return AGGREGATE_WHY_UNSAID;
	if (span_eq(s, SPAN("policy_test_mode")))
		return AGGREGATE_TEST_MODE;
	if (span_eq(s, SPAN("mailing_list")))
		return AGGREGATE_MAILING_LIST;
	if (span_eq(s, SPAN("trusted_forwarder")))
		return AGGREGATE_TRUSTED_FORWARDER;
	if (span_eq(s, SPAN("other")))
		return AGGREGATE_OTHER_REASON;
	return AGGREGATE_LOCAL_POLICY;
}

/* RFC 9990 3.1.1.9: what is done and not what was published has a reason. */
static void
put_reason(const struct of *o, enum aggregate_why why, bool observed)
{
	struct aggregate_row *row = &o->out->row;
	bool aligned = o->a->aligned_dkim || o->a->aligned_spf;
	bool differs = !aligned &&
	    row->disposition != published(o->a->published);
	struct aggregate_reason *r;

	if (observed)
		why = differs ? AGGREGATE_LOCAL_POLICY : AGGREGATE_WHY_UNSAID;
	else if (why == AGGREGATE_WHY_UNSAID && differs)
		why = AGGREGATE_LOCAL_POLICY;
	r = why == AGGREGATE_WHY_UNSAID ? NULL :
	    arena_alloc(&o->ev->arena, sizeof(*r));
	if (r == NULL)
		return;
	r->type = why;
	if (observed)
		r->comment = SPAN("this receiver only observes");
	else if (why == AGGREGATE_LOCAL_POLICY &&
	    o->a->policy == POLICY_REJECT &&
	    row->disposition == AGGREGATE_QUARANTINE)
		r->comment = SPAN("p=reject alone is no reason to reject, "
		    "RFC 9989 7.4");
	row->reason = r;
	row->n_reason = 1;
}

/* ---- letters ------------------------------------------------------------- */

static bool
all_to(const struct assay_session *s, struct span address)
{
	for (size_t i = 0; i < s->n_rcpt; i++)
		if (!span_ieq(s->rcpt[i], address))
			return false;
	return s->n_rcpt > 0 && !span_absent(address);
}

/* RFC 9990 3.5.2: the words of such a subject; RFC 6522: reports of other
 * kinds.  It is believed of who proved to be the author alone: else who
 * forges mail could keep it out of reports by looking like one. */
bool
tally_is_report(const struct assay_eval *ev)
{
	const struct facts *f = &ev->facts;

	return f->n_part > 0 && span_ieq(f->part->type,
	    SPAN("multipart/report"));
}

static bool
looks_like_report(const struct assay_eval *ev)
{
	if (tally_is_report(ev))
		return true;
	for (size_t i = 0; ev->fields != NULL && i < ev->fields->n; i++)
		if (field_is(&ev->fields->field[i], SPAN("Subject")))
			return span_starts(span_trim_fws(
			    ev->fields->field[i].value),
			    SPAN("Report Domain:"));
	return false;
}

static enum aggregate_aligned
aligned(bool yes)
{
	return yes ? AGGREGATE_ALIGNED_PASS : AGGREGATE_ALIGNED_FAIL;
}

/* Behind a server of ours in front the client is whom that one names; where
 * it does not, what we would report of SPF is our own affair. */
bool
tally_source(struct assay_addr *out, const struct assay_eval *ev)
{
	const struct imported *in;

	*out = addr_unmap(&ev->session.client);
	if (!ev->session.relay)
		return out->family != 0;
	in = facts_imported(&ev->facts, ASSAY_CHECK_IPREV);
	if (in != NULL)
		*out = addr_unmap(&in->client);
	return in != NULL && out->family != 0;
}

bool
tally_of(struct tally *out, struct assay_eval *ev,
    const struct assay_verdict *v, size_t i, const struct tally_how *how)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;
	struct of o = { .out = out, .ev = ev, .a = &d->author[i] };
	const char *word = i == d->decisive ? v->departure : NULL;
	struct aggregate_row *row = &out->row;

	*out = (struct tally){ .day = ev->session.now / 86400 };
	if (i >= d->n_author || domain_absent(o.a->record_domain) ||
	    !tally_source(&row->source, ev) ||
	    (o.rec = tally_record(ev, o.a)) == NULL ||
	    !dmarc_usable(o.rec, ev->options.profile))
		return false;
	/* a deferred message comes again and is counted then */
	/* deferred once: which try it is only front knows, so each counts */
	if (v->disposition == ASSAY_DEFER && !how->observed)
		return false;
	out->rua = tally_addresses(ev, o.rec->rua, o.rec->n_rua);
	if (out->rua.len == 0)
		return false;
	out->letter = all_to(&ev->session, how->report_from) ||
	    (o.a->result == ASSAY_PASS && looks_like_report(ev));
	out->error = errors(&o);
	put_policy(&o);
	row->count = 1;
	row->disposition = action_of(&o, how->observed ? ASSAY_ACCEPT :
	    v->disposition);
	row->dkim = aligned(o.a->aligned_dkim);
	row->spf = aligned(o.a->aligned_spf);
	put_reason(&o, why_of(word), how->observed);
	row->header_from = o.a->domain.name;
	put_envelope(&o);
	put_signatures(&o);
	put_spf(&o);
	return !ev->arena.failed;
}
