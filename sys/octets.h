/* SPDX-License-Identifier: Apache-2.0 */
/*
 * octets.h - JSON from strangers: bounds before it is parsed, and strings
 * that hold one octet a character (U+0000 to U+00FF), as wire/json writes.
 */
#ifndef SYS_OCTETS_H
#define SYS_OCTETS_H

#include <jansson.h>

#include "base/buf.h"

/* Parses text if it is within bounds: octets, values, depth (limits.h,
 * RECORD).  NULL: *why says why, *line where; both may be NULL.  The caller
 * owns the result. */
json_t *octets_load(struct span text, unsigned *line, const char **why);

/* One look at the text of a JSON document, before anything is allocated for
 * it.  NULL: it is within these bounds; else what is not, static. */
const char *octets_bounds(struct span text, size_t most, unsigned values,
    unsigned depth);

/* Appends the octets of a string.  False: no string, or a character above
 * U+00FF, or no room. */
bool octets_of(struct buf *out, const json_t *string);

#endif
