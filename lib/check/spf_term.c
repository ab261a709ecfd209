/* SPDX-License-Identifier: Apache-2.0 */
#include "check/spf_term.h"

#include "check/ptr.h"

enum assay_result
spf_conclude(struct spf_eval *ev, enum assay_result result,
    enum assay_reason reason, struct span about)
{
	ev->result = result;
	ev->reason = reason;
	ev->about = about;
	ev->of = ev->v.domain;
	return result;
}

static enum spf_match
stop(struct spf_eval *ev, enum assay_result result, enum assay_reason reason,
    struct span about)
{
	spf_conclude(ev, result, reason, about);
	return SPF_STOP;
}

static enum spf_match
wait(struct spf_eval *ev)
{
	ev->wait = true;
	return SPF_STOP;
}

/* ---- questions and limits --------------------------------------------- */

enum spf_match
spf_count(struct spf_eval *ev, const struct spf_spec *spec, struct span term)
{
	ev->lookups++;
	/* RFC 7208 4.6.4: evaluating %{p} counts as well */
	if (spf_uses(spec, macro_bit('p')))
		ev->lookups++;
	/* RFC 7208 4.6.4: at most 10 terms that cause DNS queries */
	if (ev->lookups > LIMIT_SPF_TERMS)
		return stop(ev, ASSAY_PERMERROR, ASSAY_R_SPF_TOO_MANY_TERMS,
		    term);
	return SPF_YES;
}

/* RFC 7208 4.6.4: at most two "terms" whose queries have no answer.  It
 * says terms: an mx whose ten hosts have no address of this family is one
 * void look-up, not ten. */
static enum spf_match
count_void(struct spf_eval *ev, struct span name)
{
	if (++ev->voids > LIMIT_SPF_VOIDS)
		return stop(ev, ASSAY_PERMERROR, ASSAY_R_SPF_TOO_MANY_VOIDS,
		    name);
	return SPF_NO;
}

/* YES: *out has items.  NO: a void look-up, not counted here. */
enum spf_match
spf_lookup(const struct memo_row **out, struct spf_eval *ev, uint16_t type,
    struct span name)
{
	const struct memo_row *row = ask_dns(ev->run, type, name);

	*out = row;
	if (row == NULL)
		return wait(ev);
	switch (row->a.kind) {
	case ASSAY_A_DATA:
		return SPF_YES;
	case ASSAY_A_NODATA:
	case ASSAY_A_NXDOMAIN:
		return SPF_NO;
	/* RFC 7208 5: the topmost check_host() returns "temperror" */
	case ASSAY_A_TEMPFAIL:
		return stop(ev, ASSAY_TEMPERROR, ASSAY_R_SPF_DNS_FAILURE,
		    name);
	case ASSAY_A_BOGUS:
		return stop(ev, ASSAY_TEMPERROR, ASSAY_R_SPF_DNS_BOGUS, name);
	case ASSAY_A_UNKNOWN:
		break;
	}
	return stop(ev, ASSAY_TEMPERROR, ASSAY_R_SPF_DNS_UNKNOWN, name);
}

/* RFC 7208 7.3: <domain> if it is among the validated names, else a
 * subdomain of it, else any; "unknown" (absent) if there is none. */
enum spf_match
spf_find_ptr_name(struct spf_eval *ev)
{
	struct domain domain = { ev->v.domain };
	struct ptr_names names;

	ev->v.ptr_name = SPAN_NONE;
	if (ptr_names(&names, ev->run, &ev->v.client) == STEP_WAIT)
		return wait(ev);
	for (size_t i = names.n; i > 0; i--) {
		struct domain d = { names.name[i - 1] };
		struct domain best = { ev->v.ptr_name };
		if (domain_eq(best, domain))
			break;
		if (domain_eq(d, domain) || domain_within(d, domain) ||
		    !domain_within(best, domain))
			ev->v.ptr_name = d.name;
	}
	return SPF_YES;
}

/* RFC 8616 4: a term with %{s} or %{l} does not match anything if the
 * local-part is not ASCII */
static bool
is_silent(const struct spf_eval *ev, const struct spf_spec *spec)
{
	return !ev->local_is_ascii &&
	    spf_uses(spec, macro_bit('s') | macro_bit('l'));
}

/* RFC 7208 4.8: <target-name>.  NO: there is none; STOP only where a %{p}
 * had to be found. */
enum spf_match
spf_target(struct span *out, struct spf_eval *ev,
    const struct spf_spec *spec, struct span record)
{
	struct buf b;

	*out = ev->v.domain;
	if (spec == NULL)
		return SPF_YES;
	*out = spec->name;
	if (!span_absent(spec->name))
		return SPF_YES;
	if (is_silent(ev, spec))
		return SPF_NO;
	if (spf_uses(spec, macro_bit('p')) && spf_find_ptr_name(ev) == SPF_STOP)
		return SPF_STOP;
	b = arena_buf(ev->run->arena, MACRO_NAME_MAX);
	if (!macro_name(&b, spf_text(record, spec->at, spec->len),
	    &ev->v))
		return SPF_NO;
	*out = arena_done(ev->run->arena, &b);
	return SPF_YES;
}

/* ---- mechanisms ------------------------------------------------------- */

static bool
any_within(const struct spf_net *client, const struct assay_answer *a,
    const struct spf_term *t)
{
	for (size_t i = 0; i < a->n_item; i++) {
		struct spf_net net = spf_net_of(a->item[i]);
		if (net.family == client->family && (net.family == 4 ?
		    spf_net_within4(client, net.ip4, t->cidr4) :
		    spf_net_within6(client, &net.ip6, t->cidr6)))
			return true;
	}
	return false;
}

/* RFC 7208 5.3 */
static enum spf_match
match_a(struct spf_eval *ev, const struct spf_term *t, struct span name)
{
	const struct memo_row *row;
	enum spf_match m = spf_lookup(&row, ev, addr_type(&ev->v.client), name);

	if (m == SPF_NO)
		return count_void(ev, name);
	if (m == SPF_STOP)
		return m;
	return any_within(&ev->client, &row->a, t) ? SPF_YES : SPF_NO;
}

/* The addresses of the hosts of an mx.  All are asked for at once, but they
 * count in their order. */
static enum spf_match
match_hosts(struct spf_eval *ev, const struct spf_term *t,
    const struct assay_answer *mx)
{
	struct span gone = SPAN_NONE;

	for (size_t i = 0; i < mx->n_item; i++) {
		struct span host = span_skip(mx->item[i], 2);
		const struct memo_row *row;
		enum spf_match m;
		if (!macro_is_name(host))
			continue;	/* "." is no host (RFC 7505) */
		m = spf_lookup(&row, ev, addr_type(&ev->v.client), host);
		if (ev->wait)
			continue;
		if (m == SPF_STOP)
			return m;
		if (m == SPF_NO)
			gone = host;
		else if (any_within(&ev->client, &row->a, t))
			return SPF_YES;
	}
	if (ev->wait)
		return SPF_STOP;
	return span_absent(gone) ? SPF_NO : count_void(ev, gone);
}

/* RFC 7208 5.4 */
static enum spf_match
match_mx(struct spf_eval *ev, const struct spf_term *t, struct span name)
{
	const struct memo_row *row;
	enum spf_match m = spf_lookup(&row, ev, ASSAY_T_MX, name);

	if (m == SPF_NO)
		return count_void(ev, name);
	if (m == SPF_STOP)
		return m;
	/* RFC 7208 4.6.4: not more than 10 address records */
	if (row->a.n_item > LIMIT_SPF_MX)
		return stop(ev, ASSAY_PERMERROR, ASSAY_R_SPF_TOO_MANY_MX,
		    name);
	return match_hosts(ev, t, &row->a);
}

/* RFC 7208 5.5: errors are no match here. */
static enum spf_match
match_ptr(struct spf_eval *ev, struct span name)
{
	struct domain want = { name };
	struct ptr_names names;

	if (ptr_names(&names, ev->run, &ev->v.client) == STEP_WAIT)
		return wait(ev);
	if (names.kind == ASSAY_A_NODATA || names.kind == ASSAY_A_NXDOMAIN)
		return count_void(ev, name);
	for (size_t i = 0; i < names.n; i++)
		if (domain_within((struct domain){ names.name[i] }, want))
			return SPF_YES;
	return SPF_NO;
}

/* RFC 7208 5.7: an A record, even when the connection type is IPv6. */
static enum spf_match
match_exists(struct spf_eval *ev, struct span name)
{
	const struct memo_row *row;
	enum spf_match m = spf_lookup(&row, ev, ASSAY_T_A, name);

	return m == SPF_NO ? count_void(ev, name) : m;
}

/* RFC 7208 5.2 */
static enum spf_match
match_include(struct spf_eval *ev, struct span name, unsigned depth)
{
	if (depth == 0)
		return stop(ev, ASSAY_PERMERROR, ASSAY_R_SPF_TOO_MANY_TERMS,
		    name);
	if (!spf_is_full_name(name))
		return stop(ev, ASSAY_PERMERROR, ASSAY_R_SPF_INCLUDE_BAD_NAME,
		    name);
	switch (spf_check_host(ev, name, depth - 1, false)) {
	case ASSAY_PASS:
		return ev->wait ? SPF_STOP : SPF_YES;
	case ASSAY_FAIL:
	case ASSAY_SOFTFAIL:
	case ASSAY_NEUTRAL:
		return ev->wait ? SPF_STOP : SPF_NO;
	case ASSAY_NONE:
		return stop(ev, ASSAY_PERMERROR,
		    ASSAY_R_SPF_INCLUDE_NO_RECORD, name);
	case ASSAY_TEMPERROR:
	case ASSAY_PERMERROR:
	case ASSAY_POLICY:
		break;
	}
	return SPF_STOP;
}

/* A mechanism that looks something up. */
static enum spf_match
eval_lookup(struct spf_eval *ev, const struct spf_term *t, struct span text,
    unsigned depth)
{
	struct span term = spf_text(text, t->at, t->len), name;
	enum spf_match m = spf_count(ev, t->spec, term);

	if (m == SPF_YES)
		m = spf_target(&name, ev, t->spec, text);
	if (m == SPF_NO && t->kind == SPF_INCLUDE && !is_silent(ev, t->spec))
		/* RFC 7208 5.2 and 4.3: none, so permerror */
		return stop(ev, ASSAY_PERMERROR, ASSAY_R_SPF_INCLUDE_BAD_NAME,
		    term);
	if (m != SPF_YES)
		return m;	/* 4.8: an ill-formed name does not match */
	switch ((enum spf_kind)t->kind) {
	case SPF_INCLUDE: return match_include(ev, name, depth);
	case SPF_A: return match_a(ev, t, name);
	case SPF_MX: return match_mx(ev, t, name);
	case SPF_PTR: return match_ptr(ev, name);
	case SPF_EXISTS: return match_exists(ev, name);
	case SPF_ALL:
	case SPF_IP4:
	case SPF_IP6:
		break;
	}
	return SPF_NO;
}

enum spf_match
spf_term_eval(struct spf_eval *ev, const struct spf_term *t, struct span text,
    unsigned depth)
{
	bool yes;

	switch ((enum spf_kind)t->kind) {
	case SPF_ALL:
		return SPF_YES;
	case SPF_IP4:
		yes = spf_net_within4(&ev->client, t->net4, t->cidr4);
		return yes ? SPF_YES : SPF_NO;
	case SPF_IP6:
		yes = spf_net_within6(&ev->client, t->net6, t->cidr6);
		return yes ? SPF_YES : SPF_NO;
	case SPF_INCLUDE:
	case SPF_A:
	case SPF_MX:
	case SPF_PTR:
	case SPF_EXISTS:
		break;
	}
	return eval_lookup(ev, t, text, depth);
}

