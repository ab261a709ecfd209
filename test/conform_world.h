/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conform_world.h - one check on a row that has no message: the session,
 * the zone as a warm source, facts and outcomes put there by hand.
 */
#ifndef TEST_CONFORM_WORLD_H
#define TEST_CONFORM_WORLD_H

#include "check/check.h"
#include "test/conform.h"

struct world {
	struct assay_oracle oracle[2];	/* zone, suffixes               */
	size_t n_oracle;
	struct memo memo;
	struct assay_session session;
	struct assay_options options;
	struct assay_limits limits;
	struct facts facts;
	struct outcome out;
	struct run run;
};

/* The sources of a row: its zone, and public suffixes.  The number of them,
 * 0 with row->error set when the zone cannot be read. */
size_t world_oracles(struct assay_oracle out[2], struct row *r);

/* Session and options as the row says; the TLD guard is off. */
void world_session(struct assay_session *out, struct row *r);
void world_options(struct assay_options *out, const struct row *r);

/* False: row->error is set.  Memory is the row's arena. */
bool world_init(struct world *w, struct row *r);

/* Runs a check until it is done. */
bool world_check(struct world *w, enum assay_check id, check_fn *fn);

/* What no source here can answer is answered so. */
void world_answer_unknown(struct world *w);

/* The word of a result. */
json_t *result_json(enum assay_result result);

json_t *spf_json(const struct spf_outcome *spf);
json_t *dmarc_json(const struct dmarc_outcome *out);

#endif
