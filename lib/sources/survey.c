/* SPDX-License-Identifier: Apache-2.0 */
/* survey.c - what is seen when all sources are looked at together. */
#include "sources/survey.h"

#include "wire/addr.h"

/* Kinds of sums. */
enum { K_SITE = 1, K_KEY, K_AT_SITE, K_BESIDE, K_BY_INCLUDE, K_NEAR, K_NAMES,
    K_NAME, K_STRANGERS, K_INCLUDE, K_PARTNER };

enum {
	SHORT_DAYS = 7,		/* a campaign is over in a week, mostly     */
	WAVE_MARGIN = 1		/* days: reporters count them differently   */
};

bool
survey_our_name(const struct survey *v, struct domain name)
{
	const struct source_ground *g = &v->s->ground;

	for (size_t i = 0; i < g->n_own; i++)
		if (!domain_absent(name) &&
		    domain_within(name, g->own[i].name))
			return true;
	return false;
}

bool
survey_own(const struct survey *v, const struct source *f)
{
	const struct source_place *p = &f->place;

	return p->listed == SOURCE_L_DIRECT || p->mx || (p->confirmed &&
	    survey_our_name(v, p->ptr)) || (f->opinion.decision != NULL &&
	    f->opinion.decision->class == SOURCE_OURS);
}

bool
survey_short(const struct source *f)
{
	return f->last - f->first < SHORT_DAYS;
}

static uint64_t
network_key(const struct survey *v, unsigned kind, const struct source *f)
{
	return sums_key(&v->sums, kind, f->net.family,
	    span_head(addr_octets(&f->net), f->net.family == 6 ? 6 : 3));
}

/* The AS, or the network where no table tells it. */
static uint64_t
site_of(const struct survey *v, const struct source *f)
{
	return f->place.asn != 0 ? f->place.asn : network_key(v, K_SITE, f);
}

const struct source_sig *
survey_sig(const struct source *f, bool broken)
{
	const struct source_sig *best = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < f->n_sig; i++) {
		uint64_t n = broken ? f->sig[i].fail : f->sig[i].pass;

		/* a key without its name is only better than nothing */
		if (!f->sig[i].d->ours || n == 0 || (best != NULL &&
		    !span_absent(best->s) && (n <= most ||
		    span_absent(f->sig[i].s))))
			continue;
		best = &f->sig[i];
		most = n;
	}
	return best;
}

const struct source_sig *
survey_their_sig(const struct source *f)
{
	for (size_t i = 0; i < f->n_sig && f->partner != NULL; i++)
		if (!f->sig[i].d->ours && f->sig[i].pass > 0 && span_eq(
		    f->sig[i].d->group, f->partner->group))
			return &f->sig[i];
	return NULL;
}

/* ---- where keys sign ---------------------------------------------------- */

static uint64_t
sig_key(const struct survey *v, const struct source_sig *sig)
{
	return sums_key(&v->sums, K_KEY, sums_key(&v->sums, K_KEY, 0,
	    sig->d->name.name), sig->s);
}

static struct key_home **
home_bucket(const struct survey *v, const struct source_sig *sig)
{
	return v->home + (sig_key(v, sig) & (SOURCES_BUCKETS - 1));
}

const struct key_home *
survey_home(const struct survey *v, const struct source_sig *sig)
{
	const struct key_home *h = *home_bucket(v, sig);

	while (h != NULL && (h->d != sig->d || !span_eq(h->s, sig->s)))
		h = h->chain;
	return h;
}

/* Sums of what a key signed: at a site, beside another name, by an
 * include. */
static uint64_t
at_site(const struct survey *v, const struct source_sig *sig, uint64_t site)
{
	return sums_key(&v->sums, K_AT_SITE, sig_key(v, sig) ^ site,
	    SPAN_NONE);
}

static uint64_t
beside(const struct survey *v, const struct source_sig *sig,
    const struct source *f)
{
	return f->partner == NULL ? 0 : sums_key(&v->sums, K_BESIDE,
	    sig_key(v, sig), f->partner->group);
}

static uint64_t
by_include(const struct survey *v, const struct source_sig *sig,
    const struct source *f)
{
	return domain_absent(f->place.include) ? 0 : sums_key(&v->sums,
	    K_BY_INCLUDE, sig_key(v, sig), f->place.include.name);
}

/* Beside a name that proves itself here: its signature alone is kept by
 * forwarding as ours is. */
static bool
signs_beside(const struct survey *v, const struct source *f,
    const struct source_sig *sig, const struct key_home *h)
{
	return sums_get(&v->sums, beside(v, sig, f)) * 2 >= h->total &&
	    ((f->spf_partner + f->spf_ours) * 2 >= f->messages ||
	    h->site == site_of(v, f));
}

bool
survey_bad_key(const struct survey *v, const struct source_sig *sig)
{
	const struct key_home *h = survey_home(v, sig);

	return h != NULL && h->failed > h->total;
}

bool
survey_signs_here(const struct survey *v, const struct source *f,
    const struct source_sig *sig)
{
	const struct key_home *h = survey_home(v, sig);
	uint64_t include;

	if (h == NULL || h->total == 0)
		return false;
	include = by_include(v, sig, f);
	if (include != 0 && sums_get(&v->sums, include) * 2 >= h->total)
		return true;
	if (sig->d->ours && f->partner != NULL)
		return signs_beside(v, f, sig, h);
	return h->site == site_of(v, f) || sums_get(&v->sums, at_site(v, sig,
	    site_of(v, f))) * 2 >= h->total;
}

static struct key_home *
home_of(struct survey *v, const struct source_sig *sig)
{
	struct key_home **bucket = home_bucket(v, sig), *h = *bucket;

	while (h != NULL && (h->d != sig->d || !span_eq(h->s, sig->s)))
		h = h->chain;
	if (h != NULL)
		return h;
	h = arena_alloc(v->s->arena, sizeof(*h));
	if (h == NULL)
		return NULL;
	*h = (struct key_home){ .d = sig->d, .s = sig->s, .chain = *bucket };
	*bucket = h;
	return h;
}

static void
add_homes(struct survey *v, const struct source *f)
{
	uint64_t site = site_of(v, f);

	for (size_t i = 0; i < f->n_sig; i++) {
		const struct source_sig *sig = &f->sig[i];
		struct key_home *h = home_of(v, sig);
		uint64_t n;

		if (h == NULL)
			continue;
		h->total += sig->pass;
		h->failed += sig->fail;
		if (sig->pass == 0)
			continue;
		if (beside(v, sig, f) != 0)
			(void)sums_add(&v->sums, beside(v, sig, f),
			    sig->pass);
		if (by_include(v, sig, f) != 0)
			(void)sums_add(&v->sums, by_include(v, sig, f),
			    sig->pass);
		n = sums_add(&v->sums, at_site(v, sig, site), sig->pass);
		if (n > h->most) {
			h->most = n;
			h->site = site;
		}
	}
}

/* ---- other names -------------------------------------------------------- */

static struct partner_sum **
bucket_of(const struct survey *v, struct span group)
{
	return v->partner + (sums_key(&v->sums, K_PARTNER, 0, group) &
	    (SOURCES_BUCKETS - 1));
}

static struct partner_sum *
partner_of(const struct survey *v, struct span group)
{
	struct partner_sum *p = *bucket_of(v, group);

	while (p != NULL && !span_eq(p->group, group))
		p = p->chain;
	return p;
}

const struct partner_sum *
survey_partner(const struct survey *v, const struct source *f)
{
	return f->partner == NULL ? NULL : partner_of(v, f->partner->group);
}

static void
add_partner(struct survey *v, const struct source *f)
{
	struct partner_sum *p = partner_of(v, f->partner->group);

	if (p == NULL) {
		p = arena_alloc(v->s->arena, sizeof(*p));
		if (p == NULL)
			return;
		*p = (struct partner_sum){ .group = f->partner->group,
			.first = f->first, .last = f->last,
			.chain = *bucket_of(v, f->partner->group) };
		*bucket_of(v, f->partner->group) = p;
	}
	if (f->partner->service == NULL && sums_add(&v->sums,
	    sums_key(&v->sums, K_NAME, network_key(v, K_NAMES, f),
	    f->partner->group), 1) == 1)
		(void)sums_add(&v->sums, network_key(v, K_NAMES, f), 1);
	if (f->hold == SOURCE_H_DKIM)
		p->held += f->messages;
	if (f->hold != SOURCE_H_NOT)
		return;
	p->loose += f->messages;
	p->first = f->first < p->first ? f->first : p->first;
	p->last = f->last > p->last ? f->last : p->last;
	for (int i = 0; i < SOURCE_PARTS; i++)
		p->part[i] += f->part[i];
}

/* Proves nothing, of anybody, is nobody's, and is soon gone. */
static bool
is_stranger(const struct survey *v, const struct source *f)
{
	return f->partner == NULL && f->dkim_ours == 0 && f->spf_ours == 0 &&
	    !survey_own(v, f) && f->said_forwarded == 0 && survey_short(f);
}

static uint64_t
day_key(const struct survey *v, int64_t day)
{
	return sums_key(&v->sums, K_STRANGERS, (uint64_t)day, SPAN_NONE);
}

static void
add_together(struct survey *v, const struct source *f)
{
	if (survey_own(v, f))
		(void)sums_add(&v->sums, network_key(v, K_NEAR, f), 1);
	if (is_stranger(v, f))
		(void)sums_add(&v->sums, day_key(v, f->first), 1);
	if (f->dkim_ours > 0 && !domain_absent(f->place.include))
		(void)sums_add(&v->sums, sums_key(&v->sums, K_INCLUDE, 0,
		    f->place.include.name), f->dkim_ours);
}

bool
survey_near(const struct survey *v, const struct source *f)
{
	return sums_get(&v->sums, network_key(v, K_NEAR, f)) > 0;
}

uint64_t
survey_names(const struct survey *v, const struct source *f)
{
	return sums_get(&v->sums, network_key(v, K_NAMES, f));
}

uint64_t
survey_wave(const struct survey *v, const struct source *f)
{
	uint64_t n = 0;

	if (!survey_short(f))
		return 0;
	for (int64_t d = f->first - WAVE_MARGIN; d <= f->last + WAVE_MARGIN;
	    d++)
		n += sums_get(&v->sums, day_key(v, d));
	return n - (n > 0 && is_stranger(v, f));
}

uint64_t
survey_include_signed(const struct survey *v, struct domain include)
{
	return sums_get(&v->sums, sums_key(&v->sums, K_INCLUDE, 0,
	    include.name));
}

unsigned
survey_parts(const uint64_t part[SOURCE_PARTS])
{
	unsigned n = 0;

	for (int i = 0; i < SOURCE_PARTS; i++)
		n += part[i] > 0;
	return n;
}

bool
survey_make(struct survey *v, struct sources *s)
{
	*v = (struct survey){ .s = s };
	sums_init(&v->sums, s->arena, s->ground.secret);
	v->partner = arena_array(s->arena, SOURCES_BUCKETS,
	    sizeof(struct partner_sum *));
	v->home = arena_array(s->arena, SOURCES_BUCKETS,
	    sizeof(struct key_home *));
	if (v->partner == NULL || v->home == NULL)
		return false;
	for (const struct source *f = s->first; f != NULL; f = f->next) {
		add_homes(v, f);
		if (f->partner != NULL)
			add_partner(v, f);
		add_together(v, f);
	}
	/* now that homes are known: who holds our signature from elsewhere */
	for (const struct source *f = s->first; f != NULL; f = f->next) {
		const struct source_sig *sig = survey_sig(f, false);
		struct partner_sum *p;

		if (f->partner == NULL || f->hold != SOURCE_H_DKIM ||
		    f->spf_partner == 0 || sig == NULL ||
		    survey_signs_here(v, f, sig))
			continue;
		p = partner_of(v, f->partner->group);
		if (p != NULL)
			p->passes_through = true;
	}
	return !s->arena->failed;
}
