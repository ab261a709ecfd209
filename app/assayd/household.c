/* SPDX-License-Identifier: Apache-2.0 */
#include "household.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "first_days.h"
#include "shared.h"

enum {
	SILENT_MS = 60000,	/* beats come every 5 s; a loaded machine
				 * may delay some                           */
	YOUNG_MS = 10000,	/* a death sooner after the start than that
				 * makes the next start wait                */
	WAIT_MS = 100, WAIT_MAX_MS = 10000
};

/* ---- the plan ------------------------------------------------------------ */

static bool
add_child(struct household *h, enum role_kind kind, unsigned index)
{
	struct child *c = &h->child[h->n_child++];
	int fd[2];

	*c = (struct child){ .house = h, .kind = kind, .index = index,
		.control_fd = -1, .stats = pages_take(h->pages, kind, index) };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0)
		return false;
	c->control_fd = fd[1];
	c->control = bus_new(fd[0], ROLE_PARENT, kind, index);
	return c->control != NULL;
}

static bool
add_wire(struct household *h, enum role_kind a, unsigned ai,
    enum role_kind b, unsigned bi)
{
	struct wire *w = &h->wire[h->n_wire++];
	int room = 1 << 20;

	*w = (struct wire){ { a, b }, { ai, bi }, { -1, -1 } };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, w->fd) != 0)
		return false;
	/* As much as the kernel lets us have; the bus queues the rest. */
	for (int end = 0; end < 2; end++)
		(void)setsockopt(w->fd[end], SOL_SOCKET, SO_SNDBUF, &room,
		    sizeof(room));
	return true;
}

static unsigned
workers(const struct daemon_conf *conf)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = conf->workers != 0 ? conf->workers :
	    cores > 0 ? (unsigned)cores : 1;

	return n > MAX_WORKERS ? MAX_WORKERS : n;
}

static bool
add_worker(struct household *h, unsigned i, bool signer)
{
	return add_child(h, ROLE_EVAL, i) &&
	    add_wire(h, ROLE_FRONT, 0, ROLE_EVAL, i) &&
	    add_wire(h, ROLE_WEB, 0, ROLE_EVAL, i) &&
	    add_wire(h, ROLE_EVAL, i, ROLE_RESOLVE, 0) &&
	    (!signer || add_wire(h, ROLE_EVAL, i, ROLE_SIGNER, 0));
}

/* Who reads the reports, and what comes back of ours, if any can. */
static bool
add_reader(struct household *h)
{
	return (h->conf->n_report_address == 0 && !h->conf->outbound.send) ||
	    (add_child(h, ROLE_READER, 0) &&
	    add_wire(h, ROLE_STORE, 0, ROLE_READER, 0));
}

/* Reports are posted, or somebody wants ours sent now. */
static bool
add_desk(struct household *h)
{
	return (h->conf->n_report_address == 0 && !h->conf->outbound.send) ||
	    add_wire(h, ROLE_WEB, 0, ROLE_STORE, 0);
}

/* Who brings mail out: reports, and what is told of our own accounts. */
static bool
add_courier(struct household *h)
{
	bool tells = (h->conf->own.on && !span_absent(h->conf->alerts.to)) ||
	    daemon_tells_web(h->conf);

	return (!h->conf->outbound.send && !tells) ||
	    (add_child(h, ROLE_COURIER, 0) &&
	    add_wire(h, ROLE_STORE, 0, ROLE_COURIER, 0) &&
	    add_wire(h, ROLE_COURIER, 0, ROLE_RESOLVE, 0));
}

static bool
plan(struct household *h)
{
	bool signer = h->conf->n_key > 0;
	bool ok = add_child(h, ROLE_RESOLVE, 0) &&
	    add_child(h, ROLE_STORE, 0) &&
	    (!signer || add_child(h, ROLE_SIGNER, 0)) &&
	    add_reader(h) && add_desk(h) && add_courier(h);

	for (unsigned i = 0; ok && i < workers(h->conf); i++)
		ok = add_worker(h, i, signer);
	return ok && add_child(h, ROLE_WEB, 0) &&
	    add_child(h, ROLE_FRONT, 0) &&
	    add_wire(h, ROLE_FRONT, 0, ROLE_STORE, 0) &&
	    (!signer || add_wire(h, ROLE_FRONT, 0, ROLE_SIGNER, 0));
}

/* ---- what children say --------------------------------------------------- */

static void
tell_peers(struct household *h, const struct child *about, bool up)
{
	struct msg_peer peer = { .role = (uint8_t)about->kind,
		.index = (uint16_t)about->index, .up = up };

	for (size_t i = 0; i < h->n_child; i++)
		if (&h->child[i] != about && h->child[i].pid != 0)
			bus_send_peer(h->child[i].control, &peer, -1);
}

/* Who is there already, to one who was started again. */
static void
tell_newcomer(struct household *h, const struct child *c)
{
	for (size_t i = 0; i < h->n_child; i++) {
		const struct child *other = &h->child[i];
		struct msg_peer peer = { .role = (uint8_t)other->kind,
			.index = (uint16_t)other->index, .up = true };

		if (other != c && other->ready)
			bus_send_peer(c->control, &peer, -1);
	}
}

static void
end_child(struct household *h, struct child *c, const char *why)
{
	struct log_line line;

	log_begin(&line, h->log, "child-ended");
	log_str(&line, "child", role_kind_name(c->kind));
	log_u64(&line, "index", c->index);
	log_str(&line, "why", why);
	log_end(&line);
	if (c->pid > 0)
		kill(c->pid, SIGKILL);
}

static void
on_fault(struct household *h, const struct child *from,
    const struct msg_fault *f)
{
	char why[200];

	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];
		if (c->kind != (enum role_kind)f->role ||
		    c->index != f->index)
			continue;
		snprintf(why, sizeof(why), "%s says: %.*s",
		    role_kind_name(from->kind),
		    (int)(f->text.len < 120 ? f->text.len : 120),
		    (const char *)f->text.ptr);
		end_child(h, c, why);
	}
}

static void
on_child(void *ctx, struct bus *bus, struct msg *m)
{
	struct child *c = ctx;
	struct household *h = c->house;

	(void)bus;
	c->heard = loop_ms(h->loop);
	if (m->kind == MSG_FAULT)
		on_fault(h, c, &m->fault);
	if (m->kind != MSG_READY || c->ready)
		return;
	c->ready = true;
	tell_peers(h, c, true);
	tell_newcomer(h, c);
	if (household_is_ready(h) && h->on_ready != NULL) {
		void (*fn)(void *, struct household *) = h->on_ready;
		h->on_ready = NULL;
		fn(h->ctx, h);
	}
}

static void
on_child_fault(void *ctx, struct bus *bus, const char *what)
{
	struct child *c = ctx;

	(void)bus;
	stats_count(c->house->stats, STAT_BUS_FAULTS);
	end_child(c->house, c, what);
}

/* ---- life ---------------------------------------------------------------- */

/* Those who have clients: they end first in a drain, the others after them. */
static bool
has_clients(const struct child *c)
{
	return c->kind == ROLE_FRONT || c->kind == ROLE_WEB;
}

/* Somebody still works for clients of this generation, which may take long
 * after a reload, and needs the others for that. */
static bool
serves(const struct household *h)
{
	for (size_t i = 0; i < h->n_child; i++)
		if (h->child[i].pid > 0 && has_clients(&h->child[i]))
			return true;
	return false;
}

static bool
is_alive(const struct household *h, enum role_kind kind)
{
	for (size_t i = 0; i < h->n_child; i++)
		if (h->child[i].pid > 0 && h->child[i].kind == kind)
			return true;
	return false;
}

/* Is c needed, if it has died? */
static bool
is_missed(const struct household *h, const struct child *c)
{
	return !h->draining || (!has_clients(c) && serves(h));
}

static void
start_again(void *ctx)
{
	struct child *c = ctx;

	if (is_missed(c->house, c) && !child_spawn(c->house, c))
		loop_timer(c->house->loop, &c->again, WAIT_MAX_MS);
}

static bool
join(struct household *h)
{
	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];
		struct bus_calls calls = { .fn = on_child,
			.fault = on_child_fault, .ctx = c };
		c->again = (struct timer){ .fn = start_again, .ctx = c };
		if (!bus_join(c->control, h->loop, &calls))
			return false;
	}
	return true;
}

bool
household_make(struct household *h)
{
	errno = 0;
	if (plan(h) && shared_make(h) && join(h))
		return true;
	log_say(h->log, "start-failed", errno != 0 ? strerror(errno) :
	    "for what is said above");
	return false;
}

bool
household_start(struct household *h)
{
	for (size_t i = 0; i < h->n_child; i++)
		if (!child_spawn(h, &h->child[i]))
			return false;
	return true;
}

void
household_free(struct household *h)
{
	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];
		if (c->pid > 0)
			kill(c->pid, SIGKILL);
		loop_untimer(h->loop, &c->again);
		bus_free(c->control);
		shared_close(&c->control_fd);
		pages_leave(h->pages, c->stats);
	}
	for (size_t i = 0; i < h->n_wire; i++) {
		shared_close(&h->wire[i].fd[0]);
		shared_close(&h->wire[i].fd[1]);
	}
	shared_free(h);
	h->n_child = h->n_wire = 0;
}

bool
household_is_ready(const struct household *h)
{
	for (size_t i = 0; i < h->n_child; i++)
		if (!h->child[i].ready)
			return false;
	return true;
}

size_t
household_alive(const struct household *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_child; i++)
		n += h->child[i].pid > 0;
	return n;
}

/* Front first: when it has answered all it has, nobody else is needed. */
void
household_drain(struct household *h, int64_t max_ms, bool ending)
{
	struct msg_drain drain = { .max_ms = (uint32_t)max_ms,
		.ending = ending };
	struct msg_yield yield = { .unused = 0 };

	h->draining = true;
	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];
		if (c->kind == ROLE_STORE && !ending)
			bus_send_yield(c->control, &yield, -1);
		if (has_clients(c))
			bus_send_drain(c->control, &drain, -1);
	}
}

/* When neither front nor web is left, the others may end; courier behind
 * store, who waits for what it says of the mails that it was given. */
static void
drain_rest(struct household *h)
{
	struct msg_drain drain = { .max_ms = 0 };

	if (serves(h))
		return;
	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];

		if (c->pid > 0 && !(c->kind == ROLE_COURIER &&
		    is_alive(h, ROLE_STORE)))
			bus_send_drain(c->control, &drain, -1);
	}
}

/* What was on its way to the dead is of no use to the next. */
static void
empty_ends(struct household *h, const struct child *c)
{
	shared_drain(c->control_fd);
	bus_forget(c->control);
	for (size_t i = 0; i < h->n_wire; i++)
		for (int end = 0; end < 2; end++)
			if (h->wire[i].kind[end] == c->kind &&
			    h->wire[i].index[end] == c->index)
				shared_drain(h->wire[i].fd[end]);
}

static void
tell_death(struct household *h, const struct child *c, int status)
{
	struct log_line line;

	log_begin(&line, h->log, "child-died");
	log_str(&line, "child", role_kind_name(c->kind));
	log_u64(&line, "index", c->index);
	if (WIFSIGNALED(status))
		log_u64(&line, "signal", (unsigned)WTERMSIG(status));
	else
		log_u64(&line, "status", (unsigned)WEXITSTATUS(status));
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		log_str(&line, "text", "it asked the kernel for what its "
		    "wall does not let through");
	log_end(&line);
}

static void
died(struct household *h, struct child *c, int status)
{
	int64_t wait = 0;

	tell_death(h, c, status);
	stats_add(h->stats, STAT_DEATHS, c->kind, 1);
	c->deaths = loop_ms(h->loop) - c->started < YOUNG_MS ?
	    c->deaths + 1 : 0;
	if (c->deaths > 1)
		wait = WAIT_MS << (c->deaths < 8 ? c->deaths : 8);
	empty_ends(h, c);
	tell_peers(h, c, false);
	if (!loop_timer(h->loop, &c->again,
	    wait > WAIT_MAX_MS ? WAIT_MAX_MS : wait))
		start_again(c);
}

bool
household_ended(struct household *h, pid_t pid, int status)
{
	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];
		if (c->pid != pid)
			continue;
		c->pid = 0;
		c->ready = false;
		if (is_missed(h, c)) {
			died(h, c, status);
			return true;
		}
		drain_rest(h);
		if (household_alive(h) == 0)
			h->on_ended(h->ctx, h);
		return true;
	}
	return false;
}

void
household_watch(struct household *h)
{
	first_days_show(h);
	for (size_t i = 0; i < h->n_child; i++) {
		struct child *c = &h->child[i];
		if (c->pid > 0 && loop_ms(h->loop) - c->heard > SILENT_MS)
			end_child(h, c, "silent for a minute");
	}
}

void
household_tick(struct household *h)
{
	struct msg_tick tick = { .unused = 0 };

	for (size_t i = 0; i < h->n_child; i++) {
		h->child[i].heard = loop_ms(h->loop);
		if (h->child[i].pid > 0)
			bus_send_tick(h->child[i].control, &tick, -1);
	}
}
