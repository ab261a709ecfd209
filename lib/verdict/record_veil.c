/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/record_veil.h"

#include "verdict/policy_note.h"

#include "base/cur.h"

#include "crypto/sha.h"

enum { HIDDEN = 17 };		/* "h" and 64 bits: no two by chance */

/* "h0123456789abcdef" of a whole address. */
static bool
hide(struct buf *out, struct span address, const uint8_t salt[16])
{
	static const char digit[] = "0123456789abcdef";
	struct sha256 sha;
	uint8_t sum[32];
	struct cur c = cur_of((struct span){ sum, 8 });

	if (!sha256_init(&sha))
		return false;
	sha256_put(&sha, (struct span){ salt, 16 });
	sha256_put(&sha, address);
	sha256_end(&sha, sum);
	buf_byte(out, 'h');
	while (!cur_end(&c)) {
		int octet = cur_byte(&c);
		buf_byte(out, (uint8_t)digit[octet >> 4 & 15]);
		buf_byte(out, (uint8_t)digit[octet & 15]);
	}
	return true;
}

/* The local part hidden; of what has no "@", all.  Empty stays empty. */
static struct span
address(struct arena *a, struct span s, const uint8_t salt[16])
{
	size_t at = span_rfind(s, '@');
	struct buf b;

	if (s.len == 0)
		return s;
	b = arena_buf(a, HIDDEN + s.len - at);
	if (!hide(&b, s, salt))
		return SPAN_NONE;
	buf_put(&b, span_skip(s, at));
	return b.full ? SPAN_NONE : buf_span(&b);
}

static bool
hide_session(struct veil *v, const struct assay_session *in,
    const uint8_t salt[16])
{
	struct span *rcpt = arena_array(v->arena, in->n_rcpt, sizeof(*rcpt));

	v->session = *in;
	if (rcpt == NULL)
		return false;
	for (size_t i = 0; i < in->n_rcpt; i++)
		rcpt[i] = address(v->arena, in->rcpt[i], salt);
	v->session.rcpt = rcpt;
	v->session.mail_from = address(v->arena, in->mail_from, salt);
	v->session.auth_user = address(v->arena, in->auth_user, salt);
	return true;
}

/* Details of findings are pieces of the header; fields of others say
 * smtp.mailfrom=. */
static bool
hide_facts(struct veil *v, const struct facts *in)
{
	struct facts *f = &v->facts;

	*f = *in;
	f->finding = arena_array(v->arena, f->n_finding, sizeof(*f->finding));
	f->claim = arena_array(v->arena, f->n_claim, sizeof(*f->claim));
	f->arc.set = arena_array(v->arena, f->arc.n_set,
	    sizeof(*f->arc.set));
	f->guise = arena_array(v->arena, f->n_guise, sizeof(*f->guise));
	f->act = arena_array(v->arena, f->n_act, sizeof(*f->act));
	f->stripped = arena_array(v->arena, f->n_stripped,
	    sizeof(*f->stripped));
	if (f->finding == NULL || f->claim == NULL || f->arc.set == NULL ||
	    f->guise == NULL || f->act == NULL || f->stripped == NULL)
		return false;
	for (size_t i = 0; i < f->n_stripped; i++) {
		f->stripped[i] = in->stripped[i];
		f->stripped[i].name = SPAN_NONE;
	}
	for (size_t i = 0; i < f->n_guise; i++) {
		f->guise[i] = in->guise[i];
		f->guise[i].detail = SPAN_NONE;
	}
	for (size_t i = 0; i < f->n_act; i++) {
		f->act[i] = in->act[i];
		f->act[i].detail = SPAN_NONE;
	}
	for (size_t i = 0; i < f->n_finding; i++) {
		f->finding[i] = in->finding[i];
		f->finding[i].detail = SPAN_NONE;
	}
	for (size_t i = 0; i < f->n_claim; i++) {
		f->claim[i] = in->claim[i];
		f->claim[i].value = SPAN_NONE;
	}
	for (size_t i = 0; i < f->arc.n_set; i++) {
		f->arc.set[i] = in->arc.set[i];
		f->arc.set[i].aar = SPAN_NONE;
	}
	return true;
}

/* RFC 7208 7.2: does any record that we saw speak of the sender? */
static bool
speaks_of_sender(const struct memo *m)
{
	static const char *const macro[] = { "%{l", "%{L", "%{s", "%{S" };

	for (size_t i = 0; i < m->n; i++) {
		const struct memo_row *row = m->row[i];
		for (size_t k = 0; row->q.type == ASSAY_T_TXT &&
		    k < row->a.n_item; k++)
			for (size_t n = 0; n < 4; n++)
				if (span_search(row->a.item[k],
				    assay_cstr(macro[n])) <
				    row->a.item[k].len)
					return true;
	}
	return false;
}

bool
veil_make(struct veil *out, struct arena *a, const struct assay_eval *ev,
    const uint8_t salt[16])
{
	struct span from = ev->session.mail_from;
	size_t at = span_rfind(from, '@');
	struct buf lower;

	*out = (struct veil){ .arena = a };
	if (!hide_session(out, &ev->session, salt) ||
	    !hide_facts(out, &ev->facts))
		return false;
	if (at == 0 || at == from.len || !speaks_of_sender(&ev->memo))
		return true;
	lower = arena_buf(a, at);
	buf_lower(&lower, span_head(from, at));
	out->local = buf_span(&lower);
	out->hidden = span_head(out->session.mail_from, HIDDEN);
	return true;
}

/* Where it begins and ends with a label. */
struct span
veil_key(const struct veil *v, struct span key)
{
	size_t at = span_absent(v->local) ? key.len :
	    span_search(key, v->local);
	int before = at == 0 ? '.' : span_at(key, at - 1);
	struct span rest = span_skip(key, at + v->local.len);
	struct buf b;

	if (at == key.len || before != '.' ||
	    (rest.len > 0 && span_at(rest, 0) != '.'))
		return key;
	b = arena_buf(v->arena, key.len + HIDDEN);
	buf_put(&b, span_head(key, at));
	buf_put(&b, v->hidden);
	buf_put(&b, rest);
	return buf_span(&b);
}

/* The words of people stand before how much it weighs, which a replay without
 * them says as well. */
static struct span
weight(struct span text)
{
	struct span mark = SPAN("weighs "), rest = text;
	size_t at;

	for (;;) {
		at = span_search(span_skip(rest, 1), mark);
		if (at + 1 >= rest.len)
			break;
		rest = span_skip(rest, at + 1);
	}
	return span_starts(rest, mark) ? rest : SPAN_NONE;
}

struct span
veil_text(const struct assay_evidence *e, struct span text)
{
	/* these have none, but those of the operator */
	if (e->reason == ASSAY_R_NO_MANDATE || e->reason == ASSAY_R_MANDATE ||
	    e->reason == ASSAY_R_NOT_STRIPPED ||
	    e->reason == ASSAY_R_PAYMENT_NEW ||
	    e->reason == ASSAY_R_PAYMENT_CHANGED)
		return text;
	if (e->reason == ASSAY_R_STRIPPED)
		return span_head(text, span_search(text, SPAN(NOTE_NAMED)));
	if (e->check == ASSAY_CHECK_IMPERSONATION ||
	    e->check == ASSAY_CHECK_CONTENT)
		return weight(text);
	if (e->check == ASSAY_CHECK_MESSAGE || span_has(text, '@') ||
	    e->reason == ASSAY_R_SPF_BAD_REVERSE_PATH)
		return SPAN_NONE;
	return text;
}

struct span
veil_reply(struct span reply)
{
	return span_has(reply, '@') ? SPAN_NONE : reply;
}
