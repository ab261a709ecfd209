/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - date and time of a message (RFC 5322 3.3, obsolete forms 4.3).
 */
#ifndef WIRE_DATE_H
#define WIRE_DATE_H

#include "base/span.h"

/* Reads text into Unix seconds.  False: it is none, or one that the calendar
 * does not have.  The day of the week is read and not compared. */
bool date_parse(int64_t *out, struct span text);

#endif
