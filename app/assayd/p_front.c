/* SPDX-License-Identifier: Apache-2.0 */
/* p_front.c - being built. */
#include "role.h"

int
role_front(struct role *role)
{
	return role_run(role);
}
