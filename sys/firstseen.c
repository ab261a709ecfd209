/* SPDX-License-Identifier: Apache-2.0 */
#include "firstseen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cur.h"

enum { HEAD = 64, BUCKET = 4 };

static const char magic[] = "assay-firstseen1";	/* 16 octets */

struct firstseen {
	int fd;
	const uint8_t *map;
	size_t size;
	uint32_t slots, since;
	uint8_t salt[16];
};

/* ---- the head ------------------------------------------------------------ */

static uint32_t
head_sum(const uint8_t *head)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < 40; i++)
		sum = (sum ^ head[i]) * 16777619u;
	return sum;
}

static void
write_head(uint8_t head[HEAD], uint32_t slots, uint32_t since,
    const uint8_t salt[16])
{
	struct buf b = { .ptr = head, .cap = HEAD };

	memset(head, 0, HEAD);
	buf_put(&b, (struct span){ (const uint8_t *)magic, 16 });
	buf_put(&b, (struct span){ salt, 16 });
	buf_u32(&b, slots);
	buf_u32(&b, since);
	buf_u32(&b, head_sum(head));
}

static bool
read_head(struct firstseen *f)
{
	struct cur c = cur_of((struct span){ f->map, HEAD });

	if (memcmp(cur_take(&c, 16).ptr, magic, 16) != 0)
		return false;
	memcpy(f->salt, cur_take(&c, 16).ptr, 16);
	f->slots = cur_u32(&c);
	f->since = cur_u32(&c);
	return cur_u32(&c) == head_sum(f->map) && f->slots >= 2 * BUCKET &&
	    (f->slots & (f->slots - 1)) == 0 &&
	    f->size == HEAD + (size_t)f->slots * SEEN_SIZE;
}

/* ---- open ---------------------------------------------------------------- */

static void
because(char why[FIRSTSEEN_WHY], const char *path, const char *what)
{
	snprintf(why, FIRSTSEEN_WHY, "%s: %s", path, what);
}

/* Beside it, whole, then in its place: nobody ever sees half of one. */
static bool
make(const char *path, uint32_t slots, uint32_t today)
{
	uint8_t head[HEAD], salt[16];
	char fresh[4096];
	bool ok;
	int fd, n = snprintf(fresh, sizeof(fresh), "%s.new", path);

	if (n < 0 || (size_t)n >= sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return false;
	ok = getrandom(salt, sizeof(salt), 0) == (ssize_t)sizeof(salt);
	write_head(head, slots, today, salt);
	/* all of it now: a full disk is found out here, not by a signal */
	ok = ok && pwrite(fd, head, HEAD, 0) == HEAD &&
	    (errno = posix_fallocate(fd, 0, HEAD + (off_t)slots *
	    SEEN_SIZE)) == 0 && fsync(fd) == 0 && rename(fresh, path) == 0;
	if (!ok)
		unlink(fresh);
	close(fd);
	return ok;
}

static bool
map_it(struct firstseen *f)
{
	struct stat st;
	void *at;

	if (fstat(f->fd, &st) != 0 || st.st_size < HEAD)
		return false;
	f->size = (size_t)st.st_size;
	at = mmap(NULL, f->size, PROT_READ, MAP_SHARED, f->fd, 0);
	f->map = at == MAP_FAILED ? NULL : at;
	return f->map != NULL && read_head(f);
}

struct firstseen *
firstseen_of(int fd)
{
	struct firstseen *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		close(fd);
		return NULL;
	}
	f->fd = fd;
	if (map_it(f))
		return f;
	firstseen_close(f);
	errno = EINVAL;
	return NULL;
}

struct firstseen *
firstseen_open(const char *path, bool write, uint32_t slots, uint32_t today,
    char why[FIRSTSEEN_WHY])
{
	int how = (write ? O_RDWR : O_RDONLY) | O_CLOEXEC;
	int fd = open(path, how);
	struct firstseen *f;

	if (fd < 0 && errno == ENOENT && write && make(path, slots, today))
		fd = open(path, how);
	if (fd < 0) {
		because(why, path, strerror(errno));
		return NULL;
	}
	if (write && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		because(why, path, "another process writes it");
		close(fd);
		return NULL;
	}
	f = firstseen_of(fd);
	if (f == NULL)
		because(why, path, errno == ENOMEM ? strerror(errno) :
		    "this is no memory of domains, or it is damaged");
	return f;
}

int
firstseen_fd(const struct firstseen *f)
{
	return f->fd;
}

void
firstseen_close(struct firstseen *f)
{
	if (f == NULL)
		return;
	if (f->map != NULL)
		munmap((void *)(uintptr_t)f->map, f->size);
	if (f->fd >= 0)
		close(f->fd);
	free(f);
}

uint64_t
firstseen_hash(const struct firstseen *f, struct span name)
{
	return seen_hash(f->salt, name);
}

void
firstseen_salt(const struct firstseen *f, uint8_t salt[16])
{
	memcpy(salt, f->salt, sizeof(f->salt));
}

uint32_t
firstseen_since(const struct firstseen *f)
{
	return f->since;
}

/* ---- records ------------------------------------------------------------- */

/* Of the whole hash, so that a record says where it belongs. */
static uint32_t
bucket_of(const struct firstseen *f, uint64_t hash)
{
	uint64_t spread = hash * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(spread >> 32) & (f->slots - 1) &
	    ~(uint32_t)(BUCKET - 1);
}

static bool
at_slot(const struct firstseen *f, uint32_t slot, struct seen *out,
    bool *torn)
{
	return seen_read(out, (struct span){ f->map + HEAD +
	    (size_t)slot * SEEN_SIZE, SEEN_SIZE }, torn);
}

/* Its slot, or that which is to be given up for it. */
static uint32_t
slot_of(const struct firstseen *f, uint64_t hash, struct seen *out,
    bool *found)
{
	uint32_t first = bucket_of(f, hash), best = first;
	uint64_t least = UINT64_MAX;

	*found = false;
	for (uint32_t i = first; i < first + BUCKET; i++) {
		bool torn;
		uint64_t worth = at_slot(f, i, out, &torn) ?
		    seen_worth(out) + 1 : 0;

		if (worth > 0 && out->hash == hash) {
			*found = true;
			return i;
		}
		if (worth < least) {
			least = worth;
			best = i;
		}
	}
	return best;
}

bool
firstseen_get(const struct firstseen *f, uint64_t hash, struct seen *out)
{
	bool found;

	(void)slot_of(f, hash, out, &found);
	return found;
}

static bool
write_slot(struct firstseen *f, uint32_t slot, const uint8_t *record)
{
	return pwrite(f->fd, record, SEEN_SIZE, HEAD + (off_t)slot *
	    SEEN_SIZE) == SEEN_SIZE;
}

bool
firstseen_put(struct firstseen *f, const struct seen *s)
{
	uint8_t room[SEEN_SIZE];
	struct buf b = BUF_ON(room);
	struct seen now;
	bool found;
	uint32_t slot = slot_of(f, s->hash, &now, &found);

	if (found)
		seen_merge(&now, s);
	seen_write(&b, found ? &now : s);
	/* the same again costs no write */
	return memcmp(f->map + HEAD + (size_t)slot * SEEN_SIZE, room,
	    SEEN_SIZE) == 0 || write_slot(f, slot, room);
}

bool
firstseen_forget(struct firstseen *f, uint64_t hash)
{
	static const uint8_t nothing[SEEN_SIZE];
	struct seen now;
	bool found;
	uint32_t slot = slot_of(f, hash, &now, &found);

	return !found || write_slot(f, slot, nothing);
}

bool
firstseen_merge(struct firstseen *f, const struct firstseen *from)
{
	if (memcmp(f->salt, from->salt, sizeof(f->salt)) != 0) {
		errno = EINVAL;
		return false;
	}
	for (uint32_t i = 0; i < from->slots; i++) {
		struct seen s;
		bool torn;

		if (at_slot(from, i, &s, &torn) && !firstseen_put(f, &s))
			return false;
	}
	return true;
}

bool
firstseen_sync(struct firstseen *f)
{
	return fdatasync(f->fd) == 0;
}

void
firstseen_count(const struct firstseen *f, struct firstseen_count *out)
{
	*out = (struct firstseen_count){ .slots = f->slots,
		.since = f->since };
	for (uint32_t i = 0; i < f->slots; i++) {
		struct seen s;
		bool torn;

		out->used += at_slot(f, i, &s, &torn);
		out->torn += torn;
	}
}
