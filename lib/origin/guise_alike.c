/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guise_alike.c - domains that are read as one that is protected.
 *
 * A look-alike passes SPF, DKIM and DMARC: it belongs to who uses it.  Each
 * is told once, where a reader is likeliest to see it.  Nothing that is
 * protected, or below it, looks like anything.
 */
#include "lookalike/tell.h"
#include "origin/alike.h"
#include "origin/guise.h"

enum {
	LEVEL_AUTHOR = 50,
	LEVEL_AUTHOR_SAME = 65,	/* to the eye                                */
	LEVEL_TLD = 30,		/* most: honest firms have many suffixes     */
	LEVEL_TLD_LEARNED = 15,	/* ... and nobody was asked which are theirs */
	LEVEL_REPLY = 60, LEVEL_SHOWN = 40, LEVEL_BEHIND = 25
};

/* Where a known name ends and its public suffix begins is guessed, so that
 * no list decides it: "mail.example.org" is known as example.org. */
struct span
alike_registrable(struct span name)
{
	size_t suffix = lookalike_suffix(name), n;

	if (suffix == 0 || suffix + 1 >= name.len)
		return SPAN_NONE;
	n = span_rfind(span_head(name, name.len - suffix - 1), '.');
	return n < name.len - suffix - 1 ? span_skip(name, n + 1) : name;
}

static void
know(struct lookalikes *ix, const struct span *text, size_t n,
    struct arena *a)
{
	for (size_t i = 0; i < n; i++) {
		struct domain d;

		if (domain_parse(&d, text[i], true, a))
			(void)lookalike_add(ix, alike_registrable(d.name), 0);
	}
}

bool
alike_make(struct ours *out, const struct assay_options *o, struct arena *a)
{
	size_t n = o->n_own_domain + o->n_protect_domain;

	if (n == 0)
		return true;
	out->alike = lookalike_new(a, n);
	if (out->alike == NULL)
		return false;
	know(out->alike, o->own_domain, o->n_own_domain, a);
	know(out->alike, o->protect_domain, o->n_protect_domain, a);
	return !a->failed;
}

static bool
is_told(const struct facts *f, struct domain d)
{
	for (size_t i = 0; i < f->n_guise; i++)
		if (impersonate_is_alike(f->guise[i].reason) &&
		    domain_eq(f->guise[i].author, d))
			return true;
	return false;
}

bool
impersonate_is_alike(enum assay_reason reason)
{
	return reason == ASSAY_R_LOOKALIKE_AUTHOR ||
	    reason == ASSAY_R_REPLY_TO_ALIKE ||
	    reason == ASSAY_R_LOOKALIKE_SHOWN ||
	    reason == ASSAY_R_LOOKALIKE_SENDER ||
	    reason == ASSAY_R_LOOKALIKE_SIGNER;
}

static bool
same_to_the_eye(const struct lookalike_hit *h)
{
	return h->kind == LOOKALIKE_HOMOGRAPH || h->kind == LOOKALIKE_VISUAL ||
	    lookalike_confusable(h);
}

/* "0ne.example reads like one.example: digit zero for letter o" */
static struct span
in_words(struct arena *a, struct domain d, const struct lookalike_hit *h,
    bool learned)
{
	struct buf b = arena_buf(a, 2 * LIMIT_NAME + LOOKALIKE_TELL + 32);

	buf_put(&b, d.name);
	buf_str(&b, " reads like ");
	buf_put(&b, h->name);
	buf_str(&b, ": ");
	lookalike_tell(&b, d.name, h);
	buf_str(&b, learned ? " (mail goes both ways with it)" : "");
	return arena_done(a, &b);
}

/* Providers for everybody look like each other, and their names are words of
 * many others: what is made to be misread is left. */
static bool
counts(const struct lookalike_hit *h)
{
	switch (h->kind) {
	case LOOKALIKE_HOMOGRAPH: case LOOKALIKE_VISUAL:
	case LOOKALIKE_HYPHEN: case LOOKALIKE_DOT: case LOOKALIKE_TYPO:
		return true;
	case LOOKALIKE_SUFFIX: case LOOKALIKE_TLD:
	case LOOKALIKE_SUBDOMAIN: case LOOKALIKE_COMBO:
		return !is_freemail((struct domain){ h->name });
	case LOOKALIKE_NONE: case LOOKALIKE_KINDS:
		break;
	}
	return false;
}

/* One that we write with may be like another all the same. */
static bool
find_learned(const struct learned *l, struct domain d,
    struct lookalike_hit *hit)
{
	struct domain org = { alike_registrable(d.name) };

	return l != NULL && l->alike != NULL && !is_freemail(d) &&
	    !is_freemail(org) &&
	    lookalike_find_other(l->alike, d.name, 0, hit) && counts(hit);
}

bool
alike_find(struct resemblance *out, const struct ours *ours, struct domain d,
    struct arena *a)
{
	const struct lookalikes *ix = ours->alike;
	struct lookalike_hit hit;
	bool learned;

	if (domain_absent(d) || (ix != NULL && lookalike_known(ix, d.name)))
		return false;
	learned = ix == NULL || !lookalike_find(ix, d.name, 0, &hit);
	if (learned && !find_learned(ours->learned, d, &hit))
		return false;
	*out = (struct resemblance){ .known = { arena_dup(a, hit.name) },
		.words = in_words(a, d, &hit, learned),
		.same_to_the_eye = same_to_the_eye(&hit),
		.suffix_only = hit.kind == LOOKALIKE_TLD,
		.learned = learned };
	return true;
}

/* Is there anything to be like? */
static bool
guards(const struct ours *ours)
{
	return ours->alike != NULL || (ours->learned != NULL &&
	    ours->learned->alike != NULL);
}

static void
look(struct guising *g, struct domain d, enum assay_reason reason,
    unsigned level)
{
	struct domain author = g->author;
	struct resemblance like;

	if (is_told(g->facts, d) ||
	    !alike_find(&like, g->in->ours, d, g->arena))
		return;
	if (reason == ASSAY_R_LOOKALIKE_AUTHOR && like.same_to_the_eye)
		level = LEVEL_AUTHOR_SAME;
	if (like.suffix_only && level > LEVEL_TLD)
		level = LEVEL_TLD;
	if (like.suffix_only && like.learned)
		level = LEVEL_TLD_LEARNED;
	g->author = d;
	guise_add(g, reason, level, like.known, like.words);
	g->author = author;
}

void
guise_alike_author(struct guising *g)
{
	look(g, g->author, ASSAY_R_LOOKALIKE_AUTHOR, LEVEL_AUTHOR);
}

void
guise_alike_reply(struct guising *g, struct domain to)
{
	look(g, to, ASSAY_R_REPLY_TO_ALIKE, LEVEL_REPLY);
}

static bool
is_part(int c)
{
	return is_alnum(c) || c == '-' || c == '.' || c >= 0x80;
}

/* Names of hosts in a display name, behind an "@" or not. */
void
guise_alike_shown(struct guising *g, struct span shown)
{
	size_t at = 0, end, tries = 0;

	while (guards(g->in->ours) && at < shown.len &&
	    tries < LIMIT_NAME_WORDS) {
		struct span word;
		struct domain d;

		for (end = at; is_part(span_at(shown, end)); end++)
			;
		word = span_slice(shown, at, end);
		at = end + 1;
		if (!span_has(word, '.'))
			continue;
		tries++;
		if (domain_parse(&d, word, true, g->arena))
			look(g, d, ASSAY_R_LOOKALIKE_SHOWN, LEVEL_SHOWN);
	}
}

/* What no reader sees, and tells what was registered all the same. */
void
guise_alike_behind(struct guising *g)
{
	struct path path;

	if (!guards(g->in->ours))
		return;
	g->place = (struct place){ 0, 0 };
	if (g->in->mail_from.len > 0 &&
	    path_parse(&path, g->in->mail_from, g->arena))
		look(g, path.domain, ASSAY_R_LOOKALIKE_SENDER, LEVEL_BEHIND);
	for (size_t i = 0; i < g->facts->dkim.n_sig; i++) {
		const struct sig_facts *s = &g->facts->dkim.sig[i];

		g->place = s->place;
		look(g, s->d, ASSAY_R_LOOKALIKE_SIGNER, LEVEL_BEHIND);
	}
}
