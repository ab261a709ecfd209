/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iprev (RFC 8601 2.7.3): does a name of the client's address lead back to
 * the address?
 */
#include "check/ptr.h"
#include "wire/addr.h"

static enum step
conclude(struct run *r, const struct assay_addr *client,
    enum assay_result result, enum assay_reason reason, struct span detail,
    struct place place)
{
	struct buf b = arena_buf(r->arena, ADDR_TEXT);
	struct span subject = SPAN_NONE;

	addr_print(&b, client);
	if (client->family != 0)
		subject = arena_done(r->arena, &b);
	r->out->iprev.result = result;
	r->out->iprev.reason = reason;
	evidence_add(r, ASSAY_CHECK_IPREV, result, reason, subject,
	    printable(r->arena, detail, 14 + LIMIT_NAME), place);
	return STEP_DONE;
}

/* Our own look-up: of no place in the message. */
static enum step
found(struct run *r, const struct assay_addr *client,
    enum assay_result result, enum assay_reason reason, struct span detail)
{
	return conclude(r, client, result, reason, detail,
	    (struct place){ 0, 0 });
}

/* The first validated name that is a domain name: one with octets that no
 * host name has (RFC 1123 2.1) is not shown to anybody, and proves nothing. */
static bool
first_domain(struct domain *out, const struct ptr_names *names,
    struct arena *a)
{
	for (size_t i = 0; i < names->n; i++)
		if (domain_parse(out, names->name[i], false, a))
			return true;
	return false;
}

static enum step
judge(struct run *r, const struct assay_addr *client,
    const struct ptr_names *names)
{
	struct domain *name = &r->out->iprev.name;

	if (first_domain(name, names, r->arena))
		return found(r, client, ASSAY_PASS, ASSAY_R_IPREV_PASS,
		    name->name);
	if (names->failed)
		return found(r, client, ASSAY_TEMPERROR,
		    ASSAY_R_IPREV_DNS_FAILURE, names->first);
	return found(r, client, ASSAY_FAIL, ASSAY_R_IPREV_MISMATCH,
	    names->first);
}

/* Behind a server of ours in front: its client is meant. */
static enum step
behind_relay(struct run *r, const struct assay_addr *client)
{
	const struct imported *in = facts_imported(r->facts,
	    ASSAY_CHECK_IPREV);
	ROOM(room, 14 + LIMIT_NAME);
	struct buf b = BUF_ON(room);

	if (in == NULL)
		return conclude(r, client, ASSAY_NONE, ASSAY_R_BEHIND_RELAY,
		    SPAN_NONE, (struct place){ 0, 0 });
	buf_str(&b, "imported from ");
	buf_put(&b, in->authserv_id);
	return conclude(r, &in->client, in->result, ASSAY_R_IMPORTED,
	    buf_span(&b), in->place);
}

enum step
check_iprev(struct run *r)
{
	struct assay_addr client = addr_unmap(&r->session->client);
	struct ptr_names names;

	asked_reset(r);
	r->out->iprev = (struct iprev_outcome){ .result = ASSAY_NONE };
	if (client.family == 0)
		return found(r, &client, ASSAY_NONE,
		    ASSAY_R_NO_CLIENT_ADDRESS, SPAN_NONE);
	if (r->session->relay)
		return behind_relay(r, &client);
	if (ptr_names(&names, r, &client) == STEP_WAIT)
		return STEP_WAIT;
	switch (names.kind) {
	case ASSAY_A_DATA:
		return judge(r, &client, &names);
	case ASSAY_A_NODATA:
	case ASSAY_A_NXDOMAIN:
		return found(r, &client, ASSAY_PERMERROR,
		    ASSAY_R_IPREV_NO_PTR, SPAN_NONE);
	case ASSAY_A_TEMPFAIL:
		return found(r, &client, ASSAY_TEMPERROR,
		    ASSAY_R_IPREV_DNS_FAILURE, SPAN_NONE);
	case ASSAY_A_BOGUS:
		return found(r, &client, ASSAY_TEMPERROR,
		    ASSAY_R_IPREV_DNS_BOGUS, SPAN_NONE);
	case ASSAY_A_UNKNOWN:
		break;
	}
	return found(r, &client, ASSAY_TEMPERROR,
	    ASSAY_R_IPREV_DNS_UNKNOWN, SPAN_NONE);
}
