/* SPDX-License-Identifier: Apache-2.0 */
/* ids.h - identifiers by which money moves, in the text of a message. */
#ifndef CONTENT_IDS_H
#define CONTENT_IDS_H

#include "content/inner.h"

struct ids {
	struct reading *r;
	bool hidden;
};

void ids_find(struct reading *r);

#endif
