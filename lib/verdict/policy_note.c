/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/policy_note.h"

#include "wire/addr.h"
#include "wire/day.h"

static void
note_once(struct run *r, enum assay_check check, enum assay_reason reason,
    struct span subject, struct span detail)
{
	for (size_t i = 0; i < r->n_evidence; i++)
		if (r->evidence[i].reason == reason &&
		    span_eq(r->evidence[i].subject, subject))
			return;
	asked_reset(r);
	/* the policy may be gone before the evidence */
	evidence_add(r, check, ASSAY_POLICY, reason,
	    arena_dup(r->arena, subject), detail, (struct place){ 0, 0 });
}

static void
note_client(struct run *r, const struct condition *c)
{
	struct buf who = arena_buf(r->arena, ADDR_TEXT);
	struct buf net = arena_buf(r->arena, ADDR_TEXT + 10);
	struct span subject;

	addr_print(&net, &c->net);
	buf_str(&net, "/");
	buf_u64(&net, c->bits);
	addr_print(&who, &r->session->client);
	subject = arena_done(r->arena, &who);
	note_once(r, ASSAY_CHECK_IPREV, ASSAY_R_LISTED_CLIENT, subject,
	    arena_done(r->arena, &net));
}

/* What the checks did not say, because it is the policy's own knowledge. */
void
note_own(struct run *r, const struct condition *c)
{
	if (c->kind == COND_AUTHOR)
		note_once(r, ASSAY_CHECK_DMARC, ASSAY_R_LISTED_AUTHOR,
		    c->domain.name, SPAN_NONE);
	else if (c->kind == COND_SENDER)
		note_once(r, ASSAY_CHECK_SPF, ASSAY_R_LISTED_SENDER,
		    c->domain.name, SPAN_NONE);
	else if (c->kind == COND_CLIENT)
		note_client(r, c);
	else if (c->kind == COND_LIST_ID || c->kind == COND_LIST)
		note_once(r, ASSAY_CHECK_MESSAGE, ASSAY_R_LIST_ID,
		    r->facts->list_id, SPAN_NONE);
}

/* The exception itself, with who answers for it. */
void
note_exception(struct run *r, const struct ruling *out)
{
	const struct exception *x = out->excused->except;
	struct buf b = arena_buf(r->arena, x->reason.len + x->owner.len +
	    100);

	buf_str(&b, "not ");
	buf_str(&b, assay_disposition_name(out->would));
	buf_str(&b, ", because: ");
	buf_put(&b, x->reason);
	buf_str(&b, " (owner ");
	buf_put(&b, x->owner);
	buf_str(&b, ", until ");
	day_print(&b, x->until);
	buf_str(&b, ")");
	note_once(r, ASSAY_CHECK_MESSAGE, ASSAY_R_EXCEPTION, SPAN_NONE,
	    arena_done(r->arena, &b));
}

/* What the first statement asked for, and cannot have. */
void
note_softened(struct run *r, const struct statement *s)
{
	struct buf b = arena_buf(r->arena, 80);

	buf_str(&b, "hold instead of ");
	buf_str(&b, assay_disposition_name(s->then));
	buf_str(&b, r->facts->n_spent > 0 ? ", as its budget is spent" : "");
	note_once(r, ASSAY_CHECK_MESSAGE, ASSAY_R_NO_MANDATE, SPAN_NONE,
	    arena_done(r->arena, &b));
}

void
note_unstripped(struct run *r)
{
	note_once(r, ASSAY_CHECK_MESSAGE, ASSAY_R_NOT_STRIPPED, SPAN_NONE,
	    r->facts->unstripped);
}

/* "exe of 50 octets, SHA-256 8555...: it runs when it is opened; named
 * \"bill.exe\""; a record without names ends before that. */
static void
note_file(struct run *r, const struct stripped *f)
{
	struct buf b = arena_buf(r->arena, f->name.len + f->why.len + 200);

	buf_put(&b, f->type);
	buf_str(&b, " of ");
	buf_u64(&b, f->size);
	buf_str(&b, " octets, SHA-256 ");
	buf_put(&b, f->sha256);
	buf_str(&b, ": ");
	buf_put(&b, f->why);
	if (f->name.len > 0) {
		buf_str(&b, NOTE_NAMED);
		buf_put(&b, f->name);
		buf_str(&b, "\"");
	}
	evidence_add(r, ASSAY_CHECK_MESSAGE, ASSAY_POLICY, ASSAY_R_STRIPPED,
	    SPAN_NONE, arena_done(r->arena, &b), (struct place){ 0, 0 });
}

void
note_stripped(struct run *r)
{
	for (size_t i = 0; i < r->n_evidence; i++)
		if (r->evidence[i].reason == ASSAY_R_STRIPPED)
			return;
	for (size_t i = 0; i < r->facts->n_stripped; i++)
		note_file(r, &r->facts->stripped[i]);
}

void
note_mandate(struct run *r, const struct mandate *m)
{
	struct buf b = arena_buf(r->arena, m->owner.len + 80);

	buf_str(&b, "owner ");
	buf_put(&b, m->owner);
	buf_str(&b, ", until ");
	day_print(&b, m->until);
	buf_str(&b, ", at most ");
	buf_u64(&b, m->budget);
	buf_str(&b, " a day, then hold");
	note_once(r, ASSAY_CHECK_MESSAGE, ASSAY_R_MANDATE, m->name,
	    arena_done(r->arena, &b));
}
