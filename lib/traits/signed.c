/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signed.c - in whose name the message is signed, and what was proven.
 *
 * Proven is what the caller says.  Results that other servers claim
 * (Authentication-Results, ARC-Authentication-Results) are not read at all.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/taglist.h"

enum { LIST_TEXT = 80, FORM_TEXT = 200, SIGNED_NAMES = 100 };

/* ---- signatures ---------------------------------------------------------- */

struct set {
	struct span item[LIMIT_TRAIT_SIGNATURES];
	size_t n;
};

/* Sorted, each once. */
static void
set_add(struct set *s, struct span item)
{
	size_t i = 0;

	while (i < s->n && span_cmp(s->item[i], item) < 0)
		i++;
	if (item.len == 0 || s->n == LIMIT_TRAIT_SIGNATURES ||
	    (i < s->n && span_eq(s->item[i], item)))
		return;
	for (size_t k = s->n++; k > i; k--)
		s->item[k] = s->item[k - 1];
	s->item[i] = item;
}

static void
put_set(struct buf *b, const struct set *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (i > 0)
			buf_byte(b, ',');
		put_text(b, span_head(s->item[i], LIST_TEXT), false);
	}
}

static void
set_value(struct reading *r, enum trait t, const struct set *s)
{
	struct buf v = value_open(r, t, LIST_TEXT);

	put_set(&v, s);
	value_close(r, t, &v);
}

/* ---- one signature ------------------------------------------------------- */

struct signature {
	struct taglist tags;
	struct span d, org;	/* d=, and whose that is                     */
};

static struct span
tag(const struct signature *s, struct span name)
{
	return taglist_value(&s->tags, name);
}

/* "rsa-sha256 relaxed/relaxed v,a,c,d,s,h,bh,b": what signed it. */
static void
read_dkim_form(struct reading *r, const struct signature *s)
{
	struct buf v = value_open(r, TRAIT_DKIM_FORM, FORM_TEXT);

	put_text(&v, span_head(tag(s, SPAN("a")), 20), true);
	buf_byte(&v, ' ');
	put_text(&v, span_head(tag(s, SPAN("c")), 20), true);
	for (size_t i = 0; i < s->tags.n && i < 20; i++) {
		buf_byte(&v, i == 0 ? ' ' : ',');
		put_text(&v, span_head(s->tags.tag[i].name, 8), false);
	}
	value_close(r, TRAIT_DKIM_FORM, &v);
}

/* Names that stand more often in h= than in any honest header (RFC 6376
 * 8.15), sorted, since signers list them in the order of the message. */
static void
read_oversigned(struct reading *r, const struct signature *s)
{
	struct span rest = tag(s, SPAN("h")), name[SIGNED_NAMES];
	struct set twice = { .n = 0 };
	size_t n = 0;

	while (rest.len > 0 && n < SIGNED_NAMES) {
		struct buf b;
		struct span item = span_head(taglist_item(&rest), 40);

		b = arena_buf(r->a, item.len);
		buf_lower(&b, item);
		name[n] = buf_span(&b);
		for (size_t i = 0; i < n; i++)
			if (span_eq(name[i], name[n]))
				set_add(&twice, name[n]);
		n++;
	}
	set_value(r, TRAIT_DKIM_OVERSIGNED, &twice);
}

static bool
is_proven(const struct traits_in *in, struct span d)
{
	for (size_t i = 0; i < in->n_signer; i++)
		if (span_ieq(in->signer[i], d))
			return true;
	return !in->verified;
}

/* A signature that did not verify is somebody's claim. */
static struct span
name_of(struct reading *r, const struct signature *s)
{
	struct buf b;

	if (s->org.len == 0 || is_proven(r->in, s->d))
		return s->org;
	b = arena_buf(r->a, s->org.len + 1);
	buf_put(&b, s->org);
	buf_byte(&b, '?');
	return buf_span(&b);
}

/* ---- all of them --------------------------------------------------------- */

static bool
is_aligned(const struct reading *r, const struct signature *s)
{
	return s->org.len > 0 && span_eq(s->org, r->t->sender_domain);
}

static void
read_chosen(struct reading *r, const struct signature *s)
{
	struct span from = address_domain(r->t->sender);

	read_dkim_form(r, s);
	read_oversigned(r, s);
	value_set(r, TRAIT_DKIM_ALIGNED, span_ieq(s->d, from) ?
	    SPAN("exactly") : is_aligned(r, s) ? SPAN("organization") :
	    SPAN("no"));
}

static void
read_signatures(struct reading *r)
{
	struct set domains = { .n = 0 }, selectors = { .n = 0 };
	struct signature chosen = { .d = SPAN_NONE }, s;
	size_t seen = 0;

	for (size_t i = 0; i < r->n && seen < LIMIT_TRAIT_SIGNATURES; i++) {
		if (r->line[i].known != K_DKIM_SIGNATURE)
			continue;
		(void)taglist_parse(&s.tags,
		    unfolded(r->line[i].value, r->a), r->a);
		s.d = tag(&s, SPAN("d"));
		s.org = org_of(r, s.d, SUFFIX_ICANN);
		set_add(&domains, name_of(r, &s));
		set_add(&selectors, tag(&s, SPAN("s")));
		/* the author's own one, or that on top */
		if (seen++ == 0 || (is_aligned(r, &s) &&
		    !is_aligned(r, &chosen)))
			chosen = s;
	}
	set_value(r, TRAIT_DKIM_DOMAINS, &domains);
	set_value(r, TRAIT_DKIM_SELECTORS, &selectors);
	if (seen > 0)
		read_chosen(r, &chosen);
}

/* Who sealed it on the way (RFC 8617), and what the last one found. */
static void
read_arc(struct reading *r)
{
	struct set sealers = { .n = 0 };
	struct span cv = SPAN_NONE;
	size_t seen = 0;
	struct buf v;

	for (size_t i = 0; i < r->n && seen < LIMIT_TRAIT_SIGNATURES; i++) {
		struct taglist tags;

		if (r->line[i].known != K_ARC_SEAL)
			continue;
		(void)taglist_parse(&tags, unfolded(r->line[i].value, r->a),
		    r->a);
		set_add(&sealers, org_of(r, taglist_value(&tags, SPAN("d")),
		    SUFFIX_ICANN));
		if (seen++ == 0)
			cv = taglist_value(&tags, SPAN("cv"));
	}
	if (seen == 0)
		return;
	v = value_open(r, TRAIT_ARC, LIST_TEXT + 20);
	put_set(&v, &sealers);
	buf_str(&v, " cv=");
	put_text(&v, span_head(cv, 8), true);
	value_close(r, TRAIT_ARC, &v);
}

/* ---- what was proven ----------------------------------------------------- */

/* One letter a word of RFC 8601: what a server that is down says is as if
 * it had not been asked. */
static uint8_t
letter(enum assay_result result)
{
	switch (result) {
	case ASSAY_PASS:
		return 'p';
	case ASSAY_FAIL:
	case ASSAY_SOFTFAIL:
	case ASSAY_PERMERROR:
	case ASSAY_POLICY:
		return 'f';
	case ASSAY_NONE:
	case ASSAY_NEUTRAL:
	case ASSAY_TEMPERROR:
		break;
	}
	return '-';
}

static void
read_auth(struct reading *r)
{
	struct buf v = value_open(r, TRAIT_AUTH, 24);

	buf_str(&v, "dmarc=");
	buf_byte(&v, letter(r->in->dmarc));
	buf_str(&v, " dkim=");
	buf_byte(&v, letter(r->in->dkim));
	buf_str(&v, " spf=");
	buf_byte(&v, letter(r->in->spf));
	value_close(r, TRAIT_AUTH, &v);
}

static void
read_return_path(struct reading *r)
{
	struct span domain = address_domain(r->in->mail_from), org;
	struct buf v;

	if (!r->in->has_mail_from)
		return;
	v = value_open(r, TRAIT_RETURN_PATH, LIST_TEXT);
	org = org_of(r, domain, SUFFIX_PRIVATE);
	if (r->in->mail_from.len == 0)
		buf_str(&v, "null");
	else if (org.len > 0 && span_eq(org, r->t->sender_domain))
		buf_str(&v, "same");
	else
		put_org(&v, r, domain, SUFFIX_PRIVATE);
	value_close(r, TRAIT_RETURN_PATH, &v);
	v = value_open(r, TRAIT_RETURN_PATH_SHAPE, LIST_TEXT);
	if (span_ieq(r->in->mail_from, r->t->from))
		buf_str(&v, "author");
	else
		put_shape(&v, span_head(r->in->mail_from,
		    r->in->mail_from.len - domain.len), 16);
	value_close(r, TRAIT_RETURN_PATH_SHAPE, &v);
}

void
traits_signed(struct reading *r)
{
	read_signatures(r);
	read_arc(r);
	read_return_path(r);
	read_auth(r);
}
