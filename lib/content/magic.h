/* SPDX-License-Identifier: Apache-2.0 */
/* magic.h - what the bytes of a file are, whatever is claimed. */
#ifndef CONTENT_MAGIC_H
#define CONTENT_MAGIC_H

#include "content/content.h"

struct magic {
	enum content_type type;
	bool encrypted;		/* wants a password                           */
	bool macros;		/* holds programs of its own                  */
};

/* head: the first octets, LIMIT_CONTENT_MAGIC are enough; tail: the last
 * ones (they may overlap). */
void magic_read(struct magic *out, struct span head, struct span tail);

/* What a name's extension, or a declared type, says; UNKNOWN: nothing. */
enum content_type magic_of_extension(struct span extension);
enum content_type magic_of_mime(struct span type);
/* Opening a file with this name, or of this type, runs it. */
bool magic_runs(struct span extension, enum content_type type);
/* A file that claims one may be the other: a docx is a zip. */
bool magic_agrees(enum content_type claimed, enum content_type is);

#endif
