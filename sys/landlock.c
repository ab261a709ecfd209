/* SPDX-License-Identifier: Apache-2.0 */
/*
 * landlock.c - the file wall: everything that this kernel's Landlock can
 * forbid is forbidden, but for what walls.def leaves.
 *
 * Landlock came with Linux 5.13 and grows: its version says what it knows
 * (Documentation/userspace-api/landlock.rst).  The numbers stand here, as
 * the headers that we build with may be older than the kernel we run on.
 */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NR_CREATE = 444, NR_ADD_RULE = 445, NR_RESTRICT = 446 };
enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1, RULE_NET_PORT = 2 };
enum { NET_BIND = 1, NET_CONNECT = 2 };	/* of TCP, since version 4 */

enum right {
	WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3,
	REMOVE_DIR = 1 << 4, REMOVE_FILE = 1 << 5, MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8, REFER = 1 << 13, TRUNCATE = 1 << 14,
	WRITES = WRITE_FILE | READ_FILE | READ_DIR | REMOVE_DIR |
	    REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
};

struct ruleset {
	uint64_t fs;
	uint64_t net;		/* version 4                          */
	uint64_t scoped;	/* version 6: 1 abstract sockets, 2 signals */
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

static const struct { enum role_kind role; uint64_t rights; } files[] = {
#define WALL_FILES(ROLE, name, rights) { ROLE_##ROLE, rights },
#include "walls.def"
};

/* All that versions 1 to 5 know of files. */
static uint64_t
known(int abi)
{
	unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;

	return (1u << bits) - 1;
}

static size_t
size_of(int abi)
{
	return abi >= 6 ? sizeof(struct ruleset) : abi >= 4 ?
	    offsetof(struct ruleset, scoped) : offsetof(struct ruleset, net);
}

static bool
add_files(int set, enum role_kind role, int dir, uint64_t can)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct beneath b = { files[i].rights & can, dir };

		if (files[i].role == role && dir >= 0 &&
		    syscall(NR_ADD_RULE, set, RULE_PATH_BENEATH, &b, 0) < 0)
			return false;
	}
	return true;
}

static bool
add_port(int set, uint16_t port, int abi)
{
	struct { uint64_t allowed, port; } rule = { NET_CONNECT, port };

	return port == 0 || abi < 4 ||
	    syscall(NR_ADD_RULE, set, RULE_NET_PORT, &rule, 0) == 0;
}

bool
sandbox_knows_ports(void)
{
	return syscall(NR_CREATE, NULL, 0, CREATE_VERSION) >= 4;
}

bool
sandbox_files(enum role_kind role, int dir, const uint16_t port[2],
    int *abi)
{
	long version = syscall(NR_CREATE, NULL, 0, CREATE_VERSION);
	struct ruleset r;
	int set;
	bool ok;

	*abi = version > 0 ? (int)version : 0;
	if (version <= 0)	/* not built in, or switched off at boot */
		return true;
	r = (struct ruleset){ .fs = known(*abi),
		.net = role == ROLE_RESOLVE ? 0 : NET_BIND | NET_CONNECT,
		.scoped = 3 };
	set = (int)syscall(NR_CREATE, &r, size_of(*abi), 0);
	if (set < 0)
		return false;
	ok = add_files(set, role, dir, r.fs) &&
	    add_port(set, port[0], *abi) && add_port(set, port[1], *abi) &&
	    syscall(NR_RESTRICT, set, 0) == 0;
	close(set);
	return ok;
}
