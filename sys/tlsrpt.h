/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tlsrpt.h - reads an SMTP TLS report (RFC 8460 4.4), JSON by jansson.
 *
 * The bounds (LIMIT_TLSRPT_) are looked at before anything is parsed.  A
 * report with doubled members is refused (RFC 7493 2.3): two readers would
 * see two reports.  Other departures are read as far as they can be
 * understood and noted in .deviations.
 */
#ifndef SYS_TLSRPT_H
#define SYS_TLSRPT_H

#include "base/arena.h"
#include "report/tlsrpt.h"

/* json: the document, not compressed.  Everything is copied to the arena,
 * at most about 200 octets for each that was given.  False: *why, a static
 * clause; *out then holds nothing to be used. */
bool tlsrpt_read(struct tlsrpt *out, struct span json, const char **why,
    struct arena *a);

#endif
