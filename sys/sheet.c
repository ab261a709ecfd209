/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE		/* memfd_create(), mremap(), seals */
#include "sheet.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST = 256 << 10 };	/* octets of room, then twice as many */

bool
sheet_open(struct sheet *s, int early)
{
	void *map;

	*s = (struct sheet){ .fd = memfd_create("message", MFD_CLOEXEC |
	    MFD_ALLOW_SEALING), .room = FIRST };
	if (s->fd < 0)
		return false;
	map = ftruncate(s->fd, FIRST) != 0 ? MAP_FAILED : mmap(NULL, FIRST,
	    PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (map == MAP_FAILED) {
		close(s->fd);
		return false;
	}
	s->map = map;
	s->again = early != 0 && fcntl(s->fd, F_ADD_SEALS, early |
	    F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
	return true;
}

void
sheet_close(struct sheet *s)
{
	munmap(s->map, s->room);
	close(s->fd);
}

static bool
grow(struct sheet *s, size_t need)
{
	size_t room = s->room;
	void *map;

	while (room < need)
		room *= 2;
	if (ftruncate(s->fd, (off_t)room) != 0)
		return false;
	map = mremap(s->map, s->room, room, MREMAP_MAYMOVE);
	if (map == MAP_FAILED)
		return false;
	s->map = map;
	s->room = room;
	return true;
}

bool
sheet_put(struct sheet *s, struct span bytes)
{
	if (s->done || bytes.len > SIZE_MAX / 4 - s->len ||
	    (bytes.len > s->room - s->len && !grow(s, s->len + bytes.len)))
		return false;
	memcpy(s->map + s->len, bytes.ptr, bytes.len);
	s->len += bytes.len;
	return true;
}

bool
sheet_done(struct sheet *s)
{
	s->done = true;
	if (s->again)
		return true;
	/* no seal against writing while it is mapped for that */
	return mmap(s->map, s->room, PROT_READ, MAP_PRIVATE | MAP_FIXED,
	    s->fd, 0) == s->map && fcntl(s->fd, F_ADD_SEALS, F_SEAL_WRITE |
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

struct span
sheet_span(const struct sheet *s)
{
	return (struct span){ s->map, s->len };
}

bool
sheet_wipe(struct sheet *s)
{
	s->len = 0;
	s->done = false;
	return s->again;
}
