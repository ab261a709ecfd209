/* SPDX-License-Identifier: Apache-2.0 */
/* p_web.c - being built. */
#include "role.h"

int
role_web(struct role *role)
{
	return role_run(role);
}
