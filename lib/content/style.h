/* SPDX-License-Identifier: Apache-2.0 */
/* style.h - the habits of who wrote a text. */
#ifndef CONTENT_STYLE_H
#define CONTENT_STYLE_H

#include "content/content.h"

/* text: lines ended by LF, quotes with ">". */
void style_read(struct content_style *out, struct span text,
    struct arena *a);

#endif
