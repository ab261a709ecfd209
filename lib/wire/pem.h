/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pem.h - the textual encoding of keys (RFC 7468), both ways.
 *
 * Lenient as RFC 7468 2 asks of readers: text round the blocks, any line
 * ends and line lengths.  The label at the end must be that of the start.
 */
#ifndef WIRE_PEM_H
#define WIRE_PEM_H

#include "base/buf.h"

struct pem {
	struct span label;	/* "PRIVATE KEY"                            */
	struct span text;	/* base64, for base64_decode()              */
	bool headers;		/* of RFC 1421 4.6 before the text, as the
				 * old form of encrypted keys has them      */
};

/* The next block of *rest; false: there is none. */
bool pem_next(struct pem *out, struct span *rest);

/* Appends a block, lines of 64 characters (RFC 7468 2) that end with LF. */
void pem_write(struct buf *out, struct span label, struct span bytes);

#endif
