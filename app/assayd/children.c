/* SPDX-License-Identifier: Apache-2.0 */
/*
 * children.c - starts one child: which descriptors it gets, under which
 * names, and nothing else.
 *
 * fork, then exec of this same binary: a child has a fresh address space and
 * no memory of the configuration of others or of keys.
 */
#include "household.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recall.h"
#include "sockets.h"

struct given {
	char name[24];
	int fd;
};

struct giving {
	struct given item[MAX_GIVEN];
	size_t n;
};

static void
give(struct giving *g, const char *name, unsigned index, int fd)
{
	struct given *i = &g->item[g->n];

	if (fd < 0 || g->n == MAX_GIVEN)
		return;
	snprintf(i->name, sizeof(i->name), "%s.%u", name, index);
	i->fd = fd;
	g->n++;
}

static void
give_wires(struct giving *g, const struct household *h,
    const struct child *c)
{
	for (size_t i = 0; i < h->n_wire; i++) {
		const struct wire *w = &h->wire[i];
		for (int end = 0; end < 2; end++)
			if (w->kind[end] == c->kind &&
			    w->index[end] == c->index)
				give(g, role_kind_name(w->kind[!end]),
				    w->index[!end], w->fd[end]);
	}
}

static void
give_sockets(struct giving *g, const struct household *h,
    enum listener_kind kind)
{
	for (size_t i = 0; i < h->conf->n_listener; i++)
		if (h->conf->listener[i].kind == kind)
			give(g, "listen", (unsigned)i,
			    sockets_fd(h->sockets, i));
}

/* Who gets what: the one place to look it up. */
static void
give_own(struct giving *g, const struct household *h, const struct child *c)
{
	switch (c->kind) {
	case ROLE_PARENT:
	case ROLE_READER:	/* what store gives it is enough */
	case ROLE_KINDS:
		break;
	case ROLE_COURIER:
		give(g, "hook", 0, h->hook_fd[0]);
		give(g, "hook", 1, h->hook_fd[1]);
		break;
	case ROLE_FRONT:
		give_sockets(g, h, LISTENER_MILTER);
		give_sockets(g, h, LISTENER_LMTP);
		break;
	case ROLE_EVAL:
		give(g, "answers", 0, h->answers_read);
		give(g, "ring", 0, h->ring_fd[c->index]);
		give(g, "budget", 0, h->budget_fd);
		give(g, "names", 0, h->names_fd);
		give(g, "habits", 0, h->habits_read);
		for (unsigned i = 0; h->recall != NULL && i < RECALL_FILES;
		    i++)
			give(g, "recall", i, h->recall->read[i]);
		give(g, "accounts", 0, h->accounts_read);
		give(g, "pledges", 0, h->pledges_fd);
		for (unsigned i = 0; i < DAEMON_ASN; i++)
			give(g, "nets", i, h->nets_fd[i]);
		give(g, "partners", 0, h->partners_read);
		break;
	case ROLE_RESOLVE:
		give(g, "answers", 0, h->answers_write);
		break;
	case ROLE_STORE:
		for (unsigned i = 0; i < MAX_WORKERS; i++)
			give(g, "ring", i, h->ring_fd[i]);
		give(g, "ids", 0, h->ids_fd);
		give(g, "state", 0, h->state_dir);
		give(g, "habits", 0, h->habits_write);
		for (unsigned i = 0; h->recall != NULL && i < RECALL_WRITTEN;
		    i++)
			give(g, "recall", i,
			    firstseen_fd(h->recall->held[i]));
		give(g, "accounts", 0, h->accounts_write);
		give(g, "pledges", 0, h->pledges_fd);
		give(g, "partners", 0, h->partners_write);
		break;
	case ROLE_SIGNER:
		for (unsigned i = 0; i < h->conf->n_key; i++)
			give(g, "key", i, h->key_fd[i]);
		break;
	case ROLE_WEB:
		give_sockets(g, h, LISTENER_HTTP);
		give(g, "status", 0, sockets_status(h->sockets));
		for (unsigned i = 0; i < h->pages->n; i++)
			give(g, "page", i, h->pages->place[i].reader);
		give(g, "tokens", 0, h->tokens_fd);
		break;
	}
}

/* ---- in the child -------------------------------------------------------- */

enum { FIRST_FD = 3 };

/* Puts the descriptors at FIRST_FD and on, whatever stood there: first all
 * out of the way, then each to its place. */
static bool
place(const struct giving *g)
{
	int high[MAX_GIVEN];

	for (size_t i = 0; i < g->n; i++) {
		high[i] = fcntl(g->item[i].fd, F_DUPFD_CLOEXEC,
		    FIRST_FD + MAX_GIVEN);
		if (high[i] < 0)
			return false;
	}
	for (size_t i = 0; i < g->n; i++)
		if (dup2(high[i], FIRST_FD + (int)i) < 0)
			return false;
	/* everything of the parent behind them */
	return syscall(SYS_close_range, FIRST_FD + (unsigned)g->n,
	    FIRST_FD + MAX_GIVEN - 1, 0) == 0 || errno == ENOSYS;
}

static void
become(const struct household *h, const struct child *c,
    const struct giving *g)
{
	static char list[MAX_GIVEN * 40], name[40];
	char *const argv[] = { (char *)(uintptr_t)h->self, name, list, NULL };
	char *const env[] = { NULL };
	size_t at = 0;

	snprintf(name, sizeof(name), "--role=%s.%u", role_kind_name(c->kind),
	    c->index);
	at += (size_t)snprintf(list, sizeof(list), "--fds=");
	for (size_t i = 0; i < g->n && at < sizeof(list); i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at,
		    "%s%s=%d", i == 0 ? "" : ",", g->item[i].name,
		    FIRST_FD + (int)i);
	/* the file that we are, whatever stands at its path by now: a package
	 * may have replaced it, and the next version may speak otherwise */
	if (place(g))
		execve("/proc/self/exe", argv, env);
	_exit(127);
}

bool
child_spawn(struct household *h, struct child *c)
{
	struct giving g = { .n = 0 };
	pid_t pid;

	give(&g, "conf", 0, h->conf_fd);
	give(&g, "parent", 0, c->control_fd);
	give(&g, "clock", 0, h->clock_fd);
	give(&g, "stats", 0, c->stats);
	give_wires(&g, h, c);
	give_own(&g, h, c);
	pid = fork();
	if (pid == 0)
		become(h, c, &g);
	if (pid < 0) {
		log_say2(h->log, "start-failed", strerror(errno), "child",
		    assay_cstr(role_kind_name(c->kind)));
		return false;
	}
	stats_add(h->stats, STAT_STARTS, c->kind, 1);
	c->pid = pid;
	c->ready = false;
	c->started = c->heard = loop_ms(h->loop);
	return true;
}
