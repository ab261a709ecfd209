/* SPDX-License-Identifier: Apache-2.0 */
#include "store_letters_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "job.h"
#include "state_dir.h"
#include "wire/addr.h"

struct letters *
letters_open(struct role *role, int state)
{
	struct letters *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->role = role;
	l->now.fd = -1;
	l->timer = (struct timer){ .fn = letters_timer, .ctx = l };
	l->dir = state_dir_below(state, "inbox", 0750);
	l->inbox = l->dir < 0 ? NULL : inbox_open(l->dir,
	    role->daemon.inbox_bytes);
	l->reader = role_bus(role, ROLE_READER, 0, letters_parcel, l);
	if (l->inbox != NULL)
		return l;
	if (l->dir >= 0)
		close(l->dir);
	free(l);
	return NULL;
}

static void
tell(struct letters *l, enum inbox_status st)
{
	struct log_line line;

	if (st == INBOX_OK || l->trouble) {
		l->trouble = st != INBOX_OK;
		return;
	}
	l->trouble = true;
	log_begin(&line, &l->role->log, "inbox-stuck");
	log_str(&line, "why", st == INBOX_FULL ? "report-inbox-size is "
	    "reached" : strerror(errno));
	log_str(&line, "then", "report mail is asked to come again later");
	log_end(&line);
}

/* Small ones came inside the message. */
static int
as_file(const struct msg_letter *m)
{
	int fd = memfd_create("letter", MFD_CLOEXEC);

	if (fd < 0 || write(fd, m->message.ptr, m->message.len) ==
	    (ssize_t)m->message.len)
		return fd;
	close(fd);
	return -1;
}

static enum inbox_status
keep(struct letters *l, const struct msg_letter *m, int fd)
{
	struct assay_addr client = bus_client(m->client);
	ROOM(room, 64);
	struct buf text = BUF_ON(room);
	struct letter_note note = { .way = (enum letter_way)m->way,
		.at = m->at, .author = m->author.len == 0 ? SPAN_NONE :
		m->author };

	if (m->way < LETTER_MAIL || m->way >= LETTER_WAYS) {
		errno = EINVAL;
		return INBOX_FAILED;
	}
	if (client.family != 0) {
		addr_print(&text, &client);
		note.client = buf_span(&text);
	}
	return inbox_put(l->inbox, &note, fd, m->size);
}

void
letters_take(struct letters *l, struct bus *from, const struct msg_letter *m,
    int fd)
{
	struct msg_kept answer = { .id = m->id, .status = 1 };
	int own = fd < 0 && m->size == m->message.len ? as_file(m) : -1;
	enum inbox_status st = INBOX_FAILED;

	if (fd >= 0 || own >= 0)
		st = keep(l, m, fd >= 0 ? fd : own);
	tell(l, st);
	stats_set(&l->role->stats, STAT_LETTERS_WAITING,
	    inbox_state(l->inbox).letters);
	if (own >= 0)
		close(own);
	if (st == INBOX_OK) {
		answer.status = 0;
		stats_count(&l->role->stats, STAT_LETTERS);
		if (!l->reading)
			loop_timer(l->role->loop, &l->timer, 1);
	}
	bus_send_kept(from, &answer, -1);
}
