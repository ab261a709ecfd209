/* SPDX-License-Identifier: Apache-2.0 */
#include "store_shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recall.h"
#include "state_dir.h"

enum {
	SYNC_MS = 60000,
	WANTED = 64 << 10	/* octets of names that nobody asked about yet:
				 * some thousand; the rest comes again       */
};

struct shelf {
	struct role *role;
	struct recall *recall;
	int dir;
	int64_t sync_at;		/* loop_ms()                         */
	bool changed, told;
};

struct shelf *
shelf_new(struct role *role, int state, bool *off)
{
	struct shelf *s;
	int fd[RECALL_WRITTEN];

	for (unsigned i = 0; i < RECALL_WRITTEN; i++)
		fd[i] = role_fd(role, "recall", i);
	*off = fd[0] < 0;
	if (*off || (s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->role = role;
	s->dir = state_dir_below(state, "age", 0750);
	s->recall = recall_writer(fd);
	if (s->recall == NULL)
		log_say(&role->log, "first-seen-off",
		    "the memory of domains cannot be read");
	return s;
}

static void
tell(struct shelf *s)
{
	if (!s->told)
		log_say2(&s->role->log, "first-seen-stuck", strerror(errno),
		    "then", SPAN("domains are not remembered until that is "
		    "over"));
	s->told = true;
}

/* For assay age --rdap --wanted, which takes the file away. */
static void
want(void *ctx, struct span name)
{
	struct shelf *s = ctx;
	char line[256];
	struct stat st;
	int fd = s->dir < 0 || name.len > 253 ? -1 : openat(s->dir, "wanted",
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0)
		return;
	memcpy(line, name.ptr, name.len);
	line[name.len] = '\n';
	if (fstat(fd, &st) == 0 && st.st_size < WANTED &&
	    write(fd, line, name.len + 1) != (ssize_t)name.len + 1)
		tell(s);
	close(fd);
}

void
shelf_take(struct shelf *s, struct span items)
{
	uint32_t today = (uint32_t)(loop_time(s->role->loop) / 86400);
	struct span one;

	while (s->recall != NULL && bus_list_next(&items, &one)) {
		struct recall_learned l;

		if (span_at(one, 0) != RECALL_ITEM)
			continue;
		l = recall_learn(s->recall, span_skip(one, 1), today, want,
		    s);
		if (l.failed)
			tell(s);
		s->told = s->told && l.failed;
		s->changed = true;
		stats_add(&s->role->stats, STAT_DOMAINS_SEEN, 0, l.names);
		stats_add(&s->role->stats, STAT_DOMAINS_NEW, 0, l.fresh);
	}
}

void
shelf_work(struct shelf *s)
{
	int64_t now = loop_ms(s->role->loop);

	if (!s->changed || now < s->sync_at)
		return;
	s->sync_at = now + SYNC_MS;
	s->changed = false;
	if (!recall_sync(s->recall))
		tell(s);
}
