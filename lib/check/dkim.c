/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dkim.c - the DKIM signatures of the message (RFC 6376 6).
 *
 * All keys are asked for at once; nothing is verified before all answers
 * are there, so waiting never repeats work.  Then each signature gets one
 * line of evidence.
 */
#include "check/sig_verify.h"

static bool
ask_all(struct run *r)
{
	const struct dkim_facts *d = &r->facts->dkim;
	bool all = true;

	for (size_t i = 0; i < d->n_sig; i++)
		if (!sig_settled(r, &d->sig[i]) &&
		    sig_ask(r, &d->sig[i]) == NULL)
			all = false;
	return all;
}

static void
say(struct buf *b, const char *what, struct span s)
{
	if (span_absent(s) || s.len == 0)
		return;
	if (b->len > 0)
		buf_str(b, "; ");
	buf_str(b, what);
	buf_put(b, s);
}

/* One plain clause, made of typed values and literals only. */
static struct span
describe(struct run *r, const struct sig_facts *s,
    const struct sig_verdict *v)
{
	struct buf b = arena_buf(r->arena, 1200);

	say(&b, "", s->alg_text);
	say(&b, "selector ", s->selector.name);
	if (v->bits > 0) {
		buf_str(&b, "; key of ");
		buf_u64(&b, v->bits);
		buf_str(&b, " bits");
	}
	if (s->flaw != ASSAY_R_NONE)
		say(&b, "tag ", s->flaw_detail);
	if (v->reason == ASSAY_R_DKIM_BODY_CHANGED)
		say(&b, "", v->header_ok ? SPAN("the header is intact") :
		    SPAN("the header was changed too"));
	if (v->result == ASSAY_PASS && s->unsigned_tail > 0) {
		buf_str(&b, "; octets not signed at the end: ");
		buf_u64(&b, s->unsigned_tail);
	} else if (v->result == ASSAY_PASS && s->has_l) {
		buf_str(&b, "; l= covers the whole body");
	}
	if (v->testing && v->result != ASSAY_PASS)
		buf_str(&b, "; the key is marked as testing (t=y)");
	if (v->result == ASSAY_PASS) {
		say(&b, "not signed: ", s->not_signed);
		say(&b, "signed once but present again: ", s->unsigned_twin);
	}
	return arena_done(r->arena, &b);
}

/* RFC 6376 3.6.1 t=y: MUST NOT be treated differently from unsigned email,
 * so what a testing key proves is shown and counts for nothing. */
static struct sig_outcome
judge(struct run *r, const struct sig_facts *s)
{
	const struct memo_row *key = NULL;
	struct sig_verdict v;

	asked_reset(r);
	if (!sig_settled(r, s))
		key = sig_ask(r, s);
	v = sig_verify(r, s, key, true);
	evidence_add(r, ASSAY_CHECK_DKIM, v.result, v.reason, s->d.name,
	    describe(r, s, &v), s->place);
	return (struct sig_outcome){ .result = v.result, .reason = v.reason,
		.sig = s, .key_bits = v.bits, .testing = v.testing,
		.secure = v.secure, .alignable = v.result == ASSAY_PASS &&
		s->unsigned_tail == 0 && !v.testing };
}

/* The best of them: one good signature is enough (RFC 6376 6.1). */
static unsigned
rank(enum assay_result result)
{
	switch (result) {
	case ASSAY_PASS:
		return 6;
	case ASSAY_TEMPERROR:
		return 5;
	case ASSAY_FAIL:
		return 4;
	case ASSAY_PERMERROR:
		return 3;
	case ASSAY_NEUTRAL:
		return 2;
	case ASSAY_POLICY:
		return 1;
	case ASSAY_NONE:
	case ASSAY_SOFTFAIL:
		break;
	}
	return 0;
}

/* Fields beyond LIMIT_SIGS_PARSED were counted and not read. */
static void
mention_rest(struct run *r, size_t n)
{
	struct buf b = arena_buf(r->arena, 60);

	asked_reset(r);
	buf_str(&b, "signature fields not looked at: ");
	buf_u64(&b, n);
	evidence_add(r, ASSAY_CHECK_DKIM, ASSAY_NEUTRAL,
	    ASSAY_R_DKIM_NOT_TRIED, SPAN_NONE, buf_span(&b),
	    (struct place){ 0, 0 });
}

enum step
check_dkim(struct run *r)
{
	const struct dkim_facts *d = &r->facts->dkim;
	struct dkim_outcome *out = &r->out->dkim;

	if (!ask_all(r))
		return STEP_WAIT;
	out->overall = ASSAY_NONE;
	out->sig = arena_array(r->arena, d->n_sig, sizeof(*out->sig));
	if (out->sig == NULL)
		return STEP_DONE;
	for (size_t i = 0; i < d->n_sig; i++) {
		out->sig[i] = judge(r, &d->sig[i]);
		out->n_sig = i + 1;
		if (rank(out->sig[i].result) > rank(out->overall))
			out->overall = out->sig[i].result;
	}
	if (d->seen > d->n_sig)
		mention_rest(r, d->seen - d->n_sig);
	if (d->seen == 0)
		evidence_add(r, ASSAY_CHECK_DKIM, ASSAY_NONE,
		    ASSAY_R_DKIM_NONE, SPAN_NONE, SPAN_NONE,
		    (struct place){ 0, 0 });
	return STEP_DONE;
}
