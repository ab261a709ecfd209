/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of an id a hash of 32 bits is kept, in half a megabyte for a generation:
 * that a wrong id passes for an open one takes luck of 1 to 100,000, and
 * gains a line in the journal.
 *
 * Whoever is killed between two stores leaves an id that nobody used, or a
 * generation that is shorter.  Of what an earlier life left nothing is
 * believed that could lead out of the table.
 */
#define _GNU_SOURCE		/* flock() */
#include "open_ids.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SLOTS = OPEN_IDS * 2,
	MAGIC = 0x31646961		/* of this layout */
};

struct slot {
	uint32_t tag;			/* 0: empty        */
	uint32_t user;			/* 0: nobody yet   */
};

struct table {
	uint32_t magic;
	uint32_t now;			/* the last bit: which of the two    */
	uint32_t n[2];
	struct slot slot[2][SLOTS];
};

struct open_ids {
	struct table *own, *also[OPEN_IDS_LEFT];
	size_t n_also;
};

/* ---- the file ------------------------------------------------------------ */

static bool
make_room(int fd)
{
	struct stat st;
	int err;

	if (fstat(fd, &st) != 0)
		return false;
	if (st.st_size == (off_t)sizeof(struct table))
		return true;
	if (ftruncate(fd, 0) != 0)
		return false;
	/* now: a page that the disk has no room for is a signal later */
	err = posix_fallocate(fd, 0, sizeof(struct table));
	errno = err;
	return err == 0;
}

int
open_ids_make(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600), err;

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && make_room(fd))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static struct table *
map_of(int fd)
{
	struct stat st;
	void *t;

	errno = EINVAL;
	if (fd >= 0 && (fstat(fd, &st) != 0 ||
	    st.st_size != (off_t)sizeof(struct table)))
		return NULL;
	t = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
	    MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	return t == MAP_FAILED ? NULL : t;
}

struct open_ids *
open_ids_new(int fd)
{
	struct open_ids *ids = calloc(1, sizeof(*ids));

	if (ids == NULL)
		return NULL;
	ids->own = map_of(fd);
	if (ids->own == NULL) {
		free(ids);
		return NULL;
	}
	if (ids->own->magic != MAGIC) {
		memset(ids->own, 0, sizeof(*ids->own));
		ids->own->magic = MAGIC;
	}
	return ids;
}

void
open_ids_free(struct open_ids *ids)
{
	if (ids == NULL)
		return;
	open_ids_forget(ids);
	munmap(ids->own, sizeof(*ids->own));
	free(ids);
}

bool
open_ids_also(struct open_ids *ids, int fd)
{
	struct table *t = ids->n_also == OPEN_IDS_LEFT || fd < 0 ? NULL :
	    map_of(fd);

	if (t == NULL)
		return false;
	ids->also[ids->n_also++] = t;
	if (t->magic == MAGIC)
		return true;
	ids->n_also--;
	munmap(t, sizeof(*t));
	return false;
}

void
open_ids_forget(struct open_ids *ids)
{
	while (ids->n_also > 0)
		munmap(ids->also[--ids->n_also], sizeof(struct table));
}

/* ---- ids ----------------------------------------------------------------- */

/* Its slot, or the empty one where it would be; at most half are used.
 * NULL: neither, as somebody else wrote the file. */
static struct slot *
slot_of(struct table *t, unsigned which, uint64_t id, uint32_t *tag)
{
	uint64_t h = (id ^ id >> 31) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h & 0xffffffffu);

	*tag = (uint32_t)(h >> 32) | 1;
	for (size_t n = 0; n < SLOTS; n++, i++) {
		struct slot *s = &t->slot[which & 1][i % SLOTS];
		if (s->tag == 0 || s->tag == *tag)
			return s;
	}
	return NULL;
}

static void
turn(struct table *t)
{
	unsigned old = ~t->now & 1;

	memset(t->slot[old], 0, sizeof(t->slot[old]));
	t->n[old] = 0;
	t->now = old;
}

void
open_ids_add(struct open_ids *ids, uint64_t id)
{
	struct table *t = ids->own;
	struct slot *s;
	uint32_t tag;

	if (t->n[t->now & 1] >= OPEN_IDS)
		turn(t);
	s = slot_of(t, t->now, id, &tag);
	if (s == NULL || s->tag != 0)
		return;
	s->user = 0;
	s->tag = tag;
	t->n[t->now & 1]++;
}

static struct slot *
find(struct table *t, uint64_t id)
{
	uint32_t tag;

	for (unsigned i = 0; i < 2; i++) {
		struct slot *s = slot_of(t, t->now + i, id, &tag);
		if (s != NULL && s->tag != 0)
			return s;
	}
	return NULL;
}

enum open_id
open_ids_take(struct open_ids *ids, uint64_t id, uint64_t user)
{
	uint32_t who = (uint32_t)((user ^ user >> 32) * 0x9e3779b1u) | 1;
	struct slot *s = find(ids->own, id);

	for (size_t i = 0; i < ids->n_also && s == NULL; i++)
		s = find(ids->also[i], id);
	if (s == NULL)
		return OPEN_ID_UNKNOWN;
	if (s->user != 0 && s->user != who)
		return OPEN_ID_TAKEN;
	s->user = who;
	return OPEN_ID_YES;
}
