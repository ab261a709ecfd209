/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_eval.h - check_host() of RFC 7208 4 for one identity.
 */
#ifndef CHECK_SPF_EVAL_H
#define CHECK_SPF_EVAL_H

#include "check/check.h"

/* <sender>: never without a local-part (RFC 7208 4.3). */
struct spf_sender {
	struct span local;
	struct domain domain;
};

struct spf_conclusion {
	enum assay_result result;
	enum assay_reason reason;
	struct span detail;		/* printable: the term or the name  */
	struct span explanation;	/* printable; only with FAIL        */
	unsigned lookups, voids;
};

/* client has a family and is no IPv4-mapped address.  STEP_WAIT: *out means
 * nothing yet. */
enum step spf_evaluate(struct spf_conclusion *out, struct run *r,
    const struct spf_sender *sender, const struct assay_addr *client);

#endif
