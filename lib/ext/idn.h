/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idn.h - U-labels to A-labels, by libidn2.
 *
 * IDNA 2008 as a look-up (RFC 5891 5), nothing mapped but the case of ASCII
 * letters and the normal form (NFC): what RFC 5892 disallows (invisible and
 * bidirectional controls, symbols, full-width forms) and what breaks the
 * Bidi rule (RFC 5893) has no A-label.  Span in, bounded out; the input is
 * capped before the library sees it.
 */
#ifndef EXT_IDN_H
#define EXT_IDN_H

#include "base/buf.h"

/* Appends the A-label form of name, which is UTF-8.  False: it has none. */
bool idn_to_ascii(struct buf *out, struct span name);

/* The same as browsers do it: UTS 46, not transitional, so that full-width
 * letters and dots, capitals and invisible characters become what they stand
 * for or vanish.  Never for the domain of an author. */
bool idn_map_to_ascii(struct buf *out, struct span name);

#endif
