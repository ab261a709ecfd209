/* SPDX-License-Identifier: Apache-2.0 */
/* stats_sum.c - adds up the pages of all processes; names of the numbers. */
#include "stats_sum.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define STAT_COUNTER(ID, labels, name, unit, help) \
	{ name, unit, help, STAT_L_##labels, STAT_##ID, STAT_N_##labels },
const struct stats_row stats_counters[STAT_COUNTER_ROWS] = {
#include "stats.def"
};
#define STAT_GAUGE(ID, labels, name, unit, help) \
	{ name, unit, help, STAT_L_##labels, STAT_##ID, STAT_N_##labels },
const struct stats_row stats_gauges[STAT_GAUGE_ROWS] = {
#include "stats.def"
};
#define STAT_TIME(ID, name, help) \
	{ name, "seconds", help, STAT_L_NONE, STAT_##ID, 1 },
const struct stats_row stats_times[STAT_TIMES] = {
#include "stats.def"
};

/* ---- labels -------------------------------------------------------------- */

static const char *const faults[] = { "protocol", "timeout", "limit",
    "closed" };
static const char *const edits[] = { "results", "removed", "signature",
    "seal", "other" };
static const char *const answers[] = { "data", "nodata", "nxdomain",
    "tempfail", "bogus", "unknown" };
static const char *const algorithms[] = { "rsa-sha256", "ed25519-sha256" };
static const char *const refusals[] = { "session", "domain", "twice",
    "crypto" };
static const char *const paths[] = { "/v1/check", "/healthz", "/readyz",
    "/metrics", "/v1/status", "/v1/report", "/v1/outbox",
    "other" };
static const char *const codes[] = { "2xx", "401", "413", "4xx", "5xx" };
static const char *const outcomes[] = { "good", "bad" };
static const char *const methods[] = { "spf", "dkim", "dmarc", "arc",
    "iprev" };

const char *
stats_method_name(unsigned method)
{
	return method < STAT_METHODS ? methods[method] : "unknown";
}

const char *
stats_said_name(unsigned said)
{
	return said < STAT_UNSAID ?
	    assay_result_name((enum assay_result)said) : "absent";
}

static struct stats_label
one(const char *name, const char *value)
{
	return (struct stats_label){ { name }, { value } };
}

static struct stats_label
two(const char *name, const char *value, const char *name2,
    const char *value2)
{
	return (struct stats_label){ { name, name2 }, { value, value2 } };
}

static struct stats_label
compared(unsigned i)
{
	return (struct stats_label){ { "method", "ours", "theirs" }, {
	    stats_method_name(i / (STAT_SAID * STAT_SAID)),
	    stats_said_name(i / STAT_SAID % STAT_SAID),
	    stats_said_name(i % STAT_SAID) } };
}

struct stats_label
stats_label(enum stat_labels labels, unsigned i)
{
	switch (labels) {
	case STAT_L_NONE:
	case STAT_L_PROCESS: break;
	case STAT_L_FAULT: return one("cause", faults[i]);
	case STAT_L_DISPOSITION: return one("disposition",
	    assay_disposition_name((enum assay_disposition)(i + 1)));
	case STAT_L_EDIT: return one("kind", edits[i]);
	case STAT_L_RESULT: return two("check",
	    assay_check_name((enum assay_check)(i / 8 + 1)), "result",
	    assay_result_name((enum assay_result)(i % 8)));
	case STAT_L_ANSWER: return one("answer", answers[i]);
	case STAT_L_ALGORITHM: return one("algorithm", algorithms[i]);
	case STAT_L_REFUSAL: return one("cause", refusals[i]);
	case STAT_L_HTTP: return two("path", paths[i / 5], "status",
	    codes[i % 5]);
	case STAT_L_ROLE: return one("role",
	    role_kind_name((enum role_kind)i));
	case STAT_L_OUTCOME: return one("outcome", outcomes[i]);
	case STAT_L_COMPARED: return compared(i);
	}
	return (struct stats_label){ { NULL }, { NULL } };
}

/* ---- pages --------------------------------------------------------------- */

const struct stats_page *
stats_map(int fd)
{
	struct stat st;
	void *page;

	if (fstat(fd, &st) < 0)
		return NULL;
	if (st.st_size != (off_t)sizeof(struct stats_page)) {
		errno = EINVAL;
		return NULL;
	}
	page = mmap(NULL, sizeof(struct stats_page), PROT_READ, MAP_SHARED,
	    fd, 0);
	return page == MAP_FAILED ? NULL : page;
}

void
stats_unmap(const struct stats_page *page)
{
	if (page != NULL)
		munmap((void *)(uintptr_t)page, sizeof(*page));
}

static void
add_numbers(struct stats_sum *out, const struct stats_page *p)
{
	for (unsigned i = 0; i < STAT_COUNTERS; i++)
		out->counter[i] += p->counter[i];
	for (unsigned i = 0; i < STAT_GAUGES; i++)
		out->gauge[i] += p->gauge[i];
	for (unsigned t = 0; t < STAT_TIMES; t++) {
		struct stats_hist *h = &out->time[t];

		h->sum += p->time[t].sum;
		for (unsigned b = 0; b < STAT_BUCKETS; b++) {
			uint64_t n = p->time[t].bucket[b];

			h->bucket[b] += n;
			h->count += n;
		}
	}
}

static void
add_process(struct stats_sum *out, const struct stats_page *p)
{
	uint32_t role = p->role;

	if (out->n_process == STATS_PAGES || role >= ROLE_KINDS)
		return;
	out->process[out->n_process++] = (struct stats_process){
	    .role = (enum role_kind)role, .index = p->index, .pid = p->pid,
	    .started = p->started, .cpu = p->counter[STAT_CPU],
	    .memory = p->gauge[STAT_MEMORY] };
}

/* Its text ends and is printable, whoever wrote the page. */
static void
clean(struct stats_example *e)
{
	char room[sizeof(e->domain)];

	memcpy(room, e->domain, sizeof(room));
	stats_example_text(e->domain, sizeof(e->domain), (struct span){
	    (const uint8_t *)room, strnlen(room, sizeof(room) - 1) });
	memcpy(room, e->queue_id, sizeof(e->queue_id));
	stats_example_text(e->queue_id, sizeof(e->queue_id), (struct span){
	    (const uint8_t *)room, strnlen(room, sizeof(e->queue_id) - 1) });
}

static void
put_example(struct stats_sum *out, const struct stats_example *e)
{
	size_t i = out->n_example < STATS_SHOWN ? out->n_example++ :
	    STATS_SHOWN;

	while (i > 0 && out->example[i - 1].when < e->when) {
		if (i < STATS_SHOWN)
			out->example[i] = out->example[i - 1];
		i--;
	}
	if (i < STATS_SHOWN)
		out->example[i] = *e;
}

static void
add_examples(struct stats_sum *out, const struct stats_page *p)
{
	uint32_t n = p->n_example;
	uint32_t have = n < STATS_EXAMPLES ? n : STATS_EXAMPLES;

	for (uint32_t i = 0; i < have; i++) {
		struct stats_example e =
		    p->example[(n - 1 - i) % STATS_EXAMPLES];

		clean(&e);
		if (e.method < STAT_METHODS && e.ours < STAT_SAID &&
		    e.theirs < STAT_SAID)
			put_example(out, &e);
	}
}

void
stats_sum(struct stats_sum *out, const struct stats_page *const *page,
    size_t n)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		if (page[i] == NULL || page[i]->layout != STATS_LAYOUT)
			continue;
		add_numbers(out, page[i]);
		add_process(out, page[i]);
		add_examples(out, page[i]);
	}
}

/* ---- percentiles --------------------------------------------------------- */

/* Between the two ends of its bucket, as if evenly spread. */
uint64_t
stats_quantile(const struct stats_hist *h, unsigned per_mille)
{
	uint64_t want, seen = 0;

	if (h->count == 0)
		return 0;
	want = (h->count / 1000) * per_mille +
	    (h->count % 1000 * per_mille + 999) / 1000;
	if (want == 0)
		want = 1;
	for (unsigned b = 0; b < STAT_BOUNDS; b++) {
		uint64_t low = b > 0 ? stats_bound[b - 1] : 0;

		if (seen + h->bucket[b] >= want && h->bucket[b] > 0)
			return low + (uint64_t)((double)(stats_bound[b] -
			    low) * (double)(want - seen) /
			    (double)h->bucket[b]);
		seen += h->bucket[b];
	}
	return stats_bound[STAT_BOUNDS - 1];
}
