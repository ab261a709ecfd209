/* SPDX-License-Identifier: Apache-2.0 */
/* day.h - a day of the calendar, YYYY-MM-DD (RFC 3339 full-date). */
#ifndef WIRE_DAY_H
#define WIRE_DAY_H

#include "base/buf.h"

enum { DAY_SECONDS = 86400, DAY_TEXT = 10 };

/* Its first moment in UTC as Unix seconds, years 1970 to 9999.  False: it
 * is none, or one that the calendar does not have. */
bool day_parse(int64_t *out, struct span text);

/* The day that this moment belongs to; nothing outside of these years. */
void day_print(struct buf *out, int64_t when);

#endif
