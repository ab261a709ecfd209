/* SPDX-License-Identifier: Apache-2.0 */
#include "originals_held.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "originals.h"

extern char **environ;

enum { RCPTS = 1000 };		/* as eval takes of one message             */

/* ---- the list ------------------------------------------------------------ */

struct adding { struct held_list *list; bool failed; };

static void
add(void *ctx, const char *file, const char *id, int64_t at,
    uint64_t octets)
{
	struct adding *a = ctx;
	struct held *h = held_more(a->list);

	if (h == NULL) {
		a->failed = true;
		return;
	}
	*h = (struct held){ .arrived = at, .size = octets,
		.original = strdup(file) };
	snprintf(h->id, sizeof(h->id), "%s", id);
	a->failed |= h->original == NULL;
}

static int
open_dir(const struct store_file *f, char path[3400])
{
	return state_path(f, path, 3400, "originals") ? open(path, O_RDONLY |
	    O_DIRECTORY | O_CLOEXEC) : -1;
}

bool
originals_add(struct held_list *l, const struct store_file *f,
    const char *name)
{
	struct adding a = { .list = l };
	char path[3400] = "";
	int dir = open_dir(f, path);
	bool ok = dir >= 0 ? originals_each(dir, add, &a) : errno == ENOENT;

	if (!ok || a.failed)
		fprintf(stderr, "assay %s: the originals in %s cannot be "
		    "read: %s\n", name, path, strerror(errno));
	if (dir >= 0)
		close(dir);
	return ok && !a.failed;
}

/* ---- letting one go ------------------------------------------------------ */

/* The envelope, and the file at the octets of the message. */
struct letting {
	int fd;
	char *room;
	struct original head;
};

static bool
read_head(struct letting *l)
{
	struct span rest;
	ssize_t n;

	l->room = malloc(ORIGINAL_HEAD);
	n = l->room == NULL ? -1 : read(l->fd, l->room, ORIGINAL_HEAD);
	if (n < 0)
		return false;
	rest = (struct span){ (const uint8_t *)l->room, (size_t)n };
	errno = EBADMSG;
	return original_head_take(&rest, &l->head) && l->head.rcpt.len > 0 &&
	    lseek(l->fd, n - (off_t)rest.len, SEEK_SET) >= 0;
}

static char *
word(struct span s)
{
	return strndup((const char *)s.ptr, s.len);
}

/* sendmail -G -i -f SENDER -- RCPT...: what begins with "-" is no flag. */
static char **
words(const struct original *o)
{
	static const char *const flags[] = { "-G", "-i", "-f" };
	const char *program = getenv("SENDMAIL");
	char **argv = calloc(RCPTS + 8, sizeof(*argv));
	struct span rest = o->rcpt, rcpt;
	size_t n = 0;

	if (argv == NULL)
		return NULL;
	argv[n++] = strdup(program != NULL ? program : "sendmail");
	for (size_t i = 0; i < 3; i++)
		argv[n++] = strdup(flags[i]);
	argv[n++] = o->has_sender && o->sender.len > 0 ? word(o->sender) :
	    strdup("<>");
	argv[n++] = strdup("--");
	while (n < RCPTS + 6 && original_rcpt_next(&rest, &rcpt))
		argv[n++] = word(rcpt);
	for (size_t i = 0; i < n; i++)
		if (argv[i] == NULL)
			return NULL;
	return argv;
}

static bool
deliver(const struct letting *l)
{
	char **argv = words(&l->head);
	posix_spawn_file_actions_t acts;
	pid_t pid = -1;
	int status = 1, why;

	if (argv == NULL)
		return false;
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, l->fd, STDIN_FILENO);
	why = posix_spawnp(&pid, argv[0], &acts, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	for (size_t i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
	errno = why;
	if (why != 0)
		return false;
	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return false;
	errno = EIO;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Marked when it is with the mail server: a kill between brings it twice, and
 * never no time. */
bool
original_release(const struct held *h, const struct store_file *f,
    const char *name)
{
	struct letting l = { .fd = -1 };
	char path[3400] = "";
	int dir = open_dir(f, path);
	bool ok;

	if (dir >= 0)
		l.fd = openat(dir, h->original, O_RDONLY | O_CLOEXEC |
		    O_NOFOLLOW);
	ok = l.fd >= 0 && read_head(&l) && deliver(&l);
	if (!ok)
		fprintf(stderr, "assay %s: the original of %s was not sent, "
		    "and is kept: %s: sendmail has to work\n", name, h->id,
		    strerror(errno));
	else if (!originals_done(dir, h->original))
		fprintf(stderr, "assay %s: the original of %s was sent, and "
		    "cannot be marked so: %s\n", name, h->id,
		    strerror(errno));
	if (l.fd >= 0)
		close(l.fd);
	if (dir >= 0)
		close(dir);
	free(l.room);
	return ok;
}
