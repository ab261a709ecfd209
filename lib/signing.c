/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signing.c - signatures of our own for the public interface: drafts of
 * lib/sign over what an evaluation has read.
 */
#include "eval.h"
#include "facts/stream.h"
#include "sign/arc_seal.h"

struct assay_draft {
	struct assay_eval *ev;
	struct sign_source source;
	struct sign_wish wish;
	bool seal;
	enum { DRAFT_FIRST = 0, DRAFT_SECOND, DRAFT_DONE } step;
	struct draft dkim;
	struct arc_new set;
	struct assay_field field[3];
	size_t n_field;
};

enum assay_status
assay_eval_will_sign(struct assay_eval *ev, enum assay_canon body)
{
	if (ev->phase != EVAL_FEEDING || ev->stream == NULL)
		return ASSAY_MISUSE;
	stream_want_body(ev->stream, body == ASSAY_RELAXED ? CANON_RELAXED :
	    CANON_SIMPLE);
	return ASSAY_OK;
}

struct assay_span
assay_eval_author(const struct assay_eval *ev)
{
	const struct from_facts *f = &ev->facts.from;

	if (ev->phase == EVAL_FEEDING || f->fields != 1 ||
	    f->n_author != 1 || f->unusable)
		return SPAN_NONE;
	return f->author[0].domain.name;
}

bool
assay_field_signable(struct assay_span name)
{
	struct sign_field f;

	return sign_field_parse(&f, name) && f.times == SIGN_EACH;
}

/* Adds f, or puts it in the place of one of that name. */
static void
choose(struct sign_field *list, size_t *n, struct sign_field f)
{
	size_t i = 0;

	while (i < *n && !span_ieq(list[i].name, f.name))
		i++;
	/* RFC 6376 5.4: From MUST be signed, so it stays guarded */
	if (span_ieq(f.name, SPAN("From")))
		return;
	list[i] = f;
	if (i == *n)
		(*n)++;
}

/* False: a name that is none. */
static bool
read_fields(struct sign_wish *w, const struct assay_signing *in,
    struct arena *a)
{
	size_t n;
	const struct sign_field *usual = sign_usual(&n);
	struct sign_field *list, f;

	if (in->n_field == 0)
		return true;
	list = arena_array(a, n + in->n_field, sizeof(*list));
	if (list == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		list[i] = usual[i];
	for (size_t i = 0; i < in->n_field; i++) {
		if (!sign_field_parse(&f, in->field[i]))
			return false;
		choose(list, &n, f);
	}
	w->field = list;
	w->n_field = n;
	return true;
}

static bool
read_wish(struct sign_wish *w, const struct assay_signing *in,
    const struct assay_eval *ev, struct arena *a)
{
	w->alg = in->algorithm == ASSAY_ED25519_SHA256 ? ALG_ED25519_SHA256 :
	    ALG_RSA_SHA256;
	w->header = in->header == ASSAY_RELAXED ? CANON_RELAXED :
	    CANON_SIMPLE;
	w->body = in->body == ASSAY_RELAXED ? CANON_RELAXED : CANON_SIMPLE;
	w->identity = in->identity;
	w->t = in->no_time ? 0 : ev->session.now;
	w->x = in->lifetime > 0 ? ev->session.now + in->lifetime : 0;
	return domain_parse(&w->d, in->domain, true, a) &&
	    domain_parse(&w->selector, in->selector, true, a) &&
	    read_fields(w, in, a);
}

/* NULL: no memory, or the wish is none (*st says which). */
static struct assay_draft *
new_draft(enum assay_status *st, struct assay_eval *ev,
    const struct assay_signing *in)
{
	struct assay_draft *d = arena_alloc(&ev->arena, sizeof(*d));

	*st = ASSAY_LIMIT;
	if (d == NULL)
		return NULL;
	d->ev = ev;
	d->source = (struct sign_source){ .header = ev->fields,
		.facts = &ev->facts, .body = ev->body, .arena = &ev->arena };
	if (!read_wish(&d->wish, in, ev, &ev->arena)) {
		*st = ev->arena.failed ? ASSAY_LIMIT : ASSAY_MISUSE;
		return NULL;
	}
	return d;
}

static enum assay_status
status_now(const struct assay_draft *d)
{
	if (d->ev->arena.failed)
		return d->ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return d->step == DRAFT_DONE ? ASSAY_OK : ASSAY_PENDING;
}

enum assay_status
assay_sign_begin(struct assay_draft **out, struct assay_eval *ev,
    const struct assay_signing *signing)
{
	enum assay_status st = ASSAY_MISUSE;
	struct assay_draft *d = ev->phase == EVAL_FEEDING ? NULL :
	    new_draft(&st, ev, signing);

	*out = d;
	if (d == NULL)
		return st;
	dkim_begin(&d->dkim, &d->source, &d->wish);
	if (d->dkim.refused != ASSAY_R_NONE)
		d->step = DRAFT_DONE;
	return status_now(d);
}

enum assay_status
assay_seal_begin(struct assay_draft **out, struct assay_eval *ev,
    const struct assay_signing *signing, struct assay_span results)
{
	enum assay_status st = ASSAY_MISUSE;
	struct assay_draft *d = ev->phase != EVAL_DONE ? NULL :
	    new_draft(&st, ev, signing);

	*out = d;
	if (d == NULL)
		return st;
	d->seal = true;
	if (!arc_begin(&d->set, &d->source, &d->wish, ev->out.arc.result,
	    results))
		d->step = DRAFT_DONE;
	return status_now(d);
}

enum assay_reason
assay_draft_refused(const struct assay_draft *d, struct assay_span *detail)
{
	if (detail != NULL)
		*detail = d->seal ? d->set.ams.detail : d->dkim.detail;
	return d->seal ? d->set.refused : d->dkim.refused;
}

const uint8_t *
assay_draft_digest(const struct assay_draft *d)
{
	if (!d->seal)
		return d->dkim.digest;
	return d->step == DRAFT_FIRST ? d->set.ams.digest :
	    d->set.seal.digest;
}

static void
put_field(struct assay_draft *d, struct span name, struct span body)
{
	d->field[d->n_field++] = (struct assay_field){ name, body };
}

static void
put_dkim(struct assay_draft *d, struct span signature)
{
	struct span body = draft_finish(&d->dkim, signature, &d->ev->arena);

	d->step = DRAFT_DONE;
	if (!span_absent(body))
		put_field(d, d->dkim.name, body);
}

/* RFC 8617 5.1: the seal on top of all. */
static void
put_seal(struct assay_draft *d, struct span signature)
{
	d->step = DRAFT_DONE;
	if (!arc_sealed(&d->set, &d->source, signature))
		return;
	put_field(d, SPAN("ARC-Authentication-Results"), d->set.aar);
	put_field(d, d->set.ams.name, d->set.ams_text);
	put_field(d, d->set.seal.name, d->set.seal_text);
}

enum assay_status
assay_draft_put(struct assay_draft *d, struct assay_span signature)
{
	if (d->step == DRAFT_DONE || signature.len == 0 ||
	    signature.len > ASSAY_SIGNATURE_MAX)
		return ASSAY_MISUSE;
	if (!d->seal)
		put_dkim(d, signature);
	else if (d->step == DRAFT_SECOND)
		put_seal(d, signature);
	else
		d->step = arc_message_signed(&d->set, &d->source, &d->wish,
		    signature) ? DRAFT_SECOND : DRAFT_DONE;
	return status_now(d);
}

size_t
assay_draft_fields(const struct assay_draft *d,
    const struct assay_field **out)
{
	*out = d->field;
	return d->step == DRAFT_DONE ? d->n_field : 0;
}
