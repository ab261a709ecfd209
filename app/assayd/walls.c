/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walls.c - a role takes leave of the world (sys/sandbox.h).
 */
#include "role.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "sandbox.h"
#include "users.h"

/* A sanitized build looks for leaks at the end by ptrace and clone, which
 * no wall lets through: it is told not to. */
int __lsan_is_turned_off(void) __attribute__((visibility("default")));

int
__lsan_is_turned_off(void)
{
	return 1;
}

/* What is missing is told, not hidden: the operator may have a firewall. */
static void
tell_partial(const struct role *role)
{
	struct log_line line;

	if ((role->wall_port[0] == 0 && role->wall_port[1] == 0) ||
	    sandbox_knows_ports())
		return;
	log_begin(&line, &role->log, "wall-partial");
	log_str(&line, "what", "ports");
	log_str(&line, "why", "this kernel has no Landlock with rules for "
	    "ports (Linux 6.7)");
	log_str(&line, "left", "this role may connect by TCP to any host and "
	    "port");
	log_end(&line);
}

bool
role_walls(struct role *role)
{
	struct sandbox_want want = { .dir = role->wall_dir,
		.files = role->files, .port = { role->wall_port[0],
		    role->wall_port[1] }, .parent = role->parent_pid };
	const char *why;

	/* looked up while files can still be read */
	if (!role_user(&role->daemon, role->kind, &role->log, &want.uid,
	    &want.gid))
		return false;
	tzset();	/* gmtime_r() reads a file when it is first called */
	tell_partial(role);
	if (sandbox_enter(role->kind, &want, &why))
		return true;
	log_say2(&role->log, "wall-failed", why, "error",
	    assay_cstr(strerror(errno)));
	return false;
}
