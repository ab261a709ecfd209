/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backlog.h - what a mail server has not taken yet: sent at once as far as
 * the kernel takes it, the rest kept until the socket can be written.
 */
#ifndef SYS_BACKLOG_H
#define SYS_BACKLOG_H

#include "base/buf.h"

struct backlog {
	struct buf kept;		/* malloc()ed                        */
	size_t sent;			/* of it                             */
};

enum backlog_state {
	BACKLOG_EMPTY,			/* all is with the kernel            */
	BACKLOG_WAITS,			/* watch for LOOP_WRITE              */
	BACKLOG_GONE,			/* the peer has closed               */
	BACKLOG_FULL			/* more than most waits, or no memory */
};

/* Appends bytes to what malloc() gave, or nothing, to. */
bool backlog_keep(struct buf *to, struct span bytes);

enum backlog_state backlog_say(struct backlog *b, int fd, struct span bytes,
    size_t most);
/* The socket can be written. */
enum backlog_state backlog_go_on(struct backlog *b, int fd);
void backlog_free(struct backlog *b);

static inline bool
backlog_waits(const struct backlog *b)
{
	return b->kept.len > 0;
}

#endif
