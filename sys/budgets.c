/* SPDX-License-Identifier: Apache-2.0 */
#include "budgets.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAGIC = 0x32746462,	/* of this layout                           */
	FORMER = 0x31746462	/* ... and of that without a first day      */
};

struct count {
	uint64_t key;		/* 0: free                                  */
	uint64_t state;		/* the day, and in the lower half how often */
};

struct table {
	uint64_t magic;
	struct count count[BUDGETS];
	int64_t began;
};

enum { FORMER_SIZE = offsetof(struct table, began) };

struct budgets { struct table *table; };

/* The magic goes last: what is torn before is made anew. */
static int
make(int fd, const struct stat *st, uint64_t magic, int64_t now)
{
	bool former = st->st_size == FORMER_SIZE && magic == FORMER;
	int64_t began = former && st->st_mtime < now ? st->st_mtime : now;
	int err = 0;

	magic = MAGIC;
	if (!former && ftruncate(fd, 0) != 0)
		return errno;
	/* allocated now: a page without room is a signal later */
	err = posix_fallocate(fd, 0, sizeof(struct table));
	if (err != 0)
		return err;
	return pwrite(fd, &began, sizeof(began), offsetof(struct table,
	    began)) == sizeof(began) && fsync(fd) == 0 &&
	    pwrite(fd, &magic, sizeof(magic), 0) == sizeof(magic) &&
	    fsync(fd) == 0 ? 0 : EIO;
}

int
budgets_make(int dir, const char *name, int64_t now)
{
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	uint64_t magic = 0;
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0)
		err = errno;
	else if (pread(fd, &magic, sizeof(magic), 0) != sizeof(magic) ||
	    st.st_size != (off_t)sizeof(struct table) || magic != MAGIC)
		err = make(fd, &st, magic, now);
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
}

int64_t
budgets_began(int fd)
{
	uint64_t magic = 0;
	int64_t began;

	return pread(fd, &magic, sizeof(magic), 0) == sizeof(magic) &&
	    magic == MAGIC && pread(fd, &began, sizeof(began),
	    offsetof(struct table, began)) == sizeof(began) ? began :
	    INT64_MAX;
}

struct budgets *
budgets_open(int fd)
{
	struct budgets *b = malloc(sizeof(*b));
	struct stat st;
	void *at;

	if (b == NULL || fstat(fd, &st) != 0 ||
	    st.st_size != (off_t)sizeof(struct table)) {
		free(b);
		return NULL;
	}
	at = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (at == MAP_FAILED || ((struct table *)at)->magic != MAGIC) {
		free(b);
		return NULL;
	}
	b->table = at;
	return b;
}

void
budgets_close(struct budgets *b)
{
	if (b != NULL)
		munmap(b->table, sizeof(struct table));
	free(b);
}

static bool
swap(uint64_t *at, uint64_t was, uint64_t now)
{
	return __atomic_compare_exchange_n(at, &was, now, false,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static struct count *
find(struct table *t, uint64_t key)
{
	for (size_t i = 0; i < BUDGETS; i++)
		if (__atomic_load_n(&t->count[i].key, __ATOMIC_SEQ_CST) ==
		    key)
			return &t->count[i];
	return NULL;
}

/* A free one, or one that nobody used today. */
static struct count *
claim(struct table *t, uint64_t key, uint32_t day)
{
	for (size_t i = 0; i < BUDGETS; i++) {
		struct count *c = &t->count[i];
		uint64_t had = __atomic_load_n(&c->key, __ATOMIC_SEQ_CST);

		if ((had == 0 || __atomic_load_n(&c->state,
		    __ATOMIC_SEQ_CST) >> 32 < day) && swap(&c->key, had, key))
			return c;
	}
	return NULL;
}

bool
budgets_take(struct budgets *b, uint64_t key, uint32_t most, uint32_t day)
{
	struct count *c = find(b->table, key);

	if (c == NULL)
		c = claim(b->table, key, day);
	while (c != NULL) {
		uint64_t was = __atomic_load_n(&c->state, __ATOMIC_SEQ_CST);
		/* a clock that goes back gives nothing anew */
		uint64_t today = was >> 32 > day ? was >> 32 : day;
		uint32_t used = was >> 32 == today ? (uint32_t)was : 0;

		if (used >= most)
			return false;
		if (swap(&c->state, was, today << 32 | (used + 1)))
			return true;
	}
	return false;
}
