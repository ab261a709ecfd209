/* SPDX-License-Identifier: Apache-2.0 */
#include "state_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void
state_dir_init(struct state_dir *s)
{
	*s = (struct state_dir){ .fd = -1, .lock = -1 };
}

static bool
refuse(const struct log *log, const char *event, const char *what,
    const char *path)
{
	log_say2(log, event, what, "directory", assay_cstr(path));
	return false;
}

/* The pid is for people; the lock is what counts. */
static void
write_pid(int fd)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
		return;
}

static bool
take_lock(struct state_dir *s, const struct log *log)
{
	s->lock = openat(s->fd, "assayd.pid", O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0644);
	if (s->lock < 0)
		return refuse(log, "state-unusable", strerror(errno),
		    s->path);
	if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
		return refuse(log, "state-in-use",
		    "another assayd works here; stop it first", s->path);
	write_pid(s->lock);
	return true;
}

bool
state_dir_open(struct state_dir *s, const struct daemon_conf *conf,
    const struct log *log)
{
	if (s->lock >= 0) {
		if (strcmp(s->path, conf->state_directory) != 0)
			return refuse(log, "state-moved", "state-directory "
			    "changes only with a restart",
			    conf->state_directory);
		return true;
	}
	snprintf(s->path, sizeof(s->path), "%s", conf->state_directory);
	if (mkdir(s->path, 0750) != 0 && errno != EEXIST)
		return refuse(log, "state-unusable", strerror(errno),
		    s->path);
	s->fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0)
		return refuse(log, "state-unusable", strerror(errno),
		    s->path);
	return take_lock(s, log);
}

void
state_dir_close(struct state_dir *s)
{
	if (s->lock >= 0)
		close(s->lock);
	if (s->fd >= 0)
		close(s->fd);
	state_dir_init(s);
}

int
state_dir_below(int state, const char *name, mode_t mode)
{
	struct stat st;
	int fd;

	if (mkdirat(state, name, mode) != 0 && errno != EEXIST)
		return -1;
	fd = openat(state, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (fd >= 0 && geteuid() == 0 && (fstat(state, &st) != 0 ||
	    fchown(fd, st.st_uid, st.st_gid) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A second name may be that of somebody else's file: such a one stays. */
static bool
give_one(int fd, const struct stat *whose)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_uid != 0 ||
	    (S_ISREG(st.st_mode) && st.st_nlink != 1) ||
	    fchown(fd, whose->st_uid, whose->st_gid) == 0);
}

bool
state_dir_give(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool ok = d != NULL;
	struct dirent *e;
	struct stat st;

	ok = ok && fstat(dir, &st) == 0;
	while (ok && geteuid() == 0 && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		fd = openat(dir, e->d_name, O_RDONLY | O_CLOEXEC |
		    O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)	/* gone, or a link: none of ours */
			continue;
		ok = give_one(fd, &st);
		close(fd);
	}
	if (d != NULL)
		closedir(d);
	return ok;
}
