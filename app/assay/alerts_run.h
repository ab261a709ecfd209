/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_run.h - what assay alerts and assay digest have in common. */
#ifndef ASSAY_ALERTS_RUN_H
#define ASSAY_ALERTS_RUN_H

#include "alerts_load.h"
#include "out.h"

struct alerts_run {
	const struct args *args;
	const struct out *out;
	bool write;			/* what is found is kept            */
	/* Arguments and configuration are read; false: told.  Or NULL. */
	bool (*begin)(struct alerts_run *r);
	/* In any case, before the configuration goes.  Or NULL. */
	void (*leave)(struct alerts_run *r);
	/* For each domain; 0 or an exit status. */
	int (*one)(struct alerts_run *r, const struct alerts_load *l);
	void *ctx;

	struct settings settings;
	struct store_file file;
	struct store *store;
	int64_t now;
	unsigned days;
};

/* Loads the domain named, or each of the store, and gives it to .one; then,
 * when all of it is done, .end.  An exit status. */
int alerts_run(struct alerts_run *r, int (*end)(struct alerts_run *r));

#endif
