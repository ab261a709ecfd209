/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_front.c - meets the mail servers.  Frames their packets, keeps their
 * sessions, hands messages to the evals and their verdicts back; looks into
 * no message, holds no key, opens no file.
 */
#include "p_front.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DEAF_MS = 1000 };	/* when the system has no room for more      */

/* ---- listening --------------- */

static void
listen_to(struct front *f, bool on)
{
	struct loop *loop = f->role->loop;

	for (size_t i = 0; i < f->n_ear; i++) {
		struct ear *e = &f->ear[i];
		if (on && !e->listening)
			e->listening = loop_watch(loop, &e->watch);
		else if (!on && e->listening)
			loop_unwatch(loop, &e->watch);
		e->listening = on && e->listening;
	}
	f->deaf = !on;
}

/* Whoever comes now waits in the backlog of the socket. */
static void
go_deaf(struct front *f, int64_t ms, const char *why)
{
	if (!f->deaf)
		log_say(&f->role->log, "full", why);
	listen_to(f, false);
	if (ms > 0)
		loop_timer(f->role->loop, &f->hear, ms);
}

static void
hear_again(void *ctx)
{
	struct front *f = ctx;

	if (!f->role->draining && f->n_conns < f->role->daemon.connections)
		listen_to(f, true);
}

/* One at a time: it is told again while more wait, and others have their
 * turn. */
static void
on_ear(void *ctx, unsigned events)
{
	struct ear *e = ctx;
	struct front *f = e->front;
	int fd;

	(void)events;
	if (f->n_conns >= f->role->daemon.connections) {
		go_deaf(f, 0, "as many connections as max-connections "
		    "allows");
		return;
	}
	fd = accept4(e->watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0 && e->is_lmtp)
		lmtp_open(e, fd);
	else if (fd >= 0)
		conn_open(e, fd);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	    errno == ENOMEM)
		go_deaf(f, DEAF_MS, strerror(errno));
}

static void
drained(struct front *f)
{
	jobs_announce(f);
	role_drained(f->role);
}

void
front_left(struct front *f)
{
	f->n_conns--;
	f->role->busy = f->n_conns;
	stats_set(&f->role->stats, STAT_SESSIONS_OPEN, f->n_conns);
	if (f->role->draining && f->n_conns == 0)
		drained(f);
	else if (f->deaf && f->hear.place == 0)
		hear_again(f);
}

/* ---- the household --------------- */

static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct front *f = ctx;

	if (kind == ROLE_EVAL && !up)
		lmtp_eval_died(f, index);
	if (kind == ROLE_EVAL)
		jobs_peer(f, index, up);
	else if (kind == ROLE_SIGNER && up)
		jobs_signer_again(f);
	else if (kind == ROLE_STORE && !up) {
		letters_lost(f);
		strips_lost(f);
		lmtp_store_died(f);
	}
}

/* Sessions go on; before the end of all the quiet ones are left soon.  May
 * be said again: first for a reload, then for the end. */
static void
on_drain(void *ctx)
{
	struct front *f = ctx;

	listen_to(f, false);
	loop_untimer(f->role->loop, &f->hear);
	if (f->n_conns == 0) {
		drained(f);
		return;
	}
	for (struct conn *c = f->conns; c != NULL; c = c->next)
		conn_arm(c);
	for (struct lmtp_conn *c = f->lmtps; c != NULL; c = c->next)
		lmtp_arm(c);
}

static void
from_store(void *ctx, struct bus *bus, struct msg *m)
{
	(void)bus;
	if (m->kind != MSG_KEPT)
		return;
	if (strip_kept(ctx, &m->kept))
		return;
	letter_kept(ctx, &m->kept);
	lmtp_kept(ctx, &m->kept);
}

static void
nothing(void *ctx, struct bus *bus, struct msg *m)
{
	(void)ctx;
	(void)bus;
	(void)m;
}

/* ---- start --------------- */

static bool
open_ears(struct front *f)
{
	f->ear = calloc(f->role->daemon.n_listener, sizeof(*f->ear));
	if (f->ear == NULL)
		return false;
	for (size_t i = 0; i < f->role->daemon.n_listener; i++) {
		const struct daemon_listener *l =
		    &f->role->daemon.listener[i];
		struct ear *e = &f->ear[f->n_ear];
		int domain, fd = role_fd(f->role, "listen", (unsigned)i);
		socklen_t size = sizeof(domain);

		if (l->kind == LISTENER_HTTP || fd < 0)
			continue;
		e->is_lmtp = l->kind == LISTENER_LMTP;
		e->lmtp = (struct lmtp_terms){ .most =
			f->role->daemon.message_bytes, .name =
			assay_cstr(f->role->daemon.authserv_id) };
		e->front = f;
		e->listener = (uint16_t)i;
		e->tcp = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain,
		    &size) == 0 && domain != AF_UNIX;
		e->terms = (struct milter_terms){ .observe = l->observe,
			.strip = f->role->daemon.strips && !l->observe,
			.most = f->role->daemon.message_bytes,
			.hear_rcpt = f->role->daemon.split_defer &&
			    !l->observe };
		e->watch = (struct watch){ .fd = fd, .want = LOOP_READ,
			.fn = on_ear, .ctx = e };
		f->n_ear++;
	}
	return true;
}

static bool
open_buses(struct front *f)
{
	for (unsigned i = 0; i < FRONT_EVALS; i++) {
		struct bus *b;
		if (role_fd(f->role, role_kind_name(ROLE_EVAL), i) < 0)
			break;
		b = role_bus(f->role, ROLE_EVAL, i, jobs_message, f);
		if (b == NULL)
			return false;
		f->eval[f->n_eval++] = (struct eval_peer){ .bus = b,
			.index = i, .up = true };
	}
	f->signer = role_bus(f->role, ROLE_SIGNER, 0, nothing, f);
	f->store = role_bus(f->role, ROLE_STORE, 0, from_store, f);
	return f->n_eval > 0;
}

static bool
open_rooms(struct front *f)
{
	f->in = malloc(FRONT_READ);
	f->said = malloc(FRONT_OUT);
	f->rcpts = malloc(FRONT_RCPTS);
	arena_init(&f->scratch, 1 << 20);
	return f->in != NULL && f->said != NULL && f->rcpts != NULL &&
	    getrandom(f->seed, sizeof(f->seed), 0) ==
	    (ssize_t)sizeof(f->seed);
}

int
role_front(struct role *role)
{
	struct front *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return 1;
	f->role = role;
	/* the room of a message that has ended is that of the next one: not
	 * back to the kernel and fetched again, page by page */
	(void)mallopt(M_TRIM_THRESHOLD, FRONT_HEAP);
	role->ctx = f;
	role->on_peer = on_peer;
	role->on_drain = on_drain;
	f->hear = (struct timer){ .fn = hear_again, .ctx = f };
	/* each may have a large message in a file */
	role->files = 2 * role->daemon.connections + FRONT_FILES_MORE;
	if (!open_rooms(f) || !open_buses(f) || !open_ears(f)) {
		log_say(&role->log, "start-failed", "no memory");
		return 1;
	}
	jobs_init(f);
	listen_to(f, true);
	return role_run(role);
}
