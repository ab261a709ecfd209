/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dkim.c - the keys of a domain, as far as they can be found.
 *
 * DNS does not list selectors, so those that a person names are looked at,
 * and those that services are known to use.  That there are none at all can
 * be known: then _domainkey does not exist (RFC 8020).
 */
#include "check/dkim_key.h"

#include "posture/inner.h"
#include "wire/taglist.h"

enum { GOOD_BITS = 2048, MOST_BITS = 4096 };	/* RFC 8301 3.2 */

static const char *const usual[] = {
	"default", "dkim", "mail", "email", "smtp", "mx", "key1", "key2",
	"s1", "s2", "k1", "k2", "k3", "dkim1", "dkim2", "sig1",
	"selector", "selector1", "selector2", "google", "20230601", "zoho",
	"zmail", "protonmail", "protonmail2", "protonmail3", "fm1", "fm2",
	"fm3", "pm", "mandrill", "mailjet", "mailo", "krs", "mg", "cm",
	"hs1", "hs2", "brevo1", "brevo2", "litesrv", "everlytickey1",
	"ctct1", "ctct2", "rsa", "ed25519", "2025", "2026",
};

enum { USUAL = sizeof(usual) / sizeof(usual[0]) };

/* ---- to learn ------------------------------------------------------------ */

static bool
is_listed(const struct dkim_known *d, struct span selector)
{
	for (size_t i = 0; i < d->n; i++)
		if (span_eq(d->key[i].selector, selector))
			return true;
	return false;
}

static enum step
learn_key(struct posture *p, struct span selector, bool given)
{
	struct dkim_known *d = &p->dkim;
	struct selector_known *k;
	const struct memo_row *row;
	ROOM(room, LIMIT_NAME);
	struct buf b = BUF_ON(room);

	if (is_listed(d, selector) || d->n == LIMIT_POSTURE_KEYS)
		return STEP_DONE;
	buf_put(&b, selector);
	buf_str(&b, "._domainkey.");
	buf_put(&b, p->domain.name);
	if (b.full)
		return STEP_DONE;
	row = ask_dns(&p->run, ASSAY_T_TXT, buf_span(&b));
	if (row == NULL)
		return STEP_WAIT;
	k = &d->key[d->n++];
	*k = (struct selector_known){ .selector = selector, .given = given,
		.query = row->q.key, .a = &row->a };
	return STEP_DONE;
}

static enum step
learn_above(struct posture *p)
{
	struct span name = name_below(p, "_domainkey", p->domain);
	struct span probe = name_below(p, "assay-asks-for-wildcards."
	    "_domainkey", p->domain);
	const struct memo_row *above, *wild;

	p->dkim.above = ASSAY_A_UNKNOWN;
	if (span_absent(name) || span_absent(probe))
		return STEP_DONE;
	above = ask_dns(&p->run, ASSAY_T_TXT, name);
	wild = ask_dns(&p->run, ASSAY_T_TXT, probe);
	if (above == NULL || wild == NULL)
		return STEP_WAIT;
	p->dkim.above = above->a.kind;
	p->dkim.wildcard = wild->a.kind == ASSAY_A_DATA;
	return STEP_DONE;
}

enum step
learn_dkim(struct posture *p)
{
	enum step step;

	p->dkim = (struct dkim_known){ .n = 0 };
	step = learn_above(p);
	for (size_t i = 0; i < p->n_selector; i++)
		if (learn_key(p, p->selector[i], true) == STEP_WAIT)
			step = STEP_WAIT;
	for (size_t i = 0; i < USUAL; i++)
		if (learn_key(p, assay_cstr(usual[i]), false) == STEP_WAIT)
			step = STEP_WAIT;
	return step;
}

/* ---- to tell ------------------------------------------------------------- */

/* Does the record say anything about keys?  What a wildcard says of
 * everything does not. */
static bool
is_key(struct span text)
{
	return span_istarts(text, SPAN("v=DKIM1")) ||
	    span_search(text, SPAN("p=")) < text.len;
}

/* The record without one tag. */
static struct span
without_tag(struct posture *p, struct span text, const char *tag)
{
	struct buf b = arena_buf(&p->arena, text.len + 2);
	struct span rest = text;

	while (rest.len > 0) {
		struct span one = span_trim_fws(span_cut(&rest, ';'));
		struct span value = one, name = span_cut(&value, '=');

		if (one.len == 0 ||
		    span_eq(span_trim_fws(name), assay_cstr(tag)))
			continue;
		buf_str(&b, b.len > 0 ? "; " : "");
		buf_put(&b, one);
	}
	return b.full ? SPAN_NONE : arena_done(&p->arena, &b);
}

static void
tell_bits(struct posture *p, const struct selector_known *k,
    const struct dkim_key *key)
{
	struct buf b = clause(p);
	struct posture_finding *f;

	buf_u64(&b, key->bits);
	buf_str(&b, " bits");
	if (key->type == KEY_RSA && key->bits < GOOD_BITS) {
		f = found(p, FOUND_DKIM_SMALL, k->query, clause_done(p, &b));
		f->advice = "Make a new key under a new selector, 'assay key "
		    "new rsa SELECTOR DOMAIN FILE', sign with it, and revoke "
		    "this one a week later (p= empty).";
		p->dkim.small++;
	} else if (key->type == KEY_RSA && key->bits > MOST_BITS) {
		found(p, FOUND_DKIM_LARGE, k->query, clause_done(p, &b));
	}
}

/* A key that verifies: what is odd about it. */
static void
tell_usable(struct posture *p, const struct selector_known *k,
    const struct dkim_key *key, struct span text)
{
	struct posture_finding *f;

	p->dkim.usable++;
	p->dkim.rsa += key->type == KEY_RSA;
	tell_bits(p, k, key);
	if (key->testing) {
		f = found(p, FOUND_DKIM_TESTING, k->query, SPAN_NONE);
		mend_txt(p, f, k->query, without_tag(p, text, "t"));
	}
	if (key->strict)
		found(p, FOUND_DKIM_STRICT, k->query, SPAN_NONE);
	if (key->sha1 && key->sha256 &&
	    span_search(text, SPAN("sha1")) < text.len) {
		f = found(p, FOUND_DKIM_SHA1, k->query, SPAN_NONE);
		mend_txt(p, f, k->query, without_tag(p, text, "h"));
	}
}

static void
tell_flaw(struct posture *p, const struct selector_known *k,
    enum assay_reason flaw)
{
	const struct assay_reason_text *why = assay_reason_text(flaw);
	struct span detail = why == NULL ? SPAN_NONE :
	    assay_cstr(why->sentence);

	if (flaw == ASSAY_R_DKIM_KEY_REVOKED) {
		found(p, FOUND_DKIM_REVOKED, k->query, SPAN_NONE)->grade =
		    k->given ? GRADE_WARN : GRADE_NOTE;
		return;
	}
	if (flaw == ASSAY_R_DKIM_KEY_SERVICE) {
		found(p, FOUND_DKIM_SERVICE, k->query, detail);
		return;
	}
	p->dkim.broken++;
	found(p, FOUND_DKIM_BROKEN, k->query, detail);
}

static void
tell_record(struct posture *p, const struct selector_known *k,
    struct span text)
{
	struct posture_finding *f;
	struct taglist l;
	struct dkim_key key;

	if (!dkim_key_parse(&key, text, &p->arena))
		return;
	if (key.flaw != ASSAY_R_NONE) {
		tell_flaw(p, k, key.flaw);
	} else if (!key.sha256) {
		p->dkim.broken++;
		f = found(p, FOUND_DKIM_NO_SHA256, k->query, SPAN_NONE);
		mend_txt(p, f, k->query, without_tag(p, text, "h"));
	} else {
		tell_usable(p, k, &key, text);
	}
	if (taglist_parse(&l, text, &p->arena) &&
	    taglist_get(&l, SPAN("g")) != NULL) {
		f = found(p, FOUND_DKIM_GRANULARITY, k->query, SPAN_NONE);
		mend_txt(p, f, k->query, without_tag(p, text, "g"));
	}
	dkim_key_drop(&key);
}

static void
tell_key(struct posture *p, const struct selector_known *k)
{
	size_t n = 0;

	if (!answered(k->a->kind)) {
		/* one of many guesses: not worth a word */
		if (k->given)
			found(p, FOUND_DKIM_UNANSWERED, k->query, SPAN_NONE);
		return;
	}
	for (size_t i = 0; i < k->a->n_item; i++)
		n += is_key(k->a->item[i]);
	if (n == 0) {
		if (k->given)
			found(p, FOUND_DKIM_MISSING, k->query, SPAN_NONE);
		return;
	}
	if (n > 1)
		found(p, FOUND_DKIM_SEVERAL, k->query, SPAN_NONE);
	for (size_t i = 0; i < k->a->n_item && i < LIMIT_KEY_RECORDS; i++)
		if (is_key(k->a->item[i]))
			tell_record(p, k, k->a->item[i]);
}

static bool
any_failed(const struct posture *p)
{
	for (size_t i = 0; i < p->dkim.n; i++)
		if (!answered(p->dkim.key[i].a->kind))
			return true;
	return !answered(p->dkim.above);
}

static bool
is_found(const struct selector_known *k)
{
	for (size_t i = 0; i < k->a->n_item; i++)
		if (is_key(k->a->item[i]))
			return true;
	return false;
}

bool
dkim_may_sign(struct posture *p)
{
	bool any = false;

	for (size_t i = 0; i < p->dkim.n; i++) {
		const struct selector_known *k = &p->dkim.key[i];
		struct dkim_key key;
		bool live;

		if ((p->dkim.wildcard && !k->given) || !is_found(k) ||
		    !dkim_key_parse(&key, k->a->item[0], &p->arena))
			continue;
		any = true;
		live = key.flaw != ASSAY_R_DKIM_KEY_REVOKED;
		dkim_key_drop(&key);
		if (live)
			return true;
	}
	/* something is below _domainkey, and we have not met it */
	return !any && !p->dkim.wildcard && p->dkim.above != ASSAY_A_NXDOMAIN;
}

static void
set_state(struct posture *p)
{
	struct buf b = clause(p);
	size_t n = 0;

	for (size_t i = 0; i < p->dkim.n; i++)
		n += is_found(&p->dkim.key[i]);
	buf_u64(&b, n);
	buf_str(&b, n == 0 ? " keys found" : n == 1 ? " key found: " :
	    " keys found: ");
	for (size_t i = 0, k = 0; i < p->dkim.n && k < 5; i++) {
		if (!is_found(&p->dkim.key[i]))
			continue;
		buf_str(&b, k++ > 0 ? ", " : "");
		buf_put(&b, p->dkim.key[i].selector);
	}
	buf_str(&b, n > 5 ? ", ..." : "");
	state_put(p, SUBJECT_DKIM, &b);
}

static void
tell_no_key(struct posture *p)
{
	struct posture_finding *f = found(p, FOUND_DKIM_NONE,
	    p->domain.name, SPAN_NONE);

	f->advice = "'assay key new rsa SELECTOR DOMAIN FILE' makes one and "
	    "its record.";
	/* a key of the organization is aligned as well */
	if (!domain_absent(p->dmarc.walk.org) &&
	    !domain_eq(p->dmarc.walk.org, p->domain))
		f->grade = GRADE_NOTE;
}

static void
tell_none(struct posture *p)
{
	struct buf b = clause(p);

	if (p->dkim.above == ASSAY_A_NXDOMAIN) {
		state_set(p, SUBJECT_DKIM, "no key");
		if (!p->parked)
			tell_no_key(p);
		return;
	}
	buf_str(&b, "no key found at ");
	buf_u64(&b, p->dkim.n);
	buf_str(&b, " selectors tried");
	state_put(p, SUBJECT_DKIM, &b);
	if (any_failed(p))
		found(p, FOUND_DKIM_UNANSWERED, p->domain.name, SPAN_NONE);
	else if (!p->parked)
		found(p, FOUND_DKIM_NOT_FOUND, p->domain.name, SPAN_NONE);
}

void
tell_dkim(struct posture *p)
{
	bool any = false;

	if (p->missing) {
		state_set(p, SUBJECT_DKIM, "no key");
		return;
	}
	if (p->dkim.wildcard)
		found(p, FOUND_DKIM_WILDCARD, p->domain.name, SPAN_NONE);
	for (size_t i = 0; i < p->dkim.n; i++) {
		const struct selector_known *k = &p->dkim.key[i];

		/* a guess that a wildcard answers is no key */
		if (p->dkim.wildcard && !k->given)
			continue;
		tell_key(p, k);
		any = any || k->given || is_found(k);
	}
	if (any)
		set_state(p);
	else
		tell_none(p);
	if (p->dkim.usable > 0 && p->dkim.rsa == 0)
		found(p, FOUND_DKIM_ED25519, p->domain.name, SPAN_NONE);
}
