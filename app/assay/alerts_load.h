/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerts_load.h - the facts that alerts are found in: sums of the store day
 * by day, what DNS says and said, how far the domain is, what was told.
 */
#ifndef ASSAY_ALERTS_LOAD_H
#define ASSAY_ALERTS_LOAD_H

#include "alerts/told.h"
#include "rollout_load.h"

enum {
	ALERTS_FLOWS = 200,	/* reporters told apart; of the rest one    */
	ALERTS_KEYS = 40,	/* keys asked for: a domain has few         */
	ALERTS_NAMES = ALERTS_KEYS + 8,
	ALERTS_HISTORY = 800	/* days of DNS: four times a key's time     */
};

/* What DNS says now. */
struct alerts_answer { struct span name, type, answer; };

struct alerts_load {
	/* given */
	const struct settings *settings;
	const struct store_file *file;
	struct store *store;
	bool offline;
	int64_t now;			/* microseconds since 1970          */
	unsigned days;
	/* what was told by this way alone is no news either; -1: none */
	int via;

	/* made */
	struct arena arena;
	struct source_load source, month;
	struct rollout_data figures;
	struct dmarc_record record;
	struct rollout_plan plan;
	struct alerts_answer answer[ALERTS_NAMES];
	size_t n_answer;
	struct alert_told *told;
	size_t n_told;
	struct alert_facts facts;
	struct alert_source **of;	/* by the number of a source        */
	struct alert_source *group;
	struct alert_flow *flow;
	struct alerts alerts;
};

/* 0, or an exit status: what is wrong was told.  To be freed in any case. */
int alerts_load(struct alerts_load *l, struct span domain);
void alerts_load_free(struct alerts_load *l);

/* When it was told in the state it has; 0: it is news. */
int64_t alerts_told_at(const struct alerts_load *l, const struct alert *a);

/* alerts_dns.c: false: store_why(), or no memory. */
bool alerts_records_load(struct alerts_load *l);
bool alerts_told(struct alerts_load *l);

#endif
