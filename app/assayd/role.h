/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role.h - what every process of assayd but the parent begins with.
 *
 * The parent starts the same binary again with --role=NAME.INDEX and a list
 * of descriptors by name; nothing else is inherited.  role_begin() reads
 * the configuration from one of them, joins the loop to the parent, and
 * leaves the rest to the role's own file, p_NAME.c, whose one public
 * function is role_NAME().
 */
#ifndef ASSAYD_ROLE_H
#define ASSAYD_ROLE_H

#include <sys/types.h>

#include "bus.h"
#include "daemon_conf.h"
#include "log.h"
#include "stats.h"

struct store;

enum { ROLE_FDS = 256 };

/* "front.0", "eval.3" for a bus; "listen.2", "key.1", "ring.0" and the like
 * for the rest: the names are given out in children.c. */
struct role_fd {
	char name[24];
	int fd;
};

struct role {
	enum role_kind kind;
	unsigned index;
	struct loop *loop;
	const struct clock_page *clock;	/* or NULL: the real time       */
	struct log log;
	struct conf conf;
	struct daemon_conf daemon;	/* made of it                   */
	struct stats stats;
	struct bus *parent;
	pid_t parent_pid;
	struct role_fd fd[ROLE_FDS];
	size_t n_fd;
	struct timer beat;
	int64_t beat_at;		/* clock_micros() of the last one   */
	uint32_t busy;			/* told to the parent with a beat */
	bool draining;
	bool ending;			/* ... and nobody comes after us */
	struct store *reports;		/* store: store_house.c         */
	bool reports_told;
	int wall_dir;			/* store: below it files are its own;
					 * else -1                      */
	uint16_t wall_port[2];		/* it may connect to; 0: none        */
	unsigned files;			/* descriptors it needs; 0: as in
					 * walls.def                    */

	/* What the role wants to hear of; each may be NULL. */
	void (*on_peer)(void *ctx, enum role_kind kind, unsigned index,
	    bool up);
	void (*on_drain)(void *ctx);	/* without it: ends at once     */
	void (*on_tick)(void *ctx);
	void (*on_yield)(void *ctx);
	void *ctx;
};

/* False: what is wrong was told on stderr. */
bool role_begin(struct role *role, const char *name, const char *fds);

/* A descriptor by name and index, or -1. */
int role_fd(const struct role *role, const char *name, unsigned index);

/* How many there are of one name: name.0, name.1, ... */
unsigned role_fds(const struct role *role, const char *name);

/* The bus to a peer, joined to the loop; a peer that breaks the rules is
 * told to the parent.  NULL: there is none, or no memory. */
struct bus *role_bus(struct role *role, enum role_kind peer, unsigned index,
    bus_fn *fn, void *ctx);

/* Puts up the walls (walls.def), says that work may come, and runs until
 * told to end; returns the exit status of the process. */
int role_run(struct role *role);
/* walls.c.  False: it was told why; the process must end. */
bool role_walls(struct role *role);

/* Within work that keeps the loop for long: it goes on, nobody hangs. */
void role_beat(struct role *role);

/* After on_drain(): the last work is done. */
void role_drained(struct role *role);

/* Tells the parent that a peer misbehaves (it will be ended). */
void role_accuse(struct role *role, enum role_kind peer, unsigned index,
    const char *what);

int role_front(struct role *role);
int role_eval(struct role *role);
int role_resolve(struct role *role);
int role_store(struct role *role);
int role_signer(struct role *role);
int role_web(struct role *role);
int role_reader(struct role *role);
int role_courier(struct role *role);

#endif
