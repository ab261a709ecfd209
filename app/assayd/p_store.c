/* SPDX-License-Identifier: Apache-2.0 */
/* p_store.c - being built. */
#include "role.h"

int
role_store(struct role *role)
{
	return role_run(role);
}
