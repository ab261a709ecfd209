/* SPDX-License-Identifier: Apache-2.0 */
#include "budgets.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAGIC = 0x31746462 };	/* of this layout */

struct count {
	uint64_t key;		/* 0: free                                  */
	uint64_t state;		/* the day, and in the lower half how often */
};

struct table {
	uint64_t magic;
	struct count count[BUDGETS];
};

struct budgets { struct table *table; };

int
budgets_make(int dir, const char *name)
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
	else if (st.st_size != (off_t)sizeof(struct table) ||
	    pread(fd, &magic, sizeof(magic), 0) != sizeof(magic) ||
	    magic != MAGIC) {
		/* allocated now: a page without room is a signal later */
		magic = MAGIC;
		err = ftruncate(fd, 0) != 0 ? errno :
		    posix_fallocate(fd, 0, sizeof(struct table));
		if (err == 0 && pwrite(fd, &magic, sizeof(magic), 0) !=
		    sizeof(magic))
			err = EIO;
	}
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
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
