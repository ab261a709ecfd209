/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_doubt.h - what mail programs differ about in the header of a part.
 *
 * A reader has to take one meaning; who changes a message for other readers
 * must know that there is but one.
 */
#ifndef WIRE_MIME_DOUBT_H
#define WIRE_MIME_DOUBT_H

#include "wire/mime.h"

/* NULL: nothing.  t: what its Content-Type was read as. */
const char *mime_doubt(struct span header, const struct mime_type *t);

#endif
