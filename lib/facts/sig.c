/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/sig.h"

#include "facts/arc_set.h"
#include "facts/sig_hash.h"

/* One domain is at or above or below the other: it may align (RFC 9989
 * 4.4), whatever the organisational domain turns out to be. */
static bool
may_align(const struct facts *f, const struct sig_facts *s)
{
	for (size_t i = 0; i < f->from.n_author; i++) {
		struct domain author = f->from.author[i].domain;

		if (domain_within(s->d, author) || domain_within(author, s->d))
			return true;
	}
	return false;
}

/* The author's signatures first, then from the top; some are left out when
 * there are too many. */
static void
hash_chosen(struct sig_work *w, struct facts *f, struct sig_text *text,
    size_t max)
{
	size_t n = 0;

	for (int author = 1; author >= 0; author--)
		for (size_t i = 0; i < f->dkim.n_sig; i++) {
			struct sig_facts *s = &f->dkim.sig[i];

			if (s->flaw != ASSAY_R_NONE ||
			    may_align(f, s) != (author == 1))
				continue;
			if (n++ >= max) {
				sig_flaw(s, ASSAY_R_DKIM_NOT_TRIED, SPAN_NONE);
				continue;
			}
			sig_hash(w, s, &text[i]);
			sig_coverage(w, s);
		}
}

static bool
is_signature(const struct field *f)
{
	return field_is(f, SPAN("DKIM-Signature"));
}

static size_t
count_signatures(const struct header *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += is_signature(&h->field[i]);
	return n;
}

/* RFC 6008 4: header.b must tell the signatures of a message apart; eight
 * characters nearly always do. */
static void
shorten_b(struct dkim_facts *d)
{
	for (size_t len = 8; len < 24; len += 8) {
		bool clash = false;

		for (size_t i = 0; i < d->n_sig; i++)
			for (size_t j = 0; j < i; j++)
				clash = clash || span_eq(
				    span_head(d->sig[i].b_text, len),
				    span_head(d->sig[j].b_text, len));
		if (clash)
			continue;
		for (size_t i = 0; i < d->n_sig; i++)
			d->sig[i].b_text = span_head(d->sig[i].b_text, len);
		return;
	}
}

static void
collect_dkim(struct sig_work *w, struct facts *f, size_t max)
{
	size_t n, at = 0;
	struct sig_text *text;

	f->dkim.seen = count_signatures(w->header);
	n = f->dkim.seen < LIMIT_SIGS_PARSED ? f->dkim.seen :
	    LIMIT_SIGS_PARSED;
	f->dkim.sig = arena_array(w->arena, n, sizeof(*f->dkim.sig));
	text = arena_array(w->arena, n, sizeof(*text));
	if (f->dkim.sig == NULL || text == NULL)
		return;
	for (size_t i = 0; i < w->header->n && at < n; i++)
		if (is_signature(&w->header->field[i])) {
			sig_parse(&f->dkim.sig[at], &text[at], SIG_DKIM,
			    &w->header->field[i], w->arena);
			at++;
		}
	f->dkim.n_sig = at;
	hash_chosen(w, f, text, max);
	shorten_b(&f->dkim);
}

void
sig_collect(struct facts *f, const struct header *h, struct bodyhash *body,
    struct arena *a, const struct assay_limits *limits)
{
	struct sig_work w = { .header = h, .body = body, .arena = a,
		.left = LIMIT_HEADER_HASHED };

	collect_dkim(&w, f, limits->signatures);
	arc_collect(&w, &f->arc);
}

void
sig_finish(struct facts *f, const struct bodyhash *body, struct arena *a)
{
	(void)a;
	for (size_t i = 0; i < f->dkim.n_sig; i++)
		sig_body(&f->dkim.sig[i], body);
	if (f->arc.flaw != ASSAY_R_NONE)
		return;
	for (size_t i = 0; i < f->arc.n_set; i++)
		sig_body(&f->arc.set[i].ams, body);
}
