/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sockets.h - the listening sockets, which outlive generations.
 *
 * A socket is known by its address: a reload keeps those that are asked for
 * again, opens the new, and closes the others once the old generation has
 * ended.
 */
#ifndef ASSAYD_SOCKETS_H
#define ASSAYD_SOCKETS_H

#include "daemon_conf.h"
#include "log.h"

struct sockets;

/* The sockets of a configuration; those that before (may be NULL) has are
 * shared with it.  NULL: it was told why. */
struct sockets *sockets_open(const struct daemon_conf *conf,
    const struct sockets *before, const struct log *log);
/* Closes what nobody else has, and takes its unix sockets away, unless keep
 * (may be NULL) has them, too. */
void sockets_close(struct sockets *s, const struct sockets *keep);

/* Of conf->listener[i]; of the status socket; -1: none. */
int sockets_fd(const struct sockets *s, size_t i);
int sockets_status(const struct sockets *s);

#endif
