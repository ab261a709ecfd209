/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_start.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
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
	    wrong(path, strerror(errno));
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
	if (ok && learned(s->behaviour))
		return wrong(s->behaviour, "assayd has learned by itself "
		    "already; stop it and move this directory away, to begin "
		    "with an archive");
	return ok && directory(s->behaviour) && directory(s->dir);
}

bool
learn_start_give(const struct learn_start *s)
{
	char name[4][4400];
	struct stat st;

	snprintf(name[0], sizeof(name[0]), "%s/..", s->behaviour);
	if (stat(name[0], &st) != 0)
		return wrong(name[0], strerror(errno));
	snprintf(name[0], sizeof(name[0]), "%s", s->behaviour);
	snprintf(name[1], sizeof(name[1]), "%s", s->dir);
	snprintf(name[2], sizeof(name[2]), "%s/lock", s->dir);
	snprintf(name[3], sizeof(name[3]), "%s/state", s->dir);
	for (int i = 0; st.st_uid != geteuid() && i < 4; i++)
		if (lchown(name[i], st.st_uid, st.st_gid) != 0)
			return wrong(name[i], strerror(errno));
	return true;
}
