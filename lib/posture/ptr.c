/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ptr.c - do the addresses that send have names that lead back to them (RFC
 * 8601 2.7.3)?  Those that a person names, and mail servers that SPF passes.
 */
#include "check/ptr.h"

#include "check/spf_eval.h"
#include "posture/inner.h"
#include "wire/addr.h"
#include "wire/zone_write.h"

/* ---- to learn ------------------------------------------------------------ */

static bool
is_listed(const struct posture *p, const struct assay_addr *a)
{
	for (size_t i = 0; i < p->n_source; i++)
		if (addr_eq(&p->source[i].addr, a))
			return true;
	return false;
}

static void
source_add(struct posture *p, const struct assay_addr *addr,
    struct span host)
{
	struct source_known *s;
	struct buf b;

	if (p->n_source == LIMIT_POSTURE_SOURCES || is_listed(p, addr))
		return;
	b = arena_buf(&p->arena, ADDR_TEXT);
	addr_print(&b, addr);
	s = &p->source[p->n_source++];
	*s = (struct source_known){ .addr = *addr, .host = host,
		.text = arena_done(&p->arena, &b), .first = SPAN_NONE };
}

static enum step
learn_source(struct posture *p, struct source_known *s)
{
	struct spf_sender sender = { .local = SPAN("postmaster"),
		.domain = p->domain };
	struct assay_addr client = addr_unmap(&s->addr);
	struct spf_conclusion spf = { .result = ASSAY_NONE };
	struct ptr_names names;
	enum step step = ptr_names(&names, &p->run, &client);

	if (spf_evaluate(&spf, &p->run, &sender, &client) == STEP_WAIT)
		return STEP_WAIT;
	s->spf = spf.result;
	if (step == STEP_WAIT)
		return STEP_WAIT;
	s->kind = names.kind;
	s->first = names.first;
	s->n_valid = names.n;
	s->failed = names.failed;
	return STEP_DONE;
}

enum step
learn_ptr(struct posture *p)
{
	enum step step = STEP_DONE;

	p->n_source = 0;
	for (size_t i = 0; i < p->n_given; i++)
		source_add(p, &p->given[i], SPAN_NONE);
	if (!p->part[SUBJECT_MX].learned)
		step = STEP_WAIT;
	for (size_t i = 0; step == STEP_DONE && i < p->mx.n_host; i++)
		for (size_t k = 0; k < p->mx.host[i].n_addr; k++)
			if (!p->mx.host[i].private)
				source_add(p, &p->mx.host[i].addr[k],
				    p->mx.host[i].name);
	for (size_t i = 0; i < p->n_source; i++)
		if (learn_source(p, &p->source[i]) == STEP_WAIT)
			step = STEP_WAIT;
	return step;
}

/* ---- to tell ------------------------------------------------------------- */

static struct span
reverse_name(struct posture *p, const struct assay_addr *a)
{
	struct buf b = arena_buf(&p->arena, ADDR_REVERSE);

	addr_reverse_name(&b, a);
	return arena_done(&p->arena, &b);
}

static void
tell_missing(struct posture *p, const struct source_known *s)
{
	struct posture_finding *f = found(p, FOUND_PTR_MISSING, s->text,
	    s->host);
	struct span name = span_absent(s->host) ?
	    name_below(p, "mail", p->domain) : s->host;
	struct buf b = arena_buf(&p->arena, 2 * LIMIT_NAME + ADDR_REVERSE);

	if (span_absent(name) || !is_host(p, name))
		return;
	zone_write_name(&b, reverse_name(p, &s->addr), "PTR", name);
	if (span_absent(s->host))
		zone_write_addr(&b, name, &s->addr);
	mend_lines(p, f, &b);
	f->advice = "The zone of an address belongs to whoever gave it out: "
	    "ask there. Use the name that the server says in HELO.";
}

static void
tell_unconfirmed(struct posture *p, const struct source_known *s)
{
	struct buf c = clause(p), b = arena_buf(&p->arena,
	    s->first.len * 2 + ADDR_TEXT + 40);
	struct posture_finding *f;

	buf_str(&c, "it is called ");
	clause_put(p, &c, s->first);
	f = found(p, FOUND_PTR_UNCONFIRMED, s->text, clause_done(p, &c));
	if (is_host(p, s->first)) {
		zone_write_addr(&b, s->first, &s->addr);
		mend_lines(p, f, &b);
	}
	f->advice = "If the name is not yours to add an address to, have PTR "
	    "changed to one that is.";
}

static void
tell_not_passed(struct posture *p, const struct source_known *s)
{
	struct buf b = clause(p), term = arena_buf(&p->arena, ADDR_TEXT + 4);
	struct posture_finding *f;

	buf_str(&b, "SPF says ");
	buf_str(&b, assay_result_name(s->spf));
	f = found(p, FOUND_PTR_SPF, s->text, clause_done(p, &b));
	buf_str(&term, s->addr.family == 4 ? "ip4:" : "ip6:");
	buf_put(&term, s->text);
	mend_txt(p, f, p->domain.name, spf_mended(p, buf_span(&term)));
}

static void
tell_source(struct posture *p, const struct source_known *s)
{
	bool given = span_absent(s->host);

	if (given && (s->spf == ASSAY_FAIL || s->spf == ASSAY_SOFTFAIL ||
	    s->spf == ASSAY_NEUTRAL))
		tell_not_passed(p, s);
	if (s->kind == ASSAY_A_NODATA || s->kind == ASSAY_A_NXDOMAIN)
		tell_missing(p, s);
	else if (!answered(s->kind) || (s->n_valid == 0 && s->failed))
		found(p, FOUND_PTR_UNANSWERED, s->text, SPAN_NONE);
	else if (s->n_valid == 0)
		tell_unconfirmed(p, s);
}

void
tell_ptr(struct posture *p)
{
	struct buf b = clause(p);
	size_t n = 0, good = 0;

	for (size_t i = 0; i < p->n_source; i++) {
		const struct source_known *s = &p->source[i];

		/* a server that only takes mail needs no name */
		if (!span_absent(s->host) && s->spf != ASSAY_PASS)
			continue;
		n++;
		good += s->n_valid > 0;
		tell_source(p, s);
	}
	if (n == 0) {
		state_set(p, SUBJECT_PTR, p->parked || p->missing ?
		    "no address sends" :
		    "no sending address known (give --source)");
		return;
	}
	buf_u64(&b, good);
	buf_str(&b, " of ");
	buf_u64(&b, n);
	buf_str(&b, n == 1 ? " sending address has" :
	    " sending addresses have");
	buf_str(&b, " a name that leads back");
	state_put(p, SUBJECT_PTR, &b);
}
