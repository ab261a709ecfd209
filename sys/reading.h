/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading.h - from the bytes of a report, or of a mail with reports, to the
 * frames of a parcel (parcel.h).
 *
 * This is the work of a process behind walls that holds nothing else.  It is
 * pulled: each call fills a buffer with whole frames, so whoever asks decides
 * how fast it goes, and memory stays the same however long the report.
 *
 *	reading_start(r, bytes, name);
 *	while (reading_more(r, &buf)) { send(buf); buf.len = 0; }
 *	send(buf);
 */
#ifndef SYS_READING_H
#define SYS_READING_H

#include "parcel.h"

struct reading;

/* NULL: no memory. */
struct reading *reading_new(void);
void reading_free(struct reading *r);

/* bytes stay until the next start; name is of a file, or absent. */
void reading_start(struct reading *r, struct span bytes, struct span name);

/* Appends frames; buf has room for PARCEL_FRAME octets at least.  False:
 * that was all, PARCEL_DONE is in buf. */
bool reading_more(struct reading *r, struct buf *buf);

#endif
