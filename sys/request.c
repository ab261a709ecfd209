/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE		/* renameat2() */
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "whole.h"

enum { SUM = crypto_shorthash_BYTES, NAME = 32 };

/* Whoever owns the directory must be able to read it. */
static bool
given(int dir, int fd)
{
	struct stat st;

	return fstat(dir, &st) == 0 && (st.st_uid == geteuid() ||
	    fchown(fd, st.st_uid, st.st_gid) == 0);
}

static bool
put(int dir, int fd, const void *body, size_t n, const uint8_t *key)
{
	uint8_t sum[SUM];

	crypto_shorthash(sum, body, n, key);
	return whole_write(fd, body, n) && whole_write(fd, sum, SUM) &&
	    given(dir, fd) && fsync(fd) == 0;
}

bool
request_ask(int dir, const char *name, const void *body, size_t n,
    const uint8_t key[REQUEST_KEY])
{
	char fresh[NAME + 5];
	int fd, error;
	bool ok;

	snprintf(fresh, sizeof(fresh), "%.*s.new", NAME, name);
	unlinkat(dir, fresh, 0);
	fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = put(dir, fd, body, n, key);
	close(fd);
	if (ok && renameat2(dir, fresh, dir, name, RENAME_NOREPLACE) == 0)
		return fsync(dir) == 0;
	error = errno;
	unlinkat(dir, fresh, 0);
	errno = error;
	return false;
}

bool
request_waits(int dir, const char *name)
{
	return faccessat(dir, name, F_OK, 0) == 0;
}

int
request_read(int dir, const char *name, void *body, size_t n,
    const uint8_t key[REQUEST_KEY])
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint8_t sum[SUM], want[SUM];
	bool ok;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	ok = whole_read(fd, body, n) && whole_read(fd, sum, SUM);
	close(fd);
	crypto_shorthash(want, body, n, key);
	if (ok && memcmp(sum, want, SUM) == 0)
		return 1;
	unlinkat(dir, name, 0);
	errno = EBADMSG;
	return -1;
}

bool
request_done(int dir, const char *name)
{
	return unlinkat(dir, name, 0) == 0 && fsync(dir) == 0;
}
