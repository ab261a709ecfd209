/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/arc_set.h"

#include "base/cur.h"
#include "crypto/sha.h"
#include "facts/canon.h"

/* What stands in one instance while the fields are collected. */
struct loose {
	const struct field *field[ARC_KINDS];
	struct arc_set set;
	struct sig_text ams_text, seal_text;
};

struct pile {
	struct loose *at;	/* by instance; 0 is not used          */
	size_t room;		/* the highest instance that may be    */
	unsigned top;		/* the highest instance                */
};

static bool
flaw(struct arc_facts *out, enum assay_reason why, const struct field *f,
    unsigned instance)
{
	if (out->flaw == ASSAY_R_NONE) {
		out->flaw = why;
		out->instance = instance;
		if (f != NULL)
			out->place = (struct place){ f->at, f->raw.len };
	}
	return false;
}

enum arc_kind
arc_kind(const struct field *f)
{
	if (field_is(f, SPAN("ARC-Authentication-Results")))
		return ARC_AAR;
	if (field_is(f, SPAN("ARC-Message-Signature")))
		return ARC_AMS;
	return field_is(f, SPAN("ARC-Seal")) ? ARC_SEAL : ARC_NONE;
}

/* RFC 8617 4.1.1: arc-info = instance [CFWS] ";" authres-payload, where
 * instance = [CFWS] "i" [CFWS] "=" [CFWS] position */
static unsigned
read_aar(struct span value, struct span *payload)
{
	struct cur c = cur_of(skip_cfws(value));

	if (!cur_accept(&c, 'i'))
		return 0;
	c.rest = skip_cfws(c.rest);
	if (!cur_accept(&c, '=') || !span_has(c.rest, ';'))
		return 0;
	*payload = c.rest;
	return arc_instance(span_cut(payload, ';'));
}

/* ---- step 1: collect ---- */

static unsigned
read_field(struct loose *l, enum arc_kind kind, const struct field *f,
    struct arena *a)
{
	if (kind == ARC_AAR)
		return read_aar(f->value, &l->set.aar);
	if (kind == ARC_AMS) {
		sig_parse(&l->set.ams, &l->ams_text, SIG_AMS, f, a);
		return l->ams_text.instance;
	}
	sig_parse(&l->set.seal, &l->seal_text, SIG_SEAL, f, a);
	return l->seal_text.instance;
}

unsigned
arc_field_instance(const struct field *f, enum arc_kind kind,
    struct arena *a)
{
	struct loose l = { .set = { .instance = 0 } };

	return kind == ARC_NONE ? 0 : read_field(&l, kind, f, a);
}

static void
keep_part(struct loose *to, const struct loose *from, enum arc_kind kind,
    const struct field *f)
{
	to->field[kind] = f;
	if (kind == ARC_AAR) {
		to->set.aar = from->set.aar;
	} else if (kind == ARC_AMS) {
		to->set.ams = from->set.ams;
		to->ams_text = from->ams_text;
	} else {
		to->set.seal = from->set.seal;
		to->seal_text = from->seal_text;
	}
}

/* RFC 8617 4.2.1: exactly one of each kind in an instance. */
static bool
put(struct pile *p, struct arc_facts *out, enum arc_kind kind,
    const struct field *f, struct arena *a)
{
	struct loose l = { .set = { .instance = 0 } };
	unsigned i = read_field(&l, kind, f, a);

	if (i == 0)
		return flaw(out, ASSAY_R_ARC_BAD_INSTANCE, f, 0);
	if (i > p->room)	/* fewer fields than that: there is a gap */
		return flaw(out, ASSAY_R_ARC_INCOMPLETE, f, i);
	if (p->at[i].field[kind] != NULL)
		return flaw(out, ASSAY_R_ARC_DUPLICATE, f, i);
	keep_part(&p->at[i], &l, kind, f);
	if (i > p->top)
		p->top = i;
	return true;
}

/* RFC 8617 5.2 step 1: more than 50 sets fail, before any is parsed. */
static bool
few_enough(const struct header *h, struct arc_facts *out, size_t *most)
{
	size_t n[ARC_KINDS] = { 0, 0, 0 };

	for (size_t i = 0; i < h->n; i++) {
		enum arc_kind kind = arc_kind(&h->field[i]);

		if (kind == ARC_NONE)
			continue;
		if (++n[kind] > LIMIT_ARC_SETS)
			return flaw(out, ASSAY_R_ARC_TOO_MANY, &h->field[i],
			    0);
		if (n[kind] > *most)
			*most = n[kind];
	}
	return true;
}

static bool
collect(struct pile *p, const struct header *h, struct arc_facts *out,
    struct arena *a)
{
	for (size_t i = 0; i < h->n; i++) {
		enum arc_kind kind = arc_kind(&h->field[i]);

		if (kind != ARC_NONE && !put(p, out, kind, &h->field[i], a))
			return false;
	}
	return true;
}

/* ---- steps 2 and 3: structure ---- */

static void
read_cv(struct loose *l)
{
	static const struct { const char *word; enum assay_result cv; }
	words[] = { { "none", ASSAY_NONE }, { "pass", ASSAY_PASS },
	    { "fail", ASSAY_FAIL } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_ieq(l->seal_text.cv, assay_cstr(words[i].word))) {
			l->set.cv = words[i].cv;
			l->set.cv_valid = true;
		}
}

/* Any field of the set, to have a place to point at. */
static const struct field *
any_field(const struct loose *l)
{
	for (size_t k = 0; k < ARC_KINDS; k++)
		if (l->field[k] != NULL)
			return l->field[k];
	return NULL;
}

/* RFC 8617 5.2 step 3 A and B */
static bool
complete(const struct pile *p, struct arc_facts *out)
{
	for (unsigned i = p->top; i > 0; i--)
		for (size_t k = 0; k < ARC_KINDS; k++)
			if (p->at[i].field[k] == NULL)
				return flaw(out, ASSAY_R_ARC_INCOMPLETE,
				    any_field(&p->at[i]), i);
	return true;
}

/* RFC 8617 5.2 step 3 C */
static bool
cv_fit(const struct pile *p, struct arc_facts *out)
{
	for (unsigned i = p->top; i > 0; i--) {
		const struct arc_set *s = &p->at[i].set;

		if (!s->cv_valid ||
		    s->cv != (i == 1 ? ASSAY_NONE : ASSAY_PASS))
			return flaw(out, ASSAY_R_ARC_CV_WRONG,
			    p->at[i].field[ARC_SEAL], i);
	}
	return true;
}

static bool
structure(struct pile *p, struct arc_facts *out)
{
	const struct loose *newest = &p->at[p->top];

	for (unsigned i = 1; i <= p->top; i++) {
		read_cv(&p->at[i]);
		p->at[i].set.instance = i;
	}
	/* step 2: the newest sealer found it broken */
	if (newest->set.cv_valid && newest->set.cv == ASSAY_FAIL)
		return flaw(out, ASSAY_R_ARC_CV_FAIL,
		    newest->field[ARC_SEAL], p->top);
	return complete(p, out) && cv_fit(p, out);
}

/* ---- hashes ---- */

/* RFC 8617 5.1.1: seal n covers the sets 1 to n, each as AAR, AMS, AS, in
 * relaxed form, the last AS with its b= emptied.  What seal n covers begins
 * with what seal n-1 covers, so one hash goes through all. */
static void
hash_seals(struct sig_work *w, struct pile *p)
{
	struct sha256 sofar, hash;
	bool ok = sha256_init(&sofar);

	for (unsigned i = 1; i <= p->top; i++) {
		struct loose *l = &p->at[i];
		const struct field *const *f = l->field;

		if (!ok || !sig_work_spend(w, f[ARC_AAR]->raw.len +
		    f[ARC_AMS]->raw.len + 2 * f[ARC_SEAL]->raw.len)) {
			ok = sig_flaw(&l->set.seal, ASSAY_R_DKIM_TOO_MUCH,
			    SPAN_NONE);
			continue;
		}
		canon_field(&sofar, CANON_RELAXED, f[ARC_AAR]->raw);
		canon_field(&sofar, CANON_RELAXED, f[ARC_AMS]->raw);
		if (l->set.seal.flaw == ASSAY_R_NONE) {
			hash = sofar;
			canon_sig_field(&hash, CANON_RELAXED,
			    f[ARC_SEAL]->raw, l->seal_text.b_from,
			    l->seal_text.b_to);
			sha256_end(&hash, l->set.seal.header_hash);
		}
		canon_field(&sofar, CANON_RELAXED, f[ARC_SEAL]->raw);
	}
}

/* The newest first: it must be valid; the others only tell how far back the
 * message is unchanged. */
static void
hash_messages(struct sig_work *w, struct pile *p)
{
	for (unsigned i = p->top; i > 0; i--)
		if (p->at[i].set.ams.flaw == ASSAY_R_NONE)
			sig_hash(w, &p->at[i].set.ams, &p->at[i].ams_text);
}

static void
keep_sets(struct arc_facts *out, const struct pile *p, struct arena *a)
{
	out->set = arena_array(a, p->top, sizeof(*out->set));
	for (unsigned i = 1; out->set != NULL && i <= p->top; i++)
		out->set[i - 1] = p->at[i].set;
	out->n_set = out->set == NULL ? 0 : p->top;
}

void
arc_collect(struct sig_work *w, struct arc_facts *out)
{
	struct pile p = { .room = 0 };

	if (!few_enough(w->header, out, &p.room) || p.room == 0)
		return;
	p.at = arena_array(w->arena, p.room + 1, sizeof(*p.at));
	if (p.at == NULL || !collect(&p, w->header, out, w->arena))
		return;
	if (structure(&p, out)) {
		hash_messages(w, &p);
		hash_seals(w, &p);
	}
	keep_sets(out, &p, w->arena);
}
