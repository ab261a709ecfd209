/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - the walls of a role: once inside, there is no way back.
 *
 * A role opens nothing itself: the parent gave it what it needs, it warmed
 * up its libraries, and now it takes leave of everything else: its user,
 * new privileges, core dumps, files (Landlock, where the kernel has it),
 * system calls (seccomp).  walls.def says what stays.
 *
 * A build with AddressSanitizer logs what a wall would have ended, since
 * the sanitizer needs more than we do (the kernel's log, type=1326); no
 * other build can, and none can leave the walls out.
 */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "role_kind.h"

struct sandbox_want {
	uid_t uid;		/* 0: stays who it is                        */
	gid_t gid;
	int dir;		/* WALL_FILES: below it files are its own;
				 * -1: none                                  */
	unsigned files;		/* descriptors; 0: as walls.def says         */
	uint16_t port[2];	/* of TCP, those to connect to; 0: none      */
	pid_t parent;		/* ends when it has ended; 0: nobody         */
};

/* False: *why (static text) says which wall could not be built, errno why;
 * the process must end then. */
bool sandbox_enter(enum role_kind role, const struct sandbox_want *want,
    const char **why);

/* Closes every descriptor but 0, 1, 2 and keep: before the walls of a child
 * that was forked and runs no other program. */
void sandbox_alone(int keep);

/* Whether this kernel can hold want.port (Landlock of version 4, Linux 6.7):
 * else a role that may connect to one port may connect to any. */
bool sandbox_knows_ports(void);

/* ---- its parts, for the test of the walls ------------------------------ */

/* Seccomp alone.  kills: false only logs. */
bool sandbox_filter(enum role_kind role, bool kills);
/* What sandbox_enter() does in this build. */
bool sandbox_kills(void);
/* Landlock alone: *abi is its version, 0 when the kernel has none (true). */
bool sandbox_files(enum role_kind role, int dir, const uint16_t port[2],
    int *abi);
bool sandbox_limits(enum role_kind role, unsigned files);

#endif
