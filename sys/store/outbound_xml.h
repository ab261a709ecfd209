/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbound_xml.h - a report that we send, as its XML: for the mail, and for
 * a person who looks at it before.
 */
#ifndef STORE_OUTBOUND_XML_H
#define STORE_OUTBOUND_XML_H

#include "outbound.h"

/* Who reports; contact may be absent. */
struct outbound_voice { struct span org, from, contact; };

/* Spans borrow from r and who.  False: its policy is none. */
bool outbound_head(struct aggregate_head *out,
    const struct outbound_report *r, const struct outbound_voice *who);

/* False: write said no, there is no row any more, or the store is in
 * trouble. */
bool outbound_xml(struct store *s, const struct outbound_report *r,
    const struct aggregate_head *head, assay_write_fn *write, void *ctx);

#endif
