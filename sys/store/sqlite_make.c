/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_make.c - the files of a store, made by whoever comes first.
 *
 * Root works for others: what it makes belongs to the owner of the directory,
 * or the process that has the store every day would be locked out.  SQLite
 * gives its -wal and -shm to the owner of the database.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_inner.h"

/* The directory of path, and the name in it. */
static int
directory_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];
	int n;

	*name = slash == NULL ? path : slash + 1;
	n = slash == NULL ? snprintf(dir, sizeof(dir), ".") :
	    snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + 1, path);
	if (n < 0 || (size_t)n >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Where root may not give things away (a file server), it works as it can. */
static void
give_to_owner(int dir, int fd)
{
	struct stat st;

	if (geteuid() == 0 && fstat(dir, &st) == 0 &&
	    fchown(fd, st.st_uid, st.st_gid) != 0)
		return;
}

int
make_file(const char *path)
{
	const char *name;
	int dir = directory_of(path, &name), fd, e;

	if (dir < 0)
		return -1;
	fd = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0640);
	e = errno;
	if (fd >= 0)
		give_to_owner(dir, fd);
	close(dir);
	errno = e;
	return fd;
}
