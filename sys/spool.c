/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The producer, and the making of the file.  A record is written, then the
 * head moves over it: who is killed between leaves nothing behind.
 */
#define _GNU_SOURCE		/* flock() */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool_file.h"

_Static_assert(offsetof(struct spool_head, tail) == SPOOL_AT_TAIL,
    "the tail has a line of memory of its own");
_Static_assert(SPOOL_AT_DROPS + SPOOL_DROPS * sizeof(struct spool_slot) <=
    SPOOL_AT_TOLD, "drops fit");
_Static_assert(SPOOL_AT_TOLD + SPOOL_DROPS * sizeof(uint64_t) <=
    SPOOL_AT_RING, "and those told");

/* Pages of the ring that were written are let go in pieces of this size:
 * they are the file's from then on, not this process's memory. */
enum { PIECE = 128 << 10 };

enum { LANES = 4 };

struct spool {
	struct spool_head *head;
	struct spool_slot *slot;
	const _Atomic uint64_t *told;
	uint8_t *ring;
	uint64_t size;
};

/* Side by side, since each step waits for its multiplication. */
static uint64_t
mix_lanes(uint64_t h, const uint8_t **p, size_t *n)
{
	uint64_t lane[LANES] = { h, ~h, h << 1, ~h << 1 }, w[LANES];

	for (; *n >= sizeof(w); *p += sizeof(w), *n -= sizeof(w)) {
		memcpy(w, *p, sizeof(w));
		for (size_t i = 0; i < LANES; i++) {
			lane[i] = (lane[i] ^ w[i]) * 0x9e3779b97f4a7c15u;
			lane[i] ^= lane[i] >> 29;
		}
	}
	for (size_t i = 1; i < LANES; i++)
		lane[0] = (lane[0] ^ lane[i]) * 0x9e3779b97f4a7c15u;
	return lane[0];
}

uint64_t
spool_check(const struct spool_item *item, struct span record)
{
	uint64_t h = item->id * 0x9e3779b97f4a7c15u ^ item->number ^
	    (uint64_t)item->len << 32, v;
	const uint8_t *p = record.ptr;
	size_t n = record.len;

	if (n >= LANES * 8)
		h = mix_lanes(h, &p, &n);
	for (; n > 0; p += v, n -= v) {
		uint64_t w = 0;
		v = n < 8 ? n : 8;
		memcpy(&w, p, v);
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	return h;
}

/* ---- the file ------------------------------------------------------------ */

/* The octets of the ring of a spool of so many. */
static uint64_t
size_for(uint64_t octets)
{
	return octets < SPOOL_LEAST ? SPOOL_LEAST : octets / PIECE * PIECE;
}

/* Whether fd is a spool that may be used as it is. */
static bool
is_spool(int fd, struct spool_head *head, uint64_t *octets)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size < SPOOL_AT_RING +
	    SPOOL_LEAST || pread(fd, head, sizeof(*head), 0) !=
	    (ssize_t)sizeof(*head))
		return false;
	*octets = (uint64_t)st.st_size;
	return head->magic == SPOOL_MAGIC && head->version == 1 &&
	    head->size == *octets - SPOOL_AT_RING && head->size % PIECE == 0;
}

/* An old one that is empty, or none, becomes a new one of that size. */
static bool
make_new(int fd, uint64_t octets, const uint8_t salt[SPOOL_SALT])
{
	struct spool_head head = { .magic = 0, .version = 1 };
	uint64_t size = size_for(octets);
	int err;

	head.size = size;
	memcpy(head.salt, salt, SPOOL_SALT);
	if (getrandom(&head.identity, sizeof(head.identity), 0) !=
	    (ssize_t)sizeof(head.identity) || ftruncate(fd, 0) != 0)
		return false;
	/* all of it, now: a page that the disk has no room for is a signal
	 * when it is touched */
	err = posix_fallocate(fd, 0, (off_t)(SPOOL_AT_RING + size));
	if (err != 0) {
		(void)!ftruncate(fd, 0);
		errno = err;
		return false;
	}
	if (pwrite(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    fdatasync(fd) != 0)
		return false;
	head.magic = SPOOL_MAGIC;
	return pwrite(fd, &head.magic, sizeof(head.magic), 0) ==
	    (ssize_t)sizeof(head.magic);
}

int
spool_make(int dir, const char *name, uint64_t octets,
    const uint8_t salt[SPOOL_SALT])
{
	struct spool_head head;
	uint64_t have = 0;
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600), err;

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		bool old = is_spool(fd, &head, &have);
		/* what is in it is worth more than the right size */
		if (old && (head.head != head.tail ||
		    head.size == size_for(octets)))
			return fd;
		if (make_new(fd, octets, salt))
			return fd;
	}
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* ---- the producer -------------------------------------------------------- */

struct spool *
spool_open(int fd)
{
	struct spool *s = calloc(1, sizeof(*s));
	struct spool_head head;
	uint64_t octets;
	void *map;

	if (s == NULL)
		return NULL;
	if (!is_spool(fd, &head, &octets)) {
		free(s);
		errno = EINVAL;
		return NULL;
	}
	map = mmap(NULL, octets, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		free(s);
		return NULL;
	}
	s->head = map;
	s->slot = (struct spool_slot *)(void *)
	    ((uint8_t *)map + SPOOL_AT_DROPS);
	s->told = (const _Atomic uint64_t *)(void *)
	    ((uint8_t *)map + SPOOL_AT_TOLD);
	s->ring = (uint8_t *)map + SPOOL_AT_RING;
	s->size = head.size;
	return s;
}

void
spool_close(struct spool *s)
{
	if (s == NULL)
		return;
	munmap(s->head, SPOOL_AT_RING + s->size);
	free(s);
}

const uint8_t *
spool_salt(const struct spool *s)
{
	return s->head->salt;
}

/* ---- what was dropped ---------------------------------------------------- */

/* The slot of this pair; else one whose drops were all told; else, and for
 * names that are too long, the first, which is for all others. */
static struct spool_slot *
slot_of(struct spool *s, int64_t day, const uint8_t name[SPOOL_DOMAIN])
{
	size_t free_at = 0;

	for (size_t i = 1; i < SPOOL_DROPS; i++) {
		struct spool_slot *slot = &s->slot[i];
		uint64_t n = atomic_load(&slot->count);
		if (n > 0 && slot->day == day &&
		    memcmp(slot->domain, name, SPOOL_DOMAIN) == 0)
			return slot;
		if (free_at == 0 && n == atomic_load(&s->told[i]))
			free_at = i;
	}
	if (free_at == 0 || name[0] == 0) {
		s->slot[0].day = day;
		return &s->slot[0];
	}
	memcpy(s->slot[free_at].domain, name, SPOOL_DOMAIN);
	s->slot[free_at].day = day;
	return &s->slot[free_at];
}

static void
count_drop(struct spool *s, int64_t day, struct span domain)
{
	uint8_t name[SPOOL_DOMAIN] = { 0 };

	if (domain.len <= SPOOL_DOMAIN && domain.len > 0)
		memcpy(name, domain.ptr, domain.len);
	atomic_fetch_add(&slot_of(s, day, name)->count, 1);
	atomic_fetch_add(&s->head->dropped, 1);
}

/* ---- records ------------------------------------------------------------- */

static void
write_ring(struct spool *s, uint64_t place, const void *bytes, size_t n)
{
	uint64_t at = place % s->size;
	size_t first = n < s->size - at ? n : (size_t)(s->size - at);

	if (n == 0)
		return;
	memcpy(s->ring + at, bytes, first);
	memcpy(s->ring, (const uint8_t *)bytes + first, n - first);
}

/* From one place to the next some pieces were left behind. */
static void
let_go(struct spool *s, uint64_t from, uint64_t to)
{
	for (uint64_t p = from / PIECE; p < to / PIECE; p++)
		madvise(s->ring + p * PIECE % s->size, PIECE, MADV_DONTNEED);
}

size_t
spool_room(const struct spool *s)
{
	const struct spool_head *h = s->head;
	uint64_t used = atomic_load_explicit(&h->head, memory_order_relaxed) -
	    atomic_load_explicit(&h->tail, memory_order_acquire);
	uint64_t room = used > s->size ? 0 : (s->size - used) / 2;
	uint64_t more = spool_item_size(0);

	room = room > more ? room - more : 0;
	return room < SPOOL_RECORD ? (size_t)room : SPOOL_RECORD;
}

bool
spool_put(struct spool *s, uint64_t id, struct span domain, int64_t day,
    struct span record)
{
	struct spool_head *h = s->head;
	uint64_t head = atomic_load_explicit(&h->head, memory_order_relaxed);
	uint64_t used = head - atomic_load_explicit(&h->tail,
	    memory_order_acquire);
	struct spool_item item = { .magic = SPOOL_ITEM_MAGIC, .id = id,
		.len = (uint32_t)record.len };
	uint64_t n = spool_item_size(record.len);

	if (record.len > SPOOL_RECORD || n > s->size / 2 || used > s->size ||
	    n > s->size - used) {
		count_drop(s, day, domain);
		return false;
	}
	item.number = atomic_fetch_add(&h->number, 1) + 1;
	item.check = spool_check(&item, record);
	write_ring(s, head, &item, sizeof(item));
	write_ring(s, head + sizeof(item), record.ptr, record.len);
	atomic_store_explicit(&h->head, head + n, memory_order_release);
	let_go(s, head, head + n);
	return true;
}
