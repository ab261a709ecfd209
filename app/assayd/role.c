/* SPDX-License-Identifier: Apache-2.0 */
#include "role.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BEAT_MS = 5000 };

int
role_fd(const struct role *role, const char *name, unsigned index)
{
	char want[24];

	snprintf(want, sizeof(want), "%s.%u", name, index);
	for (size_t i = 0; i < role->n_fd; i++)
		if (strcmp(role->fd[i].name, want) == 0)
			return role->fd[i].fd;
	return -1;
}

unsigned
role_fds(const struct role *role, const char *name)
{
	unsigned n = 0;

	while (role_fd(role, name, n) >= 0)
		n++;
	return n;
}

/* "conf.0=3,parent.0=4,..." */
static bool
read_fds(struct role *role, const char *list)
{
	while (*list != 0) {
		struct role_fd *f = &role->fd[role->n_fd];
		int used = 0;
		if (role->n_fd == ROLE_FDS || sscanf(list,
		    "%23[a-z.0-9]=%d%n", f->name, &f->fd, &used) != 2)
			return false;
		role->n_fd++;
		fcntl(f->fd, F_SETFD, FD_CLOEXEC);
		list += used;
		if (*list == ',')
			list++;
	}
	return true;
}

/* ---- the configuration --------------------------------------------------- */

static void
complain(void *ctx, unsigned line, const char *what, const char *near)
{
	const struct role *role = ctx;
	char text[300];

	/* The parent has read the same text and found nothing. */
	snprintf(text, sizeof(text), "line %u: %s%s%s", line, what,
	    near == NULL ? "" : "; was meant: ", near == NULL ? "" : near);
	log_say(&role->log, "conf", text);
}

static bool
read_conf(struct role *role)
{
	int fd = role_fd(role, "conf", 0);
	struct stat st;
	void *text;

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	if (st.st_size == 0)
		return conf_parse(&role->conf, SPAN(""), complain, role);
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return false;
	/* conf keeps spans of it: it stays for the life of the process */
	return conf_parse(&role->conf, (struct span){ text,
	    (size_t)st.st_size }, complain, role);
}

static void
read_clock(struct role *role)
{
	int fd = role_fd(role, "clock", 0);
	void *page;

	if (fd < 0)
		return;
	page = mmap(NULL, sizeof(struct clock_page), PROT_READ, MAP_SHARED,
	    fd, 0);
	if (page != MAP_FAILED)
		role->clock = page;
}

/* ---- the parent ---------------------------------------------------------- */

static void
on_parent(void *ctx, struct bus *bus, struct msg *m)
{
	struct role *role = ctx;

	(void)bus;
	if (m->kind == MSG_PEER && role->on_peer != NULL) {
		role->on_peer(role->ctx, (enum role_kind)m->peer.role,
		    m->peer.index, m->peer.up != 0);
	} else if (m->kind == MSG_DRAIN) {
		role->draining = true;
		role->ending = m->drain.ending != 0;
		if (role->on_drain != NULL)
			role->on_drain(role->ctx);
		else
			role_drained(role);
	} else if (m->kind == MSG_TICK && role->on_tick != NULL) {
		role->on_tick(role->ctx);
	} else if (m->kind == MSG_YIELD && role->on_yield != NULL) {
		role->on_yield(role->ctx);
	}
}

static void
parent_gone(void *ctx, struct bus *bus)
{
	struct role *role = ctx;

	(void)bus;
	loop_stop(role->loop);
}

static void
tell_beat(struct role *role)
{
	struct msg_beat beat = { .busy = role->busy };

	stats_beat(&role->stats);
	bus_send_beat(role->parent, &beat, -1);
	role->beat_at = clock_micros();
}

void
role_beat(struct role *role)
{
	if (clock_micros() - role->beat_at >= BEAT_MS * 1000)
		tell_beat(role);
}

static void
on_beat(void *ctx)
{
	struct role *role = ctx;

	tell_beat(role);
	loop_timer(role->loop, &role->beat, BEAT_MS);
}

static bool
join_parent(struct role *role)
{
	struct bus_calls calls = { .fn = on_parent, .gone = parent_gone,
		.ctx = role };
	int fd = role_fd(role, "parent", 0);

	if (fd < 0)
		return false;
	role->parent = bus_new(fd, role->kind, ROLE_PARENT, 0);
	return role->parent != NULL &&
	    bus_join(role->parent, role->loop, &calls);
}

static bool
read_name(struct role *role, const char *name)
{
	const char *dot = strchr(name, '.');
	char kind[16];

	if (dot == NULL)
		return false;
	snprintf(kind, sizeof(kind), "%.*s", (int)(dot - name), name);
	role->kind = role_kind_of(kind);
	role->index = (unsigned)strtoul(dot + 1, NULL, 10);
	snprintf(role->log.role, sizeof(role->log.role), "%s", name);
	return role->kind != ROLE_KINDS && role->kind != ROLE_PARENT;
}

bool
role_begin(struct role *role, const char *name, const char *fds)
{
	*role = (struct role){ .log = { .fd = STDERR_FILENO },
		.wall_dir = -1, .parent_pid = getppid() };
	/* Whoever has no parent any more has no work. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* it would be that of /proc/self/exe */
	prctl(PR_SET_NAME, "assayd");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (!read_name(role, name) || !read_fds(role, fds)) {
		fprintf(stderr, "assayd: --role is for assayd itself\n");
		return false;
	}
	read_clock(role);
	role->log.clock = role->clock;
	role->loop = loop_new(role->clock);
	if (role->loop == NULL || !join_parent(role) || !read_conf(role) ||
	    !daemon_conf_make(&role->daemon, &role->conf, true, complain,
	    role)) {
		log_say(&role->log, "start-failed", strerror(errno));
		return false;
	}
	role->log.form = role->daemon.log_json ? LOG_JSON : LOG_LOGFMT;
	role->log.syslog = role->daemon.log_syslog;
	(void)stats_open(&role->stats, role_fd(role, "stats", 0),
	    role->kind, role->index, loop_time(role->loop));
	role->beat = (struct timer){ .fn = on_beat, .ctx = role };
	return loop_timer(role->loop, &role->beat, BEAT_MS);
}

/* ---- peers --------------------------------------------------------------- */

void
role_accuse(struct role *role, enum role_kind peer, unsigned index,
    const char *what)
{
	struct msg_fault fault = { .role = (uint8_t)peer,
		.index = (uint16_t)index, .text = assay_cstr(what) };

	bus_send_fault(role->parent, &fault, -1);
}

struct peer_ctx {
	struct role *role;
	bus_fn *fn;
	void *ctx;
};

static void
peer_message(void *ctx, struct bus *bus, struct msg *m)
{
	struct peer_ctx *p = ctx;

	p->fn(p->ctx, bus, m);
}

static void
peer_fault(void *ctx, struct bus *bus, const char *what)
{
	struct peer_ctx *p = ctx;

	role_accuse(p->role, bus_peer(bus), bus_peer_index(bus), what);
}

struct bus *
role_bus(struct role *role, enum role_kind peer, unsigned index, bus_fn *fn,
    void *ctx)
{
	int fd = role_fd(role, role_kind_name(peer), index);
	struct peer_ctx *p = fd < 0 ? NULL : malloc(sizeof(*p));
	struct bus_calls calls = { .fn = peer_message, .fault = peer_fault,
		.ctx = p };
	struct bus *bus;

	if (p == NULL)
		return NULL;
	*p = (struct peer_ctx){ role, fn, ctx };
	bus = bus_new(fd, role->kind, peer, index);
	if (bus != NULL && bus_join(bus, role->loop, &calls))
		return bus;
	bus_free(bus);
	free(p);
	return NULL;
}

/* ---- life ---------------------------------------------------------------- */

int
role_run(struct role *role)
{
	struct msg_ready ready = { .unused = 0 };

	if (!role_walls(role))
		return 1;
	stats_beat(&role->stats);
	if (!bus_send_ready(role->parent, &ready, -1))
		return 1;
	return loop_run(role->loop) ? 0 : 1;
}

void
role_drained(struct role *role)
{
	loop_stop(role->loop);
}
