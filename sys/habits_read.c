/* SPDX-License-Identifier: Apache-2.0 */
/* habits_read.c - what a directory holds, for who only looks. */
#include "habits_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "habits_erase.h"

/* Nobody is to write there meanwhile; a copy of it may have no lock. */
static bool
lock(struct habits *h)
{
	h->lock = openat(h->conf.dir, "lock", O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);
	return h->lock < 0 ? errno == ENOENT :
	    flock(h->lock, LOCK_EX | LOCK_NB) == 0;
}

static bool
room(struct habits *h)
{
	struct stat st;

	if (fstatat(h->conf.dir, "snapshot", &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    st.st_size <= 0)
		return false;
	h->room = HABITS_HEAD + ((size_t)st.st_size + 7) / 8 * 8;
	h->head = calloc(1, h->room);
	h->block = (uint64_t *)(void *)h->head + HABITS_HEAD / 8;
	return h->head != NULL;
}

static const char *
read_it(struct habits *h)
{
	if (!lock(h))
		return "another process uses it: stop assayd, or take a copy "
		    "of the directory";
	if (habits_erase_waits(h->conf.dir))
		return "somebody is to be erased there, which assayd does "
		    "when it starts: start it once";
	if (!room(h) || !habits_load(h))
		return "snapshot cannot be believed, or is of another "
		    "version";
	habits_replay(h);
	return NULL;
}

const char *
habits_read(struct habits_copy *out, int dir)
{
	struct habits *h = calloc(1, sizeof(*h));
	const char *why;

	*out = (struct habits_copy){ .block = NULL };
	if (h == NULL)
		return "no memory";
	h->conf.dir = dir;
	why = read_it(h);
	if (h->lock >= 0)
		close(h->lock);
	if (why == NULL)
		*out = (struct habits_copy){ .behave = h->b,
			.block = (uint64_t *)(void *)h->head,
			.discarded = h->state.discarded };
	else
		free(h->head);
	free(h);
	return why;
}
