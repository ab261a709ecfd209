/* SPDX-License-Identifier: Apache-2.0 */
/* stamp.h - a moment as JSON and XML write it (RFC 3339 5.6, date-time). */
#ifndef WIRE_STAMP_H
#define WIRE_STAMP_H

#include "base/buf.h"

/* Reads text into Unix seconds, years 1970 to 9999; fractions are dropped.
 * Allowed beyond the RFC: a space for "T" (5.6 NOTE), 24:00:00 (ISO 8601),
 * and no offset: *zoned is then false, and UTC is meant. */
bool stamp_parse(int64_t *out, struct span text, bool *zoned);

/* "2026-01-31T23:59:59Z"; nothing outside of these years. */
void stamp_print(struct buf *out, int64_t when);

#endif
