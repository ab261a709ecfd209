/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domain.h - a DNS domain name as a typed value.
 *
 * A struct domain is made here and nowhere else, so whoever holds one holds
 * lower-case A-labels of letters, digits, hyphens and underscores, no empty
 * label, no final dot, labels of at most 63 octets, at most 253 in all.
 * Such a name can be glued into a header, a query or a log line as it is
 * (ATTACKS.md: domains are typed values).  { {NULL,0} } is "no domain".
 */
#ifndef WIRE_DOMAIN_H
#define WIRE_DOMAIN_H

#include "base/arena.h"

struct domain { struct span name; };

/* Reads a name as mail and DNS records write it.  One final dot is allowed
 * where final_dot; U-labels (UTF-8) become A-labels (RFC 5890, IDNA 2008 by
 * lib/ext/idn) and a name that IDNA refuses is no name.  The result lives
 * in the arena. */
bool domain_parse(struct domain *out, struct span text, bool final_dot,
    struct arena *a);

static inline bool
domain_absent(struct domain d)
{
	return d.name.ptr == NULL;
}

static inline bool
domain_eq(struct domain a, struct domain b)
{
	return span_eq(a.name, b.name);
}

/* Number of labels; 0 for none. */
size_t domain_labels(struct domain d);

/* The right-most n labels; d itself when it has no more. */
struct domain domain_tail(struct domain d, size_t n);

/* d without its left-most label; absent for a single label. */
struct domain domain_parent(struct domain d);

/* sub is at or below d. */
bool domain_within(struct domain sub, struct domain d);

#endif
