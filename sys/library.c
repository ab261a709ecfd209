/* SPDX-License-Identifier: Apache-2.0 */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

bool
library_find(void *library, const char *symbol, void *to, size_t size)
{
	void *at = dlsym(library, symbol);

	if (at == NULL)
		return false;
	memcpy(to, &at, size);	/* ISO C has no cast for it; POSIX wants it */
	return true;
}
