/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPF (RFC 7208, 8616): the two identities, HELO and MAIL FROM, kept apart.
 *
 * Each is an evaluation of its own with limits of its own, and neither ever
 * speaks for the other (ATTACKS.md A1).  A reverse-path that is no address
 * has no domain and is not taken for the null path (A2).
 */
#include "base/ascii.h"
#include "check/spf_eval.h"
#include "wire/addr.h"
#include "wire/path.h"

/* RFC 7208 4.3: not a multi-label domain name */
static enum assay_reason
several_labels(struct domain *d)
{
	if (span_has(d->name, '.'))
		return ASSAY_R_NONE;
	*d = (struct domain){ SPAN_NONE };
	return ASSAY_R_SPF_SINGLE_LABEL;
}

/* Why there is nothing to evaluate, or ASSAY_R_NONE. */
static enum assay_reason
domain_of(struct domain *out, struct span text, struct arena *a)
{
	if (span_at(text, 0) == '[')
		return ASSAY_R_SPF_DOMAIN_LITERAL;
	if (!domain_parse(out, text, true, a))
		return ASSAY_R_SPF_BAD_NAME;
	return several_labels(out);
}

static enum assay_reason
helo_identity(struct spf_sender *out, struct run *r)
{
	struct span helo = r->session->helo;

	/* RFC 7208 4.3: no local-part, so substitute "postmaster" */
	*out = (struct spf_sender){ .local = SPAN("postmaster") };
	if (helo.len == 0)
		return ASSAY_R_SPF_NO_HELO;
	return domain_of(&out->domain, helo, r->arena);
}

/* What servers let through in front of the "@" though no grammar has it:
 * dots anywhere, and blanks where the quotes were taken off. */
static bool
is_loose_local(struct span s)
{
	static const struct byteset ok = { {
		0xa3ffecfb00000000, 0x7fffffffc7fffffe, ~0ull, ~0ull } };

	return s.len <= LIMIT_LOCAL_PART && span_run_set(s, &ok) == s.len;
}

static enum assay_reason
mail_from_identity(struct spf_sender *out, struct run *r)
{
	struct span text = r->session->mail_from;
	struct path path;
	size_t at = span_rfind(text, '@');

	*out = (struct spf_sender){ .local = SPAN_NONE };
	if (span_absent(text))
		return ASSAY_R_SPF_NO_MAIL_FROM;
	/* RFC 7208 2.4: null reverse-path: postmaster at the HELO identity */
	if (text.len == 0)
		return helo_identity(out, r);
	if (path_parse(&path, text, r->arena)) {
		out->local = path.local;
		out->domain = path.domain;
		return path.has_domain_literal ? ASSAY_R_SPF_DOMAIN_LITERAL :
		    several_labels(&out->domain);
	}
	if (at == text.len || !is_loose_local(span_head(text, at)))
		return ASSAY_R_SPF_BAD_REVERSE_PATH;
	out->local = at == 0 ? SPAN("postmaster") : span_head(text, at);
	return domain_of(&out->domain, span_skip(text, at + 1), r->arena);
}

static enum step
conclude(struct run *r, enum assay_check check, struct spf_outcome *out,
    const struct spf_conclusion *c)
{
	out->result = c->result;
	out->reason = c->reason;
	out->explanation = c->explanation;
	out->lookups = c->lookups;
	out->voids = c->voids;
	evidence_add(r, check, c->result, c->reason, out->domain.name,
	    c->detail, (struct place){ 0, 0 });
	return STEP_DONE;
}

static enum step
check_identity(struct run *r, enum assay_check check,
    struct spf_outcome *out, const struct spf_sender *sender,
    enum assay_reason flaw, struct span said)
{
	struct assay_addr client = addr_unmap(&r->session->client);
	struct spf_conclusion c = { .result = ASSAY_NONE, .reason = flaw };

	*out = (struct spf_outcome){ .domain = sender->domain };
	if (flaw == ASSAY_R_NONE && client.family == 0)
		c.reason = ASSAY_R_NO_CLIENT_ADDRESS;
	else if (flaw == ASSAY_R_NONE &&
	    spf_evaluate(&c, r, sender, &client) == STEP_WAIT)
		return STEP_WAIT;
	else if (flaw == ASSAY_R_SPF_BAD_REVERSE_PATH)
		c.result = ASSAY_PERMERROR;
	if (flaw != ASSAY_R_NONE)
		c.detail = printable(r->arena, said, 120);
	return conclude(r, check, out, &c);
}

/* RFC 7208 F: behind a server of ours in front nothing is evaluated. */
static enum step
behind_relay(struct run *r, enum assay_check check, struct spf_outcome *out,
    struct domain identity)
{
	const struct imported *in = facts_imported(r->facts, check);
	struct buf b = arena_buf(r->arena, 14 + LIMIT_NAME);

	*out = (struct spf_outcome){ .domain = identity,
		.reason = ASSAY_R_BEHIND_RELAY };
	if (in == NULL) {
		evidence_add(r, check, ASSAY_NONE, out->reason,
		    identity.name, SPAN_NONE, (struct place){ 0, 0 });
		return STEP_DONE;
	}
	out->result = in->result;
	out->reason = ASSAY_R_IMPORTED;
	out->domain = in->domain;
	buf_str(&b, "imported from ");
	buf_put(&b, in->authserv_id);
	evidence_add(r, check, in->result, out->reason, in->domain.name,
	    arena_done(r->arena, &b), in->place);
	return STEP_DONE;
}

enum step
check_helo(struct run *r)
{
	struct spf_sender sender;
	enum assay_reason flaw;

	asked_reset(r);
	flaw = helo_identity(&sender, r);
	if (r->session->relay)
		return behind_relay(r, ASSAY_CHECK_HELO, &r->out->helo,
		    (struct domain){ SPAN_NONE });
	return check_identity(r, ASSAY_CHECK_HELO, &r->out->helo, &sender,
	    flaw, r->session->helo);
}

enum step
check_spf(struct run *r)
{
	struct span said = r->session->mail_from;
	struct spf_sender sender;
	enum assay_reason flaw;

	asked_reset(r);
	flaw = mail_from_identity(&sender, r);
	if (!span_absent(said) && said.len == 0) {
		/* that HELO is the relay's */
		if (r->session->relay)
			return behind_relay(r, ASSAY_CHECK_SPF, &r->out->spf,
			    (struct domain){ SPAN_NONE });
		said = r->session->helo;
	}
	if (flaw == ASSAY_R_NONE && r->session->relay)
		return behind_relay(r, ASSAY_CHECK_SPF, &r->out->spf,
		    sender.domain);
	return check_identity(r, ASSAY_CHECK_SPF, &r->out->spf, &sender,
	    flaw, said);
}
