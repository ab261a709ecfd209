/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.c - what DNS says and said, how old keys are, and how far the
 * domain is on its way to reject.
 */
#include "alerts/alert.h"

#include "wire/day.h"
#include "wire/zone_write.h"

/* ---- a record over time ------------------------------------------------- */

/* Answers of one name and type.  Of several on a day the one that was seen
 * last holds: that is as fine as history is kept. */
struct history {
	struct span name, type;
	struct span now, before;	/* before: absent if never other    */
	int64_t since;			/* moment                           */
	int64_t last;			/* moment it was seen last          */
};

static int64_t
day_of(int64_t moment)
{
	return moment / DAY_SECONDS;
}

/* TXT at the domain itself holds the words of many; SPF alone is ours. */
static struct span
relevant(struct alerts *as, const struct alert_record *r)
{
	struct buf b = arena_buf(as->arena, r->answer.len + 1);
	struct span rest = r->answer;

	if (!span_eq(r->type, SPAN("TXT")) ||
	    !span_ieq(r->name, as->facts->domain.name))
		return r->answer;
	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');

		if (!span_istarts(line, SPAN("v=spf1")))
			continue;
		if (b.len > 0)
			buf_byte(&b, '\n');
		buf_put(&b, line);
	}
	return b.len == 0 ? SPAN("") : buf_span(&b);
}

static void
settle(struct history *h, struct span answer, const struct alert_record *r)
{
	h->last = r->last;
	if (!span_absent(h->now) && span_eq(h->now, answer))
		return;
	h->before = h->now;
	h->now = answer;
	h->since = r->first;
}

/* Reads the group at *i and steps behind it. */
static struct history
history_of(struct alerts *as, size_t *i)
{
	const struct alert_facts *f = as->facts;
	const struct alert_record *first = &f->record[*i], *held = first;
	struct history h = { .name = first->name, .type = first->type };

	for (++*i; *i < f->n_record; ++*i) {
		const struct alert_record *r = &f->record[*i];

		if (!span_eq(r->name, h.name) || !span_eq(r->type, h.type))
			break;
		if (day_of(r->first) != day_of(held->first))
			settle(&h, relevant(as, held), held);
		else if (r->last < held->last)
			continue;
		held = r;
	}
	settle(&h, relevant(as, held), held);
	return h;
}

static bool
is_key(const struct history *h)
{
	return span_search(h->name, SPAN("._domainkey.")) < h->name.len;
}

/* "10 mx.example.org" */
static void
put_mx(struct buf *b, struct span owner, struct span line)
{
	uint64_t preference;

	if (span_u64(span_cut(&line, ' '), UINT16_MAX, &preference))
		zone_write_mx(b, owner, (unsigned)preference, line);
}

/* The lines of a zone that bring back what was. */
static struct span
way_back(struct alerts *as, const struct history *h)
{
	struct span rest = h->before;
	size_t lines = 1;
	bool mx = span_eq(h->type, SPAN("MX"));
	struct buf b;

	if ((!mx && !span_eq(h->type, SPAN("TXT"))) || rest.len == 0)
		return SPAN_NONE;
	for (struct span s = rest; s.len > 0; lines++)
		(void)span_cut(&s, '\n');
	/* each octet may be \DDD, each 255 have quotes and a blank */
	b = arena_buf(as->arena, (h->name.len * 2 + 40) * lines +
	    rest.len * 4 + rest.len / 50);
	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');

		if (mx)
			put_mx(&b, h->name, line);
		else
			zone_write_txt(&b, h->name, line);
	}
	return b.full ? SPAN_NONE : arena_done(as->arena, &b);
}

static void
tell_record(struct alerts *as, const struct history *h)
{
	enum alert_code code = h->now.len == 0 ? ALERT_GONE :
	    h->before.len == 0 ? ALERT_APPEARED : ALERT_CHANGED;
	struct buf about = arena_buf(as->arena, h->name.len + 40);
	struct buf state = arena_buf(as->arena, 40);
	struct alert_words w = { .from = alert_quote(as, h->before),
		.to = alert_quote(as, h->now), .day = day_of(h->since) };
	struct alert *a;

	buf_str(&about, "The ");
	buf_put(&about, span_head(h->type, 16));
	buf_str(&about, is_key(h) ? " (key) of " : " of ");
	buf_put(&about, h->name);
	w.about = arena_done(as->arena, &about);
	day_print(&state, h->since);
	a = alert_add(as, code, SPAN_NONE, &w);
	if (a == NULL)
		return;
	a->state = buf_span(&state);
	a->record = way_back(as, h);
	/* keys come and go by rotation */
	if (is_key(h))
		a->grade = code == ALERT_APPEARED ? GRADE_NOTE : GRADE_WARN;
}

void
alert_records(struct alerts *as)
{
	const struct alert_facts *f = as->facts;

	for (size_t i = 0; i < f->n_record;) {
		struct history h = history_of(as, &i);

		if (!span_absent(h.before) &&
		    day_of(h.since) > f->today - (int64_t)f->days)
			tell_record(as, &h);
	}
}

/* ---- keys --------------------------------------------------------------- */

/* RFC 6376 3.6.1: an empty p= is a revoked key. */
static bool
in_use(const struct history *h)
{
	struct span p = span_skip(h->now, span_search(h->now, SPAN("p=")));
	int c = span_at(span_trim_wsp(span_skip(p, 2)), 0);

	return p.len > 2 && c >= 0 && c != ';';
}

/* What was first seen may have been there before: "at least". */
void
alert_keys(struct alerts *as)
{
	const struct alert_facts *f = as->facts;

	for (size_t i = 0; i < f->n_record;) {
		struct history h = history_of(as, &i);
		int64_t age = f->today - day_of(h.since);
		struct alert_words w = { .about = h.name, .day = f->today,
			.a = (uint64_t)age, .b = ALERT_KEY_DAYS };
		struct buf state = arena_buf(as->arena, 40);
		struct alert *a;

		if (!is_key(&h) || !in_use(&h) ||
		    age < ALERT_KEY_DAYS - ALERT_KEY_NOTICE ||
		    f->today - day_of(h.last) > ALERT_KEY_NOTICE)
			continue;
		a = alert_add(as, age < ALERT_KEY_DAYS ? ALERT_KEY_AGES :
		    ALERT_KEY_AGED, SPAN_NONE, &w);
		day_print(&state, h.since);
		if (a != NULL)
			a->state = buf_span(&state);
	}
}

/* ---- gates -------------------------------------------------------------- */

static void
put_amount(struct buf *b, const struct rollout_gate *g, uint64_t n)
{
	if (span_eq(assay_cstr(g->unit), SPAN("per mille"))) {
		buf_u64(b, n / 10);
		buf_byte(b, '.');
		buf_u64(b, n % 10);
		buf_str(b, " %");
		return;
	}
	buf_u64(b, n);
	buf_byte(b, ' ');
	buf_str(b, g->unit);
}

static struct span
figures(struct alerts *as, const struct rollout_gate *g)
{
	struct buf b = arena_buf(as->arena, 160);

	put_amount(&b, g, g->have);
	buf_str(&b, g->at_least ? ", wanted at least " :
	    ", wanted at most ");
	put_amount(&b, g, g->want);
	return arena_done(as->arena, &b);
}

static struct span
policy_line(struct alerts *as, struct span record)
{
	struct buf name = arena_buf(as->arena, 300);
	struct buf b = arena_buf(as->arena, 700 + record.len * 5);

	if (span_absent(record))
		return SPAN_NONE;
	buf_str(&name, "_dmarc.");
	buf_put(&name, as->facts->domain.name);
	zone_write_txt(&b, buf_span(&name), record);
	return b.full ? SPAN_NONE : arena_done(as->arena, &b);
}

static struct alert *
tell_gate(struct alerts *as, enum alert_code code,
    const struct rollout_gate *g, enum rollout_stage stage)
{
	struct buf id = arena_buf(as->arena, 80);
	struct alert_words w = { .about = assay_cstr(g->name),
		.to = assay_cstr(rollout_stage_name(stage)),
		.from = figures(as, g), .day = as->facts->today,
		.a = g->have, .b = g->want };
	struct buf b = arena_buf(as->arena, DAY_TEXT);
	struct alert *a;

	buf_put(&id, w.to);
	buf_byte(&id, ' ');
	buf_put(&id, w.about);
	a = alert_add(as, code, buf_span(&id), &w);
	day_print(&b, as->facts->today * DAY_SECONDS);
	/* these are changes themselves */
	if (a != NULL && (code == ALERT_GATE_MET || code == ALERT_GATE_LOST))
		a->state = buf_span(&b);
	return a;
}

static void
tell_step(struct alerts *as, const struct rollout_plan *p)
{
	struct alert_words w = { .about = as->facts->domain.name,
		.to = assay_cstr(rollout_stage_name(p->to)),
		.day = as->facts->today };
	struct alert *a = alert_add(as, ALERT_STEP_READY, SPAN(""), &w);

	if (a == NULL)
		return;
	a->state = w.to;
	a->record = policy_line(as, p->next);
}

void
alert_gates(struct alerts *as)
{
	const struct alert_facts *f = as->facts;
	const struct rollout_plan *p = f->plan;

	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n_hold; i++)
		if (p->hold[i].state == GATE_UNMET) {
			struct alert *a = tell_gate(as, ALERT_STEP_BACK,
			    &p->hold[i], p->stage);

			if (a != NULL)
				a->record = policy_line(as, p->back);
		}
	if (p->may_go)
		tell_step(as, p);
	for (size_t i = 0; i < p->n_gate; i++) {
		enum gate_state now = p->gate[i].state;

		if (f->was[i] == GATE_UNMET && now == GATE_MET && !p->may_go)
			(void)tell_gate(as, ALERT_GATE_MET, &p->gate[i],
			    p->to);
		if (f->was[i] == GATE_MET && now == GATE_UNMET)
			(void)tell_gate(as, ALERT_GATE_LOST, &p->gate[i],
			    p->to);
	}
}
