/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_dns.c - what DNS says: of the domain and the names below it, and of
 * the places that mail came from.
 *
 * Questions are many and short, so all of a kind are begun before the first
 * one is waited for.
 */
#include "source_load.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "wire/addr.h"

bool
source_dns_open(struct source_load *l)
{
	const struct settings *s = l->settings;
	enum assay_status st;

	if (l->offline)
		return true;
	st = s->live ? assay_oracle_resolver(&l->dns, &s->resolver) :
	    assay_oracle_zone(&l->dns, (struct span){
	    (const uint8_t *)s->zone.ptr, s->zone.len }, NULL, NULL);
	l->has_dns = st == ASSAY_OK;
	if (!l->has_dns)
		fprintf(stderr, "assay: DNS cannot be asked (%s); --offline "
		    "does without it\n", assay_status_str(st));
	return l->has_dns;
}

static struct assay_question
question(uint16_t type, struct span name)
{
	return (struct assay_question){ ASSAY_Q_DNS, type, name };
}

static void
begin(struct source_load *l, uint16_t type, struct span name)
{
	struct assay_question q = question(type, name);

	if (l->dns.begin != NULL)
		l->dns.begin(l->dns.self, &q);
}

static void
start(struct source_load *l)
{
	if (l->dns.start != NULL)
		l->dns.start(l->dns.self);
}

static bool
ask(struct source_load *l, const struct assay_question *q,
    struct assay_answer *a)
{
	start(l);
	*a = (struct assay_answer){ .kind = ASSAY_A_TEMPFAIL };
	if (l->dns.ask(l->dns.self, q, a) != ASSAY_OK)
		*a = (struct assay_answer){ .kind = ASSAY_A_TEMPFAIL };
	return a->kind == ASSAY_A_DATA;
}

/* ---- names below the domain --------------------------------------------- */

static struct span
member(struct source_load *l, const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s == NULL ? SPAN_NONE : arena_dup(&l->arena, assay_cstr(s));
}

/* The DMARC check itself tells which record holds for an author, and which
 * is his organizational domain. */
static void
walk(struct source_load *l, struct domain name, struct domain *record,
    struct domain *org, struct span *policy)
{
	struct text json = { .ptr = NULL };
	struct assay_session session = { .now = l->settings->session.now,
		.receiver = SPAN("localhost") };
	const struct assay_verdict *verdict = NULL;
	struct assay_eval *ev = NULL;
	const json_t *dmarc;
	json_t *v = NULL;
	char line[400];

	snprintf(line, sizeof(line), "From: <postmaster@%.*s>\r\n\r\n",
	    (int)name.name.len, (const char *)name.name.ptr);
	if (assay_eval_new(&ev, &session, &l->settings->options, NULL, NULL)
	    == ASSAY_OK && assay_eval_data(ev, assay_cstr(line)) == ASSAY_OK
	    && assay_eval_end(ev) == ASSAY_OK && assay_eval_run(ev, &l->dns,
	    1) == ASSAY_OK && assay_decide(&verdict, ev, NULL) == ASSAY_OK &&
	    assay_result_write(ev, verdict, SPAN_NONE, text_write, &json) ==
	    ASSAY_OK)
		v = json_loadb(json.ptr, json.len, 0, NULL);
	dmarc = json_object_get(v, "dmarc");
	record->name = member(l, dmarc, "record_domain");
	org->name = member(l, dmarc, "org_domain");
	if (policy != NULL)
		*policy = member(l, dmarc, "published_policy");
	json_decref(v);
	text_free(&json);
	assay_eval_free(ev);
}

static bool
says_nothing(const struct assay_answer *a)
{
	for (size_t i = 0; i < a->n_item; i++)
		if (span_ieq(span_trim_wsp(a->item[i]),
		    SPAN("v=spf1 -all")))
			return true;
	return false;
}

static void
look(struct source_load *l, struct domain name)
{
	struct assay_question q = question(ASSAY_T_TXT, name.name);
	struct domain record, org;
	struct assay_answer a;
	bool parked = ask(l, &q, &a) && says_nothing(&a);

	if (parked)
		l->own[l->n_own++] = (struct source_own){ name, true };
	if (a.kind == ASSAY_A_NXDOMAIN) {	/* and nothing is below it */
		l->missing[l->n_missing++] = name;
		l->name[l->n_name++] = (struct whatif_name){ .name = name,
			.missing = true };
		return;
	}
	if (domain_eq(name, l->domain))
		return;
	walk(l, name, &record, &org, NULL);
	if (domain_eq(record, name))
		l->name[l->n_name++] = (struct whatif_name){ .name = name,
			.own_record = true, .own_org = domain_eq(org, name) };
}

static bool
is_failure(const struct assay_answer *a)
{
	return a->kind != ASSAY_A_DATA && a->kind != ASSAY_A_NODATA &&
	    a->kind != ASSAY_A_NXDOMAIN;
}

/* The record at the domain itself: of several none counts (RFC 9989 4.7). */
static void
own_record(struct source_load *l)
{
	struct buf b = arena_buf(&l->arena, l->domain.name.len + 8);
	struct dmarc_record rec;
	struct assay_question q;
	struct assay_answer a;
	unsigned n = 0;

	buf_str(&b, "_dmarc.");
	buf_put(&b, l->domain.name);
	q = question(ASSAY_T_TXT, buf_span(&b));
	(void)ask(l, &q, &a);
	l->dns_failed = is_failure(&a);
	for (size_t i = 0; i < a.n_item; i++)
		if (dmarc_record_parse(&rec, a.item[i], &l->arena)) {
			l->record = arena_dup(&l->arena, a.item[i]);
			n++;
		}
	if (n != 1)
		l->record = SPAN_NONE;
	q = question(ASSAY_T_TXT, l->domain.name);
	l->parked = ask(l, &q, &a) && says_nothing(&a);
	l->nowhere = a.kind == ASSAY_A_NXDOMAIN;
	l->dns_failed = l->dns_failed || is_failure(&a);
}

void
source_dns_names(struct source_load *l, const struct domain *from, size_t n)
{
	struct domain record;

	l->org = l->domain;
	if (!l->has_dns)
		return;
	start(l);
	for (size_t i = 0; i < n; i++)
		begin(l, ASSAY_T_TXT, from[i].name);
	own_record(l);
	if (l->dns_failed) {
		/* each of some hundred questions would take its time */
		fprintf(stderr, "assay: DNS does not answer; this is what "
		    "the reports alone tell\n");
		assay_oracle_free(&l->dns);
		l->has_dns = false;
		return;
	}
	walk(l, l->domain, &record, &l->org, &l->policy);
	if (domain_absent(l->org))
		l->org = l->domain;
	for (size_t i = 0; i < n && i < SOURCE_NAMES; i++)
		look(l, from[i]);
}

/* ---- the SPF record ----------------------------------------------------- */

static void
ask_nets(struct source_load *l, struct spf_nets *nets)
{
	const struct assay_question *q;
	struct assay_answer a;

	while ((q = spf_nets_question(nets)) != NULL) {
		(void)ask(l, q, &a);
		spf_nets_answer(nets, &a);
	}
}

static void
lay_flat(struct source_load *l, struct spf_nets *nets)
{
	unsigned names = 1;

	spf_nets_begin(nets, l->own, l->n_own, &l->arena);
	spf_nets_add(nets, l->domain);
	/* return paths of ours below it have records of their own */
	for (const struct source *f = l->s->first; f != NULL; f = f->next)
		for (size_t i = 0; i < f->n_path && names < 12; i++) {
			const struct source_name *d = f->path[i].d;

			if (!d->ours || f->path[i].pass == 0 ||
			    domain_eq(d->name, l->domain))
				continue;
			spf_nets_add(nets, d->name);
			names++;
		}
	ask_nets(l, nets);
}

/* SPF asks the record of the return path: each such name by itself. */
static void
mark_paths(struct source_load *l)
{
	struct spf_nets nets[SOURCE_ASKED];
	const struct source_name *name[SOURCE_ASKED];
	size_t n = 0;

	for (struct source *f = l->s->first; f != NULL; f = f->next) {
		const struct source_path *path = source_asked(f);
		struct source_place *p = &f->place;
		struct domain include;
		size_t i = 0;

		while (path != NULL && i < n && name[i] != path->d)
			i++;
		if (path == NULL || i == SOURCE_ASKED)
			continue;
		if (i == n) {
			name[n++] = path->d;
			spf_nets_begin(&nets[i], l->own, l->n_own, &l->arena);
			spf_nets_add(&nets[i], path->d->name);
			ask_nets(l, &nets[i]);
		}
		p->at_path = spf_nets_find(&nets[i], &f->busiest, &include);
		/* the domain's own word, at whichever of its names */
		if (p->at_path > p->listed && p->listed != SOURCE_L_DIRECT &&
		    p->at_path >= SOURCE_L_DIRECT) {
			p->listed = p->at_path;
			p->include = include;
		}
	}
}

/* ---- mail hosts --------------------------------------------------------- */

static bool
has_address(struct source_load *l, struct span host,
    const struct assay_addr *addr)
{
	struct assay_question q = question(addr->family == 6 ?
	    ASSAY_T_AAAA : ASSAY_T_A, host);
	struct assay_answer a;

	if (!ask(l, &q, &a))
		return false;
	for (size_t i = 0; i < a.n_item; i++)
		if (span_eq(a.item[i], addr_octets(addr)))
			return true;
	return false;
}

static bool
is_ours(const struct source_load *l, struct domain name)
{
	for (size_t i = 0; i < l->n_own; i++)
		if (domain_within(name, l->own[i].name))
			return true;
	return false;
}

/* Mail hosts with a name of ours; those of a provider are shared. */
static void
mark_mx(struct source_load *l)
{
	struct assay_question q = question(ASSAY_T_MX, l->domain.name);
	struct span host[10];
	struct assay_answer a;
	size_t n = 0;

	if (!ask(l, &q, &a))
		return;
	for (size_t i = 0; i < a.n_item && n < 10; i++) {
		struct domain d = { span_skip(a.item[i], 2) };

		if (d.name.len > 1 && is_ours(l, d))
			host[n++] = arena_dup(&l->arena, d.name);
	}
	for (struct source *f = l->s->first; f != NULL && n > 0; f = f->next)
		for (size_t i = 0; i < n && f->partner == NULL; i++)
			f->place.mx = f->place.mx || has_address(l, host[i],
			    &f->busiest);
}

/* ---- names of addresses ------------------------------------------------- */

static struct span
reverse(struct source_load *l, const struct source *f)
{
	struct buf b = arena_buf(&l->arena, ADDR_REVERSE + 16);

	addr_reverse_name(&b, &f->busiest);
	return arena_done(&l->arena, &b);
}

static void
name_of(struct source_load *l, struct source *f, struct span key)
{
	struct assay_question q = question(ASSAY_T_PTR, key);
	struct assay_answer a;
	struct domain d;

	if (!ask(l, &q, &a)) {
		f->place.asked_ptr = a.kind == ASSAY_A_NXDOMAIN ||
		    a.kind == ASSAY_A_NODATA;
		return;
	}
	f->place.asked_ptr = true;
	if (!domain_parse(&d, a.item[0], true, &l->arena))
		return;
	f->place.ptr = d;
	/* only of a name of ours it matters whether it points back */
	f->place.confirmed = is_ours(l, d) && has_address(l, d.name,
	    &f->busiest);
}

/* Of those with most mail that SPF does not name. */
static void
ask_names(struct source_load *l)
{
	struct source *list[SOURCE_PTRS];
	struct span key[SOURCE_PTRS];
	size_t n = 0;

	for (struct source *f = l->s->first; f != NULL; f = f->next) {
		size_t i;

		if (f->place.listed == SOURCE_L_INCLUDE)
			continue;
		if (n == SOURCE_PTRS && f->messages <=
		    list[n - 1]->messages)
			continue;
		i = n < SOURCE_PTRS ? n++ : n - 1;
		for (; i > 0 && list[i - 1]->messages < f->messages; i--)
			list[i] = list[i - 1];
		list[i] = f;
	}
	start(l);
	for (size_t i = 0; i < n; i++) {
		key[i] = reverse(l, list[i]);
		begin(l, ASSAY_T_PTR, key[i]);
	}
	for (size_t i = 0; i < n; i++)
		name_of(l, list[i], key[i]);
}

void
source_dns_places(struct source_load *l)
{
	struct spf_nets nets;

	for (struct source *f = l->s->first; f != NULL; f = f->next)
		if (l->asn != NULL)
			(void)ipasn_find(l->asn, &f->busiest,
			    &f->place.asn, &f->place.as_name);
	if (!l->has_dns)
		return;
	lay_flat(l, &nets);
	for (struct source *f = l->s->first; f != NULL; f = f->next)
		f->place.listed = spf_nets_find(&nets, &f->busiest,
		    &f->place.include);
	mark_paths(l);
	mark_mx(l);
	ask_names(l);
}
