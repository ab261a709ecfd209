/* SPDX-License-Identifier: Apache-2.0 */
/* strip_doubt.h - what mail programs differ about in a part: its name, and
 * whether a text of it is a file. */
#ifndef CONTENT_STRIP_DOUBT_H
#define CONTENT_STRIP_DOUBT_H

#include "wire/mime_part.h"

/* NULL: nothing. */
const char *strip_doubt(const struct part *p, struct arena *a);

#endif
