/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike_partners.c - assay lookalike --partners: domains that mail of our
 * accounts goes both ways with, as assayd has learned (partners.h).
 */
#include "lookalike_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "behave/weight.h"
#include "partners.h"

/* The file, and its key; NULL: errno. */
static struct partners *
opened(int dir)
{
	uint8_t key[ACCOUNTS_KEY];
	struct partners *p = NULL;
	int fd, err;

	if (dir < 0 || !accounts_dir_key(dir, key))
		return NULL;
	fd = openat(dir, "partners", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return NULL;
	errno = EBADMSG;		/* of another build, if it is none   */
	p = partners_open(fd, key, false);
	err = errno;
	close(fd);
	errno = err;
	return p;
}

int
lookalike_partners(struct lookalike_run *r)
{
	struct assay_span at = conf_text(&r->settings.conf,
	    CONF_K_STATE_DIRECTORY);
	char path[4200];
	struct partners *p;
	struct learned_in in;
	int dir;

	snprintf(path, sizeof(path), "%.*s", (int)at.len,
	    (const char *)at.ptr);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	p = opened(dir);
	if (p == NULL)
		fprintf(stderr, "assay lookalike: %s: partners: %s\n", path,
		    errno == ENOENT ? "assayd has learned of none; with "
		    "behaviour yes and own-accounts yes it does" :
		    strerror(errno));
	if (dir >= 0)
		close(dir);
	if (p == NULL)
		return EXIT_UNREADABLE;
	in = partners_image(p, day_of(time(NULL)));
	for (size_t i = 0; i < in.n_domain; i++)
		text_printf(&r->text, "%.*s\n", (int)in.domain[i].len,
		    (const char *)in.domain[i].ptr);
	partners_close(p);
	return out_text(&r->text) ? EXIT_ACCEPTED : EXIT_USAGE;
}
