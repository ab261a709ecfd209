/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel.c - reads frames, believing nothing.
 */
#include "parcel.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "parcel_form.h"

#include "base/cur.h"
#include "base/scan.h"
#include "wire/utf8.h"

enum {
	WINDOW = 2 * (PARCEL_FRAME + FORM_HEAD),
	DEVIATIONS = 1 << 30	/* more bits than there will be            */
};

enum within { NOTHING, REPORT, TLS, TLS_POLICY };

struct parcel {
	size_t from, to;		/* of the window: what is unread     */
	bool bad;
	enum within within;
	struct parcel_sum sum;		/* as counted here                   */
	crypto_generichash_state hash;	/* of the rows                       */
	uint8_t head[STORE_HASH];	/* of the last head                  */
	struct parcel_seen seen;
	struct aggregate_reason reason[PARCEL_REASONS];
	struct aggregate_dkim dkim[PARCEL_DKIM];
	struct aggregate_spf spf[PARCEL_SPF];
	uint8_t window[WINDOW];
};

struct parcel *
parcel_new(void)
{
	struct parcel *p = malloc(sizeof(*p));

	if (p != NULL)
		parcel_reset(p);
	return p;
}

void
parcel_free(struct parcel *p)
{
	free(p);
}

void
parcel_reset(struct parcel *p)
{
	p->from = p->to = 0;
	p->bad = false;
	p->within = NOTHING;
	memset(&p->seen, 0, sizeof(p->seen));
}

uint8_t *
parcel_room(struct parcel *p, size_t *cap)
{
	if (p->from > 0)
		memmove(p->window, p->window + p->from, p->to - p->from);
	p->to -= p->from;
	p->from = 0;
	*cap = WINDOW - p->to;
	return p->window + p->to;
}

void
parcel_got(struct parcel *p, size_t n)
{
	p->to += n <= WINDOW - p->to ? n : 0;
}

const struct parcel_seen *
parcel_seen(const struct parcel *p)
{
	return &p->seen;
}

bool
parcel_within(const struct parcel *p)
{
	return p->within != NOTHING;
}

void
parcel_content(struct parcel *p, uint8_t out[STORE_HASH])
{
	crypto_generichash_state h = p->hash;

	crypto_generichash_update(&h, p->head, STORE_HASH);
	crypto_generichash_final(&h, out, STORE_HASH);
}

/* ---- parts -------------------------------------------------------------- */

/* Text for a table: UTF-8 without NUL. */
static bool
is_text(struct span s)
{
	size_t n = scan_visible(s);

	return n == s.len || (!span_has(s, '\0') && utf8_valid(s));
}

static struct span
take_text(struct cur *c)
{
	size_t n = cur_u16(c);
	struct span s;

	if (n == 0 || c->bad)
		return SPAN_NONE;
	if (n - 1 > STORE_TEXT_MAX)
		c->bad = true;
	s = cur_take(c, n - 1);
	if (!c->bad && !is_text(s))
		c->bad = true;
	return s;
}

static void
take_texts(struct cur *c, struct span *const *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*out[i] = take_text(c);
}

/* A number up to max. */
static uint64_t
take_u64(struct cur *c, uint64_t max)
{
	uint64_t v = (uint64_t)cur_u32(c) << 32;

	v |= cur_u32(c);
	if (v > max)
		c->bad = true;
	return c->bad ? 0 : v;
}

static unsigned
take_u8(struct cur *c, unsigned max)
{
	int v = cur_byte(c);

	if (v < 0 || (unsigned)v > max)
		c->bad = true;
	return c->bad ? 0 : (unsigned)v;
}

static uint32_t
take_deviations(struct cur *c)
{
	uint32_t v = cur_u32(c);

	if (v >= DEVIATIONS)
		c->bad = true;
	return v;
}

static void
take_addr(struct cur *c, struct assay_addr *out)
{
	unsigned family = take_u8(c, 6);
	struct span s = cur_take(c, family == 4 ? 4 : family == 6 ? 16 : 0);

	memset(out, 0, sizeof(*out));
	if (family != 0 && family != 4 && family != 6)
		c->bad = true;
	if (c->bad || s.len == 0)
		return;
	out->family = (uint8_t)family;
	memcpy(out->bytes, s.ptr, s.len);
}

static int64_t
take_second(struct cur *c)
{
	return (int64_t)take_u64(c, (uint64_t)STORE_LAST_SECOND);
}

static char
take_mode(struct cur *c)
{
	unsigned v = take_u8(c, 127);

	if (v != 0 && v != 'r' && v != 's')
		c->bad = true;
	return (char)v;
}

/* ---- aggregate reports -------------------------------------------------- */

static void
take_policy(struct cur *c, struct aggregate_policy *p)
{
	unsigned pct;

	p->domain = take_text(c);
	p->p = (enum aggregate_action)take_u8(c, AGGREGATE_ACTION_OTHER);
	p->sp = (enum aggregate_action)take_u8(c, AGGREGATE_ACTION_OTHER);
	p->np = (enum aggregate_action)take_u8(c, AGGREGATE_ACTION_OTHER);
	p->adkim = take_mode(c);
	p->aspf = take_mode(c);
	p->testing = (int8_t)((int)take_u8(c, 2) - 1);
	pct = cur_u16(c);
	if (pct > INT16_MAX)
		c->bad = true;
	p->pct = (int16_t)((int)pct - 1);
	p->discovery = (enum aggregate_discovery)take_u8(c,
	    AGGREGATE_TREEWALK);
	p->fo = take_text(c);
}

static void
take_head(struct parcel *p, struct cur *c)
{
	struct aggregate_head *h = &p->seen.head;
	struct span *const text[] = { &h->version, &h->org_name, &h->email,
		&h->extra_contact, &h->report_id, &h->generator, &h->error };

	h->deviations = take_deviations(c);
	h->dialect = (enum aggregate_dialect)take_u8(c, AGGREGATE_OTHER_NS);
	take_texts(c, text, sizeof(text) / sizeof(*text));
	h->begin = take_second(c);
	h->end = take_second(c);
	take_policy(c, &h->policy);
	if (p->within == NOTHING)
		p->sum = (struct parcel_sum){ .rows = 0 };
	p->within = REPORT;
}

static void
take_reasons(struct parcel *p, struct cur *c)
{
	struct aggregate_row *r = &p->seen.row;

	r->reason = p->reason;
	r->n_reason = take_u8(c, PARCEL_REASONS);
	for (size_t i = 0; i < r->n_reason; i++) {
		p->reason[i].type = (enum aggregate_why)take_u8(c,
		    AGGREGATE_WHY_OTHER);
		p->reason[i].comment = take_text(c);
	}
}

static void
take_auth(struct parcel *p, struct cur *c)
{
	struct aggregate_row *r = &p->seen.row;

	r->auth_dkim = p->dkim;
	r->n_dkim = take_u8(c, PARCEL_DKIM);
	for (size_t i = 0; i < r->n_dkim; i++) {
		p->dkim[i].result = (enum aggregate_result)take_u8(c,
		    AGGREGATE_R_OTHER);
		p->dkim[i].domain = take_text(c);
		p->dkim[i].selector = take_text(c);
		p->dkim[i].human = take_text(c);
	}
	r->auth_spf = p->spf;
	r->n_spf = take_u8(c, PARCEL_SPF);
	for (size_t i = 0; i < r->n_spf; i++) {
		p->spf[i].result = (enum aggregate_result)take_u8(c,
		    AGGREGATE_R_OTHER);
		p->spf[i].scope = (enum aggregate_scope)take_u8(c,
		    AGGREGATE_SCOPE_OTHER);
		p->spf[i].domain = take_text(c);
		p->spf[i].human = take_text(c);
	}
}

static void
take_row(struct parcel *p, struct cur *c)
{
	struct aggregate_row *r = &p->seen.row;

	r->deviations = take_deviations(c);
	take_addr(c, &r->source);
	r->source_text = take_text(c);
	if (r->source.family != 0 && !span_absent(r->source_text))
		c->bad = true;
	r->count = take_u64(c, STORE_MESSAGES - p->sum.messages);
	r->disposition = (enum aggregate_action)take_u8(c,
	    AGGREGATE_ACTION_OTHER);
	r->dkim = (enum aggregate_aligned)take_u8(c, AGGREGATE_ALIGNED_FAIL);
	r->spf = (enum aggregate_aligned)take_u8(c, AGGREGATE_ALIGNED_FAIL);
	r->header_from = take_text(c);
	r->envelope_from = take_text(c);
	r->envelope_to = take_text(c);
	take_reasons(p, c);
	take_auth(p, c);
	if (++p->sum.rows >= STORE_ROWS)
		c->bad = true;
	p->sum.messages += r->count;
}

/* Both must have counted the same. */
static void
take_end(struct parcel *p, struct cur *c)
{
	struct parcel_sum *sum = &p->seen.sum;

	sum->deviations = take_deviations(c);
	sum->rows = cur_u32(c);
	sum->messages = take_u64(c, STORE_MESSAGES);
	if (sum->rows != p->sum.rows || sum->messages != p->sum.messages)
		c->bad = true;
	p->within = NOTHING;
}

/* ---- the others --------------------------------------------------------- */

static void
take_failure(struct parcel *p, struct cur *c)
{
	struct store_failure *f = &p->seen.failure;
	struct span *const text[FORM_FAILURE] = { &f->type,
		&f->auth_failure, &f->reporter, &f->user_agent,
		&f->reported_domain, &f->identity_alignment,
		&f->delivery_result, &f->mail_from, &f->rcpt_to,
		&f->header_from, &f->dkim_domain, &f->dkim_selector,
		&f->dkim_identity, &f->spf_dns, &f->authentication_results,
		&f->message_id, &f->envelope_id };

	f->deviations = take_deviations(c);
	take_addr(c, &f->source);
	f->arrival = take_second(c);
	f->incidents = cur_u32(c);
	take_texts(c, text, FORM_FAILURE);
}

static void
take_bounce(struct parcel *p, struct cur *c)
{
	struct bounce *o = &p->seen.bounce;
	struct span *const text[] = { &o->code, &o->diagnostic,
		&o->message_id };

	o->action = (enum bounce_action)take_u8(c, BOUNCE_EXPANDED);
	o->status = take_u8(c, 5);
	take_texts(c, text, sizeof(text) / sizeof(*text));
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++)
		if (text[i]->len > LIMIT_BOUNCE_TEXT)
			c->bad = true;
}

static void
take_tls(struct parcel *p, struct cur *c)
{
	struct store_tls *h = &p->seen.tls;
	struct span *const text[] = { &h->org, &h->contact, &h->report_id };

	h->deviations = take_deviations(c);
	h->begin = take_second(c);
	h->end = take_second(c);
	take_texts(c, text, sizeof(text) / sizeof(*text));
	p->within = TLS;
	p->sum = (struct parcel_sum){ .rows = 0 };
}

static void
take_tls_policy(struct parcel *p, struct cur *c)
{
	struct store_tls_policy *o = &p->seen.policy;
	struct span *const text[] = { &o->type, &o->domain, &o->strings,
		&o->mx };

	o->good = take_u64(c, STORE_MESSAGES);
	o->bad = take_u64(c, STORE_MESSAGES);
	take_texts(c, text, sizeof(text) / sizeof(*text));
	p->within = TLS_POLICY;
	if (++p->sum.rows >= STORE_ROWS)
		c->bad = true;
}

static void
take_detail(struct parcel *p, struct cur *c)
{
	struct store_tls_detail *d = &p->seen.detail;
	struct span *const text[] = { &d->type, &d->sending_ip,
		&d->receiving_mx, &d->receiving_helo, &d->receiving_ip,
		&d->information, &d->code };

	d->sessions = take_u64(c, STORE_MESSAGES);
	take_texts(c, text, sizeof(text) / sizeof(*text));
	if (++p->sum.rows >= STORE_ROWS)
		c->bad = true;
}

static void
take_refused(struct parcel *p, struct cur *c)
{
	struct store_aside *a = &p->seen.refused;
	struct span *const text[] = { &a->detail, &a->domain, &a->reporter,
		&a->org, &a->report_id };

	memset(a, 0, sizeof(*a));
	a->reason = (enum store_aside_reason)take_u8(c, STORE_A_REASONS - 1);
	a->kind = (enum store_kind)take_u8(c, STORE_FAILURE);
	if (a->reason == 0)
		c->bad = true;
	take_texts(c, text, sizeof(text) / sizeof(*text));
	p->within = NOTHING;
}

/* ---- frames ------------------------------------------------------------- */

/* What may come where. */
static bool
in_turn(enum within w, unsigned kind)
{
	switch (kind) {
	case PARCEL_HEAD:
		return w == NOTHING || w == REPORT;
	case PARCEL_TLS:
	case PARCEL_FAILURE:
	case PARCEL_BOUNCE:
	case PARCEL_DONE:
		return w == NOTHING;
	case PARCEL_ROW:
	case PARCEL_END:
		return w == REPORT;
	case PARCEL_POLICY:
	case PARCEL_TLS_END:
		return w == TLS || w == TLS_POLICY;
	case PARCEL_DETAIL:
		return w == TLS_POLICY;
	case PARCEL_REFUSED:
		return true;
	default:
		return false;
	}
}

static void
take_body(struct parcel *p, enum parcel_kind kind, struct cur *c)
{
	switch (kind) {
	case PARCEL_HEAD:
		take_head(p, c);
		break;
	case PARCEL_ROW:
		take_row(p, c);
		break;
	case PARCEL_END:
		take_end(p, c);
		break;
	case PARCEL_BOUNCE:
		take_bounce(p, c);
		break;
	case PARCEL_FAILURE:
		take_failure(p, c);
		break;
	case PARCEL_TLS:
		take_tls(p, c);
		break;
	case PARCEL_POLICY:
		take_tls_policy(p, c);
		break;
	case PARCEL_DETAIL:
		take_detail(p, c);
		break;
	case PARCEL_TLS_END:
		p->within = NOTHING;
		break;
	case PARCEL_REFUSED:
		take_refused(p, c);
		break;
	case PARCEL_DONE:
	case PARCEL_MORE:
	case PARCEL_BAD:
		break;
	}
}

static void
hash_frame(struct parcel *p, enum parcel_kind kind, bool first,
    struct span frame)
{
	bool head = kind == PARCEL_HEAD || kind == PARCEL_TLS;
	size_t skip = head || kind == PARCEL_ROW ? FORM_DEVIATIONS : 0;

	if (first)
		crypto_generichash_init(&p->hash, NULL, 0, STORE_HASH);
	if (!head && kind != PARCEL_ROW && kind != PARCEL_POLICY &&
	    kind != PARCEL_DETAIL)
		return;
	if (head) {
		frame = span_skip(frame, FORM_HEAD + skip);
		crypto_generichash(p->head, STORE_HASH, frame.ptr, frame.len,
		    NULL, 0);
		return;
	}
	/* the head of a frame too: where one ends is part of what is said */
	crypto_generichash_update(&p->hash, frame.ptr, FORM_HEAD);
	frame = span_skip(frame, FORM_HEAD + skip);
	crypto_generichash_update(&p->hash, frame.ptr, frame.len);
}

static enum parcel_kind
bad(struct parcel *p)
{
	p->bad = true;
	p->within = NOTHING;
	return PARCEL_BAD;
}

enum parcel_kind
parcel_next(struct parcel *p)
{
	struct span all = { p->window + p->from, p->to - p->from }, frame;
	struct cur c = cur_of(all);
	uint32_t len = cur_u32(&c);
	int kind = cur_byte(&c);
	bool first = p->within == NOTHING;

	if (p->bad)
		return PARCEL_BAD;
	if (c.bad)
		return PARCEL_MORE;
	if (len > PARCEL_FRAME || !in_turn(p->within, (unsigned)kind))
		return bad(p);
	if (len > all.len - FORM_HEAD)
		return PARCEL_MORE;
	frame = span_head(all, FORM_HEAD + len);
	c = cur_of(span_skip(frame, FORM_HEAD));
	take_body(p, (enum parcel_kind)kind, &c);
	if (c.bad || !cur_end(&c))
		return bad(p);
	hash_frame(p, (enum parcel_kind)kind, first, frame);
	p->from += frame.len;
	return (enum parcel_kind)kind;
}
