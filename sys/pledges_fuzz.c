/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of pledges that another process writes what it likes into: two octets
 * of place, one of length, and what stands there then.  Whoever uses it stays
 * in it, and it is empty in the end.
 */
#include "pledges.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1700000000, HEAD = 8, USED = 16 << 10 };

static uint8_t *file;
static int fd = -1;

static bool
make(void)
{
	char path[] = "/tmp/pledges_fuzz.XXXXXX";
	struct stat st;
	int dir;

	if (mkdtemp(path) == NULL || (dir = open(path, O_RDONLY)) < 0 ||
	    (fd = pledges_make(dir, "pledges")) < 0 || fstat(fd, &st) != 0)
		return false;
	unlinkat(dir, "pledges", 0);
	rmdir(path);
	close(dir);
	file = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	return file != MAP_FAILED;
}

static void
use(struct pledges *p)
{
	struct own_way way = { 1, 2, 3, 4, 5 }, all;
	struct pledge one;

	for (uint64_t i = 1; i < 8; i++) {
		pledges_sum(p, i % 3, i, &all);
		(void)pledges_put(p, i, i % 3, NOW, &way);
		pledges_settle(p, i * 5 % 7);
	}
	while (pledges_overdue(p, NOW + 10 * PLEDGES_DUE_S, &one))
		if (one.id == 0)
			__builtin_trap();
	for (uint64_t i = 0; i < 3; i++) {
		pledges_sum(p, i, 0, &all);
		if (all.messages != 0)
			__builtin_trap();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_of((struct span){ data, size });
	struct own_way way = { .messages = 1, .people = 1, .let = 1 };
	struct pledges *p;

	if (fd < 0 && !make())
		abort();
	memset(file + HEAD, 0, USED);
	p = pledges_open(fd);
	if (p == NULL)
		abort();
	for (uint64_t i = 1; i < 20; i++)
		(void)pledges_put(p, i, i % 3, NOW, &way);
	while (!cur_end(&c)) {
		size_t at = cur_u16(&c) % USED;
		struct span with = cur_take(&c, (size_t)cur_byte(&c));

		if (c.bad)
			break;
		memcpy(file + HEAD + at, with.ptr, with.len < USED - at ?
		    with.len : USED - at);
	}
	use(p);
	pledges_close(p);
	return 0;
}
