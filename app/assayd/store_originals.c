/* SPDX-License-Identifier: Apache-2.0 */
#include "store_originals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "originals.h"
#include "state_dir.h"

bool
keeping_open(struct keeping *k, struct role *role, int state)
{
	*k = (struct keeping){ .role = role,
		.dir = state_dir_below(state, "originals", 0700) };
	return k->dir >= 0;
}

/* Small ones came inside the message. */
static int
as_file(const struct msg_original *m)
{
	int fd = memfd_create("original", MFD_CLOEXEC);

	if (fd < 0 || write(fd, m->message.ptr, m->message.len) ==
	    (ssize_t)m->message.len)
		return fd;
	close(fd);
	return -1;
}

/* Recipients as lines; false: there is no room. */
static bool
lines_of(struct span list, struct buf *out)
{
	struct span rcpt;

	while (bus_list_next(&list, &rcpt)) {
		if (span_has(rcpt, '\n'))
			return false;
		buf_put(out, rcpt);
		buf_byte(out, '\n');
	}
	if (out->len > 0)
		out->len--;
	return !out->full;
}

static enum originals_status
keep(struct keeping *k, const struct msg_original *m, int fd)
{
	struct buf rcpt = { .ptr = malloc(m->rcpts.len + 1),
		.cap = m->rcpts.len + 1 };
	struct original o = { .at = m->at, .id = m->queue_id,
		.has_sender = m->has_sender != 0, .sender = m->mail_from,
		.size = m->size };
	enum originals_status st = ORIGINALS_FAILED;

	errno = EINVAL;
	if (rcpt.ptr != NULL && lines_of(m->rcpts, &rcpt)) {
		o.rcpt = buf_span(&rcpt);
		st = originals_put(k->dir, &o, fd,
		    k->role->daemon.originals_bytes);
	}
	free(rcpt.ptr);
	return st;
}

void
keeping_take(struct keeping *k, struct bus *from,
    const struct msg_original *m, int fd)
{
	struct msg_kept answer = { .id = m->id, .status = 1 };
	int own = fd < 0 && m->size == m->message.len ? as_file(m) : -1;
	enum originals_status st = ORIGINALS_FAILED;

	keeping_age(k);
	if (fd >= 0 || own >= 0)
		st = keep(k, m, fd >= 0 ? fd : own);
	if (own >= 0)
		close(own);
	if (st == ORIGINALS_OK) {
		answer.status = 0;
		stats_count(&k->role->stats, STAT_ORIGINALS);
	} else {
		log_say2(&k->role->log, "original-not-kept", st ==
		    ORIGINALS_FULL ? "originals-size is reached" :
		    strerror(errno), "queue", m->queue_id);
	}
	bus_send_kept(from, &answer, -1);
}

void
keeping_age(struct keeping *k)
{
	int64_t now = loop_time(k->role->loop);

	if (now / 86400 == k->aged)
		return;
	k->aged = now / 86400;
	originals_age(k->dir, now - k->role->daemon.originals_keep_s);
}
