/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dnsrr.h - resource records and replies on the wire (RFC 1035 4).
 *
 * From octets to the items of struct assay_answer: see there for their
 * form.  Everything else of a message is read over.
 */
#ifndef WIRE_DNSRR_H
#define WIRE_DNSRR_H

#include "base/arena.h"
#include "base/cur.h"

/* "A" is 1, "TYPE65280" is 65280 (RFC 3597 5), any case; 0: no such type. */
uint16_t rr_type(struct span word);

/* The rdata of a type that is asked for as an item.  rdata is part of
 * packet.  False: malformed, or another type, or no memory. */
bool rr_item(struct span *out, uint16_t type, struct span rdata,
    struct span packet, struct arena *a);

/* A whole reply to a question for type: follows the CNAMEs in it and fills
 * kind (never BOGUS), ttl, canonical, items; spans live in the arena.
 * False: not a reply that can be read.  A CNAME whose target is not in the
 * reply is NODATA with the target as canonical. */
bool reply_read(struct assay_answer *out, struct span packet, uint16_t type,
    struct arena *a);

#endif
