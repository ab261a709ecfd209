/* SPDX-License-Identifier: Apache-2.0 */
/* spf_nets.c - an SPF record laid flat. */
#include "sources/spf_nets.h"

#include "base/limits.h"
#include "check/spf_record.h"
#include "wire/addr.h"

enum {
	ANYONE4 = 8,	/* a network wider than a /8 or a /20 of IPv6 names */
	ANYONE6 = 20	/* nobody: it is what an RIR hands out              */
};

void
spf_nets_begin(struct spf_nets *n, const struct source_own *own,
    size_t n_own, struct arena *a)
{
	*n = (struct spf_nets){ .arena = a, .own = own, .n_own = n_own };
}

static bool
is_own(const struct spf_nets *n, struct domain d)
{
	for (size_t i = 0; i < n->n_own; i++)
		if (domain_within(d, n->own[i].name))
			return true;
	return false;
}

static void
put_question(struct spf_nets *n, uint16_t type, struct domain name,
    const struct spf_todo *of)
{
	struct spf_todo *t;

	if (n->asked >= LIMIT_SPF_FLAT || of->depth > LIMIT_SPF_DEPTH) {
		n->untold = true;
		return;
	}
	t = arena_alloc(n->arena, sizeof(*t));
	if (t == NULL)
		return;
	*t = *of;
	t->q = (struct assay_question){ ASSAY_Q_DNS, type,
	    arena_dup(n->arena, name.name) };
	t->next = n->todo;
	n->todo = t;
	n->asked++;
}

void
spf_nets_add(struct spf_nets *n, struct domain name)
{
	struct spf_todo first = { .depth = 0 };

	put_question(n, ASSAY_T_TXT, name, &first);
}

const struct assay_question *
spf_nets_question(const struct spf_nets *n)
{
	return n->todo == NULL ? NULL : &n->todo->q;
}

/* ---- what is found ------------------------------------------------------ */

static void
add_net(struct spf_nets *n, const struct assay_addr *net, unsigned bits,
    struct domain include)
{
	struct spf_net_row *r;

	if (bits < (net->family == 4 ? ANYONE4 : ANYONE6)) {
		n->anyone = true;
		return;
	}
	if (n->n >= LIMIT_SPF_NETS) {
		n->untold = true;
		return;
	}
	r = arena_alloc(n->arena, sizeof(*r));
	if (r == NULL)
		return;
	*r = (struct spf_net_row){ *net, bits, include, n->first };
	n->first = r;
	n->n++;
}

static void
add_term(struct spf_nets *n, const struct spf_term *term,
    const struct spf_todo *of)
{
	ROOM(room, 16);
	struct buf b = BUF_ON(room);
	struct assay_addr net = { .family = 0 };

	if (term->kind == SPF_IP4) {
		buf_u32(&b, term->net4);
	} else if (term->net6 != NULL) {
		buf_be64(&b, term->net6->high);
		buf_be64(&b, term->net6->low);
	}
	if (addr_of(&net, buf_span(&b)))
		add_net(n, &net, term->kind == SPF_IP4 ? term->cidr4 :
		    term->cidr6, of->include);
}

/* ---- terms -------------------------------------------------------------- */

/* Whose word the record at name is: of the domain, or of somebody else. */
static struct domain
word_of(const struct spf_nets *n, struct domain name,
    const struct spf_todo *of)
{
	if (!domain_absent(of->include) || is_own(n, name))
		return of->include;
	return name;
}

static void
follow(struct spf_nets *n, const struct spf_spec *spec, uint16_t type,
    const struct spf_term *term, const struct spf_todo *of)
{
	struct spf_todo next = *of;
	struct domain name = { of->q.key };

	if (spec != NULL)
		name.name = spec->name;
	if (span_absent(name.name)) {
		n->untold = true;	/* macros */
		return;
	}
	if (type == ASSAY_T_TXT) {
		name.name = arena_dup(n->arena, name.name);
		next.include = word_of(n, name, of);
		next.depth++;
	}
	if (term != NULL) {
		next.bits4 = term->cidr4;
		next.bits6 = term->cidr6;
	}
	put_question(n, type, name, &next);
}

static void
take_term(struct spf_nets *n, const struct spf_term *term,
    const struct spf_todo *of)
{
	if (term->result != ASSAY_PASS)
		return;
	switch ((enum spf_kind)term->kind) {
	case SPF_ALL:
		n->anyone = true;
		return;
	case SPF_INCLUDE:
		follow(n, term->spec, ASSAY_T_TXT, NULL, of);
		return;
	case SPF_A:
		follow(n, term->spec, ASSAY_T_A, term, of);
		follow(n, term->spec, ASSAY_T_AAAA, term, of);
		return;
	case SPF_MX:
		follow(n, term->spec, ASSAY_T_MX, term, of);
		return;
	case SPF_IP4:
	case SPF_IP6:
		add_term(n, term, of);
		return;
	case SPF_PTR:
	case SPF_EXISTS:
		n->untold = true;
		return;
	}
}

static void
take_record(struct spf_nets *n, struct span text, const struct spf_todo *of)
{
	const struct spf_record *rec = spf_record_parse(text, n->arena);

	if (rec == NULL)
		return;
	n->found = n->found || of->depth == 0;
	if (rec->flaw != 0) {
		n->untold = true;
		return;
	}
	for (size_t i = 0; i < rec->n; i++)
		take_term(n, &rec->term[i], of);
	if (rec->redirect != NULL && !rec->has_all)
		follow(n, rec->redirect, ASSAY_T_TXT, NULL, of);
}

/* ---- answers ------------------------------------------------------------ */

static void
take_txt(struct spf_nets *n, const struct assay_answer *a,
    struct spf_todo *of)
{
	struct domain canonical = { a->canonical };

	/* a name of ours that is a CNAME: whoever it points to writes it */
	if (canonical.name.len > 0) {
		canonical.name = arena_dup(n->arena, canonical.name);
		of->include = word_of(n, canonical, of);
	}
	for (size_t i = 0; i < a->n_item; i++)
		if (spf_is_record(a->item[i]))
			take_record(n, arena_dup(n->arena, a->item[i]), of);
}

static void
take_mx(struct spf_nets *n, const struct assay_answer *a,
    const struct spf_todo *of)
{
	for (size_t i = 0; i < a->n_item && i < LIMIT_SPF_MX; i++) {
		struct domain host = { span_skip(a->item[i], 2) };

		if (host.name.len < 2)
			continue;
		put_question(n, ASSAY_T_A, host, of);
		put_question(n, ASSAY_T_AAAA, host, of);
	}
}

void
spf_nets_answer(struct spf_nets *n, const struct assay_answer *a)
{
	struct spf_todo of = *n->todo;
	struct assay_addr addr;

	n->todo = n->todo->next;
	if (a->kind == ASSAY_A_TEMPFAIL || a->kind == ASSAY_A_BOGUS ||
	    a->kind == ASSAY_A_UNKNOWN)
		n->failed = true;
	if (a->kind != ASSAY_A_DATA)
		return;
	if (of.q.type == ASSAY_T_TXT)
		take_txt(n, a, &of);
	else if (of.q.type == ASSAY_T_MX)
		take_mx(n, a, &of);
	for (size_t i = 0; i < a->n_item && (of.q.type == ASSAY_T_A ||
	    of.q.type == ASSAY_T_AAAA); i++)
		if (addr_of(&addr, a->item[i]))
			add_net(n, &addr, addr.family == 4 ? of.bits4 :
			    of.bits6, of.include);
}

enum source_listed
spf_nets_find(const struct spf_nets *n, const struct assay_addr *a,
    struct domain *include)
{
	enum source_listed best = n->failed || n->untold ? SOURCE_L_UNKNOWN :
	    SOURCE_L_NO;

	*include = (struct domain){ SPAN_NONE };
	for (const struct spf_net_row *r = n->first; r != NULL; r = r->next) {
		if (!addr_within(a, &r->net, r->bits))
			continue;
		if (domain_absent(r->include)) {
			*include = r->include;
			return SOURCE_L_DIRECT;
		}
		best = SOURCE_L_INCLUDE;
		*include = r->include;
	}
	return best;
}
