/* SPDX-License-Identifier: Apache-2.0 */
/* letter_others.c - failure and TLS reports, told as parcels. */
#include "letter_inner.h"

#include "base/limits.h"
#include "report/arf.h"
#include "report/bounce.h"
#include "wire/head.h"
#include "report/unwrap.h"
#include "tlsrpt.h"
#include "wire/addr.h"

/* ---- failure reports ---------------------------------------------------- */

static struct span
word_or(struct letter *l, const char *word, struct span raw)
{
	return word[0] != '\0' ? assay_cstr(word) : letter_text(l, raw);
}

/* RFC 9991 4: the methods that gave no aligned identifier. */
static struct span
alignment_text(unsigned a)
{
	if (a == 0)
		return SPAN_NONE;
	if ((a & ARF_ALIGN_DKIM) != 0 && (a & ARF_ALIGN_SPF) != 0)
		return SPAN("dkim,spf");
	if ((a & ARF_ALIGN_DKIM) != 0)
		return SPAN("dkim");
	return (a & ARF_ALIGN_SPF) != 0 ? SPAN("spf") : SPAN("none");
}

static void
put_failure(struct letter *l, const struct arf *r, struct span mail)
{
	struct span head = head_take(&mail);
	struct store_failure f = {
		.type = word_or(l, arf_type_name(r->type),
		    arf_value(r, ARF_F_FEEDBACK_TYPE)),
		.auth_failure = word_or(l, arf_failure_name(r->failure),
		    arf_value(r, ARF_F_AUTH_FAILURE)),
		.delivery_result = word_or(l, arf_delivery_name(r->delivery),
		    arf_value(r, ARF_F_DELIVERY_RESULT)),
		.identity_alignment = alignment_text(r->alignment),
		.reporter = letter_text(l, head_value(head, SPAN("From"))),
		.user_agent = letter_text(l, r->user_agent),
		.source = r->source,
		.arrival = r->has_arrival && r->arrival > 0 &&
		    r->arrival <= STORE_LAST_SECOND ? r->arrival : 0,
		.incidents = r->incidents,
		.mail_from = letter_text(l, r->mail_from),
		.rcpt_to = letter_text(l, r->rcpt_to),
		.header_from = letter_text(l, r->original.from),
		.dkim_domain = r->dkim_domain.name,
		.dkim_selector = letter_text(l, r->dkim_selector),
		.dkim_identity = letter_text(l, r->dkim_identity),
		.spf_dns = letter_text(l, r->spf_dns),
		.authentication_results = letter_text(l, r->authres),
		.message_id = letter_text(l, r->original.message_id),
		.envelope_id = letter_text(l, r->envelope_id),
		.deviations = r->deviations };

	if (r->n_reported > 0)
		f.reported_domain = r->reported[0].name;
	if (!parcel_failure(letter_room(l), &f))
		letter_refuse(l, STORE_A_BOUNDS, STORE_FAILURE,
		    "its fields are too long");
}

void
letter_feedback(struct letter *l, struct span mail, bool maybe)
{
	struct arf r;
	const char *why;

	if (arf_read(&r, mail, &why, &l->item))
		put_failure(l, &r, mail);
	else if (!maybe)
		letter_refuse(l, STORE_A_MALFORMED, STORE_FAILURE, why);
}

/* ---- bounces ------------------------------------------------------------ */

bool
letter_bounce(struct letter *l, struct span mail)
{
	struct bounce b;

	if (!bounce_read(&b, mail, &l->item))
		return false;
	parcel_bounce(letter_room(l), &b);
	return true;
}

/* ---- TLS reports -------------------------------------------------------- */

static struct span
joined(struct letter *l, const struct span *s, size_t n, bool *cut)
{
	struct buf b;

	if (n == 0)
		return SPAN_NONE;
	b = arena_buf(&l->item, STORE_TEXT_MAX);
	for (size_t i = 0; i < n && !b.full; i++) {
		if (i > 0)
			buf_byte(&b, '\n');
		buf_put(&b, letter_text(l, s[i]));
	}
	*cut |= b.full;
	b.full = false;
	return arena_done(&l->item, &b);
}

static struct span
addr_text(struct letter *l, const struct assay_addr *a, struct span text)
{
	struct buf b;

	if (a->family == 0)
		return letter_text(l, text);
	b = arena_buf(&l->item, ADDR_TEXT);
	addr_print(&b, a);
	return arena_done(&l->item, &b);
}

static uint64_t
bounded(uint64_t n)
{
	return n < STORE_MESSAGES ? n : STORE_MESSAGES;
}

static void
put_detail(struct letter *l, const struct tlsrpt_failure *f)
{
	struct store_tls_detail d = {
		.type = word_or(l, tlsrpt_result_name(f->result),
		    f->result_text),
		.sending_ip = addr_text(l, &f->sending, f->sending_text),
		.receiving_mx = letter_text(l, f->mx),
		.receiving_helo = letter_text(l, f->helo),
		.receiving_ip = addr_text(l, &f->receiving,
		    f->receiving_text),
		.information = letter_text(l, f->info),
		.code = letter_text(l, f->code),
		.sessions = bounded(f->sessions) };

	parcel_detail(letter_room(l), &d);
}

static void
put_policy(struct letter *l, const struct tlsrpt_policy *p, bool *cut)
{
	struct store_tls_policy o = {
		.type = word_or(l, tlsrpt_policy_name(p->type),
		    p->type_text),
		.domain = p->domain.name.len > 0 ? p->domain.name :
		    letter_text(l, p->domain_text),
		.strings = joined(l, p->string, p->n_string, cut),
		.mx = joined(l, p->mx, p->n_mx, cut),
		.good = bounded(p->successful), .bad = bounded(p->failed) };

	parcel_policy(letter_room(l), &o);
	for (size_t i = 0; i < p->n_failure; i++)
		put_detail(l, &p->failure[i]);
}

static void
put_tls(struct letter *l, const struct tlsrpt *r)
{
	struct store_tls h = { .org = letter_text(l, r->organization),
		.contact = letter_text(l, r->contact),
		.report_id = letter_text(l, r->report_id),
		.deviations = r->deviations };
	bool cut = false;

	if (r->has_range && r->start >= 0 && r->end >= 0 &&
	    r->start <= STORE_LAST_SECOND && r->end <= STORE_LAST_SECOND) {
		h.begin = r->start;
		h.end = r->end;
	}
	parcel_tls(letter_room(l), &h);
	for (size_t i = 0; i < r->n_policy && !l->failed; i++)
		put_policy(l, &r->policy[i], &cut);
	parcel_tls_end(letter_room(l));
}

/* All of the document, or NULL: it was refused. */
static bool
whole_document(struct letter *l, struct buf *out)
{
	struct span window;
	bool last = false;

	*out = arena_buf(&l->item, LIMIT_TLSRPT_BYTES);
	while (!last && !out->full) {
		enum unwrap_why why = unwrap_read(l->unwrap, &window, &last);

		if (why != UNWRAP_FINE) {
			letter_refuse(l, why == UNWRAP_TOO_BIG ?
			    STORE_A_BOUNDS : STORE_A_MALFORMED, STORE_TLS,
			    unwrap_why_text(why));
			return false;
		}
		buf_put(out, window);
	}
	if (out->full)
		letter_refuse(l, STORE_A_BOUNDS, STORE_TLS, "it is longer "
		    "than a TLS report ever is");
	return !out->full;
}

void
letter_tlsrpt(struct letter *l)
{
	struct arena_mark m = arena_mark(&l->item);
	struct tlsrpt r;
	struct buf json;
	const char *why;

	if (whole_document(l, &json)) {
		if (tlsrpt_read(&r, buf_span(&json), &why, &l->item))
			put_tls(l, &r);
		else
			letter_refuse(l, STORE_A_MALFORMED, STORE_TLS, why);
	}
	arena_back(&l->item, m);
}
