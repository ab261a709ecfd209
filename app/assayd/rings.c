/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rings.c - the spools of one generation, made by the parent: a ring for
 * each eval, which messages have their record (sys/open_ids.h), and the salt
 * by which records hide who wrote to whom.
 *
 * Without a spool mail is judged all the same; its records are lost, and
 * that is told.
 */
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "budgets.h"
#include "first_days.h"
#include "open_ids.h"
#include "spool.h"
#include "state_dir.h"

static bool
read_salt(int dir, uint8_t salt[SPOOL_SALT])
{
	int fd = openat(dir, "salt", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok;

	if (fd < 0)
		return false;
	ok = read(fd, salt, SPOOL_SALT) == SPOOL_SALT;
	close(fd);
	return ok;
}

/* The same for ever, so that the same address can be found again. */
static bool
make_salt(int dir, uint8_t salt[SPOOL_SALT])
{
	int fd;
	bool ok;

	if (read_salt(dir, salt))
		return true;
	if (getrandom(salt, SPOOL_SALT, 0) != SPOOL_SALT)
		return false;
	fd = openat(dir, "salt.new", O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = write(fd, salt, SPOOL_SALT) == SPOOL_SALT && fsync(fd) == 0 &&
	    renameat(dir, "salt.new", dir, "salt") == 0;
	close(fd);
	return ok;
}

enum {
	DYING_MS = 20,
	DYING_MOST = 150		/* times: three seconds, of which a
					 * process needs some hundredths     */
};

/* Whoever belonged to a parent that was killed a moment ago dies with it,
 * but not at once, and has the lock of his spool until then. */
static bool
is_dying(unsigned *times)
{
	struct timespec wait = { .tv_nsec = DYING_MS * 1000000L };

	if (errno != EWOULDBLOCK || ++*times > DYING_MOST)
		return false;
	nanosleep(&wait, NULL);
	return true;
}

static unsigned
count_evals(const struct household *h)
{
	unsigned n = 0;

	for (size_t i = 0; i < h->n_child; i++)
		n += h->child[i].kind == ROLE_EVAL;
	return n;
}

void
rings_make(struct household *h)
{
	uint8_t salt[SPOOL_SALT];
	unsigned n = count_evals(h), times = 0;
	char name[40];
	int dir = state_dir_below(h->state_dir, "spool", 0700);
	bool ok = dir >= 0 && make_salt(h->state_dir, salt);

	for (unsigned i = 0; ok && i < n; i++) {
		snprintf(name, sizeof(name), "ring.%u.%u", h->number, i);
		do
			h->ring_fd[i] = spool_make(dir, name,
			    h->conf->spool_bytes / n, salt);
		while (h->ring_fd[i] < 0 && is_dying(&times));
		ok = h->ring_fd[i] >= 0;
	}
	snprintf(name, sizeof(name), "ids.%u", h->number);
	while (ok && (h->ids_fd = open_ids_make(dir, name)) < 0)
		ok = is_dying(&times);
	if (!ok)
		log_say2(h->log, "spool-unusable", "records of messages are "
		    "not stored", "why", assay_cstr(strerror(errno)));
	h->budget_fd = budgets_make(h->state_dir, "mandates",
	    loop_time(h->loop));
	if (h->budget_fd < 0)
		log_say2(h->log, "mandates-unusable", "what they allow is "
		    "held", "why", assay_cstr(strerror(errno)));
	first_days_tell(h);
	if (dir >= 0)
		close(dir);
}
