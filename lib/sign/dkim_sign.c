/* SPDX-License-Identifier: Apache-2.0 */
#include "sign/dkim_sign.h"

#include "base/ascii.h"
#include "crypto/sha.h"
#include "facts/canon.h"
#include "wire/base64.h"
#include "wire/taglist.h"

#define F(lit, times) { SPAN_INIT(lit), times }
/* RFC 6376 5.4.1.  Guarded: what people act on, and what decides how the
 * body is read; a list may add its own List-* and Sender. */
static const struct sign_field usual[] = {
	F("From", SIGN_GUARD), F("To", SIGN_GUARD), F("Cc", SIGN_GUARD),
	F("Subject", SIGN_GUARD), F("Date", SIGN_GUARD),
	F("Reply-To", SIGN_GUARD), F("Message-ID", SIGN_GUARD),
	F("In-Reply-To", SIGN_GUARD_IF), F("References", SIGN_GUARD_IF),
	F("Sender", SIGN_GUARD_IF), F("MIME-Version", SIGN_GUARD),
	F("Content-Type", SIGN_GUARD),
	F("Content-Transfer-Encoding", SIGN_GUARD),
	F("Content-Disposition", SIGN_GUARD_IF),
	F("Content-ID", SIGN_GUARD_IF),
	F("Content-Description", SIGN_GUARD_IF),
	F("List-Unsubscribe", SIGN_GUARD_IF),
	F("List-Unsubscribe-Post", SIGN_GUARD_IF),
	F("List-Id", SIGN_GUARD_IF), F("List-Help", SIGN_GUARD_IF),
	F("List-Subscribe", SIGN_GUARD_IF), F("List-Post", SIGN_GUARD_IF),
	F("List-Owner", SIGN_GUARD_IF), F("List-Archive", SIGN_GUARD_IF),
	F("Resent-Date", SIGN_EACH), F("Resent-From", SIGN_EACH),
	F("Resent-To", SIGN_EACH), F("Resent-Cc", SIGN_EACH),
};

/* RFC 5322 3.6, RFC 2045 3, RFC 2369 2: of these a message has one at most;
 * which of two is shown depends on the reader. */
static const struct span once[] = {
	SPAN_INIT("From"), SPAN_INIT("Sender"), SPAN_INIT("Reply-To"),
	SPAN_INIT("To"), SPAN_INIT("Cc"), SPAN_INIT("Subject"),
	SPAN_INIT("Date"), SPAN_INIT("Message-ID"),
	SPAN_INIT("In-Reply-To"), SPAN_INIT("References"),
	SPAN_INIT("MIME-Version"), SPAN_INIT("Content-Type"),
	SPAN_INIT("Content-Transfer-Encoding"),
	SPAN_INIT("List-Unsubscribe"), SPAN_INIT("List-Unsubscribe-Post"),
};

/* Changed on the way, or no business of this signature (RFC 6376 5.4.1, RFC
 * 8617 4.1.2). */
static const struct span never[] = {
	SPAN_INIT("Received"), SPAN_INIT("Return-Path"),
	SPAN_INIT("DKIM-Signature"), SPAN_INIT("Authentication-Results"),
	SPAN_INIT("ARC-Seal"), SPAN_INIT("ARC-Message-Signature"),
	SPAN_INIT("ARC-Authentication-Results"),
};

const struct sign_field *
sign_usual(size_t *n)
{
	*n = sizeof(usual) / sizeof(usual[0]);
	return usual;
}

bool
sign_field_parse(struct sign_field *out, struct span text)
{
	int last = text.len == 0 ? -1 : span_at(text, text.len - 1);

	out->times = last == '+' ? SIGN_GUARD : last == '?' ? SIGN_GUARD_IF :
	    SIGN_EACH;
	out->name = last == '+' || last == '?' ?
	    span_head(text, text.len - 1) : text;
	for (size_t i = 0; i < out->name.len; i++)
		if (!is_ftext(span_at(out->name, i)) ||
		    span_at(out->name, i) == ';')
			return false;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (span_ieq(out->name, never[i]))
			return false;
	return out->name.len > 0;
}

struct span
sign_alg_name(enum sig_alg alg)
{
	return alg == ALG_ED25519_SHA256 ? SPAN("ed25519-sha256") :
	    SPAN("rsa-sha256");
}

/* ---- what is not signed ---- */

static bool
refuse(struct draft *out, enum assay_reason why, struct span what)
{
	out->refused = why;
	out->detail = what;
	return false;
}

/* RFC 6376 8.15, 8.16; RFC 5322 3.6: exactly one From. */
static bool
one_author(struct draft *out, const struct facts *f)
{
	if (f->from.fields != 1 || f->from.n_author != 1 || f->from.unusable)
		return refuse(out, ASSAY_R_SIGN_AUTHOR, SPAN("From"));
	return true;
}

/* Lines that are no field, or a field for some readers only. */
static bool
well_formed(struct draft *out, const struct header *h)
{
	static const enum notice_kind bad[] = { NOTICE_LEADING_WSP,
		NOTICE_MBOX_FROM, NOTICE_NO_COLON, NOTICE_BAD_NAME,
		NOTICE_FOLDED_NAME, NOTICE_BARE_CR, NOTICE_BARE_LF,
		NOTICE_BARE_EMPTY, NOTICE_NUL };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (h->notice[bad[i]].count > 0)
			return refuse(out, ASSAY_R_SIGN_MALFORMED, SPAN_NONE);
	return true;
}

static bool
nothing_twice(struct draft *out, struct sign_source *m)
{
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (field_index_use(m->index, once[i]).present > 1)
			return refuse(out, ASSAY_R_SIGN_TWICE, once[i]);
	return true;
}

static bool
index_ready(struct sign_source *m)
{
	if (m->index == NULL)
		m->index = field_index_new(m->header, m->arena);
	return m->index != NULL;
}

bool
sign_possible(struct draft *out, struct sign_source *m,
    const struct sign_wish *w)
{
	if (m->header == NULL || m->header->capped || !m->body[w->body].ok ||
	    !index_ready(m))
		return refuse(out, ASSAY_R_SIGN_INCOMPLETE, SPAN_NONE);
	field_index_begin(m->index, SIZE_MAX);
	return true;
}

static bool
unambiguous(struct draft *out, struct sign_source *m)
{
	return one_author(out, m->facts) && well_formed(out, m->header) &&
	    nothing_twice(out, m);
}

/* ---- h= ---- */

static size_t
times(const struct sign_source *m, const struct sign_field *f)
{
	size_t present = field_index_use(m->index, f->name).present;

	switch (f->times) {
	case SIGN_EACH:
		return present;
	case SIGN_GUARD:
		return present + 1;
	case SIGN_GUARD_IF:
		return present == 0 ? 0 : present + 1;
	case SIGN_ONCE:
		return 1;
	}
	return 0;
}

bool
sign_names(struct span *h, struct draft *out, struct sign_source *m,
    const struct sign_wish *w)
{
	struct buf b = arena_buf(m->arena, LIMIT_SIGN_H);
	const struct sign_field *field = w->field;
	size_t n = w->n_field, total = 0;

	if (field == NULL)
		field = sign_usual(&n);
	for (size_t i = 0; i < n && total <= LIMIT_SIGN_NAMES; i++) {
		size_t want = times(m, &field[i]);

		total += want;
		for (size_t k = 0; k < want && total <= LIMIT_SIGN_NAMES; k++) {
			if (b.len > 0)
				buf_byte(&b, ':');
			buf_put(&b, field[i].name);
		}
	}
	if (b.full || total > LIMIT_SIGN_NAMES)
		return refuse(out, ASSAY_R_SIGN_TOO_MUCH, SPAN("h"));
	*h = arena_done(m->arena, &b);
	return true;
}

void
sign_put_h(struct sheet *s, struct span h)
{
	bool first = true;

	if (s->plain) {
		sheet_tag(s, "h", h);
		return;
	}
	do {
		bool more = span_has(h, ':');
		struct span name = span_cut(&h, ':');
		ROOM(room, LIMIT_SIGN_H + 8);
		struct buf b = BUF_ON(room);

		buf_str(&b, first ? "h=" : "");
		buf_put(&b, name);
		buf_byte(&b, more ? ':' : ';');
		sheet_word(s, buf_span(&b), first);
		first = false;
	} while (h.len > 0);
}

/* ---- the digest ---- */

/* RFC 6376 3.7 step 2 */
bool
sign_digest(struct draft *d, struct sign_source *m, enum canon canon,
    struct span h)
{
	struct buf raw = arena_buf(m->arena, d->name.len + d->before.len +
	    d->after.len + 4);
	struct sha256 sha;
	size_t b_at = d->name.len + 2 + d->before.len;

	buf_put(&raw, d->name);
	buf_str(&raw, ": ");
	buf_put(&raw, d->before);
	buf_put(&raw, d->after);
	if (raw.full || !sha256_init(&sha))
		return refuse(d, ASSAY_R_SIGN_INCOMPLETE, SPAN_NONE);
	field_index_begin(m->index, SIZE_MAX);
	while (h.len > 0) {
		const struct field *f = field_index_take(m->index,
		    taglist_item(&h));

		if (f != NULL)
			canon_field(&sha, canon, f->raw);
	}
	canon_sig_field(&sha, canon, buf_span(&raw), b_at, b_at);
	sha256_end(&sha, d->digest);
	return true;
}

/* ---- the field ---- */

/* RFC 6376 2.11: dkim-quoted-printable */
static void
put_quoted(struct buf *out, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (is_vchar(c) && c != ';' && c != '=') {
			buf_byte(out, (uint8_t)c);
			continue;
		}
		buf_byte(out, '=');
		buf_byte(out, (uint8_t)hex[c >> 4]);
		buf_byte(out, (uint8_t)hex[c & 15]);
	}
}

/* RFC 6376 3.5 i=: at or below d=. */
static bool
put_identity(struct sheet *s, struct draft *out, struct sign_source *m,
    const struct sign_wish *w)
{
	size_t at = span_rfind(w->identity, '@');
	struct buf b = arena_buf(m->arena, LIMIT_LOCAL_PART * 3 + LIMIT_NAME +
	    1);
	struct domain domain;

	if (span_absent(w->identity))
		return true;
	if (at == w->identity.len || at > LIMIT_LOCAL_PART ||
	    !domain_parse(&domain, span_skip(w->identity, at + 1), false,
	    m->arena) || !domain_within(domain, w->d))
		return refuse(out, ASSAY_R_SIGN_IDENTITY, SPAN("i"));
	put_quoted(&b, span_head(w->identity, at));
	buf_byte(&b, '@');
	buf_put(&b, domain.name);
	sheet_tag(s, "i", arena_done(m->arena, &b));
	return true;
}

static struct span
canon_name(const struct sign_wish *w)
{
	if (w->header == CANON_RELAXED)
		return w->body == CANON_RELAXED ? SPAN("relaxed/relaxed") :
		    SPAN("relaxed/simple");
	return w->body == CANON_RELAXED ? SPAN("simple/relaxed") :
	    SPAN("simple/simple");
}

static void
put_times(struct sheet *s, const struct sign_wish *w)
{
	if (w->t > 0)
		sheet_number(s, "t", (uint64_t)w->t);
	/* RFC 6376 3.5 x=: MUST be greater than t= */
	if (w->x > 0 && w->x > w->t)
		sheet_number(s, "x", (uint64_t)w->x);
}

static void
put_bh(struct sheet *s, const struct body_digest *d)
{
	uint8_t room[48];
	struct buf b = BUF_ON(room);

	base64_encode(&b, (struct span){ d->sha256, sizeof(d->sha256) });
	sheet_tag(s, "bh", buf_span(&b));
}

static bool
put_field(struct sheet *s, struct draft *out, struct sign_source *m,
    const struct sign_wish *w, struct span h)
{
	sheet_tag(s, "v", SPAN("1"));
	sheet_tag(s, "a", sign_alg_name(w->alg));
	sheet_tag(s, "c", canon_name(w));
	sheet_tag(s, "d", w->d.name);
	sheet_tag(s, "s", w->selector.name);
	if (!put_identity(s, out, m, w))
		return false;
	put_times(s, w);
	sign_put_h(s, h);
	put_bh(s, &m->body[w->body]);
	sheet_word(s, SPAN("b="), true);
	return true;
}

void
dkim_begin(struct draft *out, struct sign_source *m,
    const struct sign_wish *w)
{
	struct buf text = arena_buf(m->arena, LIMIT_SIGN_FIELD);
	struct sheet s;
	struct span h;

	*out = (struct draft){ .name = SPAN("DKIM-Signature") };
	s = sheet_of(&text, out->name, false);
	if (!sign_possible(out, m, w) || !unambiguous(out, m) ||
	    !sign_names(&h, out, m, w) || !put_field(&s, out, m, w, h))
		return;
	out->before = arena_done(m->arena, &text);
	out->after = SPAN("");
	if (text.full)
		refuse(out, ASSAY_R_SIGN_TOO_MUCH, SPAN_NONE);
	else
		sign_digest(out, m, w->header, h);
}
