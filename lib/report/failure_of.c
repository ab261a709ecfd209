/* SPDX-License-Identifier: Apache-2.0 */
/* failure_of.c - RFC 9991 from the outcome of the checks. */
#include "report/failure_of.h"

#include "base/limits.h"
#include "check/dmarc_record.h"
#include "eval.h"
#include "report/report_author.h"
#include "report/tally_inner.h"
#include "wire/path.h"

/* ---- whether it is wanted ------------------------------------------------ */

static bool
results(struct arf_case *c, struct assay_eval *ev)
{
	const struct dkim_outcome *dkim = &ev->out.dkim;
	enum assay_result *r = arena_array(&ev->arena, dkim->n_sig + 1,
	    sizeof(*r));

	for (size_t i = 0; r != NULL && i < dkim->n_sig; i++)
		r[i] = dkim->sig[i].result;
	c->dkim = r;
	c->n_dkim = dkim->n_sig;
	c->spf = ev->out.spf.result;
	return r != NULL;
}

static bool
is_null(struct span path)
{
	return !span_absent(path) && (path.len == 0 ||
	    span_eq(path, SPAN("<>")));
}

bool
failure_wanted(struct failure_wish *out, struct assay_eval *ev,
    const struct assay_verdict *v, size_t i, const struct failure_how *how)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;
	const struct dmarc_record *rec;
	struct arf_case c = { .null_path = is_null(ev->session.mail_from) };

	*out = (struct failure_wish){ .want = 0 };
	if (i >= d->n_author || domain_absent(d->author[i].record_domain))
		return false;
	rec = tally_record(ev, &d->author[i]);
	/* a deferred message comes again and is told then */
	if (rec == NULL || !dmarc_usable(rec, ev->options.profile) ||
	    (v->disposition == ASSAY_DEFER && !how->observed) ||
	    !results(&c, ev))
		return false;
	out->domain = d->author[i].record_domain.name;
	out->ruf = tally_addresses(ev, rec->ruf, rec->n_ruf);
	c.fo = dmarc_fo(rec, ev->options.profile);
	c.ruf = out->ruf.len > 0;
	c.psd = rec->psd == PSD_Y;
	c.aligned_dkim = d->author[i].aligned_dkim;
	c.aligned_spf = d->author[i].aligned_spf;
	c.report = tally_is_report(ev);
	c.ours = span_ieq(report_author(ev), how->report_from);
	out->want = arf_when(&c, NULL);
	return out->want != 0 && !ev->arena.failed;
}

/* ---- what it says -------------------------------------------------------- */

static bool
has_failed(const struct sig_outcome *s)
{
	return (s->result == ASSAY_FAIL || s->result == ASSAY_PERMERROR) &&
	    !domain_absent(s->sig->d) && !domain_absent(s->sig->selector);
}

/* Of the signatures that failed, the first that could have been aligned. */
static const struct sig_outcome *
failed_signature(const struct assay_eval *ev, const struct dmarc_author *a)
{
	const struct dkim_outcome *dkim = &ev->out.dkim;
	const struct sig_outcome *first = NULL;

	for (size_t i = 0; i < dkim->n_sig; i++) {
		const struct sig_outcome *s = &dkim->sig[i];
		if (!has_failed(s))
			continue;
		if (domain_eq(s->sig->d, a->domain) ||
		    (!domain_absent(a->org_domain) &&
		    domain_within(s->sig->d, a->org_domain)))
			return s;
		first = first == NULL ? s : first;
	}
	return first;
}

/* RFC 6591 3.3 */
static enum arf_failure
failure_of(const struct sig_outcome *s)
{
	return s->reason == ASSAY_R_DKIM_BODY_CHANGED ? ARF_BODYHASH :
	    s->reason == ASSAY_R_DKIM_KEY_REVOKED ? ARF_REVOKED :
	    ARF_SIGNATURE;
}

static void
put_signature(struct arf_out *m, const struct sig_outcome *s, struct arena *a)
{
	struct buf identity;

	if (s == NULL)
		return;
	m->dkim_domain = s->sig->d;
	m->dkim_selector = s->sig->selector;
	if (domain_absent(s->sig->identity))
		return;
	/* RFC 9991 4 requires it; who signed is the domain's own affair */
	identity = arena_buf(a, LIMIT_NAME + 1);
	buf_byte(&identity, '@');
	buf_put(&identity, s->sig->identity.name);
	m->dkim_identity = arena_done(a, &identity);
}

/* The record of the domain that failed; RFC 9991 4 requires it. */
static void
put_spf(struct arf_out *m, struct assay_eval *ev)
{
	const struct spf_outcome *spf = &ev->out.spf;
	struct arf_spf_record *r = arena_alloc(&ev->arena, sizeof(*r));
	const struct assay_answer *a;

	if (r == NULL || domain_absent(spf->domain) ||
	    spf->result == ASSAY_PASS || spf->result == ASSAY_NONE)
		return;
	a = tally_answer(ev, spf->domain.name);
	for (size_t i = 0; a->kind == ASSAY_A_DATA && i < a->n_item; i++) {
		if (!span_istarts(a->item[i], SPAN("v=spf1")))
			continue;
		*r = (struct arf_spf_record){ spf->domain, a->item[i] };
		m->spf = r;
		m->n_spf = 1;
		return;
	}
}

static void
put_envelope(struct arf_out *m, struct assay_eval *ev)
{
	const struct assay_session *s = &ev->session;
	struct path p;

	m->mail_from = s->mail_from;
	if (!span_absent(s->mail_from) && path_parse(&p, s->mail_from,
	    &ev->arena))
		m->mail_from_domain = p.domain;
	if (domain_absent(m->mail_from_domain))
		m->mail_from_domain = ev->out.spf.domain;
	m->envelope_id = s->queue_id;
	(void)tally_source(&m->source, ev);
	m->has_arrival = true;
	m->arrival = s->now;
}

/* RFC 6591 3.2.2 */
static enum arf_delivery
delivery_of(enum assay_disposition d, bool observed)
{
	switch (observed ? ASSAY_ACCEPT : d) {
	case ASSAY_QUARANTINE: case ASSAY_HOLD: return ARF_POLICY;
	case ASSAY_REJECT: return ARF_REJECT;
	case ASSAY_ACCEPT: case ASSAY_TAG: case ASSAY_STRIP:
		return ARF_DELIVERED;
	case ASSAY_DEFER: case ASSAY_DEFER_ONCE: break;
	}
	return ARF_DELIVERY_OTHER;
}

/* RFC 9991 4: "the methods that failed to authenticate an aligned identity" */
static unsigned
alignment_of(const struct dmarc_author *a)
{
	return ARF_ALIGN_SAID | (a->aligned_dkim ? 0 : ARF_ALIGN_DKIM) |
	    (a->aligned_spf ? 0 : ARF_ALIGN_SPF);
}

/* False: there is nothing of that kind to tell. */
static bool
put_kind(struct arf_out *m, struct assay_eval *ev,
    const struct dmarc_author *a, unsigned kind)
{
	const struct sig_outcome *s = failed_signature(ev, a);

	if (kind == ARF_WANT_DMARC) {
		m->failure = ARF_DMARC;
		m->result = a->result;
		m->alignment = alignment_of(a);
		put_signature(m, s, &ev->arena);
		put_spf(m, ev);
		return true;
	}
	if (kind == ARF_WANT_SPF) {
		m->failure = ARF_SPF;
		m->result = ev->out.spf.result;
		put_spf(m, ev);
		return true;
	}
	if (s == NULL)
		return false;
	m->failure = failure_of(s);
	m->result = s->result;
	put_signature(m, s, &ev->arena);
	return true;
}

struct span
failure_letter(struct assay_eval *ev, const struct assay_verdict *v,
    size_t i, unsigned kind, uint32_t incidents,
    const struct failure_how *how)
{
	const struct dmarc_author *a = &ev->out.dmarc.author[i];
	struct arf_out m = { .reporter = how->reporter,
		.user_agent = how->user_agent, .reported = a->domain,
		.delivery = delivery_of(v->disposition, how->observed),
		.incidents = incidents, .message =
		span_absent(how->message) ? ev->header : how->message,
		.show = how->show };
	struct span letter;

	for (size_t k = 0; k < REDACT_KEY; k++)
		m.key[k] = how->key[k];
	if (!put_kind(&m, ev, a, kind))
		return SPAN_NONE;
	put_envelope(&m, ev);
	letter = arf_letter(&m, &ev->arena);
	if (letter.len <= LIMIT_FAILURE_LETTER || m.show == ARF_SHOW_HEADER)
		return letter.len <= LIMIT_FAILURE_LETTER ? letter :
		    SPAN_NONE;
	m.show = ARF_SHOW_HEADER;	/* rather less than none */
	letter = arf_letter(&m, &ev->arena);
	return letter.len <= LIMIT_FAILURE_LETTER ? letter : SPAN_NONE;
}
