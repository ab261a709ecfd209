/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_write.h - lines of a master file (RFC 1035 5), ready to be put into
 * one: what zone.h reads, written.
 *
 *	example.com. 3600 IN TXT "v=spf1 mx -all"
 *
 * Every line is printable ASCII and ends in LF.
 */
#ifndef WIRE_ZONE_WRITE_H
#define WIRE_ZONE_WRITE_H

#include "base/buf.h"

/* text in strings of at most 255 octets (RFC 1035 3.3.14). */
void zone_write_txt(struct buf *out, struct span owner, struct span text);

void zone_write_mx(struct buf *out, struct span owner, unsigned preference,
    struct span host);

/* type: PTR, CNAME, NS. */
void zone_write_name(struct buf *out, struct span owner, const char *type,
    struct span name);
void zone_write_addr(struct buf *out, struct span owner,
    const struct assay_addr *addr);

#endif
