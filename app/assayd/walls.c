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

bool
role_walls(struct role *role)
{
	struct sandbox_want want = { .dir = role->wall_dir,
		.files = role->files, .parent = role->parent_pid };
	const char *why;

	/* looked up while files can still be read */
	if (!role_user(&role->daemon, role->kind, &role->log, &want.uid,
	    &want.gid))
		return false;
	tzset();	/* gmtime_r() reads a file when it is first called */
	if (sandbox_enter(role->kind, &want, &why))
		return true;
	log_say2(&role->log, "wall-failed", why, "error",
	    assay_cstr(strerror(errno)));
	return false;
}
