/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerts_dns.c - the records of a domain now and before, and what was told.
 */
#include "alerts_load.h"

#include <stdlib.h>
#include <string.h>

#include "report_cells.h"
#include "wire/day.h"

enum {
	ANSWER = 4000,		/* octets of the records of a name kept: a
				 * key has 800                              */
	ITEMS = 64		/* records of a name                        */
};

/* ---- now ---------------------------------------------------------------- */

static int
by_octets(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return span_cmp(*x, *y);
}

/* MX: "10 mx.example.org"; line ends within a text are blanks. */
static void
put_item(struct buf *b, uint16_t type, struct span item)
{
	if (type == ASSAY_T_MX) {
		buf_u64(b, (uint64_t)(span_at(item, 0) << 8 |
		    span_at(item, 1)));
		buf_byte(b, ' ');
		item = span_skip(item, 2);
	}
	for (size_t i = 0; i < item.len; i++)
		buf_byte(b, item.ptr[i] == '\n' ? ' ' : item.ptr[i]);
}

/* In a fixed order, one a line.  Absent: too much to be kept. */
static struct span
text_of(struct alerts_load *l, uint16_t type, const struct assay_answer *a)
{
	struct span item[ITEMS];
	struct buf b = arena_buf(&l->arena, ANSWER);

	if (a->n_item > ITEMS)
		return SPAN_NONE;
	for (size_t i = 0; i < a->n_item; i++)
		item[i] = a->item[i];
	qsort(item, a->n_item, sizeof(item[0]), by_octets);
	for (size_t i = 0; i < a->n_item; i++) {
		if (i > 0)
			buf_byte(&b, '\n');
		put_item(&b, type, item[i]);
	}
	if (b.full)
		return SPAN_NONE;
	return b.len == 0 ? SPAN("") : arena_done(&l->arena, &b);
}

static void
ask(struct alerts_load *l, uint16_t type, const char *prefix,
    struct span name)
{
	struct assay_oracle *dns = &l->source.dns;
	struct buf b = arena_buf(&l->arena, 300);
	struct assay_answer a = { .kind = ASSAY_A_TEMPFAIL };
	struct assay_question q = { ASSAY_Q_DNS, type, SPAN_NONE };
	struct span text;

	buf_str(&b, prefix);
	buf_put(&b, name);
	q.key = arena_done(&l->arena, &b);
	if (b.full || l->n_answer == ALERTS_NAMES)
		return;
	if (dns->start != NULL)
		dns->start(dns->self);
	if (dns->ask(dns->self, &q, &a) != ASSAY_OK)
		return;
	if (a.kind == ASSAY_A_NODATA || a.kind == ASSAY_A_NXDOMAIN)
		a.n_item = 0;
	else if (a.kind != ASSAY_A_DATA)
		return;		/* no answer is no change */
	text = text_of(l, type, &a);
	if (!span_absent(text))
		l->answer[l->n_answer++] = (struct alerts_answer){ q.key,
			type == ASSAY_T_MX ? SPAN("MX") : SPAN("TXT"), text };
}

static void
ask_once(struct alerts_load *l, struct span name)
{
	for (size_t i = 0; i < l->n_answer; i++)
		if (span_eq(l->answer[i].name, name))
			return;
	ask(l, ASSAY_T_TXT, "", name);
}

/* A key that signed mail of ours. */
static void
ask_key(struct alerts_load *l, const struct source_sig *sig)
{
	struct buf b = arena_buf(&l->arena, 300);
	struct domain d;

	buf_put(&b, sig->s);
	buf_str(&b, "._domainkey.");
	buf_put(&b, sig->d->name.name);
	if (b.full || !domain_parse(&d, arena_done(&l->arena, &b), true,
	    &l->arena))
		return;
	ask_once(l, d.name);
}

static void
ask_all(struct alerts_load *l)
{
	struct span name = l->source.domain.name;

	ask(l, ASSAY_T_TXT, "", name);
	ask(l, ASSAY_T_MX, "", name);
	ask(l, ASSAY_T_TXT, "_dmarc.", name);
	ask(l, ASSAY_T_TXT, "_mta-sts.", name);
	ask(l, ASSAY_T_TXT, "_smtp._tls.", name);
	ask(l, ASSAY_T_TXT, "default._bimi.", name);
	for (const struct source *f = l->source.s->first; f != NULL;
	    f = f->next)
		for (size_t i = 0; i < f->n_sig; i++)
			if (f->sig[i].d->ours && f->sig[i].pass > 0 &&
			    !span_absent(f->sig[i].s) &&
			    domain_within(f->sig[i].d->name,
			    l->source.domain))
				ask_key(l, &f->sig[i]);
	/* and those that were there: is an old one still? */
	for (size_t i = 0; i < l->facts.n_record; i++)
		if (span_search(l->facts.record[i].name,
		    SPAN("._domainkey.")) < l->facts.record[i].name.len)
			ask_once(l, l->facts.record[i].name);
}

/* ---- before ------------------------------------------------------------- */

/* "2026-03-01T12:34:56.789Z" as microseconds. */
static int64_t
moment(struct span s)
{
	static const struct { size_t at, n; int64_t unit; } part[] = {
		{ 11, 2, 3600000000 }, { 14, 2, 60000000 },
		{ 17, 2, 1000000 }, { 20, 3, 1000 },
	};
	int64_t t;
	uint64_t v;

	if (!day_parse(&t, span_head(s, DAY_TEXT)))
		return 0;
	t *= 1000000;
	for (size_t i = 0; i < 4; i++)
		if (span_u64(span_slice(s, part[i].at, part[i].at +
		    part[i].n), 999, &v))
			t += (int64_t)v * part[i].unit;
	return t;
}

static int
by_name(const void *a, const void *b)
{
	const struct alert_record *x = a, *y = b;
	int order = span_cmp(x->name, y->name);

	if (order == 0)
		order = span_cmp(x->type, y->type);
	if (order == 0)
		order = x->first < y->first ? -1 : x->first > y->first;
	return order;
}

struct records { struct alert_record *v; size_t n, cap; };

static bool
add(struct alerts_load *l, struct records *r, struct alert_record rec)
{
	if (r->n == r->cap) {
		struct alert_record *bigger;

		r->cap = r->cap * 2 + 256;
		bigger = arena_array(&l->arena, r->cap, sizeof(*bigger));
		if (bigger == NULL)
			return false;
		if (r->n > 0)
			memcpy(bigger, r->v, r->n * sizeof(*bigger));
		r->v = bigger;
	}
	r->v[r->n++] = rec;
	return true;
}

static bool
take_record(struct alerts_load *l, struct records *r,
    const struct store_cell *c, size_t n)
{
	return add(l, r, (struct alert_record){
	    arena_dup(&l->arena, report_text(c, n, "name")),
	    arena_dup(&l->arena, report_text(c, n, "type")),
	    arena_dup(&l->arena, report_text(c, n, "answer")),
	    moment(report_text(c, n, "first")) / 1000000,
	    moment(report_text(c, n, "last")) / 1000000 });
}

static bool
load(struct alerts_load *l, struct records *r)
{
	struct store_ask ask = { .domain = l->source.domain.name,
		.day_from = l->facts.today - ALERTS_HISTORY,
		.day_to = l->facts.today };
	struct store_cursor *c = store_list(l->store, STORE_L_DNS, &ask);
	const struct store_cell *cells;
	size_t n;

	while (c != NULL && store_list_next(c, &cells, &n))
		if (!take_record(l, r, cells, n))
			break;
	return c != NULL && store_cursor_end(c) && !l->arena.failed;
}

bool
alerts_records_load(struct alerts_load *l)
{
	struct records r = { .n = 0 };
	int64_t now = l->now / 1000000;

	if (!load(l, &r))
		return false;
	l->facts.record = r.v;
	l->facts.n_record = r.n;
	if (l->source.has_dns && !l->source.dns_failed)
		ask_all(l);
	for (size_t i = 0; i < l->n_answer; i++)
		if (!add(l, &r, (struct alert_record){ l->answer[i].name,
		    l->answer[i].type, l->answer[i].answer, now, now }))
			break;
	if (r.n > 0)
		qsort(r.v, r.n, sizeof(*r.v), by_name);
	l->facts.record = r.v;
	l->facts.n_record = r.n;
	return !l->arena.failed;
}

/* ---- what was told ------------------------------------------------------ */

bool
alerts_told(struct alerts_load *l)
{
	struct store_ask ask = { .domain = l->source.domain.name };
	struct store_cursor *c = store_list(l->store, STORE_L_ALERTS, &ask);
	const struct store_cell *cells;
	size_t n, cap = 0;

	while (c != NULL && store_list_next(c, &cells, &n)) {
		if (l->n_told == cap) {
			struct alert_told *bigger;

			cap = cap * 2 + 256;
			bigger = realloc(l->told, cap * sizeof(*bigger));
			if (bigger == NULL)
				break;
			l->told = bigger;
		}
		l->told[l->n_told++] = (struct alert_told){
			arena_dup(&l->arena, report_text(cells, n, "key")),
			arena_dup(&l->arena, report_text(cells, n, "state")),
			moment(report_text(cells, n, "at")) };
	}
	return c != NULL && store_cursor_end(c) && !l->arena.failed;
}
