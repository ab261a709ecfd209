/* SPDX-License-Identifier: Apache-2.0 */
/* p_resolve.c - being built. */
#include "role.h"

int
role_resolve(struct role *role)
{
	return role_run(role);
}
