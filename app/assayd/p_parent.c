/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_parent.c - reads the configuration, opens what the roles need, starts
 * them, starts them again, and ends them.
 *
 * A reload (SIGHUP) makes a second generation beside the first.  Only when
 * all of it is ready does the first stop to accept and drain; if it cannot
 * be made, it is thrown away and nothing has changed.
 */
#include "parent.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "configuration.h"
#include "partners.h"
#include "habits.h"
#include "recall.h"
#include "household.h"
#include "sandbox.h"
#include "shared.h"
#include "sockets.h"
#include "state_dir.h"
#include "systemd.h"
#include "test_clock.h"
#include "users.h"

enum {
	WATCH_MS = 5000, KILL_SLACK_MS = 2000,
	SESSIONS_MS = 600000	/* of an old generation: no SMTP client is
				 * silent for longer (RFC 5321 4.5.3.2)      */
};

struct generation {
	struct household house;
	struct configuration conf;
	struct sockets *sockets;
	struct generation *next;
	struct timer deadline;
	struct parent *parent;
};

struct parent {
	const struct parent_options *options;
	struct log log;
	struct loop *loop;
	struct test_clock *clock;	/* or NULL */
	struct watch signals;
	struct timer watch;
	struct generation *now, *coming;
	struct generation *old;		/* draining */
	struct state_dir state;
	int habits_write, habits_read;	/* -1: nobody wanted them yet */
	struct recall_files recall;	/* the same */
	struct pages pages;		/* of all generations */
	struct stats stats;
	unsigned number;
	bool ending;
	int status;
};

/* ---- generations --------------------------------------------------------- */

static void
forget(struct generation *g, const struct sockets *keep)
{
	loop_untimer(g->parent->loop, &g->deadline);
	household_free(&g->house);
	shared_close(&g->house.conf_fd);
	sockets_close(g->sockets, keep);
	configuration_free(&g->conf);
	free(g);
}

static void
ended(void *ctx, struct household *h)
{
	struct generation *g = ctx;
	struct parent *p = g->parent;
	struct generation **at = &p->old;

	(void)h;
	while (*at != NULL && *at != g)
		at = &(*at)->next;
	if (*at == g)
		*at = g->next;
	log_say(&p->log, "drained", p->ending ? "the last work is done" :
	    "the generation before the reload has ended");
	forget(g, p->now == NULL ? NULL : p->now->sockets);
	if (p->ending && p->old == NULL)
		loop_stop(p->loop);
}

static void
too_late(void *ctx)
{
	struct generation *g = ctx;

	log_say(&g->parent->log, "drain-late", "what was not done in time "
	    "is ended; the mail server will try again");
	for (size_t i = 0; i < g->house.n_child; i++)
		if (g->house.child[i].pid > 0)
			kill(g->house.child[i].pid, SIGKILL);
}

/* After a reload sessions go on until their clients leave: nobody is kept
 * waiting by that.  Before the end only what is in flight is finished. */
static void
drain_within(struct parent *p, struct generation *g)
{
	int64_t ms = g->conf.daemon.stop_ms;

	if (!p->ending && ms < SESSIONS_MS)
		ms = SESSIONS_MS;
	household_drain(&g->house, ms, p->ending);
	loop_timer(p->loop, &g->deadline, ms + KILL_SLACK_MS);
}

static void
drain(struct parent *p, struct generation *g)
{
	g->next = p->old;
	p->old = g;
	g->house.on_ended = ended;
	g->house.ctx = g;
	g->deadline = (struct timer){ .fn = too_late, .ctx = g };
	drain_within(p, g);
}

static void
say_ready(struct parent *p)
{
	systemd_notify("READY=1");
	log_say(&p->log, p->number == 1 ? "ready" : "reloaded",
	    "mail may come");
	if (p->options->ready_fd >= 0 && p->number == 1 &&
	    write(p->options->ready_fd, "r", 1) != 1)
		log_say(&p->log, "start", strerror(errno));
}

static void
is_ready(void *ctx, struct household *h)
{
	struct generation *g = ctx;
	struct parent *p = g->parent;
	struct generation *before = p->now;

	(void)h;
	p->now = g;
	p->coming = NULL;
	if (before != NULL) {
		stats_add(&p->stats, STAT_RELOADS, OUTCOME_GOOD, 1);
		drain(p, before);
	}
	say_ready(p);
}

static struct generation *
generation_new(struct parent *p)
{
	struct generation *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->parent = p;
	g->house = (struct household){ .loop = p->loop, .log = &p->log,
		.self = p->options->self, .number = ++p->number,
		.conf_fd = -1, .tokens_fd = -1, .names_fd = -1,
		.clock_fd = test_clock_fd(p->clock),
		.pages = &p->pages, .stats = &p->stats,
		.on_ready = is_ready, .ctx = g, .conf = &g->conf.daemon };
	return g;
}

/* Root made the directory; store writes in it. */
static bool
give_state(struct parent *p, const struct daemon_conf *conf)
{
	uid_t uid;
	gid_t gid;

	if (!role_user(conf, ROLE_STORE, &p->log, &uid, &gid))
		return false;
	if (uid == 0 || fchown(p->state.fd, uid, gid) == 0)
		return true;
	log_say2(&p->log, "state-unusable", strerror(errno), "directory",
	    assay_cstr(conf->state_directory));
	return false;
}

/* Standard error becomes the system's log, which all roles inherit. */
static bool
log_where(struct parent *p, const struct daemon_conf *conf)
{
	int fd;

	p->log.form = conf->log_json ? LOG_JSON : LOG_LOGFMT;
	if (p->log.syslog || !conf->log_syslog)
		return true;
	fd = log_syslog(NULL);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0) {
		log_say(&p->log, "no-syslog", strerror(errno));
		return false;
	}
	close(fd);
	p->log.syslog = true;
	return true;
}

/* What was said anew and is only taken at a start. */
static void
tell_fixed(struct parent *p, const struct generation *g)
{
	const char *what = p->now == NULL ? NULL :
	    conf_fixed_change(&p->now->conf.conf, &g->conf.conf);

	if (what != NULL)
		log_say2(&p->log, "reload-partly", "a change of this needs a "
		    "restart", "statement", assay_cstr(what));
}

/* What is known of senders outlives generations; how large it is, a start
 * says. */
static bool
share_habits(struct parent *p, struct household *h)
{
	const struct daemon_behaviour *b = &h->conf->behaviour;

	h->habits_write = h->habits_read = -1;
	if (!b->on)
		return true;
	if (p->habits_write < 0 && !habits_make(b->octets, &p->habits_write,
	    &p->habits_read)) {
		log_say2(&p->log, "start-failed", strerror(errno), "what",
		    SPAN("memory for behaviour"));
		return false;
	}
	h->habits_write = p->habits_write;
	h->habits_read = p->habits_read;
	return true;
}

static void
tell_accounts(struct parent *p, enum accounts_was was)
{
	static const char *const why[] = {
		[ACCOUNTS_OTHER_SIZE] = "own-accounts-most has changed",
		[ACCOUNTS_OTHER_LAYOUT] = "it was written by another version",
		[ACCOUNTS_DAMAGED] = "it was damaged",
	};

	if (was > ACCOUNTS_KEPT)
		log_say2(&p->log, "own-accounts-anew", why[was], "then",
		    SPAN("what accounts usually do is learned again, and "
		    "own-observe begins"));
}

/* Files, of which each generation has its own descriptors. */
static bool
share_accounts(struct parent *p, struct household *h)
{
	const struct daemon_own *o = &h->conf->own;
	enum accounts_was was = ACCOUNTS_NONE;

	h->accounts_write = h->accounts_read = h->pledges_fd = -1;
	h->partners_write = h->partners_read = -1;
	if (!o->on)
		return true;
	h->pledges_fd = pledges_make(p->state.fd, "pledges");
	if (h->pledges_fd >= 0 && accounts_make(p->state.fd, "accounts",
	    o->accounts, &h->accounts_write, &h->accounts_read, &was) &&
	    partners_make(p->state.fd, "partners", &h->partners_write,
	    &h->partners_read)) {
		tell_accounts(p, was);
		return true;
	}
	log_say2(&p->log, "start-failed", strerror(errno), "what",
	    SPAN("the files of own accounts and partners"));
	return false;
}

/* Without it mail is judged all the same. */
static void
share_recall(struct parent *p, struct household *h)
{
	char why[FIRSTSEEN_WHY], dir[PATH_MAX];

	h->recall = NULL;
	if (!h->conf->behaviour.recall)
		return;
	snprintf(dir, sizeof(dir), "%s/age", p->state.path);
	if (recall_open(&p->recall, dir, p->state.fd,
	    (uint32_t)(loop_time(p->loop) / 86400), why))
		h->recall = &p->recall;
	else
		log_say2(&p->log, "first-seen-off", why, "then",
		    SPAN("nothing is remembered of domains"));
}

static bool
prepare(struct parent *p, struct generation *g)
{
	const struct sockets *before =
	    p->now == NULL ? NULL : p->now->sockets;

	if (!configuration_read(&g->conf, p->options->conf_path, &p->log,
	    loop_time(p->loop)))
		return false;
	tell_fixed(p, g);
	if (!log_where(p, &g->conf.daemon))
		return false;
	if (!state_dir_open(&p->state, &g->conf.daemon, &p->log))
		return false;
	g->house.state_dir = p->state.fd;
	if (!give_state(p, &g->conf.daemon) || !share_habits(p, &g->house) ||
	    !share_accounts(p, &g->house))
		return false;
	share_recall(p, &g->house);
	g->sockets = sockets_open(&g->conf.daemon, before, &p->log);
	g->house.sockets = g->sockets;
	g->house.conf_fd = shared_text((struct assay_span){ g->conf.text,
	    g->conf.len });
	return g->sockets != NULL && g->house.conf_fd >= 0 &&
	    household_make(&g->house) && household_start(&g->house);
}

static bool
begin(struct parent *p)
{
	struct generation *g = generation_new(p);

	if (g == NULL)
		return false;
	p->coming = g;
	if (prepare(p, g))
		return true;
	p->coming = NULL;
	forget(g, p->now == NULL ? NULL : p->now->sockets);
	return false;
}

/* ---- signals ------------------------------------------------------------- */

static void
reap(struct parent *p)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct generation *next;
		if (p->now != NULL &&
		    household_ended(&p->now->house, pid, status))
			continue;
		if (p->coming != NULL &&
		    household_ended(&p->coming->house, pid, status))
			continue;
		for (struct generation *g = p->old; g != NULL; g = next) {
			next = g->next;
			if (household_ended(&g->house, pid, status))
				break;
		}
	}
}

static void
reload(struct parent *p)
{
	if (p->coming != NULL || p->ending || p->now == NULL)
		return;
	systemd_notify("RELOADING=1");
	log_say(&p->log, "reload", "reading the configuration again");
	if (begin(p))
		return;
	stats_add(&p->stats, STAT_RELOADS, OUTCOME_BAD, 1);
	log_say(&p->log, "reload-failed",
	    "the configuration of before stays in force");
	systemd_notify("READY=1");
}

static void
stop(struct parent *p)
{
	if (p->ending) {	/* asked twice: at once */
		loop_stop(p->loop);
		return;
	}
	p->ending = true;
	systemd_notify("STOPPING=1");
	log_say(&p->log, "stop", "finishing what is in flight");
	if (p->coming != NULL) {
		struct generation *g = p->coming;
		p->coming = NULL;
		forget(g, p->now == NULL ? NULL : p->now->sockets);
	}
	for (struct generation *g = p->old; g != NULL; g = g->next)
		drain_within(p, g);
	if (p->now != NULL) {
		struct generation *g = p->now;
		p->now = NULL;
		drain(p, g);
	} else if (p->old == NULL) {
		loop_stop(p->loop);
	}
}

static void
on_signal(void *ctx, unsigned events)
{
	struct parent *p = ctx;
	struct signalfd_siginfo info;

	(void)events;
	if (read(p->signals.fd, &info, sizeof(info)) !=
	    (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD)
		reap(p);
	else if (info.ssi_signo == SIGHUP)
		reload(p);
	else
		stop(p);
}

static bool
watch_signals(struct parent *p)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	p->signals = (struct watch){ .fd = signalfd(-1, &set, SFD_CLOEXEC |
	    SFD_NONBLOCK), .want = LOOP_READ, .fn = on_signal, .ctx = p };
	return p->signals.fd >= 0 && loop_watch(p->loop, &p->signals);
}

/* ---- life ---------------------------------------------------------------- */

/* As often as systemd wants to hear of us, if that is oftener. */
static int64_t
watch_ms(void)
{
	int64_t ms = systemd_watchdog_ms();

	return ms > 0 && ms < WATCH_MS ? ms : WATCH_MS;
}

static void
on_watch(void *ctx)
{
	struct parent *p = ctx;

	if (p->now != NULL)
		household_watch(&p->now->house);
	for (struct generation *g = p->old; g != NULL; g = g->next)
		household_watch(&g->house);
	stats_beat(&p->stats);
	systemd_notify("WATCHDOG=1");
	loop_timer(p->loop, &p->watch, watch_ms());
}

static void
moved(void *ctx)
{
	struct parent *p = ctx;

	if (p->now != NULL)
		household_tick(&p->now->house);
}

static bool
open_all(struct parent *p)
{
	const char *path = p->options->test_clock;

	if (path != NULL) {
		p->clock = test_clock_new(path, moved, p, &p->log);
		if (p->clock == NULL)
			return false;
	}
	p->loop = loop_new(test_clock_page(p->clock));
	p->log.clock = test_clock_page(p->clock);
	p->watch = (struct timer){ .fn = on_watch, .ctx = p };
	return p->loop != NULL && watch_signals(p) &&
	    (p->clock == NULL || test_clock_join(p->clock, p->loop)) &&
	    loop_timer(p->loop, &p->watch, watch_ms());
}

/* What nobody may do is forbidden to all that we start as well. */
static bool
wall(struct parent *p)
{
	const struct sandbox_want want = { .dir = -1 };
	const char *why;

	(void)stats_open(&p->stats, pages_take(&p->pages, ROLE_PARENT, 0),
	    ROLE_PARENT, 0, loop_time(p->loop));
	stats_add(&p->stats, STAT_STARTS, ROLE_PARENT, 1);
	stats_beat(&p->stats);
	if (sandbox_enter(ROLE_PARENT, &want, &why))
		return true;
	log_say2(&p->log, "wall-failed", why, "error",
	    assay_cstr(strerror(errno)));
	return false;
}

int
parent_run(const struct parent_options *options)
{
	struct parent p = { .options = options, .log = options->log,
		.habits_write = -1, .habits_read = -1,
		.recall = { .read = { -1, -1, -1, -1, -1 } }, .status = 1 };

	state_dir_init(&p.state);
	if (open_all(&p) && wall(&p) && begin(&p))
		p.status = loop_run(p.loop) ? 0 : 1;
	while (p.old != NULL) {
		struct generation *g = p.old;
		p.old = g->next;
		forget(g, NULL);
	}
	if (p.coming != NULL)
		forget(p.coming, NULL);
	if (p.now != NULL)
		forget(p.now, NULL);
	stats_close(&p.stats);
	pages_free(&p.pages);
	state_dir_close(&p.state);
	shared_close(&p.habits_write);
	shared_close(&p.habits_read);
	recall_close(&p.recall);
	test_clock_free(p.clock);
	loop_free(p.loop);
	return p.status;
}
