/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - looking through many octets at once for the few that matter.
 *
 * Outside the proven kernel: vector code, tested against one octet at a
 * time.  White-space reduction (RFC 6376 3.4.2, 3.4.4) leaves an octet alone
 * unless it is a HTAB, or a SP with another SP or a CR behind it; text up to
 * there can be hashed where it lies.
 */
#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include "base/span.h"

/* Index of the first HTAB, or SP before SP or CR, or the length.  A SP at
 * the very end is not counted. */
size_t scan_tidy(struct span s);

/* The same, but a CR stops it as well. */
size_t scan_tidy_line(struct span s);

/* Index of the first octet that JSON cannot hold as it is (RFC 8259 7): a
 * quote, a backslash, a control character; or of one beyond ASCII or DEL; or
 * the length. */
size_t scan_json(struct span s);

/* The same, but quotes and backslashes pass. */
size_t scan_visible(struct span s);

#endif
