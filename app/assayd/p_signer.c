/* SPDX-License-Identifier: Apache-2.0 */
/* p_signer.c - being built. */
#include "role.h"

int
role_signer(struct role *role)
{
	return role_run(role);
}
