/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users.h - which user a role becomes when root has started us: the one of
 * run-as, else assay-ROLE, else assay, else (it is told) nobody.
 */
#ifndef ASSAYD_USERS_H
#define ASSAYD_USERS_H

#include <sys/types.h>

#include "daemon_conf.h"
#include "log.h"

/* uid 0: we are not root, and stay who we are.  False: a user or group of
 * run-as is not known, which was told. */
bool role_user(const struct daemon_conf *conf, enum role_kind role,
    const struct log *log, uid_t *uid, gid_t *gid);

#endif
