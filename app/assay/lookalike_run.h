/* SPDX-License-Identifier: Apache-2.0 */
/* lookalike_run.h - what one run of assay lookalike works with. */
#ifndef ASSAY_LOOKALIKE_RUN_H
#define ASSAY_LOOKALIKE_RUN_H

#include "args.h"
#include "base/limits.h"
#include "fault.h"
#include "lookalike/tell.h"
#include "out.h"
#include "settings.h"
#include "table.h"

struct lookalike_run {
	const struct args *args;
	const struct out *out;
	struct settings settings;
	struct arena memory, names;	/* of the index; of one candidate   */
	struct lookalikes *ix;
	struct text file;		/* --protected                      */
	struct assay_oracle suffix;
	bool has_suffix;
	struct text text;
	struct table table;
	bool found, bad;
};

int lookalike_usage(const char *what, const char *word);

/* Octets of the public suffix; 0: nobody knows. */
size_t lookalike_suffix_of(const struct lookalike_run *r, struct span name);

/* An assay_write_fn. */
bool lookalike_stderr(void *ctx, struct assay_span bytes);

/* --partners: what assayd guards besides what is listed.  An exit status. */
int lookalike_partners(struct lookalike_run *r);

/* --watch: asks DNS for variants, and tells what was not there before.  An
 * exit status. */
int lookalike_watch(struct lookalike_run *r);

#endif
