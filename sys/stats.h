/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.h - counters, gauges and times that roles share with who reads them.
 *
 * A page is a memfd that the parent makes, one for each process, and passes
 * on.  One process writes it, without a lock and without a system call; web
 * maps all of them read-only and adds them up (stats_sum.h).  A page
 * outlives its process: whoever is started next in that place counts on, so
 * that counters never go back.
 *
 * A struct stats that is all zero counts nothing; so does a role whose page
 * could not be mapped.
 */
#ifndef SYS_STATS_H
#define SYS_STATS_H

#include <stdatomic.h>

#include "base/span.h"
#include "role_kind.h"

/* What tells the numbers of one row apart; STAT_N_X: how many there are. */
enum stat_labels {
	STAT_L_NONE, STAT_L_PROCESS, STAT_L_FAULT, STAT_L_DISPOSITION,
	STAT_L_EDIT, STAT_L_RESULT, STAT_L_ANSWER, STAT_L_ALGORITHM,
	STAT_L_REFUSAL, STAT_L_HTTP, STAT_L_ROLE, STAT_L_OUTCOME,
	STAT_L_COMPARED
};

enum stat_fault { FAULT_PROTOCOL, FAULT_TIMEOUT, FAULT_LIMIT, FAULT_CLOSED };
enum stat_edit { EDIT_RESULTS, EDIT_REMOVED, EDIT_SIGNATURE, EDIT_SEAL,
    EDIT_OTHER };
enum stat_algorithm { ALGORITHM_RSA, ALGORITHM_ED25519 };
enum stat_refusal { REFUSAL_SESSION, REFUSAL_DOMAIN, REFUSAL_TWICE,
    REFUSAL_CRYPTO };
enum stat_path { PATH_CHECK, PATH_HEALTHZ, PATH_READYZ, PATH_METRICS,
    PATH_STATUS, PATH_REPORT, PATH_OUTBOX,
    PATH_OTHER };
enum stat_http { HTTP_2XX, HTTP_401, HTTP_413, HTTP_4XX, HTTP_5XX };
enum stat_outcome { OUTCOME_GOOD, OUTCOME_BAD };
/* Of mode observe: method, ours, theirs; a result is enum assay_result. */
enum stat_method { METHOD_SPF, METHOD_DKIM, METHOD_DMARC, METHOD_ARC,
    METHOD_IPREV };
enum { STAT_METHODS = 5, STAT_SAID = 9, STAT_UNSAID = 8 };

enum {
	STAT_N_NONE = 1, STAT_N_PROCESS = 1, STAT_N_FAULT = 4,
	STAT_N_DISPOSITION = 8,		/* enum assay_disposition - 1     */
	STAT_N_EDIT = 5,
	STAT_N_RESULT = ASSAY_CHECK_AGE * 8, /* (check - 1) * 8 +
					 * result                     */
	STAT_N_ANSWER = 6,		/* enum assay_akind - 1           */
	STAT_N_ALGORITHM = 2, STAT_N_REFUSAL = 4,
	STAT_N_HTTP = 8 * 5,		/* path * 5 + status              */
	STAT_N_ROLE = ROLE_KINDS,
	STAT_N_OUTCOME = 2,
	STAT_N_COMPARED = STAT_METHODS * STAT_SAID * STAT_SAID
};

/* Places of the numbers; those of one row stand together. */
enum stat_counter {
#define STAT_COUNTER(ID, labels, name, unit, help) \
	STAT_##ID, STAT_##ID##_LAST = STAT_##ID + STAT_N_##labels - 1,
#include "stats.def"
	STAT_COUNTERS
};

enum stat_gauge {
#define STAT_GAUGE(ID, labels, name, unit, help) \
	STAT_##ID, STAT_##ID##_LAST = STAT_##ID + STAT_N_##labels - 1,
#include "stats.def"
	STAT_GAUGES
};

enum stat_time {
#define STAT_TIME(ID, name, help) STAT_##ID,
#include "stats.def"
	STAT_TIMES
};

/* Ten to a decade, 1 us to 100 s, and what is longer. */
enum { STAT_BOUNDS = 79, STAT_BUCKETS = STAT_BOUNDS + 1 };

struct stats_time {
	_Atomic uint64_t sum;			/* microseconds */
	_Atomic uint64_t bucket[STAT_BUCKETS];
};

/* A message on which the compared chain says something else. */
struct stats_example {
	int64_t when;
	uint8_t method, ours, theirs;
	char queue_id[29];			/* zero-filled */
	char domain[96];
};

enum { STATS_EXAMPLES = 16, STATS_LAYOUT = 1 };

struct stats_page {
	_Atomic uint32_t layout;	/* 0: nobody has written it yet */
	_Atomic uint32_t role, index, pid;
	_Atomic int64_t started;	/* Unix seconds */
	_Atomic uint64_t counter[STAT_COUNTERS];
	_Atomic uint64_t gauge[STAT_GAUGES];
	struct stats_time time[STAT_TIMES];
	_Atomic uint32_t n_example;	/* ever; the ring holds the last */
	struct stats_example example[STATS_EXAMPLES];
};

struct stats {
	struct stats_page *page;	/* NULL: counts nothing */
	uint64_t cpu;			/* told so far          */
};

/* Parent: a new page, -1 (errno); and a second descriptor of it by which it
 * can only be read. */
int stats_make(void);
int stats_reader(int fd);

/* The writer: maps fd, which may be closed then, and sets gauges to 0.
 * Must come before the walls. */
bool stats_open(struct stats *out, int fd, enum role_kind role,
    unsigned index, int64_t now);
void stats_close(struct stats *s);

/* Processor time and memory of this process; call it now and then. */
void stats_beat(struct stats *s);

/* Which bucket a time belongs to. */
unsigned stats_bucket(uint64_t us);
extern const uint32_t stats_bound[STAT_BOUNDS];	/* upper ends, inclusive */

/* Remembers where ours and theirs differ; foreign bytes are made safe. */
void stats_example(struct stats *s, const struct stats_example *e);
void stats_example_text(char *to, size_t size, struct span from);

/* One writer: no locked instruction is needed. */
static inline void
stats_bump(_Atomic uint64_t *at, uint64_t n)
{
	atomic_store_explicit(at, atomic_load_explicit(at,
	    memory_order_relaxed) + n, memory_order_relaxed);
}

/* Number i of the row that begins at first. */
static inline void
stats_add(struct stats *s, enum stat_counter first, unsigned i, uint64_t n)
{
	if (s->page != NULL && first + i < STAT_COUNTERS)
		stats_bump(&s->page->counter[first + i], n);
}

static inline void
stats_count(struct stats *s, enum stat_counter what)
{
	stats_add(s, what, 0, 1);
}

static inline void
stats_set(struct stats *s, enum stat_gauge what, uint64_t v)
{
	if (s->page != NULL)
		atomic_store_explicit(&s->page->gauge[what], v,
		    memory_order_relaxed);
}

static inline void
stats_time(struct stats *s, enum stat_time what, uint64_t us)
{
	if (s->page == NULL)
		return;
	stats_bump(&s->page->time[what].sum, us);
	stats_bump(&s->page->time[what].bucket[stats_bucket(us)], 1);
}

static inline void
stats_result(struct stats *s, enum assay_check check, enum assay_result r)
{
	stats_add(s, STAT_RESULTS, ((unsigned)check - 1) * 8 + (unsigned)r,
	    1);
}

static inline void
stats_disposition(struct stats *s, enum stat_counter first,
    enum assay_disposition d)
{
	stats_add(s, first, (unsigned)d - 1, 1);
}

#endif
