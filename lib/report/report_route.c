/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_route.h"

#include "base/limits.h"
#include "check/dmarc_record.h"
#include "check/report_auth.h"
#include "report/tally.h"

struct report_route {
	struct arena *arena;
	struct memo memo;
	struct assay_session session;
	struct assay_options options;
	struct assay_limits limits;
	struct facts facts;
	struct outcome outcome;
	struct run run;
	struct domain domain;
	struct dmarc_uri uri[LIMIT_REPORT_URIS];
	size_t n;
	struct destination to[LIMIT_REPORT_URIS];
	size_t n_to;
	enum report_kind kind;
};

/* ---- the order ----------------------------------------------------------- */

static void
read_addresses(struct report_route *r, struct span list)
{
	struct span address;

	while (r->n < LIMIT_REPORT_URIS && tally_address(&list, &address)) {
		struct dmarc_uri *u = &r->uri[r->n];
		size_t at = span_rfind(address, '@');

		*u = (struct dmarc_uri){ .text = address,
			.address = address };
		if (domain_parse(&u->host, span_skip(address, at + 1), false,
		    r->arena))
			r->n++;
	}
}

struct report_route *
report_route_new(const struct assay_options *options,
    bool failures, struct span domain, struct span addresses)
{
	struct arena *a = arena_new(LIMIT_EVAL_MEMORY);
	struct report_route *r = a == NULL ? NULL :
	    arena_alloc(a, sizeof(*r));

	if (r == NULL) {
		arena_delete(a);
		return NULL;
	}
	r->arena = a;
	r->options = *options;
	r->limits.questions = LIMIT_QUESTIONS;
	r->kind = failures ? REPORT_FAILURE : REPORT_AGGREGATE;
	memo_init(&r->memo, a, LIMIT_QUESTIONS);
	r->run = (struct run){ .arena = a, .memo = &r->memo,
		.session = &r->session, .options = &r->options,
		.limits = &r->limits, .facts = &r->facts,
		.out = &r->outcome };
	if (domain_parse(&r->domain, domain, false, a))
		read_addresses(r, arena_dup(a, addresses));
	return r;
}

void
report_route_free(struct report_route *r)
{
	if (r != NULL)
		arena_delete(r->arena);
}

/* ---- the way there ------------------------------------------------------- */

static void
put(struct report_route *r, enum destination_answer answer,
    struct span address, const char *why)
{
	for (size_t i = 0; i < r->n_to; i++)
		if (span_ieq(r->to[i].address, address))
			return;
	if (r->n_to < LIMIT_REPORT_URIS)
		r->to[r->n_to++] = (struct destination){ answer, address,
			why };
}

/* RFC 9990 4 step 7: the host may name other addresses of its own. */
static void
put_answer(struct report_route *r, const struct dmarc_uri *uri,
    const struct report_auth *a)
{
	size_t n = 0;

	for (size_t i = 0; a->answer == REPORT_YES && i < a->n_uri; i++) {
		struct span list = a->uri[i].address, one;
		if (span_has(list, ',') || !tally_address(&list, &one))
			continue;
		put(r, DESTINATION_YES, one, a->why);
		n++;
	}
	if (n > 0)
		return;
	if (a->answer == REPORT_YES && a->n_uri > 0)
		put(r, DESTINATION_NO, uri->address,
		    "the destination names no address that can be used");
	else
		put(r, a->answer == REPORT_YES ? DESTINATION_YES :
		    a->answer == REPORT_NO ? DESTINATION_NO :
		    DESTINATION_UNKNOWN, uri->address, a->why);
}

enum assay_status
report_route_step(struct report_route *r)
{
	struct report_auth auth[LIMIT_REPORT_URIS];
	enum step step = STEP_DONE;

	asked_reset(&r->run);
	for (size_t i = 0; i < r->n; i++)
		if (report_authorized(&auth[i], &r->run, r->domain,
		    &r->uri[i], r->kind) == STEP_WAIT)
			step = STEP_WAIT;
	if (r->arena->failed)
		return r->arena->nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	if (r->memo.full)
		return ASSAY_LIMIT;
	if (step == STEP_WAIT)
		return ASSAY_PENDING;
	r->n_to = 0;
	for (size_t i = 0; i < r->n; i++)
		put_answer(r, &r->uri[i], &auth[i]);
	return ASSAY_OK;
}

bool
report_route_question(const struct report_route *r, size_t *i,
    struct assay_question *out)
{
	for (; *i < r->memo.n; ++*i) {
		if (r->memo.row[*i]->a.kind != 0)
			continue;
		*out = r->memo.row[*i]->q;
		++*i;
		return true;
	}
	return false;
}

bool
report_route_answer(struct report_route *r, const struct assay_question *q,
    const struct assay_answer *a)
{
	return memo_answer(&r->memo, q, a);
}

size_t
report_route_known(const struct report_route *r,
    const struct destination **out)
{
	*out = r->to;
	return r->n_to;
}

size_t
report_route_unknown(struct report_route *r, const char *why,
    const struct destination **out)
{
	r->n_to = 0;
	for (size_t i = 0; i < r->n; i++)
		put(r, DESTINATION_UNKNOWN, r->uri[i].address, why);
	return report_route_known(r, out);
}

struct span
report_family(struct span name)
{
	size_t dot = span_rfind(name, '.');
	size_t before = span_rfind(span_head(name, dot), '.');

	return before == dot ? name : span_skip(name, before + 1);
}

enum route_asks
report_route_asks(struct span record, struct span address, struct arena *a)
{
	struct dmarc_record r;

	if (!dmarc_record_parse(&r, record, a))
		return ROUTE_NO_RECORD;
	for (size_t i = 0; i < r.n_rua; i++)
		if (!span_absent(r.rua[i].address) &&
		    span_ieq(r.rua[i].address, address))
			return ROUTE_ASKS;
	return ROUTE_ASKS_OTHERS;
}
