/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dname.h - names as DNS carries them: any octets, in labels.
 *
 * A struct domain holds what mail may call a domain; a DNS answer may hold
 * more.  The canonical text of a name here is that of struct assay_answer:
 * lower case, no final dot, the root ".", and an octet that is not printable
 * ASCII, a dot inside a label and the backslash itself as \DDD (RFC 1035
 * 5.1).  Two names are equal exactly if their canonical texts are.
 */
#ifndef WIRE_DNAME_H
#define WIRE_DNAME_H

#include "base/buf.h"
#include "base/cur.h"

enum {
	DNAME_WIRE_MAX = 255,	/* RFC 1035 2.3.4 */
	DNAME_TEXT_MAX = 1016	/* 254 octets, each \DDD */
};

/* The next name of the packet, at c, following pointers backwards.  False:
 * malformed, and c is bad. */
bool dname_unwire(struct buf *out, struct cur *c, struct span packet);

/* Reads the text of a master file (RFC 1035 5.1).  A name without a final
 * dot gets the canonical name origin behind it; origin absent: as if it
 * ended with a dot.  False: not a name. */
bool dname_read(struct buf *out, struct span text, struct span origin);

/* Any text as near to a canonical name as it comes, whatever the lengths of
 * its labels; what is not an escape already becomes one. */
void dname_loose(struct buf *out, struct span text);

#endif
