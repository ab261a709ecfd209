/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openmetrics.c - writes the text format, one family after the other.
 *
 * Label values are words of ours, so nothing has to be escaped.
 */
#include "openmetrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct om {
	assay_write_fn *write;
	void *ctx;
	bool ok;
	size_t len;
	char room[4096];
};

/* The buckets that are told, in the canonical form of OpenMetrics 1.0
 * ("Considerations: Canonical Numbers"). */
static const struct { uint32_t us; const char *text; } told[] = {
	{ 10, "1e-05" }, { 25, "2.5e-05" }, { 50, "5e-05" },
	{ 100, "0.0001" }, { 250, "0.00025" }, { 500, "0.0005" },
	{ 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" },
	{ 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" },
	{ 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" },
	{ 1000000, "1.0" }, { 2500000, "2.5" }, { 5000000, "5.0" },
	{ 10000000, "10.0" }, { 25000000, "25.0" }, { 50000000, "50.0" },
	{ 100000000, "100.0" },
};

static void
flush(struct om *o)
{
	if (o->ok && o->len > 0)
		o->ok = o->write(o->ctx, (struct span){
		    (const uint8_t *)o->room, o->len });
	o->len = 0;
}

static void put(struct om *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* At most 512 octets at once. */
static void
put(struct om *o, const char *format, ...)
{
	va_list ap;
	int n;

	if (o->len + 512 > sizeof(o->room))
		flush(o);
	va_start(ap, format);
	n = vsnprintf(o->room + o->len, 512, format, ap);
	va_end(ap);
	if (n < 0 || n >= 512)
		o->ok = false;
	else
		o->len += (size_t)n;
}

static const char *
join(const struct stats_row *row)
{
	return row->unit[0] != '\0' ? "_" : "";
}

static void
head(struct om *o, const struct stats_row *row, const char *type)
{
	put(o, "# TYPE assay_%s%s%s %s\n", row->name, join(row), row->unit,
	    type);
	if (row->unit[0] != '\0')
		put(o, "# UNIT assay_%s_%s %s\n", row->name, row->unit,
		    row->unit);
	put(o, "# HELP assay_%s%s%s %s\n", row->name, join(row), row->unit,
	    row->help);
}

static void
name(struct om *o, const struct stats_row *row, const char *suffix)
{
	put(o, "assay_%s%s%s%s", row->name, join(row), row->unit, suffix);
}

static void
value(struct om *o, const struct stats_row *row, uint64_t v)
{
	if (strcmp(row->unit, "seconds") == 0)
		put(o, " %" PRIu64 ".%06" PRIu64 "\n", v / 1000000,
		    v % 1000000);
	else
		put(o, " %" PRIu64 "\n", v);
}

static void
labels(struct om *o, const struct stats_label *l)
{
	for (size_t i = 0; i < 3 && l->name[i] != NULL; i++)
		put(o, "%s%s=\"%s\"", i == 0 ? "{" : ",", l->name[i],
		    l->value[i]);
	if (l->name[0] != NULL)
		put(o, "}");
}

static void
numbers(struct om *o, const struct stats_row *row, const char *suffix,
    const uint64_t *v)
{
	for (unsigned i = 0; i < row->n; i++) {
		struct stats_label l = stats_label(row->labels, i);

		/* 405 of which a dozen ever count */
		if (row->labels == STAT_L_COMPARED && v[i] == 0)
			continue;
		name(o, row, suffix);
		labels(o, &l);
		value(o, row, v[i]);
	}
}

/* Two generations may have the same role and index at the same time: what
 * they used is told as one. */
static bool
same(const struct stats_process *a, const struct stats_process *b)
{
	return a->role == b->role && a->index == b->index;
}

static bool
seen(const struct stats_sum *sum, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same(&sum->process[k], &sum->process[i]))
			return true;
	return false;
}

static void
processes(struct om *o, const struct stats_row *row, const char *suffix,
    const struct stats_sum *sum)
{
	for (size_t i = 0; i < sum->n_process; i++) {
		const struct stats_process *p = &sum->process[i];
		uint64_t v = 0;

		if (seen(sum, i))
			continue;
		for (size_t k = i; k < sum->n_process; k++)
			if (same(p, &sum->process[k]))
				v += row->first == (unsigned)STAT_CPU &&
				    suffix[0] != '\0' ? sum->process[k].cpu :
				    sum->process[k].memory;
		name(o, row, suffix);
		put(o, "{role=\"%s\",index=\"%u\"}", role_kind_name(p->role),
		    p->index);
		value(o, row, v);
	}
}

static void
row_of(struct om *o, const struct stats_row *row, const char *type,
    const char *suffix, const uint64_t *v, const struct stats_sum *sum)
{
	head(o, row, type);
	if (row->labels == STAT_L_PROCESS)
		processes(o, row, suffix, sum);
	else
		numbers(o, row, suffix, v + row->first);
}

static void
histogram(struct om *o, const struct stats_row *row,
    const struct stats_hist *h)
{
	uint64_t n = 0;
	unsigned b = 0;

	head(o, row, "histogram");
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++) {
		while (b < STAT_BOUNDS && stats_bound[b] <= told[i].us)
			n += h->bucket[b++];
		put(o, "assay_%s_seconds_bucket{le=\"%s\"} %" PRIu64 "\n",
		    row->name, told[i].text, n);
	}
	put(o, "assay_%s_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n",
	    row->name, h->count);
	put(o, "assay_%s_seconds_count %" PRIu64 "\n", row->name, h->count);
	name(o, row, "_sum");
	value(o, row, h->sum);
}

bool
openmetrics_write(const struct stats_sum *sum, assay_write_fn *write,
    void *ctx)
{
	struct om o = { .write = write, .ctx = ctx, .ok = true };

	put(&o, "# TYPE assay_build info\n# HELP assay_build The version that "
	    "runs.\nassay_build_info{version=\"%s\"} 1\n", assay_version());
	for (size_t i = 0; i < STAT_COUNTER_ROWS; i++)
		row_of(&o, &stats_counters[i], "counter", "_total",
		    sum->counter, sum);
	for (size_t i = 0; i < STAT_GAUGE_ROWS; i++)
		row_of(&o, &stats_gauges[i], "gauge", "", sum->gauge, sum);
	for (size_t i = 0; i < STAT_TIMES; i++)
		histogram(&o, &stats_times[i], &sum->time[i]);
	put(&o, "# EOF\n");
	flush(&o);
	return o.ok;
}
