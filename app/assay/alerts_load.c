/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_load.c - sums of the store, day by day, for the rules of alerts. */
#include "alerts_load.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "sources/words.h"
#include "tell_ways.h"
#include "wire/day.h"

enum { LABEL = 120, STEP = 600, LAST_WEEK = 7 };

/* ---- senders ------------------------------------------------------------ */

struct sender {
	struct span id;
	struct source *f;
};

#define PRINTED(l, size, print, ...) __extension__({			\
	struct buf b_ = arena_buf(&(l)->arena, (size));			\
	print(&b_, __VA_ARGS__);					\
	arena_done(&(l)->arena, &b_);					\
})

/* Of a service all its networks are one, as far as they are of one class. */
static struct span
id_of(struct alerts_load *l, const struct source *f)
{
	struct buf b = arena_buf(&l->arena, LABEL + 280);

	if (f->partner == NULL) {
		source_net_print(&b, f);
	} else {
		buf_put(&b, f->partner->group);
		buf_byte(&b, '/');
		buf_str(&b, source_class_name(f->opinion.class));
	}
	return arena_done(&l->arena, &b);
}

static int
by_id(const void *a, const void *b)
{
	const struct sender *x = a, *y = b;
	int order = span_cmp(x->id, y->id);

	if (order != 0)
		return order;
	return x->f->messages < y->f->messages ? 1 :
	    x->f->messages > y->f->messages ? -1 : 0;
}

/* The one with most mail speaks for all of its group. */
static void
begin_group(struct alerts_load *l, struct alert_source *g,
    const struct sender *s)
{
	const struct source *f = s->f;

	*g = (struct alert_source){ .id = s->id, .class = f->opinion.class,
		.first = f->first, .decided = f->opinion.decision != NULL };
	g->label = PRINTED(l, LABEL, source_name_print, f);
	g->net = f->partner != NULL ? f->partner->group :
	    PRINTED(l, LABEL, source_net_print, f);
	if (g->class == SOURCE_MISCONFIGURED)
		g->step = PRINTED(l, STEP, source_step_print, f,
		    l->source.domain);
	/* a name alone does not tell which of its hosts */
	if (f->partner == NULL && !span_eq(g->label, g->net)) {
		struct buf b = arena_buf(&l->arena, 2 * LABEL + 4);

		buf_put(&b, g->label);
		buf_str(&b, " (");
		buf_put(&b, g->net);
		buf_byte(&b, ')');
		g->label = arena_done(&l->arena, &b);
	}
}

static bool
group(struct alerts_load *l)
{
	struct sources *s = l->source.s;
	struct sender *list = calloc(s->n + 1, sizeof(*list));
	size_t n = 0, groups = 0;

	l->of = calloc(s->n + 1, sizeof(struct alert_source *));
	l->group = calloc(s->n + 1, sizeof(*l->group));
	if (list == NULL || l->of == NULL || l->group == NULL) {
		free(list);
		return false;
	}
	for (struct source *f = s->first; f != NULL && n < s->n; f = f->next)
		list[n++] = (struct sender){ id_of(l, f), f };
	qsort(list, n, sizeof(*list), by_id);
	for (size_t i = 0; i < n; i++) {
		struct alert_source *g;

		if (i == 0 || !span_eq(list[i].id, list[i - 1].id))
			begin_group(l, &l->group[groups++], &list[i]);
		g = &l->group[groups - 1];
		g->messages += list[i].f->messages;
		g->passed += list[i].f->passed;
		if (list[i].f->first < g->first)
			g->first = list[i].f->first;
		if (list[i].f->number < s->n)
			l->of[list[i].f->number] = g;
	}
	free(list);
	l->facts.source = l->group;
	l->facts.n_source = groups;
	return !l->arena.failed;
}

/* ---- day by day --------------------------------------------------------- */

static struct alert_flow *
flow_of(struct alerts_load *l, struct span reporter)
{
	size_t i = 0;

	for (; i < l->facts.n_flow; i++)
		if (span_eq(l->flow[i].name, reporter))
			return &l->flow[i];
	if (i == ALERTS_FLOWS)
		return &l->flow[i - 1];
	l->facts.n_flow++;
	l->flow[i].name = i == ALERTS_FLOWS - 1 ? SPAN("(others)") :
	    arena_dup(&l->arena, reporter);
	return &l->flow[i];
}

static bool
is_own(enum source_class c)
{
	return c == SOURCE_OURS || c == SOURCE_MISCONFIGURED ||
	    c == SOURCE_SERVICE || c == SOURCE_SHADOW;
}

static void
count(struct alerts_load *l, const struct source_row *row,
    struct alert_source *g)
{
	size_t i = (size_t)(row->day - l->source.day_from);
	struct alert_flow *flow = flow_of(l, row->reporter);
	bool passed = row->dkim == AGGREGATE_ALIGNED_PASS ||
	    row->spf == AGGREGATE_ALIGNED_PASS;

	if (row->day < l->source.day_from || i >= ALERT_DAYS)
		return;
	flow->told[i] = true;
	if (l->facts.first_report == 0 || row->day < l->facts.first_report)
		l->facts.first_report = row->day;
	if (g == NULL)
		return;
	g->day[i] += row->messages;
	if (i >= ALERT_DAYS - LAST_WEEK) {
		g->week += row->messages;
		g->week_failed += passed ? 0 : row->messages;
	}
	if (is_own(g->class))
		flow->ours[i] += row->messages;
	if (is_own(g->class) && !passed)
		flow->failed[i] += row->messages;
	if (g->class == SOURCE_HOSTILE)
		flow->hostile[i] += row->messages;
}

static bool
days(struct alerts_load *l)
{
	struct source_rows r;

	l->flow = calloc(ALERTS_FLOWS, sizeof(*l->flow));
	l->facts.flow = l->flow;
	if (l->flow == NULL || !source_rows_begin(&r, &l->source))
		return false;
	while (source_rows_next(&r)) {
		const struct source *f = sources_find(l->source.s, &r.row);

		count(l, &r.row, f != NULL && f->number < l->source.s->n ?
		    l->of[f->number] : NULL);
	}
	return source_rows_end(&r) && !l->arena.failed;
}

/* ---- how far ------------------------------------------------------------ */

/* What DNS does not tell is not guessed: then there is no plan. */
static int
plan(struct alerts_load *l, struct span domain)
{
	int status;

	if (l->offline || l->source.dns_failed)
		return 0;
	l->month = (struct source_load){ .settings = l->settings,
		.file = l->file, .store = l->store,
		.day_from = l->facts.today - ROLLOUT_FIGURES + 1,
		.day_to = l->facts.today };
	status = source_load(&l->month, domain);
	if (status == 0 && !l->month.dns_failed)
		status = rollout_load(&l->figures, &l->record, &l->month);
	if (status != 0 || l->month.dns_failed)
		return status;
	rollout_plan(&l->plan, &l->figures, &l->arena);
	l->facts.plan = &l->plan;
	for (size_t i = 0; i < l->plan.n_gate; i++)
		l->facts.was[i] = alert_gate_was(alert_told_last(l->told,
		    l->n_told, alert_gate_key(&l->facts, &l->plan.gate[i],
		    &l->arena)));
	return 0;
}

/* ---- all of it ---------------------------------------------------------- */

static int
failed(const struct alerts_load *l)
{
	if (!l->arena.failed && store_why(l->store)->status != STORE_OK)
		return store_file_wrong(l->file->path, store_why(l->store));
	fprintf(stderr, "assay: not enough memory for so many sources\n");
	return EXIT_TEMPORARY;
}

int
alerts_load(struct alerts_load *l, struct span domain)
{
	int64_t today = l->now / 1000000 / DAY_SECONDS;
	int status;

	arena_init(&l->arena, LIMIT_SOURCES_MEMORY);
	l->source = (struct source_load){ .settings = l->settings,
		.file = l->file, .store = l->store,
		.day_from = today - ALERT_DAYS + 1, .day_to = today,
		.offline = l->offline };
	status = source_load(&l->source, domain);
	if (status != 0)
		return status;
	l->facts = (struct alert_facts){ .domain = l->source.domain,
		.today = today, .days = l->days };
	if (!group(l) || !days(l) || !alerts_told(l) ||
	    !alerts_records_load(l))
		return failed(l);
	status = plan(l, domain);
	if (status != 0)
		return status;
	return alerts_find(&l->alerts, &l->facts, &l->arena) ? 0 : failed(l);
}

void
alerts_load_free(struct alerts_load *l)
{
	source_load_free(&l->source);
	if (l->month.settings != NULL)
		source_load_free(&l->month);
	arena_free(&l->arena);
	free(l->of);
	free(l->group);
	free(l->flow);
	free(l->told);
}

int64_t
alerts_told_at(const struct alerts_load *l, const struct alert *a)
{
	const struct alert_told *last = alert_told_last(l->told, l->n_told,
	    a->key);
	ROOM(room, 1024);
	struct buf key = BUF_ON(room);

	if (!alert_is_news(a, last) || l->via < 0)
		return alert_is_news(a, last) ? 0 : last->at;
	tell_way_key(&key, a->key, (enum tell_way)l->via);
	last = alert_told_last(l->told, l->n_told, buf_span(&key));
	return key.full || alert_is_news(a, last) ? 0 : last->at;
}
