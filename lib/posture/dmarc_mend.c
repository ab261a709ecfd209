/* SPDX-License-Identifier: Apache-2.0 */
/* dmarc_mend.c - DMARC records as they should be. */
#include "posture/inner.h"

#include "base/ascii.h"

static struct span
dmarc_text(struct posture *p, const struct dmarc_record *rec)
{
	struct buf b = arena_buf(&p->arena, rec->text.len * 2 + 600);

	dmarc_record_print(&b, rec);
	return b.full ? SPAN_NONE : arena_done(&p->arena, &b);
}

static const struct dmarc_uri *
default_rua(struct posture *p)
{
	struct dmarc_uri *uri = arena_alloc(&p->arena, sizeof(*uri));
	struct buf b = arena_buf(&p->arena, LIMIT_NAME + 40);

	buf_str(&b, "mailto:dmarc-reports@");
	buf_put(&b, p->domain.name);
	if (uri != NULL)
		uri->text = arena_done(&p->arena, &b);
	return uri;
}

/* An address without mailto: is what a person meant, if it stands there. */
static const struct dmarc_uri *
meant_rua(struct posture *p, const struct dmarc_record *rec)
{
	for (const struct dmarc_note *n = rec->note; n != NULL; n = n->next) {
		struct dmarc_uri *uri;
		struct buf b = arena_buf(&p->arena, n->value.len + 8);
		bool sized;

		if (n->kind != NOTE_URI || !span_eq(n->tag, SPAN("rua")))
			continue;
		uri = arena_alloc(&p->arena, sizeof(*uri));
		buf_str(&b, "mailto:");
		buf_put(&b, n->value);
		if (uri != NULL && dmarc_uri_parse(uri,
		    arena_done(&p->arena, &b), &sized, &p->arena))
			return uri;
	}
	return NULL;
}

static void
mend_reports(struct posture *p, struct dmarc_record *rec)
{
	const struct dmarc_uri *meant;

	if (rec->n_rua > 0 || (p->parked && meant_rua(p, rec) == NULL))
		return;
	meant = meant_rua(p, rec);
	rec->rua = meant != NULL ? meant : default_rua(p);
	rec->n_rua = rec->rua != NULL;
}

/* Policies that fit together, nothing that is historic or wrong. */
static struct dmarc_record
mended(struct posture *p)
{
	struct dmarc_record rec = *p->dmarc.used->record;

	if (rec.p == POLICY_ABSENT)
		rec.p = POLICY_NONE;
	/* pct=0 was how to say that nothing shall be done yet */
	if (rec.pct == 0)
		rec.test = true;
	rec.pct = 100;
	rec.p_bad = rec.sp_bad = rec.np_bad = false;
	if (rec.sp < rec.p)
		rec.sp = POLICY_ABSENT;
	if (rec.np < rec.p || rec.np < rec.sp)
		rec.np = POLICY_ABSENT;
	if (rec.psd == PSD_Y)
		rec.psd = PSD_U;
	mend_reports(p, &rec);
	return rec;
}

struct span
dmarc_mended(struct posture *p)
{
	struct dmarc_record rec = mended(p);

	if (p->parked) {
		rec.p = POLICY_REJECT;
		rec.sp = rec.np = POLICY_ABSENT;
		rec.test = false;
	}
	return dmarc_text(p, &rec);
}

struct span
dmarc_next(struct posture *p)
{
	struct dmarc_record rec = mended(p);

	rec.p = POLICY_QUARANTINE;
	rec.sp = POLICY_ABSENT;
	rec.np = POLICY_REJECT;
	rec.test = true;
	return dmarc_text(p, &rec);
}

struct span
dmarc_with_np(struct posture *p)
{
	struct dmarc_record rec = mended(p);

	rec.np = POLICY_REJECT;
	return dmarc_text(p, &rec);
}

struct span
dmarc_first(struct posture *p)
{
	struct dmarc_record rec = { .p = p->parked ? POLICY_REJECT :
	    POLICY_NONE, .pct = 100, .text = SPAN_NONE };

	mend_reports(p, &rec);
	return dmarc_text(p, &rec);
}

struct span
dmarc_meant(struct posture *p, struct span near)
{
	struct buf b = arena_buf(&p->arena, near.len + 10);

	/* noise, then v=dmarc1 in some form, then what stands behind it */
	while (near.len > 0 && !is_alnum(span_at(near, 0)))
		near = span_skip(near, 1);
	if (!span_istarts(near, SPAN("v=dmarc1")))
		return SPAN_NONE;
	near = span_skip(near, 8);
	while (near.len > 0 && (span_at(near, near.len - 1) == '"' ||
	    is_fws(span_at(near, near.len - 1))))
		near = span_head(near, near.len - 1);
	buf_str(&b, "v=DMARC1");
	if (near.len > 0 && span_at(near, 0) != ';')
		buf_byte(&b, ';');
	buf_put(&b, near);
	return arena_done(&p->arena, &b);
}
