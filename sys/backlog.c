/* SPDX-License-Identifier: Apache-2.0 */
#include "backlog.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

bool
backlog_keep(struct buf *to, struct span bytes)
{
	if (bytes.len > to->cap - to->len) {
		uint8_t *p = realloc(to->ptr, to->len + bytes.len);

		if (p == NULL)
			return false;
		to->ptr = p;
		to->cap = to->len + bytes.len;
	}
	buf_put(to, bytes);
	return true;
}

/* As much of *bytes as the kernel takes.  False: the peer has gone. */
static bool
give(int fd, struct span *bytes)
{
	while (bytes->len > 0) {
		ssize_t n = send(fd, bytes->ptr, bytes->len,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		*bytes = span_skip(*bytes, (size_t)n);
	}
	return true;
}

enum backlog_state
backlog_say(struct backlog *b, int fd, struct span bytes, size_t most)
{
	if (!backlog_waits(b) && !give(fd, &bytes))
		return BACKLOG_GONE;
	if (bytes.len > 0 && (b->kept.len - b->sent + bytes.len > most ||
	    !backlog_keep(&b->kept, bytes)))
		return BACKLOG_FULL;
	return backlog_waits(b) ? BACKLOG_WAITS : BACKLOG_EMPTY;
}

enum backlog_state
backlog_go_on(struct backlog *b, int fd)
{
	struct span rest = span_skip(buf_span(&b->kept), b->sent);

	if (!give(fd, &rest))
		return BACKLOG_GONE;
	b->sent = b->kept.len - rest.len;
	if (rest.len > 0)
		return BACKLOG_WAITS;
	backlog_free(b);
	return BACKLOG_EMPTY;
}

void
backlog_free(struct backlog *b)
{
	free(b->kept.ptr);
	*b = (struct backlog){ .sent = 0 };
}
