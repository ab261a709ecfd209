/* SPDX-License-Identifier: Apache-2.0 */
#include "pledges.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	LOCK_MS = 200,			/* it is held for microseconds; a
					 * machine may be busy               */
	AHEAD_S = 60			/* clocks of processes are one       */
};

static const uint64_t magic = 0x3173656764656c70u;	/* of this layout */
static const uint8_t no_key[crypto_shorthash_KEYBYTES];

struct kept {
	struct pledge one;
	uint64_t sum;
};

struct table {
	uint64_t magic;
	uint64_t top;			/* from there on all are free        */
	struct kept kept[PLEDGES];
};

struct pledges {
	struct table *table;
	int fd;
};

/* ---- the file ------------------------------------------------------------ */

/* Allocated now: a page without room is a signal later. */
static int
make_new(int fd)
{
	uint64_t word = magic;
	int err = ftruncate(fd, 0) != 0 ? errno :
	    posix_fallocate(fd, 0, sizeof(struct table));

	if (err == 0 && pwrite(fd, &word, sizeof(word), 0) !=
	    (ssize_t)sizeof(word))
		err = EIO;
	return err;
}

int
pledges_make(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	uint64_t word = 0;
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0)
		err = errno;
	else if (st.st_size != (off_t)sizeof(struct table) ||
	    pread(fd, &word, sizeof(word), 0) != (ssize_t)sizeof(word) ||
	    word != magic)
		err = make_new(fd);
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
}

struct pledges *
pledges_open(int fd)
{
	struct pledges *p = calloc(1, sizeof(*p));
	struct stat st;
	void *at;

	if (p == NULL || fstat(fd, &st) != 0 ||
	    st.st_size != (off_t)sizeof(struct table)) {
		free(p);
		return NULL;
	}
	at = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (at == MAP_FAILED) {
		free(p);
		return NULL;
	}
	p->table = at;
	p->fd = fd;
	if (p->table->magic == magic)
		return p;
	pledges_close(p);
	return NULL;
}

void
pledges_close(struct pledges *p)
{
	if (p != NULL)
		munmap(p->table, sizeof(*p->table));
	free(p);
}

/* ---- the lock ------------------------------------------------------------ */

static bool
lock(int fd, short type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_len = 1 };

	return fcntl(fd, F_SETLK, &l) == 0;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
pledges_lock(struct pledges *p)
{
	int64_t until = 0;

	while (!lock(p->fd, F_WRLCK)) {
		int64_t now = now_ms();

		if (until == 0)
			until = now + LOCK_MS;
		if (now >= until)
			return false;
		sched_yield();
	}
	return true;
}

void
pledges_unlock(struct pledges *p)
{
	(void)lock(p->fd, F_UNLCK);
}

/* ---- what stands in it --------------------------------------------------- */

static uint64_t
sum_of(const struct kept *k)
{
	uint64_t sum;

	crypto_shorthash((uint8_t *)&sum, (const uint8_t *)k,
	    offsetof(struct kept, sum), no_key);
	return sum;
}

/* Whoever was killed while he wrote wrote nothing. */
static bool
is_one(const struct kept *k)
{
	return k->one.id != 0 && k->sum == sum_of(k);
}

/* Once for each use: others write it. */
static size_t
top(const struct table *t)
{
	uint64_t n = __atomic_load_n(&t->top, __ATOMIC_RELAXED);

	return n < PLEDGES ? (size_t)n : PLEDGES;
}

static uint32_t
plus(uint32_t a, uint32_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}

void
pledges_sum(const struct pledges *p, uint64_t account, uint64_t but,
    struct own_way *out)
{
	*out = (struct own_way){ 0, 0, 0, 0, 0 };
	for (size_t i = 0, n = top(p->table); i < n; i++) {
		const struct kept *k = &p->table->kept[i];
		const struct own_way *w = &k->one.way;

		if (k->one.account != account || k->one.id == but ||
		    !is_one(k))
			continue;
		out->messages = plus(out->messages, w->messages);
		out->people = plus(out->people, w->people);
		out->fresh = plus(out->fresh, w->fresh);
		out->inside = plus(out->inside, w->inside);
		out->let = plus(out->let, w->let);
	}
}

static struct kept *
find(struct table *t, uint64_t id)
{
	for (size_t i = 0, n = top(t); i < n; i++)
		if (t->kept[i].one.id == id)
			return &t->kept[i];
	return NULL;
}

bool
pledges_put(struct pledges *p, uint64_t id, uint64_t account, int64_t at,
    const struct own_way *way)
{
	struct table *t = p->table;
	struct kept k, *to = id == 0 ? NULL : find(t, id);
	size_t n = top(t);

	for (size_t i = 0; to == NULL && i < n; i++)
		if (!is_one(&t->kept[i]))
			to = &t->kept[i];
	if (id == 0 || (to == NULL && n == PLEDGES))
		return false;
	if (to == NULL)
		to = &t->kept[n++];
	memset(&k, 0, sizeof(k));	/* what is between the members, too  */
	k.one.id = id;
	k.one.account = account;
	k.one.at = at;
	k.one.way = *way;
	k.sum = sum_of(&k);
	memcpy(to, &k, sizeof(k));
	t->top = n;
	return true;
}

/* The end of the list is found again, so that looking stays short. */
static void
drop(struct table *t, struct kept *k)
{
	size_t n = top(t);

	memset(k, 0, sizeof(*k));
	while (n > 0 && t->kept[n - 1].one.id == 0)
		n--;
	t->top = n;
}

void
pledges_settle(struct pledges *p, uint64_t id)
{
	struct kept *k = id == 0 ? NULL : find(p->table, id);

	if (k != NULL)
		drop(p->table, k);
}

bool
pledges_overdue(struct pledges *p, int64_t now, struct pledge *out)
{
	struct table *t = p->table;

	for (size_t i = 0, n = top(t); i < n; i++) {
		struct kept k;

		memcpy(&k, &t->kept[i], sizeof(k));
		if (k.one.id == 0 || (is_one(&k) && k.one.at <= now +
		    AHEAD_S && k.one.at > now - PLEDGES_DUE_S))
			continue;
		drop(t, &t->kept[i]);
		*out = k.one;
		if (is_one(&k))
			return true;
	}
	return false;
}
