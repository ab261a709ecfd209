/* SPDX-License-Identifier: Apache-2.0 */
#include "users.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static bool
unknown(const struct log *log, const char *what, const char *name)
{
	log_say2(log, "start-failed", what, "name", assay_cstr(name));
	return false;
}

static bool
of_conf(const struct daemon_user *u, const struct log *log, uid_t *uid,
    gid_t *gid)
{
	const struct passwd *pw = getpwnam(u->user);
	const struct group *gr;

	if (pw == NULL)
		return unknown(log, "there is no such user", u->user);
	*uid = pw->pw_uid;
	*gid = pw->pw_gid;
	if (u->group == NULL)
		return true;
	gr = getgrnam(u->group);
	if (gr == NULL)
		return unknown(log, "there is no such group", u->group);
	*gid = gr->gr_gid;
	return true;
}

bool
role_user(const struct daemon_conf *conf, enum role_kind role,
    const struct log *log, uid_t *uid, gid_t *gid)
{
	char name[40];
	const struct passwd *pw;

	*uid = *gid = 0;
	if (geteuid() != 0)
		return true;
	if (conf->run_as[role].user != NULL)
		return of_conf(&conf->run_as[role], log, uid, gid);
	snprintf(name, sizeof(name), "assay-%s", role_kind_name(role));
	pw = getpwnam(name);
	if (pw == NULL)
		pw = getpwnam("assay");
	if (pw == NULL) {
		log_say2(log, "no-user", "neither this user nor assay is "
		    "there: the role becomes nobody", "name",
		    assay_cstr(name));
		*uid = *gid = NOBODY;
		return true;
	}
	*uid = pw->pw_uid;
	*gid = pw->pw_gid;
	return true;
}
