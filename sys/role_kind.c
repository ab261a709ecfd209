/* SPDX-License-Identifier: Apache-2.0 */
/* role_kind.c - names of roles; see role_kind.h. */
#include "role_kind.h"

#include <string.h>

static const char *const names[ROLE_KINDS] = {
	[ROLE_PARENT] = "parent", [ROLE_FRONT] = "front",
	[ROLE_EVAL] = "eval", [ROLE_RESOLVE] = "resolve",
	[ROLE_STORE] = "store", [ROLE_SIGNER] = "signer",
	[ROLE_WEB] = "web",
	[ROLE_READER] = "reader", [ROLE_COURIER] = "courier",
};

const char *
role_kind_name(enum role_kind kind)
{
	return kind < ROLE_KINDS ? names[kind] : "unknown";
}

enum role_kind
role_kind_of(const char *name)
{
	for (unsigned i = 0; i < ROLE_KINDS; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum role_kind)i;
	return ROLE_KINDS;
}
