/* SPDX-License-Identifier: Apache-2.0 */
/* mx.c - where mail for the domain goes (RFC 5321 5.1, RFC 7505). */
#include "posture/inner.h"

#include "base/cur.h"
#include "wire/addr.h"
#include "wire/zone_write.h"

/* ---- to learn ------------------------------------------------------------ */

/* By preference, then by name: the order of an answer means nothing. */
static bool
comes_before(const struct mx_host *a, const struct mx_host *b)
{
	if (a->preference != b->preference)
		return a->preference < b->preference;
	return span_cmp(a->name, b->name) < 0;
}

static void
host_add(struct mx_known *m, const struct mx_host *host)
{
	size_t at = m->n_host < LIMIT_POSTURE_MX ? m->n_host++ :
	    LIMIT_POSTURE_MX - 1;

	if (m->n > LIMIT_POSTURE_MX && !comes_before(host, &m->host[at]))
		return;
	while (at > 0 && comes_before(host, &m->host[at - 1])) {
		m->host[at] = m->host[at - 1];
		at--;
	}
	m->host[at] = *host;
}

static void
read_answer(struct mx_known *m, const struct assay_answer *a)
{
	m->kind = a->kind;
	for (size_t i = 0; i < a->n_item; i++) {
		struct cur c = cur_of(a->item[i]);
		struct mx_host host = { .preference = cur_u16(&c) };

		host.name = c.rest;
		host.canonical = SPAN_NONE;
		if (span_eq(host.name, SPAN("."))) {
			m->null = true;
			continue;
		}
		m->n++;
		host_add(m, &host);
	}
}

bool
is_host(struct posture *p, struct span name)
{
	struct assay_addr addr;
	struct domain d;

	return !addr_parse4(&addr, name) && !addr_parse6(&addr, name) &&
	    domain_parse(&d, name, false, &p->arena);
}

static void
take_addresses(struct mx_host *h, const struct assay_answer *a)
{
	struct assay_addr addr;

	h->failed = h->failed || !answered(a->kind);
	if (!span_absent(a->canonical) && !span_eq(a->canonical, h->name))
		h->canonical = a->canonical;
	for (size_t i = 0; i < a->n_item; i++) {
		if (!addr_of(&addr, a->item[i]))
			continue;
		h->private = h->private || is_private(&addr);
		if (i == 0)
			h->addr[h->n_addr++] = addr;
	}
}

static enum step
learn_host(struct posture *p, struct mx_host *h)
{
	const struct memo_row *four, *six;

	if (!is_host(p, h->name))
		return STEP_DONE;
	four = ask_dns(&p->run, ASSAY_T_A, h->name);
	six = ask_dns(&p->run, ASSAY_T_AAAA, h->name);
	if (four == NULL || six == NULL)
		return STEP_WAIT;
	h->asked = true;
	take_addresses(h, &four->a);
	take_addresses(h, &six->a);
	return STEP_DONE;
}

enum step
learn_mx(struct posture *p)
{
	const struct memo_row *mx = ask_dns(&p->run, ASSAY_T_MX,
	    p->domain.name);
	const struct memo_row *four = ask_dns(&p->run, ASSAY_T_A,
	    p->domain.name);
	const struct memo_row *six = ask_dns(&p->run, ASSAY_T_AAAA,
	    p->domain.name);
	struct mx_known *m = &p->mx;
	enum step step = STEP_DONE;

	*m = (struct mx_known){ .n = 0 };
	if (mx == NULL)
		return STEP_WAIT;
	read_answer(m, &mx->a);
	for (size_t i = 0; i < m->n_host; i++)
		if (learn_host(p, &m->host[i]) == STEP_WAIT)
			step = STEP_WAIT;
	if (four == NULL || six == NULL)
		return STEP_WAIT;
	m->has_address = four->a.kind == ASSAY_A_DATA ||
	    six->a.kind == ASSAY_A_DATA;
	m->address_failed = !answered(four->a.kind) ||
	    !answered(six->a.kind);
	/* RFC 8020 2: NXDOMAIN for one type is NXDOMAIN for all */
	p->missing = mx->a.kind == ASSAY_A_NXDOMAIN;
	return step;
}

/* ---- to tell ------------------------------------------------------------- */

static void
mend_mx(struct posture *p, struct posture_finding *f, unsigned preference,
    struct span host)
{
	struct buf b = arena_buf(&p->arena, p->domain.name.len +
	    host.len * 2 + 40);

	zone_write_mx(&b, p->domain.name, preference, host);
	mend_lines(p, f, &b);
}

/* The record set without one host (or without the null MX). */
static void
mend_without(struct posture *p, struct posture_finding *f,
    const struct mx_host *gone)
{
	for (size_t i = 0; i < p->mx.n_host; i++)
		if (&p->mx.host[i] != gone && p->mx.host[i].asked)
			mend_mx(p, f, p->mx.host[i].preference,
			    p->mx.host[i].name);
}

static void
tell_is_address(struct posture *p, const struct mx_host *h,
    const struct assay_addr *addr)
{
	struct posture_finding *f = found(p, FOUND_MX_IS_ADDRESS, h->name,
	    SPAN_NONE);
	struct span host = name_below(p, "mail", p->domain);
	struct buf b = arena_buf(&p->arena, host.len + ADDR_TEXT + 40);

	if (span_absent(host))
		return;
	mend_mx(p, f, h->preference, host);
	zone_write_addr(&b, host, addr);
	mend_lines(p, f, &b);
}

static void
tell_host(struct posture *p, const struct mx_host *h)
{
	struct assay_addr addr;
	struct posture_finding *f;

	if (addr_parse4(&addr, h->name) || addr_parse6(&addr, h->name)) {
		tell_is_address(p, h, &addr);
		return;
	}
	if (!h->asked) {
		found(p, FOUND_MX_BAD_NAME, h->name, SPAN_NONE);
		return;
	}
	if (h->failed)
		found(p, FOUND_MX_UNANSWERED, h->name, SPAN_NONE);
	if (!span_absent(h->canonical)) {
		struct buf b = clause(p);

		buf_str(&b, "it is ");
		clause_put(p, &b, h->canonical);
		f = found(p, FOUND_MX_ALIAS, h->name, clause_done(p, &b));
		if (h->n_addr > 0 && is_host(p, h->canonical))
			mend_mx(p, f, h->preference, h->canonical);
	}
	if (h->n_addr == 0 && !h->failed) {
		f = found(p, FOUND_MX_NO_ADDRESS, h->name, SPAN_NONE);
		mend_without(p, f, h);
	}
	if (h->private)
		found(p, FOUND_MX_PRIVATE, h->name, SPAN_NONE);
}

/* Does SPF let anybody send? */
static bool
may_send(const struct posture *p)
{
	for (size_t i = 0; i < p->spf.n; i++)
		if (p->spf.line[i].passing && !p->spf.line[i].behind_all &&
		    p->spf.line[i].word != WORD_OTHER &&
		    p->spf.line[i].word != WORD_WRONG)
			return true;
	return false;
}

static void
tell_none(struct posture *p)
{
	const struct mx_known *m = &p->mx;
	struct posture_finding *f;

	if (m->address_failed && !m->has_address) {
		found(p, FOUND_MX_UNANSWERED, p->domain.name, SPAN_NONE);
		return;
	}
	if (p->parked) {
		state_set(p, SUBJECT_MX, "no MX; no mail");
		if (m->has_address) {
			f = found(p, FOUND_MX_PARKED, p->domain.name,
			    SPAN_NONE);
			mend_mx(p, f, 0, SPAN("."));
		}
		return;
	}
	state_set(p, SUBJECT_MX, m->has_address ?
	    "no MX; mail goes to the domain's own address" :
	    "takes no mail");
	f = found(p, m->has_address ? FOUND_MX_NONE : FOUND_MX_NOWHERE,
	    p->domain.name, SPAN_NONE);
	if (m->has_address)
		mend_mx(p, f, 10, p->domain.name);
}

static void
tell_hosts(struct posture *p)
{
	struct buf b = clause(p);
	const struct mx_known *m = &p->mx;

	buf_u64(&b, m->n);
	buf_str(&b, m->n == 1 ? " server: " : " servers: ");
	for (size_t i = 0; i < m->n_host && i < 3; i++) {
		buf_str(&b, i > 0 ? ", " : "");
		clause_put(p, &b, m->host[i].name);
	}
	buf_str(&b, m->n > 3 ? ", ..." : "");
	state_put(p, SUBJECT_MX, &b);
	for (size_t i = 0; i < m->n_host; i++)
		tell_host(p, &m->host[i]);
	if (m->n > m->n_host)
		found(p, FOUND_MX_MANY, p->domain.name, SPAN_NONE);
}

void
tell_mx(struct posture *p)
{
	const struct mx_known *m = &p->mx;
	struct posture_finding *f;

	if (p->missing) {
		state_set(p, SUBJECT_MX, "the domain does not exist");
		found(p, FOUND_MX_NO_DOMAIN, p->domain.name, SPAN_NONE);
		return;
	}
	if (!answered(m->kind)) {
		state_set(p, SUBJECT_MX, "not known");
		found(p, FOUND_MX_UNANSWERED, p->domain.name, SPAN_NONE);
		return;
	}
	if (m->null && m->n == 0) {
		state_set(p, SUBJECT_MX, "null MX: takes no mail");
		found(p, FOUND_MX_NULL, p->domain.name, SPAN_NONE);
		if (may_send(p))
			found(p, FOUND_MX_NULL_SENDS, p->domain.name,
			    SPAN_NONE);
		return;
	}
	if (m->null) {
		f = found(p, FOUND_MX_NULL_MIXED, p->domain.name, SPAN_NONE);
		mend_without(p, f, NULL);
	}
	if (m->n > 0)
		tell_hosts(p);
	else
		tell_none(p);
}
