/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state_dir.h - the directory that outlives the daemon, and the lock that
 * says that it is ours.
 */
#ifndef ASSAYD_STATE_DIR_H
#define ASSAYD_STATE_DIR_H

#include <sys/types.h>

#include "daemon_conf.h"
#include "log.h"

struct state_dir {
	int fd, lock;
	char path[256];
};

void state_dir_init(struct state_dir *s);
/* Once opened it stays: a reload cannot move it (it is told so).  False: it
 * was told why. */
bool state_dir_open(struct state_dir *s, const struct daemon_conf *conf,
    const struct log *log);
void state_dir_close(struct state_dir *s);

/* Opens the directory name below state, made if it is not there, of whom
 * the state is: store, behind its wall.  -1: errno. */
int state_dir_below(int state, const char *name, mode_t mode);
/* What root made in dir becomes that of whom dir is.  Who opens it behind a
 * wall, as after a reload, is root no more. */
bool state_dir_give(int dir);

#endif
