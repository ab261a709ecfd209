/* SPDX-License-Identifier: Apache-2.0 */
/* parcel_write.c - appends frames; see parcel.h and parcel_form.h. */
#include "parcel.h"

#include "parcel_form.h"

/* ---- parts -------------------------------------------------------------- */

/* Absent and empty are not the same. */
static void
put_text(struct buf *b, struct span s)
{
	if (span_absent(s)) {
		buf_be16(b, 0);
		return;
	}
	if (s.len > STORE_TEXT_MAX) {
		b->full = true;
		return;
	}
	buf_be16(b, (uint16_t)(s.len + 1));
	buf_put(b, s);
}

static void
put_texts(struct buf *b, const struct span *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_text(b, s[i]);
}

static void
put_addr(struct buf *b, const struct assay_addr *a)
{
	size_t n = a->family == 4 ? 4 : a->family == 6 ? 16 : 0;

	buf_byte(b, n == 0 ? 0 : a->family);
	buf_put(b, (struct span){ a->bytes, n });
}

/* Keeps room for the length. */
static size_t
begin(struct buf *b, enum parcel_kind kind)
{
	size_t at = b->len;

	buf_u32(b, 0);
	buf_byte(b, (uint8_t)kind);
	return at;
}

static bool
end(struct buf *b, size_t at)
{
	size_t n = b->len - at;
	struct buf head = { .ptr = b->ptr + at, .cap = FORM_HEAD };

	if (b->full || n > FORM_HEAD + PARCEL_FRAME) {
		b->full = false;
		b->len = at;
		return false;
	}
	buf_u32(&head, (uint32_t)(n - FORM_HEAD));
	return true;
}

/* ---- aggregate reports -------------------------------------------------- */

static void
put_policy(struct buf *b, const struct aggregate_policy *p)
{
	put_text(b, p->domain);
	buf_byte(b, (uint8_t)p->p);
	buf_byte(b, (uint8_t)p->sp);
	buf_byte(b, (uint8_t)p->np);
	buf_byte(b, (uint8_t)p->adkim);
	buf_byte(b, (uint8_t)p->aspf);
	buf_byte(b, (uint8_t)(p->testing + 1));
	buf_be16(b, (uint16_t)(p->pct + 1));
	buf_byte(b, (uint8_t)p->discovery);
	put_text(b, p->fo);
}

bool
parcel_head(struct buf *b, const struct aggregate_head *h)
{
	const struct span text[] = { h->version, h->org_name, h->email,
		h->extra_contact, h->report_id, h->generator, h->error };
	size_t at = begin(b, PARCEL_HEAD);

	buf_u32(b, h->deviations);
	buf_byte(b, (uint8_t)h->dialect);
	put_texts(b, text, sizeof(text) / sizeof(*text));
	buf_be64(b, (uint64_t)h->begin);
	buf_be64(b, (uint64_t)h->end);
	put_policy(b, &h->policy);
	return end(b, at);
}

static void
put_reasons(struct buf *b, const struct aggregate_row *r)
{
	buf_byte(b, (uint8_t)r->n_reason);
	for (size_t i = 0; i < r->n_reason; i++) {
		buf_byte(b, (uint8_t)r->reason[i].type);
		put_text(b, r->reason[i].comment);
	}
}

static void
put_auth(struct buf *b, const struct aggregate_row *r)
{
	buf_byte(b, (uint8_t)r->n_dkim);
	for (size_t i = 0; i < r->n_dkim; i++) {
		const struct aggregate_dkim *d = &r->auth_dkim[i];

		buf_byte(b, (uint8_t)d->result);
		put_text(b, d->domain);
		put_text(b, d->selector);
		put_text(b, d->human);
	}
	buf_byte(b, (uint8_t)r->n_spf);
	for (size_t i = 0; i < r->n_spf; i++) {
		const struct aggregate_spf *f = &r->auth_spf[i];

		buf_byte(b, (uint8_t)f->result);
		buf_byte(b, (uint8_t)f->scope);
		put_text(b, f->domain);
		put_text(b, f->human);
	}
}

bool
parcel_row(struct buf *b, const struct aggregate_row *r)
{
	size_t at = begin(b, PARCEL_ROW);

	if (r->n_dkim > PARCEL_DKIM || r->n_spf > PARCEL_SPF ||
	    r->n_reason > PARCEL_REASONS)
		b->full = true;
	buf_u32(b, r->deviations);
	put_addr(b, &r->source);
	put_text(b, r->source.family == 0 ? r->source_text : SPAN_NONE);
	buf_be64(b, r->count);
	buf_byte(b, (uint8_t)r->disposition);
	buf_byte(b, (uint8_t)r->dkim);
	buf_byte(b, (uint8_t)r->spf);
	put_text(b, r->header_from);
	put_text(b, r->envelope_from);
	put_text(b, r->envelope_to);
	put_reasons(b, r);
	put_auth(b, r);
	return end(b, at);
}

bool
parcel_end(struct buf *b, const struct parcel_sum *sum)
{
	size_t at = begin(b, PARCEL_END);

	buf_u32(b, sum->deviations);
	buf_u32(b, sum->rows);
	buf_be64(b, sum->messages);
	return end(b, at);
}

/* ---- the others --------------------------------------------------------- */

bool
parcel_failure(struct buf *b, const struct store_failure *f)
{
	const struct span text[FORM_FAILURE] = { f->type, f->auth_failure,
		f->reporter, f->user_agent, f->reported_domain,
		f->identity_alignment, f->delivery_result, f->mail_from,
		f->rcpt_to, f->header_from, f->dkim_domain, f->dkim_selector,
		f->dkim_identity, f->spf_dns, f->authentication_results,
		f->message_id, f->envelope_id };
	size_t at = begin(b, PARCEL_FAILURE);

	buf_u32(b, f->deviations);
	put_addr(b, &f->source);
	buf_be64(b, (uint64_t)f->arrival);
	buf_u32(b, f->incidents);
	put_texts(b, text, FORM_FAILURE);
	return end(b, at);
}

bool
parcel_bounce(struct buf *b, const struct bounce *o)
{
	const struct span text[] = { o->code, o->diagnostic, o->message_id };
	size_t at = begin(b, PARCEL_BOUNCE);

	buf_byte(b, (uint8_t)o->action);
	buf_byte(b, (uint8_t)o->status);
	put_texts(b, text, sizeof(text) / sizeof(*text));
	return end(b, at);
}

bool
parcel_tls(struct buf *b, const struct store_tls *h)
{
	const struct span text[] = { h->org, h->contact, h->report_id };
	size_t at = begin(b, PARCEL_TLS);

	buf_u32(b, h->deviations);
	buf_be64(b, (uint64_t)h->begin);
	buf_be64(b, (uint64_t)h->end);
	put_texts(b, text, sizeof(text) / sizeof(*text));
	return end(b, at);
}

bool
parcel_policy(struct buf *b, const struct store_tls_policy *p)
{
	const struct span text[] = { p->type, p->domain, p->strings, p->mx };
	size_t at = begin(b, PARCEL_POLICY);

	buf_be64(b, p->good);
	buf_be64(b, p->bad);
	put_texts(b, text, sizeof(text) / sizeof(*text));
	return end(b, at);
}

bool
parcel_detail(struct buf *b, const struct store_tls_detail *d)
{
	const struct span text[] = { d->type, d->sending_ip, d->receiving_mx,
		d->receiving_helo, d->receiving_ip, d->information, d->code };
	size_t at = begin(b, PARCEL_DETAIL);

	buf_be64(b, d->sessions);
	put_texts(b, text, sizeof(text) / sizeof(*text));
	return end(b, at);
}

bool
parcel_tls_end(struct buf *b)
{
	return end(b, begin(b, PARCEL_TLS_END));
}

bool
parcel_refused(struct buf *b, const struct store_aside *a)
{
	const struct span text[] = { a->detail, a->domain, a->reporter,
		a->org, a->report_id };
	size_t at = begin(b, PARCEL_REFUSED);

	buf_byte(b, (uint8_t)a->reason);
	buf_byte(b, (uint8_t)a->kind);
	put_texts(b, text, sizeof(text) / sizeof(*text));
	return end(b, at);
}

bool
parcel_done(struct buf *b)
{
	return end(b, begin(b, PARCEL_DONE));
}
