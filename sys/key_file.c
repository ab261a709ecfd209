/* SPDX-License-Identifier: Apache-2.0 */
#include "key_file.h"
#include "whole.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
key_file_safe(int fd, const char **why)
{
	struct stat st;

	*why = NULL;
	if (fstat(fd, &st) != 0)
		*why = "it cannot be looked at";
	else if (!S_ISREG(st.st_mode))
		*why = "it is no regular file";
	else if (st.st_uid != 0 && st.st_uid != geteuid())
		*why = "it belongs to somebody else; it must be root's, or "
		    "the user's who starts this";
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		*why = "others than its owner have rights on it; chmod 0600";
	return *why == NULL;
}

bool
key_file_read(int fd, struct buf *out)
{
	off_t at = 0;

	for (;;) {
		ssize_t n;

		if (out->len == out->cap)
			return false;	/* there may be more */
		n = pread(fd, out->ptr + out->len, out->cap - out->len, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		out->len += (size_t)n;
		at += n;
	}
}

/* Nobody replaces what appeared meanwhile: link() fails if it is there. */
static bool
put_in_place(const char *temporary, const char *path, bool force)
{
	if (force)
		return rename(temporary, path) == 0;
	return link(temporary, path) == 0 && unlink(temporary) == 0;
}

/* The name is durable when its directory is. */
static void
sync_directory(const char *path)
{
	char dir[PATH_MAX];
	char *slash;
	int fd;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		snprintf(dir, sizeof(dir), ".");
	else
		slash[slash == dir] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

bool
key_file_write(const char *path, struct span text, bool force)
{
	char temporary[PATH_MAX];
	int n = snprintf(temporary, sizeof(temporary), "%s.new-%ld", path,
	    (long)getpid()), fd, error;
	bool ok;

	if (n < 0 || (size_t)n >= sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	/* whatever the umask is: neither more nor less */
	ok = fchmod(fd, 0600) == 0 && 
	    whole_write(fd, text.ptr, text.len) && fsync(fd) == 0;
	error = errno;
	if (close(fd) != 0 && ok) {
		ok = false;
		error = errno;
	}
	if (ok && !put_in_place(temporary, path, force)) {
		ok = false;
		error = errno;
	}
	if (ok)
		sync_directory(path);
	else
		(void)unlink(temporary);
	errno = error;
	return ok;
}
