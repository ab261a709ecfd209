/* SPDX-License-Identifier: Apache-2.0 */
/*
 * household.h - one generation of processes, as the parent keeps it.
 *
 * A generation is made from one configuration: its children, the wires
 * between them, and what they share.  The parent holds both ends of every
 * wire for as long as the generation lives, so that a child that died is
 * started again where it was.  A reload makes a new generation beside the
 * old one, which then drains.
 */
#ifndef ASSAYD_HOUSEHOLD_H
#define ASSAYD_HOUSEHOLD_H

#include <sys/types.h>

#include "bus.h"
#include "daemon_conf.h"
#include "log.h"
#include "pages.h"
#include "stats.h"

enum {
	MAX_WORKERS = 64,
	MAX_CHILDREN = MAX_WORKERS + 7,
	MAX_WIRES = 4 * MAX_WORKERS + 10,
	MAX_GIVEN = 256		/* descriptors of one child */
};

struct household;

struct child {
	struct household *house;
	enum role_kind kind;
	unsigned index;
	pid_t pid;			/* 0: not running                  */
	bool ready;
	struct bus *control;		/* the parent's end                */
	int control_fd;			/* the child's end                 */
	int64_t heard;			/* loop_ms() of its last beat      */
	int64_t started;
	unsigned deaths;		/* soon after the start, in a row  */
	struct timer again;		/* to start it once more           */
	int stats;			/* its page of counters, or -1     */
};

struct wire {
	enum role_kind kind[2];
	unsigned index[2];
	int fd[2];
};

/* What all generations share; see sockets.h. */
struct sockets;

struct household {
	struct loop *loop;
	struct pages *pages;
	struct stats *stats;		/* the parent's own                */
	struct log *log;
	const char *self;		/* path of the program             */
	unsigned number;
	int conf_fd;			/* the text, sealed                */
	int clock_fd;			/* -1: the real time               */
	int answers_write, answers_read; /* segment of shared answers      */
	int ring_fd[MAX_WORKERS];	/* spool of each eval              */
	int ids_fd;			/* which messages have a record    */
	int budget_fd;			/* of mandates, for evals          */
	int habits_write, habits_read;	/* what is known of senders, of all
					 * generations; -1: not wanted     */
	const struct recall_files *recall; /* ... of domains; or NULL      */
	int accounts_write, accounts_read; /* what is known of our own; -1  */
	int pledges_fd;			/* ... and what is on its way        */
	int hook_fd[2];			/* key and certificates; -1: none    */
	int nets_fd[DAEMON_ASN];	/* whose networks are; -1            */
	int partners_write, partners_read; /* ... and of whom they write with */
	int state_dir;
	const struct daemon_conf *conf;
	struct sockets *sockets;
	struct child child[MAX_CHILDREN];
	size_t n_child;
	struct wire wire[MAX_WIRES];
	size_t n_wire;
	int *key_fd;			/* of conf->key[]                  */
	int names_fd;			/* that are protected; -1: none    */
	int tokens_fd;			/* who may use the HTTP interface  */
	bool draining;
	/* told when every child is ready for the first time, when the last
	 * one has ended after a drain, and when one cannot be started */
	void (*on_ready)(void *ctx, struct household *h);
	void (*on_ended)(void *ctx, struct household *h);
	void *ctx;
};

/* Plans children and wires and opens what they share; starts nobody.
 * False: it was told why. */
bool household_make(struct household *h);
void household_free(struct household *h);

/* False: a child could not be started. */
bool household_start(struct household *h);

/* No new work; the children end when the old is done, at the latest after
 * max_ms, when they are killed. */
void household_drain(struct household *h, int64_t max_ms, bool ending);

/* After SIGCHLD: is pid one of these?  Restarts it unless nobody needs it
 * any more. */
bool household_ended(struct household *h, pid_t pid, int status);

/* Ends children that were silent for too long. */
void household_watch(struct household *h);
/* The clock jumped. */
void household_tick(struct household *h);

bool household_is_ready(const struct household *h);
size_t household_alive(const struct household *h);

/* children.c: starts the process of c.  False: it was told why. */
bool child_spawn(struct household *h, struct child *c);

#endif
