/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipasn.h - which network an address is in, and whose that is: a local table
 * of autonomous systems.
 *
 * Two kinds of file, told apart by their content: lines "FIRST,LAST,ASN,NAME"
 * with addresses as text, in order (npm @ip-location-db/asn: one file each for
 * IPv4 and IPv6, CC BY 4.0, tools/asn-table.sh), or a database of MaxMind's
 * form (GeoLite2-ASN.mmdb and the like).  Nothing is asked of anybody.
 */
#ifndef SYS_IPASN_H
#define SYS_IPASN_H

#include "base/span.h"

enum { IPASN_WHY = 300 };	/* octets of an error in words */

struct ipasn;

/* NULL: no memory. */
struct ipasn *ipasn_new(void);
void ipasn_free(struct ipasn *t);

/* Adds a file.  False: why says what is wrong with it, with the line. */
bool ipasn_add(struct ipasn *t, const char *path, char why[IPASN_WHY]);
/* The same, of lines in memory that live as long as the table; they may be
 * changed in place (quotes are taken out of names). */
bool ipasn_add_lines(struct ipasn *t, char *text, size_t len,
    char why[IPASN_WHY]);

/* False: in no network of the table.  name is as the table has it, foreign
 * text, and lives as long as the table. */
bool ipasn_find(const struct ipasn *t, const struct assay_addr *a,
    uint32_t *asn, struct span *name);

/* How many networks of files of lines. */
size_t ipasn_count(const struct ipasn *t);

#endif
