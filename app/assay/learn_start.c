/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_start.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_file.h"

static bool
wrong(const char *name, const char *what)
{
	fprintf(stderr, "assay learn: %s: %s\n", name, what);
	return false;
}

/* It has files of its own beside start/. */
static bool
learned(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool is = false;

	while (d != NULL && (e = readdir(d)) != NULL)
		is = is || strcmp(e->d_name, "snapshot") == 0 ||
		    strncmp(e->d_name, "learned.", 8) == 0;
	if (d != NULL)
		closedir(d);
	return is;
}

static bool
directory(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ||
	    wrong(path, errno == ENOENT ? "the state-directory is not there: "
	    "make it, or systemd-tmpfiles --create assay.conf" :
	    strerror(errno));
}

/* What is not there yet is given later. */
bool
learn_start_give(const struct learn_start *s)
{
	static const char *const name[] = { ".", "lock", "start",
		"start/lock", "start/state" };
	char path[4400];
	struct stat st;

	snprintf(path, sizeof(path), "%s/..", s->behaviour);
	if (stat(path, &st) != 0)
		return wrong(path, strerror(errno));
	for (size_t i = 0; st.st_uid != geteuid() &&
	    i < sizeof(name) / sizeof(name[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->behaviour, name[i]);
		if (lchown(path, st.st_uid, st.st_gid) != 0 &&
		    errno != ENOENT)
			return wrong(path, strerror(errno));
	}
	return true;
}

/* The lock that assayd takes (habits_keep.c), and waits for: it would begin
 * with half of it, and we would go on in a directory that nobody looks at. */
static bool
lock(struct learn_start *s)
{
	char path[4400];

	snprintf(path, sizeof(path), "%s/lock", s->behaviour);
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return wrong(path, strerror(errno));
	return flock(s->lock, LOCK_EX | LOCK_NB) == 0 || wrong(s->behaviour,
	    "assayd, or another assay learn, is at work there");
}

bool
learn_start_find(struct learn_start *s, const struct args *args)
{
	struct store_file f;
	bool ok = store_file_find(&f, args);
	struct assay_span dir;

	if (ok) {
		dir = conf_text(&f.conf, CONF_K_STATE_DIRECTORY);
		snprintf(s->behaviour, sizeof(s->behaviour), "%.*s/behaviour",
		    (int)dir.len, (const char *)dir.ptr);
		snprintf(s->dir, sizeof(s->dir), "%s/start", s->behaviour);
		s->octets = (size_t)conf_number(&f.conf,
		    CONF_K_BEHAVIOUR_SIZE);
	}
	store_file_free(&f);
	if (!ok || !directory(s->behaviour) || !lock(s))
		return false;
	if (learned(s->behaviour))
		return wrong(s->behaviour, "assayd has learned by itself "
		    "already; stop it and move this directory away, to begin "
		    "with an archive");
	return directory(s->dir) && learn_start_give(s);
}

void
learn_start_end(struct learn_start *s)
{
	if (s->lock >= 0)
		close(s->lock);
}
