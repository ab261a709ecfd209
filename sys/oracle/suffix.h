/* SPDX-License-Identifier: Apache-2.0 */
/* suffix.h - registrable domains, for the command and the published cases. */
#ifndef ORACLE_SUFFIX_H
#define ORACLE_SUFFIX_H

#include "base/buf.h"

/* The public suffix of text and one label more (RFC 7489 3.2), written as
 * text is (U-labels stay), in lower case.  oracle is from
 * assay_oracle_suffix().  False: text is no domain name, or is a public
 * suffix itself. */
bool suffix_registrable(struct buf *out, const struct assay_oracle *oracle,
    struct span text);

#endif
