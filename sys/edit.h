/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit.h - changes of a message's header, as eval tells them to front.
 *
 * Order in the list is the order to do them in.  Deletions come first, the
 * highest index of a name first, so that no index moves under another.
 */
#ifndef SYS_EDIT_H
#define SYS_EDIT_H

#include "base/buf.h"

enum edit_op {
	EDIT_INSERT = 1,	/* value in a field at place index, 0: top  */
	EDIT_DELETE,		/* the index-th field of that name, from 1  */
	EDIT_APPEND		/* behind the last field                    */
};

/* value: the field's body behind the colon without the first space, lines
 * folded with LF and white space, no LF at the end. */
struct edit {
	enum edit_op op;
	uint32_t index;
	struct span name, value;
};

/* Into a list of bus.h. */
void edit_put(struct buf *list, const struct edit *e);
/* False: no more, or malformed (then *list is absent and not empty before).
 * A name is a field name of RFC 5322, a value has no NUL, no CR, and an LF
 * only before white space: nothing that eval says can make two fields. */
bool edit_next(struct span *list, struct edit *out);

#endif
