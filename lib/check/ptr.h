/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ptr.h - the names of an address that resolve back to it (RFC 7208 5.5,
 * RFC 8601 2.7.3).
 *
 * What the PTR records say is in the hands of the client, so at most ten of
 * them are looked at and errors behind them are nobody's fault but theirs.
 */
#ifndef CHECK_PTR_H
#define CHECK_PTR_H

#include "check/check.h"

struct ptr_names {
	enum assay_akind kind;		/* of the PTR answer                */
	size_t seen;			/* PTR records there are            */
	struct span first;		/* what the first of them says      */
	bool failed;			/* an address lookup failed         */
	size_t n;			/* validated names, in their order  */
	struct span name[LIMIT_SPF_PTR];
};

/* STEP_WAIT: an answer is missing, *out means nothing. */
enum step ptr_names(struct ptr_names *out, struct run *r,
    const struct assay_addr *client);

/* Asks for the addresses of the family of client. */
static inline uint16_t
addr_type(const struct assay_addr *client)
{
	return client->family == 4 ? ASSAY_T_A : ASSAY_T_AAAA;
}

#endif
