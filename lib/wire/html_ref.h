/* SPDX-License-Identifier: Apache-2.0 */
/* html_ref.h - character references of HTML (WHATWG HTML 13.2.5.72). */
#ifndef WIRE_HTML_REF_H
#define WIRE_HTML_REF_H

#include "base/buf.h"

/* Octets that one octet becomes at most: U+FFFD for NUL. */
enum { HTML_GROWTH = 3 };

/* Appends s with its references replaced.  attribute: by the rules for the
 * value of an attribute, where "&copy=" stays what it is. */
void html_unescape(struct buf *out, struct span s, bool attribute);

/* By first letter, A to Z and a to z; see html_names.c. */
extern const char *const html_names[52];

#endif
