/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - date and time of a message (RFC 5322 3.3, obsolete forms 4.3).
 */
#ifndef WIRE_DATE_H
#define WIRE_DATE_H

#include "base/buf.h"

/* Reads text into Unix seconds.  False: it is none, or one that the calendar
 * does not have.  The day of the week is read and not compared. */
bool date_parse(int64_t *out, struct span text);

/* "Fri, 2 Jan 2026 15:04:05 +0000"; nothing outside of 1970 to 9999. */
enum { DATE_TEXT = 31 };
void date_print(struct buf *out, int64_t when);

#endif
