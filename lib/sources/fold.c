/* SPDX-License-Identifier: Apache-2.0 */
/* fold.c - rows of reports gathered into sources. */
#include "sources/fold.h"

#include "base/limits.h"
#include "wire/addr.h"

/* Kinds of sums. */
enum { K_NAME = 0, K_SOURCE, K_DAY, K_REPORTER, K_ADDRESS };

struct sources *
sources_new(const struct source_ground *ground, struct arena *a)
{
	struct sources *s = arena_alloc(a, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->arena = a;
	s->ground = *ground;
	s->end = &s->first;
	sums_init(&s->sums, a, s->ground.secret);
	s->bucket = arena_array(a, SOURCES_BUCKETS, sizeof(struct source *));
	s->name = arena_array(a, SOURCES_BUCKETS,
	    sizeof(struct source_name *));
	return a->failed ? NULL : s;
}

/* ---- what a row proves -------------------------------------------------- */

struct proven {
	const struct source_name *partner;
	bool dkim_ours, dkim_broken, spf_ours, spf_failed;
	bool dkim_theirs, spf_theirs, spf_partner;
};

/* A name in the table of services says more than one that is not; a
 * signature says more than a return path. */
static void
partner(struct proven *p, const struct source_name *n)
{
	if (p->partner == NULL ||
	    (p->partner->service == NULL && n->service != NULL))
		p->partner = n;
}

static void
signatures(struct sources *s, const struct source_row *row,
    struct proven *p)
{
	bool told = false;

	for (size_t i = 0; i < row->n_dkim; i++) {
		const struct source_name *d = sources_name(s,
		    row->auth_dkim[i].domain);
		enum aggregate_result r = row->auth_dkim[i].result;

		if (d == NULL)
			continue;
		told = told || d->ours;
		if (d->ours && r == AGGREGATE_R_PASS)
			p->dkim_ours = true;
		else if (d->ours && r != AGGREGATE_R_NONE)
			p->dkim_broken = true;
		else if (!d->ours && r == AGGREGATE_R_PASS) {
			p->dkim_theirs = true;
			partner(p, d);
		}
	}
	/* Some leave our signature out and tell only how it ended.  Where it
	 * is told, raw results count: some wrote them into the aligned ones,
	 * before they looked at alignment. */
	if (row->dkim == AGGREGATE_ALIGNED_PASS && !told)
		p->dkim_ours = true;
	if (p->dkim_ours)
		p->dkim_broken = false;
}

static void
paths(struct sources *s, const struct source_row *row, struct proven *p)
{
	bool told = false;

	for (size_t i = 0; i < row->n_spf; i++) {
		const struct source_name *d = sources_name(s,
		    row->auth_spf[i].domain);
		bool pass = row->auth_spf[i].result == AGGREGATE_R_PASS;

		if (d == NULL || row->auth_spf[i].scope == AGGREGATE_HELO)
			continue;
		told = true;
		if (d->ours && pass)
			p->spf_ours = true;
		else if (d->ours)
			p->spf_failed = true;
		else if (pass) {
			p->spf_theirs = true;
			partner(p, d);
		}
	}
	if (row->spf == AGGREGATE_ALIGNED_PASS && !told)
		p->spf_ours = true;
	if (p->spf_ours)
		p->spf_failed = false;
}

static bool
same_owner(const struct source_name *a, const struct source_name *b)
{
	return span_eq(a->group, b->group) ||
	    (a->service != NULL && a->service == b->service);
}

/* A return path of whoever signed, too: forwarding keeps the signature of
 * another and has a path of its own. */
static void
partner_path(struct sources *s, const struct source_row *row,
    struct proven *p)
{
	for (size_t i = 0; i < row->n_spf && p->partner != NULL; i++) {
		const struct aggregate_spf *r = &row->auth_spf[i];
		const struct source_name *d = sources_name(s, r->domain);

		if (d != NULL && r->result == AGGREGATE_R_PASS &&
		    r->scope != AGGREGATE_HELO && same_owner(d, p->partner))
			p->spf_partner = true;
	}
}

static struct proven
prove(struct sources *s, const struct source_row *row)
{
	struct proven p = { .partner = NULL };

	signatures(s, row, &p);
	paths(s, row, &p);
	partner_path(s, row, &p);
	return p;
}

/* ---- which source ------------------------------------------------------- */

/* The first bits bits of an address, the others zero. */
static struct assay_addr
network(const struct assay_addr *a, unsigned bits)
{
	ROOM(room, 16);
	struct buf b = BUF_ON(room);
	struct span octets = addr_octets(a);
	struct assay_addr net = { .family = 0 };

	buf_put(&b, span_head(octets, bits / 8));
	while (b.len < octets.len)
		buf_byte(&b, 0);
	(void)addr_of(&net, buf_span(&b));
	return net;
}

static unsigned
bits_of(const struct assay_addr *a, bool pooled)
{
	if (a->family == 6)	/* a subscriber has a /64 at least */
		return pooled ? 48 : 64;
	return pooled ? 24 : 32;
}

/* Names of one owner are one partner; who is known, by what is known. */
static bool
same_partner(const struct source_name *a, const struct source_name *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return span_eq(a->group, b->group);
}

/* What a row belongs to: the key of a source. */
struct key {
	struct assay_addr net;
	unsigned bits;
	enum source_hold hold;
	struct source **bucket;
};

static struct key
key_of(struct sources *s, const struct source_row *row,
    const struct proven *p)
{
	struct key k = { .bits = bits_of(&row->source, p->partner != NULL) };

	k.net = network(&row->source, k.bits);
	if (p->partner != NULL)
		k.hold = p->dkim_ours ? SOURCE_H_DKIM : p->spf_ours ?
		    SOURCE_H_SPF : SOURCE_H_NOT;
	k.bucket = s->bucket + (sums_key(&s->sums, K_SOURCE, k.bits,
	    addr_octets(&k.net)) & (SOURCES_BUCKETS - 1));
	return k;
}

static struct source *
find(const struct key *k, const struct proven *p)
{
	struct source *f = *k->bucket;

	while (f != NULL && (f->bits != k->bits || f->hold != k->hold ||
	    !addr_eq(&f->net, &k->net) ||
	    !same_partner(f->partner, p->partner)))
		f = f->chain;
	return f;
}

static struct source *
source_of(struct sources *s, const struct source_row *row,
    const struct proven *p)
{
	struct key k = key_of(s, row, p);
	struct source *f = find(&k, p);

	if (f != NULL) {
		if (f->partner != NULL && f->partner->service == NULL)
			f->partner = p->partner;
		return f;
	}
	if (s->n >= LIMIT_SOURCES)
		return NULL;
	f = arena_alloc(s->arena, sizeof(*f));
	if (f == NULL)
		return NULL;
	*f = (struct source){ .net = k.net, .bits = k.bits, .hold = k.hold,
		.partner = p->partner, .number = s->n, .chain = *k.bucket };
	*k.bucket = f;
	*s->end = f;
	s->end = &f->next;
	s->n++;
	return f;
}

/* ---- what is added to it ------------------------------------------------ */

static void
add_sig(struct source *f, const struct source_name *d, struct span selector,
    enum aggregate_result r, uint64_t n)
{
	size_t i = 0;

	while (i < f->n_sig && (f->sig[i].d != d ||
	    !span_ieq(f->sig[i].s, selector)))
		i++;
	if (i == SOURCE_SIGS)
		return;
	if (i == f->n_sig) {
		f->sig[i] = (struct source_sig){ .d = d, .s = selector };
		f->n_sig++;
	}
	if (r == AGGREGATE_R_PASS)
		f->sig[i].pass += n;
	else
		f->sig[i].fail += n;
}

static void
add_sigs(struct sources *s, struct source *f, const struct source_row *row)
{
	for (size_t i = 0; i < row->n_dkim; i++) {
		const struct aggregate_dkim *k = &row->auth_dkim[i];
		const struct source_name *d = sources_name(s, k->domain);
		const struct source_name *sel = sources_name(s, k->selector);

		if (d != NULL && k->result != AGGREGATE_R_NONE)
			add_sig(f, d, sel == NULL ? SPAN_NONE :
			    sel->name.name, k->result, row->messages);
	}
}

static void
add_paths(struct sources *s, struct source *f, const struct source_row *row)
{
	for (size_t i = 0; i < row->n_spf; i++) {
		const struct source_name *d = sources_name(s,
		    row->auth_spf[i].domain);
		size_t k = 0;

		if (d == NULL)
			continue;
		if (row->auth_spf[i].scope == AGGREGATE_HELO) {
			f->helo = d;
			continue;
		}
		while (k < f->n_path && f->path[k].d != d)
			k++;
		if (k == SOURCE_PATHS)
			continue;
		if (k == f->n_path)
			f->path[f->n_path++].d = d;
		if (row->auth_spf[i].result == AGGREGATE_R_PASS)
			f->path[k].pass += row->messages;
		else
			f->path[k].fail += row->messages;
	}
}

static void
add_from(struct sources *s, struct source *f, const struct source_row *row)
{
	const struct source_name *n = sources_name(s, row->header_from);
	size_t k = 0;

	if (n == NULL)
		return;
	f->to_nowhere += n->missing ? row->messages : 0;
	f->to_parked += n->parked ? row->messages : 0;
	while (k < f->n_from && f->from[k].name != n)
		k++;
	if (k == SOURCE_FROMS)
		return;
	if (k == f->n_from)
		f->from[f->n_from++].name = n;
	f->from[k].messages += row->messages;
}

static void
add_days(struct sources *s, struct source *f, const struct source_row *row)
{
	int64_t from = s->ground.day_from, span = s->ground.day_to - from + 1;
	uint64_t sum = sums_add(&s->sums, sums_key(&s->sums, K_DAY,
	    f->number << 32 | (uint32_t)row->day, SPAN_NONE), row->messages);

	f->days += sum == row->messages;
	if (sum > f->peak)
		f->peak = sum;
	if (f->messages == 0 || row->day < f->first)
		f->first = row->day;
	if (f->messages == 0 || row->day > f->last)
		f->last = row->day;
	if (row->day >= from && row->day < from + span)
		f->part[(row->day - from) * SOURCE_PARTS / span] +=
		    row->messages;
}

static void
add_addresses(struct sources *s, struct source *f,
    const struct source_row *row)
{
	uint64_t sum = sums_add(&s->sums, sums_key(&s->sums, K_ADDRESS,
	    f->number, addr_octets(&row->source)), row->messages);

	f->addresses += sum == row->messages;
	if (sum > f->busiest_messages) {
		f->busiest_messages = sum;
		f->busiest = row->source;
	}
	f->reporters += sums_add(&s->sums, sums_key(&s->sums, K_REPORTER,
	    f->number, row->reporter), row->messages) == row->messages;
}

static bool
said_forwarded(const struct source_row *row)
{
	return row->arc || (row->why & (1u << AGGREGATE_FORWARDED |
	    1u << AGGREGATE_MAILING_LIST |
	    1u << AGGREGATE_TRUSTED_FORWARDER)) != 0;
}

static void
add(struct sources *s, struct source *f, const struct source_row *row,
    const struct proven *p)
{
	uint64_t n = row->messages;

	add_days(s, f, row);
	add_addresses(s, f, row);
	add_sigs(s, f, row);
	add_paths(s, f, row);
	add_from(s, f, row);
	f->passed += row->dkim == AGGREGATE_ALIGNED_PASS ||
	    row->spf == AGGREGATE_ALIGNED_PASS ? n : 0;
	f->dkim_ours += p->dkim_ours ? n : 0;
	f->dkim_broken += p->dkim_broken ? n : 0;
	f->spf_ours += p->spf_ours ? n : 0;
	f->spf_failed += p->spf_failed ? n : 0;
	f->spf_theirs += p->spf_theirs ? n : 0;
	f->spf_partner += p->spf_partner ? n : 0;
	f->dkim_theirs += p->dkim_theirs ? n : 0;
	f->said_forwarded += said_forwarded(row) ? n : 0;
	f->refused += row->disposition == AGGREGATE_QUARANTINE ||
	    row->disposition == AGGREGATE_REJECT ? n : 0;
	f->messages += n;
}

struct source *
sources_find(struct sources *s, const struct source_row *row)
{
	struct source_row r = *row;
	struct proven p = prove(s, &r);
	struct key k;

	r.source = addr_unmap(&row->source);
	k = key_of(s, &r, &p);
	return find(&k, &p);
}

bool
sources_add(struct sources *s, const struct source_row *row)
{
	struct source_row r = *row;
	struct proven p;
	struct source *f;

	if (r.messages == 0)
		return true;
	r.source = addr_unmap(&row->source);
	p = prove(s, &r);
	f = source_of(s, &r, &p);
	if (s->arena->failed)
		return false;
	s->messages += r.messages;
	if (f == NULL)
		s->left_out += r.messages;
	else
		add(s, f, &r, &p);
	return !s->arena->failed;
}
