/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arc.c - the Authenticated Received Chain (RFC 8617 5.2).
 *
 * The structure was judged when the header was read; here the signatures
 * are verified, newest first.  Any failure, a DNS failure too, is "fail"
 * (5.2.1).  "pass" says who handled the message, not that they are honest:
 * only sealers on the operator's list count (outcome.sealers_trusted).
 */
#include "check/sig_verify.h"

static bool
ask_one(struct run *r, const struct sig_facts *s)
{
	return sig_settled(r, s) || sig_ask(r, s) != NULL;
}

static bool
ask_all(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;
	bool all = true;

	for (size_t i = arc->n_set; i > 0; i--) {
		all = ask_one(r, &arc->set[i - 1].ams) && all;
		all = ask_one(r, &arc->set[i - 1].seal) && all;
	}
	return all;
}

static struct sig_verdict
verify(struct run *r, const struct sig_facts *s, bool with_body)
{
	return sig_verify(r, s, sig_settled(r, s) ? NULL : sig_ask(r, s),
	    with_body);
}

/* ---- evidence ---- */

static void
put_instance(struct buf *b, unsigned instance)
{
	if (instance > 0) {
		buf_str(b, "i=");
		buf_u64(b, instance);
	}
}

static void
conclude(struct run *r, enum assay_result result, enum assay_reason why,
    struct domain sealer, struct span detail, struct place place)
{
	r->out->arc.result = result;
	r->out->arc.reason = why;
	evidence_add(r, ASSAY_CHECK_ARC, result, why, sealer.name, detail,
	    place);
}

/* A chain that is broken by its structure. */
static void
broken(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;
	struct buf b = arena_buf(r->arena, 16);

	put_instance(&b, arc->instance);
	conclude(r, ASSAY_FAIL, arc->flaw, (struct domain){ SPAN_NONE },
	    arena_done(r->arena, &b), arc->place);
}

/* A signature of set s that does not verify, and why. */
static void
failed(struct run *r, const struct arc_set *set, const struct sig_facts *s,
    const struct sig_verdict *v, enum assay_reason why)
{
	const struct assay_reason_text *t = assay_reason_text(v->reason);
	struct buf b = arena_buf(r->arena, 100);

	put_instance(&b, set->instance);
	buf_str(&b, "; ");
	buf_str(&b, t == NULL ? "" : t->name);
	conclude(r, ASSAY_FAIL, why, s->d, arena_done(r->arena, &b),
	    s->place);
}

/* RFC 6376 5.4: From MUST be signed; what l= leaves out is nobody's.  RFC
 * 8617 lets such a set pass, but nothing may lean on what it leaves open. */
static bool
covers_all(const struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;
	unsigned oldest = r->out->arc.oldest_pass;

	for (size_t i = oldest == 0 ? 0 : oldest - 1; i < arc->n_set; i++)
		if (!arc->set[i].ams.covers_from ||
		    arc->set[i].ams.unsigned_tail > 0)
			return false;
	return true;
}

static const char *
sealers(size_t n, bool trusted)
{
	if (n == 1)
		return trusted ? "; its sealer is a trusted-sealer here" :
		    "; its sealer is no trusted-sealer here";
	return trusted ? "; every sealer is a trusted-sealer here" :
	    "; not every sealer is a trusted-sealer here";
}

static void
passed(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;
	const struct arc_set *newest = &arc->set[arc->n_set - 1];
	struct buf b = arena_buf(r->arena, 160);

	put_instance(&b, newest->instance);
	if (!covers_all(r)) {
		buf_str(&b, "; From or a part of the body is not covered");
	} else if (r->out->arc.oldest_pass == 0) {
		buf_str(&b, "; unchanged since the first sealer");
	} else {
		buf_str(&b, "; unchanged since ");
		put_instance(&b, r->out->arc.oldest_pass);
	}
	if (covers_all(r))
		buf_str(&b, sealers(arc->n_set, r->out->arc.sealers_trusted));
	conclude(r, ASSAY_PASS, ASSAY_R_ARC_PASS, newest->seal.d,
	    arena_done(r->arena, &b), newest->seal.place);
}

/* ---- RFC 8617 5.2 ---- */

/* Step 4: the newest AMS must be valid. */
static bool
newest_message(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;
	const struct arc_set *set = &arc->set[arc->n_set - 1];
	struct sig_verdict v = verify(r, &set->ams, true);

	if (v.result != ASSAY_PASS)
		failed(r, set, &set->ams, &v, ASSAY_R_ARC_MESSAGE_SIGNATURE);
	return v.result == ASSAY_PASS;
}

/* Step 6: every seal must be valid. */
static bool
seals(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;

	for (size_t i = arc->n_set; i > 0; i--) {
		const struct arc_set *set = &arc->set[i - 1];
		struct sig_verdict v = verify(r, &set->seal, false);

		if (v.result == ASSAY_PASS)
			continue;
		failed(r, set, &set->seal, &v, ASSAY_R_ARC_SEAL);
		return false;
	}
	return true;
}

/* Step 5: the lowest instance down to which each AMS is valid; 0: all. */
static unsigned
oldest_pass(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;

	for (size_t i = arc->n_set - 1; i > 0; i--)
		if (verify(r, &arc->set[i - 1].ams, true).result !=
		    ASSAY_PASS)
			return (unsigned)i + 1;
	return 0;
}

static bool
is_trusted(const struct run *r, struct domain d)
{
	for (size_t i = 0; i < r->options->n_trusted_sealer; i++)
		if (span_ieq(r->options->trusted_sealer[i], d.name))
			return true;
	return false;
}

static bool
all_trusted(const struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;

	for (size_t i = 0; i < arc->n_set; i++)
		if (!is_trusted(r, arc->set[i].seal.d) ||
		    !is_trusted(r, arc->set[i].ams.d))
			return false;
	return true;
}

enum step
check_arc(struct run *r)
{
	const struct arc_facts *arc = &r->facts->arc;
	struct arc_outcome *out = &r->out->arc;

	*out = (struct arc_outcome){ .instances = (unsigned)arc->n_set };
	if (arc->flaw != ASSAY_R_NONE) {
		broken(r);
		return STEP_DONE;
	}
	if (arc->n_set == 0) {
		conclude(r, ASSAY_NONE, ASSAY_R_ARC_NONE,
		    (struct domain){ SPAN_NONE }, SPAN_NONE,
		    (struct place){ 0, 0 });
		return STEP_DONE;
	}
	if (!ask_all(r))
		return STEP_WAIT;
	if (newest_message(r) && seals(r)) {
		out->oldest_pass = oldest_pass(r);
		out->sealers_trusted = all_trusted(r) && covers_all(r);
		passed(r);
	}
	return STEP_DONE;
}
