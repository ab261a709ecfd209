/* SPDX-License-Identifier: Apache-2.0 */
#include "behave_file.h"
#include "behave/merge.h"
#include "habits.h"
#include "whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CHUNK = 64 << 10,	/* octets of a hole, at least                */
	MERGE = 128 << 20	/* ... of a list of 4,000,000 of two nodes   */
};

/* 100,000 senders of the usual size, and what belongs to them. */
static const struct geometry usual = { .units = 1u << 22, .index = 1u << 18,
	.values = 1u << 17, .pairs = 1u << 16, .letters = 1u << 14 };

static bool
wrong(struct behave_file *f, const char *what, const char *name)
{
	snprintf(f->why, sizeof(f->why), "%s/%s: %s", f->dir, name, what);
	return false;
}

static bool
is_zero(const uint8_t *p, size_t n)
{
	return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* What was never used stays a hole of the file. */
static bool
sparse(int fd, uint8_t *p, size_t n)
{
	if (ftruncate(fd, (off_t)n) != 0)
		return false;
	while (n > 0) {
		size_t k = n < CHUNK ? n : CHUNK;

		if (is_zero(p, k) ? lseek(fd, (off_t)k, SEEK_CUR) < 0 :
		    !whole_write(fd, p, k))
			return false;
		p += k;
		n -= k;
	}
	return true;
}

static int
in_dir(const struct behave_file *f, const char *name, int flags)
{
	char path[BEHAVE_PATH + 32];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	return open(path, flags | O_CLOEXEC | O_NOCTTY, 0600);
}

static bool
lock(struct behave_file *f)
{
	if (mkdir(f->dir, 0700) != 0 && errno != EEXIST)
		return wrong(f, strerror(errno), "");
	f->lock = in_dir(f, "lock", O_RDWR | O_CREAT);
	if (f->lock < 0)
		return wrong(f, strerror(errno), "lock");
	if (flock(f->lock, LOCK_EX | LOCK_NB) != 0)
		return wrong(f, "another process uses this state", "lock");
	return true;
}

static bool
load(struct behave_file *f, int fd)
{
	struct stat st;
	bool whole;

	if (fstat(fd, &st) != 0 || st.st_size <= WHOLE_SUM)
		return wrong(f, "is empty", "state");
	f->octets = (size_t)st.st_size - WHOLE_SUM;
	f->block = malloc(f->octets);
	if (f->block == NULL)
		return wrong(f, strerror(ENOMEM), "state");
	whole = whole_read_summed(fd, f->block, f->octets);
	if (!whole && errno != EBADMSG)
		return wrong(f, strerror(errno), "state");
	if (!whole || !behave_open(&f->behave, f->block, f->octets, NULL))
		return wrong(f, "is of another version, or damaged", "state");
	return true;
}

static bool
make(struct behave_file *f, const struct geometry *g, uint64_t seed,
    bool cold)
{
	struct behave_head *h;

	f->fresh = true;
	f->octets = behave_size(g);
	f->block = calloc(1, f->octets);
	if (f->block == NULL || !behave_open(&f->behave, f->block, f->octets,
	    g))
		return wrong(f, strerror(ENOMEM), "state");
	h = f->behave.head;
	h->seed = seed;
	for (size_t i = 0; i < sizeof(h->key); i++)
		h->key[i] = (uint8_t)(num_mix(seed + i / 8) >> i % 8 * 8);
	if (seed == 0 && getrandom(h->key, sizeof(h->key), 0) !=
	    (ssize_t)sizeof(h->key))
		return wrong(f, strerror(errno), "state");
	f->behave.trainer->chance.state = num_mix(seed);
	if (!cold)
		behave_start(&f->behave);
	return true;
}

static bool
open_with(struct behave_file *f, const char *dir, const struct geometry *g,
    uint64_t seed, bool cold)
{
	int fd;
	bool ok;

	*f = (struct behave_file){ .lock = -1 };
	if (strlen(dir) >= sizeof(f->dir)) {
		snprintf(f->why, sizeof(f->why), "the name is too long");
		return false;
	}
	memcpy(f->dir, dir, strlen(dir) + 1);
	if (!lock(f))
		return false;
	fd = in_dir(f, "state", O_RDONLY);
	if (fd < 0 && errno != ENOENT)
		return wrong(f, strerror(errno), "state");
	ok = fd < 0 ? make(f, g, seed, cold) : load(f, fd);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
join(struct behave_file *f, const struct behave_file *other,
    struct arena *room)
{
	struct geometry g;
	struct behave b;
	uint64_t *block;
	size_t octets;

	if (f->fresh)
		memcpy(f->behave.head->key, other->behave.head->key,
		    sizeof(f->behave.head->key));
	merge_geometry(&g, &f->behave, &other->behave);
	octets = behave_size(&g);
	block = calloc(1, octets);
	if (block == NULL || !behave_open(&b, block, octets, &g)) {
		free(block);
		return wrong(f, strerror(ENOMEM), "state");
	}
	if (!behave_merge(&b, &f->behave, &other->behave, room)) {
		free(block);
		return wrong(f, room->failed ? strerror(ENOMEM) :
		    "has another key, so that the two know nobody in common: "
		    "begin one of them by merging into an empty directory",
		    "state");
	}
	free(f->block);
	f->block = block;
	f->octets = octets;
	f->behave = b;
	return true;
}

bool
behave_file_merge(struct behave_file *f, const struct behave_file *other)
{
	struct arena room;
	bool ok;

	arena_init(&room, MERGE);
	ok = join(f, other, &room);
	arena_free(&room);
	return ok;
}

bool
behave_file_open(struct behave_file *f, const char *dir, uint64_t seed,
    bool cold)
{
	return open_with(f, dir, &usual, seed, cold);
}

bool
behave_file_open_for(struct behave_file *f, const char *dir, size_t octets)
{
	struct geometry g;

	if (habits_geometry(&g, octets))
		return open_with(f, dir, &g, 0, false);
	*f = (struct behave_file){ .lock = -1 };
	snprintf(f->why, sizeof(f->why), "behaviour-size is too small");
	return false;
}

bool
behave_file_save(struct behave_file *f)
{
	char from[BEHAVE_PATH + 32], to[BEHAVE_PATH + 32];
	int fd = in_dir(f, "state.new", O_WRONLY | O_CREAT | O_TRUNC);
	uint8_t sum[WHOLE_SUM];
	bool ok;

	if (fd < 0)
		return wrong(f, strerror(errno), "state.new");
	whole_sum(sum, f->block, f->octets);
	ok = sparse(fd, (uint8_t *)f->block, f->octets) &&
	    whole_write(fd, sum, sizeof(sum)) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	snprintf(from, sizeof(from), "%s/state.new", f->dir);
	snprintf(to, sizeof(to), "%s/state", f->dir);
	if (!ok || rename(from, to) != 0)
		return wrong(f, strerror(errno), "state.new");
	fd = in_dir(f, ".", O_RDONLY | O_DIRECTORY);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok || wrong(f, strerror(errno), "");
}

void
behave_file_close(struct behave_file *f)
{
	if (f->lock >= 0)
		close(f->lock);
	free(f->block);
}
