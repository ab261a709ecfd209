/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats_json.c - counters as they are named in stats.def: a number, or where
 * labels tell numbers apart an object of objects.  Times are microseconds.
 */
#include "stats_json.h"

#include <stdio.h>
#include <string.h>

static void
key(struct jw *w, const struct stats_row *row)
{
	char name[64];
	bool micros = strcmp(row->unit, "seconds") == 0;

	snprintf(name, sizeof(name), "%s%s%s", row->name,
	    row->unit[0] != '\0' ? "_" : "", micros ? "us" : row->unit);
	jw_key(w, name);
}

/* Rows whose labels are two have the first one as an object of the second:
 * the numbers of one first label stand together. */
static void
numbers(struct jw *w, const struct stats_row *row, const uint64_t *v)
{
	const char *open = NULL;

	jw_object(w);
	for (unsigned i = 0; i < row->n; i++) {
		struct stats_label l = stats_label(row->labels, i);

		if (l.name[1] == NULL) {
			jw_put_u64(w, l.value[0], v[i]);
			continue;
		}
		if (open == NULL || strcmp(open, l.value[0]) != 0) {
			if (open != NULL)
				jw_end_object(w);
			open = l.value[0];
			jw_key(w, open);
			jw_object(w);
		}
		if (v[i] > 0)
			jw_put_u64(w, l.value[1], v[i]);
	}
	if (open != NULL)
		jw_end_object(w);
	jw_end_object(w);
}

static void
rows(struct jw *w, const struct stats_row *row, size_t n, const uint64_t *v)
{
	jw_object(w);
	for (size_t i = 0; i < n; i++) {
		if (row[i].labels == STAT_L_PROCESS ||
		    row[i].labels == STAT_L_COMPARED)
			continue;
		key(w, &row[i]);
		if (row[i].labels == STAT_L_NONE)
			jw_u64(w, v[row[i].first]);
		else
			numbers(w, &row[i], v + row[i].first);
	}
	jw_end_object(w);
}

static void
one_time(struct jw *w, const struct stats_row *row,
    const struct stats_hist *h)
{
	jw_key(w, row->name);
	jw_object(w);
	jw_put_u64(w, "count", h->count);
	jw_put_u64(w, "sum_us", h->sum);
	jw_put_u64(w, "p50_us", stats_quantile(h, 500));
	jw_put_u64(w, "p90_us", stats_quantile(h, 900));
	jw_put_u64(w, "p99_us", stats_quantile(h, 990));
	jw_put_u64(w, "p999_us", stats_quantile(h, 999));
	jw_end_object(w);
}

static void
processes(struct jw *w, const struct stats_sum *sum)
{
	jw_array(w);
	for (size_t i = 0; i < sum->n_process; i++) {
		const struct stats_process *p = &sum->process[i];

		jw_object(w);
		jw_put_cstr(w, "role", role_kind_name(p->role));
		jw_put_u64(w, "index", p->index);
		jw_put_u64(w, "pid", p->pid);
		jw_put_i64(w, "started", p->started);
		jw_put_u64(w, "cpu_us", p->cpu);
		jw_put_u64(w, "memory_bytes", p->memory);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* What was said how often, method by method; nothing that never was. */
static void
compared(struct jw *w, const struct stats_sum *sum)
{
	const uint64_t *v = sum->counter + STAT_COMPARED;

	jw_array(w);
	for (unsigned i = 0; i < STAT_N_COMPARED; i++) {
		if (v[i] == 0)
			continue;
		struct stats_label l = stats_label(STAT_L_COMPARED, i);

		jw_object(w);
		for (size_t k = 0; k < 3; k++)
			jw_put_cstr(w, l.name[k], l.value[k]);
		jw_put_u64(w, "count", v[i]);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
examples(struct jw *w, const struct stats_sum *sum)
{
	jw_array(w);
	for (size_t i = 0; i < sum->n_example; i++) {
		const struct stats_example *e = &sum->example[i];

		jw_object(w);
		jw_put_i64(w, "time", e->when);
		jw_put_cstr(w, "method", stats_method_name(e->method));
		jw_put_cstr(w, "ours", stats_said_name(e->ours));
		jw_put_cstr(w, "theirs", stats_said_name(e->theirs));
		jw_put_cstr(w, "queue_id", e->queue_id);
		jw_put_cstr(w, "domain", e->domain);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void
stats_json(struct jw *w, const struct stats_sum *sum)
{
	jw_key(w, "processes");
	processes(w, sum);
	jw_key(w, "counters");
	rows(w, stats_counters, STAT_COUNTER_ROWS, sum->counter);
	jw_key(w, "gauges");
	rows(w, stats_gauges, STAT_GAUGE_ROWS, sum->gauge);
	jw_key(w, "times");
	jw_object(w);
	for (size_t i = 0; i < STAT_TIMES; i++)
		one_time(w, &stats_times[i], &sum->time[i]);
	jw_end_object(w);
	jw_key(w, "compared");
	compared(w, sum);
	jw_key(w, "examples");
	examples(w, sum);
}
