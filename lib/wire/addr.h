/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addr.h - IP addresses: text, octets, networks, reverse names.
 *
 * assay_addr_parse() of the public interface lives here too.  Strict: no
 * leading zeros (some read them as octal), no zone index, nothing around.
 */
#ifndef WIRE_ADDR_H
#define WIRE_ADDR_H

#include "base/buf.h"

enum {
	ADDR_TEXT = 45,		/* longest text, with an IPv4 tail          */
	ADDR_REVERSE = 72	/* 32 nibbles with dots, "ip6.arpa"         */
};

/* "192.0.2.1" (RFC 7208 12, ip4-network). */
bool addr_parse4(struct assay_addr *out, struct span text);

/* "2001:db8::1" (RFC 4291 2.2, all forms). */
bool addr_parse6(struct assay_addr *out, struct span text);

/* 4 or 16 octets, as an A or AAAA answer holds them. */
bool addr_of(struct assay_addr *out, struct span octets);

/* The octets that count: 4, 16, or absent for family 0. */
struct span addr_octets(const struct assay_addr *a);

/* An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) as the IPv4 address that
 * it is (RFC 7208 5); any other as it is. */
struct assay_addr addr_unmap(const struct assay_addr *a);

/* The form of RFC 5952; nothing for family 0. */
void addr_print(struct buf *out, const struct assay_addr *a);

bool addr_eq(const struct assay_addr *a, const struct assay_addr *b);

/* a and net are of one family and agree in their first bits bits.  More
 * bits than the family has never match. */
bool addr_within(const struct assay_addr *a, const struct assay_addr *net,
    unsigned bits);

/* "1.2.0.192" or 32 nibbles, last first (RFC 1035 3.5, RFC 3596 2.5). */
void addr_reverse(struct buf *out, const struct assay_addr *a);

/* The owner of the PTR records: addr_reverse() and the zone. */
void addr_reverse_name(struct buf *out, const struct assay_addr *a);

/* "192.0.2.1", or nibbles in order "2.0.0.1.0.D...." (RFC 7208 7.3, %{i};
 * the case is of no matter in a name, the SPF test suite has it upper). */
void addr_dotted(struct buf *out, const struct assay_addr *a);

#endif
