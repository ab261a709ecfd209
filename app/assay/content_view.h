/* SPDX-License-Identifier: Apache-2.0 */
/* content_view.h - the content of a message, for programs and for people. */
#ifndef ASSAY_CONTENT_VIEW_H
#define ASSAY_CONTENT_VIEW_H

#include "content/content.h"
#include "out.h"

/* One JSON object on one line; name is that of the input. */
bool content_json(struct text *out, const char *name,
    const struct content *c);

/* For a person: what deserves a look first. */
void content_page(struct text *out, const struct out *terminal,
    const char *name, const struct content *c);

#endif
