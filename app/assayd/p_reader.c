/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_reader.c - reads the reports of others about us: unpacks, parses, tells
 * store what they say, frame by frame.  Sees the bytes of strangers and holds
 * nothing else: no file but the one letter it is given, which it can only
 * read, no socket to the world, no key.
 *
 * Not done by the evals, though their walls are the same: a report of a
 * hundred thousand rows takes a second, and one that kills its reader must
 * not kill the mail that is being judged beside it (doc/adr/0020).
 *
 * It is pulled: store asks for each part, so nothing piles up.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "reading.h"
#include "role.h"

enum { PART_ROOM = 96 << 10 };	/* octets: more than a frame, less than a
				 * message of the bus                       */

struct reader {
	struct role *role;
	struct bus *store;
	struct reading *reading;
	uint64_t id;			/* of the letter; 0: none           */
	void *map;
	size_t map_len;
	uint8_t *room;
};

static void
put_down(struct reader *r)
{
	if (r->map != NULL)
		munmap(r->map, r->map_len);
	r->map = NULL;
	r->id = 0;
	r->role->busy = 0;
}

static void
tell_part(struct reader *r)
{
	struct buf frames = { .ptr = r->room, .cap = PART_ROOM };
	bool more = reading_more(r->reading, &frames);
	struct msg_part m = { .id = r->id, .frames = buf_span(&frames),
		.last = !more };

	bus_send_part(r->store, &m, -1);
	if (!more)
		put_down(r);
}

/* Nothing can be mapped: an empty parcel, which is malformed, says so. */
static void
cannot(struct reader *r, uint64_t id)
{
	struct msg_part m = { .id = id, .last = true };

	put_down(r);
	bus_send_part(r->store, &m, -1);
}

static void
on_read(struct reader *r, const struct msg_read *m, int fd)
{
	struct stat st;

	put_down(r);
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0 ||
	    m->offset > (uint64_t)st.st_size ||
	    m->size > (uint64_t)st.st_size - m->offset) {
		cannot(r, m->id);
		return;
	}
	r->map_len = (size_t)(m->offset + m->size);
	r->map = mmap(NULL, r->map_len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		cannot(r, m->id);
		return;
	}
	r->id = m->id;
	r->role->busy = 1;
	reading_start(r->reading, (struct span){ (uint8_t *)r->map +
	    m->offset, (size_t)m->size }, SPAN_NONE);
	tell_part(r);
}

static void
on_message(void *ctx, struct bus *bus, struct msg *m)
{
	struct reader *r = ctx;

	(void)bus;
	if (m->kind == MSG_READ)
		on_read(r, &m->read, m->fd);
	else if (m->kind == MSG_GO_ON && r->id != 0 && m->go_on.id == r->id)
		tell_part(r);
}

/* Store died: nobody waits. */
static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	(void)index;
	if (kind == ROLE_STORE && !up)
		put_down(ctx);
}

int
role_reader(struct role *role)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return 1;
	r->role = role;
	r->reading = reading_new();
	r->room = malloc(PART_ROOM);
	r->store = role_bus(role, ROLE_STORE, 0, on_message, r);
	role->ctx = r;
	role->on_peer = on_peer;
	if (r->reading == NULL || r->room == NULL || r->store == NULL) {
		log_say(&role->log, "start-failed", "no memory");
		return 1;
	}
	return role_run(role);
}
